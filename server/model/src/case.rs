//! A case: one episode of concern at a place, with its subjects, grade, deadlines and follow-up.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::deadline::CaseDeadlines;
use crate::escalation::Escalation;
use crate::grade::{Level, Priority, Tier};
use crate::id::{
    AccountName, CaseId, EscalationId, HandOverId, PersonId, PlaceId, PolicyId, RecordId,
    SightingId, TaskId,
};
use crate::outcome::{HandedTo, Outcome};
use crate::reason::{Reason, Verdict};
use crate::sighting::{EmergencyCall, Facts, Jurisdicted};
use crate::task::Task;
use crate::time::Instant;

closed_list! {
    /// Whether somebody has to act, wait, or nothing more.
    CaseState {
        /// Somebody has to act.
        Open = "open",
        /// The next visit or confirmation is running.
        FollowUp = "follow_up",
        /// Nothing more.
        Closed = "closed",
    }
}

/// Priority, warning level and tier together: what a grading gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// How urgent.
    pub priority: Verdict<Priority>,
    /// How grave.
    pub warning_level: Verdict<Level>,
    /// Who is responsible.
    pub tier: Verdict<Tier>,
    /// The tier that the case would have without history and refusal: departments are asked by this one.
    pub tier_asked: Tier,
}

/// What a named person decided about the grade.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HumanGrade {
    /// A floor or ceiling for the priority.
    #[serde(default)]
    pub priority: Option<HumanDecision<Priority>>,
    /// A floor or ceiling for the warning level.
    #[serde(default)]
    pub warning_level: Option<HumanDecision<Level>>,
    /// A floor or ceiling for the tier.
    #[serde(default)]
    pub tier: Option<HumanDecision<Tier>>,
}

/// One decision of a named person about one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HumanDecision<T> {
    /// The value decided.
    pub value: T,
    /// Who.
    pub by: AccountName,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// A raise is a floor, a lowering a ceiling that ends at the next worse sign or rise of colour.
    pub raised: bool,
    /// For a lowering: the values that a later judgement must exceed to end it.
    pub judged: T,
}

/// One of the people a case is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// Its number in this case, from 1.
    pub n: u32,
    /// The sightings that brought it.
    #[serde(default)]
    pub brought_by: Vec<SightingId>,
    /// The record in which sex and age band stand.
    #[serde(default)]
    pub record: Option<RecordId>,
    /// The person, if known.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// The last outcome.
    #[serde(default)]
    pub outcome: Option<SubjectOutcome>,
    /// How many visits in a row did not find it.
    #[serde(default)]
    pub n_not_found: u32,
}

/// The last outcome of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubjectOutcome {
    /// What.
    pub outcome: Outcome,
    /// By whom.
    pub by: AccountName,
    /// When.
    pub at: Instant,
    /// On which task; absent when a decision gave it.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// Who received, and whether confirmed.
    #[serde(default)]
    pub handed_to: Option<HandedTo>,
    /// Whether it closes the subject: a closing outcome, or a confirmed receiver, or the last try.
    pub closing: bool,
    /// When the receiver is asked again.
    #[serde(default)]
    pub ask_receiver_at: Option<Instant>,
}

/// The running timer of a follow-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisitPlan {
    /// The visits, in order of time.
    pub due: Vec<Instant>,
    /// How many of them are behind.
    pub n_done: usize,
    /// When the next one becomes a task.
    pub task_from: Option<Instant>,
    /// Whether the next one is only a look.
    pub look: bool,
    /// Which row of the table.
    pub reasons: Vec<Reason>,
    /// The task made for the next one.
    #[serde(default)]
    pub task_id: Option<TaskId>,
}

/// One line of the case's story. Words are made when it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// The event.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Kind of the event.
    pub kind: String,
    /// Who.
    pub by: AccountName,
    /// Values for the sentence; nothing that has to be forgotten.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Who took a case that no task has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// The account.
    pub by: AccountName,
    /// The name.
    pub name: String,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// A named decision that ends a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingDecision {
    /// Who.
    pub by: String,
    /// On which ground.
    pub ground: String,
}

