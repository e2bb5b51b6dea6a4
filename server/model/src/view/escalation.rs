//! Escalations and hand-overs as they are shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::escalation::{DeclineReason, EscalationEnd, HandOverAnswerKind};
use crate::grade::Tier;
use crate::id::{AccountName, CaseId, DepartmentId, EscalationId, HandOverId, JurisdictionCode};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

/// One department asked to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EscalationView {
    /// Its id.
    pub id: EscalationId,
    /// The case; absent for an area.
    pub case_id: Option<CaseId>,
    /// The cases of an area escalation.
    pub cases: Vec<CaseId>,
    /// The streets of an area escalation; empty for a case's, which lies where its case lies.
    pub jurisdictions: Vec<JurisdictionCode>,
    /// The tier that asked.
    pub tier: Tier,
    /// Whom.
    pub department: DepartmentId,
    /// When.
    pub opened_at: Stamp,
    /// Due; absent when it is for information.
    pub acknowledge_by: Option<Stamp>,
    /// Missed.
    pub missed_at: Option<Stamp>,
    /// Answered.
    pub acknowledged_at: Option<Stamp>,
    /// By whom.
    pub acknowledged_by: Option<String>,
    /// Whether the answer came after the end.
    pub late: bool,
    /// When they say they will be there.
    pub eta: Option<Stamp>,
    /// Complete.
    pub completed_at: Option<Stamp>,
    /// Told without having to answer.
    pub for_information: bool,
    /// How it ended without an answer.
    pub ended: Option<EscalationEnd>,
    /// Why it was opened.
    pub reasons: Vec<ReasonView>,
    /// When the same department is asked once more, unless it reports.
    pub ask_again_at: Option<Stamp>,
    /// Whether it was asked once more.
    pub asked_again: bool,
    /// Taken in part: which part.
    pub part: Option<String>,
    /// Given to another department.
    pub transferred_to: Option<DepartmentId>,
    /// Declined: why.
    pub declined: Option<DeclineReason>,
    /// Reports, in order.
    pub reports: Vec<EscalationReportView>,
    /// A drill.
    pub drill: bool,
    /// The last event that touched it.
    pub seq: u64,
}

/// A report of a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EscalationReportView {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: AccountName,
    /// The text.
    pub text: String,
    /// Whether it completes.
    pub completes: bool,
}

/// A case offered to another district or organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandOverView {
    /// Its id.
    pub id: HandOverId,
    /// The case.
    pub case_id: CaseId,
    /// To whom.
    pub to: String,
    /// From which district it came.
    pub from: Option<String>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: AccountName,
    /// Offered.
    pub offered_at: Stamp,
    /// Silence past this returns it.
    pub answer_by: Stamp,
    /// What the other side said.
    pub answer: Option<HandOverAnswerKind>,
    /// Who said it.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<Stamp>,
}
