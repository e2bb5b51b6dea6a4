//! Offers: the list of what waits, in the order of the policy, to the hands that are free; a P0 may take a unit off its
//! way. What finds no hand stays on the list, owned by the street's duty.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::case::{Case, CaseState};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::Priority;
use model::id::{TaskId, UnitId};
use model::reason::Reason;
use model::task::{ReturnReason, Task, TaskKind, TaskState};
use model::time::Instant;
use policy::assignment::{Rejected, UnitFit, UnitJudgement, best_unit, rank_units};
use policy::capacity::waiting_order;
use policy::deadline::lengths;
use policy::facts::WaitingFacts;
use policy::policy::Policy;

use super::hands::{self, Hand, Measured};
use super::{cancel_offer_notices, tell_unit, want_again};
use crate::draft::Draft;
use crate::settle::grade::judge::{colour_for, signs_of};

/// Units taken off their way make new work; a decision never needs more rounds than there are units.
const ROUNDS_AT_MOST: usize = 64;

/// Work that looks for a hand.
struct Line {
    case: Arc<Case>,
    task: Task,
    /// Whether it stands on the list already.
    listed: bool,
}

/// Offers what is wanted and what waits to the hands that are free, the most urgent first.
pub(crate) fn offer_waiting(draft: &mut Draft<'_, '_>) {
    for _ in 0..ROUNDS_AT_MOST {
        let wanted = std::mem::take(&mut draft.wanted);
        let reconsidered = std::mem::take(&mut draft.reconsider);
        let whole_list = std::mem::take(&mut draft.hands_changed);
        if wanted.is_empty() && reconsidered.is_empty() && !whole_list {
            return;
        }
        let mut hands: BTreeMap<UnitId, Hand> = hands::all(draft)
            .into_iter()
            .map(|hand| (hand.unit.id.clone(), hand))
            .collect();
        let any_free = hands.values().any(|hand| hand.is_free(&draft.policy));
        let mut lines: BTreeMap<Priority, Vec<Line>> = BTreeMap::new();
        for task in wanted {
            add_line(draft, &mut lines, task, false);
        }
        // The list may be long: it is walked whole only when hands changed.
        let listed: Vec<TaskId> = if whole_list {
            draft.tables.waiting.iter().copied().collect()
        } else {
            reconsidered
                .into_iter()
                .filter(|id| draft.tables.waiting.contains(id))
                .collect()
        };
        for id in listed {
            let priority_may_go = any_free || is_danger(draft, id);
            if priority_may_go && let Some(task) = draft.tables.tasks.get(&id) {
                let task = (**task).clone();
                add_line(draft, &mut lines, task, true);
            }
        }
        for (priority, of_priority) in lines {
            offer_lines(draft, &mut hands, priority, of_priority);
        }
    }
}

fn is_danger(draft: &Draft<'_, '_>, id: TaskId) -> bool {
    draft
        .tables
        .tasks
        .get(&id)
        .and_then(|task| hands::case_of(draft, task))
        .is_some_and(|case| case.grade.priority.value == Priority::P0)
}

fn add_line(
    draft: &Draft<'_, '_>,
    lines: &mut BTreeMap<Priority, Vec<Line>>,
    task: Task,
    listed: bool,
) {
    let Some(case) = hands::case_of(draft, &task) else {
        return;
    };
    if case.state == CaseState::Closed {
        return;
    }
    lines
        .entry(case.grade.priority.value)
        .or_default()
        .push(Line { case, task, listed });
}

/// Offers the lines of one priority in their order.
fn offer_lines(
    draft: &mut Draft<'_, '_>,
    hands: &mut BTreeMap<UnitId, Hand>,
    priority: Priority,
    lines: Vec<Line>,
) {
    let policy = Arc::clone(&draft.policy);
    let may_go = |hands: &BTreeMap<UnitId, Hand>| {
        priority == Priority::P0 || hands.values().any(|hand| hand.is_free(&policy))
    };
    let lines = if may_go(hands) && lines.len() > 1 {
        in_order(draft, hands, lines)
    } else {
        lines
    };
    for mut line in lines {
        let chosen = if may_go(hands) {
            choose(draft, hands, &line)
        } else {
            None
        };
        match chosen {
            Some(judged) => {
                let unit = judged.first().map(|best| best.unit.clone());
                let taken_off = judged
                    .first()
                    .is_some_and(|best| matches!(best.fit, UnitFit::TakenOff { .. }));
                line.task.reasons = reasons_of(judged);
                if let Some(unit) = unit {
                    if taken_off {
                        take_off(draft, hands, &unit);
                    }
                    offer_to(draft, &line.case, line.task, &unit);
                    refresh(draft, hands, &unit);
                }
            }
            None if !line.listed => put_on_list(draft, &line.case, line.task),
            None => {}
        }
    }
}

