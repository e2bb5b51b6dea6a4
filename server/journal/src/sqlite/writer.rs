//! The one writing connection. After a failure it is thrown away and opened anew at the next write, so that service
//! resumes by itself when the disk does.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, SqlSafeStr as _};
use tokio::sync::Mutex;

use super::errors::{commit_fault, database_fault};
use super::{rows, shelves};
use crate::fault::Fault;
use crate::row::{Head, Row};
use crate::store::StoreWrite;

/// Every migration in its order. Only ever added to: what has run somewhere is never changed.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (
        1,
        "journal",
        include_str!("../../migrations/sqlite/0001_journal.sql"),
    ),
    (
        2,
        "store",
        include_str!("../../migrations/sqlite/0002_store.sql"),
    ),
];

/// How long emptying the write-ahead log waits for a reader: a commit must not be kept waiting by a backup.
const SCRUB_WITHIN_MS: u64 = 20;
/// How long after a reader was in the way it is tried again.
const SCRUB_AGAIN: Duration = Duration::from_millis(500);

/// One transaction's worth.
pub(super) struct Work<'a> {
    /// The district whose journal must end here, when rows or their belongings are written.
    pub(super) growth: Option<(&'a str, Head)>,
    /// Its new rows.
    pub(super) rows: &'a [Row],
    /// What goes to the store.
    pub(super) store: &'a [StoreWrite],
}

/// The writer. Who writes waits for who wrote before.
#[derive(Debug)]
pub(super) struct Writer {
    /// How to open; none where nothing may be written.
    options: Option<SqliteConnectOptions>,
    held: Mutex<Held>,
    path: String,
    /// Whether somebody tries again to empty the write-ahead log.
    scrubbing: AtomicBool,
}

#[derive(Debug, Default)]
struct Held {
    connection: Option<SqliteConnection>,
    /// Whether erased bytes may still lie in the write-ahead log.
    must_scrub: bool,
}

impl Writer {
    pub(super) async fn open(
        options: SqliteConnectOptions,
        path: &Path,
    ) -> Result<Arc<Self>, Fault> {
        let path = path.display().to_string();
        let opening = |source| database_fault("opening", path.clone(), source);
        let mut connection = options.connect().await.map_err(opening)?;
        migrate(&mut connection, &path).await?;
        let mut held = Held {
            connection: Some(connection),
            must_scrub: true,
        };
        held.scrub().await;
        let still = held.must_scrub;
        let writer = Arc::new(Self {
            options: Some(options),
            held: Mutex::new(held),
            path,
            scrubbing: AtomicBool::new(false),
        });
        if still {
            writer.scrub_later();
        }
        Ok(writer)
    }

    /// A writer that refuses every write.
    pub(super) fn refusing(path: &Path) -> Arc<Self> {
        Arc::new(Self {
            options: None,
            held: Mutex::default(),
            path: path.display().to_string(),
            scrubbing: AtomicBool::new(false),
        })
    }

    pub(super) fn refusal(&self, operation: &'static str) -> Fault {
        Fault::ReadOnly {
            operation,
            thing: self.path.clone(),
            source: "it was opened only to be read".into(),
        }
    }

    /// Does all of the work durably, or nothing.
    pub(super) async fn commit(self: &Arc<Self>, work: Work<'_>) -> Result<(), Fault> {
        let Some(options) = &self.options else {
            return Err(self.refusal("writing to"));
        };
        let mut held = self.held.lock().await;
        if held.connection.is_none() {
            let opened = options.connect().await;
            held.connection = Some(
                opened.map_err(|source| database_fault("opening", self.path.clone(), source))?,
            );
        }
        let Some(connection) = held.connection.as_mut() else {
            return Err(self.refusal("writing to"));
        };
        let done = transact(connection, &work, &self.path).await;
        match &done {
            Ok(()) => {
                held.must_scrub |= work.store.iter().any(shelves::erases);
                held.scrub().await;
                if held.must_scrub {
                    self.scrub_later();
                }
            }
            // The database is as sound as before: only the work was refused.
            Err(Fault::HeadMoved { .. } | Fault::KeyPresent { .. }) => {}
            Err(_) => held.discard().await,
        }
        done
    }

