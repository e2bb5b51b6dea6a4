//! What a case becomes when its subjects have outcomes: followed up with the next visits, or closed; and the word to
//! the body that a legal basis is put before.

use std::sync::Arc;

use model::case::{Case, CaseState, RevisitPlan, Subject};
use model::deadline::{Addressee, LadderStep, NoticeAbout};
use model::escalation::Escalation;
use model::event::Event;
use model::id::{CaseId, DepartmentId, EscalationId};
use model::outcome::OutcomeKind;
use model::reason::Reason;
use model::time::Instant;
use policy::escalation::{acknowledge_within_for_case, department_step_times};
use policy::facts::RevisitFacts;
use policy::outcome::{
    SubjectBecomes, SubjectState, case_state, follow_up_ends_at, subject_becomes,
};
use policy::revisit::{RevisitVerdict, next_revisit};

use crate::draft::Draft;
use crate::settle::grade::judge::colour_for;

/// The next visits after an outcome of this kind.
pub(crate) fn visits_after(
    draft: &Draft<'_, '_>,
    case: &Case,
    latest: OutcomeKind,
    n_not_found: u32,
    at: Instant,
    ever_refused: bool,
) -> RevisitVerdict {
    let policy = draft.policy_of(case);
    let facts = RevisitFacts {
        now: at,
        area: colour_for(&draft.tables, &case.jurisdiction.code),
        priority: case.grade.priority.value,
        latest,
        n_not_found,
        ever_refused,
        declined: case.refused_at.clone(),
        seen: draft
            .tables
            .sightings_of(case.id)
            .into_iter()
            .map(|sighting| sighting.seen_at)
            .collect(),
    };
    next_revisit(&policy, &facts)
}

/// The plan of the next visits of a case, from the latest outcome of each subject that is visited again; `at` replaces
/// the time of the outcome when the table is counted from another moment. The earliest visit gives the plan.
pub(crate) fn plan(draft: &Draft<'_, '_>, case: &Case, at: Option<Instant>) -> Option<RevisitPlan> {
    case.subjects
        .iter()
        .filter_map(|subject| {
            let known = subject.outcome.as_ref().filter(|o| !o.closing)?;
            let visits = visits_after(
                draft,
                case,
                known.outcome.outcome,
                subject.n_not_found,
                at.unwrap_or(known.at),
                !case.refused_at.is_empty(),
            );
            let first = *visits.due.first()?;
            Some((first, visits))
        })
        .min_by_key(|(first, _)| *first)
        .map(|(_, visits)| RevisitPlan {
            due: visits.due,
            n_done: 0,
            task_from: visits.task_from,
            look: visits.look,
            reasons: vec![visits.reason],
            task_id: None,
        })
}

/// Draws the state of a case from its subjects: still open, followed up, or closed.
pub(crate) fn becomes(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.case(root) else {
        return;
    };
    let policy = draft.policy_of(&case);
    let states: Vec<SubjectState> = case.subjects.iter().map(state_of).collect();
    match case_state(&states) {
        CaseState::Open => {}
        CaseState::Closed => {
            let review = case.subjects.iter().any(|subject| {
                subject.outcome.as_ref().is_some_and(|o| {
                    matches!(
                        subject_becomes(&policy, o.outcome.outcome),
                        SubjectBecomes::Closed { review: true }
                    )
                })
            });
            draft.push(Event::CaseClosed {
                case_id: case.id,
                decision: None,
                reason: "outcomes".to_owned(),
                review,
            });
        }
        CaseState::FollowUp => {
            let mut revisit = plan(draft, &case, None);
            if let Some(plan) = &mut revisit {
                draft.file_for_case(&case, &mut plan.reasons);
            }
            let ends_at = if ends_without_contact(&case) {
                let last = case.last_contact_at.unwrap_or_else(|| draft.now());
                Some(follow_up_ends_at(&policy, last))
            } else {
                None
            };
            draft.push(Event::CaseFollowedUp {
                case_id: case.id,
                revisit,
                ends_at,
            });
        }
    }
}

fn state_of(subject: &Subject) -> SubjectState {
    match &subject.outcome {
        None => SubjectState::Waits,
        Some(outcome) if outcome.closing => SubjectState::Closed,
        Some(_) => SubjectState::FollowedUp,
    }
}

/// Refused and street aid close after the days without contact; so does everything after any refusal.
fn ends_without_contact(case: &Case) -> bool {
    let awaits_receiver = case.subjects.iter().any(|subject| {
        subject
            .outcome
            .as_ref()
            .is_some_and(|o| o.ask_receiver_at.is_some())
    });
    let refused_or_aided = case.subjects.iter().any(|subject| {
        subject.outcome.as_ref().is_some_and(|o| {
            matches!(
                o.outcome.outcome,
                OutcomeKind::Refused | OutcomeKind::StreetAid
            )
        })
    });
    !awaits_receiver && (refused_or_aided || !case.refused_at.is_empty())
}

/// An escalation of a case to one department, with the ladder of the case's own limit.
pub(crate) fn escalation(
    draft: &mut Draft<'_, '_>,
    case: &Arc<Case>,
    department: DepartmentId,
    reasons: Vec<Reason>,
) -> Escalation {
    let policy = draft.policy_of(case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let within = acknowledge_within_for_case(&policy, case.grade.priority.value, area);
    let opened_at = draft.now();
    Escalation {
        id: EscalationId(draft.new_id()),
        case_id: Some(case.id),
        change_id: None,
        cases: Vec::new(),
        jurisdictions: Vec::new(),
        tier: case.grade.tier.value,
        department,
        opened_at,
        within,
        acknowledge_by: opened_at + within,
        steps: department_step_times(&policy, opened_at, within)
            .into_iter()
            .map(|at| LadderStep { at, fired_at: None })
            .collect(),
        for_information: false,
        missed_at: None,
        acknowledged_at: None,
        acknowledged_by: None,
        acknowledged_account: None,
        late: false,
        eta: None,
        ask_again_at: None,
        asked_again: false,
        reports: Vec::new(),
        completed_at: None,
        part: None,
        transferred_to: None,
        declined: None,
        ended: None,
        ended_at: None,
        reasons,
        drill: case.drill,
        seq: 0,
    }
}

/// Opens an escalation and tells its department.
pub(crate) fn open(draft: &mut Draft<'_, '_>, escalation: Escalation) {
    push(draft, escalation, NoticeAbout::EscalationOpened);
}

/// Tells a department without asking for an answer.
pub(crate) fn inform(draft: &mut Draft<'_, '_>, mut escalation: Escalation) {
    escalation.for_information = true;
    escalation.steps = Vec::new();
    push(draft, escalation, NoticeAbout::EscalationInformed);
}

fn push(draft: &mut Draft<'_, '_>, mut escalation: Escalation, about: NoticeAbout) {
    if let Some(case) = escalation.case_id.and_then(|id| draft.case(id)) {
        draft.file_for_case(&case, &mut escalation.reasons);
    }
    let addressee = Addressee::Department {
        department: escalation.department.clone(),
    };
    let mut notice = draft.notice(addressee, about);
    notice.case_id = escalation.case_id;
    notice.escalation_id = Some(escalation.id);
    let boxed = Box::new(escalation);
    draft.push(if boxed.for_information {
        Event::EscalationInformed { escalation: boxed }
    } else {
        Event::EscalationOpened { escalation: boxed }
    });
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
