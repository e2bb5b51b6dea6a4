//! Journal and store in one SQLite database in the data folder: one writing connection, separate readers, each batch
//! one durable transaction. Snapshots are files beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use uuid::Uuid;

use crate::chain;
use crate::fault::Fault;
use crate::folder::{self, FolderLock};
use crate::journal::{Answer, Batch, CommandRows, Journal};
use crate::row::{Head, Row};
use crate::snapshot::{self, Snapshot, SnapshotHead};
use crate::store::{Account, PersonalField, Photo, Session, Store, StoreWrite};

mod errors;
mod rows;
mod runs;
mod shelves;
mod snapshots;
mod writer;

use errors::database_fault;
use snapshots::SnapshotFolder;
use writer::{Work, Writer};

/// How many readers may read at once. Each is a thread; reads are short.
const N_READERS: u32 = 4;
/// How long a connection waits for another process, such as a backup or `sqlite3`, before it is `Busy`.
const BUSY_WITHIN: Duration = Duration::from_secs(5);
/// Prepared statements kept for each connection: one for each size of a batch, and all others.
const N_STATEMENTS: usize = 320;

/// The journal and store of one data folder.
#[derive(Debug)]
pub struct SqliteJournal {
    writer: Arc<Writer>,
    readers: SqlitePool,
    snapshots: SnapshotFolder,
    path: PathBuf,
    lock: Option<FolderLock>,
}

impl SqliteJournal {
    /// Opens the journal of a folder that this process holds, making it if it is not there.
    ///
    /// # Errors
    /// [`Fault::Migration`] when a newer program wrote it, [`Fault::DatabaseDamaged`], and faults of the disk.
    pub async fn open(lock: FolderLock) -> Result<Self, Fault> {
        let path = folder::database(lock.folder());
        Self::open_with(lock, writing(&path)).await
    }

    /// Opens it so that no commit is synced: a mistake made on purpose, which a proof must find.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[cfg(feature = "planted")]
    pub async fn open_without_sync(lock: FolderLock) -> Result<Self, Fault> {
        let path = folder::database(lock.folder());
        Self::open_with(lock, writing(&path).synchronous(SqliteSynchronous::Off)).await
    }

    async fn open_with(lock: FolderLock, options: SqliteConnectOptions) -> Result<Self, Fault> {
        let path = folder::database(lock.folder());
        let snapshots = SnapshotFolder::make(folder::snapshots(lock.folder())).await?;
        let writer = Writer::open(options, &path).await?;
        let readers = Self::readers(reading(&path), &path).await?;
        Ok(Self {
            writer,
            readers,
            snapshots,
            path,
            lock: Some(lock),
        })
    }

    /// Opens a journal only to read it, also beside the process that holds it. Every write is [`Fault::ReadOnly`].
    ///
    /// # Errors
    /// [`Fault::NoJournal`], [`Fault::DatabaseDamaged`], faults of the disk.
    pub async fn open_to_read(data_folder: &Path) -> Result<Self, Fault> {
        if !folder::holds_journal(data_folder) {
            return Err(Fault::NoJournal {
                folder: data_folder.to_owned(),
            });
        }
        let path = folder::database(data_folder);
        let readers = match Self::readers(reading(&path), &path).await {
            // On a medium that cannot be written, SQLite has no place for what readers share. Without a log there is
            // nothing to share: nobody writes.
            Err(Fault::DiskFailed { .. } | Fault::ReadOnly { .. }) if !has_log(&path) => {
                Self::readers(reading(&path).immutable(true), &path).await?
            }
            answer => answer?,
        };
        let snapshots = SnapshotFolder::at(folder::snapshots(data_folder));
        Ok(Self {
            writer: Writer::refusing(&path),
            readers,
            snapshots,
            path,
            lock: None,
        })
    }

    /// Ends it in good order: what waits in the write-ahead log goes into the database. Not needed for durability.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// What SQLite itself finds wrong with its file: nothing when it is sound. Reads the whole file.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn check_file(&self) -> Result<Vec<String>, Fault> {
        let found: Result<Vec<String>, _> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&self.readers)
            .await;
        let found = found.map_err(self.fault("checking"))?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    /// The folder, where this process holds it.
    pub fn folder(&self) -> Option<&Path> {
        self.lock.as_ref().map(FolderLock::folder)
    }

    async fn readers(options: SqliteConnectOptions, path: &Path) -> Result<SqlitePool, Fault> {
        let opening = |source| database_fault("opening", path.display().to_string(), source);
        // One stays open for ever: its files are at hand when a full disk would not let a new one begin.
        let pool = SqlitePoolOptions::new()
            .max_connections(N_READERS)
            .min_connections(1)
            .max_lifetime(None);
        let pool = pool.connect_with(options).await.map_err(opening)?;
        // SQLite opens its file at the first read: a file that cannot be read is told here and not later.
        let probe = sqlx::query("SELECT count(*) FROM journal_rows WHERE seq < 0")
            .execute(&pool)
            .await;
        probe.map_err(opening)?;
        Ok(pool)
    }

    fn fault(&self, operation: &'static str) -> impl Fn(sqlx::Error) -> Fault + use<> {
        let path = self.path.clone();
        move |source| database_fault(operation, path.display().to_string(), source)
    }
}

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_WITHIN)
        .statement_cache_capacity(N_STATEMENTS)
        .foreign_keys(true)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