    /// Tries again until no reader is in the way: also in a night in which nothing more is written.
    fn scrub_later(self: &Arc<Self>) {
        if self.scrubbing.swap(true, Ordering::AcqRel) {
            return;
        }
        let writer = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SCRUB_AGAIN).await;
                let Some(writer) = writer.upgrade() else {
                    return;
                };
                let mut held = writer.held.lock().await;
                held.scrub().await;
                if !held.must_scrub {
                    writer.scrubbing.store(false, Ordering::Release);
                    return;
                }
            }
        });
    }

    pub(super) async fn close(&self) {
        let mut held = self.held.lock().await;
        if let Some(connection) = held.connection.take()
            && let Err(fault) = connection.close().await
        {
            tracing::warn!(%fault, "Closing the database failed; everything committed stays on disk");
        }
    }
}

impl Held {
    /// Empties the write-ahead log when something was erased, so that no copy of it is left there.
    async fn scrub(&mut self) {
        let (true, Some(connection)) = (self.must_scrub, self.connection.as_mut()) else {
            return;
        };
        match empty_log(connection).await {
            Ok(true) => self.must_scrub = false,
            Ok(false) => {
                tracing::debug!(
                    "A reader keeps the write-ahead log; erased bytes leave it after it"
                );
            }
            Err(fault) => {
                tracing::warn!(%fault, "Erased bytes stay in the write-ahead log; trying again");
            }
        }
    }

    async fn discard(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(fault) = connection.close_hard().await
        {
            tracing::debug!(%fault, "The failed connection did not close in order");
        }
    }
}

/// Whether the write-ahead log is empty now. Waits for readers only shortly.
async fn empty_log(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let waiting = |ms: u64| sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {ms}"));
    sqlx::query(waiting(SCRUB_WITHIN_MS))
        .execute(&mut *connection)
        .await?;
    let done: Result<(i64, i64, i64), _> = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await;
    let within = u64::try_from(super::BUSY_WITHIN.as_millis()).unwrap_or(u64::MAX);
    sqlx::query(waiting(within)).execute(connection).await?;
    done.map(|(is_busy, _, _)| is_busy == 0)
}

async fn transact(
    connection: &mut SqliteConnection,
    work: &Work<'_>,
    path: &str,
) -> Result<(), Fault> {
    let begun = connection.begin_with("BEGIN IMMEDIATE").await;
    let mut transaction =
        begun.map_err(|source| database_fault("beginning to write to", path, source))?;
    let done = fill(&mut transaction, work).await;
    if let Err(fault) = done {
        // When this fails too, the caller throws the connection away and with it the transaction.
        if let Err(source) = transaction.rollback().await {
            return Err(database_fault("taking back a write to", path, source));
        }
        return Err(fault);
    }
    transaction
        .commit()
        .await
        .map_err(|source| commit_fault(path, source))
}

async fn fill(connection: &mut SqliteConnection, work: &Work<'_>) -> Result<(), Fault> {
    if let Some((district, expected)) = work.growth {
        let found = rows::head(connection, district).await?;
        if found != expected {
            return Err(Fault::HeadMoved {
                district: district.to_owned(),
                expected,
                found,
            });
        }
    }
    rows::insert(connection, work.rows).await?;
    shelves::put(connection, work.store).await
}

async fn migrate(connection: &mut SqliteConnection, path: &str) -> Result<(), Fault> {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    let migrator = Migrator::with_migrations(migrations.into());
    match migrator.run_direct(None, connection, false).await {
        Ok(()) => Ok(()),
        Err(
            sqlx::migrate::MigrateError::Execute(source)
            | sqlx::migrate::MigrateError::ExecuteMigration(source, _),
        ) => Err(database_fault("preparing", path, source)),
        Err(source) => Err(Fault::Migration {
            thing: path.to_owned(),
            source: Box::new(source),
        }),
    }
}