/// Sorts by the order of the policy: exposure signs, waiting time, distance from the only free hand; then by id.
fn in_order(draft: &Draft<'_, '_>, hands: &BTreeMap<UnitId, Hand>, lines: Vec<Line>) -> Vec<Line> {
    let mut free = hands.values().filter(|hand| hand.is_free(&draft.policy));
    let only = match (free.next(), free.next()) {
        (Some(only), None) => draft.ctx.positions.newest(&only.unit.id),
        (Some(_), Some(_)) | (None, _) => None,
    };
    let mut keyed: Vec<(WaitingFacts, Line)> = lines
        .into_iter()
        .map(|line| {
            let signs = signs_of(&draft.tables, &draft.policy, line.case.id);
            let facts = WaitingFacts {
                priority: line.case.grade.priority.value,
                n_exposure_signs: policy::priority::n_exposure_signs(&draft.policy, &signs),
                since: waits_since(&line),
                distance_m: only
                    .zip(hands::place_of(&draft.tables, &line.case))
                    .map(|(fix, place)| place.distance_to(fix.position).as_f64()),
            };
            (facts, line)
        })
        .collect();
    keyed.sort_by(|(a, line_a), (b, line_b)| {
        waiting_order(a, b).then_with(|| line_a.task.id.cmp(&line_b.task.id))
    });
    keyed.into_iter().map(|(_, line)| line).collect()
}

/// A first visit waits since the deadlines of its case began, even when it was given back meanwhile.
fn waits_since(line: &Line) -> Instant {
    match line.task.kind {
        TaskKind::Visit => line.case.deadlines.acknowledge.from,
        TaskKind::Revisit | TaskKind::WelfareCheck | TaskKind::HandOver | TaskKind::OpenShelter => {
            line.task.made_at
        }
    }
}

/// The judgements for one line, the best first; none when nobody fits. When everybody had the offer once and let it
/// lapse, a new round begins with the next step of a ladder, the next word about hands, or the next hand that comes;
/// who gave the work back is left out for good.
fn choose(
    draft: &Draft<'_, '_>,
    hands: &BTreeMap<UnitId, Hand>,
    line: &Line,
) -> Option<Vec<UnitJudgement>> {
    let policy = draft.policy_of(&line.case);
    let fits = |judged: &[UnitJudgement]| {
        best_unit(judged).is_some_and(|best| may_leave(draft, hands, line, best))
    };
    let judged = judge_all(draft, &policy, hands, line, |task, unit| {
        task.offered_before.contains(unit) || task.returned_by.contains(unit)
    });
    if fits(&judged) {
        return Some(judged);
    }
    if line.task.offered_before.is_empty() || !a_round_begins(draft) {
        return None;
    }
    let again = judge_all(draft, &policy, hands, line, |task, unit| {
        task.returned_by.contains(unit)
    });
    fits(&again).then_some(again)
}

/// A drill takes nobody off the way to a real person.
fn may_leave(
    draft: &Draft<'_, '_>,
    hands: &BTreeMap<UnitId, Hand>,
    line: &Line,
    best: &UnitJudgement,
) -> bool {
    let taken_off = matches!(best.fit, UnitFit::TakenOff { .. });
    !taken_off
        || !line.case.drill
        || left_by(draft, hands, &best.unit).is_some_and(|left| is_drill(draft, &left))
}

fn a_round_begins(draft: &Draft<'_, '_>) -> bool {
    draft.ask_again
        || draft
            .events
            .iter()
            .any(|new| matches!(new.event, Event::LadderStepFired { .. }))
}

fn judge_all(
    draft: &Draft<'_, '_>,
    policy: &Policy,
    hands: &BTreeMap<UnitId, Hand>,
    line: &Line,
    had_it_before: impl Fn(&Task, &UnitId) -> bool,
) -> Vec<UnitJudgement> {
    let measured = Measured::by(draft);
    let facts = hands::assignment_facts(measured, &line.case, hands.values(), |unit| {
        had_it_before(&line.task, unit)
    });
    rank_units(policy, &facts)
}

