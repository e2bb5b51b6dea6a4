//! Timers of tasks, follow-up, shifts, holds, hand-overs and special care. `timer` has looked that each is due; here at
//! least one event takes the timer away.

use model::background::HoldEnd;
use model::case::{CaseState, SubjectOutcome};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::id::{CaseId, DepartmentId, HandOverId, HoldId, PersonId, TaskId, UnitId};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use policy::outcome::{Silence, SubjectBecomes, subject_becomes};

use crate::draft::Draft;
use crate::handlers::{hand_over, shift, special_care};
use crate::settle::capacity;
use crate::settle::grade::judge::colour_for;
use crate::settle::grade::ladders;
use crate::settle::tasks;

/// Said again while cases wait; ended when none does.
pub(crate) fn capacity_repeat(draft: &mut Draft<'_, '_>) {
    if capacity::any_waits(draft) {
        capacity::say(draft);
        draft.hands_changed = true;
        draft.ask_again = true;
    } else {
        draft.push(Event::CapacityShort {
            cases: Vec::new(),
            next_at: None,
            notice: None,
        });
    }
}

/// Nobody took the offer: the next best unit gets it, or the list, while the ladder of the case runs on.
pub(crate) fn offer_lapses(draft: &mut Draft<'_, '_>, task_id: TaskId) -> Result<(), Refusal> {
    let task = draft
        .tables
        .tasks
        .get(&task_id)
        .cloned()
        .ok_or(RefusalCode::StaleDeadline)?;
    if let Some(case) = tasks::hands::case_of(draft, &task) {
        draft.heading.drill = case.drill;
    }
    draft.push(Event::OfferLapsed { task_id });
    tasks::cancel_offer_notices(draft, &task);
    draft.hands_changed = true;
    if let Some(case_id) = task.case_id {
        draft.concern(case_id);
    }
    Ok(())
}

/// The revisit becomes a task, unless somebody goes there already.
pub(crate) fn revisit_due(draft: &mut Draft<'_, '_>, case_id: CaseId) -> Result<(), Refusal> {
    let case = draft.case(case_id).ok_or(RefusalCode::StaleDeadline)?;
    draft.heading.drill = case.drill;
    let going = tasks::live_visits(draft, case.id).first().cloned();
    if let Some(task) = going {
        let mut revisit = case.revisit.clone();
        if let Some(plan) = &mut revisit {
            plan.task_id = Some(task.id);
        }
        draft.push(Event::RevisitPlanned {
            case_id: case.id,
            revisit,
        });
    } else {
        let task = tasks::new_visit(draft, &case);
        draft.wanted.push(task);
        draft.concern(case.id);
    }
    Ok(())
}

/// A receiver was not heard of: the subject is open again, or the receiver is asked again.
pub(crate) fn receiver_unconfirmed(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
) -> Result<(), Refusal> {
    let case = draft.case(case_id).ok_or(RefusalCode::StaleDeadline)?;
    draft.heading.drill = case.drill;
    let policy = draft.policy_of(&case);
    let now = draft.now();
    let mut subjects = case.subjects.clone();
    let mut opens_again = false;
    for subject in &mut subjects {
        let Some(SubjectOutcome {
            outcome,
            ask_receiver_at: Some(at),
            ..
        }) = &mut subject.outcome
        else {
            continue;
        };
        if *at > now {
            continue;
        }
        match subject_becomes(&policy, outcome.outcome) {
            SubjectBecomes::Received(timer) if timer.silence == Silence::AskedAgain => {
                *at = now + timer.after;
            }
            SubjectBecomes::Received(_)
            | SubjectBecomes::Revisited
            | SubjectBecomes::Closed { .. } => {
                subject.outcome = None;
                opens_again = true;
            }
        }
    }
    draft.push(Event::ReceiverAsked {
        case_id: case.id,
        subjects,
    });
    let department = DepartmentId::street(&case.jurisdiction.code);
    let mut notice = draft.notice(
        Addressee::Department { department },
        NoticeAbout::ReceiverUnconfirmed,
    );
    notice.case_id = Some(case.id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
    if opens_again && case.state == CaseState::FollowUp {
        let area = colour_for(&draft.tables, &case.jurisdiction.code);
        let deadlines = ladders(&policy, case.grade.priority.value, area, now);
        let reasons = vec![Reason::new("outcome/arrival_not_confirmed", policy.id())];
        draft.push(Event::CaseReopened {
            case_id: case.id,
            deadlines,
            reasons,
        });
    }
    draft.concern(case.id);
    Ok(())
}

/// The days without contact are over: the case closes.
pub(crate) fn follow_up_ends(draft: &mut Draft<'_, '_>, case_id: CaseId) -> Result<(), Refusal> {
    let case = draft.case(case_id).ok_or(RefusalCode::StaleDeadline)?;
    draft.heading.drill = case.drill;
    draft.push(Event::CaseClosed {
        case_id: case.id,
        decision: None,
        reason: "no_contact".to_owned(),
        review: false,
    });
    draft.concern(case.id);
    Ok(())
}

pub(crate) fn check_in_missed(draft: &mut Draft<'_, '_>, unit: &UnitId) {
    shift::missed(draft, unit);
}

pub(crate) fn shift_ends(draft: &mut Draft<'_, '_>, unit: &UnitId) {
    shift::planned_end_came(draft, unit);
}

pub(crate) fn hand_over_lapses(
    draft: &mut Draft<'_, '_>,
    hand_over_id: HandOverId,
) -> Result<(), Refusal> {
    hand_over::lapse(draft, hand_over_id)
}

pub(crate) fn hold_ends(draft: &mut Draft<'_, '_>, hold_id: HoldId) {
    draft.push(Event::HoldEnded {
        hold_id,
        end: HoldEnd::Lapsed,
    });
}

pub(crate) fn special_care(draft: &mut Draft<'_, '_>, person_id: PersonId) {
    special_care::look(draft, person_id);
}
