//! Work for hands: which case needs a visit, what is not needed any more, and the offers that follow (`offer`), to whom
//! (`hands`). Looks at the state and pushes what is missing.

pub(crate) mod hands;
mod offer;

use std::sync::Arc;

use model::case::{Case, CaseState};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::id::{CaseId, NoticeId, TaskId};
use model::reason::Reason;
use model::task::{Task, TaskKind, TaskState};

use policy::deadline::lengths;

use crate::draft::Draft;
use crate::settle::grade::judge::colour_for;

pub(crate) use offer::{offer_to, offer_waiting};

/// Whether a task sends somebody to the people of a case.
pub(crate) const fn is_visit(kind: TaskKind) -> bool {
    match kind {
        TaskKind::Visit | TaskKind::Revisit | TaskKind::WelfareCheck => true,
        TaskKind::HandOver | TaskKind::OpenShelter => false,
    }
}

/// The visits of a group that are not over.
pub(crate) fn live_visits(draft: &Draft<'_, '_>, root: CaseId) -> Vec<Arc<Task>> {
    draft
        .tables
        .tasks_of(root)
        .into_iter()
        .filter(|task| is_visit(task.kind) && !task.state.is_over())
        .cloned()
        .collect()
}

/// Whether a visit of the group is wanted already in this decision.
pub(crate) fn is_wanted(draft: &Draft<'_, '_>, root: CaseId) -> bool {
    draft.wanted.iter().any(|task| {
        task.case_id
            .and_then(|id| draft.tables.root(id))
            .is_some_and(|case| case.id == root)
    })
}

/// A visit that nobody has yet. Its deadlines are those of the case; a revisit has the time when it is due.
pub(crate) fn new_visit(draft: &mut Draft<'_, '_>, case: &Case) -> Task {
    let next_due = case
        .revisit
        .as_ref()
        .and_then(|plan| plan.due.get(plan.n_done).copied());
    let (kind, acknowledge_by, on_site_by, outcome_by) = match case.state {
        CaseState::Open | CaseState::Closed => (
            TaskKind::Visit,
            Some(case.deadlines.acknowledge.by),
            Some(case.deadlines.on_site.by),
            Some(case.deadlines.outcome.by),
        ),
        CaseState::FollowUp => {
            let look = case.revisit.as_ref().is_some_and(|plan| plan.look);
            let kind = if look {
                TaskKind::WelfareCheck
            } else {
                TaskKind::Revisit
            };
            (kind, None, None, next_due)
        }
    };
    Task {
        id: TaskId(draft.new_id()),
        case_id: Some(case.id),
        kind,
        jurisdiction: case.jurisdiction.code.clone(),
        unit: None,
        department: None,
        resource: None,
        state: TaskState::Waiting,
        self_made: false,
        look: kind == TaskKind::WelfareCheck,
        made_at: draft.now(),
        offered_at: None,
        offered_until: None,
        offered_before: Vec::new(),
        returned_by: Vec::new(),
        by_hand: false,
        beside: None,
        accepted_at: None,
        departed_at: None,
        arrived_at: None,
        ended_at: None,
        return_reason: None,
        acknowledge_by,
        on_site_by,
        outcome_by,
        amended_seq: None,
        outcomes: Vec::new(),
        reasons: Vec::new(),
    }
}

/// Makes the work of a task anew for another hand: what was given back, taken off or left.
pub(crate) fn want_again(draft: &mut Draft<'_, '_>, left: &Task) {
    let Some(case) = left
        .case_id
        .and_then(|id| draft.tables.root(id))
        .filter(|case| case.state != CaseState::Closed)
        .cloned()
    else {
        return;
    };
    if is_wanted(draft, case.id) || !live_visits(draft, case.id).is_empty() {
        return;
    }
    let mut task = new_visit(draft, &case);
    task.kind = left.kind;
    task.look = left.look;
    task.offered_before.clone_from(&left.offered_before);
    task.returned_by.clone_from(&left.returned_by);
    task.outcome_by = left.outcome_by;
    draft.wanted.push(task);
}

