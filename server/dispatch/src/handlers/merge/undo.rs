//! Decides the undo of a merge: each sighting, task and escalation returns, with whatever was recorded on it, to the
//! case it was made for; only what was newly made while merged stays, unless it is named.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::{Alone, Case, CaseState, HumanDecision, HumanGrade, Subject};
use model::deadline::CaseDeadlines;
use model::event::Event;
use model::grade::Tier;
use model::id::{CaseId, EscalationId, SightingId, TaskId};
use model::refusal::{Refusal, RefusalCode};
use model::task::Task;
use model::time::Instant;
use policy::action::Action;
use uuid::Uuid;

use super::sides::{
    grade, last_contact, locate, met_by, only_brought_by, outcome_from, outcome_times,
    own_deadlines, set_state,
};
use super::{earlier, known, refuse_merged};
use crate::draft::Draft;
use crate::handlers::form::{check_entries, check_text};
use crate::handlers::sighting::people::{n_subjects, new_subject, next_number};
use crate::handlers::task::follow_up::becomes;
use crate::rights::permit_case;
use crate::settle::grade::amend_tasks;
use crate::tables::Tables;

/// Gives a merged case back.
///
/// # Errors
/// `not_found` and the refusals of rights; `not_merged` when the case is not part of this survivor; `case_merged` when
/// the survivor itself is part of another; `not_of_this_case` for named things that were not made while merged.
pub(crate) fn unmerge(
    draft: &mut Draft<'_, '_>,
    survivor_id: CaseId,
    case_id: CaseId,
    take: &[Uuid],
    reason: &str,
) -> Result<(), Refusal> {
    let survivor = known(draft, survivor_id)?;
    permit_case(draft, &survivor, Action::CaseUnmerge)?;
    let case = known(draft, case_id)?;
    check_text(reason, "/reason")?;
    check_entries(take.len(), "/take")?;
    refuse_merged(&survivor)?;
    if case.merged_into != Some(survivor.id) {
        return Err(Refusal::new(RefusalCode::NotMerged).at("/case_id"));
    }
    draft.check_seen(&survivor)?;
    let merged_at = case.merge.as_ref().map_or(case.opened_at, |link| link.at);
    let moved = Moved::of(draft, &survivor, take, merged_at)?;
    draft.heading.drill |= survivor.drill;
    undo(draft, &survivor, &case, &moved, reason);
    Ok(())
}

/// What was made while merged and is named to go with the case that is given back.
#[derive(Default)]
struct Moved {
    sightings: Vec<SightingId>,
    tasks: Vec<TaskId>,
    escalations: Vec<EscalationId>,
}

impl Moved {
    fn of(
        draft: &Draft<'_, '_>,
        survivor: &Case,
        take: &[Uuid],
        merged_at: Instant,
    ) -> Result<Self, Refusal> {
        let mut moved = Self::default();
        for (i, id) in take.iter().enumerate() {
            let (sighting, task, escalation) = (SightingId(*id), TaskId(*id), EscalationId(*id));
            let tables = &draft.tables;
            let newer = |at: Option<Instant>| at.is_some_and(|at| at >= merged_at);
            if survivor.sightings.contains(&sighting)
                && newer(tables.sightings.get(&sighting).map(|s| s.accepted_at))
            {
                moved.sightings.push(sighting);
            } else if survivor.tasks.contains(&task)
                && newer(tables.tasks.get(&task).map(|t| t.made_at))
            {
                moved.tasks.push(task);
            } else if survivor.escalations.contains(&escalation)
                && newer(tables.escalations.get(&escalation).map(|e| e.opened_at))
            {
                moved.escalations.push(escalation);
            } else {
                return Err(Refusal::new(RefusalCode::NotOfThisCase).at(format!("/take/{i}")));
            }
        }
        Ok(moved)
    }

    fn ids(&self) -> Vec<Uuid> {
        self.sightings
            .iter()
            .map(|id| id.0)
            .chain(self.tasks.iter().map(|id| id.0))
            .chain(self.escalations.iter().map(|id| id.0))
            .collect()
    }
}

/// What one side has, with everything that is still merged into it.
struct Side {
    case: Case,
    sightings: BTreeSet<SightingId>,
    tasks: Vec<Arc<Task>>,
}

