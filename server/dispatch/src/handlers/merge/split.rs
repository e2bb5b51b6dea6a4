//! Decides a split: the named sightings move, with the subjects that only they brought and what was made for them, to a
//! case of their own or to another one. A new case counts from the split.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::{Case, CaseState, HumanGrade, Subject};
use model::event::Event;
use model::grade::Tier;
use model::id::{CaseId, EscalationId, RecordId, SightingId, TaskId};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::Sighting;
use model::task::Task;
use model::time::Instant;
use policy::action::Action;
use uuid::Uuid;

use super::pairing;
use super::sides::{
    grade, locate, move_contacts, only_brought_by, outcome_from, own_deadlines, set_state, state_of,
};
use crate::draft::Draft;
use crate::handlers::form::{check_entries, check_text};
use crate::handlers::sighting::{bare_case, comparing::n_people_of, follow_up, people};
use crate::handlers::task::follow_up::becomes;
use crate::rights::permit_case;
use crate::settle::grade::judge::colour_for;
use crate::settle::grade::{amend_tasks, ladders};

/// Splits sightings off.
///
/// # Errors
/// `not_found` and the refusals of rights; `not_of_this_case` for sightings that are not the case's own;
/// `out_of_range` when none or all are named; `cannot_merge`, `drill_does_not_mix`, `case_already_closed` for the other
/// case.
pub(crate) fn split(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    sightings: &[SightingId],
    to_case: Option<CaseId>,
    reason: &str,
) -> Result<(), Refusal> {
    let from = draft.root(case_id)?;
    permit_case(draft, &from, Action::CaseSplit)?;
    check_text(reason, "/reason")?;
    check_entries(sightings.len(), "/sightings")?;
    let named = named(draft, &from, sightings)?;
    let to = match to_case {
        Some(id) => Some(target(draft, &from, id)?),
        None => None,
    };
    draft.check_seen(&from)?;
    draft.heading.drill |= from.drill;
    make(draft, &from, to.as_deref(), &named, reason);
    Ok(())
}

/// The sightings that move, in the order in which they were accepted.
fn named(
    draft: &Draft<'_, '_>,
    from: &Case,
    ids: &[SightingId],
) -> Result<Vec<Arc<Sighting>>, Refusal> {
    let mut named: Vec<Arc<Sighting>> = Vec::with_capacity(ids.len());
    for (i, id) in ids.iter().enumerate() {
        let own = draft
            .tables
            .sightings
            .get(id)
            .filter(|_| from.sightings.contains(id) && named.iter().all(|s| s.id != *id));
        match own {
            Some(sighting) => named.push(Arc::clone(sighting)),
            None => {
                return Err(Refusal::new(RefusalCode::NotOfThisCase).at(format!("/sightings/{i}")));
            }
        }
    }
    if named.is_empty() || from.sightings.len() == named.len() {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/sightings"));
    }
    named.sort_by_key(|s| (s.accepted_at, s.id));
    Ok(named)
}

fn target(draft: &Draft<'_, '_>, from: &Case, id: CaseId) -> Result<Arc<Case>, Refusal> {
    let to = draft.root(id)?;
    permit_case(draft, &to, Action::CaseSplit)?;
    let refused = |code: RefusalCode| Err(Refusal::new(code).at("/to_case"));
    if to.id == from.id || to.history || from.history {
        return refused(RefusalCode::CannotMerge);
    }
    if to.drill != from.drill {
        return refused(RefusalCode::DrillDoesNotMix);
    }
    if to.state == CaseState::Closed {
        return refused(RefusalCode::CaseAlreadyClosed);
    }
    Ok(to)
}

/// What was made for the sightings that move: in the same moment as one of them, and with none that stays.
struct MadeFor {
    tasks: Vec<TaskId>,
    escalations: Vec<EscalationId>,
}

fn made_for(draft: &Draft<'_, '_>, from: &Case, named: &[Arc<Sighting>]) -> MadeFor {
    let moved: BTreeSet<SightingId> = named.iter().map(|s| s.id).collect();
    let staying: BTreeSet<Instant> = from
        .sightings
        .iter()
        .filter(|id| !moved.contains(id))
        .filter_map(|id| draft.tables.sightings.get(id))
        .map(|s| s.accepted_at)
        .collect();
    let moments: BTreeSet<Instant> = named
        .iter()
        .map(|s| s.accepted_at)
        .filter(|at| !staying.contains(at))
        .collect();
    let tasks = from
        .tasks
        .iter()
        .filter(|id| {
            draft
                .tables
                .tasks
                .get(*id)
                .is_some_and(|task| moments.contains(&task.made_at))
        })
        .copied()
        .collect();
    let escalations = from
        .escalations
        .iter()
        .filter(|id| {
            draft
                .tables
                .escalations
                .get(*id)
                .is_some_and(|escalation| moments.contains(&escalation.opened_at))
        })
        .copied()
        .collect();
    MadeFor { tasks, escalations }
}

