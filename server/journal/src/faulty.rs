//! A journal that fails by plan: a commit fails, a commit succeeds but its answer is lost, an answer comes late. For
//! the simulation and for tests. It draws nothing itself: the caller's plan decides, so one plan gives one run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use crate::fault::Fault;
use crate::journal::{Answer, Archive, Batch, CommandRows, Journal};
use crate::row::{Head, Row};
use crate::snapshot::{Snapshot, SnapshotHead};
use crate::store::{Account, PersonalField, Photo, Session, Store, StoreWrite};

/// What is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A batch is appended to this district's journal.
    Append {
        /// The batch.
        batch: &'a Batch,
    },
    /// The end of a district's journal is read.
    Head {
        /// The district.
        district: &'a str,
    },
    /// Rows or commands of a district are read.
    Read {
        /// The district.
        district: &'a str,
    },
    /// A snapshot is saved.
    SaveSnapshot {
        /// The district.
        district: &'a str,
    },
    /// Snapshots are listed or loaded.
    ReadSnapshot {
        /// The district.
        district: &'a str,
    },
    /// The store is written without an event.
    Write {
        /// The writes.
        writes: &'a [StoreWrite],
    },
    /// The store is read.
    Look,
}

/// What happens to one step. The default is that nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Injection {
    /// Time that passes before it is done. A caller that gives up meanwhile leaves it undone.
    pub before: Duration,
    /// What becomes of it.
    pub fate: Fate,
    /// Time that passes after it is done and before its answer. A caller that gives up meanwhile has it done.
    pub after: Duration,
}

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    /// It is done and answered.
    #[default]
    Done,
    /// It is not done; the answer is a full disk.
    Refused,
    /// It is not done; the answer is a failed disk.
    Failed,
    /// It is done; the answer is that nobody knows. For reads the same as `Failed`.
    AnswerLost,
    /// It is not done; the answer is that nobody knows. For reads the same as `Failed`.
    AnswerLostUndone,
}

/// Decides what happens to each step, in the order in which they are begun.
pub trait Plan: Send + Sync {
    /// The fate of this step.
    fn next(&self, step: Step<'_>) -> Injection;
}

impl<F: Fn(Step<'_>) -> Injection + Send + Sync> Plan for F {
    fn next(&self, step: Step<'_>) -> Injection {
        self(step)
    }
}

/// A journal and store in front of another one, failing by plan.
pub struct FaultyJournal {
    inner: Arc<dyn Archive>,
    plan: Box<dyn Plan>,
}

impl std::fmt::Debug for FaultyJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyJournal").finish_non_exhaustive()
    }
}

/// The source of a fault that was injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this fault was planned")]
pub struct Planned;

impl FaultyJournal {
    /// Puts a plan in front of a journal.
    pub fn new(inner: Arc<dyn Archive>, plan: impl Plan + 'static) -> Self {
        Self {
            inner,
            plan: Box::new(plan),
        }
    }

    /// A step that changes something.
    fn change<'a, T: Send + 'a>(
        &'a self,
        step: Step<'_>,
        (operation, thing): (&'static str, String),
        work: impl FnOnce(&'a dyn Archive) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Injection {
            before,
            fate,
            after,
        } = self.plan.next(step);
        Box::pin(async move {
            pass(before).await;
            let answer = match fate {
                Fate::Done => work(&*self.inner).await,
                Fate::Refused => Err(Fault::DiskFull {
                    operation,
                    thing,
                    source: Planned.into(),
                }),
                Fate::Failed => Err(Fault::DiskFailed {
                    operation,
                    thing,
                    source: Planned.into(),
                }),
                Fate::AnswerLost => work(&*self.inner).await.and_then(|_| {
                    Err(Fault::OutcomeUnknown {
                        operation,
                        thing,
                        source: Planned.into(),
                    })
                }),
                Fate::AnswerLostUndone => Err(Fault::OutcomeUnknown {
                    operation,
                    thing,
                    source: Planned.into(),
                }),
            };
            pass(after).await;
            answer
        })
    }

    /// A step that changes nothing.
    fn look<'a, T: Send + 'a>(
        &'a self,
        step: Step<'_>,
        thing: impl Into<String>,
        work: impl FnOnce(&'a dyn Archive) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Injection {
            before,
            fate,
            after,
        } = self.plan.next(step);
        let thing = thing.into();
        Box::pin(async move {
            pass(before).await;
            let answer = match fate {
                Fate::Done => work(&*self.inner).await,
                Fate::Refused | Fate::Failed | Fate::AnswerLost | Fate::AnswerLostUndone => {
                    Err(Fault::DiskFailed {
                        operation: "reading",
                        thing,
                        source: Planned.into(),
                    })
                }
            };
            pass(after).await;
            answer
        })
    }
}

/// Waits in the runtime's own time, which a simulation moves by hand; no time at all costs no turn.
async fn pass(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

impl Journal for FaultyJournal {
    fn append(&self, batch: Batch) -> Answer<'_, Head> {
        // The plan sees the batch before it moves into the work.
        let about = (
            "committing",
            format!("{} rows of {}", batch.rows.len(), batch.district),
        );
        let shown = batch.clone();
        self.change(Step::Append { batch: &shown }, about, |inner| {
            inner.append(batch)
        })
    }

    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head> {
        self.look(
            Step::Head { district },
            format!("the head of {district}"),
            move |inner| inner.head(district),
        )
    }

    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>> {
        let thing = format!("rows of {district}");
        self.look(Step::Read { district }, thing, move |inner| {
            inner.read(district, after_seq, n_max)
        })
    }

    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>> {
        let thing = format!("rows of {district}");
        self.look(Step::Read { district }, thing, move |inner| {
            inner.rows_of_command(district, command_id)
        })
    }

    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>> {
        let thing = format!("commands of {district}");
        self.look(Step::Read { district }, thing, move |inner| {
            inner.commands(district, after_seq)
        })
    }

    fn districts(&self) -> Answer<'_, Vec<String>> {
        self.look(Step::Look, "the districts", |inner| inner.districts())
    }

