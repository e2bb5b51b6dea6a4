//! Duplicates, merge, undo and split through the public interface.

use serde_json::{Value, json};
use tests::client::{Client, report_at};
use tests::program::{Program, ProgramOptions};

const LON: f64 = 121.4008;
const LAT: f64 = 31.2462;
/// About ten metres to the north.
const TEN_M: f64 = 0.000_09;

fn id_of<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {document}"))
}

fn kinds(case: &Value) -> Vec<String> {
    case["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["kind"].as_str().unwrap().to_owned())
        .collect()
}

async fn two_cases(patrol: &Client) -> (String, String) {
    // A sign of P1 keeps both apart: they are only suggested to each other.
    let a = patrol
        .reported(report_at(LON, LAT, &["bedded_down", "aged_60_or_older"]))
        .await;
    let b = patrol
        .reported(report_at(LON, LAT + TEN_M, &["bedded_down", "disabled"]))
        .await;
    assert_ne!(a["case_id"], b["case_id"]);
    let suggestion = &b["may_duplicate"][0];
    assert_eq!(suggestion["case_id"], a["case_id"], "{b}");
    assert!(suggestion["score"].as_f64().unwrap() > 0.5, "{suggestion}");
    assert!(
        (5.0..20.0).contains(&suggestion["distance_m"].as_f64().unwrap()),
        "{suggestion}"
    );
    (
        id_of(&a, "case_id").to_owned(),
        id_of(&b, "case_id").to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_near_report_without_danger_signs_joins_by_itself() {
    let program = Program::start(ProgramOptions::default()).await;
    let patrol = program.sign_in("patrol1").await;
    let a = patrol.reported(report_at(LON, LAT, &["bedded_down"])).await;
    let b = patrol
        .reported(report_at(LON, LAT + TEN_M, &["bedded_down"]))
        .await;
    assert_eq!(
        (&a["merged"], &b["merged"]),
        (&json!(false), &json!(true)),
        "{b}"
    );
    assert_eq!(a["case_id"], b["case_id"]);
    let far = patrol
        .reported(report_at(LON, LAT + 30.0 * TEN_M, &["bedded_down"]))
        .await;
    assert_ne!(a["case_id"], far["case_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_and_its_undo_restore_both_sides() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command, police) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
        program.sign_in("police").await,
    );
    let (a, b) = two_cases(&patrol).await;
    // One visit is under way when the cases are merged.
    let own = command.case(&b).await;
    let goes = |task: &Value| {
        ["waiting", "offered", "accepted"]
            .iter()
            .any(|s| task["state"] == *s)
    };
    assert!(own["tasks"].as_array().unwrap().iter().any(goes), "{own}");
    let (before_a, before_b) = (command.case(&a).await, command.case(&b).await);
    command
        .post(
            &format!("/api/v1/cases/{b}/merge"),
            json!({"into": a, "same": [[1, 1]], "reason": "同一个人"}),
        )
        .await
        .ok();
    let merged = command.case(&b).await;
    assert_eq!(merged["merged_into"], json!(a));
    let survivor = command.case(&a).await;
    assert_eq!(survivor["n_sightings"], 2, "{survivor}");
    assert_eq!(survivor["subjects"].as_array().unwrap().len(), 1);

    // While merged: a department answers on what was asked for the second case, and an outcome is recorded.
    let asked: Vec<Value> = survivor["escalations"].as_array().unwrap().clone();
    let of_b = asked
        .iter()
        .find(|e| e["case_id"] == json!(b) && e["department"] == "police")
        .cloned();
    if let Some(escalation) = &of_b {
        let path = format!(
            "/api/v1/escalations/{}/acknowledge",
            id_of(escalation, "id")
        );
        police
            .post(&path, json!({"name": "李警官", "eta_min": 10}))
            .await
            .ok();
    }
    let street = program.sign_in("street1").await;
    let visit = street
        .post(
            &format!("/api/v1/cases/{a}/assign"),
            json!({"unit": "u-1", "reason": "最近"}),
        )
        .await;
    assert!(visit.status < 500, "{visit:?}");

    command
        .post(
            &format!("/api/v1/cases/{a}/unmerge"),
            json!({"case_id": b, "take": [], "reason": "不是同一个人"}),
        )
        .await
        .ok();
    let (after_a, after_b) = (command.case(&a).await, command.case(&b).await);
    assert_eq!(after_b["merged_into"], Value::Null);
    assert_eq!(
        (&after_a["n_sightings"], &after_b["n_sightings"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(after_a["state"], "open");
    assert_eq!(after_b["state"], "open");
    for (before, after) in [(&before_a, &after_a), (&before_b, &after_b)] {
        let (was, is) = (kinds(before), kinds(after));
        let kept: Vec<&String> = is.iter().filter(|kind| was.contains(kind)).collect();
        assert!(
            kept.len() >= was.len(),
            "the story of each side is whole: {was:?} {is:?}"
        );
        assert!(
            is.contains(&"case.merged".to_owned()) && is.contains(&"case.unmerged".to_owned()),
            "{is:?}"
        );
        assert_eq!(before["priority"]["value"], after["priority"]["value"]);
    }
    if of_b.is_some() {
        let back = after_b["escalations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["department"] == "police")
            .unwrap();
        assert!(
            back["acknowledged_at"].is_string(),
            "the answer went back with what was asked: {back}"
        );
        assert!(
            !after_a["escalations"]
                .as_array()
                .unwrap()
                .iter()
                .any(|e| e["id"] == back["id"]),
            "and is no longer with the other side"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sighting_can_be_split_into_another_case_that_exists() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let first = patrol.reported(report_at(LON, LAT, &["bedded_down"])).await;
    let second = patrol
        .reported(report_at(LON, LAT + TEN_M, &["bedded_down"]))
        .await;
    let other = patrol
        .reported(report_at(LON, LAT + 40.0 * TEN_M, &["bedded_down"]))
        .await;
    assert_eq!(first["case_id"], second["case_id"]);
    let (from, to) = (id_of(&first, "case_id"), id_of(&other, "case_id"));
    command
        .post(
            &format!("/api/v1/cases/{from}/split"),
            json!({"sightings": [second["sighting_id"]], "to_case": to, "reason": "另一个人"}),
        )
        .await
        .ok();
    assert_eq!(command.case(from).await["n_sightings"], 1);
    assert_eq!(command.case(to).await["n_sightings"], 2);
    command
        .post(
            &format!("/api/v1/cases/{to}/split"),
            json!({"sightings": [second["sighting_id"]], "to_case": from, "reason": "改回来"}),
        )
        .await
        .ok();
    assert_eq!(command.case(from).await["n_sightings"], 2);
    assert_eq!(command.case(to).await["n_sightings"], 1);
}
