//! `kill -9` at random moments under load, with live clients attached: what was answered is there once, what was due
//! fired once, and everybody's picture is true.

pub mod audit;
mod load;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tests::follower::Follower;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};
use tests::rows::{DISTRICT, event_of, rows_of};

use audit::Audit;
use load::{Ledger, Load, What};

/// How often the program is killed unless `LAMPLIGHTER_KILLS` says otherwise.
const N_KILLS: u64 = 50;
/// Every so many kills hit the program while it starts.
const N_TO_A_START: u64 = 4;
/// How much shorter every duration is: the ten minutes of a P1 become three seconds, between two kills.
const FASTER: i64 = 200;
/// How long the program runs on after the load: what came due before must have fired by then, on a busy machine too.
const RUNS_ON: Duration = Duration::from_secs(5);
const UNITS: &str = "id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end\n\
    u-1,一组,310107005,team,2,car,,,00:00,00:00\nu-2,二组,310107005,team,2,car,,,00:00,00:00\n";

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Another seed each run.
fn any_seed() -> u64 {
    u64::from(jiff::Timestamp::now().subsec_nanosecond().unsigned_abs())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_killed_at_random_moments_loses_nothing_and_does_nothing_twice() {
    let n_kills = number_of("LAMPLIGHTER_KILLS").unwrap_or(N_KILLS);
    let seed = number_of("LAMPLIGHTER_KILL_SEED").unwrap_or_else(any_seed);
    println!("seed {seed}: play its moments again with LAMPLIGHTER_KILL_SEED={seed}");
    let mut program = Program::start(ProgramOptions {
        policy: Some(PolicyText::putuo().faster(FASTER).text()),
        ..ProgramOptions::default()
    })
    .await;
    let units = program.file("units.csv", UNITS);
    program.verb_ok(&["import", "units", units.to_str().unwrap()]);
    let mut clients = BTreeMap::new();
    for name in [
        "patrol1", "patrol2", "street1", "street2", "police", "station", "health", "command",
    ] {
        clients.insert(name, program.sign_in(name).await);
    }
    let yellow = json!({"level": "yellow", "until": null, "reason": "寒潮"});
    clients["command"]
        .post("/api/v1/area-warnings/310107005/raise", yellow)
        .await
        .ok();
    let followers: Vec<Follower> = ["command", "street1", "police"]
        .into_iter()
        .map(|name| Follower::attach(name, clients[name].clone(), program.port()))
        .collect();

    let started = Instant::now();
    let load = Load::begin(&clients, seed);
    let starting = kill_at_random(&mut program, n_kills, seed).await;
    let killing = started.elapsed();
    let ledger = load.end().await;
    let until = jiff::Timestamp::now();
    tokio::time::sleep(RUNS_ON).await;
    let snapshot = clients["command"].get("/api/v1/live/snapshot").await.ok();
    let head = snapshot["seq"].as_u64().unwrap();
    let (mut n_resumed, mut n_resyncs) = (0, 0);
    for follower in followers {
        let journey = follower
            .ends_with_what_it_may_see(head, program.port())
            .await;
        n_resumed += journey.n_resumed;
        n_resyncs += journey.n_resyncs;
    }
    found_by_reading(&program, &ledger).await;
    assert_eq!(program.stop(), Some(0), "{}", program.log());
    println!(
        "{}",
        program
            .verb_ok(&["journal", "verify"])
            .lines()
            .next()
            .unwrap()
    );

    let events: Vec<_> = rows_of(&program.data(), DISTRICT)
        .await
        .iter()
        .map(event_of)
        .collect();
    let audit = Audit::of(&events, DISTRICT);
    let n_found = audit.holds_what_was_answered(&ledger);
    let deadlines = audit.holds_deadlines(model::time::Instant::from_ms(until.as_millisecond()));
    let n_reports = ledger.n_acknowledged(What::Report);
    println!(
        "kills {n_kills} ({} while starting) in {} s; rows {}",
        starting,
        killing.as_secs(),
        events.len()
    );
    println!(
        "reports sent {}, acknowledged {n_reports}, found {n_found}",
        ledger.n_sent[&What::Report]
    );
    println!(
        "other commands: accepts {}, departures {}, arrivals {}, outcomes {}, acknowledgements {}",
        ledger.n_acknowledged(What::Accept),
        ledger.n_acknowledged(What::Depart),
        ledger.n_acknowledged(What::Arrive),
        ledger.n_acknowledged(What::Outcome),
        ledger.n_acknowledged(What::Acknowledgement)
    );
    println!("refused: {:?}", ledger.n_refused());
    println!(
        "answers lost {}, answered and sent again {}",
        ledger.n_unanswered, ledger.n_repeated
    );
    println!(
        "deadlines due {}, fired {}; steps due {}, fired {}",
        deadlines.n_due, deadlines.n_missed, deadlines.n_steps_due, deadlines.n_steps_fired
    );
    println!("live clients: resumed {n_resumed}, resyncs {n_resyncs}");
    let n_least = usize::try_from(n_kills).unwrap() * 2;
    assert_eq!(n_found, n_reports);
    assert!(n_found > n_least, "the load was real");
    assert!(ledger.n_unanswered > usize::try_from(n_kills / 2).unwrap());
    assert!(deadlines.n_missed > 20, "deadlines came due: {deadlines:?}");
    assert!(n_resumed > n_kills / 2, "clients went on from their place");
    for what in [What::Accept, What::Outcome, What::Acknowledgement] {
        assert!(ledger.n_acknowledged(what) > 5, "{what:?} occurred");
    }
}

/// Kills and starts; how many kills hit a start.
async fn kill_at_random(program: &mut Program, n_kills: u64, seed: u64) -> u64 {
    let mut draw = StdRng::seed_from_u64(seed);
    let mut starting = 0;
    for kill in 0..n_kills {
        if kill % N_TO_A_START == N_TO_A_START - 1 {
            starting += 1;
            program.begin();
            tokio::time::sleep(Duration::from_millis(draw.random_range(0..400))).await;
        } else {
            if kill > 0 {
                program.launch().await;
            }
            tokio::time::sleep(Duration::from_millis(draw.random_range(100..1_400))).await;
        }
        program.kill_9();
    }
    program.launch().await;
    starting
}

/// What the public interface shows: every acknowledged report stands in exactly one case, once.
async fn found_by_reading(program: &Program, ledger: &Ledger) {
    let command = program.sign_in("command").await;
    let reports: Vec<_> = ledger
        .acknowledged
        .iter()
        .filter(|(_, (what, _))| *what == What::Report)
        .collect();
    let cases: BTreeSet<&str> = reports
        .iter()
        .map(|(_, (_, answer))| answer["case_id"].as_str().unwrap())
        .collect();
    let mut n_shown: BTreeMap<String, usize> = BTreeMap::new();
    for id in cases {
        let case = command.case(id).await;
        for sighting in case["sightings"].as_array().unwrap() {
            let id = sighting["id"].as_str().unwrap().to_owned();
            *n_shown.entry(id).or_default() += 1;
        }
    }
    for (id, _) in reports {
        assert_eq!(n_shown.get(&id.to_string()), Some(&1), "report {id}");
    }
}
