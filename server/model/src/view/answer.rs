//! Answers to commands. Each is rebuilt from the events of its command alone, so that a repeat gets it again.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::event::SyncLabel;
use crate::grade::{Level, Priority, Tier};
use crate::id::{
    AccountName, CaseId, CommandId, EscalationId, HandOverId, HoldId, JurisdictionCode, PersonId,
    PlaceId, RecordId, ResourceId, SightingId, SignalId, TaskId, UnitId,
};
use crate::sign::Doubt;
use crate::task::TaskState;
use crate::view::escalation::EscalationView;
use crate::view::place::StreetView;
use crate::view::reason::{ReasonView, VerdictView};
use crate::view::sighting::SuggestionView;
use crate::view::stamp::Stamp;
use crate::view::task::{OutcomeView, TaskView};

/// The answer to a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SightingAnswer {
    /// The sighting.
    pub sighting_id: SightingId,
    /// The case that it belongs to.
    pub case_id: CaseId,
    /// Whether it joined a case that was there.
    pub merged: bool,
    /// What is doubted.
    pub doubts: Vec<Doubt>,
    /// How urgent.
    pub priority: Option<VerdictView<Priority>>,
    /// How grave.
    pub warning_level: Option<VerdictView<Level>>,
    /// Who is responsible.
    pub tier: Option<VerdictView<Tier>>,
    /// The sighting's own street.
    pub jurisdiction: StreetView,
    /// Due.
    pub acknowledge_by: Option<Stamp>,
    /// Due.
    pub on_site_by: Option<Stamp>,
    /// Due.
    pub outcome_by: Option<Stamp>,
    /// Tasks.
    pub tasks: Vec<TaskView>,
    /// Departments asked.
    pub escalations: Vec<EscalationView>,
    /// Cases that may be the same.
    pub may_duplicate: Vec<SuggestionView>,
    /// Seq of the last event.
    pub seq: u64,
    /// Whether what it quoted was forgotten since.
    pub details_erased: bool,
}

/// One thing that a command changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeView {
    /// The event.
    pub seq: u64,
    /// Its dotted kind.
    pub kind: String,
    /// The case.
    pub case_id: Option<CaseId>,
    /// The task.
    pub task_id: Option<TaskId>,
    /// The escalation.
    pub escalation_id: Option<EscalationId>,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// Why.
    pub reasons: Vec<ReasonView>,
}

/// The answer to everything else: ids of what it was about, and what it changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ChangesAnswer {
    /// Seq of the last event; absent when nothing had to change.
    pub seq: Option<u64>,
    /// When.
    pub at: Option<Stamp>,
    /// The id of what the call was about: the task, the escalation, the hold, the person, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<CaseId>,
    /// The sighting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sighting_id: Option<SightingId>,
    /// The addition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addition_id: Option<RecordId>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// How far the task is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<TaskState>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The outcome as recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeView>,
    /// The escalation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation_id: Option<EscalationId>,
    /// Acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Stamp>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// Whether it came after the end and changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
    /// When they will be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta: Option<Stamp>,
    /// The hand-over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hand_over_id: Option<HandOverId>,
    /// The hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_id: Option<HoldId>,
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceId>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// The signal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal_id: Option<SignalId>,
    /// Streets whose colour changed, with the colour after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub streets: Vec<StreetColour>,
    /// Who confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<AccountName>,
    /// Tasks made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskView>,
    /// Departments asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<EscalationView>,
    /// What changed, in order.
    pub changes: Vec<ChangeView>,
    /// Whether what it quoted was forgotten since.
    pub details_erased: bool,
    /// Whether nothing was done: this is what would happen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
}

/// A street and its colour after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreetColour {
    /// The street.
    pub jurisdiction: JurisdictionCode,
    /// Before.
    pub from: Level,
    /// After.
    pub level: Level,
}

/// What became of one operation of an outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OperationAnswerView {
    /// The operation.
    pub id: CommandId,
    /// `accepted`, `refused` or `held`.
    pub result: String,
    /// `clean`, `parallel` or `conflict`.
    pub label: SyncLabel,
    /// The answer, as the call itself would give it.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
    /// The problem document of a refusal.
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
}

/// The answer to an outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SyncAnswer {
    /// One answer each, in the order of the operations.
    pub answers: Vec<OperationAnswerView>,
}
