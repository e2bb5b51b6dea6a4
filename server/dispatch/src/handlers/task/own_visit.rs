//! The visit that a reporter made for themself: always taken, beside the limit of one task under way.

use model::case::{Case, CaseState};
use model::command::OwnVisit;
use model::deadline::DeadlineKind;
use model::event::Event;
use model::refusal::{Refusal, RefusalCode};
use model::task::{TaskKind, TaskState};

use super::{meet, push_arrival};
use crate::draft::Draft;
use crate::settle::tasks::new_visit;

/// Makes the visit in the state that the report says. A visit reported as arrived meets acknowledge and on-site at the
/// time when the device wrote it down.
///
/// # Errors
/// `unknown_word` for a state that no visit can begin in; `command_id_reused` for an id that is taken.
pub(crate) fn own_visit(
    draft: &mut Draft<'_, '_>,
    root: &Case,
    visit: &OwnVisit,
) -> Result<(), Refusal> {
    match visit.state {
        TaskState::Accepted | TaskState::Departed | TaskState::Arrived => {}
        TaskState::Waiting
        | TaskState::Offered
        | TaskState::Done
        | TaskState::Returned
        | TaskState::Withdrawn => {
            return Err(Refusal::new(RefusalCode::UnknownWordGiven).at("/task/state"));
        }
    }
    if draft.tables.tasks.contains_key(&visit.id) {
        return Err(Refusal::new(RefusalCode::CommandIdReused).at("/task/id"));
    }
    let at = draft.happened_at();
    let mut task = new_visit(draft, root);
    task.id = visit.id;
    if root.state == CaseState::FollowUp {
        task.kind = TaskKind::Revisit;
        task.look = false;
    }
    task.unit.clone_from(&draft.heading.actor.unit);
    if task.unit.is_none() {
        task.department.clone_from(&draft.heading.actor.department);
    }
    task.self_made = true;
    task.state = TaskState::Offered;
    task.offered_at = Some(at);
    let unit = task.unit.clone();
    let made = task.clone();
    draft.push(Event::TaskOffered {
        task: Box::new(task),
    });
    draft.push(Event::TaskAccepted {
        task_id: visit.id,
        unit,
        accepted_at: at,
    });
    meet(draft, &made, &[DeadlineKind::Acknowledge], at);
    if matches!(visit.state, TaskState::Departed | TaskState::Arrived) {
        draft.push(Event::TaskDeparted {
            task_id: visit.id,
            departed_at: at,
        });
    }
    if visit.state == TaskState::Arrived {
        push_arrival(draft, &made, at);
    }
    draft.concern(root.id);
    Ok(())
}
