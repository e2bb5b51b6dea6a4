//! Departments answer: acknowledge, take a part, report, complete, transfer, decline; and their own ladder. An answer
//! touches its own escalation only: it silences no other department and meets no deadline of the case.

use std::sync::Arc;

use model::case::{Case, CaseState};
use model::deadline::{Addressee, NoticeAbout, NoticeStep, Timer};
use model::escalation::{DeclineReason, Escalation, EscalationReport};
use model::event::Event;
use model::id::{CaseId, DepartmentId, EscalationId};
use model::refusal::{Refusal, RefusalCode};
use model::time::{Instant, Span};
use policy::action::Action;
use policy::deadline::Step;
use policy::escalation::{
    DepartmentCalled, LadderGoesOn, acknowledge_within_for_area, acknowledge_within_for_case,
    asked_again_at, department_step, escalation_reason,
};
use policy::policy::Policy;

use crate::draft::Draft;
use crate::handlers::timer_case::{due_now, step_number};
use crate::rights::permit_escalation;
use crate::settle::calls::WantedCall;
use crate::settle::escalations::{blank, cancel_calls, ladder_steps, open, tell_desk};
use crate::settle::grade::judge::colour_for;

/// A department says "mine". After its end it is kept as late, changes no state and makes no effect.
///
/// # Errors
/// `not_found`, the refusals of rights, `escalation_ended` after it was completed, declined or given on.
pub(crate) fn acknowledge(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    name: &str,
    eta_min: Option<u32>,
    part: Option<(&str, &str)>,
) -> Result<(), Refusal> {
    let action = match part {
        Some(_) => Action::EscalationAcceptPart,
        None => Action::EscalationAcknowledge,
    };
    let escalation = permitted(draft, escalation_id, action)?;
    needs_text(name, "/name")?;
    if escalation.completed_at.is_some()
        || escalation.declined.is_some()
        || escalation.transferred_to.is_some()
    {
        return Err(ended(&escalation));
    }
    let late = escalation.ended.is_some();
    let eta = eta_min.map(|minutes| Span::from_mins(i64::from(minutes)));
    let over = case_of(draft, &escalation).is_some_and(|case| case.state == CaseState::Closed);
    let asks_again = !late && !over && !escalation.asked_again && !escalation.for_information;
    let ask_again_at = asks_again.then(|| ask_again_time(draft, &escalation, eta));
    draft.heading.drill = draft.heading.drill || escalation.drill;
    draft.push(Event::EscalationAcknowledged {
        escalation_id,
        name: name.to_owned(),
        eta: eta.map(|eta| draft.now() + eta),
        ask_again_at,
        late,
        part: part.map(|(part, _)| part.to_owned()),
        reason: part.map(|(_, reason)| reason.to_owned()),
    });
    if !late {
        #[cfg(feature = "planted")]
        crate::planted::silence_the_others(draft, &escalation, name);
        cancel_calls(draft, escalation_id);
        if let Some(case_id) = escalation.case_id {
            // Asked for two cases that are one now, a department answers once.
            crate::handlers::merge::count_answers(draft, case_id, Some(&escalation.department));
        }
        if part.is_some() {
            tell_duty_officer(draft, &escalation);
        }
    }
    Ok(())
}

/// Yes, to a part: the duty officer is told that the rest is open.
///
/// # Errors
/// As [`acknowledge`].
pub(crate) fn accept_part(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    name: &str,
    part: &str,
    reason: &str,
) -> Result<(), Refusal> {
    needs_text(part, "/part")?;
    needs_text(reason, "/reason")?;
    acknowledge(draft, escalation_id, name, None, Some((part, reason)))
}

/// Progress, or done.
///
/// # Errors
/// `not_acknowledged` first; `escalation_ended` when it is over.
pub(crate) fn report(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    text: &str,
    completes: bool,
) -> Result<(), Refusal> {
    let action = if completes {
        Action::EscalationComplete
    } else {
        Action::EscalationReport
    };
    let escalation = permitted(draft, escalation_id, action)?;
    needs_text(text, "/text")?;
    if !escalation.is_open() {
        return Err(ended(&escalation));
    }
    if escalation.acknowledged_at.is_none() && !escalation.for_information {
        return Err(RefusalCode::NotAcknowledged.into());
    }
    draft.heading.drill = draft.heading.drill || escalation.drill;
    let report = EscalationReport {
        at: draft.now(),
        by: draft.heading.actor.account.clone(),
        text: text.to_owned(),
        completes,
    };
    draft.push(Event::EscalationReported {
        escalation_id,
        report,
    });
    Ok(())
}

