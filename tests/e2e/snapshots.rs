//! A snapshot that is not what it says is passed over: the start goes on from the one before, at last from the first
//! row, and the picture is the same.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::client::{Client, report_at};
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};
use tests::rows::{DISTRICT, rows_of};

/// Ladders of hours in seconds: cases that nobody takes make rows by themselves.
const FASTER: i64 = 1_200;
/// A start uses a snapshot only when this many rows lie behind it, so that feeds can be resumed from them.
const N_ROWS_BEHIND: u64 = 4_096;
/// Rows before each of the first two snapshots, at least.
const N_ROWS_BEFORE: u64 = 300;
const ROWS_WITHIN: Duration = Duration::from_mins(2);

/// Where the parts of a snapshot file begin: magic, seq, hash, state hash, version, length, checksum, content.
const SEQ: usize = 8;
const STATE_HASH: usize = 48;
const LENGTH: usize = 82;
const CHECKSUM: usize = 90;
const CONTENT: usize = 122;

/// Reports until the journal has this many rows more; the cases.
async fn grow(program: &Program, n_rows: u64, cases: &mut Vec<String>) -> u64 {
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let started = Instant::now();
    let before = head(&command).await;
    loop {
        let n = f64::from(u32::try_from(cases.len()).unwrap());
        let (east, north) = ((n % 20.0) * 0.001_5, (n / 20.0).floor() * 0.001_5);
        let body = report_at(
            121.385 + east,
            31.232 + north,
            &["bedded_down", "aged_60_or_older"],
        );
        let report = patrol.reported(body).await;
        cases.push(report["case_id"].as_str().unwrap().to_owned());
        let now = head(&command).await;
        if now >= before + n_rows {
            return now;
        }
        assert!(started.elapsed() < ROWS_WITHIN, "{now} rows after {before}");
    }
}

async fn head(command: &Client) -> u64 {
    let snapshot = command.get("/api/v1/live/snapshot").await.ok();
    snapshot["seq"].as_u64().unwrap()
}

/// Closes every case, so that nothing is due any more and two pictures can be compared.
async fn close_all(command: &Client, cases: &[String]) {
    let body = json!({"reason": "演练结束", "outcome": "not_a_subject", "decision": null});
    for case in cases {
        let path = format!("/api/v1/cases/{case}/close");
        command.post(&path, body.clone()).await.ok();
    }
}

async fn picture(command: &Client, cases: &[String]) -> Vec<Value> {
    let mut picture = Vec::new();
    for case in cases {
        picture.push(command.case(case).await);
    }
    picture
}

fn snapshots(data: &Path) -> Vec<(u64, PathBuf)> {
    let folder = data.join("snapshots").join(format!("d-{DISTRICT}"));
    let mut found: Vec<(u64, PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let seq = path.file_stem()?.to_str()?.parse().ok()?;
            Some((seq, path))
        })
        .collect();
    found.sort();
    found
}

/// Changes the state hash, and the checksum so that it fits: only the state itself can tell.
fn forge_state_hash(path: &Path) {
    let mut file = std::fs::read(path).unwrap();
    file[STATE_HASH] ^= 1;
    let mut hasher = Sha256::new();
    hasher.update(&file[SEQ..LENGTH]);
    hasher.update(&file[CONTENT..]);
    let checksum = hasher.finalize();
    file[CHECKSUM..CONTENT].copy_from_slice(&checksum);
    std::fs::write(path, file).unwrap();
}

fn flip_last_byte(path: &Path) {
    let mut file = std::fs::read(path).unwrap();
    *file.last_mut().unwrap() ^= 1;
    std::fs::write(path, file).unwrap();
}

/// Starts it after a kill; what that start logged.
async fn started_again(program: &mut Program) -> String {
    program.kill_9();
    let before = program.log().len();
    program.launch().await;
    program.log().split_off(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_with_a_wrong_hash_is_passed_over_for_the_one_before() {
    let mut program = Program::start(ProgramOptions {
        policy: Some(PolicyText::putuo().faster(FASTER).text()),
        ..ProgramOptions::default()
    })
    .await;
    let mut cases = Vec::new();
    for _ in 0..2 {
        grow(&program, N_ROWS_BEFORE, &mut cases).await;
        assert_eq!(program.stop(), Some(0), "{}", program.log());
        program.launch().await;
    }
    let kept = snapshots(&program.data());
    let [(first, first_file), (second, second_file)] = kept.as_slice() else {
        panic!("each stop keeps a snapshot: {kept:?}")
    };
    let (first, second) = (*first, *second);
    grow(&program, N_ROWS_BEHIND + 64, &mut cases).await;
    let command = program.sign_in("command").await;
    close_all(&command, &cases).await;
    let before = picture(&command, &cases).await;

    let started = |log: &str, seq: u64| {
        assert!(
            log.contains(&format!("snapshot.seq={seq} ")),
            "started from {seq}: {log}"
        );
    };
    let log = started_again(&mut program).await;
    started(&log, second);
    assert_eq!(picture(&command, &cases).await, before);

    flip_last_byte(second_file);
    let log = started_again(&mut program).await;
    started(&log, first);
    assert!(
        log.contains("Passing over a snapshot") && log.contains("does not give its checksum"),
        "{log}"
    );
    assert_eq!(picture(&command, &cases).await, before);

    forge_state_hash(first_file);
    let log = started_again(&mut program).await;
    started(&log, 0);
    assert!(log.contains("it does not give its state hash"), "{log}");
    assert_eq!(picture(&command, &cases).await, before);
    let n_rows = rows_of(&program.data(), DISTRICT).await.len();
    println!(
        "snapshots at {first} and {second} of {n_rows} rows: used {second}, then {first}, then none; {} cases the same",
        cases.len()
    );
}
