//! Cases as they are shown: a row of a list, and the whole with its story.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::case::CaseState;
use crate::deadline::DeadlineKind;
use crate::grade::{Level, Priority, Tier};
use crate::id::{AccountName, CaseId, PersonId, PolicyId, UnitId};
use crate::outcome::{OutcomeDetail, OutcomeKind};
use crate::sign::{AgeBand, Doubt, Sex};
use crate::view::background::HoldView;
use crate::view::escalation::{EscalationView, HandOverView};
use crate::view::place::{PlaceWordsView, PositionView, StreetView};
use crate::view::reason::{ReasonView, VerdictView};
use crate::view::sighting::{EmergencyCallView, ReplyView, SightingView};
use crate::view::stamp::Stamp;
use crate::view::task::{HandedToView, TaskView};

/// A case as one row: everything but its sightings, tasks, escalations and story. While others are merged into it, it
/// stands for all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// The last event that touched it, or anything merged into it.
    pub seq: u64,
    /// Opened.
    pub opened_at: Stamp,
    /// Open, in follow-up, closed.
    pub state: CaseState,
    /// Its survivor, while merged.
    pub merged_into: Option<CaseId>,
    /// Cases that are merged into it.
    pub members: Vec<CaseId>,
    /// Where.
    pub position: Option<PositionView>,
    /// Where, in words.
    pub place: Option<PlaceWordsView>,
    /// Its street.
    pub jurisdiction: StreetView,
    /// How urgent.
    pub priority: VerdictView<Priority>,
    /// How grave.
    pub warning_level: VerdictView<Level>,
    /// Who is responsible.
    pub tier: VerdictView<Tier>,
    /// The people it is about.
    pub subjects: Vec<SubjectView>,
    /// How many sightings.
    pub n_sightings: usize,
    /// The last time somebody was seen.
    pub last_seen_at: Option<Stamp>,
    /// What is doubted about any sighting.
    pub doubts: Vec<Doubt>,
    /// The ladders, and the next visit.
    pub deadlines: Vec<DeadlineView>,
    /// Units that hold or are offered one of its tasks.
    pub units: Vec<UnitId>,
    /// The named person who took it without a unit.
    pub taken: Option<TakenView>,
    /// The follow-up.
    pub follow_up: Option<FollowUpView>,
    /// A running hand-over.
    pub hand_over: Option<HandOverView>,
    /// Calls to 120 and 110; while a P0 has none, nobody has confirmed to have called.
    pub emergency_calls: Vec<EmergencyCallView>,
    /// What other systems that sent its sightings wait for, those of merged cases included.
    pub replies: Vec<ReplyView>,
    /// Closed.
    pub closed_at: Option<Stamp>,
    /// Whether a review is open.
    pub review: bool,
    /// A drill.
    pub drill: bool,
    /// Imported history.
    pub history: bool,
    /// Whether details were forgotten.
    pub details_erased: bool,
    /// The policy that it is graded under.
    pub policy: PolicyId,
}

/// A whole case: the row with everything that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseView {
    /// The row.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Its sightings, in the order of their acceptance.
    pub sightings: Vec<SightingView>,
    /// Its tasks, in the order in which they were made.
    pub tasks: Vec<TaskView>,
    /// Its escalations, and those of its area in which it is listed.
    pub escalations: Vec<EscalationView>,
    /// Beds held for it.
    pub holds: Vec<HoldView>,
    /// Its story, oldest first.
    pub timeline: Vec<TimelineView>,
}

/// One of the people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SubjectView {
    /// Its number in this case.
    pub n: u32,
    /// Sex as seen.
    pub sex: Option<Sex>,
    /// Age as a band.
    pub age_band: Option<AgeBand>,
    /// The person, if known.
    pub person_id: Option<PersonId>,
    /// The last outcome.
    pub outcome: Option<OutcomeKind>,
    /// More finely.
    pub outcome_detail: Option<OutcomeDetail>,
    /// When.
    pub outcome_at: Option<Stamp>,
    /// Whether it is closed for this subject.
    pub closing: bool,
    /// Who took over.
    pub handed_to: Option<HandedToView>,
}

/// One deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadlineView {
    /// Which.
    pub kind: DeadlineKind,
    /// Due.
    pub by: Stamp,
    /// Met.
    pub met_at: Option<Stamp>,
    /// Missed.
    pub missed_at: Option<Stamp>,
    /// The steps of its ladder.
    pub steps: Vec<StepView>,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepView {
    /// When it fires.
    pub at: Stamp,
    /// When it fired.
    pub fired_at: Option<Stamp>,
}

/// Who took a case that no task has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenView {
    /// The account.
    pub by: AccountName,
    /// The name.
    pub name: String,
    /// When.
    pub at: Stamp,
    /// Why.
    pub reason: String,
}

/// The follow-up of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUpView {
    /// Since when.
    pub since: Option<Stamp>,
    /// The visits that are planned, in order.
    pub due: Vec<Stamp>,
    /// How many of them are behind.
    pub n_done: usize,
    /// Whether the next is only a look.
    pub look: bool,
    /// When it ends without contact.
    pub ends_at: Option<Stamp>,
    /// Why these times.
    pub reasons: Vec<ReasonView>,
}

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineView {
    /// The event.
    pub seq: u64,
    /// The case in whose own story it stands.
    pub case_id: CaseId,
    /// When.
    pub at: Stamp,
    /// Kind of the event.
    pub kind: String,
    /// By whom.
    pub by: AccountName,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// The values behind the sentence.
    #[schema(value_type = Object)]
    pub facts: BTreeMap<String, Value>,
    /// Why.
    pub reasons: Vec<ReasonView>,
}
