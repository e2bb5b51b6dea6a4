//! Messages of the live feed, as they go over the wire: `type` says which one it is.

use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::{Actor, Role};
use crate::id::{AccountName, DepartmentId, JurisdictionCode, UnitId};
use crate::time::Instant;
use crate::view::background::UnitPositionView;
use crate::view::live::{FeedEvent, SnapshotView};

/// The first message: where the journal is, and who you are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HelloMessage {
    /// The identity of the journal and of your rights; a position counts only under the same one.
    pub epoch: String,
    /// Where the next `after` starts.
    pub seq: u64,
    /// Who you are.
    pub who: WhoView,
    /// The district's time.
    pub now: Instant,
    /// How many times faster than the world the district's clock runs.
    pub clock_rate: f64,
}

/// The account as the feed knows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WhoView {
    /// Its name.
    pub account: AccountName,
    /// Its role.
    pub role: Role,
    /// Its streets.
    pub jurisdictions: Vec<JurisdictionCode>,
    /// Its department.
    pub department: Option<DepartmentId>,
    /// Its unit.
    pub unit: Option<UnitId>,
}

impl WhoView {
    /// An account.
    pub fn of(actor: &Actor) -> Self {
        Self {
            account: actor.account.clone(),
            role: actor.role,
            jurisdictions: actor.jurisdictions.iter().cloned().collect(),
            department: actor.department.clone(),
            unit: actor.unit.clone(),
        }
    }
}

/// Events after a position.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EventsMessage {
    /// The position before them: the `upto` of the message before.
    pub after: u64,
    /// The position after them; it may cover events that you do not see.
    pub upto: u64,
    /// Those that you see.
    pub events: Vec<FeedEvent>,
}

/// The newest positions of units; no part of what events keep true.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PositionsMessage {
    /// Those that changed.
    pub positions: Vec<UnitPositionView>,
}

/// Everything that you may see, as of its seq.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SnapshotMessage {
    /// The district's time.
    pub now: Instant,
    /// The picture.
    #[serde(flatten)]
    pub view: SnapshotView,
}

/// Take a new snapshot; events go on after this seq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResyncMessage {
    /// Where the next `after` starts.
    pub seq: u64,
}

/// The feed lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PingMessage {
    /// The district's time.
    pub now: Instant,
}

/// One message of the server.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FeedMessage {
    /// Comes first.
    Hello(HelloMessage),
    /// What happened.
    Events(EventsMessage),
    /// Where units are.
    Positions(PositionsMessage),
    /// The whole picture, when asked for.
    Snapshot(Box<SnapshotMessage>),
    /// Too much to tell one by one.
    Resync(ResyncMessage),
    /// Nothing else to say.
    Ping(PingMessage),
}
