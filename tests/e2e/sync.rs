//! Between the write of the log and the answer of each report lies a completed sync of that log; a program that leaves
//! the sync out is found.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use journal::folder::FolderLock;
use journal::sqlite::SqliteJournal;
use tests::client::{Client, report_at};
use tests::program::{PASSWORD, Program, ProgramOptions};
use tests::server::{ServerOptions, TestServer};
use tests::trace::{self, Call};
use uuid::Uuid;

/// Reports, one after another.
const N_REPORTS: u32 = 100;
/// Bytes before each page in the log, sqlite.org/fileformat2.html; the second word is not zero where a commit ends.
const FRAME_HEADER: usize = 24;
/// How long a server in a process of its own may need to begin.
const BEGINS_WITHIN: Duration = Duration::from_mins(2);
/// Tells such a server its folder, and whether it leaves the sync out.
const FOLDER: &str = "E2E_SYNC_FOLDER";
const WITHOUT_SYNC: &str = "E2E_SYNC_LEFT_OUT";

/// Sends the reports, each after the answer to the one before; their ids.
async fn reports(patrol: &Client) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for i in 0..N_REPORTS {
        let id = Uuid::now_v7();
        let body = report_at(
            121.385 + f64::from(i % 10) * 0.001_5,
            31.232 + f64::from(i / 10) * 0.001_5,
            &["bedded_down"],
        );
        let answer = patrol.report(id, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        ids.push(id);
    }
    ids
}

/// Which reports were answered before their commit was synced. A report that is not in the log at all ends the proof.
fn answered_before_sync(calls: &[Call], ids: &[Uuid]) -> Vec<String> {
    let log: Vec<&Call> = calls
        .iter()
        .filter(|call| call.target.ends_with("journal.db-wal"))
        .collect();
    ids.iter()
        .filter_map(|id| {
            let text = id.to_string();
            let answer = calls
                .iter()
                .find(|call| {
                    call.is_write()
                        && call.target.starts_with("socket:")
                        && call.holds(b"HTTP/1.1 201")
                        && call.holds(text.as_bytes())
                })
                .unwrap_or_else(|| panic!("the answer to {id} was not seen"));
            let written = log
                .iter()
                .position(|call| call.is_write() && call.holds(id.as_bytes()))
                .unwrap_or_else(|| panic!("report {id} is not in the log"));
            let committed = end_of_commit(&log, written);
            let synced = log.iter().any(|sync| {
                sync.is_sync()
                    && committed.ended.is_some_and(|ended| ended < sync.began)
                    && sync.ended.is_some_and(|ended| ended < answer.began)
            });
            (!synced).then_some(text)
        })
        .collect()
}

/// The write that ends the commit of which this is a page. Each page is written after its header.
fn end_of_commit<'a>(log: &[&'a Call], page: usize) -> &'a Call {
    let ends = |call: &&Call| {
        call.is_write()
            && call.bytes.len() == FRAME_HEADER
            && call.bytes[4..8].iter().any(|byte| *byte != 0)
    };
    let header = page - 1;
    let last = log[header..]
        .iter()
        .position(ends)
        .expect("a commit has a last frame");
    log[header + last + 1]
}

/// What `strace` wrote, once the program has ended and the file grows no more.
async fn traced(file: &Path) -> Vec<Call> {
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let text = std::fs::read(file).unwrap();
        if text.len() == before && before > 0 {
            return trace::read(&String::from_utf8_lossy(&text));
        }
        before = text.len();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_the_log_lies_between_write_and_answer_of_each_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace");
    let mut program = Program::start(ProgramOptions {
        under: trace::words(&file),
        ..ProgramOptions::default()
    })
    .await;
    let patrol = program.sign_in("patrol1").await;
    let ids = reports(&patrol).await;
    program.kill_9();
    let calls = traced(&file).await;
    let unsynced = answered_before_sync(&calls, &ids);
    println!(
        "the program: {} reports, {} answered before their sync; {} syncs of the log seen",
        ids.len(),
        unsynced.len(),
        calls
            .iter()
            .filter(|call| call.is_sync() && call.target.ends_with("journal.db-wal"))
            .count()
    );
    assert_eq!(unsynced, Vec::<String>::new());
}

/// A server in a process of its own, under `strace`; ended with the value.
struct Served {
    child: Child,
    folder: tempfile::TempDir,
}

impl Served {
    fn begin(without_sync: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let words = trace::words(&folder.path().join("trace"));
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "sync::serving_until_it_is_killed", "--ignored"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if without_sync {
            command.env(WITHOUT_SYNC, "yes");
        }
        Self {
            child: command.spawn().unwrap(),
            folder,
        }
    }

    async fn base_url(&self) -> String {
        let started = Instant::now();
        loop {
            if let Ok(url) = std::fs::read_to_string(self.folder.path().join("url")) {
                return url;
            }
            assert!(started.elapsed() < BEGINS_WITHIN, "it did not begin");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_leaves_the_sync_out_is_found() {
    for (without_sync, n_found) in [(false, 0), (true, N_REPORTS)] {
        let mut served = Served::begin(without_sync);
        let patrol = Client::sign_in(&served.base_url().await, "patrol1", PASSWORD).await;
        let ids = reports(&patrol).await;
        served.kill();
        let calls = traced(&served.folder.path().join("trace")).await;
        let unsynced = answered_before_sync(&calls, &ids);
        println!(
            "sync left out {without_sync}: {} of {} answered before their sync",
            unsynced.len(),
            ids.len()
        );
        assert_eq!(u32::try_from(unsynced.len()), Ok(n_found));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a test in a process of its own, until it is killed"]
async fn serving_until_it_is_killed() {
    let folder: PathBuf = std::env::var_os(FOLDER).unwrap().into();
    let lock = FolderLock::take(&folder.join("data")).unwrap();
    let journal = if std::env::var_os(WITHOUT_SYNC).is_some() {
        SqliteJournal::open_without_sync(lock).await
    } else {
        SqliteJournal::open(lock).await
    };
    let server = TestServer::start(ServerOptions {
        journal: Arc::new(journal.unwrap()),
        ..ServerOptions::default()
    })
    .await;
    let (making, made) = (folder.join("url.making"), folder.join("url"));
    std::fs::write(&making, &server.base_url).unwrap();
    std::fs::rename(making, made).unwrap();
    // Bounded, so that a test that died leaves no process behind for long.
    tokio::time::sleep(Duration::from_mins(10)).await;
}