/// Draws what a case needs of hands.
pub(crate) fn settle_case(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    if case.history {
        return;
    }
    let live = live_visits(draft, case.id);
    match case.state {
        // What a closing ends is drawn in `closing`.
        CaseState::Closed => return,
        CaseState::Open => {
            let under_way = live.iter().any(|task| task.state.is_under_way());
            if under_way {
                withdraw_offers(draft, &live, "task/somebody_is_there", |_| true);
            } else if live.is_empty() && case.taken.is_none() && !is_wanted(draft, case.id) {
                let task = new_visit(draft, &case);
                draft.wanted.push(task);
            }
        }
        CaseState::FollowUp => {
            withdraw_offers(draft, &live, "task/followed_up", |kind| {
                kind == TaskKind::Visit
            });
            let lost = case
                .revisit
                .as_ref()
                .and_then(|plan| plan.task_id)
                .is_some_and(|id| {
                    draft
                        .tables
                        .tasks
                        .get(&id)
                        .is_none_or(|t| t.state.is_over())
                });
            if lost && live_visits(draft, case.id).is_empty() && !is_wanted(draft, case.id) {
                let task = new_visit(draft, &case);
                draft.wanted.push(task);
            }
        }
    }
    let live = live_visits(draft, case.id);
    shorten_offers(draft, &case, &live);
    let waiting = live
        .into_iter()
        .filter(|task| task.state == TaskState::Waiting)
        .map(|task| task.id);
    draft.reconsider.extend(waiting);
}

fn withdraw_offers(
    draft: &mut Draft<'_, '_>,
    live: &[Arc<Task>],
    rule: &str,
    of_kind: impl Fn(TaskKind) -> bool,
) {
    for task in live {
        let nobody_moves = matches!(task.state, TaskState::Waiting | TaskState::Offered);
        if nobody_moves && !task.by_hand && of_kind(task.kind) {
            withdraw(draft, task, rule);
        }
    }
}

/// Withdraws a task, tells the unit that had it, and cancels what was still to be said about it.
pub(crate) fn withdraw(draft: &mut Draft<'_, '_>, task: &Task, rule: &str) {
    let reasons = vec![Reason::new(rule, draft.policy.id())];
    let drill = hands::case_of(draft, task).map_or(draft.tables.drill, |case| case.drill);
    draft.marked(drill, |draft| {
        draft.push(Event::TaskWithdrawn {
            task_id: task.id,
            reasons,
        });
        cancel_offer_notices(draft, task);
        if let Some(unit) = task.unit.clone() {
            let to = Addressee::Unit { unit };
            tell_unit(draft, task, to, NoticeAbout::TaskChanged);
            draft.hands_changed = true;
        }
    });
}

/// An offer holds no longer than the acknowledge length that the case has now: a rise of priority or colour shortens it.
fn shorten_offers(draft: &mut Draft<'_, '_>, case: &Case, live: &[Arc<Task>]) {
    let policy = draft.policy_of(case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let latest = draft.now() + lengths(&policy, case.grade.priority.value, area).acknowledge;
    for offered in live {
        let too_long = offered.state == TaskState::Offered
            && offered.offered_until.is_some_and(|until| until > latest);
        if too_long && let Some(known) = draft.tables.tasks.get(&offered.id) {
            let mut task = (**known).clone();
            task.offered_until = Some(latest);
            draft.marked(case.drill, |draft| {
                draft.push(Event::TaskOffered {
                    task: Box::new(task),
                });
            });
        }
    }
}

/// Cancels the queued word that a task is offered.
pub(crate) fn cancel_offer_notices(draft: &mut Draft<'_, '_>, task: &Task) {
    let Some(root) = task.case_id.and_then(|id| draft.tables.root(id)) else {
        return;
    };
    let pointless: Vec<NoticeId> = draft
        .tables
        .group(root.id)
        .into_iter()
        .filter_map(|case| draft.tables.queued_of_case.get(&case.id))
        .flatten()
        .copied()
        .filter(|id| {
            draft.tables.notices.get(id).is_some_and(|notice| {
                notice.task_id == Some(task.id) && notice.about == NoticeAbout::TaskOffered
            })
        })
        .collect();
    if !pointless.is_empty() {
        draft.push(Event::NoticesCancelled { notices: pointless });
    }
}

/// Queues a word about a task.
pub(crate) fn tell_unit(
    draft: &mut Draft<'_, '_>,
    task: &Task,
    addressee: Addressee,
    about: NoticeAbout,
) {
    let mut notice = draft.notice(addressee, about);
    notice.task_id = Some(task.id);
    notice.case_id = task
        .case_id
        .and_then(|id| draft.tables.root(id))
        .map(|case| case.id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
