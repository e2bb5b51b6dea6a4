//! Bad input: each mistake has a stable code, a JSON pointer where a field is at fault, and words in two languages. What a
//! patrol reports with a wrong clock or from an impossible place is accepted and doubted; an import of it is refused.

use std::fmt::Write as _;

use model::time::Span;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tests::client::{Client, now, report_at, seconds_from_now};
use tests::program::PASSWORD;
use tests::server::{ServerOptions, TestServer};
use tools::import::{ImportOptions, Kind};
use uuid::Uuid;

/// What a mistake does to a good report.
type Change = fn(&mut Value);

/// A mistake in words, what it does to a good report, number, code, pointer.
const REPORTS: &[(&str, Change, u16, &str, Option<&str>)] = &[
    (
        "an unknown field",
        |r| r["colour"] = json!("red"),
        422,
        "unknown_field",
        Some("/colour"),
    ),
    (
        "an unknown field further in",
        |r| r["position"]["srid"] = json!(4326),
        422,
        "unknown_field",
        Some("/position/srid"),
    ),
    (
        "an unknown sign",
        |r| r["signs"] = json!(["bedded_down", "sleepy"]),
        422,
        "unknown_word",
        Some("/signs/1"),
    ),
    (
        "a time without offset",
        |r| r["seen_at"] = json!("2026-01-12T22:14:00"),
        422,
        "impossible_time",
        Some("/seen_at"),
    ),
    (
        "a latitude out of range",
        |r| r["position"]["lat"] = json!(131.0),
        422,
        "impossible_position",
        Some("/position/lat"),
    ),
    (
        "a longitude out of range",
        |r| r["position"]["lon"] = json!(-181.0),
        422,
        "impossible_position",
        Some("/position/lon"),
    ),
    (
        "a negative accuracy",
        |r| r["position"]["accuracy_m"] = json!(-3),
        422,
        "impossible_position",
        Some("/position/accuracy_m"),
    ),
    (
        "an absurd number of people",
        |r| r["n_people"] = json!(4_000_000),
        422,
        "out_of_range",
        Some("/n_people"),
    ),
    (
        "a negative number of people",
        |r| r["n_people"] = json!(-1),
        422,
        "out_of_range",
        Some("/n_people"),
    ),
    (
        "a wrong coordinate system",
        |r| r["position"]["crs"] = json!("epsg:3857"),
        422,
        "unknown_crs",
        Some("/position/crs"),
    ),
    (
        "a missing field",
        |r| {
            r.as_object_mut().unwrap().remove("source");
        },
        422,
        "missing_field",
        Some("/source"),
    ),
    (
        "a text in place of a number",
        |r| r["n_people"] = json!("two"),
        422,
        "wrong_kind",
        Some("/n_people"),
    ),
    (
        "neither position nor place",
        |r| r["position"] = Value::Null,
        422,
        "nowhere_given",
        Some("/position"),
    ),
    (
        "a note that is a book",
        |r| r["note"] = json!("长".repeat(4_001)),
        422,
        "text_length",
        Some("/note"),
    ),
];

#[track_caller]
fn assert_problem(what: &str, number: u16, body: &Value, expected: (u16, &str, Option<&str>)) {
    let pointer = body["pointer"].as_str();
    assert_eq!(
        (number, body["code"].as_str().unwrap_or_default(), pointer),
        expected,
        "{what}: {body}"
    );
    assert_eq!(body["status"], expected.0, "{what}");
    let title = body["title"].as_str().unwrap_or_default();
    assert!(
        title
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{what}: no Chinese title: {body}"
    );
    assert!(
        body["title_en"]
            .as_str()
            .is_some_and(|title| !title.is_empty()),
        "{what}: no English title: {body}"
    );
    assert!(
        ["never", "same", "later"].contains(&body["retry"].as_str().unwrap_or_default()),
        "{what}: {body}"
    );
}

