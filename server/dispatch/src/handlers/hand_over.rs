//! Decides hand-overs to another district or organisation. The case stays ours, all deadlines running, until a named
//! person of the other side accepts; silence gives it back to our duty officer.

#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for the events it is about"
)]
mod tests;

use std::sync::Arc;

use model::actor::Role;
use model::case::{Case, CaseState, ClosingDecision, SubjectOutcome};
use model::command::ReportSighting;
use model::deadline::{Addressee, DeadlineKind, NoticeAbout};
use model::escalation::{HandOver, HandOverAnswer, HandOverAnswerKind};
use model::event::Event;
use model::grade::Priority;
use model::id::{CaseId, DepartmentId, DistrictId, HandOverId};
use model::outcome::{HandedTo, Outcome, OutcomeKind};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::action::Action;
use policy::deadline::lengths;

use crate::draft::Draft;
use crate::handlers::sighting;
use crate::handlers::task::follow_up;
use crate::rights::{permit_case, permit_hand_over};
use crate::settle::grade::judge::colour_for;

/// How many digits the code of a district has (GB/T 2260).
const DISTRICT_DIGITS: usize = 6;

pub(crate) fn offer(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    to: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseHandOver)?;
    draft.check_seen(&case)?;
    if case.state == CaseState::Closed {
        return Err(RefusalCode::CaseAlreadyClosed.into());
    }
    draft.heading.drill = case.drill;
    if to.trim().is_empty() || to == draft.tables.district.as_str() {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/to"));
    }
    if case.hand_over.is_some() {
        return Err(RefusalCode::HandOverRunning.into());
    }
    let somebody_came = draft
        .tables
        .tasks_of(case.id)
        .into_iter()
        .any(|task| task.arrived_at.is_some());
    if case.grade.priority.value == Priority::P0 && !somebody_came {
        return Err(RefusalCode::HandOverNeedsSomeoneOnSite.into());
    }
    let is_code = to.len() == DISTRICT_DIGITS && to.bytes().all(|b| b.is_ascii_digit());
    let hand_over = HandOver {
        id: HandOverId(draft.new_id()),
        case_id: case.id,
        to: to.to_owned(),
        district: is_code.then(|| DistrictId::from(to)),
        from_district: None,
        reason: reason.to_owned(),
        by: draft.heading.actor.account.clone(),
        offered_at: draft.now(),
        answer_by: answer_by(draft, &case),
        answer: None,
    };
    draft.push(Event::HandOverOffered { hand_over });
    Ok(())
}

/// The answer of the other side, by name; typed by the caller where that side has no system.
pub(crate) fn answer(
    draft: &mut Draft<'_, '_>,
    hand_over_id: HandOverId,
    accept: bool,
    name: &str,
) -> Result<(), Refusal> {
    permit_hand_over(draft, hand_over_id, Action::HandOverAnswer)?;
    let hand_over = draft
        .tables
        .hand_overs
        .get(&hand_over_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    if hand_over.answer.is_some() {
        return Err(RefusalCode::HandOverAnswered.into());
    }
    draft.heading.drill = draft.root(hand_over.case_id)?.drill;
    if name.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::MissingField).at("/name"));
    }
    let kind = if accept {
        HandOverAnswerKind::Accepted
    } else {
        HandOverAnswerKind::Declined
    };
    push_answer(draft, hand_over_id, kind, name);
    match (hand_over.from_district.is_some(), accept) {
        (false, true) => taken_by_other_side(draft, &hand_over, name),
        (false, false) => tell(draft, Addressee::DutyOfficer, hand_over.case_id),
        (true, true) => {}
        (true, false) => not_ours(draft, &hand_over, name),
    }
    draft.concern(hand_over.case_id);
    Ok(())
}

/// Silence past the acknowledge time gives the case back to our duty officer.
pub(crate) fn lapse(draft: &mut Draft<'_, '_>, hand_over_id: HandOverId) -> Result<(), Refusal> {
    let hand_over = draft
        .tables
        .hand_overs
        .get(&hand_over_id)
        .cloned()
        .ok_or(RefusalCode::StaleDeadline)?;
    draft.heading.drill = draft.root(hand_over.case_id)?.drill;
    push_answer(draft, hand_over_id, HandOverAnswerKind::Lapsed, "");
    tell(draft, Addressee::DutyOfficer, hand_over.case_id);
    Ok(())
}

