//! A clock that is set back and forth by hours: nothing is lost, what is due fires in time and once, time in the journal
//! never goes back, and a restart in the middle changes none of it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::client::{Client, report_at};
use tests::follower::Follower;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};
use tests::rows::{DISTRICT, event_of, rows_of};
use tests::set_clock::SetClock;

use crate::kill::audit::Audit;

/// The ten minutes of a P1 become two and a half seconds.
const FASTER: i64 = 240;
/// How soon after its report a deadline of two and a half seconds must be missed, whatever the clock says.
const MISSED_WITHIN: Duration = Duration::from_secs(12);
const HOUR_S: i64 = 3_600;

async fn report(patrol: &Client, n: u32) -> String {
    let north = f64::from(n) * 0.002;
    let body = report_at(121.4, 31.235 + north, &["bedded_down", "disabled"]);
    let answer = patrol.reported(body).await;
    answer["case_id"].as_str().unwrap().to_owned()
}

/// Waits for the miss of the acknowledge deadline of a case that was just reported; how long it took.
async fn missed(command: &Client, case_id: &str, when: &str) -> Duration {
    let started = Instant::now();
    loop {
        let case = command.case(case_id).await;
        let is_missed = |deadline: &Value| {
            deadline["kind"] == json!("acknowledge") && !deadline["missed_at"].is_null()
        };
        if case["deadlines"].as_array().unwrap().iter().any(is_missed) {
            let took = started.elapsed();
            println!("{when}: missed after {} ms", took.as_millis());
            return took;
        }
        assert!(
            started.elapsed() < MISSED_WITHIN,
            "{when}: nobody acknowledged {case_id} and nothing fired: {}",
            case["deadlines"]
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_and_forth_by_hours_loses_nothing_and_stops_no_deadline() {
    let clock = SetClock::new();
    let mut program = Program::start(ProgramOptions {
        policy: Some(PolicyText::putuo().faster(FASTER).text()),
        environment: clock.environment(),
        ..ProgramOptions::default()
    })
    .await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let follower = Follower::attach("command", command.clone(), program.port());
    let mut cases = Vec::new();
    let steps: [(&str, i64); 5] = [
        ("the clock is right", 0),
        ("three hours back", -3 * HOUR_S),
        ("five hours forth", 5 * HOUR_S),
        ("right again", 0),
        ("four hours back", -4 * HOUR_S),
    ];
    for (n, (when, shift_s)) in (0..).zip(steps) {
        let before = report(&patrol, 2 * n).await;
        clock.set(shift_s);
        let after = report(&patrol, 2 * n + 1).await;
        missed(&command, &before, &format!("{when}, reported before")).await;
        missed(&command, &after, &format!("{when}, reported after")).await;
        cases.extend([before, after]);
    }

    program.kill_9();
    clock.set(0);
    program.launch().await;
    let last = report(&patrol, 10).await;
    missed(&command, &last, "after a restart").await;
    cases.push(last);

    let head = command.get("/api/v1/live/snapshot").await.ok();
    let head = head["seq"].as_u64().unwrap();
    follower
        .ends_with_what_it_may_see(head, program.port())
        .await;
    assert_eq!(program.stop(), Some(0), "{}", program.log());
    program.verb_ok(&["journal", "verify"]);
    let events: Vec<_> = rows_of(&program.data(), DISTRICT)
        .await
        .iter()
        .map(event_of)
        .collect();
    assert!(
        events.is_sorted_by_key(|event| event.at),
        "time in the journal never goes back"
    );
    let audit = Audit::of(&events, DISTRICT);
    assert_eq!(
        audit.tables.cases.len(),
        cases.len(),
        "each report is there"
    );
    let last = events.last().unwrap().at;
    let deadlines = audit.holds_deadlines(last);
    println!(
        "reports {}, deadlines due {}, fired {}; steps due {}, fired {}",
        cases.len(),
        deadlines.n_due,
        deadlines.n_missed,
        deadlines.n_steps_due,
        deadlines.n_steps_fired
    );
}
