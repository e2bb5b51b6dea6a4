//! The next visits of a case in follow-up after a rise: by the table, counted from now, never later than before.

use model::case::{Case, CaseState, Grade, RevisitPlan};
use policy::facts::RevisitFacts;
use policy::policy::Policy;
use policy::revisit::{next_revisit, only_a_look, task_from};

use super::judge::colour_for;
use crate::draft::Draft;

/// The plan after a rise of colour or priority. A visit that is a task already stays as it is.
pub(super) fn replanned(
    draft: &Draft<'_, '_>,
    policy: &Policy,
    case: &Case,
    grade: &Grade,
) -> Option<RevisitPlan> {
    let old = case.revisit.as_ref()?;
    let next = old.due.get(old.n_done).copied();
    if case.state != CaseState::FollowUp || old.task_id.is_some() {
        return Some(old.clone());
    }
    let Some(mut plan) = by_table(draft, policy, case, grade) else {
        return Some(old.clone());
    };
    let (Some(first), Some(next)) = (plan.due.first_mut(), next) else {
        return Some(plan);
    };
    if *first >= next {
        *first = next;
        plan.task_from = Some(task_from(policy, next));
        plan.look = !case.refused_at.is_empty() && only_a_look(policy, next, &case.refused_at);
    }
    if plan.due == old.due.get(old.n_done..).unwrap_or_default() {
        return Some(old.clone());
    }
    Some(plan)
}

/// The visits by the table, counted from now, after the latest outcome that is still open.
fn by_table(
    draft: &Draft<'_, '_>,
    policy: &Policy,
    case: &Case,
    grade: &Grade,
) -> Option<RevisitPlan> {
    let (latest, n_not_found) = case
        .subjects
        .iter()
        .filter_map(|subject| Some((subject.outcome.as_ref()?, subject.n_not_found)))
        .filter(|(outcome, _)| !outcome.closing)
        .max_by_key(|(outcome, _)| outcome.at)?;
    let facts = RevisitFacts {
        now: draft.now(),
        area: colour_for(&draft.tables, &case.jurisdiction.code),
        priority: grade.priority.value,
        latest: latest.outcome.outcome,
        n_not_found,
        ever_refused: !case.refused_at.is_empty(),
        declined: case.refused_at.clone(),
        seen: draft
            .tables
            .sightings_of(case.id)
            .into_iter()
            .map(|sighting| sighting.seen_at)
            .collect(),
    };
    let verdict = next_revisit(policy, &facts);
    (!verdict.due.is_empty()).then_some(RevisitPlan {
        due: verdict.due,
        n_done: 0,
        task_from: verdict.task_from,
        look: verdict.look,
        reasons: vec![verdict.reason],
        task_id: None,
    })
}