/// Another district hosted here offers a case: its report opens one here, and a named person answers.
pub(crate) fn receive(
    draft: &mut Draft<'_, '_>,
    hand_over_id: HandOverId,
    from: &DistrictId,
    report: &ReportSighting,
    reason: &str,
) -> Result<(), Refusal> {
    if draft.heading.actor.role != Role::System {
        return Err(RefusalCode::RoleMayNot.into());
    }
    if draft.tables.hand_overs.contains_key(&hand_over_id) {
        return Err(RefusalCode::HandOverRunning.into());
    }
    sighting::take(draft, report, sighting::Manner::Accepted)?;
    let case = draft
        .tables
        .sightings
        .get(&report.id)
        .map(|sighting| sighting.case_id)
        .ok_or(RefusalCode::Internal)
        .and_then(|id| draft.root(id).map_err(|refusal| refusal.code))?;
    let hand_over = HandOver {
        id: hand_over_id,
        case_id: case.id,
        to: draft.tables.district.as_str().to_owned(),
        district: None,
        from_district: Some(from.clone()),
        reason: reason.to_owned(),
        by: draft.heading.actor.account.clone(),
        offered_at: draft.now(),
        answer_by: answer_by(draft, &case),
        answer: None,
    };
    draft.push(Event::HandOverReceived { hand_over });
    let department = DepartmentId::street(&case.jurisdiction.code);
    tell(draft, Addressee::Department { department }, case.id);
    draft.concern(case.id);
    Ok(())
}

fn answer_by(draft: &Draft<'_, '_>, case: &Case) -> Instant {
    let policy = draft.policy_of(case);
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    draft.now() + lengths(&policy, case.grade.priority.value, area).acknowledge
}

fn push_answer(
    draft: &mut Draft<'_, '_>,
    hand_over_id: HandOverId,
    kind: HandOverAnswerKind,
    name: &str,
) {
    let answer = HandOverAnswer {
        kind,
        name: name.to_owned(),
        at: draft.now(),
    };
    draft.push(Event::HandOverAnswered {
        hand_over_id,
        answer,
    });
}

/// The other side took it by name: every subject without a closing outcome has the outcome 'other district'.
fn taken_by_other_side(draft: &mut Draft<'_, '_>, hand_over: &HandOver, name: &str) {
    let Some(case) = draft.tables.root(hand_over.case_id).cloned() else {
        return;
    };
    if case.state == CaseState::Closed {
        return;
    }
    let at = draft.now();
    let receiver = HandedTo {
        organisation: hand_over.to.clone(),
        name: name.to_owned(),
        at: Some(at),
        confirmed_at: Some(at),
    };
    let given = SubjectOutcome {
        outcome: other_district(&receiver, at),
        by: draft.heading.actor.account.clone(),
        at,
        task_id: None,
        handed_to: Some(receiver),
        closing: true,
        ask_receiver_at: None,
    };
    let mut subjects = case.subjects.clone();
    for subject in &mut subjects {
        let closed = subject.outcome.as_ref().is_some_and(|o| o.closing);
        if !closed {
            subject.outcome = Some(given.clone());
        }
    }
    let none = subjects.is_empty();
    draft.push(Event::SubjectsChanged {
        case_id: case.id,
        subjects,
    });
    if case.state == CaseState::Open && case.deadlines.outcome.met_at.is_none() {
        draft.push(Event::DeadlineMet {
            case_id: case.id,
            deadlines: vec![DeadlineKind::Outcome],
            met_at: at,
        });
    }
    if none {
        close(draft, &case, name, "hand_over_accepted");
    } else {
        follow_up::becomes(draft, case.id);
    }
}

fn other_district(receiver: &HandedTo, at: Instant) -> Outcome {
    Outcome {
        outcome: OutcomeKind::OtherDistrict,
        detail: None,
        subjects: Vec::new(),
        n_met: None,
        offered: Vec::new(),
        informed: false,
        card_left: false,
        items: Vec::new(),
        legal_basis: None,
        capacity: None,
        assessed_by: None,
        searched: Vec::new(),
        handed_to: Some(receiver.clone()),
        at: Some(at),
    }
}

/// We declined by name what another district offered: the case that its report opened here is over, unless it has
/// other reports.
fn not_ours(draft: &mut Draft<'_, '_>, hand_over: &HandOver, name: &str) {
    let Some(case) = draft.tables.root(hand_over.case_id).cloned() else {
        return;
    };
    let only_theirs = draft.tables.sightings_of(case.id).len() == 1;
    if only_theirs && case.state != CaseState::Closed {
        close(draft, &case, name, "hand_over_declined");
    }
}

fn close(draft: &mut Draft<'_, '_>, case: &Arc<Case>, name: &str, ground: &str) {
    draft.push(Event::CaseClosed {
        case_id: case.id,
        decision: Some(ClosingDecision {
            by: name.to_owned(),
            ground: ground.to_owned(),
        }),
        reason: ground.to_owned(),
        review: false,
    });
}

fn tell(draft: &mut Draft<'_, '_>, addressee: Addressee, case_id: CaseId) {
    let root = draft.tables.root(case_id).map(|case| case.id);
    let mut notice = draft.notice(addressee, NoticeAbout::HandOver);
    notice.case_id = root;
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
