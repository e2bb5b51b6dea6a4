//! The data folder: it belongs to one process, and rights that are gone are named and come back without loss.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tests::client::{Client, report_at};
use tests::program::{Program, ProgramOptions, binary};
use uuid::Uuid;

/// The user and group that may do nothing, on every Unix.
const NOBODY: u32 = 65_534;
/// How soon service must be there again.
const RESUMES_WITHIN: Duration = Duration::from_secs(15);

async fn report(patrol: &Client, n: u32) -> (Uuid, tests::client::Answer) {
    let id = Uuid::now_v7();
    let body = report_at(121.385 + f64::from(n) * 0.001_5, 31.24, &["bedded_down"]);
    (id, patrol.report(id, &body).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_is_refused_by_name_and_the_first_goes_on() {
    let program = Program::start(ProgramOptions::default()).await;
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    let (_, first) = report(&patrol, 0).await;
    let output = program.verb(&["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let named = format!("is in use by process {}", program.pid());
    assert!(said.contains(&named), "{said}");
    let (_, second) = report(&patrol, 1).await;
    assert_eq!((first.status, second.status), (201, 201));
    let cases = command.get("/api/v1/cases").await.ok();
    assert_eq!(cases["items"].as_array().unwrap().len(), 2);
}

/// A folder that belongs to somebody who may be refused. The superuser may write everywhere, so it is given away.
struct Given {
    folder: tempfile::TempDir,
    as_nobody: bool,
}

impl Given {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let probe = folder.path().join("probe");
        std::fs::create_dir(&probe).unwrap();
        set_mode(&probe, 0o555);
        let as_nobody = std::fs::write(probe.join("file"), b"").is_ok();
        set_mode(folder.path(), 0o755);
        std::fs::create_dir(folder.path().join("data")).unwrap();
        if as_nobody {
            let data = folder.path().join("data");
            std::os::unix::fs::chown(data, Some(NOBODY), Some(NOBODY)).unwrap();
            // The program may lie where nobody else may look.
            std::fs::copy(binary(), folder.path().join("lamplighter")).unwrap();
        }
        Self { folder, as_nobody }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Words before the program's own that take the superuser's rights away.
    fn under(&self) -> Vec<String> {
        if !self.as_nobody {
            return Vec::new();
        }
        let user = format!("--reuid={NOBODY}");
        let group = format!("--regid={NOBODY}");
        ["setpriv", &user, &group, "--clear-groups"]
            .map(str::to_owned)
            .to_vec()
    }

    fn binary(&self) -> PathBuf {
        if self.as_nobody {
            self.folder.path().join("lamplighter")
        } else {
            binary()
        }
    }

    /// Takes the right to write away from folders and files, or gives it back.
    fn may_write(&self, may: bool) {
        let (of_folder, of_file) = if may { (0o700, 0o600) } else { (0o500, 0o400) };
        if may {
            set_mode(&self.data(), of_folder);
        }
        for path in everything_in(&self.data()) {
            set_mode(&path, if path.is_dir() { of_folder } else { of_file });
        }
        set_mode(&self.data(), of_folder);
    }

    fn verb(&self, words: &[&str]) -> Output {
        self.command(&self.binary())
            .args(words)
            .arg("--data")
            .arg(self.data())
            .output()
            .unwrap()
    }

    /// Limits how long the files of the program may become; only its own user may.
    fn limit_files(&self, program: &Program, bytes: &str) {
        let (pid, limit) = (program.pid().to_string(), format!("--fsize={bytes}:"));
        let limited = self
            .command(Path::new("prlimit"))
            .args(["--pid", &pid, &limit])
            .status();
        assert!(limited.unwrap().success());
    }

    /// A program that runs with the rights of the served one.
    fn command(&self, program: &Path) -> Command {
        let mut words: Vec<PathBuf> = self.under().into_iter().map(PathBuf::from).collect();
        words.push(program.to_owned());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        command
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn everything_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(everything_in(&path));
        }
        paths.push(path);
    }
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_refused_by_name_and_served_again_when_it_may() {
    let given = Given::new();
    let mut program = Program::start(ProgramOptions {
        data: Some(given.data()),
        under: given.under(),
        binary: Some(given.binary()),
        ..ProgramOptions::default()
    })
    .await;
    let patrol = program.sign_in("patrol1").await;
    let mut accepted = Vec::new();
    for n in 0..5 {
        let (id, answer) = report(&patrol, n).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        accepted.push(id);
    }

    // While it serves: what is open stays open, and what has to be opened anew is refused by name until it may be.
    given.may_write(false);
    let (id, answer) = report(&patrol, 5).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    accepted.push(id);
    given.limit_files(&program, "1");
    let (refused, answer) = report(&patrol, 6).await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (503, &"storage_unavailable".into())
    );
    given.limit_files(&program, "unlimited");
    let (_, answer) = report(&patrol, 7).await;
    assert_eq!(
        answer.status, 503,
        "the log cannot be opened: {}",
        answer.body
    );
    assert!(answer.retry_after_s.is_some());
    assert!(program.log().contains("read-only"), "{}", program.log());
    given.may_write(true);
    let started = Instant::now();
    let body = report_at(121.385 + 0.009, 31.24, &["bedded_down"]);
    loop {
        let answer = patrol.report(refused, &body).await;
        if answer.status == 201 {
            accepted.push(refused);
            break;
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(started.elapsed() < RESUMES_WITHIN, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("service again after {} ms", started.elapsed().as_millis());
    program.kill_9();

    // At a start: refused by name; what only reads goes on.
    given.may_write(false);
    let output = given.verb(&["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("lamplighter.lock") && said.contains("it is read-only"),
        "{said}"
    );
    let output = given.verb(&["journal", "inspect"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    given.may_write(true);
    program.launch().await;
    let command = program.sign_in("command").await;
    let cases = command.get("/api/v1/cases").await.ok();
    assert_eq!(
        cases["items"].as_array().unwrap().len(),
        accepted.len(),
        "what was accepted is there, what was refused is not"
    );
}
