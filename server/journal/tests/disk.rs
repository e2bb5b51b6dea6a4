//! A disk that is full, a folder that may not be written, a process that is killed: nothing half-written, nothing
//! answered is lost, and service resumes by itself. Each case runs in a process of its own under the real system.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use journal::chain;
use journal::contract::{batch, entries};
use journal::fault::Fault;
use journal::folder::FolderLock;
use journal::journal::Journal as _;
use journal::row::Head;
use journal::sqlite::SqliteJournal;
use journal::verify::{Evidence, verify};

const HERE: &str = "310107";
/// Names the folder to a process that a test has started.
const FOLDER: &str = "JOURNAL_TEST_FOLDER";
/// The user that may do nothing, on every Unix.
const NOBODY: u32 = 65534;

fn folder_from_parent() -> PathBuf {
    env::var_os(FOLDER).unwrap().into()
}

/// How this test program is called to run one of its ignored cases.
fn case(name: &str) -> Vec<String> {
    let program = env::current_exe().unwrap();
    let arguments = [
        "--exact",
        name,
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ];
    std::iter::once(program.display().to_string())
        .chain(arguments.map(String::from))
        .collect()
}

fn assert_success(mut command: Command) {
    let output = command.output().unwrap();
    let (said, faults) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{faults}"
    );
}

async fn open(folder: &Path) -> SqliteJournal {
    SqliteJournal::open(FolderLock::take(folder).unwrap())
        .await
        .unwrap()
}

/// Appends until the disk refuses; gives the last head that was answered, and the fault.
async fn fill(journal: &SqliteJournal) -> (Head, Fault) {
    let mut head = journal.head(HERE).await.unwrap();
    for _ in 0..10_000 {
        match journal
            .append(batch(HERE, head, entries(50), Vec::new()))
            .await
        {
            Ok(after) => head = after,
            Err(fault) => return (head, fault),
        }
    }
    panic!("the disk never refused");
}

/// After a refusal: nothing of it is there, it is refused again, and reading works.
async fn assert_nothing_half_written(journal: &SqliteJournal, head: Head) {
    assert_eq!(journal.head(HERE).await.unwrap(), head);
    let again = journal
        .append(batch(HERE, head, entries(50), Vec::new()))
        .await;
    assert!(again.as_ref().is_err_and(Fault::may_pass), "{again:?}");
    assert_eq!(journal.head(HERE).await.unwrap(), head);
    let report = verify(journal, HERE, &Evidence::default()).await.unwrap();
    assert!(report.is_whole() && report.n_rows == head.seq, "{report:?}");
}

async fn assert_resumed(journal: &SqliteJournal, head: Head) {
    let after = journal
        .append(batch(HERE, head, entries(500), Vec::new()))
        .await
        .unwrap();
    assert_eq!(after.seq, head.seq + 500);
    let report = verify(journal, HERE, &Evidence::default()).await.unwrap();
    assert!(
        report.is_whole() && report.n_rows == after.seq,
        "{report:?}"
    );
}

#[test]
fn a_full_disk_refuses_and_service_resumes_when_space_returns() {
    let outer = tempfile::tempdir().unwrap();
    let mount = outer.path().join("small");
    fs::create_dir(&mount).unwrap();
    let mounted = "mount -t tmpfs -o size=4m tmpfs \"$0\"";
    let allowed = Command::new("unshare")
        .args(["-rm", "sh", "-c", mounted])
        .arg(&mount)
        .output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        println!(
            "skipped: this system lets no test mount a small disk; the limit on file sizes is tested all the same"
        );
        return;
    }
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", &format!("{mounted} && exec \"$@\"")])
        .arg(&mount);
    command
        .args(case("on_a_disk_of_four_megabytes"))
        .env(FOLDER, &mount);
    assert_success(command);
}

#[tokio::test]
#[ignore = "run by a test in a process of its own, on a small disk"]
async fn on_a_disk_of_four_megabytes() {
    let folder = folder_from_parent();
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let journal = open(&folder.join("data")).await;
    let (head, fault) = fill(&journal).await;
    assert!(matches!(fault, Fault::DiskFull { .. }), "{fault:?}");
    assert!(head.seq > 500, "{head}");
    assert_nothing_half_written(&journal, head).await;
    fs::remove_file(&ballast).unwrap();
    assert_resumed(&journal, head).await;
}

