// Lists the operations of the API document. Everything comes from our own origin; text is never put in as markup.
"use strict";

const METHODS = ["get", "put", "post", "delete", "patch"];

/** Makes an element with a class, a text and children. */
function element(name, { cls, text, attributes = {} } = {}, ...children) {
  const made = document.createElement(name);
  if (cls) made.className = cls;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The name of a schema, or its kind. */
function schemaName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.oneOf) return schema.oneOf.map(schemaName).filter(Boolean).join(" | ");
  if (schema.items) return `[${schemaName(schema.items)}]`;
  return [].concat(schema.type ?? "any").join(" | ");
}

function bodyRows(content) {
  return Object.entries(content ?? {}).map(([media, of]) =>
    element("p", {}, element("code", { text: media }), " ", element("code", { text: schemaName(of.schema) })));
}

function parameterTable(parameters) {
  const table = element("table");
  for (const parameter of parameters) {
    table.append(element("tr", {},
      element("th", { attributes: { scope: "row" } }, element("code", { text: parameter.name })),
      element("td", { text: parameter.in + (parameter.required ? " *" : "") }),
      element("td", { text: parameter.description ?? "" })));
  }
  return table;
}

function answerTable(responses) {
  const table = element("table");
  for (const [number, response] of Object.entries(responses)) {
    const cell = element("td", { text: response.description ?? "" });
    cell.append(...bodyRows(response.content));
    table.append(element("tr", {}, element("th", { text: number, attributes: { scope: "row" } }), cell));
  }
  return table;
}

function operationDetails(path, method, operation) {
  const details = element("details", {},
    element("summary", {},
      element("span", { cls: "method", text: method.toUpperCase() }),
      element("span", { cls: "path", text: path }), " ",
      element("span", { text: operation.summary ?? "", attributes: { lang: "en" } })));
  if (operation.description) details.append(element("p", { text: operation.description }));
  if (operation.parameters?.length) details.append(element("h3", { text: "参数 Parameters" }), parameterTable(operation.parameters));
  if (operation.requestBody) {
    details.append(element("h3", { text: "请求 Body" }), ...bodyRows(operation.requestBody.content));
    if (operation.requestBody.description) details.append(element("p", { text: operation.requestBody.description }));
  }
  details.append(element("h3", { text: "答复 Answers" }), answerTable(operation.responses ?? {}));
  return details;
}

function schemaDetails(name, schema) {
  const details = element("details", {}, element("summary", {}, element("code", { text: name })));
  if (schema.description) details.append(element("p", { text: schema.description }));
  details.append(element("pre", { text: JSON.stringify(schema, null, 2) }));
  return details;
}

function show(api, into) {
  into.append(element("p", { text: `OpenAPI ${api.openapi} · ${api.info.version}` }));
  const byTag = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "";
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(operationDetails(path, method, operation));
    }
  }
  for (const [tag, operations] of byTag) into.append(element("h2", { text: tag }), ...operations);
  into.append(element("h2", { text: "Schemas" }));
  for (const [name, schema] of Object.entries(api.components?.schemas ?? {})) into.append(schemaDetails(name, schema));
}

async function start() {
  const into = document.getElementById("document");
  try {
    const response = await fetch("/api/openapi.json");
    show(await response.json(), into);
  } catch {
    into.append(element("p", { cls: "state unwell", text: "接口文档无法读取 The API document cannot be read" }));
  }
}

start();
