//! The clock of a running program, set back and forth: a small library laid before it shifts what the system says.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the library comes from.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/set_clock.c");

/// A clock that can be set while the program runs.
pub struct SetClock {
    folder: tempfile::TempDir,
}

impl SetClock {
    /// Builds the library; the clock is right at first.
    #[expect(clippy::new_without_default, reason = "it makes files")]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Self { folder };
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(clock.library())
            .arg(SOURCE)
            .output()
            .expect("a C compiler, as ops/test brings one");
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        clock.set(0);
        clock
    }

    /// The environment of a program that goes by this clock.
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = |path: PathBuf| path.display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), text(self.library())),
            ("SET_CLOCK_FILE".to_owned(), text(self.file())),
        ]
    }

    /// Sets it this many seconds before or behind the machine's own.
    pub fn set(&self, shift_s: i64) {
        let making = self.folder.path().join("making");
        std::fs::write(&making, shift_s.to_string()).expect("the folder takes a file");
        std::fs::rename(making, self.file()).expect("the folder takes a file");
    }

    fn library(&self) -> PathBuf {
        self.path("set_clock.so")
    }

    fn file(&self) -> PathBuf {
        self.path("shift")
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}
