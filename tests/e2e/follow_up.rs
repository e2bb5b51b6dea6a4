//! Refusal and "not found" make the next visit; help is voluntary.

use serde_json::{Value, json};
use tests::client::{Client, report_at};
use tests::program::{Program, ProgramOptions};
use uuid::Uuid;

/// A report whose reporter is already beside the person; case and task.
async fn beside(patrol: &Client, signs: &[&str], north: f64) -> (String, String) {
    let task = Uuid::now_v7();
    let mut body = report_at(121.4008, 31.2462 + north, signs);
    body["task"] = json!({"id": task, "state": "arrived"});
    let report = patrol.reported(body).await;
    (
        report["case_id"].as_str().unwrap().to_owned(),
        task.to_string(),
    )
}

fn outcome(kind: &str, detail: Option<&str>) -> Value {
    json!({"outcome": kind, "detail": detail, "n_met": 1, "offered": ["station", "quilt"], "informed": true,
        "card_left": true, "capacity": "has"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_followed_up_by_the_table() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let (case_id, task) = beside(&patrol, &["bedded_down"], 0.0).await;
    patrol
        .post(
            &format!("/api/v1/tasks/{task}/outcome"),
            outcome("refused", Some("belongings")),
        )
        .await
        .ok();
    let case = command.case(&case_id).await;
    assert_eq!(case["state"], "follow_up");
    let revisit = case["deadlines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["kind"] == "revisit")
        .unwrap()
        .clone();
    let hours = tests::client::ms_between(&json!(tests::client::now()), &revisit["by"]) / 3_600_000;
    assert!(
        (71..=72).contains(&hours),
        "72 h in a street without colour, found {hours} h"
    );
    let due = command
        .get(&format!(
            "/api/v1/revisits?due_by={}",
            tests::client::seconds_from_now(80 * 3600)
        ))
        .await
        .ok();
    assert!(
        due["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["case_id"] == json!(case_id)),
        "{due}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn not_found_is_looked_for_again() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let (case_id, task) = beside(&patrol, &["bedded_down"], 0.0).await;
    let body = json!({"outcome": "not_found", "detail": "no_trace", "searched": ["ground", "shelter_200m"]});
    patrol
        .post(&format!("/api/v1/tasks/{task}/outcome"), body)
        .await
        .ok();
    let case = command.case(&case_id).await;
    assert_eq!(case["state"], "follow_up", "{case}");
    assert!(
        case["deadlines"]
            .as_array()
            .unwrap()
            .iter()
            .any(|d| d["kind"] == "revisit")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_information_and_an_offer_and_no_patrol_acts_against_it() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let (case_id, task) = beside(&patrol, &["bedded_down"], 0.0).await;
    let path = format!("/api/v1/tasks/{task}/outcome");
    let mut body = outcome("refused", Some("distrust"));
    body["informed"] = json!(false);
    patrol
        .post(&path, body.clone())
        .await
        .refused(422, "outcome_incomplete");
    body["informed"] = json!(true);
    body["offered"] = json!([]);
    patrol
        .post(&path, body.clone())
        .await
        .refused(422, "outcome_incomplete");
    body["offered"] = json!(["station"]);
    body["legal_basis"] =
        json!({"ground": "emergency_treatment", "article": "x", "decided_by": "patrol"});
    patrol
        .post(&path, body.clone())
        .await
        .refused(409, "basis_not_yours");
    body["legal_basis"] =
        json!({"ground": "emergency_treatment", "article": "突发事件应对法", "decided_by": "120"});
    let answer = patrol.post(&path, body).await;
    assert!(answer.status == 200 || answer.status == 201, "{answer:?}");
    let case = command.case(&case_id).await;
    assert!(
        case["escalations"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["department"] == "health"),
        "the body that may act is asked: {}",
        case["escalations"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_special_concern_is_due_within_the_week() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, street) = (
        program.sign_in("patrol1").await,
        program.sign_in("street1").await,
    );
    let (case_id, task) = beside(&patrol, &["bedded_down", "aged_60_or_older"], 0.0).await;
    let person = street
        .post(
            "/api/v1/persons",
            json!({"name_quality": "code_name", "age_band": "60_79", "special_care": true}),
        )
        .await
        .ok();
    let person_id = person["person_id"]
        .as_str()
        .or(person["id"].as_str())
        .unwrap_or_else(|| panic!("{person}"))
        .to_owned();
    street
        .post(
            &format!("/api/v1/cases/{case_id}/subjects"),
            json!({"n": 1, "person_id": person_id}),
        )
        .await
        .ok();
    let body = json!({"outcome": "street_aid", "n_met": 1, "offered": ["quilt"], "informed": true,
        "items": [{"name": "棉被", "n": 1}]});
    patrol
        .post(&format!("/api/v1/tasks/{task}/outcome"), body)
        .await
        .ok();
    let due = street
        .get(&format!(
            "/api/v1/revisits?due_by={}",
            tests::client::seconds_from_now(8 * 86_400)
        ))
        .await
        .ok();
    assert!(
        due["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["person_id"] == json!(person_id) || r["case_id"] == json!(case_id)),
        "{due}"
    );
}
