//! Rule: how grave a case is: the matrix of its priority and the colour of its street.

use model::grade::{Level, Priority};
use model::reason::Verdict;

use crate::policy::Policy;

/// Judges how grave a case is from its priority and the colour of its street.
///
/// # Shape
/// Total: the matrix has a cell for every pair.
///
/// # Source
/// `domain.md`, warning level and first tier of a case.
pub fn verdict_for_warning_level(
    policy: &Policy,
    priority: Priority,
    area: Level,
) -> Verdict<Level> {
    let level = *policy.numbers.warning_level.at(priority).at(area);
    let reason = policy
        .reason("warning_level/matrix", "warning_level")
        .fact("priority", priority.as_str())
        .fact("area_level", area.as_str())
        .fact("warning_level", level.as_str());
    Verdict::new(level, reason)
}
