//! What a new sighting does to a case in follow-up: it brings the next visit forward, or opens the case again. Whether
//! it opens is for `policy::reopening` to say.

use std::collections::BTreeSet;

use model::case::{Case, CaseState, RevisitPlan, Subject};
use model::deadline::CaseDeadlines;
use model::event::Event;
use model::grade::Priority;
use model::id::{CaseId, SightingId};
use model::reason::Reason;
use model::sign::{Sign, Source};
use policy::priority::signs_held;
use policy::reopening::{ReopeningFacts, verdict_for_reopening};

use crate::draft::Draft;
use crate::handlers::task::follow_up::plan;
use crate::settle::grade::judge::{colour_for, facts_of, judge, signs_of};
use crate::settle::grade::ladders;

/// What was known of a case before something new came to it.
#[derive(Debug)]
pub(crate) struct Before {
    priority: Priority,
    signs: BTreeSet<Sign>,
}

/// What is new about a case.
#[derive(Debug)]
pub(crate) struct News {
    /// The priority with it.
    pub priority: Priority,
    /// The signs that came.
    pub signs: BTreeSet<Sign>,
    /// From whom.
    pub source: Source,
}

impl Before {
    /// What is known of a case now.
    pub(crate) fn of(draft: &Draft<'_, '_>, case: &Case) -> Self {
        let policy = draft.policy_of(case);
        Self {
            priority: case.grade.priority.value,
            signs: signs_of(&draft.tables, &policy, case.id),
        }
    }

    /// Why the news opens the case again; `None` when it only brings the visit forward.
    pub(crate) fn opened_by(
        &self,
        draft: &Draft<'_, '_>,
        case: &Case,
        news: &News,
    ) -> Option<Reason> {
        verdict_for_reopening(
            &draft.policy_of(case),
            &ReopeningFacts {
                priority_before: self.priority,
                priority_after: news.priority.min(self.priority),
                signs_before: &self.signs,
                signs_new: &news.signs,
                source: news.source,
            },
        )
    }
}

/// Draws what a sighting, or what was added to it, means for its case, if that is in follow-up.
pub(crate) fn seen_again(
    draft: &mut Draft<'_, '_>,
    root: CaseId,
    sighting_id: SightingId,
    before: &Before,
) {
    let (Some(case), Some(sighting)) = (
        draft.tables.root(root).cloned(),
        draft.tables.sightings.get(&sighting_id).cloned(),
    ) else {
        return;
    };
    if case.state != CaseState::FollowUp {
        return;
    }
    let policy = draft.policy_of(&case);
    let priority = judge(&draft.tables, &policy, case.id)
        .map_or(before.priority, |judged| judged.grade.priority.value);
    let news = News {
        priority,
        signs: signs_held(&policy, &facts_of(&draft.tables, &sighting)),
        source: sighting.source,
    };
    match before.opened_by(draft, &case, &news) {
        Some(reason) => {
            let area = colour_for(&draft.tables, &case.jurisdiction.code);
            let deadlines = ladders(&policy, priority, area, draft.now());
            let brought = |subject: &Subject| subject.brought_by.contains(&sighting_id);
            open_again(draft, &case, reason, deadlines, brought);
        }
        None => bring_forward(draft, &case),
    }
}

/// Opens a case again: the subjects concerned have no outcome any more.
pub(crate) fn open_again(
    draft: &mut Draft<'_, '_>,
    case: &Case,
    reason: Reason,
    deadlines: CaseDeadlines,
    concerns: impl Fn(&Subject) -> bool,
) {
    let mut subjects = case.subjects.clone();
    for subject in &mut subjects {
        let stays = subject.outcome.as_ref().is_some_and(|o| o.closing);
        if concerns(subject) && !stays {
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
    let mut reasons = vec![reason];
    draft.file_for_case(case, &mut reasons);
    draft.push(Event::CaseReopened {
        case_id: case.id,
        deadlines,
        reasons,
    });
}

/// Opens a followed-up case again when somebody without an outcome came to it by another way than a sighting.
pub(crate) fn open_for_whoever_waits(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    let somebody_waits = case.subjects.iter().any(|s| s.outcome.is_none());
    if case.state != CaseState::FollowUp || !somebody_waits {
        return;
    }
    let policy = draft.policy_of(&case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let deadlines = ladders(&policy, case.grade.priority.value, area, draft.now());
    let reason = Reason::new("subject/somebody_waits", policy.id());
    open_again(draft, &case, reason, deadlines, |_| false);
}

/// Moves the next visit to what the table gives counted from now, if that is earlier. A visit that is a task already
/// stays as it is.
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