/// Another department should: it is asked in its place, with a limit of its own from now. For a case that is over
/// nobody is asked.
///
/// # Errors
/// `unknown_reference` for a department that is not known or is the same; `escalation_ended` when it is over.
pub(crate) fn transfer(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    to: &DepartmentId,
    reason: &str,
) -> Result<(), Refusal> {
    let escalation = permitted(draft, escalation_id, Action::EscalationTransfer)?;
    needs_text(reason, "/reason")?;
    if !escalation.is_open() || escalation.for_information {
        return Err(ended(&escalation));
    }
    if *to == escalation.department || !draft.tables.departments.contains_key(to) {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/to"));
    }
    draft.heading.drill = draft.heading.drill || escalation.drill;
    draft.push(Event::EscalationTransferred {
        escalation_id,
        to: to.clone(),
        reason: reason.to_owned(),
    });
    cancel_calls(draft, escalation_id);
    let over = case_of(draft, &escalation).is_some_and(|case| case.state == CaseState::Closed);
    if over || already_asked(draft, &escalation, to) {
        return Ok(());
    }
    let (policy, within) = limit(draft, &escalation);
    let asked = Escalation {
        case_id: escalation.case_id,
        change_id: escalation.change_id,
        cases: escalation.cases.clone(),
        jurisdictions: escalation.jurisdictions.clone(),
        tier: escalation.tier,
        reasons: vec![
            escalation_reason(&policy, escalation.tier, to)
                .fact("transferred_from", escalation.department.as_str()),
        ],
        drill: escalation.drill,
        ..blank(draft, to.clone(), within)
    };
    open(draft, asked);
    Ok(())
}

/// No: kept with its ground; the duty officer is told.
///
/// # Errors
/// `escalation_ended` when it is over.
pub(crate) fn decline(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    reason: DeclineReason,
    text: &str,
) -> Result<(), Refusal> {
    let escalation = permitted(draft, escalation_id, Action::EscalationDecline)?;
    if !escalation.is_open() || escalation.for_information {
        return Err(ended(&escalation));
    }
    draft.heading.drill = draft.heading.drill || escalation.drill;
    draft.push(Event::EscalationDeclined {
        escalation_id,
        reason,
        text: text.to_owned(),
    });
    cancel_calls(draft, escalation_id);
    tell_duty_officer(draft, &escalation);
    Ok(())
}

/// Fires every step of every department's ladder that is due now, at most one portion. A step calls inside the
/// department, the last one the district duty leader; it raises no tier and tells no other department.
pub(crate) fn step(draft: &mut Draft<'_, '_>, escalation_id: EscalationId) {
    let mut due = vec![escalation_id];
    due.extend(due_now(draft, |timer| {
        if let Timer::EscalationStep { escalation_id } = timer {
            Some(*escalation_id)
        } else {
            None
        }
    }));
    let drill = draft.heading.drill;
    for (i, id) in due.iter().enumerate() {
        if i == 0 || due.first() != Some(id) {
            fire(draft, *id);
        }
        draft.heading.drill = drill;
    }
}

fn fire(draft: &mut Draft<'_, '_>, escalation_id: EscalationId) {
    let Some(escalation) = draft.tables.escalations.get(&escalation_id).cloned() else {
        return;
    };
    let steps: Vec<usize> = escalation
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.fired_at.is_none() && step.at <= draft.now())
        .map(|(index, _)| index)
        .collect();
    if steps.is_empty() {
        return;
    }
    draft.heading.drill = draft.heading.drill || escalation.drill;
    draft.push(Event::EscalationStepFired {
        escalation_id,
        steps: steps.clone(),
    });
    let policy = policy_of(draft, &escalation);
    for step in steps.into_iter().filter_map(Step::from_index) {
        let (called, goes_on) = department_step(step);
        let department = escalation.department.clone();
        let addressee = match called {
            DepartmentCalled::DutyLeader => Addressee::DepartmentLeader { department },
            DepartmentCalled::Superior => Addressee::DepartmentSuperior { department },
            DepartmentCalled::DistrictDutyLeader => Addressee::DistrictDutyLeader,
        };
        draft.calls.push(WantedCall {
            addressee,
            step: NoticeStep {
                deadline: None,
                percent: step_number(&policy, step),
            },
            case_id: escalation.case_id,
            escalation_id: Some(escalation_id),
            drill: draft.heading.drill,
        });
        if goes_on == LadderGoesOn::No {
            break;
        }
    }
}

