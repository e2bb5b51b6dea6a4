//! Decides what came of a visit: its form and legal basis by policy, the outcome of each subject, and, through
//! `follow_up`, what the case becomes.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::{Case, CaseState, Subject, SubjectOutcome};
use model::deadline::DeadlineKind;
use model::event::Event;
use model::id::{DepartmentId, TaskId};
use model::outcome::{HandedTo, Outcome, OutcomeDetail, OutcomeKind};
use model::refusal::{Refusal, RefusalCode};
use model::sign::Sign;
use model::task::{RecordedOutcome, Task, TaskState};
use model::time::Instant;
use policy::action::Action;
use policy::outcome::{
    OutcomeFacts, OutcomeVerdict, Silence, SubjectBecomes, subject_becomes, verdict_for_outcome,
};

use super::{concern, follow_up, held_task, is_mine, meet, named_task, not_in_state, note};
use crate::draft::Draft;
use crate::handlers::special_care;
use crate::settle::grade::judge::signs_of;
use crate::settle::tasks::{hands, is_visit};

/// Records an outcome, once for all subjects or once for each.
pub(crate) fn outcome(
    draft: &mut Draft<'_, '_>,
    task_id: TaskId,
    outcome: &Outcome,
) -> Result<(), Refusal> {
    let named = named_task(draft, task_id, Action::TaskOutcome)?;
    if named.state == TaskState::Done && is_mine(draft, &named) {
        return receiver_follows(draft, &named, outcome);
    }
    let task = held_task(draft, task_id, Action::TaskOutcome)?;
    if !task.state.is_under_way() || !is_visit(task.kind) {
        return Err(not_in_state(&task));
    }
    let case = hands::case_of(draft, &task).ok_or(RefusalCode::NotFound)?;
    let verdict = judge(draft, &case, outcome)?;
    let at = outcome
        .at
        .map_or_else(|| draft.happened_at(), |at| at.min(draft.now()));
    let subjects = bearers(&case);
    let meant = meant(&subjects, &outcome.subjects)?;
    if task.state != TaskState::Arrived && outcome.detail != Some(OutcomeDetail::Unreachable) {
        super::push_arrival(draft, &task, at);
    }
    let recorded = RecordedOutcome {
        outcome: outcome.clone(),
        by: draft.heading.actor.account.clone(),
        at,
        subjects: meant.iter().copied().collect(),
    };
    if case.state == CaseState::Closed {
        // Kept, but what is closed stays closed.
        draft.push(Event::TaskOutcomeRecorded {
            task_id: task.id,
            outcome: Box::new(recorded),
            case_id: None,
            done: true,
            subjects: Vec::new(),
            contact_at: None,
            refused_at: None,
        });
        note(draft, &task);
        return Ok(());
    }
    record(draft, &case, &task, &recorded, subjects);
    meet(
        draft,
        &task,
        &[DeadlineKind::Acknowledge, DeadlineKind::Outcome],
        at,
    );
    draw_basis(draft, &case, outcome, verdict);
    if is_contact(outcome) {
        special_care::visited(draft, case.id, &recorded.subjects, at);
    }
    note(draft, &task);
    draft.hands_changed = true;
    draft.ask_again = true;
    follow_up::becomes(draft, case.id);
    concern(draft, &task);
    Ok(())
}

/// Asks the rule whether the outcome is complete and whose decision its basis is.
fn judge(draft: &Draft<'_, '_>, case: &Case, outcome: &Outcome) -> Result<OutcomeVerdict, Refusal> {
    let policy = draft.policy_of(case);
    let signs = signs_of(&draft.tables, &policy, case.id);
    let facts = OutcomeFacts {
        outcome,
        priority: case.grade.priority.value,
        recorder: draft.heading.actor.role,
        guardian_present: signs.contains(&Sign::InfantWithAdult),
        harm_suspected: [
            Sign::SuspectedAbused,
            Sign::SuspectedTrafficked,
            Sign::Violence,
        ]
        .iter()
        .any(|sign| signs.contains(sign)),
    };
    verdict_for_outcome(&policy, &facts)
}

