//! Checker 1: an open or follow-up case has an owner or a running timer; and a timer that is due has fired.

use std::collections::BTreeSet;

use dispatch::Tables;
use model::deadline::Timer;
use model::id::CaseId;
use model::time::{Instant, Span};

use crate::counts::Counts;
use crate::violation::Violation;

/// A clock that was set is noticed after thirty seconds, and a failed disk is asked every quarter of a second.
const GRACE: Span = Span::from_secs(40);

/// Looks at every active case and at every timer.
pub fn check(tables: &Tables, now: Instant, counts: &mut Counts) -> Result<(), Violation> {
    if let Some((due, timer)) = tables.timers.get_min()
        && *due + GRACE < now
    {
        return Err(Violation::new(
            1,
            format!("{timer:?} was due at {due} and has not fired at {now}"),
        ));
    }
    if !tables.timers.is_empty() {
        counts.premise("1 timer fired in time");
    }
    let timed: BTreeSet<CaseId> = tables
        .timers
        .iter()
        .filter_map(|(_, timer)| case_of(tables, timer))
        .collect();
    for id in tables.active.values().flatten() {
        let Some(case) = tables.cases.get(id) else {
            continue;
        };
        if case.history {
            continue;
        }
        counts.premise("1 active case looked at");
        let owned = case.taken.is_some()
            || tables.tasks_of(*id).into_iter().any(|task| {
                !task.state.is_over() && (task.unit.is_some() || tables.waiting.contains(&task.id))
            });
        let called = tables.duty_call_at.is_some() && tables.duty_call_cases.contains(id);
        if !owned && !called && !timed.contains(id) {
            return Err(Violation::new(
                1,
                format!(
                    "case {id} is {} and has neither owner nor timer: {case:?}",
                    case.state
                ),
            ));
        }
    }
    Ok(())
}

/// The case that a timer runs for.
fn case_of(tables: &Tables, timer: &Timer) -> Option<CaseId> {
    match timer {
        Timer::CaseStep { case_id, .. }
        | Timer::RevisitDue { case_id }
        | Timer::ReceiverUnconfirmed { case_id }
        | Timer::FollowUpEnds { case_id } => Some(*case_id),
        Timer::OfferLapses { task_id } => tables
            .tasks
            .get(task_id)
            .and_then(|task| task.case_id)
            .and_then(|id| tables.root(id))
            .map(|case| case.id),
        Timer::Regrade
        | Timer::DutyCall
        | Timer::CapacityRepeat
        | Timer::EscalationStep { .. }
        | Timer::EscalationAskAgain { .. }
        | Timer::AreaLook
        | Timer::ConfirmLapses { .. }
        | Timer::SignalEnds { .. }
        | Timer::CheckInMissed { .. }
        | Timer::ShiftEnds { .. }
        | Timer::HandOverLapses { .. }
        | Timer::HoldEnds { .. }
        | Timer::SpecialCare { .. }
        | Timer::Retention { .. }
        | Timer::EmergencyData { .. } => None,
    }
}
