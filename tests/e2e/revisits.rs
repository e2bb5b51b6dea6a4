//! Every cell of the revisit table through HTTP. What is expected is worked out here a second time, from the words of
//! the rule and the clock of the city, and not with the program's own calendar.

use jiff::civil::{Time, time};
use jiff::{SignedDuration, Timestamp, ToSpan as _, ZonedDateTime};
use serde_json::{Value, json};
use tests::client::{Client, report_at};
use tests::program::{Program, ProgramOptions};
use uuid::Uuid;

const LEVELS: [&str; 4] = ["none", "blue", "yellow", "orange"];
/// How far two clocks of one machine may be apart, with a slow machine between them.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(20);
const NIGHT_FROM: Time = time(16, 0, 0, 0);
const NIGHT_TO: Time = time(8, 0, 0, 0);

/// One row of the table: the case, and what came of the visit.
struct Row {
    name: &'static str,
    signs: &'static [&'static str],
    outcome: Value,
    rule: &'static str,
    due: fn(&ZonedDateTime, &str) -> ZonedDateTime,
}

fn rows() -> [Row; 5] {
    let declined = json!({"outcome": "refused", "detail": "distrust", "n_met": 1, "offered": ["station"],
        "informed": true, "card_left": true, "capacity": "has"});
    let aided = json!({"outcome": "street_aid", "n_met": 1, "offered": ["quilt"], "informed": true,
        "items": [{"name": "棉被", "n": 1}]});
    let nobody = json!({"outcome": "not_found", "detail": "no_trace", "searched": ["ground"]});
    [
        Row {
            name: "refused P2",
            signs: &["bedded_down"],
            outcome: declined.clone(),
            rule: "revisit/refused_low",
            due: refused_low,
        },
        Row {
            name: "street aid of a P1",
            signs: &["disabled"],
            outcome: aided,
            rule: "revisit/street_aid",
            due: refused_low,
        },
        Row {
            name: "refused P1",
            signs: &["disabled"],
            outcome: declined,
            rule: "revisit/refused_high",
            due: refused_high,
        },
        Row {
            name: "not found P2",
            signs: &["bedded_down"],
            outcome: nobody.clone(),
            rule: "revisit/not_found",
            due: not_found,
        },
        Row {
            name: "bedding only",
            signs: &["vague"],
            outcome: nobody,
            rule: "revisit/not_found",
            due: not_found,
        },
    ]
}

fn city_now() -> ZonedDateTime {
    Timestamp::now().in_tz("Asia/Shanghai").unwrap()
}

fn clock_on(day: &ZonedDateTime, days_later: i64, clock: Time) -> ZonedDateTime {
    let date = day.date().checked_add(days_later.days()).unwrap();
    date.to_datetime(clock)
        .to_zoned_datetime(day.time_zone().clone())
        .unwrap()
}

fn in_evening(at: &ZonedDateTime) -> bool {
    at.time() >= NIGHT_FROM
}

fn in_morning(at: &ZonedDateTime) -> bool {
    at.time() < NIGHT_TO
}

/// How many days after today the night after this moment begins: tonight by day, else the one after the running one.
fn next_night(now: &ZonedDateTime) -> i64 {
    i64::from(in_evening(now))
}

/// The usual hour in the next night. Everybody here was seen once, now: at night that is their hour, by day none is known.
fn usual_hour_next_night(now: &ZonedDateTime) -> ZonedDateTime {
    let first_day = next_night(now);
    if in_evening(now) {
        clock_on(now, first_day, now.time())
    } else if in_morning(now) {
        // The morning part of the night that begins today.
        clock_on(now, first_day + 1, now.time())
    } else {
        clock_on(now, first_day, time(22, 0, 0, 0))
    }
}

fn same_night(now: &ZonedDateTime) -> ZonedDateTime {
    let soon = now.checked_add(3.hours()).unwrap();
    if in_evening(&soon) || soon.time() < time(6, 0, 0, 0) {
        soon
    } else {
        usual_hour_next_night(now)
    }
}

fn refused_high(now: &ZonedDateTime, level: &str) -> ZonedDateTime {
    let hours = match level {
        "none" => 24,
        "blue" => 12,
        "yellow" => 4,
        _ => 2,
    };
    now.checked_add(hours.hours()).unwrap()
}

fn refused_low(now: &ZonedDateTime, level: &str) -> ZonedDateTime {
    match level {
        "none" => now.checked_add(72.hours()).unwrap(),
        "blue" => now.checked_add(24.hours()).unwrap(),
        "yellow" => {
            let next_day = i64::from(!in_morning(now));
            same_night(now).min(clock_on(now, next_day, time(10, 0, 0, 0)))
        }
        _ => {
            let soon = now.checked_add(4.hours()).unwrap();
            if in_evening(&soon) || in_morning(&soon) {
                soon
            } else {
                clock_on(&soon, 0, NIGHT_FROM)
            }
        }
    }
}

fn not_found(now: &ZonedDateTime, level: &str) -> ZonedDateTime {
    let n_parts = match level {
        "none" => return usual_hour_next_night(now),
        "blue" => return same_night(now),
        "yellow" => 3,
        _ => 4,
    };
    let six = time(6, 0, 0, 0);
    let (from, to) = if in_evening(now) {
        (now.clone(), clock_on(now, 1, six))
    } else if now.time() < six {
        (now.clone(), clock_on(now, 0, six))
    } else {
        (clock_on(now, 0, time(22, 0, 0, 0)), clock_on(now, 1, six))
    };
    let first = from.timestamp().duration_until(to.timestamp()) / n_parts;
    from.checked_add(first).unwrap()
}

