//! Chores: lay out golden files of events, write the shapes of the wire for other programs, play one seed of the simulation and say everything that happens.

mod bless;
mod outline;

use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

fn main() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (Some("bless"), None) => {
            bless::events(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))?;
            Ok(ExitCode::SUCCESS)
        }
        (Some("outline"), Some(from)) => {
            let code = words.next().unwrap_or_default();
            let to = words.next().unwrap_or_default();
            outline::convert(Path::new(&from), &code, Path::new(&to))?;
            Ok(ExitCode::SUCCESS)
        }
        (Some("types"), None) => {
            let status = Command::new("cargo")
                .args(["test", "--quiet", "--package", "tests"])
                .args(["--test", "contract", "--", "wire_types::"])
                .env("LAMPLIGHTER_WRITE_TYPES", "1")
                .status()?;
            Ok(exit_of(status))
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
            Ok(exit_of(status))
        }
        _ => anyhow::bail!("cargo xtask bless | sim SEED | types | outline MAP CODE TO"),
    }
}

fn exit_of(status: ExitStatus) -> ExitCode {
    if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