#[test]
fn a_file_that_may_not_grow_refuses_and_service_resumes_when_it_may() {
    let folder = tempfile::tempdir().unwrap();
    // In blocks of 512 bytes: two megabytes. The signal is ignored, so that the write fails instead of the process.
    let limited = "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", limited])
        .args(case("with_files_of_two_megabytes"))
        .env(FOLDER, folder.path());
    assert_success(command);
}

#[tokio::test]
#[ignore = "run by a test in a process of its own, under a limit on file sizes"]
async fn with_files_of_two_megabytes() {
    let journal = open(&folder_from_parent()).await;
    let (head, fault) = fill(&journal).await;
    assert!(
        matches!(fault, Fault::DiskFailed { .. } | Fault::DiskFull { .. }),
        "{fault:?}"
    );
    assert_nothing_half_written(&journal, head).await;
    let me = std::process::id().to_string();
    let raised = Command::new("prlimit")
        .args(["--pid", &me, "--fsize=unlimited:unlimited"])
        .status()
        .unwrap();
    assert!(raised.success());
    assert_resumed(&journal, head).await;
}

#[test]
fn a_folder_that_may_not_be_written_is_named_and_can_still_be_read() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("data");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let journal = open(&folder).await;
        journal
            .append(batch(HERE, chain::start(HERE), entries(3), Vec::new()))
            .await
            .unwrap();
        journal.close().await;
    });
    let program = outer.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let may_read =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    may_read(outer.path(), 0o755);
    may_read(&program, 0o755);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        may_read(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    may_read(&folder, 0o555);
    let mut command = Command::new(program);
    command
        .args(case("in_a_folder_that_may_not_be_written").split_off(1))
        .env(FOLDER, &folder);
    // The superuser may write everywhere, so the case runs as somebody who may not.
    if fs::write(folder.join("probe"), b"").is_ok() {
        fs::remove_file(folder.join("probe")).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    assert_success(command);
    may_read(&folder, 0o755);
}

#[tokio::test]
#[ignore = "run by a test in a process of its own, as a user without rights"]
async fn in_a_folder_that_may_not_be_written() {
    let folder = folder_from_parent();
    let refused = FolderLock::take(&folder).unwrap_err();
    assert!(matches!(refused, Fault::ReadOnly { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("lamplighter.lock"),
        "{refused}"
    );
    let refused = FolderLock::take(&folder.join("new")).unwrap_err();
    assert!(matches!(refused, Fault::ReadOnly { .. }), "{refused:?}");
    let reader = SqliteJournal::open_to_read(&folder).await.unwrap();
    assert_eq!(reader.read(HERE, 0, 10).await.unwrap().len(), 3);
}

#[test]
fn a_process_killed_while_it_writes_loses_nothing_that_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for n_answers in [1, 7, 40] {
        let mut words = case("writing_until_it_is_killed").into_iter();
        let mut child = Command::new(words.next().unwrap())
            .args(words)
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let answered = lines
            .map(Result::unwrap)
            .filter_map(|line| line.trim().parse::<Head>().ok())
            .nth(n_answers);
        child.kill().unwrap();
        child.wait().unwrap();
        let answered = answered.unwrap();
        runtime.block_on(async {
            let journal = open(folder.path()).await;
            let mut evidence = Evidence::default();
            evidence.add(HERE, answered);
            let report = verify(&journal, HERE, &evidence).await.unwrap();
            assert!(report.is_whole(), "{report:?}");
            assert_eq!(report.head.seq % 5, 0, "batches are whole");
            journal.close().await;
        });
    }
}

#[tokio::test]
#[ignore = "run by a test in a process of its own, until it is killed"]
async fn writing_until_it_is_killed() {
    let journal = open(&folder_from_parent()).await;
    let mut head = journal.head(HERE).await.unwrap();
    println!();
    // Bounded, so that a test that died leaves no process behind for long.
    for _ in 0..100_000 {
        head = journal
            .append(batch(HERE, head, entries(5), Vec::new()))
            .await
            .unwrap();
        println!("{head}");
    }
}