/// A department that acknowledged and did not report is asked once more; its ladder starts anew.
pub(crate) fn ask_again(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
) -> Result<(), Refusal> {
    let escalation = known(draft, escalation_id)?;
    draft.heading.drill = draft.heading.drill || escalation.drill;
    let steps = ladder_steps(draft, escalation.within);
    draft.push(Event::EscalationAskedAgain {
        escalation_id,
        acknowledge_by: draft.now() + escalation.within,
        steps,
    });
    tell_desk(
        draft,
        escalation_id,
        escalation.case_id,
        escalation.department.clone(),
    );
    Ok(())
}

fn known(draft: &Draft<'_, '_>, id: EscalationId) -> Result<Arc<Escalation>, Refusal> {
    draft
        .tables
        .escalations
        .get(&id)
        .cloned()
        .ok_or_else(|| RefusalCode::NotFound.into())
}

fn permitted(
    draft: &Draft<'_, '_>,
    id: EscalationId,
    action: Action,
) -> Result<Arc<Escalation>, Refusal> {
    let escalation = known(draft, id)?;
    permit_escalation(draft, &escalation, action)?;
    Ok(escalation)
}

fn ended(escalation: &Escalation) -> Refusal {
    let refusal = Refusal::new(RefusalCode::EscalationEnded);
    match (&escalation.ended, &escalation.transferred_to) {
        (Some(ended), _) => refusal.with("ended", ended.as_str()),
        (None, Some(to)) => refusal.with("transferred_to", to.as_str()),
        (None, None) => refusal,
    }
}

fn needs_text(text: &str, pointer: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::new(RefusalCode::TextLength).at(pointer))
    } else {
        Ok(())
    }
}

/// The case that an escalation is about, as it stands now.
fn case_of(draft: &Draft<'_, '_>, escalation: &Escalation) -> Option<Arc<Case>> {
    draft.tables.root(escalation.case_id?).cloned()
}

fn policy_of(draft: &Draft<'_, '_>, escalation: &Escalation) -> Arc<Policy> {
    case_of(draft, escalation)
        .map_or_else(|| Arc::clone(&draft.policy), |case| draft.policy_of(&case))
}

fn worst_colour(draft: &Draft<'_, '_>, escalation: &Escalation) -> model::grade::Level {
    escalation
        .jurisdictions
        .iter()
        .map(|street| draft.tables.area_level(street))
        .max()
        .unwrap_or(model::grade::Level::None)
}

/// The limit that a department gets when it is asked now in place of another.
fn limit(draft: &Draft<'_, '_>, escalation: &Escalation) -> (Arc<Policy>, Span) {
    let policy = policy_of(draft, escalation);
    let within = match case_of(draft, escalation) {
        Some(case) => acknowledge_within_for_case(
            &policy,
            case.grade.priority.value,
            colour_for(&draft.tables, &case.jurisdiction.code),
        ),
        None => acknowledge_within_for_area(&policy, worst_colour(draft, escalation)),
    };
    (policy, within)
}

fn ask_again_time(draft: &Draft<'_, '_>, escalation: &Escalation, eta: Option<Span>) -> Instant {
    let policy = policy_of(draft, escalation);
    let case = case_of(draft, escalation);
    let (priority, area) = match &case {
        Some(case) => (
            Some(case.grade.priority.value),
            colour_for(&draft.tables, &case.jurisdiction.code),
        ),
        None => (None, worst_colour(draft, escalation)),
    };
    asked_again_at(&policy, draft.now(), eta, priority, area)
}

/// Whether the other department was asked about the same case or area already.
fn already_asked(draft: &Draft<'_, '_>, escalation: &Escalation, to: &DepartmentId) -> bool {
    let tables = &draft.tables;
    match escalation.case_id {
        Some(case_id) => tables.root(case_id).is_some_and(|case| {
            tables
                .escalations_of(case.id)
                .into_iter()
                .any(|e| e.department == *to && !e.for_information && e.ended.is_none())
        }),
        None => tables
            .area_escalations
            .get(to)
            .into_iter()
            .flatten()
            .filter_map(|id| tables.escalations.get(id))
            .any(|e| {
                escalation
                    .jurisdictions
                    .iter()
                    .all(|street| e.jurisdictions.contains(street))
            }),
    }
}

/// A case that is over needs nobody for what a department leaves undone.
fn tell_duty_officer(draft: &mut Draft<'_, '_>, escalation: &Escalation) {
    let over = case_of(draft, escalation).is_some_and(|case| case.state == CaseState::Closed);
    if over {
        return;
    }
    let case_id: Option<CaseId> = escalation.case_id;
    let mut notice = draft.notice(Addressee::DutyOfficer, NoticeAbout::NeedsPerson);
    notice.case_id = case_id;
    notice.escalation_id = Some(escalation.id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
