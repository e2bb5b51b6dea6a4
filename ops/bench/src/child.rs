//! A server under measurement runs as a process of its own, so that its processor time and its memory are its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

/// Ticks a second of the kernel's process times; Linux has had 100 on every machine that this runs on.
const TICKS_A_SECOND: f64 = 100.0;
const BYTES_A_PAGE: u64 = 4096;

/// A running server.
pub struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Where it listens.
    pub port: u16,
}

impl Server {
    /// Starts this program again as a server; it says its port in its first line.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(words: &[&str]) -> anyhow::Result<Self> {
        Self::of(Command::new(std::env::current_exe()?).args(words))
    }

    /// The same, giving back at once what is freed, so that its memory is what it holds.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_lean(words: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::of(command.args(words).env("MIMALLOC_PURGE_DELAY", "0"))
    }

    fn of(command: &mut Command) -> anyhow::Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().context("an input")?;
        let output = BufReader::new(process.stdout.take().context("an output")?);
        let mut server = Self {
            process,
            input,
            output,
            port: 0,
        };
        server.port = server.line()?.parse()?;
        Ok(server)
    }

    /// The next line that it says.
    ///
    /// # Errors
    /// When it has ended.
    pub fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        anyhow::ensure!(
            self.output.read_line(&mut line)? > 0,
            "the server has ended"
        );
        Ok(line.trim().to_owned())
    }

    /// Tells it something.
    ///
    /// # Errors
    /// When it has ended.
    pub fn say(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.input, "{line}")?;
        Ok(self.input.flush()?)
    }

    /// Processor time that it has used.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        cpu_of(&self.process.id().to_string())
    }

    /// Bytes of memory that it holds.
    ///
    /// # Errors
    /// When it has ended.
    pub fn memory(&self) -> anyhow::Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.process.id()))?;
        let pages: u64 = text.split(' ').nth(1).context("resident pages")?.parse()?;
        Ok(pages * BYTES_A_PAGE)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Processor time of a process, by its number or `self`.
///
/// # Errors
/// When there is no such process.
pub fn cpu_of(process: &str) -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = text.rsplit_once(')').context("a process name")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |n: usize| -> anyhow::Result<f64> { Ok(fields.get(n).context("a time")?.parse()?) };
    Ok(Duration::from_secs_f64(
        (ticks(11)? + ticks(12)?) / TICKS_A_SECOND,
    ))
}
