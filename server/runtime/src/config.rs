//! What can be set about the runtime. Every limit stands beside what happens when it is reached.

use std::path::PathBuf;
use std::time::Duration;

use model::id::DistrictId;
use model::time::Span;

/// How a runtime is set up.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// Districts to host beside those that the journal has; the first is the default one.
    pub districts: Vec<DistrictId>,
    /// Commands that may wait for one district. When it is full a command is answered `queue_full` at once.
    pub inbox_capacity: usize,
    /// Commands decided before one commit.
    pub batch_max: usize,
    /// Rows after which a snapshot is kept.
    pub snapshot_every: u64,
    /// Events with their tables kept in memory, from which a feed is resumed; older positions get `resync`.
    pub ring: usize,
    /// How long the feed gathers before one write.
    pub feed_tick: Duration,
    /// How often a feed without events says that it lives.
    pub feed_ping: Duration,
    /// Frames that may wait for one connection. When it is full the connection is closed as too slow.
    pub feed_outbox: usize,
    /// Connections to one district. A further one is refused with a code.
    pub feed_connections_max: usize,
    /// How often newest positions are kept in the store.
    pub positions_every: Duration,
    /// How long a session lives without a request.
    pub session_within: Span,
    /// The file of signed heads; none in memory.
    pub anchors: Option<PathBuf>,
    /// How often a head is signed.
    pub anchor_every: Duration,
    /// The list of what was forgotten, beside the installation key; none in memory.
    pub forgotten: Option<PathBuf>,
    /// How often the promises of the program are looked at; never where something else looks.
    pub promises_every: Option<Duration>,
    /// Mistakes made on purpose, so that a simulation can prove that it finds them.
    #[cfg(feature = "planted")]
    pub planted: Option<Planted>,
}

/// A mistake made on purpose.
#[cfg(feature = "planted")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The answer leaves before the commit.
    AnswerBeforeCommit,
    /// The working state stays as it is when the commit failed.
    StateKeptAfterFailedCommit,
    /// Deadlines are remembered in memory only: a start forgets those that were there.
    DeadlineInMemory,
    /// A feed resumes one event too late.
    ResumeOffByOne,
    /// The result of an effect comes back under a new key each time.
    EffectUnderNewKey,
}

impl RuntimeConfig {
    /// The defaults for these districts.
    pub fn new(districts: Vec<DistrictId>) -> Self {
        Self {
            districts,
            inbox_capacity: 4096,
            batch_max: 256,
            snapshot_every: 16_384,
            ring: 4096,
            feed_tick: Duration::from_millis(40),
            feed_ping: Duration::from_secs(20),
            feed_outbox: 256,
            feed_connections_max: 10_000,
            positions_every: Duration::from_secs(2),
            session_within: Span::from_hours(12),
            anchors: None,
            anchor_every: Duration::from_hours(1),
            forgotten: None,
            promises_every: None,
            #[cfg(feature = "planted")]
            planted: None,
        }
    }

    /// Whether this mistake is to be made. Without the feature never, and the compiler drops the branch.
    #[cfg(feature = "planted")]
    pub(crate) fn plants(&self, mistake: Planted) -> bool {
        self.planted == Some(mistake)
    }
}