fn undo(draft: &mut Draft<'_, '_>, survivor: &Case, case: &Case, moved: &Moved, reason: &str) {
    let now = draft.now();
    let policy_rest = draft.policy_of(survivor);
    let policy_back = draft.policy_of(case);
    let (mut rest, mut back) = separated(draft, survivor, case, moved);
    let (rest_subjects, back_subjects) = subjects(draft, survivor, case, &rest, &back);
    rest.case.subjects = rest_subjects;
    back.case.subjects = back_subjects;
    contacts(survivor, case, &mut rest, &mut back);
    let planned = rest.case.revisit.as_ref().and_then(|plan| plan.task_id);
    if planned.is_some_and(|id| back.tasks.iter().any(|task| task.id == id))
        && rest.case.state == CaseState::FollowUp
    {
        // The visit that was its next one goes: the next is planned anew.
        rest.case.state = CaseState::Open;
        rest.case.revisit = None;
    }
    set_state(&mut rest.case, &survivor.subjects);
    set_state(&mut back.case, &case.subjects);

    let mut scratch = draft.tables.clone();
    for side in [&mut rest, &mut back] {
        let sightings: Vec<_> = side
            .sightings
            .iter()
            .filter_map(|id| draft.tables.sightings.get(id).cloned())
            .collect();
        let mut sightings = sightings;
        sightings.sort_by_key(|s| (s.accepted_at, s.id));
        locate(&draft.tables, &mut side.case, &sightings);
    }
    scratch.put_case(rest.case.clone());
    scratch.put_case(back.case.clone());
    grade(draft, &scratch, &policy_rest, &mut rest.case);
    grade(draft, &scratch, &policy_back, &mut back.case);
    for (side, policy) in [(&mut rest, &policy_rest), (&mut back, &policy_back)] {
        if side.case.state == CaseState::Open {
            side.case.deadlines = own_deadlines(&scratch, policy, &side.case, &side.tasks, now);
        }
    }
    let sides = [
        (rest.case.id, rest.case.state),
        (back.case.id, back.case.state),
    ];
    draft.push(Event::CasesUnmerged {
        survivor: Box::new(rest.case),
        case: Box::new(back.case),
        moved: moved.ids(),
        reason: reason.to_owned(),
    });
    for (id, state) in sides {
        if state == CaseState::Open {
            becomes(draft, id);
        }
        amend_tasks(draft, id, "case.unmerged");
        draft.concern(id);
    }
    draft.hands_changed = true;
}

/// Takes the two apart: who has which sightings and tasks, and the tier and decisions that the survivor had alone.
fn separated(draft: &Draft<'_, '_>, survivor: &Case, case: &Case, moved: &Moved) -> (Side, Side) {
    let tables = &draft.tables;
    let mut back = case.clone();
    back.merged_into = None;
    back.merge = None;
    back.sightings.extend(&moved.sightings);
    back.tasks.extend(&moved.tasks);
    back.escalations.extend(&moved.escalations);
    let mut rest = survivor.clone();
    rest.members.retain(|id| *id != case.id);
    rest.sightings.retain(|id| !moved.sightings.contains(id));
    rest.tasks.retain(|id| !moved.tasks.contains(id));
    rest.escalations
        .retain(|id| !moved.escalations.contains(id));
    if let Some(alone) = &survivor.alone {
        rest.tier_reached = tier_alone(survivor, alone);
        rest.human = human_alone(survivor, alone, case);
        rest.deadlines = deadlines_alone(tables, survivor, alone, case);
    }
    if rest.members.is_empty() {
        rest.alone = None;
    }
    let (mut back_sightings, mut back_tasks) = (BTreeSet::new(), BTreeSet::new());
    for member in tables.group(case.id) {
        back_sightings.extend(member.sightings.iter().copied());
        back_tasks.extend(member.tasks.iter().copied());
    }
    back_sightings.extend(moved.sightings.iter().copied());
    back_tasks.extend(moved.tasks.iter().copied());
    let (back_work, rest_work): (Vec<Arc<Task>>, Vec<Arc<Task>>) = tables
        .tasks_of(survivor.id)
        .into_iter()
        .cloned()
        .partition(|task| back_tasks.contains(&task.id));
    let rest_sightings = tables
        .sightings_of(survivor.id)
        .into_iter()
        .map(|s| s.id)
        .filter(|id| !back_sightings.contains(id))
        .collect();
    for kind in CaseDeadlines::LADDERS {
        if let Some(ladder) = rest.deadlines.get_mut(kind) {
            ladder.met_at = ladder.met_at.or(met_by(&rest_work, kind));
        }
    }
    (
        Side {
            case: rest,
            sightings: rest_sightings,
            tasks: rest_work,
        },
        Side {
            case: back,
            sightings: back_sightings,
            tasks: back_work,
        },
    )
}