fn make(
    draft: &mut Draft<'_, '_>,
    from: &Case,
    to: Option<&Case>,
    named: &[Arc<Sighting>],
    reason: &str,
) {
    let made = made_for(draft, from, named);
    let ids: BTreeSet<SightingId> = named.iter().map(|s| s.id).collect();
    let going: Vec<Subject> = from
        .subjects
        .iter()
        .filter(|s| !s.brought_by.is_empty() && s.brought_by.iter().all(|id| ids.contains(id)))
        .cloned()
        .collect();
    let mut rest = remaining(draft, from, &made, &ids);
    let mut other = match to {
        Some(to) => to.clone(),
        None => opened(draft, from, named),
    };
    receive(&mut other, named, &made, &going);
    carry(draft, from, &mut rest, &mut other, &made);
    let opened = to.is_none();
    settle_sides(draft, from, &mut rest, &mut other, opened);
    let waits = state_of(&other.subjects) == CaseState::Open;
    let known = to
        .filter(|to| to.state == CaseState::FollowUp)
        .map(|to| follow_up::Before::of(draft, to));
    let sides = [(rest.id, rest.state), (other.id, other.state)];
    let other_id = other.id;
    let moved: Vec<Uuid> = made
        .tasks
        .iter()
        .map(|id| id.0)
        .chain(made.escalations.iter().map(|id| id.0))
        .collect();
    draft.push(Event::CaseSplit {
        from: Box::new(rest),
        to: Box::new(other),
        opened,
        sightings: named.iter().map(|s| s.id).collect(),
        moved,
        reason: reason.to_owned(),
    });
    if let Some(known) = known {
        seen_there(draft, other_id, named, &known, waits);
    }
    for (id, state) in sides {
        if state == CaseState::Open {
            becomes(draft, id);
        }
        amend_tasks(draft, id, "case.split");
        draft.concern(id);
    }
    draft.hands_changed = true;
}

/// What the named sightings leave behind.
fn remaining(
    draft: &Draft<'_, '_>,
    from: &Case,
    made: &MadeFor,
    ids: &BTreeSet<SightingId>,
) -> Case {
    let mut rest = from.clone();
    rest.sightings.retain(|id| !ids.contains(id));
    rest.tasks.retain(|id| !made.tasks.contains(id));
    rest.escalations.retain(|id| !made.escalations.contains(id));
    // A visit that goes with the other side was made for it: the plan that stays waits for one of its own.
    if let Some(plan) = &mut rest.revisit
        && plan.task_id.is_some_and(|id| made.tasks.contains(&id))
    {
        plan.task_id = None;
    }
    let staying: BTreeSet<SightingId> = draft
        .tables
        .sightings_of(from.id)
        .into_iter()
        .map(|s| s.id)
        .filter(|id| !ids.contains(id))
        .collect();
    rest.subjects = only_brought_by(&from.subjects, &staying);
    let tasks = tasks_without(draft, from.id, &made.tasks);
    for subject in &mut rest.subjects {
        let gone = subject
            .outcome
            .as_ref()
            .and_then(|outcome| outcome.task_id)
            .is_some_and(|id| made.tasks.contains(&id));
        if gone {
            let own = outcome_from(draft, from, &tasks, subject.n, None);
            subject.n_not_found = own.as_ref().map_or(0, |(_, n)| *n);
            subject.outcome = own.map(|(outcome, _)| outcome);
        }
    }
    for sighting in staying
        .iter()
        .filter_map(|id| draft.tables.sightings.get(id))
    {
        let record = RecordId::from(sighting.id);
        rest.subjects = people::brought(&rest.subjects, sighting.id, record, n_people_of(sighting));
    }
    let calls = |id: &SightingId| {
        draft
            .tables
            .sightings
            .get(id)
            .map(|s| s.emergency_calls_made.clone())
            .unwrap_or_default()
    };
    let taken: Vec<_> = ids.iter().flat_map(calls).collect();
    rest.emergency_calls.retain(|call| !taken.contains(call));
    rest
}

fn tasks_without(draft: &Draft<'_, '_>, root: CaseId, without: &[TaskId]) -> Vec<Arc<Task>> {
    draft
        .tables
        .tasks_of(root)
        .into_iter()
        .filter(|task| !without.contains(&task.id))
        .cloned()
        .collect()
}

/// A new case for the sightings. Grade and deadlines are judged when it has them.
fn opened(draft: &mut Draft<'_, '_>, from: &Case, named: &[Arc<Sighting>]) -> Case {
    let policy = draft.policy_of(from);
    let jurisdiction = named
        .last()
        .map_or_else(|| from.jurisdiction.clone(), |s| s.jurisdiction.clone());
    let area = colour_for(&draft.tables, &jurisdiction.code);
    let deadlines = ladders(&policy, from.grade.priority.value, area, draft.now());
    Case {
        policy_id: from.policy_id.clone(),
        drill: from.drill,
        tier_reached: Tier::Three,
        human: HumanGrade::default(),
        ..bare_case(draft, from.grade.clone(), jurisdiction, deadlines)
    }
}

