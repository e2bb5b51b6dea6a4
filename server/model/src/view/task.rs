//! Tasks as they are shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{AccountName, CaseId, DepartmentId, JurisdictionCode, ResourceId, TaskId, UnitId};
use crate::outcome::{Capacity, Item, LegalBasis, NamedPerson, OutcomeDetail, OutcomeKind};
use crate::task::{ReturnReason, TaskKind, TaskState};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

/// One piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskView {
    /// Its id.
    pub id: TaskId,
    /// The case; absent for a shelter.
    pub case_id: Option<CaseId>,
    /// The unit that holds or is offered it.
    pub unit: Option<UnitId>,
    /// The department that must do it.
    pub department: Option<DepartmentId>,
    /// What.
    pub kind: TaskKind,
    /// How far it is.
    pub state: TaskState,
    /// Due: the first acceptance.
    pub acknowledge_by: Option<Stamp>,
    /// Due: on site.
    pub on_site_by: Option<Stamp>,
    /// Due: the outcome; for a revisit the visit.
    pub outcome_by: Option<Stamp>,
    /// Why this unit, why now.
    pub reasons: Vec<ReasonView>,
    /// The street whose duty owns it while it waits.
    pub jurisdiction: JurisdictionCode,
    /// The shelter to open.
    pub resource: Option<ResourceId>,
    /// Made by the unit for itself.
    pub self_made: bool,
    /// Only a look: nobody who breathes normally is woken.
    pub look: bool,
    /// Made.
    pub made_at: Stamp,
    /// The offer holds until.
    pub offered_until: Option<Stamp>,
    /// Accepted.
    pub accepted_at: Option<Stamp>,
    /// Set out.
    pub departed_at: Option<Stamp>,
    /// On site.
    pub arrived_at: Option<Stamp>,
    /// Ended.
    pub ended_at: Option<Stamp>,
    /// Why it was given back.
    pub return_reason: Option<ReturnReason>,
    /// Seq of a change that the unit has not marked seen.
    pub amended_seq: Option<u64>,
    /// Outcomes recorded on it.
    pub outcomes: Vec<OutcomeView>,
}

/// One outcome with who recorded it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutcomeView {
    /// What.
    pub outcome: OutcomeKind,
    /// More finely.
    pub detail: Option<OutcomeDetail>,
    /// For which subjects.
    pub subjects: Vec<u32>,
    /// How many people were met.
    pub n_met: Option<u32>,
    /// What was offered.
    pub offered: Vec<String>,
    /// Whether the person was informed.
    pub informed: bool,
    /// Whether a card was left.
    pub card_left: bool,
    /// What was given.
    pub items: Vec<Item>,
    /// The ground of an action against a refusal.
    pub legal_basis: Option<LegalBasis>,
    /// Capacity to decide.
    pub capacity: Option<Capacity>,
    /// Who assessed.
    pub assessed_by: Option<NamedPerson>,
    /// The ladder of a search.
    pub searched: Vec<String>,
    /// To whom.
    pub handed_to: Option<HandedToView>,
    /// Recorded by.
    pub by: AccountName,
    /// When it was reached.
    pub at: Stamp,
}

/// Who took over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandedToView {
    /// The organisation.
    pub organisation: String,
    /// The name of its person.
    pub name: String,
    /// When.
    pub at: Option<Stamp>,
    /// When it was confirmed.
    pub confirmed_at: Option<Stamp>,
}