fn writing(path: &Path) -> SqliteConnectOptions {
    common(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::exists(PathBuf::from(log)).unwrap_or(true)
}

fn reading(path: &Path) -> SqliteConnectOptions {
    common(path).read_only(true).row_buffer_size(512)
}

impl Journal for SqliteJournal {
    fn append(&self, batch: Batch) -> Answer<'_, Head> {
        Box::pin(async move {
            let head = chain::check_batch(&batch)?;
            let growth = Some((batch.district.as_str(), batch.expected_head));
            self.writer
                .commit(Work {
                    growth,
                    rows: &batch.rows,
                    store: &batch.store,
                })
                .await?;
            Ok(head)
        })
    }

    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head> {
        Box::pin(async move {
            let mut reader = self
                .readers
                .acquire()
                .await
                .map_err(self.fault("reading the head in"))?;
            rows::head(&mut reader, district).await
        })
    }

    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>> {
        Box::pin(rows::read(&self.readers, district, after_seq, n_max))
    }

    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>> {
        Box::pin(rows::of_command(&self.readers, district, command_id))
    }

    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>> {
        Box::pin(rows::commands(&self.readers, district, after_seq))
    }

    fn districts(&self) -> Answer<'_, Vec<String>> {
        Box::pin(rows::districts(&self.readers))
    }

    fn save_snapshot<'a>(&'a self, district: &'a str, snapshot: Snapshot) -> Answer<'a, ()> {
        Box::pin(async move {
            if self.lock.is_none() {
                return Err(self.writer.refusal("saving a snapshot beside"));
            }
            self.snapshots.save(district, snapshot).await?;
            let head = self.head(district).await?;
            let kept: Vec<u64> = self.snapshots.seqs(district).await?;
            self.snapshots
                .remove(district, snapshot::dispensable(&kept, head.seq))
                .await
        })
    }

    fn snapshots<'a>(&'a self, district: &'a str) -> Answer<'a, Vec<SnapshotHead>> {
        Box::pin(self.snapshots.heads(district))
    }

    fn load_snapshot<'a>(&'a self, district: &'a str, seq: u64) -> Answer<'a, Option<Snapshot>> {
        Box::pin(self.snapshots.load(district, seq))
    }
}

impl Store for SqliteJournal {
    fn write(&self, writes: Vec<StoreWrite>) -> Answer<'_, ()> {
        Box::pin(async move {
            self.writer
                .commit(Work {
                    growth: None,
                    rows: &[],
                    store: &writes,
                })
                .await
        })
    }

    fn account<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Account>> {
        Box::pin(shelves::account(&self.readers, account))
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        Box::pin(shelves::accounts(&self.readers))
    }

    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<Session>> {
        Box::pin(shelves::session(&self.readers, token_hash))
    }

    fn sessions(&self) -> Answer<'_, Vec<Session>> {
        Box::pin(shelves::sessions(&self.readers))
    }

    fn key(&self, record: Uuid) -> Answer<'_, Option<Bytes>> {
        Box::pin(shelves::key(&self.readers, record))
    }

    fn keys(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<(Uuid, Bytes)>> {
        Box::pin(shelves::keys(&self.readers, after, n_max))
    }

    fn personal(&self, record: Uuid) -> Answer<'_, BTreeMap<String, Bytes>> {
        Box::pin(shelves::personal(&self.readers, record))
    }

    fn personal_fields(
        &self,
        after: Option<(Uuid, String)>,
        n_max: u32,
    ) -> Answer<'_, Vec<PersonalField>> {
        Box::pin(shelves::personal_fields(&self.readers, after, n_max))
    }

    fn photo(&self, id: Uuid) -> Answer<'_, Option<Photo>> {
        Box::pin(shelves::photo(&self.readers, id))
    }

    fn photos_of(&self, record: Uuid) -> Answer<'_, Vec<Uuid>> {
        Box::pin(shelves::photos_of(&self.readers, record))
    }

    fn photos(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<Uuid>> {
        Box::pin(shelves::photos(&self.readers, after, n_max))
    }

    fn positions<'a>(&'a self, district: &'a str) -> Answer<'a, BTreeMap<String, Bytes>> {
        Box::pin(shelves::positions(&self.readers, district))
    }

    fn districts_with_positions(&self) -> Answer<'_, Vec<String>> {
        Box::pin(shelves::districts_with_positions(&self.readers))
    }

    fn policy<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(shelves::text(&self.readers, shelves::POLICY, content_hash))
    }

    fn policies(&self) -> Answer<'_, Vec<String>> {
        Box::pin(shelves::names(&self.readers, shelves::POLICY))
    }

    fn boundaries<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(shelves::text(
            &self.readers,
            shelves::BOUNDARIES,
            content_hash,
        ))
    }

    fn boundary_sets(&self) -> Answer<'_, Vec<String>> {
        Box::pin(shelves::names(&self.readers, shelves::BOUNDARIES))
    }

    fn setting<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(shelves::text(&self.readers, shelves::SETTING, name))
    }

    fn settings(&self) -> Answer<'_, BTreeMap<String, String>> {
        Box::pin(shelves::settings(&self.readers))
    }
}
