//! Every cell of the level matrix and of the deadline table, through HTTP, with a policy whose durations are short.

use serde_json::{Value, json};
use tests::client::{Client, ms_between, report_at};
use tests::policy_text::{PolicyText, milliseconds};
use tests::program::{Program, ProgramOptions};

/// An hour becomes a minute.
const FASTER: i64 = 60;

const LEVELS: [&str; 4] = ["none", "blue", "yellow", "orange"];

/// Priority, a sign that makes it, warning level and first tier by colour of the street: `domain.md`, by hand.
const MATRIX: [(&str, &str, [&str; 4], [u64; 4]); 4] = [
    (
        "P0",
        "unconscious",
        ["orange", "orange", "orange", "orange"],
        [1, 1, 1, 1],
    ),
    (
        "P1",
        "disabled",
        ["yellow", "yellow", "orange", "orange"],
        [2, 2, 1, 1],
    ),
    (
        "P2",
        "bedded_down",
        ["blue", "blue", "yellow", "orange"],
        [3, 3, 2, 1],
    ),
    (
        "P3",
        "vague",
        ["blue", "blue", "blue", "yellow"],
        [3, 3, 3, 2],
    ),
];

/// Acknowledge, on site, outcome by colour of the street: `domain.md`, by hand.
const DEADLINES: [[[&str; 3]; 4]; 4] = [
    [
        ["2m", "15m", "60m"],
        ["2m", "15m", "60m"],
        ["2m", "15m", "60m"],
        ["2m", "10m", "45m"],
    ],
    [
        ["10m", "45m", "3h"],
        ["5m", "30m", "2h"],
        ["5m", "30m", "2h"],
        ["3m", "20m", "90m"],
    ],
    [
        ["30m", "2h", "6h"],
        ["15m", "60m", "4h"],
        ["10m", "45m", "3h"],
        ["5m", "30m", "2h"],
    ],
    [
        ["60m", "24h", "48h"],
        ["30m", "12h", "24h"],
        ["30m", "6h", "12h"],
        ["15m", "2h", "4h"],
    ],
];

fn assert_reasons(what: &str, verdict: &Value) {
    let reasons = verdict["reasons"]
        .as_array()
        .unwrap_or_else(|| panic!("{what} has no reasons: {verdict}"));
    assert!(!reasons.is_empty(), "{what}: {verdict}");
    for reason in reasons {
        for field in ["rule", "policy", "text", "text_en"] {
            assert!(
                reason[field].as_str().is_some_and(|t| !t.is_empty()),
                "{what}: a reason without {field}: {reason}"
            );
        }
        assert!(reason["facts"].is_object(), "{what}: {reason}");
        assert!(
            reason["policy"].as_str().unwrap().contains('@'),
            "a policy with its version: {reason}"
        );
    }
    assert!(
        reasons
            .iter()
            .any(|r| r["source"].as_str().is_some_and(|s| !s.is_empty())),
        "{what}: no source: {verdict}"
    );
}

