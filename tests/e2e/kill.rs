//! `kill -9` in the middle of work: everything that was answered is there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tests::client::report_at;
use tests::program::{Program, ProgramOptions};
use uuid::Uuid;

/// How often the program is killed.
const N_KILLS: usize = 5;
/// Reporters at the same time.
const N_REPORTERS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_killed_in_the_middle_of_work_has_everything_that_it_answered() {
    let mut program = Program::start(ProgramOptions::default()).await;
    let answered: Arc<Mutex<BTreeSet<(Uuid, String)>>> = Arc::default();
    let mut n_sent = 0_usize;
    for round in 0..N_KILLS {
        let patrol = program.sign_in("patrol1").await;
        let mut reporters = tokio::task::JoinSet::new();
        for reporter in 0..N_REPORTERS {
            let (patrol, answered) = (patrol.clone(), Arc::clone(&answered));
            reporters.spawn(async move {
                let mut n = 0_usize;
                for i in 0..400_u32 {
                    let id = Uuid::now_v7();
                    let step =
                        f64::from(i) * 0.000_9 + f64::from(u32::try_from(reporter).unwrap()) * 0.02;
                    let body =
                        report_at(121.36 + step % 0.05, 31.22 + step % 0.04, &["bedded_down"]);
                    n += 1;
                    let path = format!("/api/v1/sightings/{id}");
                    let Some(answer) = patrol
                        .try_send(reqwest::Method::PUT, &path, Some(&body), None)
                        .await
                    else {
                        break;
                    };
                    if answer.status == 201 {
                        let case_id = answer.body["case_id"].as_str().unwrap().to_owned();
                        answered.lock().unwrap().insert((id, case_id));
                    }
                }
                n
            });
        }
        tokio::time::sleep(Duration::from_millis(
            700 + 150 * u64::try_from(round).unwrap(),
        ))
        .await;
        program.kill_9();
        while let Some(n) = reporters.join_next().await {
            n_sent += n.unwrap();
        }
        program.launch().await;
    }
    let command = program.sign_in("command").await;
    let answered = answered.lock().unwrap().clone();
    let mut n_found = 0_usize;
    for (sighting, case_id) in &answered {
        let case = command.case(case_id).await;
        let here = case["sightings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| s["id"] == sighting.to_string())
            .count();
        assert_eq!(here, 1, "the answered report {sighting} is there once");
        n_found += 1;
    }
    println!(
        "reports sent {n_sent}, answered {}, found {n_found}, kills {N_KILLS}",
        answered.len()
    );
    assert!(answered.len() > 50, "the load was real");
    program.stop();
    let report = program.verb_ok(&["journal", "verify"]);
    println!("{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_is_refused() {
    let program = Program::start(ProgramOptions {
        without_accounts: true,
        ..ProgramOptions::default()
    })
    .await;
    let output = program.verb(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
