//! Chores: lay out golden files of events, play one seed of the simulation and say everything that happens.

mod bless;

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (Some("bless"), None) => {
            bless::events(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))?;
            Ok(ExitCode::SUCCESS)
        }
        (Some("sim"), Some(seed)) => {
            let seed: u64 = seed.parse()?;
            let status = Command::new("cargo")
                .args([
                    "test",
                    "--quiet",
                    // As it is proved: a night of an unoptimised program is twenty times as long.
                    "--release",
                    "--package",
                    "simulation",
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
        _ => anyhow::bail!("cargo xtask bless | sim SEED"),
    }
}
