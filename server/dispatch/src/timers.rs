//! Timers are state: which entity is due when. Each entity says it in one function, and `tables` keeps them in order.

use model::area::{AreaWarning, ColourChange, EndedWarning, WeatherSignal};
use model::background::{Hold, Shift};
use model::case::{Case, CaseState};
use model::deadline::{CaseDeadlines, Timer};
use model::escalation::{Escalation, HandOver};
use model::person::Person;
use model::task::{Task, TaskState};
use model::time::Instant;

use crate::state::State;

/// The next thing that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub due: Instant,
    /// What.
    pub timer: Timer,
}

/// The next thing that is due in a state; `due` may lie in the past.
pub fn next_deadline(state: &State) -> Option<Deadline> {
    state.tables.timers.get_min().map(|(due, timer)| Deadline {
        due: *due,
        timer: timer.clone(),
    })
}

pub(crate) fn of_case(case: &Case) -> Vec<(Instant, Timer)> {
    let mut timers = Vec::new();
    if case.merged_into.is_some() {
        return timers;
    }
    if case.state == CaseState::Closed {
        timers.extend(of_closed(case));
        return timers;
    }
    if case.history {
        return timers;
    }
    if case.state == CaseState::Open {
        for kind in CaseDeadlines::LADDERS {
            if let Some((_, at)) = case
                .deadlines
                .get(kind)
                .and_then(model::deadline::Ladder::next_step)
            {
                timers.push((
                    at,
                    Timer::CaseStep {
                        case_id: case.id,
                        kind,
                    },
                ));
            }
        }
    }
    if case.state == CaseState::FollowUp {
        if let Some(plan) = &case.revisit
            && plan.task_id.is_none()
            && let Some(at) = plan.task_from
        {
            timers.push((at, Timer::RevisitDue { case_id: case.id }));
        }
        let ask = case
            .subjects
            .iter()
            .filter_map(|s| s.outcome.as_ref()?.ask_receiver_at)
            .min();
        if let Some(at) = ask {
            timers.push((at, Timer::ReceiverUnconfirmed { case_id: case.id }));
        }
        if let Some(at) = case.follow_up_ends_at {
            timers.push((at, Timer::FollowUpEnds { case_id: case.id }));
        }
    }
    timers
}

/// A closed case is looked at once when its details are erased, and again at that time.
fn of_closed(case: &Case) -> Option<(Instant, Timer)> {
    let at = match case.retention {
        Some(plan) => plan.erase_at?,
        None => case.closed_at?,
    };
    Some((at, Timer::Retention { case_id: case.id }))
}

/// Each ended warning of a street has a time at which the personal fields taken under it go.
pub(crate) fn of_area(area: &AreaWarning) -> Vec<(Instant, Timer)> {
    let of = |ended: &EndedWarning| {
        let jurisdiction = area.jurisdiction.clone();
        (ended.erase_at, Timer::EmergencyData { jurisdiction })
    };
    area.ended.iter().map(of).collect()
}

pub(crate) fn of_task(task: &Task) -> Vec<(Instant, Timer)> {
    match (task.state, task.offered_until) {
        (TaskState::Offered, Some(at)) => vec![(at, Timer::OfferLapses { task_id: task.id })],
        (
            TaskState::Offered
            | TaskState::Waiting
            | TaskState::Accepted
            | TaskState::Departed
            | TaskState::Arrived
            | TaskState::Done
            | TaskState::Returned
            | TaskState::Withdrawn,
            _,
        ) => Vec::new(),
    }
}

pub(crate) fn of_escalation(escalation: &Escalation) -> Vec<(Instant, Timer)> {
    if escalation.is_unanswered() {
        return escalation
            .steps
            .iter()
            .find(|step| step.fired_at.is_none())
            .map(|step| {
                (
                    step.at,
                    Timer::EscalationStep {
                        escalation_id: escalation.id,
                    },
                )
            })
            .into_iter()
            .collect();
    }
    if escalation.is_open() && !escalation.asked_again {
        return escalation
            .ask_again_at
            .map(|at| {
                (
                    at,
                    Timer::EscalationAskAgain {
                        escalation_id: escalation.id,
                    },
                )
            })
            .into_iter()
            .collect();
    }
    Vec::new()
}

pub(crate) fn of_person(person: &Person) -> Vec<(Instant, Timer)> {
    if person.joined_to.is_some() || !person.special_care {
        return Vec::new();
    }
    person
        .look_at
        .map(|at| {
            (
                at,
                Timer::SpecialCare {
                    person_id: person.id,
                },
            )
        })
        .into_iter()
        .collect()
}

pub(crate) fn of_shift(shift: &Shift) -> Vec<(Instant, Timer)> {
    let mut timers = Vec::new();
    if shift.ended_at.is_some() {
        return timers;
    }
    if let Some(at) = shift.check_in_by
        && !shift.check_in_missed
    {
        timers.push((
            at,
            Timer::CheckInMissed {
                unit: shift.unit.clone(),
            },
        ));
    }
    if let Some(at) = shift.ends_at {
        timers.push((
            at,
            Timer::ShiftEnds {
                unit: shift.unit.clone(),
            },
        ));
    }
    timers
}

pub(crate) fn of_hold(hold: &Hold) -> Vec<(Instant, Timer)> {
    if hold.ended.is_some() {
        Vec::new()
    } else {
        vec![(hold.until, Timer::HoldEnds { hold_id: hold.id })]
    }
}

pub(crate) fn of_signal(signal: &WeatherSignal) -> Vec<(Instant, Timer)> {
    signal
        .expires_at
        .map(|at| {
            (
                at,
                Timer::SignalEnds {
                    signal_id: signal.id.clone(),
                },
            )
        })
        .into_iter()
        .collect()
}

pub(crate) fn of_change(change: &ColourChange) -> Vec<(Instant, Timer)> {
    if change.confirmed_by.is_some() {
        return Vec::new();
    }
    change
        .confirm_by
        .map(|at| {
            (
                at,
                Timer::ConfirmLapses {
                    change_id: change.id,
                },
            )
        })
        .into_iter()
        .collect()
}

pub(crate) fn of_hand_over(hand_over: &HandOver) -> Vec<(Instant, Timer)> {
    if hand_over.answer.is_some() || hand_over.from_district.is_some() {
        return Vec::new();
    }
    vec![(
        hand_over.answer_by,
        Timer::HandOverLapses {
            hand_over_id: hand_over.id,
        },
    )]
}
