//! The journal: append a batch, read it back, keep snapshots of what was folded from it. One small trait for every
//! database, usable as `Arc<dyn Journal>`.

use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::fault::Fault;
use crate::row::{Head, Row};
use crate::snapshot::{Snapshot, SnapshotHead};
use crate::store::{Store, StoreWrite};

/// The answer of a database, later.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Fault>>;

/// What is committed in one transaction: rows and what belongs to their events. All of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The district whose journal grows.
    pub district: String,
    /// Where the writer believes it to end. A second writer, or an outcome that was unknown, is noticed by it.
    pub expected_head: Head,
    /// The rows, as `chain::link` made them after `expected_head`. May be empty.
    pub rows: Vec<Row>,
    /// Keys, sealed fields and whatever else belongs to the events, done in the order given.
    pub store: Vec<StoreWrite>,
}

/// The rows of one command, as far as they are needed to know a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRows {
    /// The command.
    pub command_id: Uuid,
    /// Its first row.
    pub first_seq: u64,
    /// How many rows it has.
    pub n_rows: u64,
}

/// Where events are kept.
///
/// A future that is dropped before it is ready may have committed or not; the next `expected_head` tells.
pub trait Journal: Send + Sync {
    /// Commits a batch durably and says where the journal now ends.
    ///
    /// # Errors
    /// [`Fault::HeadMoved`] when it does not end at the expected head, [`Fault::NotAChain`] when the rows do not
    /// follow it, [`Fault::KeyPresent`], and every fault of the disk. After any of them nothing of the batch is
    /// there, except after [`Fault::OutcomeUnknown`], where all of it may be.
    fn append(&self, batch: Batch) -> Answer<'_, Head>;

    /// Where a district's journal ends; `chain::start` when it has no row.
    ///
    /// # Errors
    /// Faults of the disk.
    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head>;

    /// At most `n_max` rows after `after_seq`, in order. Fewer only at the end.
    ///
    /// # Errors
    /// [`Fault::RowUnreadable`] names the first row that cannot be read; faults of the disk.
    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>>;

    /// All rows of one command, in order; none when the command was never accepted.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>>;

    /// Every command that has a row after `after_seq`, counting only those rows, in the order of their first.
    ///
    /// # Errors
    /// Faults of the disk.
    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>>;

    /// The districts that have a row, in order.
    ///
    /// # Errors
    /// Faults of the disk.
    fn districts(&self) -> Answer<'_, Vec<String>>;

    /// Keeps a snapshot durably and drops those that `snapshot::dispensable` names. Saving one seq twice replaces it.
    ///
    /// # Errors
    /// Faults of the disk. The snapshots that were there stay.
    fn save_snapshot<'a>(&'a self, district: &'a str, snapshot: Snapshot) -> Answer<'a, ()>;

    /// The snapshots of a district, newest first, without their content. What cannot be read is left out.
    ///
    /// # Errors
    /// Faults of the disk.
    fn snapshots<'a>(&'a self, district: &'a str) -> Answer<'a, Vec<SnapshotHead>>;

    /// The snapshot at this seq; none when there is none.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when it is damaged; faults of the disk.
    fn load_snapshot<'a>(&'a self, district: &'a str, seq: u64) -> Answer<'a, Option<Snapshot>>;
}

/// A journal with its store: what an implementation offers. `Arc<dyn Archive>` becomes `Arc<dyn Journal>` or
/// `Arc<dyn Store>` by itself.
pub trait Archive: Journal + Store {}

impl<T: Journal + Store> Archive for T {}