/// Two visits a week, by Wednesday and by Sunday; daily; before the night and in it.
fn special_care(now: &ZonedDateTime, level: &str, is_special_day: bool) -> ZonedDateTime {
    let ten = time(22, 0, 0, 0);
    let after_now = |due: &ZonedDateTime| *due > *now;
    let of_days = |days: &[i64], clock: Time| -> ZonedDateTime {
        days.iter()
            .map(|days_later| clock_on(now, *days_later, clock))
            .find(after_now)
            .unwrap()
    };
    match level {
        // The visit of a running night is due at the usual hour, which is when the person was seen.
        "orange" if in_evening(now) || in_morning(now) => now.clone(),
        "orange" => of_days(&[0, 1], NIGHT_FROM),
        "yellow" => of_days(&[0, 1], ten),
        _ if is_special_day => of_days(&[0, 1], ten),
        _ => {
            let since_monday = i64::from(now.weekday().to_monday_zero_offset());
            of_days(&[2 - since_monday, 6 - since_monday, 9 - since_monday], ten)
        }
    }
}

fn assert_about(cell: &str, said: &Value, expected: &ZonedDateTime) {
    let said: Timestamp = said.as_str().unwrap().parse().unwrap();
    let apart = said.duration_until(expected.timestamp()).abs();
    assert!(
        apart <= TOLERANCE,
        "{cell}: due {said}, by the table {expected}"
    );
}

fn assert_reasons(cell: &str, row: &Value, rule: &str, level: &str) {
    let reasons = row["reasons"].as_array().unwrap();
    let reason = reasons
        .iter()
        .find(|reason| reason["rule"] == rule)
        .unwrap_or_else(|| panic!("{cell}: no reason {rule}: {row}"));
    assert_eq!(reason["facts"]["area_level"], level, "{cell}: {reason}");
    assert!(
        reason["policy"].as_str().unwrap().contains('@'),
        "{cell}: {reason}"
    );
    for field in ["source", "text", "text_en"] {
        assert!(
            reason[field].as_str().is_some_and(|text| !text.is_empty()),
            "{cell}: a reason without {field}: {reason}"
        );
    }
}

async fn due_row(command: &Client, of: &str, id: &Value) -> Value {
    let path = format!(
        "/api/v1/revisits?due_by={}",
        tests::client::seconds_from_now(12 * 86_400)
    );
    let list = command.get(&path).await.ok();
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row[of] == *id)
        .unwrap_or_else(|| panic!("{id} is not due: {list}"))
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_revisit_table_comes_through_http_with_its_reasons() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, street, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("street1").await,
        program.sign_in("command").await,
    );
    let mut n_cells = 0;
    let mut place = 0_i32;
    for level in LEVELS {
        if level != "none" {
            let body = json!({"level": level, "until": null, "reason": "逐级检查"});
            command
                .post("/api/v1/area-warnings/310107005/raise", body)
                .await
                .ok();
        }
        for row in rows() {
            place += 1;
            let cell = format!("{} in {level}", row.name);
            let (case_id, task) = beside(&patrol, place, row.signs).await;
            let now = city_now();
            patrol
                .post(&format!("/api/v1/tasks/{task}/outcome"), row.outcome)
                .await
                .ok();
            let due = due_row(&command, "case_id", &case_id).await;
            assert_eq!(due["kind"], "revisit", "{cell}");
            assert_about(&cell, &due["due_at"], &(row.due)(&now, level));
            assert_reasons(&cell, &due, row.rule, level);
            let case = command.case(case_id.as_str().unwrap()).await;
            let deadline = case["deadlines"]
                .as_array()
                .unwrap()
                .iter()
                .find(|deadline| deadline["kind"] == "revisit")
                .unwrap();
            assert_eq!(deadline["by"], due["due_at"], "{cell}");
            n_cells += 1;
        }
        place += 1;
        let (case_id, _) = beside(&patrol, place, &["bedded_down"]).await;
        let body = json!({"name_quality": "code_name", "age_band": "60_79", "special_care": true});
        let person = street.post("/api/v1/persons", body).await.ok()["person_id"].clone();
        let path = format!("/api/v1/cases/{}/subjects", case_id.as_str().unwrap());
        street
            .post(&path, json!({"n": 1, "person_id": person}))
            .await
            .ok();
        let cell = format!("special care in {level}");
        let due = due_row(&command, "person_id", &person).await;
        let reason = due["reasons"][0].clone();
        let is_special_day = !reason["facts"]["special_node"].is_null();
        let rule = match level {
            "orange" => "special_care/daily_and_night",
            "yellow" => "special_care/daily",
            _ if is_special_day => "special_care/daily",
            _ => "special_care/weekly",
        };
        assert_eq!(due["kind"], "special_care", "{cell}");
        assert_about(
            &cell,
            &due["due_at"],
            &special_care(&city_now(), level, is_special_day),
        );
        assert_reasons(&cell, &due, rule, level);
        n_cells += 1;
    }
    assert_eq!(n_cells, 24);
}

/// A report whose reporter is already beside the person; the case and the task. Each ninety metres from the last.
async fn beside(patrol: &Client, place: i32, signs: &[&str]) -> (Value, String) {
    let task = Uuid::now_v7();
    let (column, row) = (f64::from(place % 6), f64::from(place / 6));
    let mut body = report_at(121.3975 + column * 0.001, 31.2440 + row * 0.000_9, signs);
    body["task"] = json!({"id": task, "state": "arrived"});
    let report = patrol.reported(body).await;
    assert_eq!(report["jurisdiction"]["code"], "310107005", "{report}");
    (report["case_id"].clone(), task.to_string())
}
