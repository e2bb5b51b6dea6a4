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
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
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
/// Portions that may wait for the writer; then the night waits.
const N_PORTIONS_MAX: usize = 8;
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

/// What is handed to the writer: personal fields, then the events that they came with.
struct Portion {
    personal: Vec<PersonalText>,
    events: Vec<Arc<RecordedEvent>>,
}

/// A data folder that is being written, beside the night that goes on.
pub(crate) struct Keeping {
    portions: mpsc::Sender<Portion>,
    personal: Vec<PersonalText>,
    writer: JoinHandle<Result<Head, ToolFault>>,
}

/// The one that seals and writes.
struct Writer {
    journal: SqliteJournal,
    seals: Seals,
    district: String,
    head: Head,
}

impl Keeping {
    /// Begins a folder. One that an earlier virtual night made is made anew; any other that holds a journal stays.
    pub(crate) async fn begin(
        out: &Path,
        district: &str,
        seed: u64,
        texts: Vec<StoreWrite>,
    ) -> Result<Self, ToolFault> {
        let lock = FolderLock::take(out).map_err(ToolFault::journal("taking the folder"))?;
        clear(out)?;
        write(&out.join(MARK), "{}\n")?;
        let randomness: Arc<dyn Randomness> = Arc::new(SeededRandomness::new(seed));
        let (key, _) = InstallationKey::load_or_create(&out.join(KEY), &*randomness)
            .map_err(ToolFault::vault("making the installation key"))?;
        let journal = SqliteJournal::open(lock)
            .await
            .map_err(ToolFault::journal("making the journal"))?;
        journal
            .write(texts)
            .await
            .map_err(ToolFault::journal("keeping policy and boundaries"))?;
        let writer = Writer {
            journal,
            seals: Seals::new(KeyRing::new(&key), randomness),
            district: district.to_owned(),
            head: chain::start(district),
        };
        let (portions, received) = mpsc::channel(N_PORTIONS_MAX);
        Ok(Self {
            portions,
            personal: Vec::new(),
            writer: tokio::spawn(writer.run(received)),
        })
    }

    /// Notes what somebody wrote about a person; it is committed with the next events.
    pub(crate) fn keep_personal(&mut self, fields: &[PersonalText]) {
        self.personal.extend(fields.iter().cloned());
    }

    /// Hands events to the writer. When it has failed, the end says why.
    pub(crate) async fn commit(&mut self, events: Vec<Arc<RecordedEvent>>) {
        let personal = std::mem::take(&mut self.personal);
        if !events.is_empty() {
            // A writer that is gone has failed; its fault is the answer of `end`.
            let _ = self.portions.send(Portion { personal, events }).await;
        }
    }

    /// Waits until everything is on disk and ends the folder in good order. Answers where the journal ends.
    pub(crate) async fn end(self) -> Result<Head, ToolFault> {
        drop(self.portions);
        match self.writer.await {
            Ok(answer) => answer,
            Err(fault) => Err(ToolFault::writing("the journal")(fault)),
        }
    }
}

impl Writer {
    async fn run(mut self, mut portions: mpsc::Receiver<Portion>) -> Result<Head, ToolFault> {
        while let Some(portion) = portions.recv().await {
            self.write(&portion).await?;
        }
        self.journal.close().await;
        Ok(self.head)
    }

    /// Commits a portion in one batch.
    async fn write(&mut self, portion: &Portion) -> Result<(), ToolFault> {
        let mut store = Vec::new();
        for field in &portion.personal {
            let sealed = self.seals.seal(
                field.record.0,
                field.kind.as_str(),
                field.text.as_bytes(),
                &mut store,
            )?;
            store.push(StoreWrite::PutPersonal(PersonalField {
                record: field.record.0,
                field: field.kind.as_str().to_owned(),
                sealed: Bytes::from(sealed),
            }));
        }
        let mut entries = Vec::with_capacity(portion.events.len());
        for event in &portion.events {
            entries.push(self.seals.entry_of(&event.new, event.at, &mut store)?);
        }
        let rows = chain::link(&self.district, self.head, entries);
        self.head = self
            .journal
            .append(Batch {
                district: self.district.clone(),
                expected_head: self.head,
                rows,
                store,
            })
            .await
            .map_err(ToolFault::journal("writing the journal"))?;
        Ok(())
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
