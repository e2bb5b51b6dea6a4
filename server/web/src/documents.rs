//! Parts of the API document that many routes share: problems, headers and queries of commands, ways to sign in.

use std::collections::BTreeMap;

use model::refusal::RefusalCode;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder,
};
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// Problems that any call of a signed-in account may meet.
pub struct ReadProblems;

/// Problems that any command may meet.
pub struct CommandProblems;

/// Problems of signing in.
pub struct SignInProblems;

/// Parameters that every command takes.
pub struct CommandParams;

/// The parameter that every read takes.
pub struct ReadParams;

fn problems(numbers: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    numbers
        .iter()
        .map(|number| (number.to_string(), RefOr::T(problem(*number))))
        .collect()
}

/// One number with its codes, each with its English title.
fn problem(number: u16) -> Response {
    let codes: Vec<String> = RefusalCode::ALL
        .iter()
        .filter(|code| code.http() == number)
        .map(|code| format!("`{}` {}", code.as_str(), code.title_en()))
        .collect();
    ResponseBuilder::new()
        .description(codes.join("; "))
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ProblemDocument")))
                .build(),
        )
        .build()
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[401, 403, 404, 422, 503])
    }
}

impl IntoResponses for CommandProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 403, 404, 409, 413, 415, 422, 503])
    }
}

impl IntoResponses for SignInProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[400, 401, 413, 415, 422, 429, 503])
    }
}

fn parameter(name: &str, place: ParameterIn, kind: Type, says: &str) -> ParameterBuilder {
    let schema = ObjectBuilder::new().schema_type(kind).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(says))
        .schema(Some(schema))
}

fn district() -> Parameter {
    parameter(
        "district",
        ParameterIn::Query,
        Type::String,
        "Which district, where an account has several.",
    )
    .build()
}

impl IntoParams for ReadParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![district()]
    }
}

impl IntoParams for CommandParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = parameter(
            "Idempotency-Key",
            ParameterIn::Header,
            Type::String,
            "Id of this command, made by the sender; a repeat gets the first answer. Without one the server makes one.",
        )
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
                .build(),
        ))
        .build();
        let preview = parameter(
            "preview",
            ParameterIn::Query,
            Type::Boolean,
            "Only say what would happen; nothing is done.",
        )
        .build();
        vec![key, preview, district()]
    }
}

/// Names the two ways to sign in, and that every route under `/api/v1` but the session's own needs one of them.
pub fn add_security(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The token of POST /api/v1/session."))
                .build(),
        ),
    );
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            crate::session::COOKIE,
            "Set by POST /api/v1/session.",
        ))),
    );
    document.security = Some(vec![
        SecurityRequirement::new("bearer", Vec::<String>::new()),
        SecurityRequirement::new("cookie", Vec::<String>::new()),
    ]);
}

/// Adds the shape of a type that routes name without a body of their own.
pub fn add_schema<T: ToSchema>(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components
        .schemas
        .insert(T::name().into_owned(), T::schema());
}

/// Adds the shape of a type and of everything in it.
pub fn add_schemas<T: ToSchema>(document: &mut OpenApi) {
    let mut inner = Vec::new();
    T::schemas(&mut inner);
    let components = document.components.get_or_insert_default();
    for (name, schema) in inner {
        components.schemas.entry(name).or_insert(schema);
    }
    add_schema::<T>(document);
}

/// Gives each operation an id of its own, made of its method and path.
pub fn name_operations(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
            }
        }
    }
}

/// `post_sightings_id_additions` for `POST /api/v1/sightings/{id}/additions`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}