/// The standing concern.
///
/// While a case is merged into another, its survivor carries the group's grade, deadlines, subjects and state; the
/// merged one keeps what it had itself, so that an undo can give it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The last event that touched it.
    #[serde(default)]
    pub seq: u64,
    /// When it was opened.
    pub opened_at: Instant,
    /// Open, in follow-up, closed.
    pub state: CaseState,
    /// The survivor, while merged.
    #[serde(default)]
    pub merged_into: Option<CaseId>,
    /// How it was merged, while merged.
    #[serde(default)]
    pub merge: Option<MergeLink>,
    /// What it had itself before anything was merged into it, while something is.
    #[serde(default)]
    pub alone: Option<Alone>,
    /// The cases merged into this one, oldest first.
    #[serde(default)]
    pub members: Vec<CaseId>,
    /// Whether it is a drill.
    pub drill: bool,
    /// Whether it is imported history.
    #[serde(default)]
    pub history: bool,
    /// The policy it is graded under.
    pub policy_id: PolicyId,
    /// Its street.
    pub jurisdiction: Jurisdicted,
    /// The place of the gazetteer.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// The record whose details say where it is.
    pub located_by: Option<RecordId>,
    /// How grave.
    pub grade: Grade,
    /// The highest tier reached by itself or by a ladder; only a named person lowers it.
    pub tier_reached: Tier,
    /// What named people decided.
    #[serde(default)]
    pub human: HumanGrade,
    /// The people it is about.
    pub subjects: Vec<Subject>,
    /// Its sightings (home), in order.
    #[serde(default)]
    pub sightings: Vec<SightingId>,
    /// Its tasks (home), in order.
    #[serde(default)]
    pub tasks: Vec<TaskId>,
    /// Its own escalations (home), in order.
    #[serde(default)]
    pub escalations: Vec<EscalationId>,
    /// The three ladders.
    pub deadlines: CaseDeadlines,
    /// Who took it.
    #[serde(default)]
    pub taken: Option<Taken>,
    /// The follow-up's timer.
    #[serde(default)]
    pub revisit: Option<RevisitPlan>,
    /// Since when in follow-up.
    #[serde(default)]
    pub follow_up_since: Option<Instant>,
    /// When refused or street aid closes without further contact.
    #[serde(default)]
    pub follow_up_ends_at: Option<Instant>,
    /// The last time somebody was met.
    #[serde(default)]
    pub last_contact_at: Option<Instant>,
    /// When help was declined (an offer was refused), oldest first.
    #[serde(default)]
    pub refused_at: Vec<Instant>,
    /// Calls to 120 and 110.
    #[serde(default)]
    pub emergency_calls: Vec<EmergencyCall>,
    /// A running hand-over.
    #[serde(default)]
    pub hand_over: Option<HandOverId>,
    /// Closed at.
    #[serde(default)]
    pub closed_at: Option<Instant>,
    /// The decision that closed it.
    #[serde(default)]
    pub closing: Option<ClosingDecision>,
    /// Whether a review is open (death or serious injury).
    #[serde(default)]
    pub review: bool,
    /// Whether its details were erased.
    #[serde(default)]
    pub details_erased: bool,
    /// When its details are erased; absent until that was looked at, and again when something of it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionPlan>,
    /// Records of its own beside its sightings and notes: where it was said to be, and bands said about its subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordId>,
    /// Records of notes written about it (home), oldest first.
    #[serde(default)]
    pub notes: Vec<NoteRecord>,
    /// Its story (home).
    #[serde(default)]
    pub timeline: Vec<Arc<TimelineEntry>>,
}

/// When the details of a closed case are erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPlan {
    /// When; absent when nothing is left to be erased, or all of it is of known persons.
    pub erase_at: Option<Instant>,
}

/// How a case was merged into its survivor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeLink {
    /// When.
    pub at: Instant,
    /// Every subject of the merged case with its number in the survivor.
    pub pairs: Vec<(u32, u32)>,
}

/// How a case stood when a sighting joined it: what the reporter is told, beside what the same command changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Open or in follow-up.
    pub state: CaseState,
    /// How grave.
    pub grade: Grade,
    /// The three ladders.
    pub deadlines: CaseDeadlines,
    /// Its tasks that are not over.
    pub tasks: Vec<Task>,
    /// Its escalations.
    pub escalations: Vec<Escalation>,
}

/// What a survivor had itself before the first merge: an undo gives it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alone {
    /// Seq of the first merge; what is told after it was made while merged.
    pub seq: u64,
    /// When that was.
    pub at: Instant,
    /// The tier that it had reached.
    pub tier_reached: Tier,
    /// What named people had decided.
    pub human: HumanGrade,
    /// Its three ladders.
    pub deadlines: CaseDeadlines,
    /// The persons that its subjects were linked to.
    #[serde(default)]
    pub persons: Vec<(u32, PersonId)>,
    /// The last outcomes of its subjects.
    #[serde(default)]
    pub outcomes: Vec<(u32, SubjectOutcome)>,
}

/// A note, whose text stands among the personal fields of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRecord {
    /// Its record.
    pub record: RecordId,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: AccountName,
    /// The task it belongs to.
    #[serde(default)]
    pub task_id: Option<TaskId>,
}
