//! More work than hands: one word to the lead for all streets together while a P2 or P3 waits past its acknowledge time.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::Case;
use model::deadline::{Addressee, DeadlineKind, NoticeAbout};
use model::event::Event;
use model::grade::Tier;
use model::id::{CaseId, TaskId};
use policy::capacity::{capacity_repeat, is_capacity_matter};
use policy::escalation::lead;

use crate::draft::Draft;
use crate::tables::Tables;

/// Says it when the first case passes its time, and ends it when none waits any more.
pub(crate) fn settle(draft: &mut Draft<'_, '_>) {
    if draft.tables.capacity_word_at.is_some() {
        if !any_waits(draft) {
            draft.push(Event::CapacityShort {
                cases: Vec::new(),
                next_at: None,
                notice: None,
            });
        }
    } else if may_have_begun(draft) {
        say(draft);
    }
}

/// Says that hands are short, to the lead, with every case that waits; the next word comes after the repeat time.
/// Without such a case nothing is said.
pub(crate) fn say(draft: &mut Draft<'_, '_>) {
    let cases = waiting_too_long(draft);
    let Some(first) = cases.first().cloned() else {
        return;
    };
    let department = lead_of(draft, &cases, &first);
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
    let next_at = draft.now() + capacity_repeat(&draft.policy);
    draft.marked(first.drill, |draft| {
        let to = Addressee::Department { department };
        let mut notice = draft.notice(to, NoticeAbout::CapacityShort);
        notice.cases.clone_from(&ids);
        draft.push(Event::CapacityShort {
            cases: ids,
            next_at: Some(next_at),
            notice: Some(Box::new(notice)),
        });
    });
}

/// Whether any case waits past its acknowledge time for want of hands.
pub(crate) fn any_waits(draft: &Draft<'_, '_>) -> bool {
    draft
        .tables
        .waiting
        .iter()
        .any(|id| waits_too_long(&draft.tables, *id).is_some())
}

/// The cases that wait past their acknowledge time, the most urgent first, then the longest waiting. A drill is not said
/// together with real cases, and only when there are none.
fn waiting_too_long(draft: &Draft<'_, '_>) -> Vec<Arc<Case>> {
    let mut cases: Vec<Arc<Case>> = draft
        .tables
        .waiting
        .iter()
        .filter_map(|id| waits_too_long(&draft.tables, *id))
        .collect();
    if cases.iter().any(|case| !case.drill) {
        cases.retain(|case| !case.drill);
    }
    cases.sort_by_key(|case| {
        (
            case.grade.priority.value,
            case.deadlines.acknowledge.by,
            case.id,
        )
    });
    cases.dedup_by_key(|case| case.id);
    cases
}

fn waits_too_long(tables: &Tables, task_id: TaskId) -> Option<Arc<Case>> {
    let task = tables.tasks.get(&task_id)?;
    let case = tables.root(task.case_id?)?;
    let acknowledge = &case.deadlines.acknowledge;
    let missed = acknowledge.missed_at.is_some() && acknowledge.met_at.is_none();
    (missed && is_capacity_matter(case.grade.priority.value)).then(|| Arc::clone(case))
}

/// Nothing waited too long before: only what this decision did can have begun it.
fn may_have_begun(draft: &Draft<'_, '_>) -> bool {
    let mut looked_at: BTreeSet<TaskId> = BTreeSet::new();
    for new in &draft.events {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only these events can make a case wait, or miss its time while it waits"
        )]
        match &new.event {
            Event::TaskWaiting { task } => {
                looked_at.insert(task.id);
            }
            Event::OfferLapsed { task_id } => {
                looked_at.insert(*task_id);
            }
            Event::DeadlineMissed {
                case_id,
                deadline: DeadlineKind::Acknowledge,
                ..
            } => looked_at.extend(
                draft
                    .tables
                    .tasks_of(*case_id)
                    .into_iter()
                    .map(|task| task.id),
            ),
            Event::CaseLevelChanged { case_id, .. } | Event::CaseDecided { case_id, .. } => {
                looked_at.extend(
                    draft
                        .tables
                        .tasks_of(*case_id)
                        .into_iter()
                        .map(|task| task.id),
                );
            }
            _ => {}
        }
    }
    looked_at
        .into_iter()
        .filter(|id| draft.tables.waiting.contains(id))
        .any(|id| waits_too_long(&draft.tables, id).is_some())
}

/// The lead of the highest tier among the cases. The lead of one street does not speak for several.
fn lead_of(
    draft: &Draft<'_, '_>,
    cases: &[Arc<Case>],
    first: &Arc<Case>,
) -> model::id::DepartmentId {
    let highest = cases
        .iter()
        .map(|case| case.grade.tier.value)
        .max()
        .unwrap_or(Tier::Three);
    let one_street = cases
        .iter()
        .all(|case| case.jurisdiction.code == first.jurisdiction.code);
    let tier = if one_street {
        highest
    } else {
        highest.max(Tier::Two)
    };
    lead(&draft.policy, tier, &first.jurisdiction.code)
}