async fn raise(command: &Client, level: &str) {
    if level != "none" {
        let body = json!({"level": level, "until": null, "reason": "逐级检查"});
        command
            .post("/api/v1/area-warnings/310107005/raise", body)
            .await
            .ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_matrix_and_deadlines_comes_through_http_with_its_reasons() {
    let policy = PolicyText::putuo().faster(FASTER).text();
    let program = Program::start(ProgramOptions {
        policy: Some(policy),
        ..ProgramOptions::default()
    })
    .await;
    let (street, command) = (
        program.sign_in("street1").await,
        program.sign_in("command").await,
    );
    let mut n_cells = 0;
    for (column, level) in LEVELS.iter().enumerate() {
        raise(&command, level).await;
        for (row, (priority, sign, levels, tiers)) in MATRIX.iter().enumerate() {
            // Ninety metres apart, so that no report is taken for a duplicate of another.
            let east = 121.3990 + f64::from(u32::try_from(column).unwrap()) * 0.001;
            let north = 31.2440 + f64::from(u32::try_from(row).unwrap()) * 0.000_9;
            let before = tests::client::now();
            let report = street.reported(report_at(east, north, &[sign])).await;
            let cell = format!("{priority} in {level}");
            assert_eq!(
                report["jurisdiction"]["code"], "310107005",
                "{cell}: {report}"
            );
            assert_eq!(report["priority"]["value"], *priority, "{cell}");
            assert_eq!(report["warning_level"]["value"], levels[column], "{cell}");
            assert_eq!(report["tier"]["value"], tiers[column], "{cell}");
            for axis in ["priority", "warning_level", "tier"] {
                assert_reasons(&format!("{cell} {axis}"), &report[axis]);
            }
            let case = command.case(report["case_id"].as_str().unwrap()).await;
            for (field, length) in ["acknowledge_by", "on_site_by", "outcome_by"]
                .iter()
                .zip(DEADLINES[row][column])
            {
                let expected = milliseconds(length).unwrap() / FASTER;
                let from_opening = ms_between(&case["opened_at"], &report[*field]);
                assert_eq!(from_opening, expected, "{cell} {field}");
                assert!(ms_between(&json!(before), &report[*field]) >= expected - 50);
                n_cells += 1;
            }
        }
    }
    assert_eq!(n_cells, 48);
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_and_forecasts_colour_the_streets_by_the_table() {
    // Kind, colour, values, expected colour: rows of `domain.md`, by hand. Each on an installation of its own.
    let rows: Vec<(&str, Option<&str>, Value, &str)> = vec![
        ("cold_wave", Some("blue"), json!({}), "blue"),
        ("frost", Some("yellow"), json!({}), "yellow"),
        ("low_temperature", Some("red"), json!({}), "orange"),
        ("gale", Some("blue"), json!({}), "blue"),
        ("rainstorm", Some("yellow"), json!({}), "yellow"),
        ("typhoon", Some("orange"), json!({}), "orange"),
        ("heat", Some("yellow"), json!({}), "blue"),
        ("heat", Some("orange"), json!({}), "yellow"),
        ("heat", Some("red"), json!({}), "orange"),
        ("forecast", None, json!({"temp_min_c": 4.0}), "blue"),
        ("forecast", None, json!({"temp_min_c": 4.1}), "none"),
        ("forecast", None, json!({"temp_min_c": 0.0}), "yellow"),
        ("forecast", None, json!({"temp_min_c": -4.0}), "orange"),
        ("forecast", None, json!({"apparent_min_c": 2.0}), "blue"),
        ("forecast", None, json!({"apparent_min_c": -3.0}), "yellow"),
        ("forecast", None, json!({"apparent_min_c": -8.0}), "orange"),
        (
            "forecast",
            None,
            json!({"temp_min_c": 5.0, "precipitation_mm": 1.0}),
            "yellow",
        ),
        ("forecast", None, json!({"temp_max_c": 35.0}), "blue"),
        ("forecast", None, json!({"temp_max_c": 37.0}), "yellow"),
        ("forecast", None, json!({"temp_max_c": 40.0}), "orange"),
        ("forecast", None, json!({"night_min_c": 30.0}), "yellow"),
        ("air_quality", None, json!({"aqi": 201.0}), "yellow"),
    ];
    let program = Program::start(ProgramOptions::default()).await;
    let command = program.sign_in("command").await;
    let codes: Vec<String> = command.get("/api/v1/jurisdictions").await.ok()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|j| j["code"].as_str().unwrap().to_owned())
        .collect();
    for (chunk, group) in rows.chunks(codes.len()).enumerate() {
        // A fresh installation for every ten rows: one street a row, since colours do not fall at once.
        let fresh = Program::start(ProgramOptions::default()).await;
        let command = fresh.sign_in("command").await;
        for ((kind, colour, values, _), code) in group.iter().zip(&codes) {
            let body = json!({"id": format!("row-{chunk}-{code}"), "kind": kind, "colour": colour,
                "issued_at": tests::client::now(), "expires_at": tests::client::seconds_from_now(40_000),
                "station": "上海中心气象台", "areas": [code], "values": values, "cancelled": false});
            command.post("/api/v1/weather/signals", body).await.ok();
        }
        let list = command.get("/api/v1/area-warnings").await.ok();
        for ((kind, colour, values, expected), code) in group.iter().zip(&codes) {
            let area = list["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|a| a["jurisdiction"] == json!(code))
                .unwrap();
            assert_eq!(area["level"], *expected, "{kind} {colour:?} {values}");
            if *expected != "none" {
                assert_reasons(&format!("{kind} {colour:?} {values}"), area);
            }
        }
    }
    drop(program);
}