/// Puts what moves into the other case.
fn receive(other: &mut Case, named: &[Arc<Sighting>], made: &MadeFor, going: &[Subject]) {
    let known = other.subjects.clone();
    if let Ok(pairs) = pairing::pairs(going, &known, &[]) {
        other.subjects = pairing::joined(going, &known, &pairs);
    }
    for sighting in named {
        let record = RecordId::from(sighting.id);
        other.subjects =
            people::brought(&other.subjects, sighting.id, record, n_people_of(sighting));
        other.sightings.push(sighting.id);
        other
            .emergency_calls
            .extend(sighting.emergency_calls_made.iter().cloned());
    }
    other.tasks.extend(&made.tasks);
    other.escalations.extend(&made.escalations);
}

/// Takes along what came of the tasks that move: the outcomes of the people that both cases are about now, and when
/// they were met.
fn carry(draft: &Draft<'_, '_>, from: &Case, rest: &mut Case, other: &mut Case, made: &MadeFor) {
    let going: Vec<Arc<Task>> = made
        .tasks
        .iter()
        .filter_map(|id| draft.tables.tasks.get(id).cloned())
        .collect();
    let staying = tasks_without(draft, from.id, &made.tasks);
    let moved: BTreeSet<SightingId> = other.sightings.iter().copied().collect();
    let shared = from.subjects.iter().filter(|subject| {
        let brought = |id: &SightingId| moved.contains(id);
        subject.brought_by.iter().any(brought) && !subject.brought_by.iter().all(brought)
    });
    let waiting = other.subjects.iter_mut().filter(|s| s.outcome.is_none());
    for (subject, was) in waiting.zip(shared) {
        if let Some((outcome, n_not_found)) = outcome_from(draft, from, &going, was.n, None) {
            subject.outcome = Some(outcome);
            subject.n_not_found = n_not_found;
        }
    }
    move_contacts(rest, other, &going, &staying);
}

/// Where both are, how grave, in which state, by when.
fn settle_sides(
    draft: &mut Draft<'_, '_>,
    from: &Case,
    rest: &mut Case,
    other: &mut Case,
    opened: bool,
) {
    let own = |side: &Case| -> Vec<Arc<Sighting>> {
        let mut all: Vec<Arc<Sighting>> = side
            .sightings
            .iter()
            .filter_map(|id| draft.tables.sightings.get(id).cloned())
            .collect();
        all.sort_by_key(|s| (s.accepted_at, s.id));
        all
    };
    let (staying, going) = (own(rest), own(other));
    locate(&draft.tables, rest, &staying);
    locate(&draft.tables, other, &going);
    set_state(rest, &from.subjects);
    let mut scratch = draft.tables.clone();
    scratch.put_case(rest.clone());
    scratch.put_case(other.clone());
    let policies = [draft.policy_of(rest), draft.policy_of(other)];
    let [policy_rest, policy_other] = policies;
    grade(draft, &scratch, &policy_rest, rest);
    grade(draft, &scratch, &policy_other, other);
    let now = draft.now();
    let reopened = rest.state == CaseState::Open && from.state != CaseState::Open;
    let lost_task = rest.tasks.len() < from.tasks.len();
    if reopened || rest.state == CaseState::Open && lost_task {
        let tasks: Vec<Arc<Task>> = rest
            .tasks
            .iter()
            .filter_map(|id| scratch.tasks.get(id).cloned())
            .collect();
        rest.deadlines = own_deadlines(&scratch, &policy_rest, rest, &tasks, now);
    }
    if opened {
        let area = colour_for(&scratch, &other.jurisdiction.code);
        other.deadlines = ladders(&policy_other, other.grade.priority.value, area, now);
        let tasks: Vec<Arc<Task>> = other
            .tasks
            .iter()
            .filter_map(|id| scratch.tasks.get(id).cloned())
            .collect();
        other.deadlines = own_deadlines(&scratch, &policy_other, other, &tasks, now);
    }
}

/// Sightings that came to a case in follow-up do what a new sighting does there; somebody without an outcome opens it.
fn seen_there(
    draft: &mut Draft<'_, '_>,
    other: CaseId,
    named: &[Arc<Sighting>],
    known: &follow_up::Before,
    waits: bool,
) {
    let Ok(case) = draft.root(other) else {
        return;
    };
    if waits {
        let policy = draft.policy_of(&case);
        let area = colour_for(&draft.tables, &case.jurisdiction.code);
        let deadlines = ladders(&policy, case.grade.priority.value, area, draft.now());
        let reason = Reason::new("split/somebody_waits", policy.id());
        follow_up::open_again(draft, &case, reason, deadlines, |_| false);
        return;
    }
    for sighting in named {
        follow_up::seen_again(draft, case.id, sighting.id, known);
    }
}
