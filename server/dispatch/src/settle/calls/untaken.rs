//! The cases that nobody took after the last step of a ladder: the district duty leader is called for all of them
//! together, again and again, until each is taken by an accepted task or by a named officer.

use model::case::{Case, CaseState};
use model::deadline::{CaseDeadlines, DeadlineKind, Ladder};
use model::event::Event;
use model::grade::Priority;
use model::id::CaseId;
use model::time::Instant;
use policy::deadline::{AnyP0, call_repeat};

use crate::draft::Draft;
use crate::tables::Tables;

/// Keeps the set of untaken cases and the time of the next call true for what this decision touched.
pub(crate) fn settle(draft: &mut Draft<'_, '_>, roots: &[CaseId]) {
    let mut joined: Vec<CaseId> = Vec::new();
    let mut left: Vec<CaseId> = Vec::new();
    for id in std::mem::take(&mut draft.untaken) {
        if !draft.tables.duty_call_cases.contains(&id) {
            joined.push(id);
        }
    }
    for root in roots {
        look_at_group(draft, *root, &mut joined, &mut left);
    }
    let n_after = draft.tables.duty_call_cases.len() + joined.len() - left.len();
    let next_at = next_call(draft, &joined, roots, n_after);
    if joined.is_empty() && left.is_empty() && next_at == draft.tables.duty_call_at {
        return;
    }
    draft.push(Event::DutyCallsSet {
        next_at,
        joined,
        left,
    });
}

/// A case leaves when it is taken, over, or its late deadline was met after all; a merged one gives its place to the
/// case that answers for it.
fn look_at_group(
    draft: &Draft<'_, '_>,
    root: CaseId,
    joined: &mut Vec<CaseId>,
    left: &mut Vec<CaseId>,
) {
    let tables = &draft.tables;
    let Some(case) = tables.root(root) else {
        return;
    };
    let waits = case.state == CaseState::Open
        && has_third_step_unmet(case).is_some()
        && !taken_now(draft, case);
    for member in tables.group(case.id) {
        if !tables.duty_call_cases.contains(&member.id) {
            continue;
        }
        if member.id != case.id {
            left.push(member.id);
            if waits && !tables.duty_call_cases.contains(&case.id) && !joined.contains(&case.id) {
                joined.push(case.id);
            }
        } else if !waits {
            left.push(member.id);
        }
    }
}

/// When the next call is due after this decision: the running time stays, unless a P0 brings it forward.
fn next_call(
    draft: &Draft<'_, '_>,
    joined: &[CaseId],
    roots: &[CaseId],
    n_after: usize,
) -> Option<Instant> {
    if n_after == 0 {
        return None;
    }
    let tables = &draft.tables;
    let is_p0 = |id: &CaseId| {
        tables
            .cases
            .get(id)
            .is_some_and(|case| case.grade.priority.value == Priority::P0)
    };
    let any_p0 = joined.iter().any(is_p0)
        || roots
            .iter()
            .any(|id| tables.duty_call_cases.contains(id) && is_p0(id));
    let every = call_repeat(&draft.policy, if any_p0 { AnyP0::Yes } else { AnyP0::No });
    let new = draft.now() + every;
    match tables.duty_call_at {
        None => Some(new),
        Some(running) if any_p0 => Some(running.min(new)),
        Some(running) => Some(running),
    }
}

/// Whether this decision took the case: a task was accepted, or a named officer took it.
fn taken_now(draft: &Draft<'_, '_>, case: &Case) -> bool {
    let group: Vec<CaseId> = draft.tables.group(case.id).iter().map(|c| c.id).collect();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a case is taken by these two only"
    )]
    let taken = draft.events.iter().any(|new| match &new.event {
        Event::CaseTaken { case_id, .. } => group.contains(case_id),
        Event::TaskAccepted { task_id, .. } => draft
            .tables
            .tasks
            .get(task_id)
            .and_then(|task| task.case_id)
            .is_some_and(|id| group.contains(&id)),
        _ => false,
    });
    taken
}

/// The first ladder whose last step fired and that is still not met.
pub(crate) fn has_third_step_unmet(case: &Case) -> Option<DeadlineKind> {
    CaseDeadlines::LADDERS.into_iter().find(|kind| {
        case.deadlines.get(*kind).is_some_and(|ladder| {
            ladder.met_at.is_none()
                && ladder
                    .steps
                    .last()
                    .is_some_and(|step| step.fired_at.is_some())
        })
    })
}

/// Whether somebody took the case after this deadline of it was missed: the next missed deadline starts the calls anew.
pub(crate) fn is_taken_since(tables: &Tables, case: &Case, ladder: &Ladder) -> bool {
    let missed_at = ladder.missed_at.unwrap_or(ladder.by);
    let by_officer = tables
        .group(case.id)
        .into_iter()
        .filter_map(|member| member.taken.as_ref())
        .any(|taken| taken.at >= missed_at);
    by_officer
        || tables
            .tasks_of(case.id)
            .into_iter()
            .filter(|task| task.state.is_under_way())
            .filter_map(|task| task.accepted_at)
            .any(|at| at >= missed_at)
}

/// Sorts cases by priority, then by how long they are open; unknown ones last.
pub(crate) fn most_urgent_first(tables: &Tables, cases: &mut [CaseId]) {
    cases.sort_by_key(|id| {
        let case = tables.cases.get(id);
        (
            case.is_none(),
            case.map(|c| (c.grade.priority.value, c.opened_at)),
            *id,
        )
    });
}
