//! A change of colour: every open case of the street within a second, one escalation a department, no step in the
//! first minute for what is old; lowering obeys its rules.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::client::report_at;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};

#[tokio::test(flavor = "multi_thread")]
async fn a_street_raised_from_blue_to_orange_regrades_its_cases_at_once_and_asks_each_department_once()
 {
    let program = Program::start(ProgramOptions::default()).await;
    let (street, command) = (
        program.sign_in("street1").await,
        program.sign_in("command").await,
    );
    let raise = "/api/v1/area-warnings/310107005/raise";
    command
        .post(
            raise,
            json!({"level": "blue", "until": null, "reason": "降温"}),
        )
        .await
        .ok();
    let mut cases = Vec::new();
    for i in 0..40_u32 {
        let body = report_at(
            121.398 + f64::from(i % 8) * 0.001,
            31.243 + f64::from(i / 8) * 0.001,
            &["bedded_down"],
        );
        cases.push(
            street.reported(body).await["case_id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    cases.sort();
    cases.dedup();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let preview = format!("{raise}?preview=true");
    command
        .post(
            &preview,
            json!({"level": "orange", "until": null, "reason": "寒潮"}),
        )
        .await
        .ok();
    let began = Instant::now();
    command
        .post(
            raise,
            json!({"level": "orange", "until": null, "reason": "寒潮"}),
        )
        .await
        .ok();
    let regraded = loop {
        let list = command
            .get("/api/v1/cases?jurisdiction=310107005&open=true&limit=200")
            .await
            .ok();
        let orange = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["warning_level"]["value"] == "orange")
            .count();
        if orange >= cases.len() {
            break began.elapsed();
        }
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{orange} of {} are orange",
            cases.len()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    println!("{} cases re-graded after {regraded:?}", cases.len());
    assert!(regraded < Duration::from_secs(1), "{regraded:?}");

    let escalations = command
        .get("/api/v1/escalations?open=true&limit=500")
        .await
        .ok();
    let areas: Vec<&Value> = escalations["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["case_id"].is_null())
        .collect();
    let mut departments: Vec<&str> = areas
        .iter()
        .map(|e| e["department"].as_str().unwrap())
        .collect();
    departments.sort_unstable();
    let asked = departments.len();
    departments.dedup();
    assert_eq!(
        asked,
        departments.len(),
        "one for each department: {departments:?}"
    );
    for department in [
        "police",
        "city_management",
        "civil_affairs",
        "health",
        "emergency",
        "rescue_station",
    ] {
        assert!(
            departments.contains(&department),
            "{department} is asked: {departments:?}"
        );
    }
    let one = areas.iter().find(|e| e["department"] == "police").unwrap();
    let police = program.sign_in("police").await;
    let path = format!(
        "/api/v1/escalations/{}/acknowledge",
        one["id"].as_str().unwrap()
    );
    police
        .post(&path, json!({"name": "李警官", "eta_min": 20}))
        .await
        .ok();
    let left = police
        .get("/api/v1/escalations?department=police&open=true")
        .await
        .ok();
    let waiting = left["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["acknowledged_at"].is_null())
        .count();
    assert_eq!(waiting, 0, "one acknowledgement answers for all: {left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lowering_by_hand_waits_for_six_hours_and_the_morning_unless_it_undoes_a_raise() {
    let program = Program::start(ProgramOptions::default()).await;
    let command = program.sign_in("command").await;
    let (raise, lower) = (
        "/api/v1/area-warnings/310107005/raise",
        "/api/v1/area-warnings/310107005/lower",
    );
    command
        .post(
            raise,
            json!({"level": "yellow", "until": null, "reason": "降温"}),
        )
        .await
        .ok();
    command
        .post(lower, json!({"level": "none", "reason": "按错了"}))
        .await
        .ok();
    let list = command.get("/api/v1/area-warnings").await.ok();
    let area = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["jurisdiction"] == "310107005")
        .unwrap()
        .clone();
    assert_eq!(
        area["level"], "none",
        "a raise can be undone within fifteen minutes"
    );

    // With a window of one millisecond the same lowering comes too late for an undo.
    let policy = PolicyText::putuo()
        .set("area_colour.hand.undo_within", "1ms")
        .text();
    let program = Program::start(ProgramOptions {
        policy: Some(policy),
        ..ProgramOptions::default()
    })
    .await;
    let command = program.sign_in("command").await;
    command
        .post(
            raise,
            json!({"level": "yellow", "until": null, "reason": "降温"}),
        )
        .await
        .ok();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let problem = command
        .post(lower, json!({"level": "none", "reason": "回暖"}))
        .await
        .refused(409, "lowering_not_allowed_now");
    assert!(problem["allowed_at"].is_string(), "it says when: {problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_quoted_apart_with_station_and_time_and_its_cancel_is_heard() {
    let program = Program::start(ProgramOptions::default()).await;
    let command = program.sign_in("command").await;
    let signal = |cancelled: bool| {
        json!({"id": "sh-7", "kind": "cold_wave", "colour": "orange", "issued_at": tests::client::now(),
            "expires_at": tests::client::seconds_from_now(7_200), "station": "上海中心气象台", "areas": ["310107"],
            "values": {"temp_min_c": -5.0}, "cancelled": cancelled})
    };
    command
        .post("/api/v1/weather/signals", signal(false))
        .await
        .ok();
    let list = command.get("/api/v1/area-warnings").await.ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!(
        items.iter().filter(|a| a["level"] == "orange").count(),
        10,
        "a district code stands for all streets"
    );
    let first = &items[0];
    assert!(
        first["reasons"][0]["rule"].is_string() && first["reasons"][0]["policy"].is_string(),
        "{first}"
    );
    assert!(first["confirm_by"].is_string(), "{first}");
    assert!(first.to_string().contains("上海中心气象台"), "{first}");
    command
        .post("/api/v1/area-warnings/310107014/confirm", json!({}))
        .await
        .ok();
    let list = command.get("/api/v1/area-warnings").await.ok();
    assert!(
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["confirmed_by"] == "command"),
        "one confirmation for all streets of the signal"
    );
    command
        .post("/api/v1/weather/signals", signal(true))
        .await
        .ok();
    let list = command.get("/api/v1/area-warnings").await.ok();
    assert!(
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["level"] == "orange"),
        "a colour does not fall at once: {list}"
    );
}