/// Why this unit, and why none of the others that are on shift.
fn reasons_of(judged: Vec<UnitJudgement>) -> Vec<Reason> {
    judged
        .into_iter()
        .enumerate()
        .filter(|(place, judgement)| {
            *place == 0
                || match judgement.fit {
                    UnitFit::Rejected(why) => why != Rejected::OffShift,
                    UnitFit::Fits { .. } | UnitFit::TakenOff { .. } => false,
                }
        })
        .map(|(_, judgement)| judgement.reason)
        .collect()
}

/// Offers a task to a unit: for the acknowledge length of its case.
pub(crate) fn offer_to(draft: &mut Draft<'_, '_>, case: &Case, mut task: Task, unit: &UnitId) {
    let policy = draft.policy_of(case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let within = lengths(&policy, case.grade.priority.value, area).acknowledge;
    let now = draft.now();
    task.unit = Some(unit.clone());
    task.state = TaskState::Offered;
    task.offered_at = Some(now);
    task.offered_until = Some(now + within);
    task.amended_seq = None;
    if task.kind == TaskKind::Visit {
        let fresh = new_deadlines(case);
        (task.acknowledge_by, task.on_site_by, task.outcome_by) = fresh;
    } else {
        task.acknowledge_by = task.offered_until;
    }
    let to = Addressee::Unit { unit: unit.clone() };
    draft.marked(case.drill, |draft| {
        draft.file_for_case(case, &mut task.reasons);
        let told = task.clone();
        draft.push(Event::TaskOffered {
            task: Box::new(task),
        });
        tell_unit(draft, &told, to, NoticeAbout::TaskOffered);
    });
}

fn new_deadlines(case: &Case) -> (Option<Instant>, Option<Instant>, Option<Instant>) {
    (
        Some(case.deadlines.acknowledge.by),
        Some(case.deadlines.on_site.by),
        Some(case.deadlines.outcome.by),
    )
}

fn put_on_list(draft: &mut Draft<'_, '_>, case: &Case, mut task: Task) {
    task.unit = None;
    task.state = TaskState::Waiting;
    draft.marked(case.drill, |draft| {
        draft.file_for_case(case, &mut task.reasons);
        draft.push(Event::TaskWaiting {
            task: Box::new(task),
        });
    });
}

/// Takes a unit off its way: what it was going to returns to the list, and so does what it was offered.
fn take_off(draft: &mut Draft<'_, '_>, hands: &BTreeMap<UnitId, Hand>, unit: &UnitId) {
    let offered: Vec<Arc<Task>> = hands::tasks_of(&draft.tables, unit)
        .into_iter()
        .filter(|task| task.state == TaskState::Offered)
        .cloned()
        .collect();
    for task in offered {
        draft.marked(is_drill(draft, &task), |draft| {
            draft.push(Event::OfferLapsed { task_id: task.id });
            cancel_offer_notices(draft, &task);
        });
        draft.reconsider.insert(task.id);
    }
    let Some(left) = left_by(draft, hands, unit) else {
        return;
    };
    draft.marked(is_drill(draft, &left), |draft| {
        draft.push(Event::TaskReturned {
            task_id: left.id,
            reason: ReturnReason::EmergencyMet,
        });
        cancel_offer_notices(draft, &left);
        let to = Addressee::Unit { unit: unit.clone() };
        tell_unit(draft, &left, to, NoticeAbout::TaskChanged);
    });
    want_again(draft, &left);
}

/// What a unit would leave.
fn left_by(
    draft: &Draft<'_, '_>,
    hands: &BTreeMap<UnitId, Hand>,
    unit: &UnitId,
) -> Option<Arc<Task>> {
    let (_, id) = hands.get(unit)?.under_way?;
    draft.tables.tasks.get(&id).cloned()
}

fn is_drill(draft: &Draft<'_, '_>, task: &Task) -> bool {
    hands::case_of(draft, task).map_or(draft.tables.drill, |case| case.drill)
}

fn refresh(draft: &Draft<'_, '_>, hands: &mut BTreeMap<UnitId, Hand>, unit: &UnitId) {
    if let Some(hand) = hands.get_mut(unit) {
        *hand = Hand::of(&draft.policy, &draft.tables, &hand.unit, draft.now());
    }
}
