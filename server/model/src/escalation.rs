//! An escalation: one department asked to answer for a case or an area; and a hand-over to another district.

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::deadline::LadderStep;
use crate::grade::Tier;
use crate::id::{
    AccountName, CaseId, ColourChangeId, DepartmentId, DistrictId, EscalationId, HandOverId,
    JurisdictionCode,
};
use crate::reason::Reason;
use crate::time::{Instant, Span};

closed_list! {
    /// How an unanswered escalation ended.
    EscalationEnd {
        /// Its case closed first; it stays a miss.
        EndedUnanswered = "ended_unanswered",
        /// An escalation for the area took it in.
        JoinedArea = "joined_area",
        /// All its streets fell below its tier.
        ColourFell = "colour_fell",
    }
}

closed_list! {
    /// Answers other than yes.
    DeclineReason {
        /// Not our competence.
        NotCompetent = "not_competent",
        /// No staff.
        NoStaff = "no_staff",
        /// Already there with another service.
        AlreadyServed = "already_served",
        /// Other.
        Other = "other",
    }
}

/// One department asked to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// Its id.
    pub id: EscalationId,
    /// The case it was opened for: its home; absent for an area.
    pub case_id: Option<CaseId>,
    /// The change of colour it was opened for.
    #[serde(default)]
    pub change_id: Option<ColourChangeId>,
    /// The cases of an area escalation.
    #[serde(default)]
    pub cases: Vec<CaseId>,
    /// Streets of an area escalation.
    #[serde(default)]
    pub jurisdictions: Vec<JurisdictionCode>,
    /// The tier that asked.
    pub tier: Tier,
    /// Whom.
    pub department: DepartmentId,
    /// When.
    pub opened_at: Instant,
    /// Length of its acknowledge limit.
    pub within: Span,
    /// Due.
    pub acknowledge_by: Instant,
    /// The three steps of the department ladder.
    pub steps: Vec<LadderStep>,
    /// Told without having to answer: no limit, no miss.
    #[serde(default)]
    pub for_information: bool,
    /// When it was first missed.
    #[serde(default)]
    pub missed_at: Option<Instant>,
    /// Answered.
    #[serde(default)]
    pub acknowledged_at: Option<Instant>,
    /// By whom: the name.
    #[serde(default)]
    pub acknowledged_by: Option<String>,
    /// By which account.
    #[serde(default)]
    pub acknowledged_account: Option<AccountName>,
    /// Whether the answer came after the end.
    #[serde(default)]
    pub late: bool,
    /// When they say they will be there.
    #[serde(default)]
    pub eta: Option<Instant>,
    /// When the same department is asked once more, unless it reports.
    #[serde(default)]
    pub ask_again_at: Option<Instant>,
    /// Whether it was asked once more already.
    #[serde(default)]
    pub asked_again: bool,
    /// Reports, in order.
    #[serde(default)]
    pub reports: Vec<EscalationReport>,
    /// Complete.
    #[serde(default)]
    pub completed_at: Option<Instant>,
    /// Taken in part: which part.
    #[serde(default)]
    pub part: Option<String>,
    /// Given to another department.
    #[serde(default)]
    pub transferred_to: Option<DepartmentId>,
    /// Declined: why.
    #[serde(default)]
    pub declined: Option<DeclineReason>,
    /// How it ended without an answer.
    #[serde(default)]
    pub ended: Option<EscalationEnd>,
    /// When.
    #[serde(default)]
    pub ended_at: Option<Instant>,
    /// Why it was opened.
    pub reasons: Vec<Reason>,
    /// Whether it is a drill.
    #[serde(default)]
    pub drill: bool,
    /// The last event that touched it.
    #[serde(default)]
    pub seq: u64,
}

impl Escalation {
    /// Whether it still waits for an answer.
    pub const fn is_unanswered(&self) -> bool {
        self.acknowledged_at.is_none()
            && self.ended.is_none()
            && !self.for_information
            && self.declined.is_none()
            && self.transferred_to.is_none()
    }

    /// Whether it gives its department a right to see the case now.
    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
            && self.completed_at.is_none()
            && self.declined.is_none()
            && self.transferred_to.is_none()
    }
}

/// A progress report of a department. The text is kept as said; it must hold no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationReport {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: AccountName,
    /// The text.
    pub text: String,
    /// Whether it completes.
    pub completes: bool,
}

/// A case offered to another district or organisation. It stays ours until a named person of the other side accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Its id; the same on both sides.
    pub id: HandOverId,
    /// Our case.
    pub case_id: CaseId,
    /// To whom.
    pub to: String,
    /// Set when the other side is hosted here.
    #[serde(default)]
    pub district: Option<DistrictId>,
    /// Set when it came from another district.
    #[serde(default)]
    pub from_district: Option<DistrictId>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: AccountName,
    /// Offered.
    pub offered_at: Instant,
    /// Silence past this returns it.
    pub answer_by: Instant,
    /// The answer.
    #[serde(default)]
    pub answer: Option<HandOverAnswer>,
}

/// The answer to a hand-over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverAnswer {
    /// Accepted, declined or silent.
    pub kind: HandOverAnswerKind,
    /// The name of who answered; empty for silence.
    pub name: String,
    /// When.
    pub at: Instant,
}

closed_list! {
    /// What the other side said.
    HandOverAnswerKind {
        /// Took it.
        Accepted = "accepted",
        /// Did not.
        Declined = "declined",
        /// Said nothing in time.
        Lapsed = "lapsed",
    }
}
