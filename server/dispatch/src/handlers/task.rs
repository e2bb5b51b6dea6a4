//! Decides commands about tasks: accept, set out, arrive, give back, mark a change seen, send by hand.
//! Outcomes are in `outcome`, what becomes of the case in `follow_up`, a reporter's own visit in
//! `own_visit`, work of two on one task in `beside`.

mod beside;
pub(crate) mod follow_up;
mod outcome;
mod own_visit;
#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for the events it is about"
)]
mod tests;

use std::sync::Arc;

use model::case::CaseState;
use model::command::PersonalKind;
use model::deadline::{Addressee, DeadlineKind, NoticeAbout};
use model::event::Event;
use model::id::{CaseId, RecordId, TaskId, UnitId};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::task::{ReturnReason, Task, TaskState};
use model::time::Instant;
use policy::action::Action;
use policy::capacity::{has_room_for_offer, has_room_under_way};
use policy::deadline::lengths;
use policy::returning::{ReturnFacts, may_return};

use crate::draft::Draft;
use crate::rights::{permit_case, permit_task};
use crate::settle::grade::judge::colour_for;
use crate::settle::tasks::{self, hands};
use beside::Held;

pub(crate) use beside::is_elsewhere;
pub(crate) use outcome::{after_outcome, outcome};
pub(crate) use own_visit::own_visit;

/// "I go." The first acceptance meets the acknowledge deadline of the case.
pub(crate) fn accept(draft: &mut Draft<'_, '_>, task_id: TaskId) -> Result<(), Refusal> {
    let named = named_task(draft, task_id, Action::TaskAccept)?;
    if draft.in_sync && is_elsewhere(draft, &named) {
        let made = beside::make(draft, &named)?;
        meet(
            draft,
            &made,
            &[DeadlineKind::Acknowledge],
            draft.happened_at(),
        );
        return Ok(());
    }
    let task = accept_from(draft, named)?;
    if !draft.in_sync
        && let Some(unit) = draft.heading.actor.unit.clone()
    {
        let policy = Arc::clone(&draft.policy);
        let busy = draft.tables.units.get(&unit).is_some_and(|unit| {
            let hand = hands::Hand::of(&policy, &draft.tables, unit, draft.now());
            !has_room_under_way(&policy, hand.n_under_way)
        });
        if busy && !task.self_made {
            return Err(RefusalCode::UnitNotAvailable.into());
        }
        begin_planned_shift(draft, &unit);
    }
    if task.amended_seq.is_some() && knows_latest(draft, &task) {
        draft.push(Event::TaskSeen { task_id: task.id });
    }
    let accepted_at = not_before_made(&task, draft.happened_at());
    draft.push(Event::TaskAccepted {
        task_id: task.id,
        unit: draft.heading.actor.unit.clone(),
        accepted_at,
    });
    tasks::cancel_offer_notices(draft, &task);
    if let Some(other) = task.unit.clone()
        && Some(&other) != draft.heading.actor.unit.as_ref()
    {
        let to = Addressee::Unit { unit: other };
        tasks::tell_unit(draft, &task, to, NoticeAbout::TaskChanged);
        draft.hands_changed = true;
    }
    meet(draft, &task, &[DeadlineKind::Acknowledge], accepted_at);
    concern(draft, &task);
    Ok(())
}

/// Who may accept: the unit or department that is offered it, or, while nobody has it, a unit that was.
fn accept_from(draft: &Draft<'_, '_>, task: Arc<Task>) -> Result<Arc<Task>, Refusal> {
    match (task.state, is_mine(draft, &task)) {
        (TaskState::Offered, true) | (TaskState::Waiting, _) => Ok(task),
        (TaskState::Offered, false) if draft.in_sync => Ok(task),
        (_, false) => Err(RefusalCode::TaskNotYours.into()),
        (
            TaskState::Accepted
            | TaskState::Departed
            | TaskState::Arrived
            | TaskState::Done
            | TaskState::Returned
            | TaskState::Withdrawn,
            true,
        ) => Err(not_in_state(&task)),
    }
}

/// Set out.
pub(crate) fn depart(draft: &mut Draft<'_, '_>, task_id: TaskId) -> Result<(), Refusal> {
    let task = held_task(draft, task_id, Action::TaskDepart)?;
    if task.state != TaskState::Accepted {
        return Err(not_in_state(&task));
    }
    draft.push(Event::TaskDeparted {
        task_id: task.id,
        departed_at: not_before_made(&task, draft.happened_at()),
    });
    concern(draft, &task);
    Ok(())
}

/// There. The first arrival meets the on-site deadline of the case.
pub(crate) fn arrive(draft: &mut Draft<'_, '_>, task_id: TaskId) -> Result<(), Refusal> {
    let task = held_task(draft, task_id, Action::TaskArrive)?;
    match task.state {
        TaskState::Accepted | TaskState::Departed => {}
        TaskState::Waiting
        | TaskState::Offered
        | TaskState::Arrived
        | TaskState::Done
        | TaskState::Returned
        | TaskState::Withdrawn => return Err(not_in_state(&task)),
    }
    if task.amended_seq.is_some() && !draft.in_sync {
        return Err(Refusal::new(RefusalCode::ChangeNotSeen)
            .with("task_id", task.id.to_string())
            .with("seq", task.amended_seq.unwrap_or_default()));
    }
    let arrived_at = not_before_made(&task, draft.happened_at());
    push_arrival(draft, &task, arrived_at);
    concern(draft, &task);
    Ok(())
}

