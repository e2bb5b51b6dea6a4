//! What can go wrong with keeping: each fault names the operation and the thing and keeps its source.

use std::error::Error;
use std::path::PathBuf;

use uuid::Uuid;

use crate::chain::Break;
use crate::row::Head;

/// Where a fault came from: a database's or the system's own error.
pub type Source = Box<dyn Error + Send + Sync>;

/// A failure of a journal or store. Nothing is half-written after any of them.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Somebody else has written, or an earlier write whose answer was lost did succeed. Read the head again.
    #[error("the journal of {district} ends at {found}, not at {expected} as this writer believed")]
    HeadMoved {
        /// The district.
        district: String,
        /// Where the writer believed it to end.
        expected: Head,
        /// Where it ends.
        found: Head,
    },
    /// The rows of a batch do not follow its expected head. A mistake of the caller; nothing was written.
    #[error("the batch for {district} is no chain")]
    NotAChain {
        /// The district.
        district: String,
        /// The row that does not follow.
        source: Break,
    },
    /// The record has a key already. A key is never overwritten: what it sealed could not be opened again.
    #[error("record {record} has a key already")]
    KeyPresent {
        /// The record.
        record: Uuid,
    },
    /// The disk is full. Nothing was written; the same write succeeds when there is space again.
    #[error("{operation} {thing}: the disk is full")]
    DiskFull {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database said.
        source: Source,
    },
    /// The folder, file or connection may not be written. Nothing was written.
    #[error("{operation} {thing}: it is read-only")]
    ReadOnly {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database or system said.
        source: Source,
    },
    /// The disk failed otherwise. Nothing was written that will be shown; try later.
    #[error("{operation} {thing}: the disk failed")]
    DiskFailed {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database or system said.
        source: Source,
    },
    /// Another writer held the database too long. Nothing was written; try later.
    #[error("{operation} {thing}: another process is writing")]
    Busy {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database said.
        source: Source,
    },
    /// The answer to a commit was lost: it may or may not be on disk. Read the head again.
    #[error("{operation} {thing}: the answer was lost, the outcome is unknown")]
    OutcomeUnknown {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What was said last.
        source: Source,
    },
    /// A stored value cannot be read as what it should be.
    #[error("{thing} cannot be read: {what}")]
    Unreadable {
        /// The row, account, snapshot, ….
        thing: String,
        /// What is wrong with it.
        what: String,
    },
    /// A row of the journal cannot be read as a row.
    #[error("row {seq} of {district} cannot be read: {what}")]
    RowUnreadable {
        /// The district.
        district: String,
        /// The row.
        seq: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The database file itself is damaged, or is no database.
    #[error("{operation} {thing}: the database is damaged")]
    DatabaseDamaged {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database said.
        source: Source,
    },
    /// Another process works on this folder.
    #[error("the data folder {} is in use{}", folder.display(), holder.map(|pid| format!(" by process {pid}")).unwrap_or_default())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
        /// The process that holds it, where it can be told.
        holder: Option<u32>,
    },
    /// There is no journal in this folder.
    #[error("there is no journal in {}", folder.display())]
    NoJournal {
        /// The folder.
        folder: PathBuf,
    },
    /// The database was written by a newer program, or its migrations were changed.
    #[error("{thing} does not fit this program")]
    Migration {
        /// The database.
        thing: String,
        /// What the migrator said.
        source: Source,
    },
    /// Anything else that the database said.
    #[error("{operation} {thing}: the database failed")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// With what.
        thing: String,
        /// What the database said.
        source: Source,
    },
}

impl Fault {
    /// Whether the same call may succeed later without anybody mending the caller: space may return, a disk may
    /// come back, another writer may finish. The edge answers these with 503 and `Retry-After`.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::DiskFull { .. }
            | Self::ReadOnly { .. }
            | Self::DiskFailed { .. }
            | Self::Busy { .. }
            | Self::OutcomeUnknown { .. }
            | Self::HeadMoved { .. } => true,
            Self::NotAChain { .. }
            | Self::KeyPresent { .. }
            | Self::Unreadable { .. }
            | Self::RowUnreadable { .. }
            | Self::DatabaseDamaged { .. }
            | Self::FolderInUse { .. }
            | Self::NoJournal { .. }
            | Self::Migration { .. }
            | Self::Database { .. } => false,
        }
    }

    pub(crate) fn from_io(
        operation: &'static str,
        thing: impl Into<String>,
        source: std::io::Error,
    ) -> Self {
        use std::io::ErrorKind;
        let (thing, kind, source) = (thing.into(), source.kind(), Box::new(source));
        if matches!(
            kind,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        ) {
            Self::DiskFull {
                operation,
                thing,
                source,
            }
        } else if matches!(
            kind,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied
        ) {
            Self::ReadOnly {
                operation,
                thing,
                source,
            }
        } else {
            Self::DiskFailed {
                operation,
                thing,
                source,
            }
        }
    }
}
