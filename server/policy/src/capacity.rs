//! Rule: more work than hands: the order of the waiting list, what one unit can hold, and when it is said.

use std::cmp::Ordering;

use model::grade::Priority;
use model::time::Span;

use crate::facts::WaitingFacts;
use crate::policy::Policy;

/// Which of two waiting cases comes first: priority, exposure signs, waiting time, distance.
///
/// # Source
/// `domain.md`, more work than hands.
pub fn waiting_order(a: &WaitingFacts, b: &WaitingFacts) -> Ordering {
    a.priority
        .cmp(&b.priority)
        .then(b.n_exposure_signs.cmp(&a.n_exposure_signs))
        .then(a.since.cmp(&b.since))
        .then_with(|| match (a.distance_m, b.distance_m) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        })
}

/// Whether a unit has room for one more task under way; self-made visits stand beside the limit.
pub fn has_room_under_way(policy: &Policy, n_under_way: usize) -> bool {
    n_under_way < policy.numbers.capacity.n_under_way_max
}

/// Whether a unit has room for one more offer.
pub fn has_room_for_offer(policy: &Policy, n_offered: usize) -> bool {
    n_offered < policy.numbers.capacity.n_offered_max
}

/// Whether a waiting case past its acknowledge time is a matter of hands: then one `capacity.short` for all streets
/// together instead of its ladder. A P0 or P1 is not: its ladder fires.
pub const fn is_capacity_matter(priority: Priority) -> bool {
    match priority {
        Priority::P2 | Priority::P3 => true,
        Priority::P0 | Priority::P1 => false,
    }
}

/// How long until `capacity.short` is said again while cases still wait.
pub fn capacity_repeat(policy: &Policy) -> Span {
    policy.numbers.capacity.repeat_every.0
}
