//! The list of what was forgotten, one record a line, in a file beside the installation key. A backup that was made before
//! an erasure knows nothing of it; the list does, and a start repeats what it names.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use model::id::RecordId;

use crate::fault::RuntimeFault;

/// The file.
#[derive(Clone, Debug)]
pub(crate) struct Forgotten {
    path: PathBuf,
}

impl Forgotten {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Every record that it names; a file that does not exist names none, and a line that was begun is passed over.
    pub(crate) async fn read(&self) -> Result<BTreeSet<RecordId>, RuntimeFault> {
        let path = self.path.clone();
        let text = on_disk(move || read(&path))
            .await
            .map_err(RuntimeFault::file("reading the list of what was forgotten"))?;
        Ok(text
            .lines()
            .filter_map(|line| line.parse().ok().map(RecordId))
            .collect())
    }

    /// Adds records and syncs them to disk.
    pub(crate) async fn add(&self, records: Vec<RecordId>) -> Result<(), RuntimeFault> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        on_disk(move || append(&path, &records))
            .await
            .map_err(RuntimeFault::file("writing the list of what was forgotten"))
    }
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|fault| Err(io::Error::other(fault)))
}

fn read(path: &Path) -> io::Result<String> {
    match std::fs::read_to_string(path) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        answer => answer,
    }
}

fn append(path: &Path, records: &[RecordId]) -> io::Result<()> {
    let mut lines = String::new();
    // A line that was cut off by a crash ends here.
    if read(path)?.chars().next_back().is_some_and(|c| c != '\n') {
        lines.push('\n');
    }
    for record in records {
        lines.push_str(&record.to_string());
        lines.push('\n');
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn the_list_outlives_a_line_that_was_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forgotten");
        let list = Forgotten::at(path.clone());
        assert!(list.read().await.unwrap().is_empty());
        let record = |n| RecordId(Uuid::from_u128(n));
        list.add(vec![record(1)]).await.unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}0190-cut")).unwrap();
        list.add(vec![record(2)]).await.unwrap();
        let all: Vec<RecordId> = list.read().await.unwrap().into_iter().collect();
        assert_eq!(all, [record(1), record(2)]);
    }
}
