//! The built program in a temporary folder: started, killed, started again; its verbs run beside it.

use std::ffi::OsString;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::client::Client;

/// How long a start may take on a loaded machine.
const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// The password of every account that a proof makes.
pub const PASSWORD: &str = "eine-lange-nacht-2026";

/// The accounts of a proof: name and what `account add` is told.
pub const ACCOUNTS: &[(&str, &[&str])] = &[
    (
        "patrol1",
        &[
            "--role",
            "patrol",
            "--unit",
            "u-1",
            "--jurisdiction",
            "310107005",
        ],
    ),
    (
        "patrol2",
        &[
            "--role",
            "patrol",
            "--unit",
            "u-2",
            "--jurisdiction",
            "310107005",
        ],
    ),
    (
        "street1",
        &["--role", "street", "--jurisdiction", "310107005"],
    ),
    (
        "street2",
        &["--role", "street", "--jurisdiction", "310107014"],
    ),
    (
        "station",
        &["--role", "department", "--department", "rescue_station"],
    ),
    (
        "police",
        &["--role", "department", "--department", "police"],
    ),
    (
        "health",
        &["--role", "department", "--department", "health"],
    ),
    ("command", &["--role", "command"]),
    ("auditor", &["--role", "auditor"]),
    ("admin", &["--role", "admin"]),
];

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub struct ProgramOptions {
    /// The text of a policy file; absent = the preset's.
    pub policy: Option<String>,
    /// `--preset`.
    pub preset: Option<String>,
    /// Further words of the command line.
    pub more: Vec<String>,
    /// Words before the program's own, as of `strace`; the program must keep its process number.
    pub under: Vec<String>,
    /// The environment beside the tests' own.
    pub environment: Vec<(String, String)>,
    /// Where the data folder is; absent = in a temporary folder.
    pub data: Option<PathBuf>,
    /// A copy of the program to start; absent = the built one.
    pub binary: Option<PathBuf>,
    /// Whether the accounts of [`ACCOUNTS`] are made.
    pub without_accounts: bool,
}

/// The running program.
pub struct Program {
    folder: TempDir,
    port: u16,
    options: ProgramOptions,
    child: Option<Child>,
}

/// The program that `cargo build` made beside the tests.
pub fn binary() -> PathBuf {
    let exe = std::env::current_exe().expect("a test has a path");
    let folder = exe
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in target/<profile>/deps");
    let path = folder.join("lamplighter");
    assert!(
        path.exists(),
        "{} is not built; run `cargo build --workspace` first",
        path.display()
    );
    path
}

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .expect("loopback")
        .local_addr()
        .expect("an address")
        .port()
}

/// Runs a verb on any data folder.
pub fn verb_on(data: &Path, words: &[&str]) -> Output {
    Command::new(binary())
        .args(words)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .expect("the verb runs")
}

impl Program {
    /// Makes a folder, for a program that is started later.
    pub fn unstarted(options: ProgramOptions) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if let Some(policy) = &options.policy {
            std::fs::write(folder.path().join("policy.toml"), policy)
                .expect("the folder takes a file");
        }
        Self {
            folder,
            port: free_port(),
            options,
            child: None,
        }
    }

    /// Makes a folder and accounts, starts the program and waits until it is ready.
    pub async fn start(options: ProgramOptions) -> Self {
        let mut program = Self::unstarted(options);
        program.launch().await;
        if !program.options.without_accounts {
            for (name, words) in ACCOUNTS {
                program.add_account(name, words);
            }
        }
        program
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.options
            .data
            .clone()
            .unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// A file in the temporary folder, beside the data.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the folder takes a file");
        path
    }

    /// Where it answers.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it on the same folder and waits until it is ready.
    pub async fn launch(&mut self) {
        self.begin();
        self.ready().await;
    }

    /// Starts it on the same folder and waits for nothing.
    pub fn begin(&mut self) {
        let words: Vec<OsString> = self
            .options
            .under
            .iter()
            .map(OsString::from)
            .chain([self.options.binary.clone().unwrap_or_else(binary).into()])
            .collect();
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .envs(self.options.environment.iter().cloned())
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .arg("--listen")
            .arg(format!("127.0.0.1:{}", self.port));
        if self.options.policy.is_some() {
            command
                .arg("--policy")
                .arg(self.folder.path().join("policy.toml"));
        }
        if let Some(preset) = &self.options.preset {
            command.arg("--preset").arg(preset);
        }
        command.args(&self.options.more);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .expect("the folder takes a log");
        command
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .stdin(Stdio::null());
        let child = command.spawn().expect("the program starts");
        self.child = Some(child);
    }

    /// Waits until it is ready.
    pub async fn ready(&mut self) {
        let started = Instant::now();
        let http = reqwest::Client::new();
        loop {
            if let Ok(answer) = http.get(format!("{}/readyz", self.base_url())).send().await
                && answer.status().is_success()
            {
                return;
            }
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait().expect("the child can be asked")
            {
                panic!(
                    "the program ended with {status} while starting:\n{}",
                    self.log()
                );
            }
            assert!(
                started.elapsed() < STARTS_WITHIN,
                "not ready in time:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The temporary folder, with the data folder in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Its process number, while it runs.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// `kill -9`.
    pub fn kill_9(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the program can be killed");
            child.wait().expect("the program ended");
        }
    }

    /// Asks it to stop and waits; the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let mut child = self.child.take()?;
        let status = Command::new("kill")
            .arg("-TERM")
            .arg(child.id().to_string())
            .status()
            .expect("kill");
        assert!(status.success());
        child.wait().expect("the program ended").code()
    }

    /// Runs a verb on the data folder, beside the server if it runs.
    pub fn verb(&self, words: &[&str]) -> Output {
        verb_on(&self.data(), words)
    }

    /// Runs a verb that must succeed; what it printed.
    pub fn verb_ok(&self, words: &[&str]) -> String {
        let output = self.verb(words);
        assert!(
            output.status.success(),
            "`{}` ended with {}:\n{}{}",
            words.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Makes an account with [`PASSWORD`].
    pub fn add_account(&self, name: &str, words: &[&str]) {
        let mut child = Command::new(binary())
            .args(["account", "add", name])
            .args(words)
            .arg("--password-stdin")
            .arg("--data")
            .arg(self.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the verb runs");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(PASSWORD.as_bytes())
            .expect("the password is read");
        let output = child.wait_with_output().expect("the verb ended");
        assert!(
            output.status.success(),
            "account add {name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Signs in.
    pub async fn sign_in(&self, account: &str) -> Client {
        Client::sign_in(&self.base_url(), account, PASSWORD).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill_9();
    }
}
