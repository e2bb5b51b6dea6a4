//! Rule: how often somebody who works alone says that all is well, and when silence is an alarm.

use model::time::{Instant, Span};

use crate::policy::Policy;

/// By when the next check-in is due.
///
/// # Source
/// Ours; `wire.md`, shifts: the alarm runs on the server.
pub fn check_in_by(policy: &Policy, last: Instant) -> Instant {
    last + policy.numbers.safety.check_in_every.0
}

/// When a missed check-in becomes an alarm: the due time and the grace.
pub fn alarm_at(policy: &Policy, check_in_by: Instant) -> Instant {
    check_in_by + policy.numbers.safety.check_in_grace.0
}

/// How long between two check-ins.
pub fn check_in_every(policy: &Policy) -> Span {
    policy.numbers.safety.check_in_every.0
}
