//! Who could be sent to a case: every unit as the rule judges it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{JurisdictionCode, TaskId, UnitId};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

crate::closed_list::closed_list! {
    /// Whether a unit could go.
    CandidateFit {
        /// It could.
        Fits = "fits",
        /// It could, if it is taken off its way to something less urgent.
        TakenOff = "taken_off",
        /// It cannot.
        Rejected = "rejected",
    }
}

crate::closed_list::closed_list! {
    /// Why a unit is not sent.
    CandidateRejection {
        /// Its shift does not run.
        OffShift = "off_shift",
        /// It missed a check-in or called for help.
        InTrouble = "in_trouble",
        /// It had this very work before.
        HadItBefore = "had_it_before",
        /// It has a task under way.
        UnderWay = "under_way",
        /// It has an offer already.
        HasOffer = "has_offer",
        /// A skill is missing.
        SkillMissing = "skill_missing",
        /// A language is missing.
        LanguageMissing = "language_missing",
        /// Neither a fresh position nor a post is known.
        WhereUnknown = "where_unknown",
        /// It is too far.
        TooFar = "too_far",
    }
}

/// One unit, judged for one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CandidateView {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// Whether it could go.
    pub fit: CandidateFit,
    /// Why it cannot.
    pub rejected: Option<CandidateRejection>,
    /// Metres to the case: from its newest position, else from its post; absent when neither, or the case's place, is
    /// known.
    pub distance_m: Option<f64>,
    /// Metres as judged, with what makes it slower added; absent for a rejected unit.
    pub metres_judged: Option<f64>,
    /// When the fix of its newest position was made; absent when no position is known.
    pub position_at: Option<Stamp>,
    /// The task that it has under way, else the one that it is offered.
    pub task_id: Option<TaskId>,
    /// Why.
    pub reason: ReasonView,
}
