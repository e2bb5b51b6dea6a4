//! Names that other programs rely on: each shape of the outside face has the fields that the contract fixes. More may be
//! there; none of these may be missing.

use serde_json::{Value, json};
use tests::client::{now, report_at};
use tests::server::{ServerOptions, TestServer};
use uuid::Uuid;

const SIGHTING_ANSWER: &[&str] = &[
    "sighting_id",
    "case_id",
    "merged",
    "doubts",
    "priority",
    "warning_level",
    "tier",
    "jurisdiction",
    "acknowledge_by",
    "on_site_by",
    "outcome_by",
    "tasks",
    "escalations",
    "may_duplicate",
];
const VERDICT: &[&str] = &["value", "reasons", "override"];
const REASON: &[&str] = &["rule", "policy", "facts", "text", "text_en", "source"];
const JURISDICTION_OF: &[&str] = &["code", "name", "guessed"];
const CASE: &[&str] = &[
    "id",
    "seq",
    "opened_at",
    "state",
    "merged_into",
    "position",
    "jurisdiction",
    "priority",
    "warning_level",
    "tier",
    "subjects",
    "n_sightings",
    "sightings",
    "tasks",
    "escalations",
    "deadlines",
    "emergency_calls",
    "timeline",
];
const SUBJECT: &[&str] = &["n", "sex", "age_band", "person_id", "outcome"];
const DEADLINE: &[&str] = &["kind", "by", "met_at", "missed_at"];
const TIMELINE: &[&str] = &["seq", "at", "kind", "by", "text", "text_en", "reasons"];
const TASK: &[&str] = &[
    "id",
    "case_id",
    "unit",
    "department",
    "kind",
    "state",
    "acknowledge_by",
    "on_site_by",
    "outcome_by",
    "reasons",
];
const ESCALATION: &[&str] = &[
    "id",
    "case_id",
    "cases",
    "jurisdictions",
    "tier",
    "department",
    "opened_at",
    "acknowledge_by",
    "acknowledged_at",
    "acknowledged_by",
    "late",
    "eta",
    "completed_at",
    "for_information",
    "ended",
    "reasons",
];
const SUGGESTION: &[&str] = &[
    "case_id",
    "score",
    "distance_m",
    "seen_at",
    "n_people",
    "sex",
    "age_band",
    "place",
    "reasons",
];
const AREA: &[&str] = &[
    "jurisdiction",
    "level",
    "extreme",
    "since",
    "confirm_by",
    "confirmed_by",
    "reasons",
    "next",
];
const PROBLEM: &[&str] = &["type", "code", "status", "title", "title_en", "retry"];
const SYNC_ANSWER: &[&str] = &["id", "result", "label", "body", "problem"];

#[track_caller]
fn assert_shape(what: &str, value: &Value, names: &[&str]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{what} is no object: {value}"));
    for name in names {
        assert!(
            object.contains_key(*name),
            "{what} has no `{name}`: {value}"
        );
    }
}

#[tokio::test]
async fn the_shapes_of_the_contract_have_their_names() {
    let server = TestServer::start(ServerOptions::default()).await;
    let (patrol, command) = (server.client("patrol1"), server.client("command"));
    assert_shape(
        "the session",
        &patrol.who,
        &["token", "account", "role", "district"],
    );

    let report = report_at(121.40, 31.25, &["disabled"]);
    let id = Uuid::now_v7();
    let first = patrol.report(id, &report).await;
    assert_eq!(first.status, 201);
    let again = patrol.report(id, &report).await;
    assert_eq!(
        (again.status, &again.body),
        (200, &first.body),
        "a repeat gets the first answer"
    );
    let mut other = report.clone();
    other["n_people"] = json!(2);
    patrol
        .report(id, &other)
        .await
        .refused(409, "sighting_id_reused");

    let answer = first.body;
    assert_shape("the answer to a report", &answer, SIGHTING_ANSWER);
    for verdict in ["priority", "warning_level", "tier"] {
        assert_shape(verdict, &answer[verdict], VERDICT);
        assert_shape("a reason", &answer[verdict]["reasons"][0], REASON);
    }
    assert_shape("the street", &answer["jurisdiction"], JURISDICTION_OF);
    assert_shape("a task", &answer["tasks"][0], TASK);
    assert_shape("an escalation", &answer["escalations"][0], ESCALATION);

    let near = patrol
        .report(Uuid::now_v7(), &report_at(121.400_1, 31.25, &["disabled"]))
        .await
        .ok();
    assert_shape("a suggestion", &near["may_duplicate"][0], SUGGESTION);

    let case = command.case(answer["case_id"].as_str().unwrap()).await;
    assert_shape("a case", &case, CASE);
    assert_shape("a subject", &case["subjects"][0], SUBJECT);
    assert_shape("a deadline", &case["deadlines"][0], DEADLINE);
    assert_shape("a line of the story", &case["timeline"][0], TIMELINE);
    assert_shape("a task of a case", &case["tasks"][0], TASK);
    assert_shape(
        "an escalation of a case",
        &case["escalations"][0],
        ESCALATION,
    );
    assert_shape(
        "a position",
        &case["position"],
        &["lon", "lat", "accuracy_m", "crs"],
    );

    for path in [
        "cases",
        "tasks",
        "escalations",
        "area-warnings",
        "jurisdictions",
        "places",
        "units",
        "resources",
        "departments",
        "revisits",
    ] {
        let list = command.get(&format!("/api/v1/{path}")).await.ok();
        assert_shape(path, &list, &["items", "next"]);
    }
    let areas = command.get("/api/v1/area-warnings").await.ok();
    assert_shape("the colour of a street", &areas["items"][0], AREA);
    let problem = command
        .get(&format!("/api/v1/cases/{}", Uuid::now_v7()))
        .await
        .refused(404, "not_found");
    assert_shape("a problem document", &problem, PROBLEM);

    let operation = json!({"id": Uuid::now_v7(), "device_seq": 17, "kind": "sighting", "recorded_at": now(), "needs": [],
                           "seen_seq": null, "body": report_at(121.41, 31.25, &["bedded_down"])});
    let outbox = json!({"device": "d-1", "sent_at": now(), "operations": [operation]});
    let answers = patrol.post("/api/v1/sync", outbox).await.ok();
    assert_shape(
        "the answer to an operation",
        &answers["answers"][0],
        SYNC_ANSWER,
    );
    assert_eq!(answers["answers"][0]["result"], "accepted", "{answers}");
    assert_shape("its body", &answers["answers"][0]["body"], SIGHTING_ANSWER);
}

