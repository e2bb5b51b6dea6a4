//! What is handed in at the inbox, and what comes back.

use std::fmt;
use std::time::Duration;

use model::actor::Actor;
use model::command::{Command, PersonalKind};
use model::event::SyncLabel;
use model::id::{CommandId, RecordId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use serde_json::Value;

/// A command on its way in, with the personal fields that were taken off it.
#[derive(Clone)]
pub struct Submission {
    /// Made by the sender; a repeat gets the first answer again.
    pub id: CommandId,
    /// Who.
    pub actor: Actor,
    /// When the sender wrote it down, if not now.
    pub recorded_at: Option<Instant>,
    /// What the sender had seen of the thing that it touches.
    pub seen_seq: Option<u64>,
    /// What. The tags, personal kinds and `repeated` of an outbox are filled in by the inbox.
    pub command: Command,
    /// Personal fields; for an outbox those of all its operations, told apart by their records.
    pub personal: Vec<PersonalField>,
    /// Whether only to say what would happen.
    pub preview: bool,
}

impl Submission {
    /// A command of now, without personal fields.
    pub fn new(id: CommandId, actor: Actor, command: Command) -> Self {
        Self {
            id,
            actor,
            recorded_at: None,
            seen_seq: None,
            command,
            personal: Vec::new(),
            preview: false,
        }
    }
}

impl fmt::Debug for Submission {
    /// Without the content: it may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("id", &self.id)
            .field("account", &self.actor.account)
            .field("n_personal", &self.personal.len())
            .finish_non_exhaustive()
    }
}

/// A personal field: never in the core, sealed under the key of its record.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalField {
    /// The record: `Command::record` of the command or operation that it came with.
    pub record: RecordId,
    /// Which field.
    pub kind: PersonalKind,
    /// What somebody wrote.
    pub text: String,
}

impl fmt::Debug for PersonalField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalField({}, {}, …)", self.record, self.kind)
    }
}

/// The answer to an accepted command.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// As the outside face has it; null for an outbox, whose answers stand in `operations`.
    pub value: Value,
    /// Whether it was accepted just now, and not earlier.
    pub first_time: bool,
    /// Seq of its last event; the head where it made none.
    pub seq: u64,
    /// What became of each operation of an outbox, in its order.
    pub operations: Vec<OperationOutcome>,
}

/// What became of one operation of an outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationOutcome {
    /// Which.
    pub id: CommandId,
    /// How.
    pub result: OperationEnd,
    /// Whether it was made without knowing the latest.
    pub label: SyncLabel,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationEnd {
    /// Accepted now or earlier, with the same answer.
    Accepted {
        /// The answer.
        body: Value,
        /// Whether it was accepted just now.
        first_time: bool,
    },
    /// A rule or its form said no.
    Refused(Refusal),
    /// An operation that it needs was not accepted.
    Held,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum SubmitError {
    /// The domain says no.
    Refused(Refusal),
    /// Not now: the queue is full, the disk does not take it, or the program stops. The same may be sent again.
    Unavailable(Unavailable),
}

/// Why it cannot be taken now, and when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// `queue_full`, `storage_unavailable` or `stopping`.
    pub code: RefusalCode,
    /// For `Retry-After`.
    pub retry_after: Duration,
}

impl Unavailable {
    /// The inbox holds as much as it may.
    pub const QUEUE_FULL: Self = Self {
        code: RefusalCode::QueueFull,
        retry_after: Duration::from_secs(1),
    };
    /// The disk did not take it, or nobody knows whether it did.
    pub const STORAGE: Self = Self {
        code: RefusalCode::StorageUnavailable,
        retry_after: Duration::from_secs(2),
    };
    /// The program stops.
    pub const STOPPING: Self = Self {
        code: RefusalCode::Stopping,
        retry_after: Duration::from_secs(10),
    };
}

impl SubmitError {
    /// The stable code.
    pub fn code(&self) -> RefusalCode {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Unavailable(why) => why.code,
        }
    }
}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RefusalCode> for SubmitError {
    fn from(code: RefusalCode) -> Self {
        Self::Refused(code.into())
    }
}

impl From<Unavailable> for SubmitError {
    fn from(why: Unavailable) -> Self {
        Self::Unavailable(why)
    }
}

impl fmt::Display for SubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(why) => write!(f, "{}: {}", why.code.as_str(), why.code.title_en()),
        }
    }
}

impl std::error::Error for SubmitError {}
