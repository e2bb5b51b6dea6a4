//! Tasks and outcomes as views.

use model::outcome::HandedTo;
use model::task::{RecordedOutcome, Task};
use model::view::task::{HandedToView, OutcomeView, TaskView};

use super::shown::Shown;

impl Shown<'_> {
    /// One task.
    pub fn task(&self, task: &Task) -> TaskView {
        TaskView {
            id: task.id,
            case_id: task.case_id,
            unit: task.unit.clone(),
            department: task.department.clone(),
            kind: task.kind,
            state: task.state,
            acknowledge_by: self.stamp_opt(task.acknowledge_by),
            on_site_by: self.stamp_opt(task.on_site_by),
            outcome_by: self.stamp_opt(task.outcome_by),
            reasons: self.reasons(&task.reasons),
            jurisdiction: task.jurisdiction.clone(),
            resource: task.resource.clone(),
            self_made: task.self_made,
            look: task.look,
            made_at: self.stamp(task.made_at),
            offered_until: self.stamp_opt(task.offered_until),
            accepted_at: self.stamp_opt(task.accepted_at),
            departed_at: self.stamp_opt(task.departed_at),
            arrived_at: self.stamp_opt(task.arrived_at),
            ended_at: self.stamp_opt(task.ended_at),
            return_reason: task.return_reason,
            amended_seq: task.amended_seq,
            outcomes: task
                .outcomes
                .iter()
                .map(|outcome| self.outcome(outcome))
                .collect(),
        }
    }

    /// One outcome.
    pub fn outcome(&self, recorded: &RecordedOutcome) -> OutcomeView {
        let outcome = &recorded.outcome;
        OutcomeView {
            outcome: outcome.outcome,
            detail: outcome.detail,
            subjects: recorded.subjects.clone(),
            n_met: outcome.n_met,
            offered: outcome.offered.clone(),
            informed: outcome.informed,
            card_left: outcome.card_left,
            items: outcome.items.clone(),
            legal_basis: outcome.legal_basis.clone(),
            capacity: outcome.capacity,
            assessed_by: outcome.assessed_by.clone(),
            searched: outcome.searched.clone(),
            handed_to: outcome.handed_to.as_ref().map(|to| self.handed_to(to)),
            by: recorded.by.clone(),
            at: self.stamp(recorded.at),
        }
    }

    /// Who took over.
    pub(crate) fn handed_to(&self, to: &HandedTo) -> HandedToView {
        HandedToView {
            organisation: to.organisation.clone(),
            name: to.name.clone(),
            at: self.stamp_opt(to.at),
            confirmed_at: self.stamp_opt(to.confirmed_at),
        }
    }
}
