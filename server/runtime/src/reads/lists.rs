//! Lists of work: tasks and escalations.

use model::actor::Actor;
use model::escalation::Escalation;
use model::id::{DepartmentId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::task::Task;
use model::view::escalation::EscalationView;
use model::view::task::TaskView;
use policy::action::Action;

use crate::published::ReadView;

impl ReadView {
    /// Tasks that an actor may see: the earliest due first. `mine` are those of the actor's unit or departments.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn tasks(
        &self,
        actor: &Actor,
        mine: bool,
        open: Option<bool>,
    ) -> Result<Vec<TaskView>, Refusal> {
        self.permit_listing(actor, Action::TaskRead)?;
        let tables = self.tables();
        let audience = self.audience(actor);
        let mut tasks: Vec<&Task> = tables
            .tasks
            .values()
            .map(AsRef::as_ref)
            .filter(|task| !mine || is_of(task, actor))
            .filter(|task| open.is_none_or(|open| open != task.state.is_over()))
            .filter(|task| audience.sees_task(self.policy(), tables, task))
            .collect();
        tasks.sort_by_key(|task| {
            let due = task.acknowledge_by.or(task.on_site_by).or(task.outcome_by);
            (task.state.is_over(), due.unwrap_or(task.made_at), task.id)
        });
        let shown = self.shown();
        Ok(tasks.into_iter().map(|task| shown.task(task)).collect())
    }

    /// Escalations that an actor may see: those that are due first.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn escalations(
        &self,
        actor: &Actor,
        department: Option<&DepartmentId>,
        open: Option<bool>,
    ) -> Result<Vec<EscalationView>, Refusal> {
        self.permit_listing(actor, Action::EscalationRead)?;
        let tables = self.tables();
        let audience = self.audience(actor);
        let mut escalations: Vec<&Escalation> = tables
            .escalations
            .values()
            .map(AsRef::as_ref)
            .filter(|escalation| department.is_none_or(|of| escalation.department == *of))
            .filter(|escalation| open.is_none_or(|open| open == escalation.is_open()))
            .filter(|escalation| audience.sees_escalation(self.policy(), tables, escalation))
            .collect();
        escalations.sort_by_key(|escalation| {
            (
                !escalation.is_unanswered(),
                escalation.acknowledge_by,
                escalation.id,
            )
        });
        let shown = self.shown();
        Ok(escalations
            .into_iter()
            .map(|escalation| shown.escalation(escalation))
            .collect())
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

/// Whether a task is the actor's own work.
fn is_of(task: &Task, actor: &Actor) -> bool {
    let of_unit = actor.unit.is_some() && task.unit == actor.unit;
    let of_department = task
        .department
        .as_ref()
        .is_some_and(|department| actor.answers_for(department));
    of_unit || of_department
}
