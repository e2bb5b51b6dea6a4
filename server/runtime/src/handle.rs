//! A district as its callers see it: hand a command in, read, listen. Cheap to clone.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use journal::journal::Journal;
use journal::store::Store;
use model::actor::Actor;
use model::id::{CommandId, DistrictId, UnitId};
use model::time::Instant;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use uuid::Uuid;
use vault::randomness::Randomness;
use vault::ring::KeyRing;

use crate::answers::Unbuilt;
use crate::couriers::Presence;
use crate::district_time::DistrictTime;
use crate::feed::{FeedCall, Refused, Subscriber, Subscription};
use crate::metrics::Metrics;
use crate::positions::{Fix, Positions};
use crate::promises::Promises;
use crate::published::{Published, ReadView};
use crate::submission::{Answer, Submission, SubmitError, Unavailable};

/// A command that waits for the loop.
pub(crate) struct Waiting {
    pub submission: Submission,
    pub reply: oneshot::Sender<Result<Unbuilt, SubmitError>>,
}

/// What the tasks of one district share.
pub(crate) struct Shared {
    pub id: DistrictId,
    /// Whether no other district is hosted.
    pub alone: bool,
    /// Names this journal to the feed's clients.
    pub epoch: String,
    pub inbox: mpsc::Sender<Waiting>,
    /// The lane of the program itself: a full inbox does not block it.
    pub internal: mpsc::Sender<Waiting>,
    pub published: ArcSwap<Published>,
    /// The published head, for whoever waits for a commit.
    pub head: watch::Sender<u64>,
    pub positions: Arc<Positions>,
    pub metrics: Metrics,
    pub promises: Promises,
    pub time: DistrictTime,
    pub stopping: AtomicBool,
    /// The last commit failed and the journal has not answered since.
    pub doubtful: AtomicBool,
    pub stop: Notify,
    pub feed: mpsc::Sender<FeedCall>,
    pub presence: Arc<Presence>,
    pub journal: Arc<dyn Journal>,
    pub store: Arc<dyn Store>,
    pub ring: KeyRing,
    pub randomness: Arc<dyn Randomness>,
}

impl Shared {
    /// The district's time: never earlier than the last published event.
    pub(crate) fn now(&self) -> Instant {
        self.time.now(self.published.load().tables.now)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Hands in a command of the program itself and waits for its answer.
    pub(crate) async fn submit_internal(
        &self,
        submission: Submission,
    ) -> Result<Answer, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { submission, reply };
        self.internal
            .send(waiting)
            .await
            .map_err(|_| Unavailable::STOPPING)?;
        let answer = answer.await.map_err(|_| Unavailable::STOPPING)?;
        answer.map(Unbuilt::build)
    }
}

/// A hosted district.
#[derive(Clone)]
pub struct DistrictHandle {
    pub(crate) shared: Arc<Shared>,
}

impl fmt::Debug for DistrictHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistrictHandle({})", self.shared.id)
    }
}

impl DistrictHandle {
    /// Which district.
    pub fn id(&self) -> &DistrictId {
        &self.shared.id
    }

    /// The identity of its journal, for the feed.
    pub fn epoch(&self) -> &str {
        &self.shared.epoch
    }

    /// Its time: never earlier than its last event.
    pub fn now(&self) -> Instant {
        self.shared.now()
    }

    /// How many times faster than the world its clock runs.
    pub fn clock_rate(&self) -> f64 {
        self.shared.time.rate()
    }

    /// A new id for a sender that gave none.
    pub fn new_id(&self) -> Uuid {
        let mut ids = crate::ids::Ids::new(Arc::clone(&self.shared.randomness));
        ids.set_now(self.shared.now());
        dispatch::IdSource::next_id(&mut ids)
    }

    /// Hands a command in and waits until its answer is on disk. Dropping the future changes nothing: the command
    /// is decided all the same.
    ///
    /// # Errors
    /// [`SubmitError::Refused`] by a rule; [`SubmitError::Unavailable`] when the queue is full, the disk does not
    /// take it or nobody knows whether it did, or the program stops. A repeat is safe after each of them.
    pub async fn submit(&self, submission: Submission) -> Result<Answer, SubmitError> {
        if self.shared.is_stopping() {
            return Err(Unavailable::STOPPING.into());
        }
        let (reply, answer) = oneshot::channel();
        match self.shared.inbox.try_send(Waiting { submission, reply }) {
            Ok(()) => answer
                .await
                .unwrap_or_else(|_| Err(Unavailable::STOPPING.into()))
                .map(Unbuilt::build),
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.shared.metrics.n_queue_full.count();
                Err(Unavailable::QUEUE_FULL.into())
            }
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Unavailable::STOPPING.into()),
        }
    }

    /// The committed state, the newest positions and the time.
    pub fn read(&self) -> ReadView {
        ReadView {
            state: self.shared.published.load_full(),
            positions: Arc::clone(&self.shared.positions),
            now: self.shared.now(),
        }
    }

    /// Waits until an event with this seq is committed.
    pub async fn reached(&self, seq: u64) {
        let mut head = self.shared.head.subscribe();
        // The sender lives as long as this handle.
        let _ = head.wait_for(|head| *head >= seq).await;
    }

    /// Takes the newest position of a unit. Whether the actor may say so is judged before.
    pub fn report_position(&self, unit: UnitId, fix: Fix) -> bool {
        let fix = Fix {
            heard_at: Some(self.now()),
            ..fix
        };
        let taken = self.shared.positions.report(unit, fix);
        if taken {
            self.shared.metrics.n_positions.count();
        }
        taken
    }

    /// Opens a live feed.
    ///
    /// # Errors
    /// [`Refused`] with its close code when there are too many connections or the program stops.
    pub async fn subscribe(&self, subscriber: Subscriber) -> Result<Subscription, Refused> {
        crate::feed::subscribe(&self.shared, subscriber).await
    }

    /// Whether commands are taken: the district runs, and its last commit did not fail.
    pub fn is_ready(&self) -> bool {
        !self.shared.is_stopping()
            && !self.shared.inbox.is_closed()
            && !self.shared.doubtful.load(Ordering::Acquire)
    }

    /// Commands that wait.
    pub fn inbox_depth(&self) -> usize {
        let inbox = &self.shared.inbox;
        inbox.max_capacity().saturating_sub(inbox.capacity())
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// A command of the program itself, in the lane that a full inbox does not block.
    ///
    /// # Errors
    /// As [`Self::submit`], but never `queue_full`.
    pub async fn submit_as_system(
        &self,
        id: CommandId,
        command: model::command::Command,
    ) -> Result<Answer, SubmitError> {
        self.shared
            .submit_internal(Submission::new(id, Actor::system(), command))
            .await
    }
}
