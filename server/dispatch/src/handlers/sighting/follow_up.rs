//! What a new sighting does to a case in follow-up: it brings the next visit forward, or opens the case again.

use std::collections::BTreeSet;

use model::case::{Case, CaseState, RevisitPlan};
use model::deadline::CaseDeadlines;
use model::event::Event;
use model::id::{CaseId, SightingId};
use model::reason::Reason;
use model::sign::Sign;
use policy::facts::PriorityFacts;
use policy::priority::{signs_held, verdict_for_priority};
use policy::reopening::{ReopeningFacts, verdict_for_reopening};

use crate::draft::Draft;
use crate::handlers::task::follow_up::plan;
use crate::settle::grade::judge::{colour_for, facts_of, judge};
use crate::settle::grade::ladders;

/// Why a sighting opens a case in follow-up again; `None` when it only brings the visit forward.
pub(crate) fn opens_again(
    draft: &Draft<'_, '_>,
    case: &Case,
    sighting: SightingId,
) -> Option<Reason> {
    let sighting = draft.tables.sightings.get(&sighting)?;
    let policy = draft.policy_of(case);
    let facts = facts_of(&draft.tables, sighting);
    let signs_new = signs_held(&policy, &facts);
    let signs_before: BTreeSet<Sign> = draft
        .tables
        .sightings_of(case.id)
        .into_iter()
        .filter(|before| before.id != sighting.id)
        // What came with the same merge is new to the survivor too.
        .filter(|before| sighting.case_id == case.id || before.case_id != sighting.case_id)
        .flat_map(|before| signs_held(&policy, &facts_of(&draft.tables, before)))
        .collect();
    let alone = PriorityFacts {
        sightings: vec![facts],
        area: colour_for(&draft.tables, &case.jurisdiction.code),
        n_nights_running: 1,
        n_refusals_under_warning: 0,
    };
    let priority_before = case.grade.priority.value;
    let judged = verdict_for_priority(&policy, &alone).verdict.value;
    verdict_for_reopening(
        &policy,
        &ReopeningFacts {
            priority_before,
            priority_after: priority_before.min(judged),
            signs_before: &signs_before,
            signs_new: &signs_new,
            source: sighting.source,
        },
    )
}

/// Draws what a sighting means for its case, if that is in follow-up.
pub(crate) fn seen_again(draft: &mut Draft<'_, '_>, root: CaseId, sighting: SightingId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    if case.state != CaseState::FollowUp {
        return;
    }
    match opens_again(draft, &case, sighting) {
        Some(reason) => {
            let policy = draft.policy_of(&case);
            let priority = judge(&draft.tables, &policy, case.id)
                .map_or(case.grade.priority.value, |judged| {
                    judged.grade.priority.value
                });
            let area = colour_for(&draft.tables, &case.jurisdiction.code);
            let deadlines = ladders(&policy, priority, area, draft.now());
            open_again(draft, &case, reason, sighting, deadlines);
        }
        None => bring_forward(draft, &case),
    }
}

/// Opens a case again: the subjects that the sighting brought have no outcome any more.
pub(crate) fn open_again(
    draft: &mut Draft<'_, '_>,
    case: &Case,
    reason: Reason,
    sighting: SightingId,
    deadlines: CaseDeadlines,
) {
    let mut subjects = case.subjects.clone();
    for subject in &mut subjects {
        let stays = subject.outcome.as_ref().is_some_and(|o| o.closing);
        if subject.brought_by.contains(&sighting) && !stays {
            subject.outcome = None;
            subject.n_not_found = 0;
        }
    }
    if subjects != case.subjects {
        draft.push(Event::SubjectsChanged {
            case_id: case.id,
            subjects,
        });
    }
    draft.push(Event::CaseReopened {
        case_id: case.id,
        deadlines,
        reasons: vec![reason],
    });
}

/// Moves the next visit to what the table gives counted from now, if that is earlier.
pub(crate) fn bring_forward(draft: &mut Draft<'_, '_>, case: &Case) {
    let Some(old) = case.revisit.as_ref().filter(|plan| plan.task_id.is_none()) else {
        return;
    };
    let Some(mut plan) = plan(draft, case, Some(draft.now())) else {
        return;
    };
    let next = |plan: &RevisitPlan| plan.due.get(plan.n_done).copied();
    let earlier = match (next(&plan), next(old)) {
        (Some(new), Some(old)) => new < old,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if earlier {
        draft.file_for_case(case, &mut plan.reasons);
        draft.push(Event::RevisitPlanned {
            case_id: case.id,
            revisit: Some(plan),
        });
    }
}