/// The tier that the survivor had reached itself: what it had before the first merge, and what its ladders raised
/// since, for those were its own.
fn tier_alone(survivor: &Case, alone: &Alone) -> Tier {
    survivor
        .timeline
        .iter()
        .filter(|entry| entry.seq > alone.seq)
        .fold(alone.tier_reached, |tier, entry| {
            let told = entry
                .facts
                .get("tier")
                .and_then(serde_json::Value::as_u64)
                .and_then(|n| Tier::from_number(u8::try_from(n).ok()?));
            let by_ladder = entry
                .reasons
                .iter()
                .any(|reason| reason.rule == "deadline/step");
            match (entry.kind.as_str(), told) {
                ("case.tier_raised", Some(told)) if by_ladder => tier.max(told),
                ("case.tier_lowered", Some(told)) => tier.min(told),
                _ => tier,
            }
        })
}

/// The ladders of the survivor and of what is still merged into it; steps that fired while merged stay fired. A survivor
/// that was opened again since keeps the ladders of then.
fn deadlines_alone(tables: &Tables, survivor: &Case, alone: &Alone, case: &Case) -> CaseDeadlines {
    let reopened = survivor
        .timeline
        .iter()
        .any(|entry| entry.seq > alone.seq && entry.kind == "case.reopened");
    if reopened && !opened_by_merge(survivor, case) {
        return survivor.deadlines.clone();
    }
    let mut deadlines = alone.deadlines.clone();
    let others = survivor.members.iter().filter(|id| **id != case.id);
    let open = others
        .filter_map(|id| tables.cases.get(id))
        .filter(|member| member.state == CaseState::Open);
    for member in open {
        for kind in CaseDeadlines::LADDERS {
            if let (Some(ladder), Some(other)) =
                (deadlines.get_mut(kind), member.deadlines.get(kind))
            {
                *ladder = earlier(other, ladder);
            }
        }
    }
    for kind in CaseDeadlines::LADDERS {
        let (Some(ladder), Some(ran)) = (deadlines.get_mut(kind), survivor.deadlines.get(kind))
        else {
            continue;
        };
        let while_merged = |at: &Instant| *at >= alone.at;
        ladder.missed_at = ladder.missed_at.or(ran.missed_at.filter(while_merged));
        for (step, fired) in ladder.steps.iter_mut().zip(&ran.steps) {
            step.fired_at = step.fired_at.or(fired.fired_at.filter(while_merged));
        }
    }
    deadlines
}

/// What named people decided about the survivor itself: before the first merge, and by name since; not what came with
/// the case that is given back.
fn human_alone(survivor: &Case, alone: &Alone, case: &Case) -> HumanGrade {
    fn own<T: Clone + PartialEq>(
        now: Option<&HumanDecision<T>>,
        alone: Option<&HumanDecision<T>>,
        theirs: Option<&HumanDecision<T>>,
        since: Instant,
    ) -> Option<HumanDecision<T>> {
        let now = now?;
        if now.at > since && Some(now) != theirs {
            Some(now.clone())
        } else {
            alone.cloned()
        }
    }
    let (now, had, theirs) = (&survivor.human, &alone.human, &case.human);
    HumanGrade {
        priority: own(
            now.priority.as_ref(),
            had.priority.as_ref(),
            theirs.priority.as_ref(),
            alone.at,
        ),
        warning_level: own(
            now.warning_level.as_ref(),
            had.warning_level.as_ref(),
            theirs.warning_level.as_ref(),
            alone.at,
        ),
        tier: own(
            now.tier.as_ref(),
            had.tier.as_ref(),
            theirs.tier.as_ref(),
            alone.at,
        ),
    }
}

