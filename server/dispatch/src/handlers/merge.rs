//! Decides merging: one case becomes part of another. Nothing moves home; the merged case points to its survivor, and
//! the survivor carries subjects, deadlines and grade of both. Undo and split are in `merge/undo` and `merge/split`.

mod pairing;
mod sides;
mod split;
mod undo;

use std::sync::Arc;

use model::case::{Case, CaseState, HumanDecision, HumanGrade, RevisitPlan, Subject};
use model::deadline::{CaseDeadlines, Ladder};
use model::event::Event;
use model::id::{CaseId, DepartmentId, TaskId};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::sign::Source;
use model::task::TaskState;
use policy::action::Action;

use super::form::{check_entries, check_text};
use super::sighting::follow_up::{self, Before, News};
use super::task::follow_up::becomes;
use crate::draft::Draft;
use crate::rights::permit_case;
use crate::settle::escalations::cancel_calls;
use crate::settle::grade::amend_tasks;
use crate::settle::grade::judge::signs_of;
use crate::settle::tasks::{live_visits, withdraw};

pub(crate) use split::split;
pub(crate) use undo::unmerge;

/// A merge that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Merging<'a> {
    /// The case that is merged.
    pub case_id: CaseId,
    /// Its survivor.
    pub into: CaseId,
    /// Pairs of subjects (of the merged, of the survivor); empty = n-th with n-th.
    pub same: &'a [(u32, u32)],
    /// Why.
    pub reason: &'a str,
}

/// Merges a case into another by the decision of a named person.
///
/// # Errors
/// `not_found` and the refusals of rights; `case_merged`, `case_changed`, `text_length`; as [`merge_cases`].
pub(crate) fn merge(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    into: CaseId,
    same: &[(u32, u32)],
    reason: &str,
) -> Result<(), Refusal> {
    let case = known(draft, case_id)?;
    let survivor = draft.root(into)?;
    permit_case(draft, &case, Action::CaseMerge)?;
    permit_case(draft, &survivor, Action::CaseMerge)?;
    check_text(reason, "/reason")?;
    check_entries(same.len(), "/same")?;
    refuse_merged(&case)?;
    draft.check_seen(&case)?;
    merge_cases(
        draft,
        &Merging {
            case_id,
            into: survivor.id,
            same,
            reason,
        },
    )
}

/// A case by id, merged or not.
fn known(draft: &Draft<'_, '_>, id: CaseId) -> Result<Arc<Case>, Refusal> {
    draft.case(id).ok_or_else(|| RefusalCode::NotFound.into())
}

/// Refuses a case that is part of another now.
fn refuse_merged(case: &Case) -> Result<(), Refusal> {
    match case.merged_into {
        Some(into) => {
            Err(Refusal::new(RefusalCode::CaseMerged).with("merged_into", into.to_string()))
        }
        None => Ok(()),
    }
}

/// Merges one root into another.
///
/// # Errors
/// `cannot_merge` for one and the same case, `drill_does_not_mix`, `case_already_closed`, `not_of_this_case` for
/// subjects that are not there.
pub(crate) fn merge_cases(draft: &mut Draft<'_, '_>, merging: &Merging<'_>) -> Result<(), Refusal> {
    let case = draft.root(merging.case_id)?;
    let survivor = draft.root(merging.into)?;
    refuse_unfit(&case, &survivor)?;
    let pairs = pairing::pairs(&case.subjects, &survivor.subjects, merging.same)?;
    let mut subjects = pairing::joined(&case.subjects, &survivor.subjects, &pairs);
    let opening = opening(draft, &case, &survivor);
    if opening.is_some() && survivor.state == CaseState::Open {
        pairing::keep_waiting(&mut subjects, &survivor.subjects);
    }
    draft.heading.drill |= survivor.drill;
    withdraw_doubles(draft, &case, &survivor);
    draft.push(Event::CasesMerged {
        case_id: case.id,
        into: survivor.id,
        same: pairs,
        subjects,
        deadlines: earlier_deadlines(&case, &survivor),
        reason: merging.reason.to_owned(),
        reasons: vec![Reason::new("merge/decided", draft.policy.id())],
    });
    join_decisions(draft, &case, &survivor);
    count_answers(draft, survivor.id, None);
    state_of_both(draft, &case, &survivor, opening);
    amend_tasks(draft, survivor.id, "case.merged");
    draft.concern(survivor.id);
    draft.hands_changed = true;
    Ok(())
}