/// The subjects of a case; one at least, so that an outcome has a bearer.
fn bearers(case: &Case) -> Vec<Subject> {
    if case.subjects.is_empty() {
        return vec![Subject {
            n: 1,
            brought_by: case.sightings.clone(),
            record: None,
            person_id: None,
            outcome: None,
            n_not_found: 0,
        }];
    }
    case.subjects.clone()
}

fn is_closed(subject: &Subject) -> bool {
    subject.outcome.as_ref().is_some_and(|o| o.closing)
}

/// The subjects that are meant: those named, or all that are not closed.
fn meant(subjects: &[Subject], named: &[u32]) -> Result<BTreeSet<u32>, Refusal> {
    if let Some(unknown) = named
        .iter()
        .find(|n| subjects.iter().all(|subject| subject.n != **n))
    {
        return Err(Refusal::new(RefusalCode::NotOfThisCase)
            .at("/subjects")
            .with("subject", *unknown));
    }
    if !named.is_empty() {
        return Ok(named.iter().copied().collect());
    }
    let open: BTreeSet<u32> = subjects
        .iter()
        .filter(|subject| !is_closed(subject))
        .map(|subject| subject.n)
        .collect();
    Ok(if open.is_empty() {
        subjects.iter().map(|subject| subject.n).collect()
    } else {
        open
    })
}

/// Writes the outcome to its subjects, and says whether the task is done with it.
fn record(
    draft: &mut Draft<'_, '_>,
    case: &Case,
    task: &Task,
    recorded: &RecordedOutcome,
    mut subjects: Vec<Subject>,
) {
    let outcome = &recorded.outcome;
    let at = recorded.at;
    let refused_at = (outcome.outcome == OutcomeKind::Refused).then_some(at);
    let ever_refused = refused_at.is_some() || !case.refused_at.is_empty();
    for subject in &mut subjects {
        if !recorded.subjects.contains(&subject.n) {
            continue;
        }
        subject.n_not_found = if outcome.outcome == OutcomeKind::NotFound {
            subject.n_not_found.saturating_add(1)
        } else {
            0
        };
        let after = after_outcome(draft, case, subject, recorded, ever_refused);
        subject.outcome = Some(SubjectOutcome {
            outcome: outcome.clone(),
            by: recorded.by.clone(),
            at,
            task_id: Some(task.id),
            handed_to: outcome.handed_to.clone(),
            closing: after.closing,
            ask_receiver_at: after.ask_receiver_at,
        });
    }
    let done = subjects.iter().all(|subject| {
        is_closed(subject)
            || subject
                .outcome
                .as_ref()
                .is_some_and(|o| o.task_id == Some(task.id))
    });
    draft.push(Event::TaskOutcomeRecorded {
        task_id: task.id,
        outcome: Box::new(recorded.clone()),
        case_id: Some(case.id),
        done,
        subjects,
        contact_at: is_contact(outcome).then_some(at),
        refused_at,
    });
}

/// Whether somebody was met.
fn is_contact(outcome: &Outcome) -> bool {
    match outcome.outcome {
        OutcomeKind::Accepted
        | OutcomeKind::Refused
        | OutcomeKind::Treated
        | OutcomeKind::Police
        | OutcomeKind::MinorHandOver
        | OutcomeKind::OtherDistrict
        | OutcomeKind::NotASubject
        | OutcomeKind::DeathOrInjury => true,
        OutcomeKind::StreetAid => outcome.n_met != Some(0),
        OutcomeKind::NotFound | OutcomeKind::Duplicate => false,
    }
}

pub(crate) struct After {
    pub closing: bool,
    pub ask_receiver_at: Option<Instant>,
}

