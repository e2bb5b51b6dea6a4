//! Chores: play one seed of the simulation and say everything that happens.

use std::process::{Command, ExitCode};

fn main() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (Some("sim"), Some(seed)) => {
            let seed: u64 = seed.parse()?;
            let status = Command::new("cargo")
                .args([
                    "test",
                    "--quiet",
                    "--package",
                    "tests",
                    "--test",
                    "simulation",
                ])
                .args(["--", "--exact", "one_seed", "--nocapture"])
                .env("LAMPLIGHTER_SEED", seed.to_string())
                .status()?;
            Ok(if status.success() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        _ => anyhow::bail!("cargo xtask sim SEED"),
    }
}