fn refuse_unfit(case: &Case, survivor: &Case) -> Result<(), Refusal> {
    if case.id == survivor.id || case.history || survivor.history {
        return Err(RefusalCode::CannotMerge.into());
    }
    if case.drill != survivor.drill {
        return Err(RefusalCode::DrillDoesNotMix.into());
    }
    for side in [case, survivor] {
        if side.state == CaseState::Closed {
            return Err(
                Refusal::new(RefusalCode::CaseAlreadyClosed).with("case_id", side.id.to_string())
            );
        }
    }
    Ok(())
}

/// Withdraws visits that nobody has taken where another one is there already. What is under way is kept.
fn withdraw_doubles(draft: &mut Draft<'_, '_>, case: &Case, survivor: &Case) {
    let mut all = live_visits(draft, survivor.id);
    all.extend(live_visits(draft, case.id));
    let kept: Option<TaskId> = if all.iter().any(|task| task.state.is_under_way()) {
        None
    } else {
        all.iter()
            .find(|task| task.state == TaskState::Offered)
            .or_else(|| all.first())
            .map(|task| task.id)
    };
    for task in all {
        if task.state.is_under_way() || Some(task.id) == kept {
            continue;
        }
        withdraw(draft, &task, "merge/double_task");
    }
}

/// The earlier deadline of each kind; what was met on either side is met, what fired on either has fired.
fn earlier_deadlines(case: &Case, survivor: &Case) -> CaseDeadlines {
    match (case.state, survivor.state) {
        (CaseState::Open, CaseState::Open) => CaseDeadlines {
            acknowledge: earlier(&case.deadlines.acknowledge, &survivor.deadlines.acknowledge),
            on_site: earlier(&case.deadlines.on_site, &survivor.deadlines.on_site),
            outcome: earlier(&case.deadlines.outcome, &survivor.deadlines.outcome),
        },
        (CaseState::Open, CaseState::FollowUp | CaseState::Closed) => case.deadlines.clone(),
        (CaseState::FollowUp | CaseState::Closed, _) => survivor.deadlines.clone(),
    }
}

fn earlier(merged: &Ladder, survivor: &Ladder) -> Ladder {
    let first = |a: Option<_>, b: Option<_>| match (a, b) {
        (Some(a), Some(b)) => Some(std::cmp::min(a, b)),
        (one, other) => one.or(other),
    };
    let (mut ladder, other) = if merged.by < survivor.by {
        (merged.clone(), survivor)
    } else {
        (survivor.clone(), merged)
    };
    ladder.met_at = first(ladder.met_at, other.met_at);
    ladder.missed_at = first(ladder.missed_at, other.missed_at);
    for (step, twin) in ladder.steps.iter_mut().zip(&other.steps) {
        step.fired_at = first(step.fired_at, twin.fired_at);
    }
    ladder
}

/// A raise that a named person decided on either side stands for both, until it is ended by name.
fn join_decisions(draft: &mut Draft<'_, '_>, case: &Case, survivor: &Case) {
    let human = HumanGrade {
        priority: higher(
            survivor.human.priority.as_ref(),
            case.human.priority.as_ref(),
            |a, b| a < b,
        ),
        warning_level: higher(
            survivor.human.warning_level.as_ref(),
            case.human.warning_level.as_ref(),
            |a, b| a > b,
        ),
        tier: higher(
            survivor.human.tier.as_ref(),
            case.human.tier.as_ref(),
            |a, b| a > b,
        ),
    };
    if human != survivor.human {
        draft.push(Event::CaseDecided {
            case_id: survivor.id,
            human,
            reason: "merged".to_owned(),
        });
    }
}

fn higher<T: Copy>(
    own: Option<&HumanDecision<T>>,
    other: Option<&HumanDecision<T>>,
    graver: impl Fn(T, T) -> bool,
) -> Option<HumanDecision<T>> {
    match (own, other) {
        (Some(own), Some(other)) if other.raised && graver(other.value, own.value) => {
            Some(other.clone())
        }
        (None, Some(other)) if other.raised => Some(other.clone()),
        (own, _) => own.cloned(),
    }
}