/// What an outcome makes of its subject: closed, awaited at a receiver, or visited again.
pub(crate) fn after_outcome(
    draft: &Draft<'_, '_>,
    case: &Case,
    subject: &Subject,
    recorded: &RecordedOutcome,
    ever_refused: bool,
) -> After {
    let policy = draft.policy_of(case);
    match subject_becomes(&policy, recorded.outcome.outcome) {
        SubjectBecomes::Closed { .. } => After {
            closing: true,
            ask_receiver_at: None,
        },
        SubjectBecomes::Received(timer) => {
            let closing = recorded
                .outcome
                .handed_to
                .as_ref()
                .is_some_and(|receiver| confirms(receiver, timer.silence));
            After {
                closing,
                ask_receiver_at: (!closing).then_some(recorded.at + timer.after),
            }
        }
        SubjectBecomes::Revisited => {
            let visits = follow_up::visits_after(
                draft,
                case,
                recorded.outcome.outcome,
                subject.n_not_found,
                recorded.at,
                ever_refused,
            );
            After {
                closing: visits.tries_over,
                ask_receiver_at: None,
            }
        }
    }
}

/// A named receiver confirms where silence would only be asked again; a receiving place has to confirm the arrival.
fn confirms(receiver: &HandedTo, silence: Silence) -> bool {
    match silence {
        Silence::AskedAgain => !receiver.name.trim().is_empty(),
        Silence::OpensAgain => receiver.confirmed_at.is_some(),
    }
}

/// A named basis is put before the body that may act; civil affairs hear of a minor with a guardian.
fn draw_basis(
    draft: &mut Draft<'_, '_>,
    case: &Arc<Case>,
    outcome: &Outcome,
    verdict: OutcomeVerdict,
) {
    if let (Some(department), Some(basis)) = (verdict.asks, &outcome.legal_basis) {
        draft.push(Event::LegalBasisNamed {
            case_id: case.id,
            basis: basis.clone(),
            department: department.clone(),
        });
        if !is_asked(draft, case, &department) {
            let escalation =
                follow_up::escalation(draft, case, department, verdict.reasons.clone());
            follow_up::open(draft, escalation);
        }
    }
    for department in verdict.informs {
        if !is_asked(draft, case, &department) && !is_informed(draft, case, &department) {
            let reasons = verdict.reasons.clone();
            let escalation = follow_up::escalation(draft, case, department, reasons);
            follow_up::inform(draft, escalation);
        }
    }
}

fn is_asked(draft: &Draft<'_, '_>, case: &Case, department: &DepartmentId) -> bool {
    draft
        .tables
        .escalations_of(case.id)
        .into_iter()
        .any(|e| e.is_open() && !e.for_information && e.department == *department)
}

fn is_informed(draft: &Draft<'_, '_>, case: &Case, department: &DepartmentId) -> bool {
    draft
        .tables
        .escalations_of(case.id)
        .into_iter()
        .any(|e| e.for_information && e.department == *department)
}

/// The receiver of an outcome that was recorded before: `handed_to` may follow later.
fn receiver_follows(
    draft: &mut Draft<'_, '_>,
    task: &Task,
    outcome: &Outcome,
) -> Result<(), Refusal> {
    let case = hands::case_of(draft, task).ok_or_else(|| not_in_state(task))?;
    let Some(receiver) = outcome.handed_to.clone() else {
        return Err(not_in_state(task));
    };
    judge(draft, &case, outcome)?;
    let policy = draft.policy_of(&case);
    let SubjectBecomes::Received(timer) = subject_becomes(&policy, outcome.outcome) else {
        return Err(not_in_state(task));
    };
    let awaited = |subject: &Subject| {
        (outcome.subjects.is_empty() || outcome.subjects.contains(&subject.n))
            && subject.outcome.as_ref().is_some_and(|o| {
                o.task_id == Some(task.id) && o.outcome.outcome == outcome.outcome && !o.closing
            })
    };
    if !case.subjects.iter().any(awaited) {
        return Err(not_in_state(task));
    }
    let mut subjects = case.subjects.clone();
    for subject in subjects.iter_mut().filter(|subject| awaited(subject)) {
        if let Some(known) = &mut subject.outcome {
            known.handed_to = Some(receiver.clone());
            if confirms(&receiver, timer.silence) {
                known.closing = true;
                known.ask_receiver_at = None;
            }
        }
    }
    draft.push(Event::ReceiverConfirmed {
        case_id: case.id,
        subjects,
        by: receiver,
    });
    note(draft, task);
    follow_up::becomes(draft, case.id);
    draft.concern(case.id);
    Ok(())
}
