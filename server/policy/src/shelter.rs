//! Rule: when a resource should be open, when it may be recommended, and when it may close.

use model::grade::Level;
use model::time::{Instant, Span};

use crate::duration::ClockTime;
use crate::policy::Policy;

/// What a place is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelterFacts {
    /// The colour that opens it; absent: it has its usual hours.
    pub opens_at_level: Option<Level>,
    /// The colour of its street.
    pub area: Level,
    /// Whether its keeper confirmed that it is open.
    pub confirmed_open: bool,
    /// Free beds as last said.
    pub beds_free: Option<u32>,
    /// People inside who have not chosen where to go.
    pub n_guests: u32,
}

/// Whether the colour of the street says that the place should be open.
pub fn should_be_open(facts: &ShelterFacts) -> bool {
    facts
        .opens_at_level
        .is_some_and(|level| level != Level::None && facts.area >= level)
}

/// Whether the keeper gets a task: it should be open and nobody has confirmed it.
pub fn keeper_is_asked(facts: &ShelterFacts) -> bool {
    should_be_open(facts) && !facts.confirmed_open
}

/// Whether it may be recommended: only after its keeper confirmed that it is open, and with a bed free if beds are known.
pub fn may_be_recommended(facts: &ShelterFacts) -> bool {
    facts.confirmed_open && facts.beds_free != Some(0)
}

/// Whether a hold may be made or a closing recorded: a place with people inside stays open.
pub const fn may_close(facts: &ShelterFacts) -> bool {
    facts.n_guests == 0
}

/// Until when a place with people inside stays open after the colour fell: the coming morning.
///
/// # Source
/// `domain.md`, shelter; S44c, S49.
pub fn stays_open_until(policy: &Policy, fell_at: Instant) -> Instant {
    policy.calendar().next_clock(fell_at, morning(policy))
}

/// The longest time that beds are held for somebody who has not come.
pub fn hold_at_most(policy: &Policy) -> Span {
    policy.numbers.shelter.hold_at_most.0
}

fn morning(policy: &Policy) -> ClockTime {
    policy.numbers.shelter.stays_open_until
}