/// The subjects of both sides, each with the outcomes of its own tasks.
fn subjects(
    draft: &Draft<'_, '_>,
    survivor: &Case,
    case: &Case,
    rest: &Side,
    back: &Side,
) -> (Vec<Subject>, Vec<Subject>) {
    let none = Vec::new();
    let pairs = case.merge.as_ref().map_or(&none, |link| &link.pairs);
    let merged_at = case.merge.as_ref().map(|link| link.at);
    let is_back = |subject: &Subject| {
        subject
            .outcome
            .as_ref()
            .and_then(|outcome| outcome.task_id)
            .is_some_and(|id| back.tasks.iter().any(|task| task.id == id))
    };

    let mut of_rest = only_brought_by(&survivor.subjects, &rest.sightings);
    let opened_by_merge = opened_by_merge(survivor, case);
    for subject in &mut of_rest {
        if subject.outcome.is_none() && opened_by_merge {
            let had = survivor.alone.iter().flat_map(|alone| &alone.outcomes);
            subject.outcome = had
                .rev()
                .find(|(n, _)| *n == subject.n)
                .map(|(_, outcome)| outcome.clone());
            subject.n_not_found = outcome_from(draft, survivor, &rest.tasks, subject.n, None)
                .map_or(0, |(_, n_not_found)| n_not_found);
        }
        if is_back(subject) {
            let own = outcome_from(draft, survivor, &rest.tasks, subject.n, None);
            subject.n_not_found = own.as_ref().map_or(0, |(_, n)| *n);
            subject.outcome = own.map(|(outcome, _)| outcome);
        }
        let partner = pairs
            .iter()
            .find(|(_, n)| *n == subject.n)
            .and_then(|(own, _)| case.subjects.iter().find(|s| s.n == *own));
        let given = partner.and_then(|partner| partner.person_id);
        let had = survivor.alone.as_ref().is_some_and(|alone| {
            subject
                .person_id
                .is_some_and(|person| alone.persons.contains(&(subject.n, person)))
        });
        if given.is_some() && subject.person_id == given && !had {
            subject.person_id = None;
        }
    }

    let mut of_back: Vec<Subject> = Vec::new();
    for own in &case.subjects {
        let mut subject = own.clone();
        let paired = pairs
            .iter()
            .find(|(n, _)| *n == own.n)
            .and_then(|(_, n)| survivor.subjects.iter().find(|s| s.n == *n));
        if let Some(paired) = paired {
            if is_back(paired) {
                subject.outcome.clone_from(&paired.outcome);
                subject.n_not_found = paired.n_not_found;
            } else if let Some((outcome, n)) =
                outcome_from(draft, case, &back.tasks, paired.n, merged_at)
            {
                subject.outcome = Some(outcome);
                subject.n_not_found = n;
            }
            let only_ours = paired
                .brought_by
                .iter()
                .all(|id| back.sightings.contains(id));
            if only_ours && !paired.brought_by.is_empty() {
                subject.person_id = paired.person_id;
            }
        }
        of_back.push(subject);
    }
    for extra in only_brought_by(&survivor.subjects, &back.sightings) {
        if pairs.iter().any(|(_, n)| *n == extra.n) || extra.brought_by.is_empty() {
            continue;
        }
        let n = next_number(&of_back);
        of_back.push(Subject { n, ..extra });
    }
    (or_one(of_rest), or_one(of_back))
}

/// Whether the survivor was last opened again by what the merged case brought, and by nothing since.
fn opened_by_merge(survivor: &Case, case: &Case) -> bool {
    let merged_at = case.merge.as_ref().map(|link| link.at);
    survivor
        .timeline
        .iter()
        .rev()
        .find(|entry| entry.kind == "case.reopened")
        .is_some_and(|entry| Some(entry.at) == merged_at)
}

/// A case is about somebody: a side whose people were all somebody else's keeps one of whom nothing is known.
fn or_one(mut subjects: Vec<Subject>) -> Vec<Subject> {
    if subjects.is_empty() {
        subjects.extend((1..=n_subjects(1)).map(|n| new_subject(n, None)));
    }
    subjects
}

/// When help was declined and when somebody was last met, each on the side whose task it was.
fn contacts(survivor: &Case, case: &Case, rest: &mut Side, back: &mut Side) {
    let theirs = outcome_times(&back.tasks);
    let ours = outcome_times(&rest.tasks);
    let only_theirs = |at: &Instant| theirs.contains(at) && !ours.contains(at);
    let returned: Vec<Instant> = survivor
        .refused_at
        .iter()
        .copied()
        .filter(|at| theirs.contains(at) && !case.refused_at.contains(at))
        .collect();
    rest.case.refused_at.retain(|at| !only_theirs(at));
    back.case.refused_at.extend(returned);
    if survivor.last_contact_at.as_ref().is_some_and(only_theirs) {
        rest.case.last_contact_at = last_contact(&rest.tasks);
    }
    back.case.last_contact_at = case.last_contact_at.max(last_contact(&back.tasks));
}
