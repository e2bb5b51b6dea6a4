//! The one loop of a district: takes what waits, decides and applies each command on the working state, commits the
//! whole batch at once, and only then answers, publishes and acts. Nothing outside sees what is not on disk.

mod batch;
mod commit;
mod load;
mod outbox;
mod recovery;
mod repeats;
mod timers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dispatch::State;
use journal::journal::Journal;
use journal::row::Head;
use model::deadline::Timer;
use model::id::{CommandId, RecordId};
use model::time::Instant;
use policy::policy::PolicyBook;

use tokio::sync::{mpsc, oneshot};

use crate::config::RuntimeConfig;
use crate::handle::{Shared, Waiting};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::policies::Policies;
use crate::published::KnownAreas;
use crate::submission::Unavailable;

pub(crate) use load::{Loaded, Loading, load};

/// How long the loop waits before it asks a failed disk again.
const RECOVER_EVERY: Duration = Duration::from_millis(250);

/// The ends of the queues that the loop reads.
pub(crate) struct Queues {
    pub inbox: mpsc::Receiver<Waiting>,
    pub internal: mpsc::Receiver<Waiting>,
}

/// The loop of one district.
pub(crate) struct DistrictLoop {
    shared: Arc<Shared>,
    journal: Arc<dyn Journal>,
    policies: Arc<Policies>,
    config: RuntimeConfig,
    queues: Queues,
    /// Committed, and during a batch what was decided on top of it.
    state: State,
    /// Where the committed journal ends.
    head: Head,
    keys: Keys,
    ids: Ids,
    book: Arc<PolicyBook>,
    areas: Option<Arc<KnownAreas>>,
    /// Every command that has a row.
    known: BTreeSet<CommandId>,
    /// Records that another district turned out to have.
    taken: BTreeSet<RecordId>,
    /// The time at which the present batch is decided.
    now: Instant,
    /// Set when a commit failed or its outcome is unknown: the working state is not to be trusted.
    doubtful: bool,
    /// Taken and not yet decided: what came after a command that changed policy or streets.
    carried: VecDeque<Waiting>,
    /// Timers that were refused, with the seq at which; looked at again when the state has changed.
    refused: BTreeMap<(Instant, Timer), u64>,
    n_since_snapshot: u64,
    #[cfg(feature = "planted")]
    forgotten: BTreeSet<(Instant, Timer)>,
}

/// What woke the loop.
enum Woken {
    Command(Box<Waiting>),
    /// A timer may be due, or a failed disk may be well again.
    Look,
    Stop,
}

impl DistrictLoop {
    pub(crate) fn new(
        shared: Arc<Shared>,
        journal: Arc<dyn Journal>,
        policies: Arc<Policies>,
        config: RuntimeConfig,
        queues: Queues,
        loaded: Loaded,
    ) -> Self {
        let ids = Ids::new(Arc::clone(&shared.randomness));
        Self {
            #[cfg(feature = "planted")]
            forgotten: if config.plants(crate::config::Planted::DeadlineInMemory) {
                loaded.state.tables.timers.iter().cloned().collect()
            } else {
                BTreeSet::new()
            },
            shared,
            journal,
            policies,
            config,
            queues,
            state: loaded.state,
            head: loaded.head,
            keys: loaded.keys,
            ids,
            book: loaded.book,
            areas: loaded.areas,
            known: loaded.known,
            taken: BTreeSet::new(),
            now: Instant::default(),
            doubtful: false,
            carried: VecDeque::new(),
            refused: BTreeMap::new(),
            n_since_snapshot: loaded.n_since_snapshot,
        }
    }

    /// Runs until the district stops; then refuses what is new, decides what waits, and keeps a snapshot.
    pub(crate) async fn run(mut self, stopped: oneshot::Sender<Head>) {
        loop {
            match self.woken().await {
                Woken::Command(first) => {
                    let mut taken = vec![*first];
                    self.take_more(&mut taken);
                    self.work(taken).await;
                }
                Woken::Look => self.work(Vec::new()).await,
                Woken::Stop => break,
            }
        }
        self.queues.inbox.close();
        self.queues.internal.close();
        loop {
            let mut taken = Vec::new();
            self.take_more(&mut taken);
            if taken.is_empty() && self.carried.is_empty() {
                break;
            }
            self.work(taken).await;
        }
        if !self.doubtful {
            self.save_snapshot().await;
        }
        // Whoever waits may have given up.
        let _ = stopped.send(self.head);
    }

    /// Waits for a command, the next timer, or the stop.
    async fn woken(&mut self) -> Woken {
        if !self.carried.is_empty() {
            return Woken::Look;
        }
        let due = self.next_due();
        if self.shared.is_stopping() {
            return Woken::Stop;
        }
        let wake = self.shared.time.sleep_until(due, self.state.tables.now);
        let doubtful = self.doubtful;
        let sleep = async move {
            if doubtful {
                tokio::time::sleep(RECOVER_EVERY).await;
            } else {
                wake.await;
            }
        };
        tokio::select! {
            biased;
            () = self.shared.stop.notified() => Woken::Stop,
            Some(waiting) = self.queues.internal.recv() => Woken::Command(Box::new(waiting)),
            Some(waiting) = self.queues.inbox.recv() => Woken::Command(Box::new(waiting)),
            () = sleep => Woken::Look,
        }
    }

    /// Takes what waits, the program's own commands first, up to the size of a batch.
    fn take_more(&mut self, taken: &mut Vec<Waiting>) {
        while taken.len() < self.config.batch_max {
            let next = self
                .queues
                .internal
                .try_recv()
                .or_else(|_| self.queues.inbox.try_recv());
            match next {
                Ok(waiting) => taken.push(waiting),
                Err(_) => return,
            }
        }
    }

    /// One turn: due timers and these commands, one commit.
    async fn work(&mut self, taken: Vec<Waiting>) {
        self.carried.extend(taken);
        if self.doubtful && !self.recover().await {
            for waiting in std::mem::take(&mut self.carried) {
                self.shared.metrics.n_storage_unavailable.count();
                // The sender may have gone.
                let _ = waiting.reply.send(Err(Unavailable::STORAGE.into()));
            }
            return;
        }
        self.run_batch().await;
        if self.is_snapshot_due() && !self.doubtful {
            self.snapshot_soon();
        }
    }

    /// A snapshot is worth its work after as many rows as it has entities, and never before the configured number.
    fn is_snapshot_due(&self) -> bool {
        let tables = &self.state.tables;
        let n_entities = tables.cases.len() + tables.tasks.len() + tables.notices.len();
        let n_entities = u64::try_from(n_entities).unwrap_or(u64::MAX);
        self.n_since_snapshot >= self.config.snapshot_every.max(n_entities)
    }

    fn set_doubtful(&mut self, doubtful: bool) {
        self.doubtful = doubtful;
        self.shared.doubtful.store(doubtful, Ordering::Release);
    }

    /// Looks at the clock: a batch is decided at one time, never earlier than the last event.
    fn look_at_clock(&mut self) {
        self.now = self.shared.time.now(self.state.tables.now);
        self.ids.set_now(self.now);
    }
}