fn push_arrival(draft: &mut Draft<'_, '_>, task: &Task, arrived_at: Instant) {
    draft.push(Event::TaskArrived {
        task_id: task.id,
        arrived_at,
    });
    meet(
        draft,
        task,
        &[DeadlineKind::Acknowledge, DeadlineKind::OnSite],
        arrived_at,
    );
}

/// Given back: in the same decision it is offered to another unit or stands on the list of the street's duty.
pub(crate) fn give_back(
    draft: &mut Draft<'_, '_>,
    task_id: TaskId,
    reason: ReturnReason,
) -> Result<(), Refusal> {
    let task = named_task(draft, task_id, Action::TaskReturn)?;
    if !is_mine(draft, &task) {
        return Err(RefusalCode::TaskNotYours.into());
    }
    if !may_return(&ReturnFacts {
        reason,
        state: task.state,
        acknowledge_by: acknowledge_by(draft, &task),
        now: draft.happened_at(),
    }) {
        return Err(
            if task.state.is_over() || task.state == TaskState::Waiting {
                not_in_state(&task)
            } else {
                Refusal::new(RefusalCode::ReturnReasonNotAllowed).at("/reason")
            },
        );
    }
    return_task(draft, &task, reason);
    note(draft, &task);
    Ok(())
}

/// Puts a task back so that another hand gets it; a unit that gave it back itself does not get it again.
pub(crate) fn return_task(draft: &mut Draft<'_, '_>, task: &Task, reason: ReturnReason) {
    let drill = hands::case_of(draft, task).is_some_and(|case| case.drill);
    draft.marked(drill, |draft| {
        draft.push(Event::TaskReturned {
            task_id: task.id,
            reason,
        });
        tasks::cancel_offer_notices(draft, task);
    });
    let mut left = task.clone();
    if let Some(unit) = left.unit.clone()
        && draft.heading.actor.unit.as_ref() == Some(&unit)
    {
        left.returned_by.push(unit);
    }
    tasks::want_again(draft, &left);
    draft.hands_changed = true;
    draft.ask_again = true;
    concern(draft, task);
}

/// Until when a task may be given back as not fitting: the acknowledge length from its offer.
fn acknowledge_by(draft: &Draft<'_, '_>, task: &Task) -> Option<Instant> {
    let case = hands::case_of(draft, task)?;
    let policy = draft.policy_of(&case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let within = lengths(&policy, case.grade.priority.value, area).acknowledge;
    match task.offered_at {
        Some(offered_at) => Some(offered_at + within),
        None => task.acknowledge_by,
    }
}

/// The change was seen.
pub(crate) fn see(draft: &mut Draft<'_, '_>, task_id: TaskId) -> Result<(), Refusal> {
    let task = named_task(draft, task_id, Action::TaskSeen)?;
    if !is_mine(draft, &task) {
        return Err(RefusalCode::TaskNotYours.into());
    }
    if task.state.is_over() {
        return Err(not_in_state(&task));
    }
    draft.push(Event::TaskSeen { task_id: task.id });
    Ok(())
}

/// A named officer sends this unit: the offer of the case goes to it, or one more is made beside a unit under way.
pub(crate) fn assign(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    unit_id: &UnitId,
    reason: &str,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseAssign)?;
    draft.check_seen(&case)?;
    if case.state == CaseState::Closed {
        return Err(RefusalCode::CaseAlreadyClosed.into());
    }
    draft.heading.drill = case.drill;
    let unit = draft
        .tables
        .units
        .get(unit_id)
        .cloned()
        .ok_or_else(|| Refusal::new(RefusalCode::UnknownReference).at("/unit"))?;
    let hand = hands::Hand::of(&draft.policy, &draft.tables, &unit, draft.now());
    let live = tasks::live_visits(draft, case.id);
    let has_it = live.iter().any(|task| task.unit.as_ref() == Some(unit_id));
    if has_it
        || !hand.on_shift
        || hand.in_trouble
        || !has_room_for_offer(&draft.policy, hand.n_offered)
    {
        return Err(Refusal::new(RefusalCode::UnitNotAvailable)
            .at("/unit")
            .with("on_shift", hand.on_shift)
            .with("has_offer", hand.n_offered > 0)
            .with("has_this_task", has_it));
    }
    let open_offer = live
        .into_iter()
        .find(|task| matches!(task.state, TaskState::Waiting | TaskState::Offered));
    let mut task = match open_offer {
        Some(task) => {
            if let Some(other) = task.unit.clone() {
                draft.push(Event::OfferLapsed { task_id: task.id });
                tasks::cancel_offer_notices(draft, &task);
                let to = Addressee::Unit { unit: other };
                tasks::tell_unit(draft, &task, to, NoticeAbout::TaskChanged);
                draft.hands_changed = true;
            }
            draft
                .tables
                .tasks
                .get(&task.id)
                .map_or_else(|| (*task).clone(), |task| (**task).clone())
        }
        None => tasks::new_visit(draft, &case),
    };
    task.by_hand = true;
    task.reasons = vec![
        Reason::new("assignment/by_hand", draft.policy.id())
            .fact("unit", unit_id.as_str())
            .fact("by", draft.heading.actor.account.as_str())
            .fact("reason", reason),
    ];
    tasks::offer_to(draft, &case, task, unit_id);
    draft.concern(case.id);
    Ok(())
}

