//! A disk that is full, and a file that may grow no further: refused by name, nothing half-written, and service again
//! by itself when there is space.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::client::{Answer, Client, report_at};
use tests::follower::Follower;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};
use tests::rows::{DISTRICT, rows_of};
use uuid::Uuid;

/// What a whole installation takes, with room for a few hundred reports and not for thousands.
const SMALL_DISK: &str = "size=24m";
/// Bytes that are left: enough for some reports, and then for a part of one.
const ROOM: u64 = 700_000;
/// Reports after which a disk must have been full.
const N_REPORTS_MAX: usize = 4_000;
/// How often a refused report is sent again while the disk is full.
const N_REFUSALS: usize = 5;
/// How soon service must be there again.
const RESUMES_WITHIN: Duration = Duration::from_secs(15);
/// An hour becomes nine seconds.
const FASTER: i64 = 400;

/// A small disk in memory, as long as the value lives.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// None where this system lets no test mount one.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SMALL_DISK, "tmpfs"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

/// What takes the space away, and gives it back.
enum Narrowness {
    Disk(SmallDisk),
    Files,
}

impl Narrowness {
    fn data(&self) -> Option<PathBuf> {
        match self {
            Self::Disk(disk) => Some(disk.path().join("data")),
            Self::Files => None,
        }
    }

    fn begin(&self, program: &Program) {
        match self {
            Self::Disk(disk) => {
                let mut ballast = std::fs::File::create(disk.path().join("ballast")).unwrap();
                let full = std::io::copy(&mut std::io::repeat(1), &mut ballast).unwrap_err();
                assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
                let n_bytes = ballast.metadata().unwrap().len();
                ballast.set_len(n_bytes - ROOM).unwrap();
            }
            Self::Files => {
                let longest = ["journal.db", "journal.db-wal"]
                    .map(|name| std::fs::metadata(program.data().join(name)).map_or(0, |m| m.len()))
                    .into_iter()
                    .max();
                limit_files(program.pid(), &(longest.unwrap() + ROOM).to_string());
            }
        }
    }

    fn end(&self, program: &Program) {
        match self {
            Self::Disk(disk) => std::fs::remove_file(disk.path().join("ballast")).unwrap(),
            Self::Files => limit_files(program.pid(), "unlimited"),
        }
    }
}

/// Limits how long the files of a process may become; the hard limit stays, so that it can be lifted again.
fn limit_files(pid: u32, bytes: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &pid.to_string(), &format!("--fsize={bytes}:")])
        .status();
    assert!(limited.unwrap().success());
}

fn a_report(n: usize, signs: &[&str]) -> Value {
    let n = f64::from(u32::try_from(n % 400).unwrap());
    report_at(
        121.385 + (n % 20.0) * 0.001_5,
        31.232 + (n / 20.0).floor() * 0.001_2,
        signs,
    )
}

#[track_caller]
fn assert_refused_by_name(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.body["code"], "storage_unavailable");
    assert_eq!(answer.body["retry"], "same");
    assert!(answer.retry_after_s.is_some_and(|seconds| seconds > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_reports_by_name_and_takes_them_again_when_there_is_space() {
    let disk = SmallDisk::mount();
    println!(
        "the small disk is {}",
        if disk.is_some() {
            "a tmpfs"
        } else {
            "a limit on file sizes: no test may mount here"
        }
    );
    takes_reports_again_when_there_is_space(disk.map_or(Narrowness::Files, Narrowness::Disk)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_not_grow_refuse_reports_by_name_and_take_them_again_when_they_may() {
    takes_reports_again_when_there_is_space(Narrowness::Files).await;
}

async fn takes_reports_again_when_there_is_space(narrowness: Narrowness) {
    let mut program = Program::start(ProgramOptions {
        policy: Some(PolicyText::putuo().faster(FASTER).text()),
        data: narrowness.data(),
        ..ProgramOptions::default()
    })
    .await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let follower = Follower::attach("command", command.clone(), program.port());
    // Its acknowledge limit of nine seconds comes while the disk is full.
    let waiting = patrol.reported(a_report(0, &["bedded_down"])).await;
    let waiting = waiting["case_id"].as_str().unwrap().to_owned();
    narrowness.begin(&program);

    let (accepted, (refused, body)) = until_refused(&patrol).await;
    for _ in 0..N_REFUSALS {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_refused_by_name(&patrol.report(refused, &body).await);
    }
    assert_eq!(command.case(&waiting).await["state"], "open", "it reads");
    let due = program_time(&command.case(&waiting).await["deadlines"][0]["by"]);
    while jiff::Timestamp::now() < due {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_refused_by_name(&patrol.report(refused, &body).await);
    let rows = rows_of(&program.data(), DISTRICT).await;
    assert!(
        rows.iter().all(|row| row.entry.command_id != refused),
        "nothing is written by a refused report"
    );

    narrowness.end(&program);
    let started = Instant::now();
    wait_for_miss(&command, &waiting).await;
    let answer = loop {
        let answer = patrol.report(refused, &body).await;
        if answer.status != 503 {
            break answer;
        }
        assert!(started.elapsed() < RESUMES_WITHIN, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(answer.status, 201, "{}", answer.body);
    println!(
        "{} reports before the disk was full, {N_REFUSALS} refusals, service again after {} ms",
        accepted.len(),
        started.elapsed().as_millis()
    );

    let snapshot = command.get("/api/v1/live/snapshot").await.ok();
    let head = snapshot["seq"].as_u64().unwrap();
    follower
        .ends_with_what_it_may_see(head, program.port())
        .await;
    assert_eq!(program.stop(), Some(0), "{}", program.log());
    program.verb_ok(&["journal", "verify"]);
    let rows = rows_of(&program.data(), DISTRICT).await;
    assert!(!accepted.is_empty(), "the disk became full at work");
    for id in accepted.into_iter().chain([refused]) {
        let n = rows
            .iter()
            .filter(|row| row.entry.command_id == id && row.entry.kind == "sighting.accepted")
            .count();
        assert_eq!(n, 1, "report {id} is there once");
    }
    let n_missed = rows
        .iter()
        .filter(|row| row.entry.kind == "deadline.missed")
        .filter(|row| String::from_utf8_lossy(&row.entry.body).contains(&waiting))
        .filter(|row| String::from_utf8_lossy(&row.entry.body).contains("\"acknowledge\""))
        .count();
    assert_eq!(n_missed, 1, "the deadline fired once");
}

/// Reports until the disk is full: what was accepted, and the first that was refused.
async fn until_refused(patrol: &Client) -> (Vec<Uuid>, (Uuid, Value)) {
    let mut accepted = Vec::new();
    for n in 0..N_REPORTS_MAX {
        let id = Uuid::now_v7();
        let body = a_report(n, &["bedded_down", "disabled"]);
        let answer = patrol.report(id, &body).await;
        if answer.status != 201 {
            assert_refused_by_name(&answer);
            return (accepted, (id, body));
        }
        accepted.push(id);
    }
    panic!("the disk was never full");
}

async fn wait_for_miss(command: &Client, case_id: &str) {
    let started = Instant::now();
    loop {
        let case = command.case(case_id).await;
        let missed = |deadline: &Value| {
            deadline["kind"] == json!("acknowledge") && !deadline["missed_at"].is_null()
        };
        if case["deadlines"].as_array().unwrap().iter().any(missed) {
            return;
        }
        assert!(
            started.elapsed() < RESUMES_WITHIN,
            "the deadline did not fire by itself: {}",
            case["deadlines"]
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn program_time(value: &Value) -> jiff::Timestamp {
    value.as_str().unwrap().parse().unwrap()
}