/// A department's answer on either case counts for both: what it was asked twice is answered twice. With a department
/// only its own: an answer of one says nothing for another that was asked once more.
pub(crate) fn count_answers(draft: &mut Draft<'_, '_>, case_id: CaseId, of: Option<&DepartmentId>) {
    let Some(root) = draft.tables.root(case_id).map(|root| root.id) else {
        return;
    };
    let escalations: Vec<_> = draft
        .tables
        .escalations_of(root)
        .into_iter()
        .cloned()
        .collect();
    let open = escalations
        .iter()
        .filter(|e| e.is_unanswered() && of.is_none_or(|department| e.department == *department));
    for open in open {
        let answer = escalations.iter().find(|answered| {
            answered.department == open.department
                && answered.acknowledged_at.is_some()
                && !answered.late
        });
        if let Some(answered) = answer {
            draft.push(Event::EscalationAcknowledged {
                escalation_id: open.id,
                name: answered.acknowledged_by.clone().unwrap_or_default(),
                eta: answered.eta,
                // The one that was answered keeps asking; this one only counts.
                ask_again_at: None,
                late: false,
                part: answered.part.clone(),
                reason: None,
            });
            cancel_calls(draft, open.id);
        }
    }
}

/// What the state of both is. A survivor in follow-up opens when the merged case brings somebody without an outcome, or
/// news that open a case again; otherwise its next visit comes forward. An open survivor is followed up when the merged
/// case has the outcomes of all its people.
fn state_of_both(draft: &mut Draft<'_, '_>, case: &Case, survivor: &Case, opening: Option<Reason>) {
    let Ok(now) = draft.root(survivor.id) else {
        return;
    };
    match (case.state, survivor.state) {
        (CaseState::FollowUp, CaseState::Open) => {
            becomes(draft, survivor.id);
            if let Ok(now) = draft.root(survivor.id)
                && now.state == CaseState::FollowUp
            {
                follow_up::bring_forward(draft, &now);
            }
        }
        (CaseState::Open, CaseState::FollowUp) => {
            let waits = now.subjects.iter().any(|s| s.outcome.is_none());
            let somebody = || Reason::new("merge/somebody_waits", draft.policy.id());
            match opening.or_else(|| waits.then(somebody)) {
                Some(reason) => {
                    let deadlines = now.deadlines.clone();
                    let brought = |subject: &Subject| {
                        let by = &subject.brought_by;
                        by.iter().any(|id| case.sightings.contains(id))
                    };
                    follow_up::open_again(draft, &now, reason, deadlines, brought);
                }
                None => follow_up::bring_forward(draft, &now),
            }
        }
        (CaseState::FollowUp, CaseState::FollowUp) => take_earlier_visits(draft, case, &now),
        (CaseState::Open | CaseState::FollowUp | CaseState::Closed, _) => {}
    }
}

/// Of two cases in follow-up the visits that come first hold for both; those of the merged case would be forgotten
/// where the survivor only waits for a receiver. A visit that is a task already goes on as it is.
fn take_earlier_visits(draft: &mut Draft<'_, '_>, case: &Case, survivor: &Case) {
    let next = |plan: &RevisitPlan| plan.due.get(plan.n_done).copied();
    let Some(visits) = case.revisit.as_ref().filter(|plan| plan.task_id.is_none()) else {
        return;
    };
    let comes_first = match &survivor.revisit {
        Some(own) if own.task_id.is_some() => false,
        Some(own) => match (next(visits), next(own)) {
            (Some(theirs), Some(own)) => theirs < own,
            (Some(_), None) => true,
            (None, _) => false,
        },
        None => true,
    };
    if comes_first {
        draft.push(Event::RevisitPlanned {
            case_id: survivor.id,
            revisit: Some(visits.clone()),
        });
    }
}

/// Why the side that is open would open the side that is followed up; `None` when both are in one state.
fn opening(draft: &Draft<'_, '_>, case: &Case, survivor: &Case) -> Option<Reason> {
    let (open, followed) = match (case.state, survivor.state) {
        (CaseState::Open, CaseState::FollowUp) => (case, survivor),
        (CaseState::FollowUp, CaseState::Open) => (survivor, case),
        (CaseState::Open | CaseState::FollowUp | CaseState::Closed, _) => return None,
    };
    let own_call = draft
        .tables
        .sightings_of(open.id)
        .into_iter()
        .any(|sighting| sighting.source == Source::SelfReport);
    let news = News {
        priority: open.grade.priority.value,
        signs: signs_of(&draft.tables, &draft.policy_of(open), open.id),
        source: if own_call {
            Source::SelfReport
        } else {
            Source::Patrol
        },
    };
    Before::of(draft, followed).opened_by(draft, followed, &news)
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