#[tokio::test]
async fn pages_and_answers_carry_the_security_headers() {
    let server = TestServer::start(ServerOptions::default()).await;
    for path in [
        "/",
        "/api/docs",
        "/api/openapi.json",
        "/assets/page.css",
        "/healthz",
        "/api/v1/cases",
        "/nothing",
    ] {
        let answer = reqwest::get(format!("{}{path}", server.base_url))
            .await
            .unwrap();
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self'; style-src 'self'; img-src 'self' data: blob:"),
            "{path}: {policy}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        let text = answer.text().await.unwrap();
        assert!(
            !text.contains("://") || path == "/api/openapi.json",
            "{path} names another host: {text}"
        );
        assert!(
            !text.contains("style=") && !text.contains("<style"),
            "{path} has a style that the policy forbids"
        );
    }
}

#[tokio::test]
async fn the_decision_tables_are_sent_again_only_when_they_changed() {
    let server = TestServer::start(ServerOptions::default()).await;
    let url = format!("{}/api/v1/policy/tables", server.base_url);
    let get = || {
        reqwest::Client::new()
            .get(&url)
            .bearer_auth(&server.client("patrol1").token)
    };
    let first = get().send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    assert!(first.json::<Value>().await.unwrap().is_object());
    let again = get().header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn the_streets_are_drawn_as_a_sketch_until_boundaries_are_imported() {
    let server = TestServer::start(ServerOptions::default()).await;
    let url = format!("{}/api/v1/jurisdictions/outlines", server.base_url);
    let get = || {
        reqwest::Client::new()
            .get(&url)
            .bearer_auth(&server.client("patrol1").token)
    };
    let first = get().send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    assert_eq!(first.headers()["content-type"], "application/geo+json");
    let drawn: Value = first.json().await.unwrap();
    let features = drawn["features"].as_array().unwrap();
    assert_eq!(features.len(), 11, "ten streets and the district");
    for feature in features {
        assert_eq!(feature["properties"]["sketch"], true, "{feature}");
    }
    assert_eq!(
        features[10]["properties"],
        json!({"code": "310107", "name": "普陀区", "kind": "district", "sketch": true})
    );
    let again = get().header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn the_api_document_is_whole() {
    let server = TestServer::start(ServerOptions::default()).await;
    let url = format!("{}/api/openapi.json", server.base_url);
    let document: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{what}: {id} is there twice");
            assert!(
                operation["summary"].is_string(),
                "{what} says nothing of itself"
            );
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers
                    .keys()
                    .any(|number| number.starts_with('2') || number == "101"),
                "{what} has no answer that is a success"
            );
            if path.starts_with("/api/v1/") {
                for number in ["401", "503"] {
                    let problem =
                        &answers[number]["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(
                        problem, "#/components/schemas/ProblemDocument",
                        "{what} {number}"
                    );
                }
            }
            if (method == "post" || method == "put") && path.starts_with("/api/v1/") {
                assert!(operation["requestBody"].is_object(), "{what} has no body");
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is named and not there");
    }
}
