//! Decides commands about shifts and the safety of those who work them: start, check in, end, panic.

use std::sync::Arc;

use model::background::Shift;
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::id::{DepartmentId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::task::{ReturnReason, Task, TaskState};
use model::time::Instant;
use policy::action::Action;
use policy::permission::verdict_for_listing;
use policy::safety::{alarm_at, check_in_by};

use crate::draft::Draft;
use crate::handlers::task::return_task;
use crate::rights::permit_unit;
use crate::settle::tasks::{self, hands};

pub(crate) fn start(
    draft: &mut Draft<'_, '_>,
    ends_at: Option<Instant>,
    lone: bool,
) -> Result<(), Refusal> {
    let unit = own_unit(draft, Action::ShiftStart)?;
    if ends_at.is_some_and(|ends_at| ends_at <= draft.now()) {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/ends_at"));
    }
    let planned = draft
        .tables
        .units
        .get(&unit)
        .and_then(|known| hands::planned_end(&draft.policy, known, draft.now()));
    let shift = Shift {
        unit,
        by: draft.heading.actor.account.clone(),
        started_at: draft.now(),
        ends_at: ends_at.or(planned),
        check_in_by: lone.then(|| next_alarm(draft)),
        check_in_missed: false,
        panic_at: None,
        ended_at: None,
    };
    draft.push(Event::ShiftStarted { shift });
    draft.hands_changed = true;
    draft.ask_again = true;
    Ok(())
}

/// "I am safe": also ends an alarm.
pub(crate) fn check_in(draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    let unit = own_unit(draft, Action::ShiftCheckIn)?;
    let shift = running(draft, &unit)?;
    let next_by = shift.check_in_by.map(|_| next_alarm(draft));
    draft.push(Event::ShiftCheckedIn { unit, next_by });
    draft.hands_changed = true;
    draft.ask_again = true;
    Ok(())
}

/// Unfinished tasks return to the list before the unit leaves.
pub(crate) fn end(draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    let unit = own_unit(draft, Action::ShiftEnd)?;
    running(draft, &unit)?;
    end_of(draft, &unit);
    Ok(())
}

/// Help me: goes to the duty officer and to the unit's street at once.
pub(crate) fn panic(draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    let unit = own_unit(draft, Action::Panic)?;
    draft.push(Event::PanicRaised { unit: unit.clone() });
    alarm(draft, &unit, NoticeAbout::Panic);
    Ok(())
}

/// A check-in was missed: the same people are told.
pub(crate) fn missed(draft: &mut Draft<'_, '_>, unit: &UnitId) {
    draft.push(Event::CheckInMissed { unit: unit.clone() });
    alarm(draft, unit, NoticeAbout::CheckInMissed);
}

/// The planned end came. Who is on site is not called away: the shift goes on until the next look.
pub(crate) fn planned_end_came(draft: &mut Draft<'_, '_>, unit: &UnitId) {
    let on_site = hands::tasks_of(&draft.tables, unit)
        .iter()
        .any(|task| task.state == TaskState::Arrived);
    let shift = draft.tables.shifts.get(unit).cloned();
    if let Some(shift) = shift
        && on_site
    {
        let mut shift = (*shift).clone();
        shift.ends_at = Some(check_in_by(&draft.policy, draft.now()));
        draft.push(Event::ShiftStarted { shift });
        return;
    }
    end_of(draft, unit);
}

fn end_of(draft: &mut Draft<'_, '_>, unit: &UnitId) {
    let unfinished: Vec<Arc<Task>> = hands::tasks_of(&draft.tables, unit)
        .into_iter()
        .cloned()
        .collect();
    for task in unfinished {
        if task.state == TaskState::Offered {
            let drill = hands::case_of(draft, &task).is_some_and(|case| case.drill);
            draft.marked(drill, |draft| {
                draft.push(Event::OfferLapsed { task_id: task.id });
                tasks::cancel_offer_notices(draft, &task);
            });
        } else {
            return_task(draft, &task, ReturnReason::ShiftEnding);
        }
    }
    draft.push(Event::ShiftEnded { unit: unit.clone() });
    draft.hands_changed = true;
}

fn own_unit(draft: &Draft<'_, '_>, action: Action) -> Result<UnitId, Refusal> {
    let unit = draft
        .heading
        .actor
        .unit
        .clone()
        .filter(|unit| draft.tables.units.contains_key(unit));
    let Some(unit) = unit else {
        verdict_for_listing(&draft.policy, &draft.heading.actor, action)?;
        return Err(RefusalCode::UnitNotAvailable.into());
    };
    permit_unit(draft, &unit, action)?;
    Ok(unit)
}

fn running(draft: &Draft<'_, '_>, unit: &UnitId) -> Result<Arc<Shift>, Refusal> {
    draft
        .tables
        .shifts
        .get(unit)
        .filter(|shift| shift.ended_at.is_none())
        .cloned()
        .ok_or_else(|| RefusalCode::NoShift.into())
}

fn next_alarm(draft: &Draft<'_, '_>) -> Instant {
    alarm_at(&draft.policy, check_in_by(&draft.policy, draft.now()))
}

fn alarm(draft: &mut Draft<'_, '_>, unit: &UnitId, about: NoticeAbout) {
    let street = draft
        .tables
        .units
        .get(unit)
        .and_then(|known| known.jurisdiction.as_ref())
        .map(DepartmentId::street);
    let mut addressees = vec![Addressee::DutyOfficer];
    addressees.extend(street.map(|department| Addressee::Department { department }));
    for addressee in addressees {
        let mut notice = draft.notice(addressee, about);
        notice.unit = Some(unit.clone());
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
}