/// Sends bytes as they are.
async fn send_raw(
    client: &Client,
    base_url: &str,
    path: &str,
    media: &str,
    body: Vec<u8>,
) -> (u16, Value) {
    let method = if path.starts_with("/api/v1/sightings/") {
        reqwest::Method::PUT
    } else {
        reqwest::Method::POST
    };
    let answer = reqwest::Client::new()
        .request(method, format!("{base_url}{path}"))
        .bearer_auth(&client.token)
        .header(CONTENT_TYPE, media)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.headers()[CONTENT_TYPE],
        "application/problem+json",
        "{path}"
    );
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_report_with_a_mistake_is_refused_with_its_code_and_its_pointer() {
    let server = TestServer::start(ServerOptions::default()).await;
    let patrol = server.client("patrol1");
    for (what, change, number, code, pointer) in REPORTS {
        let mut report = report_at(121.40, 31.25, &["bedded_down"]);
        change(&mut report);
        let answer = patrol.report(Uuid::now_v7(), &report).await;
        assert_problem(what, answer.status, &answer.body, (*number, code, *pointer));
    }
    // The same mistakes in an outbox: each operation is refused alone, and the good one between them is accepted.
    for (what, change, _, code, pointer) in REPORTS {
        let mut bad = report_at(121.40, 31.25, &["bedded_down"]);
        change(&mut bad);
        let good = report_at(121.41, 31.25, &["bedded_down"]);
        let operation = |seq: u32, body: Value| json!({"id": Uuid::now_v7(), "device_seq": seq, "kind": "sighting", "recorded_at": now(), "body": body});
        let outbox = json!({"device": "d-1", "sent_at": now(), "operations": [operation(1, bad), operation(2, good)]});
        let answers = patrol.post("/api/v1/sync", outbox).await.ok();
        let first = &answers["answers"][0];
        assert_eq!(first["result"], "refused", "{what}: {answers}");
        assert_eq!(first["problem"]["code"], *code, "{what}");
        let below = pointer.map(|pointer| format!("/operations/0/body{pointer}"));
        assert_eq!(
            first["problem"]["pointer"].as_str(),
            below.as_deref(),
            "{what}"
        );
        assert_eq!(
            answers["answers"][1]["result"], "accepted",
            "{what}: {answers}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_at_all_is_told_apart() {
    let server = TestServer::start(ServerOptions::default()).await;
    let patrol = server.client("patrol1");
    let path = format!("/api/v1/sightings/{}", Uuid::now_v7());
    let nan = r#"{"position":{"lon":NaN,"lat":31.25},"seen_at":"2026-01-12T22:14:00+08:00","signs":[],"n_people":1,"source":"patrol"}"#;
    let rows: Vec<(&str, &str, Vec<u8>, u16, &str)> = vec![
        (
            "broken JSON",
            "application/json",
            b"{\"signs\":[".to_vec(),
            400,
            "malformed_body",
        ),
        (
            "NaN",
            "application/json",
            nan.as_bytes().to_vec(),
            400,
            "malformed_body",
        ),
        (
            "a body of 10 MB",
            "application/json",
            vec![b' '; 10 * 1024 * 1024],
            413,
            "body_too_large",
        ),
        (
            "another media type",
            "text/csv",
            b"a,b".to_vec(),
            415,
            "unsupported_media_type",
        ),
        (
            "an outbox of 10 MB",
            "application/json",
            vec![b' '; 10 * 1024 * 1024],
            413,
            "body_too_large",
        ),
    ];
    for (what, media, body, number, code) in rows {
        let path = if what.starts_with("an outbox") {
            "/api/v1/sync"
        } else {
            &path
        };
        let (got, answer) = send_raw(patrol, &server.base_url, path, media, body).await;
        assert_problem(what, got, &answer, (number, code, None));
    }
}

#[tokio::test]
async fn broken_weather_documents_are_bad_signals() {
    let server = TestServer::start(ServerOptions::default()).await;
    let command = server.client("command");
    let mut expanding = String::from("<?xml version=\"1.0\"?><!DOCTYPE alert [<!ENTITY a0 \"ha\">");
    for n in 1..20 {
        let before = n - 1;
        write!(
            expanding,
            "<!ENTITY a{n} \"&a{before};&a{before};&a{before};\">"
        )
        .unwrap();
    }
    expanding.push_str("]><alert><identifier>&a19;</identifier></alert>");
    let rows = [
        ("broken CAP", "<alert><identifier>x</identifier>".to_owned()),
        ("CAP without what matters", "<alert><identifier>x</identifier></alert>".to_owned()),
        ("entities that expand", expanding),
        ("an external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><alert><identifier>&x;</identifier></alert>".to_owned()),
    ];
    for (what, body) in rows {
        for media in ["application/cap+xml", "application/xml"] {
            let path = "/api/v1/weather/signals";
            let (got, answer) = send_raw(
                command,
                &server.base_url,
                path,
                media,
                body.clone().into_bytes(),
            )
            .await;
            assert_problem(what, got, &answer, (422, "bad_signal", None));
        }
    }
    let mut signal = json!({"id": "s-1", "kind": "forecast", "issued_at": now(), "station": "上海中心气象台",
                            "areas": ["310107"], "values": {"temp_min_c": 4000.0}});
    let answer = command
        .post("/api/v1/weather/signals", signal.clone())
        .await;
    assert_problem(
        "a temperature of a star",
        answer.status,
        &answer.body,
        (422, "out_of_range", Some("/values/temp_min_c")),
    );
    signal["kind"] = json!("earthquake");
    let answer = command.post("/api/v1/weather/signals", signal).await;
    assert_problem(
        "an unknown kind",
        answer.status,
        &answer.body,
        (422, "unknown_word", Some("/kind")),
    );
}

#[tokio::test]
async fn third_parties_must_name_their_coordinate_system() {
    let server = TestServer::start(ServerOptions::default()).await;
    let mut report = report_at(121.40, 31.25, &["bedded_down"]);
    report["position"].as_object_mut().unwrap().remove("crs");
    report["source"] = json!("hotline");
    for account in ["street1", "police", "command"] {
        let answer = server.client(account).report(Uuid::now_v7(), &report).await;
        assert_problem(
            account,
            answer.status,
            &answer.body,
            (422, "unknown_crs", Some("/position/crs")),
        );
    }
    assert_eq!(
        server
            .client("patrol1")
            .report(Uuid::now_v7(), &report)
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn an_expired_session_is_told_from_none_at_all() {
    let options = ServerOptions {
        session_within: Some(Span::from_ms(400)),
        ..ServerOptions::default()
    };
    let server = TestServer::start(options).await;
    let client = Client::sign_in(&server.base_url, "command", PASSWORD).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let answer = client.get("/api/v1/cases").await;
    assert_problem(
        "an expired session",
        answer.status,
        &answer.body,
        (401, "session_expired", None),
    );
}

#[tokio::test]
async fn the_wrong_caller_and_the_unknown_thing_are_told_apart() {
    let server = TestServer::start(ServerOptions::default()).await;
    let fresh = |account: &str| server.client(account).clone();
    let mut unknown = fresh("command");
    unknown.token = "0".repeat(64);
    let answer = unknown.get("/api/v1/cases").await;
    assert_problem(
        "an unknown token",
        answer.status,
        &answer.body,
        (401, "not_signed_in", None),
    );

    let answer = fresh("patrol1")
        .post("/api/v1/drill", json!({"on": true, "reason": "演练"}))
        .await;
    assert_problem(
        "a wrong role",
        answer.status,
        &answer.body,
        (403, "role_may_not", None),
    );

    let command = fresh("command");
    let id = Uuid::now_v7();
    let answer = command.get(&format!("/api/v1/cases/{id}")).await;
    assert_problem(
        "an unknown id",
        answer.status,
        &answer.body,
        (404, "not_found", None),
    );
    let answer = command
        .post(
            &format!("/api/v1/cases/{id}/take"),
            json!({"name": "赵", "reason": "跟进"}),
        )
        .await;
    assert_problem(
        "a decision on an unknown id",
        answer.status,
        &answer.body,
        (404, "not_found", None),
    );
    let answer = command.get("/api/v1/cases/17").await;
    assert_problem(
        "an id that is none",
        answer.status,
        &answer.body,
        (422, "bad_id", None),
    );
    let answer = command.get("/api/v1/nothing").await;
    assert_problem(
        "an unknown route",
        answer.status,
        &answer.body,
        (404, "not_found", None),
    );
    let answer = command.post("/api/v1/jurisdictions", json!({})).await;
    assert_problem(
        "a wrong method",
        answer.status,
        &answer.body,
        (405, "method_not_allowed", None),
    );
    let answer = command.get("/api/v1/cases?bbox=1,2,3").await;
    assert_problem(
        "a box of three corners",
        answer.status,
        &answer.body,
        (422, "out_of_range", None),
    );
    let answer = command.get("/api/v1/cases?level=purple").await;
    assert_problem(
        "an unknown colour",
        answer.status,
        &answer.body,
        (422, "unknown_word", None),
    );
    let answer = command
        .post(
            &format!("/api/v1/cases/{id}/take"),
            json!({"name": " ", "reason": "跟进"}),
        )
        .await;
    assert_problem(
        "an empty name",
        answer.status,
        &answer.body,
        (422, "text_length", Some("/name")),
    );
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_with_a_time_to_wait() {
    let server = TestServer::start(ServerOptions::default()).await;
    let http = reqwest::Client::new();
    let try_once = || {
        http.post(format!("{}/api/v1/session", server.base_url))
            .json(&json!({"account": "auditor", "password": "guess"}))
            .send()
    };
    for _ in 0..5 {
        let answer = try_once().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(
            answer.json::<Value>().await.unwrap()["code"],
            "wrong_credentials"
        );
    }
    let answer = try_once().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert!(
        answer.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 0
    );
    assert_eq!(
        answer.json::<Value>().await.unwrap()["code"],
        "too_many_tries"
    );
}

#[tokio::test]
async fn a_patrols_wrong_clock_and_impossible_place_are_accepted_and_doubted() {
    let server = TestServer::start(ServerOptions::default()).await;
    let patrol = server.client("patrol1");
    let mut late = report_at(121.40, 31.25, &["bedded_down"]);
    late["seen_at"] = json!(seconds_from_now(3 * 3600));
    let answer = patrol.report(Uuid::now_v7(), &late).await.ok();
    assert_eq!(answer["doubts"], json!(["time"]), "{answer}");
    // Pudong, across the river and far outside the district.
    let across = report_at(121.60, 31.20, &["bedded_down"]);
    let answer = patrol.report(Uuid::now_v7(), &across).await.ok();
    assert_eq!(answer["doubts"], json!(["position"]), "{answer}");
    assert_eq!(
        answer["jurisdiction"]["code"], "310107005",
        "the reporter's own street: {answer}"
    );
}

#[tokio::test]
async fn an_import_of_the_same_rows_is_refused_and_names_row_and_column() {
    let server = TestServer::start(ServerOptions::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sightings.csv");
    let text = format!(
        "id,seen_at,lon,lat,crs,accuracy_m,signs,n_people,place_name,note,source\n\
         a-1,{},121.40,31.25,wgs84,10,bedded_down,1,,,hotline\n\
         a-2,{},121.40,31.25,wgs84,10,bedded_down,1,,,hotline\n\
         a-3,{},121.60,31.20,wgs84,10,bedded_down,1,,,hotline\n",
        now(),
        seconds_from_now(3 * 3600),
        now()
    );
    std::fs::write(&file, text).unwrap();
    let errand = server::errand::Errand::Import(Box::new(server::errand::ImportErrand {
        kind: Kind::Sightings,
        file,
        district: None,
        options: ImportOptions::default(),
        dry_run: false,
    }));
    let said = server::errand::run(&server.runtime, errand).await;
    assert!(!said.done, "{}", said.text);
    let problems = said.value["report"]["problems"].as_array().unwrap();
    let lines: Vec<u64> = problems
        .iter()
        .filter(|p| p["gravity"] == "error")
        .filter_map(|p| p["line"].as_u64())
        .collect();
    assert_eq!(lines, [3, 4], "{}", said.text);
    let cases = server.client("command").get("/api/v1/cases").await.ok();
    assert_eq!(cases["items"], json!([]), "all or nothing");
}
