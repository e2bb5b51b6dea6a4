//! Lists of work: tasks, escalations, who is due a visit, tonight's round.

use dispatch::projections::lists::Page;
use model::actor::Actor;
use model::id::{DepartmentId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::time::{Instant, Span};
use model::view::escalation::EscalationView;
use model::view::person::{RevisitRow, RoundRow};
use model::view::task::TaskView;
use policy::action::Action;

use crate::published::ReadView;

/// Visits are asked for up to this far ahead where nobody says: longer than any interval of a follow-up.
const REVISITS_AHEAD: Span = Span::from_days(60);

impl ReadView {
    /// Tasks that are not over and that an actor may see: the earliest due first. `mine` are those of the actor's unit
    /// or departments.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn tasks(&self, actor: &Actor, mine: bool) -> Result<Vec<TaskView>, Refusal> {
        self.permit_listing(actor, Action::TaskRead)?;
        Ok(self.shown().tasks(&self.audience(actor), actor, mine))
    }

    /// One page of the escalations that an actor may see, newest first.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn escalations(
        &self,
        actor: &Actor,
        department: Option<&DepartmentId>,
        open: Option<bool>,
        cursor: Option<&str>,
        limit: Option<usize>,
    ) -> Result<Page<EscalationView>, Refusal> {
        self.permit_listing(actor, Action::EscalationRead)?;
        let audience = self.audience(actor);
        Ok(self
            .shown()
            .escalations(&audience, department, open, cursor, limit))
    }

    /// Who is due a visit, the earliest first.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn revisits(
        &self,
        actor: &Actor,
        due_by: Option<Instant>,
    ) -> Result<Vec<RevisitRow>, Refusal> {
        self.permit_listing(actor, Action::RevisitsRead)?;
        let due_by = due_by.unwrap_or(self.now + REVISITS_AHEAD);
        Ok(self.shown().revisits(actor, due_by, self.now))
    }

    /// Tonight's round of an actor's streets.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn round(&self, actor: &Actor) -> Result<Vec<RoundRow>, Refusal> {
        self.permit_listing(actor, Action::RoundRead)?;
        Ok(self.shown().round(actor, self.now))
    }

    /// The unit whose position an actor reports: the named one if it is the actor's, else the actor's own.
    ///
    /// # Errors
    /// `role_may_not`; `not_found` for the unit of somebody else, or where the actor has none.
    pub fn unit_of_position(
        &self,
        actor: &Actor,
        named: Option<UnitId>,
    ) -> Result<UnitId, Refusal> {
        self.permit_listing(actor, Action::PositionReport)?;
        let unit = named
            .or_else(|| actor.unit.clone())
            .ok_or_else(|| Refusal::new(RefusalCode::NotFound).with("thing", "unit"))?;
        dispatch::rights::of_unit(self.tables(), &unit).permit(
            self.policy(),
            actor,
            Action::PositionReport,
        )?;
        Ok(unit)
    }
}
