//! Rule: when a unit may give a task back, and for which reason.

use model::task::{ReturnReason, TaskState};
use model::time::Instant;

/// What a return is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnFacts {
    /// Why.
    pub reason: ReturnReason,
    /// How far the task is.
    pub state: TaskState,
    /// When the offer, or the acceptance time, ends.
    pub acknowledge_by: Option<Instant>,
    /// Now.
    pub now: Instant,
}

/// Judges whether a task may be given back for this reason now.
///
/// # Shape
/// `busy wrong_area skill_or_language shift_ending` within the acknowledge time; `vehicle unsafe emergency_met
/// unreachable_route` at any time until the outcome.
///
/// # Source
/// `domain.md`, returning a task.
pub fn may_return(facts: &ReturnFacts) -> bool {
    let running = match facts.state {
        TaskState::Offered | TaskState::Accepted | TaskState::Departed | TaskState::Arrived => true,
        TaskState::Waiting | TaskState::Done | TaskState::Returned | TaskState::Withdrawn => false,
    };
    running
        && match facts.reason {
            ReturnReason::Busy
            | ReturnReason::WrongArea
            | ReturnReason::SkillOrLanguage
            | ReturnReason::ShiftEnding => facts.acknowledge_by.is_none_or(|by| facts.now <= by),
            ReturnReason::Vehicle
            | ReturnReason::Unsafe
            | ReturnReason::EmergencyMet
            | ReturnReason::UnreachableRoute => true,
        }
}
