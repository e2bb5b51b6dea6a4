//! A task: one unit or department must do one thing by a deadline.

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::id::{AccountName, CaseId, DepartmentId, JurisdictionCode, ResourceId, TaskId, UnitId};
use crate::outcome::Outcome;
use crate::reason::Reason;
use crate::time::Instant;

closed_list! {
    /// The work.
    TaskKind {
        /// First visit.
        Visit = "visit",
        /// A visit of the follow-up.
        Revisit = "revisit",
        /// A look whether all is well; nobody is woken.
        WelfareCheck = "welfare_check",
        /// A hand-over.
        HandOver = "hand_over",
        /// Open a shelter.
        OpenShelter = "open_shelter",
    }
}

closed_list! {
    /// How far it is.
    TaskState {
        /// In the list; nobody has it.
        Waiting = "waiting",
        /// Offered to a unit.
        Offered = "offered",
        /// Taken.
        Accepted = "accepted",
        /// On the way.
        Departed = "departed",
        /// On site.
        Arrived = "arrived",
        /// Done.
        Done = "done",
        /// Given back; a new one or the list has it.
        Returned = "returned",
        /// Not needed any more.
        Withdrawn = "withdrawn",
    }
}

impl TaskState {
    /// Accepted, departed or arrived.
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Accepted | Self::Departed | Self::Arrived => true,
            Self::Waiting | Self::Offered | Self::Done | Self::Returned | Self::Withdrawn => false,
        }
    }

    /// Done, returned or withdrawn.
    pub const fn is_over(self) -> bool {
        match self {
            Self::Done | Self::Returned | Self::Withdrawn => true,
            Self::Waiting | Self::Offered | Self::Accepted | Self::Departed | Self::Arrived => {
                false
            }
        }
    }
}

closed_list! {
    /// Why a task is given back.
    ReturnReason {
        /// Busy.
        Busy = "busy",
        /// Wrong area.
        WrongArea = "wrong_area",
        /// Needs a skill or a language.
        SkillOrLanguage = "skill_or_language",
        /// The shift ends.
        ShiftEnding = "shift_ending",
        /// The vehicle.
        Vehicle = "vehicle",
        /// Not safe.
        Unsafe = "unsafe",
        /// Met an emergency on the way.
        EmergencyMet = "emergency_met",
        /// The way is blocked.
        UnreachableRoute = "unreachable_route",
    }
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The case it was made for: its home. Absent for `open_shelter`.
    pub case_id: Option<CaseId>,
    /// What.
    pub kind: TaskKind,
    /// The street whose duty owns it while it waits.
    pub jurisdiction: JurisdictionCode,
    /// The unit that holds or is offered it.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// The department that must do it.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// The shelter to open.
    #[serde(default)]
    pub resource: Option<ResourceId>,
    /// How far it is.
    pub state: TaskState,
    /// Whether the unit made it for itself, beside the limit.
    #[serde(default)]
    pub self_made: bool,
    /// Whether it is only a look: nobody who breathes normally is woken.
    #[serde(default)]
    pub look: bool,
    /// Made.
    pub made_at: Instant,
    /// Offered to the present unit.
    #[serde(default)]
    pub offered_at: Option<Instant>,
    /// The offer holds until.
    #[serde(default)]
    pub offered_until: Option<Instant>,
    /// Units that had an offer already, in order.
    #[serde(default)]
    pub offered_before: Vec<UnitId>,
    /// Units that gave this work back; they do not get it again by themselves.
    #[serde(default)]
    pub returned_by: Vec<UnitId>,
    /// Whether a named officer sent this unit.
    #[serde(default)]
    pub by_hand: bool,
    /// The task beside which it was made, when a unit without signal worked on what another had by then.
    #[serde(default)]
    pub beside: Option<TaskId>,
    /// Accepted.
    #[serde(default)]
    pub accepted_at: Option<Instant>,
    /// Set out.
    #[serde(default)]
    pub departed_at: Option<Instant>,
    /// On site.
    #[serde(default)]
    pub arrived_at: Option<Instant>,
    /// Ended.
    #[serde(default)]
    pub ended_at: Option<Instant>,
    /// Why it was given back.
    #[serde(default)]
    pub return_reason: Option<ReturnReason>,
    /// Due: the first acceptance.
    #[serde(default)]
    pub acknowledge_by: Option<Instant>,
    /// Due: on site.
    #[serde(default)]
    pub on_site_by: Option<Instant>,
    /// Due: outcome; for a revisit when it is due.
    #[serde(default)]
    pub outcome_by: Option<Instant>,
    /// Seq of a change that the unit has not marked seen.
    #[serde(default)]
    pub amended_seq: Option<u64>,
    /// Outcomes recorded on it.
    #[serde(default)]
    pub outcomes: Vec<RecordedOutcome>,
    /// Why this unit, why now.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// An outcome with who recorded it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedOutcome {
    /// What.
    pub outcome: Outcome,
    /// Who recorded it.
    pub by: AccountName,
    /// When it was reached.
    pub at: Instant,
    /// The subjects it is for, by their number in the case that was seen.
    pub subjects: Vec<u32>,
}
