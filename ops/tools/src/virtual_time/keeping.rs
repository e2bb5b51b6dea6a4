//! Keeps a virtual night as a data folder that every other verb can read: journal, store, keys. The installation key
//! follows from the seed, so nothing in it is secret.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use journal::chain;
use journal::folder::{self, FolderLock};
use journal::journal::{Batch, Journal as _};
use journal::row::Head;
use journal::sqlite::SqliteJournal;
use journal::store::{PersonalField, Store as _, StoreWrite};
use model::event::RecordedEvent;
use vault::installation::InstallationKey;
use vault::randomness::{Randomness, SeededRandomness};
use vault::ring::KeyRing;

use crate::events::Seals;
use crate::fault::ToolFault;
use crate::import::PersonalText;

/// The file that says that a folder was made by a virtual night and may be made anew.
const MARK: &str = "virtual-night.json";
/// The installation key of the folder.
const KEY: &str = "installation.key";
/// What an earlier night left in the folder.
const LEFT: &[&str] = &[
    MARK,
    KEY,
    "journal.db",
    "journal.db-wal",
    "journal.db-shm",
    "anchors.jsonl",
    "figures.csv",
    "summary.json",
];

/// A data folder that is being written.
pub(crate) struct Keeping {
    journal: SqliteJournal,
    seals: Seals,
    district: String,
    head: Head,
    writes: Vec<StoreWrite>,
}

impl Keeping {
    /// Begins a folder. One that an earlier virtual night made is made anew; any other that holds a journal stays.
    pub(crate) async fn begin(out: &Path, district: &str, seed: u64) -> Result<Self, ToolFault> {
        let lock = FolderLock::take(out).map_err(ToolFault::journal("taking the folder"))?;
        clear(out)?;
        write(&out.join(MARK), "{}\n")?;
        let randomness: Arc<dyn Randomness> = Arc::new(SeededRandomness::new(seed));
        let (key, _) = InstallationKey::load_or_create(&out.join(KEY), &*randomness)
            .map_err(ToolFault::vault("making the installation key"))?;
        let journal = SqliteJournal::open(lock)
            .await
            .map_err(ToolFault::journal("making the journal"))?;
        Ok(Self {
            journal,
            seals: Seals::new(KeyRing::new(&key), randomness),
            district: district.to_owned(),
            head: chain::start(district),
            writes: Vec::new(),
        })
    }

    /// Keeps what decides nothing about a case: the policy, the boundaries, settings.
    pub(crate) async fn keep_texts(&self, writes: Vec<StoreWrite>) -> Result<(), ToolFault> {
        self.journal
            .write(writes)
            .await
            .map_err(ToolFault::journal("keeping policy and boundaries"))
    }

    /// Seals what somebody wrote about a person; it is committed with the next events.
    pub(crate) fn keep_personal(&mut self, fields: &[PersonalText]) -> Result<(), ToolFault> {
        for field in fields {
            let sealed = self.seals.seal(
                field.record.0,
                field.kind.as_str(),
                field.text.as_bytes(),
                &mut self.writes,
            )?;
            self.writes.push(StoreWrite::PutPersonal(PersonalField {
                record: field.record.0,
                field: field.kind.as_str().to_owned(),
                sealed: Bytes::from(sealed),
            }));
        }
        Ok(())
    }

    /// Commits events in one batch.
    pub(crate) async fn commit(&mut self, events: &[RecordedEvent]) -> Result<(), ToolFault> {
        if events.is_empty() {
            return Ok(());
        }
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            entries.push(
                self.seals
                    .entry_of(&event.new, event.at, &mut self.writes)?,
            );
        }
        let rows = chain::link(&self.district, self.head, entries);
        self.head = self
            .journal
            .append(Batch {
                district: self.district.clone(),
                expected_head: self.head,
                rows,
                store: std::mem::take(&mut self.writes),
            })
            .await
            .map_err(ToolFault::journal("writing the journal"))?;
        Ok(())
    }

    /// Ends the folder in good order. Answers where the journal ends.
    pub(crate) async fn end(self) -> Head {
        self.journal.close().await;
        self.head
    }
}

/// Takes away what an earlier virtual night left; refuses a folder that holds anything else's journal.
fn clear(out: &Path) -> Result<(), ToolFault> {
    if !out.join(MARK).exists() {
        if folder::holds_journal(out) || out.join(KEY).exists() {
            return Err(ToolFault::UsedWrongly(format!(
                "{} holds a journal that no virtual night made; choose another folder",
                out.display()
            )));
        }
        return Ok(());
    }
    for name in LEFT {
        let path = out.join(name);
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(ToolFault::File {
                    doing: "removing",
                    path,
                    source,
                });
            }
        }
    }
    Ok(())
}

/// Writes a text to a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), ToolFault> {
    write_bytes(path, text.as_bytes())
}

/// Writes bytes to a file.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), ToolFault> {
    std::fs::write(path, bytes).map_err(|source| ToolFault::File {
        doing: "writing",
        path: path.to_owned(),
        source,
    })
}