    fn save_snapshot<'a>(&'a self, district: &'a str, snapshot: Snapshot) -> Answer<'a, ()> {
        let about = ("saving", format!("a snapshot of {district}"));
        self.change(Step::SaveSnapshot { district }, about, move |inner| {
            inner.save_snapshot(district, snapshot)
        })
    }

    fn snapshots<'a>(&'a self, district: &'a str) -> Answer<'a, Vec<SnapshotHead>> {
        let thing = format!("snapshots of {district}");
        self.look(Step::ReadSnapshot { district }, thing, move |inner| {
            inner.snapshots(district)
        })
    }

    fn load_snapshot<'a>(&'a self, district: &'a str, seq: u64) -> Answer<'a, Option<Snapshot>> {
        let thing = format!("snapshot {seq} of {district}");
        self.look(Step::ReadSnapshot { district }, thing, move |inner| {
            inner.load_snapshot(district, seq)
        })
    }
}

impl Store for FaultyJournal {
    fn write(&self, writes: Vec<StoreWrite>) -> Answer<'_, ()> {
        let about = ("writing", format!("{} things to the store", writes.len()));
        let shown = writes.clone();
        self.change(Step::Write { writes: &shown }, about, |inner| {
            inner.write(writes)
        })
    }

    fn account<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Account>> {
        self.look(Step::Look, "an account", move |inner| {
            inner.account(account)
        })
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        self.look(Step::Look, "the accounts", |inner| inner.accounts())
    }

    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<Session>> {
        self.look(Step::Look, "a session", move |inner| {
            inner.session(token_hash)
        })
    }

    fn sessions(&self) -> Answer<'_, Vec<Session>> {
        self.look(Step::Look, "the sessions", |inner| inner.sessions())
    }

    fn key(&self, record: Uuid) -> Answer<'_, Option<Bytes>> {
        self.look(
            Step::Look,
            format!("the key of record {record}"),
            move |inner| inner.key(record),
        )
    }

    fn keys(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<(Uuid, Bytes)>> {
        self.look(Step::Look, "the keys", move |inner| {
            inner.keys(after, n_max)
        })
    }

    fn personal(&self, record: Uuid) -> Answer<'_, BTreeMap<String, Bytes>> {
        self.look(
            Step::Look,
            format!("personal fields of record {record}"),
            move |inner| inner.personal(record),
        )
    }

    fn personal_fields(
        &self,
        after: Option<(Uuid, String)>,
        n_max: u32,
    ) -> Answer<'_, Vec<PersonalField>> {
        self.look(Step::Look, "the personal fields", move |inner| {
            inner.personal_fields(after, n_max)
        })
    }

    fn photo(&self, id: Uuid) -> Answer<'_, Option<Photo>> {
        self.look(Step::Look, format!("photo {id}"), move |inner| {
            inner.photo(id)
        })
    }

    fn photos_of(&self, record: Uuid) -> Answer<'_, Vec<Uuid>> {
        self.look(
            Step::Look,
            format!("photos of record {record}"),
            move |inner| inner.photos_of(record),
        )
    }

    fn photos(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<Uuid>> {
        self.look(Step::Look, "the photos", move |inner| {
            inner.photos(after, n_max)
        })
    }

    fn positions<'a>(&'a self, district: &'a str) -> Answer<'a, BTreeMap<String, Bytes>> {
        self.look(
            Step::Look,
            format!("positions of {district}"),
            move |inner| inner.positions(district),
        )
    }

    fn districts_with_positions(&self) -> Answer<'_, Vec<String>> {
        self.look(Step::Look, "the positions", |inner| {
            inner.districts_with_positions()
        })
    }

    fn policy<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        self.look(Step::Look, format!("policy {content_hash}"), move |inner| {
            inner.policy(content_hash)
        })
    }

    fn policies(&self) -> Answer<'_, Vec<String>> {
        self.look(Step::Look, "the policies", |inner| inner.policies())
    }

    fn boundaries<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        self.look(
            Step::Look,
            format!("boundaries {content_hash}"),
            move |inner| inner.boundaries(content_hash),
        )
    }

    fn boundary_sets(&self) -> Answer<'_, Vec<String>> {
        self.look(Step::Look, "the boundary sets", |inner| {
            inner.boundary_sets()
        })
    }

    fn setting<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        self.look(Step::Look, format!("setting {name}"), move |inner| {
            inner.setting(name)
        })
    }

    fn settings(&self) -> Answer<'_, BTreeMap<String, String>> {
        self.look(Step::Look, "the settings", |inner| inner.settings())
    }
}
