//! Cases: the list with its filters, and one with its story.

use model::actor::Actor;
use model::id::CaseId;
use model::refusal::{Refusal, RefusalCode};
use model::view::candidate::CandidateView;
use model::view::case::{CaseRow, CaseView};
use policy::action::Action;

use crate::published::ReadView;

// What a route asks with and gets; the routes may not import the core themselves.
pub use dispatch::projections::lists::{Bounds, CaseFilter, PAGE_MAX, Page};

impl ReadView {
    /// One page of cases that an actor may see, newest first. Merged cases stand in their survivor.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn cases(&self, actor: &Actor, filter: &CaseFilter) -> Result<Page<CaseRow>, Refusal> {
        self.permit_listing(actor, Action::CaseRead)?;
        Ok(self.shown().cases(&self.audience(actor), filter))
    }

    /// One case with its story. A merged one answers with `merged_into`.
    ///
    /// # Errors
    /// `role_may_not`; `not_found` where it is unknown or not the actor's to see.
    pub fn case(&self, actor: &Actor, id: CaseId) -> Result<CaseView, Refusal> {
        self.permit_listing(actor, Action::CaseRead)?;
        self.shown()
            .case_for(&self.audience(actor), id)
            .ok_or_else(|| RefusalCode::NotFound.into())
    }

    /// Every unit as it is judged for a case now, for those who may send one.
    ///
    /// # Errors
    /// As the decision: `role_may_not`, `outside_your_jurisdiction`, `not_found`, `case_already_closed`.
    pub fn candidates(&self, actor: &Actor, id: CaseId) -> Result<Vec<CandidateView>, Refusal> {
        dispatch::rights::of_case(self.tables(), id).permit(
            self.policy(),
            actor,
            Action::CaseAssign,
        )?;
        let positions = self.positions.seen();
        self.shown()
            .units_for(self.policies(), &positions, self.now, id)
    }
}
