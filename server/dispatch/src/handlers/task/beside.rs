//! Work that a unit did without signal on a task that another has by then, or that is over: both are kept, the later
//! one as a task of its own beside the first, and a person decides (`sync` labels it).

use std::sync::Arc;

use model::event::Event;
use model::id::TaskId;
use model::refusal::{Refusal, RefusalCode};
use model::task::{Task, TaskState};

use super::is_mine;
use crate::draft::Draft;
use crate::settle::tasks::hands;

/// Where the work that a unit names is.
pub(super) enum Held {
    /// With the unit itself.
    Itself,
    /// With the unit, in a task beside the named one.
    Beside(Arc<Task>),
    /// With another unit, or over.
    Elsewhere,
}

/// Whether the named task went to another unit, or ended, without the doing of the actor's unit.
pub(crate) fn is_elsewhere(draft: &Draft<'_, '_>, task: &Task) -> bool {
    let another_has_it = !is_mine(draft, task)
        && match task.state {
            TaskState::Accepted | TaskState::Departed | TaskState::Arrived | TaskState::Done => {
                true
            }
            TaskState::Waiting
            | TaskState::Offered
            | TaskState::Returned
            | TaskState::Withdrawn => false,
        };
    let taken_away = match task.state {
        TaskState::Withdrawn => true,
        TaskState::Returned => !returned_by_itself(draft, task),
        TaskState::Waiting
        | TaskState::Offered
        | TaskState::Accepted
        | TaskState::Departed
        | TaskState::Arrived
        | TaskState::Done => false,
    };
    another_has_it || taken_away
}

/// A unit that gave a task back has no more to say on it. What others ended for it (a shift's end, a more urgent case)
/// it may not have heard of.
fn returned_by_itself(draft: &Draft<'_, '_>, task: &Task) -> bool {
    draft
        .tables
        .tasks_of(task.case_id.unwrap_or(model::id::CaseId(uuid::Uuid::nil())))
        .into_iter()
        .any(|later| {
            later.made_at >= task.made_at
                && task
                    .unit
                    .as_ref()
                    .is_some_and(|unit| later.returned_by.contains(unit))
        })
}

/// Who holds the work that a task names, for the actor.
pub(super) fn held(draft: &Draft<'_, '_>, named: &Arc<Task>) -> Held {
    if let Some(own) = own_beside(draft, named) {
        return Held::Beside(own);
    }
    if is_elsewhere(draft, named) || !is_mine(draft, named) {
        return Held::Elsewhere;
    }
    Held::Itself
}

fn own_beside(draft: &Draft<'_, '_>, named: &Task) -> Option<Arc<Task>> {
    let unit = draft.heading.actor.unit.as_ref()?;
    let case = hands::case_of(draft, named)?;
    draft
        .tables
        .tasks_of(case.id)
        .into_iter()
        .find(|task| task.beside == Some(named.id) && task.unit.as_ref() == Some(unit))
        .cloned()
}

/// Makes the task beside, already accepted.
///
/// # Errors
/// `task_not_yours` for whoever is no unit, or when the task belongs to no case.
pub(super) fn make(draft: &mut Draft<'_, '_>, named: &Task) -> Result<Arc<Task>, Refusal> {
    let unit = draft
        .heading
        .actor
        .unit
        .clone()
        .ok_or(RefusalCode::TaskNotYours)?;
    let case = hands::case_of(draft, named).ok_or(RefusalCode::TaskNotYours)?;
    let id = TaskId(draft.new_id());
    let mut task = named.clone();
    task.id = id;
    task.case_id = Some(case.id);
    task.unit = Some(unit);
    task.state = TaskState::Accepted;
    task.self_made = true;
    task.by_hand = false;
    task.beside = Some(named.id);
    task.made_at = draft.now();
    task.accepted_at = Some(draft.happened_at());
    task.offered_until = None;
    task.departed_at = None;
    task.arrived_at = None;
    task.ended_at = None;
    task.return_reason = None;
    task.amended_seq = None;
    task.outcomes = Vec::new();
    task.reasons = Vec::new();
    draft.push(Event::TaskOffered {
        task: Box::new(task),
    });
    draft.concern(case.id);
    draft
        .tables
        .tasks
        .get(&id)
        .cloned()
        .ok_or_else(|| RefusalCode::Internal.into())
}
