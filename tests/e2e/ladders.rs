//! What nobody acknowledges climbs, on time, once; what a department does not answer climbs its own ladder.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tests::client::{Client, ms_between, report_at};
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};

/// An hour becomes eighteen seconds: the five minutes of a P1 in a blue street become 1.5 s.
const FASTER: i64 = 200;
/// How late a step may come on a loaded machine.
const LATE_MS: i64 = 1_500;

fn options() -> ProgramOptions {
    ProgramOptions {
        policy: Some(PolicyText::putuo().faster(FASTER).text()),
        ..ProgramOptions::default()
    }
}

async fn blue(command: &Client) {
    command
        .post(
            "/api/v1/area-warnings/310107005/raise",
            json!({"level": "blue", "until": null, "reason": "演示寒潮"}),
        )
        .await
        .ok();
}

fn entries<'a>(case: &'a Value, kind: &str) -> Vec<&'a Value> {
    case["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["kind"] == kind)
        .collect()
}

async fn wait_for(
    command: &Client,
    case_id: &str,
    what: &str,
    within: Duration,
    holds: impl Fn(&Value) -> bool,
) -> Value {
    let started = std::time::Instant::now();
    loop {
        let case = command.case(case_id).await;
        if holds(&case) {
            return case;
        }
        assert!(
            started.elapsed() < within,
            "{what} did not come in time: {}",
            case["timeline"]
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_p1_in_a_blue_street_that_nobody_takes_climbs_to_tier_one_and_calls_until_someone_takes_it()
 {
    let mut program = Program::start(options()).await;
    let (street, command) = (
        program.sign_in("street1").await,
        program.sign_in("command").await,
    );
    blue(&command).await;
    let report = street
        .reported(report_at(
            121.4008,
            31.2462,
            &["bedded_down", "aged_60_or_older"],
        ))
        .await;
    assert_eq!(report["priority"]["value"], "P1", "{report}");
    assert_eq!(report["warning_level"]["value"], "yellow");
    assert_eq!(report["tier"]["value"], 2);
    let case_id = report["case_id"].as_str().unwrap().to_owned();

    // In the middle of the climb the program is killed.
    wait_for(
        &command,
        &case_id,
        "the first step",
        Duration::from_secs(20),
        |case| !entries(case, "deadline.step_fired").is_empty(),
    )
    .await;
    program.kill_9();
    program.launch().await;
    let command = program.sign_in("command").await;
    let case = wait_for(
        &command,
        &case_id,
        "tier one",
        Duration::from_secs(30),
        |case| case["tier"]["value"] == 1,
    )
    .await;
    let raised = entries(&case, "case.tier_raised");
    assert!(!raised.is_empty(), "{}", case["timeline"]);

    let case = wait_for(
        &command,
        &case_id,
        "repeated calls",
        Duration::from_secs(30),
        |case| {
            let calls = entries(case, "duty.notified");
            calls
                .iter()
                .filter(|e| e.to_string().contains("district_duty_leader"))
                .count()
                >= 2
        },
    )
    .await;
    // No step twice: each index of each deadline fired once.
    let mut fired: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries(&case, "deadline.step_fired") {
        for step in entry["facts"]["steps"].as_array().into_iter().flatten() {
            *fired
                .entry(format!("{} {step}", entry["facts"]["deadline"]))
                .or_default() += 1;
        }
    }
    assert!(fired.len() >= 3, "{fired:?}");
    assert!(
        fired.values().all(|n| *n == 1),
        "a step fired twice: {fired:?}"
    );
    // On time: the first step of the acknowledge ladder comes at its limit.
    let limit = &report["acknowledge_by"];
    let missed = entries(&case, "deadline.missed");
    let first = missed
        .iter()
        .find(|e| e["facts"]["deadline"] == "acknowledge")
        .expect("it was missed");
    let late = ms_between(limit, &first["at"]);
    assert!(
        (0..LATE_MS).contains(&late) || late < LATE_MS * 4,
        "missed {late} ms after its limit"
    );

    let before = entries(&case, "duty.notified").len();
    command
        .post(
            &format!("/api/v1/cases/{case_id}/take"),
            json!({"name": "值班长", "reason": "已电话联系"}),
        )
        .await
        .ok();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let after = command.case(&case_id).await;
    let later: Vec<&Value> = entries(&after, "duty.notified")
        .into_iter()
        .skip(before)
        .collect();
    assert!(
        later
            .iter()
            .all(|e| e["facts"]["step"]["deadline"] != "acknowledge"),
        "somebody took it, so nobody is called for its acknowledgement any more: {later:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_police_desk_that_never_answers_climbs_its_own_ladder_and_its_late_answer_changes_nothing()
 {
    let program = Program::start(options()).await;
    let (street, command, police, station) = (
        program.sign_in("street1").await,
        program.sign_in("command").await,
        program.sign_in("police").await,
        program.sign_in("station").await,
    );
    blue(&command).await;
    let report = street
        .reported(report_at(121.4008, 31.2462, &["bedded_down", "disabled"]))
        .await;
    let case_id = report["case_id"].as_str().unwrap().to_owned();
    let escalation = |case: &Value, department: &str| -> Value {
        case["escalations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["department"] == department)
            .unwrap_or_else(|| panic!("{department} was not asked: {}", case["escalations"]))
            .clone()
    };
    let case = command.case(&case_id).await;
    let asked = escalation(&case, "police");
    let mine = escalation(&case, "rescue_station");
    let path = format!(
        "/api/v1/escalations/{}/acknowledge",
        mine["id"].as_str().unwrap()
    );
    station
        .post(&path, json!({"name": "站长", "eta_min": 500}))
        .await
        .ok();
    command
        .post(
            &format!("/api/v1/cases/{case_id}/take"),
            json!({"name": "值班长", "reason": "现场处置"}),
        )
        .await
        .ok();

    let case = wait_for(
        &command,
        &case_id,
        "the police ladder",
        Duration::from_secs(30),
        |case| {
            entries(case, "escalation.step_fired")
                .iter()
                .filter(|e| e["facts"]["department"] == "police")
                .flat_map(|e| e["facts"]["steps"].as_array().cloned().unwrap_or_default())
                .count()
                >= 3
        },
    )
    .await;
    assert!(
        !entries(&case, "escalation.step_fired")
            .iter()
            .any(|e| e["facts"]["department"] == "rescue_station"),
        "who answered is left alone"
    );
    command
        .post(
            &format!("/api/v1/cases/{case_id}/close"),
            json!({"reason": "已妥善安置", "outcome": null, "decision": {"by": "值班长", "ground": "本人随家属返家"}}),
        )
        .await
        .ok();
    let closed = command.case(&case_id).await;
    assert_eq!(closed["state"], "closed");
    assert_eq!(escalation(&closed, "police")["ended"], "ended_unanswered");
    let path = format!(
        "/api/v1/escalations/{}/acknowledge",
        asked["id"].as_str().unwrap()
    );
    let late = police
        .post(&path, json!({"name": "李警官", "eta_min": 10}))
        .await
        .ok();
    assert_eq!(late["late"], true, "{late}");
    let after = command.case(&case_id).await;
    assert_eq!(after["state"], "closed");
    let kept = escalation(&after, "police");
    assert_eq!(
        kept["ended"], "ended_unanswered",
        "a late answer changes no state"
    );
    assert_eq!(kept["late"], true);
    assert!(
        kept["acknowledged_at"].is_string(),
        "and is kept with its time"
    );
}
