//! The whole runtime under a seed: people, faults, crashes and clocks by chance, ten promises looked at by checkers, and
//! proof that the checkers can fail.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a simulation that goes wrong stops"
)]

mod chance;
mod checkers;
mod clients;
mod counts;
mod generator;
mod night;
#[expect(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    reason = "shared with other proofs, which use all of it"
)]
#[path = "../harness/policy_text.rs"]
mod policy_text;
mod violation;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use runtime::config::Planted;

use counts::Counts;
use night::Mistake;
use violation::Violation;
use world::lock;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Seeds that once found something; they run first.
const KNOWN: &str = include_str!("seeds.txt");
/// How many seeds a run plays unless `LAMPLIGHTER_SEEDS` says otherwise.
const N_SEEDS: u64 = 1000;
/// When a run ends although seeds are left, unless their number was asked for; it says how many it played.
const RUN_WITHIN: Duration = Duration::from_secs(295);
/// How many seeds a planted mistake may stay unfound.
const N_TO_FIND: u64 = 60;
/// Nights that are played at the same time.
const N_THREADS: usize = 2;

fn night(seed: u64, mistake: Option<Mistake>, is_verbose: bool) -> (Counts, Result<(), Violation>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(night::play(seed, mistake, is_verbose))
}

fn known_seeds() -> Vec<u64> {
    KNOWN
        .lines()
        .filter_map(|line| line.split('#').next())
        .filter_map(|seed| seed.trim().parse().ok())
        .collect()
}

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The commit that is proved, for whoever has to play the seed again.
fn commit() -> String {
    std::process::Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

#[test]
fn every_promise_holds_in_every_night() {
    let asked = number_of("LAMPLIGHTER_SEEDS");
    let n = asked.unwrap_or(N_SEEDS);
    let first = number_of("LAMPLIGHTER_FIRST_SEED").unwrap_or(1);
    let mut seeds = known_seeds();
    seeds.extend(first..first + n);
    let started = Instant::now();
    let (next, total, failed) = (
        AtomicU64::new(0),
        Mutex::new(Counts::default()),
        Mutex::new(Vec::new()),
    );
    std::thread::scope(|scope| {
        for _ in 0..N_THREADS {
            scope.spawn(|| {
                while let Some(seed) = usize::try_from(next.fetch_add(1, Ordering::Relaxed))
                    .ok()
                    .and_then(|index| seeds.get(index))
                {
                    if asked.is_none() && started.elapsed() > RUN_WITHIN {
                        return;
                    }
                    let (counts, end) = night(*seed, None, false);
                    lock(&total).add(&counts);
                    if let Err(violation) = end {
                        println!("seed {seed}: {violation}");
                        lock(&failed).push(*seed);
                        if lock(&failed).len() >= 20 {
                            return;
                        }
                    }
                }
            });
        }
    });
    let total = lock(&total);
    println!("{}", total.table());
    println!(
        "{} of {} seeds in {} s",
        total.n_seeds,
        seeds.len(),
        started.elapsed().as_secs()
    );
    let failed = lock(&failed);
    assert!(
        failed.is_empty(),
        "commit {}: promises broken in seeds {failed:?}; play one again with `cargo xtask sim SEED`",
        commit()
    );
    if total.n_seeds >= 100 {
        assert_eq!(total.missing(), Vec::<&str>::new(), "never occurred");
    }
}

/// Plays `LAMPLIGHTER_SEED` and says everything that happens.
#[test]
fn one_seed() {
    let Some(seed) = number_of("LAMPLIGHTER_SEED") else {
        return;
    };
    let (counts, end) = night(seed, None, true);
    println!("{}", counts.table());
    if let Err(violation) = end {
        panic!("commit {}, seed {seed}: {violation}", commit());
    }
}

#[test]
fn a_seed_gives_the_same_night_again() {
    let (first, _) = night(7, None, false);
    let (again, _) = night(7, None, false);
    assert_eq!(first.table(), again.table());
}

/// Plays seeds with a mistake until a checker finds it.
fn finds(mistake: Mistake, checkers: &[u8]) {
    let found = AtomicBool::new(false);
    let next = AtomicU64::new(1);
    std::thread::scope(|scope| {
        for _ in 0..N_THREADS {
            scope.spawn(|| {
                while !found.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > N_TO_FIND {
                        return;
                    }
                    if let (_, Err(violation)) = night(seed, Some(mistake), false) {
                        println!("{mistake:?} is found by seed {seed}: {violation}");
                        assert!(checkers.contains(&violation.checker), "by another checker");
                        found.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert!(
        found.load(Ordering::Relaxed),
        "{mistake:?} stays unfound in {N_TO_FIND} seeds"
    );
}

#[test]
fn an_answer_before_its_commit_is_found() {
    finds(Mistake::Runtime(Planted::AnswerBeforeCommit), &[8]);
}

#[test]
fn a_working_state_kept_after_a_failed_commit_is_found() {
    finds(Mistake::Runtime(Planted::StateKeptAfterFailedCommit), &[8]);
}

#[test]
fn a_deadline_in_memory_only_is_found() {
    finds(Mistake::Runtime(Planted::DeadlineInMemory), &[1, 2, 6]);
}

#[test]
fn a_feed_that_resumes_one_too_late_is_found() {
    finds(Mistake::Runtime(Planted::ResumeOffByOne), &[7]);
}

#[test]
fn an_effect_repeated_under_a_new_key_is_found() {
    finds(Mistake::Runtime(Planted::EffectUnderNewKey), &[8]);
}

#[test]
fn one_acknowledgement_that_silences_all_is_found() {
    finds(Mistake::OneSilencesAll, &[2]);
}

#[test]
fn a_figure_that_leaves_out_merged_cases_is_found() {
    finds(Mistake::FiguresForgetMerged, &[9]);
}
