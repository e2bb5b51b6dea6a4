//! Sends each timer of the state that is due to the file that knows it. Each looks again: what is not due any more is
//! refused as stale; otherwise at least one event takes the timer away, so that it fires once.

use model::deadline::Timer;
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;

use crate::draft::Draft;
use crate::handlers::{area, escalation, retention, timer_case, timer_task};

/// Decides a timer that is due.
///
/// # Errors
/// `stale_deadline` when the state has no such timer at that time, or its time has not come.
pub(crate) fn reached(
    draft: &mut Draft<'_, '_>,
    timer: &Timer,
    due: Instant,
) -> Result<(), Refusal> {
    if due > draft.now() || !draft.tables.timers.contains(&(due, timer.clone())) {
        return Err(RefusalCode::StaleDeadline.into());
    }
    match timer {
        Timer::Regrade => {
            timer_case::regrade(draft);
            Ok(())
        }
        Timer::CaseStep { case_id, kind } => {
            timer_case::case_step(draft, *case_id, *kind);
            Ok(())
        }
        Timer::DutyCall => {
            timer_case::duty_call(draft);
            Ok(())
        }
        Timer::EscalationStep { escalation_id } => {
            escalation::step(draft, *escalation_id);
            Ok(())
        }
        Timer::EscalationAskAgain { escalation_id } => escalation::ask_again(draft, *escalation_id),
        Timer::AreaLook => {
            area::look(draft);
            Ok(())
        }
        Timer::ConfirmLapses { change_id } => area::confirm_lapses(draft, *change_id),
        Timer::SignalEnds { signal_id } => area::signal_ends(draft, signal_id),
        Timer::CapacityRepeat => {
            timer_task::capacity_repeat(draft);
            Ok(())
        }
        Timer::OfferLapses { task_id } => timer_task::offer_lapses(draft, *task_id),
        Timer::RevisitDue { case_id } => timer_task::revisit_due(draft, *case_id),
        Timer::ReceiverUnconfirmed { case_id } => timer_task::receiver_unconfirmed(draft, *case_id),
        Timer::FollowUpEnds { case_id } => timer_task::follow_up_ends(draft, *case_id),
        Timer::CheckInMissed { unit } => {
            timer_task::check_in_missed(draft, unit);
            Ok(())
        }
        Timer::ShiftEnds { unit } => {
            timer_task::shift_ends(draft, unit);
            Ok(())
        }
        Timer::HandOverLapses { hand_over_id } => {
            timer_task::hand_over_lapses(draft, *hand_over_id)
        }
        Timer::HoldEnds { hold_id } => {
            timer_task::hold_ends(draft, *hold_id);
            Ok(())
        }
        Timer::SpecialCare { person_id } => {
            timer_task::special_care(draft, *person_id);
            Ok(())
        }
        Timer::Retention { case_id } => {
            retention::reached(draft, *case_id);
            Ok(())
        }
        Timer::EmergencyData { jurisdiction } => retention::warning_long_over(draft, jurisdiction),
    }
}