/// The task that an id names, if the actor may make the call on it.
fn named_task(
    draft: &mut Draft<'_, '_>,
    task_id: TaskId,
    action: Action,
) -> Result<Arc<Task>, Refusal> {
    let task = draft
        .tables
        .tasks
        .get(&task_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    permit_task(draft, &task, action)?;
    if let Some(case) = hands::case_of(draft, &task) {
        draft.check_seen(&case)?;
        draft.heading.drill = case.drill;
    }
    Ok(task)
}

/// The task as the actor holds it. What a unit did without signal, while another got the work, is kept beside it.
fn held_task(
    draft: &mut Draft<'_, '_>,
    task_id: TaskId,
    action: Action,
) -> Result<Arc<Task>, Refusal> {
    let named = named_task(draft, task_id, action)?;
    match beside::held(draft, &named) {
        Held::Itself => Ok(named),
        Held::Beside(own) => Ok(own),
        Held::Elsewhere if draft.in_sync => beside::make(draft, &named),
        Held::Elsewhere => Err(RefusalCode::TaskNotYours.into()),
    }
}

/// Whether the task belongs to the actor's unit or department.
fn is_mine(draft: &Draft<'_, '_>, task: &Task) -> bool {
    let actor = &draft.heading.actor;
    let by_unit = task.unit.is_some() && task.unit == actor.unit;
    by_unit
        || task
            .department
            .as_ref()
            .is_some_and(|department| actor.answers_for(department))
}

fn not_in_state(task: &Task) -> Refusal {
    Refusal::new(RefusalCode::TaskNotInState)
        .with("task_id", task.id.to_string())
        .with("state", task.state.as_str())
}

/// A device whose clock runs behind cannot have acted before the task was made.
fn not_before_made(task: &Task, at: Instant) -> Instant {
    if task.self_made {
        at
    } else {
        at.max(task.made_at)
    }
}

/// Who accepts online sees the task as it is; without signal only what the device had seen.
fn knows_latest(draft: &Draft<'_, '_>, task: &Task) -> bool {
    !draft.in_sync
        || match (draft.heading.seen_seq, task.amended_seq) {
            (Some(seen), Some(amended)) => seen >= amended,
            (None, _) | (_, None) => false,
        }
}

/// Meets deadlines of the case that are not met yet.
fn meet(draft: &mut Draft<'_, '_>, task: &Task, kinds: &[DeadlineKind], met_at: Instant) {
    let Some(case) = hands::case_of(draft, task) else {
        return;
    };
    if case.state != CaseState::Open {
        return;
    }
    let unmet: Vec<DeadlineKind> = kinds
        .iter()
        .copied()
        .filter(|kind| {
            case.deadlines
                .get(*kind)
                .is_some_and(|ladder| ladder.met_at.is_none())
        })
        .collect();
    if !unmet.is_empty() {
        draft.push(Event::DeadlineMet {
            case_id: case.id,
            deadlines: unmet,
            met_at,
        });
    }
}

fn concern(draft: &mut Draft<'_, '_>, task: &Task) {
    if let Some(case_id) = task.case_id {
        draft.concern(case_id);
    }
}

/// The note that came with a step; its text is a personal field under the command's record.
fn note(draft: &mut Draft<'_, '_>, task: &Task) {
    let Some(case) = hands::case_of(draft, task) else {
        return;
    };
    if draft.heading.personal.contains(&PersonalKind::Note) {
        draft.push(Event::CaseNoted {
            case_id: case.id,
            record: RecordId(draft.heading.command_id.0),
            task_id: Some(task.id),
            personal: draft.heading.personal.iter().copied().collect(),
        });
    }
}

/// Who takes work in planned hours has begun the shift, so that its end returns what is unfinished.
fn begin_planned_shift(draft: &mut Draft<'_, '_>, unit_id: &UnitId) {
    let runs = draft
        .tables
        .shifts
        .get(unit_id)
        .is_some_and(|shift| shift.ended_at.is_none());
    let planned = draft
        .tables
        .units
        .get(unit_id)
        .and_then(|unit| hands::planned_end(&draft.policy, unit, draft.now()));
    if let Some(ends_at) = planned
        && !runs
    {
        let shift = model::background::Shift {
            unit: unit_id.clone(),
            by: draft.heading.actor.account.clone(),
            started_at: draft.now(),
            ends_at: Some(ends_at),
            check_in_by: None,
            check_in_missed: false,
            panic_at: None,
            ended_at: None,
        };
        draft.push(Event::ShiftStarted { shift });
    }
}
