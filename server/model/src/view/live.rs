//! The picture that a client holds: a snapshot, and the events that keep it true.
//!
//! A client keeps one map for each list of the snapshot. It takes in an event by putting everything that the event
//! carries under its id, then taking out what stands in `gone`. Nothing has to be judged for that.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::id::{CaseId, EscalationId, TaskId};
use crate::view::area::AreaWarningView;
use crate::view::background::{ResourceView, UnitPositionView, UnitView};
use crate::view::case::{CaseRow, CaseView, TimelineView};
use crate::view::escalation::EscalationView;
use crate::view::stamp::Stamp;
use crate::view::task::TaskView;

/// Everything that somebody may see of what goes on now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SnapshotView {
    /// The last event that it knows.
    pub seq: u64,
    /// When that was.
    pub at: Stamp,
    /// Whether a drill is on.
    pub drill: bool,
    /// The adopted policy.
    pub policy: String,
    /// Open and follow-up cases; merged ones stand in their survivor.
    pub cases: Vec<CaseRow>,
    /// Tasks of these cases, and others that are not over.
    pub tasks: Vec<TaskView>,
    /// Escalations of these cases, and others that are not over.
    pub escalations: Vec<EscalationView>,
    /// Colours.
    pub area_warnings: Vec<AreaWarningView>,
    /// Units.
    pub units: Vec<UnitView>,
    /// Resources.
    pub resources: Vec<ResourceView>,
    /// Newest positions; no part of what events keep true.
    #[serde(default)]
    pub positions: Vec<UnitPositionView>,
}

/// One event as one audience sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeedEvent {
    /// Its place in the journal.
    pub seq: u64,
    /// When.
    pub at: Stamp,
    /// Its dotted kind; also `case.shown` and `case.hidden`.
    pub kind: String,
    /// [`FeedData`], [`ShownData`] or [`HiddenData`].
    #[schema(value_type = FeedEventData)]
    pub data: Written,
}

/// What the events of the feed carry, by their kind.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FeedEventData {
    /// With `case.shown`.
    Shown(Box<ShownData>),
    /// With `case.hidden`.
    Hidden(HiddenData),
    /// With every other kind.
    Changed(Box<FeedData>),
}

/// A value as the JSON text that goes over the wire: it is written once, and read only by whoever wants it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Written(Box<RawValue>);

impl Written {
    /// Writes a value.
    ///
    /// # Errors
    /// When JSON has no form for it.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self(to_raw_value(value)?))
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it is not of this type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }
}

/// Equal when the texts are: the same value written by the same code.
impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// What an event carries. Only what it touched is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FeedData {
    /// The case that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// That case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRow>,
    /// Other cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseRow>,
    /// The task that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskView>,
    /// Other tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskView>,
    /// The escalation that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<EscalationView>,
    /// Other escalations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<EscalationView>,
    /// Colours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub area_warnings: Vec<AreaWarningView>,
    /// Units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitView>,
    /// Resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceView>,
    /// Whether a drill is on, when that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drill: Option<bool>,
    /// The adopted policy, when that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Lines of the stories of the cases above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<TimelineView>,
    /// More about the event, for people: whom a call was for, which cases wait.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Object)]
    pub about: Value,
    /// What leaves the picture with it.
    #[serde(skip_serializing_if = "Gone::is_empty")]
    pub gone: Gone,
}

/// What `case.shown` carries: the whole case as of its seq.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShownData {
    /// Which.
    pub case_id: CaseId,
    /// All of it. Of its escalations a client keeps those with a `case_id`: those of areas come for themselves.
    pub case: Box<CaseView>,
    /// What of it is no part of the picture, as it is over.
    #[serde(default, skip_serializing_if = "Gone::is_empty")]
    pub gone: Gone,
}

/// What `case.hidden` carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HiddenData {
    /// Which.
    pub case_id: CaseId,
    /// What leaves the picture with it.
    pub gone: Gone,
}

/// Ids of what leaves the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Gone {
    /// Cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseId>,
    /// Tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskId>,
    /// Escalations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<EscalationId>,
}

impl Gone {
    /// Whether nothing leaves.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.tasks.is_empty() && self.escalations.is_empty()
    }
}
