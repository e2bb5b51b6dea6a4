//! Rule: what is doubted about a report that is accepted all the same.

use model::sign::Doubt;
use model::time::{Instant, Span};

use crate::facts::DoubtFacts;
use crate::policy::Policy;

/// Judges what is doubted about a report: time, position, place. A doubted report is never refused.
///
/// # Shape
/// Time: seen later than the server's clock allows, or too long ago. Position: outside the district, or reached
/// faster than anybody moves. Place: accuracy worse than 100 m or a point under a bridge deck, and no place named;
/// neither position nor place known well is asked for by a person.
///
/// # Source
/// `domain.md`, duplicates (reports of signed-in staff); limits ours.
pub fn doubts(policy: &Policy, facts: &DoubtFacts) -> Vec<Doubt> {
    let n = &policy.numbers.doubt;
    let mut found = Vec::new();
    let ahead = facts.seen_at > facts.now + n.ahead_of_clock.0;
    let behind = facts.now.since(facts.seen_at) > n.behind_clock.0;
    if ahead || behind {
        found.push(Doubt::Time);
    }
    let outside = facts
        .outside_district_m
        .is_some_and(|metres| metres > outside_limit_m(policy, facts.accuracy_m))
        || (facts.outside_district_m.is_none()
            && facts
                .nearest_centre_m
                .is_some_and(|metres| metres > n.far_from_centres_m));
    let too_fast = facts
        .speed_m_per_s
        .is_some_and(|speed| speed > n.speed_m_per_s_max);
    if facts.has_position && (outside || too_fast) {
        found.push(Doubt::Position);
    }
    if asks_for_place(policy, facts) && !facts.has_place {
        found.push(Doubt::Place);
    }
    found
}

/// Whether a place name has to be asked for.
pub fn asks_for_place(policy: &Policy, facts: &DoubtFacts) -> bool {
    !facts.has_position
        || facts.under_deck
        || facts
            .accuracy_m
            .is_some_and(|accuracy_m| accuracy_m > policy.numbers.doubt.accuracy_asks_place_m)
}

/// When something was seen, corrected for the device's clock: figures count from this.
///
/// # Shape
/// `sent_at` is what the device's clock said when it sent, `now` the server's at that moment. A clock that is off by
/// more than the policy allows is corrected; nothing lies after `now`.
pub fn corrected_seen_at(
    policy: &Policy,
    seen_at: Instant,
    sent_at: Option<Instant>,
    now: Instant,
) -> Instant {
    let tolerance = policy.numbers.doubt.ahead_of_clock.0;
    let corrected = match sent_at {
        Some(sent_at) if sent_at.apart(now) > tolerance => {
            if sent_at > now {
                seen_at - sent_at.since(now)
            } else {
                seen_at + now.since(sent_at)
            }
        }
        Some(_) | None => seen_at,
    };
    corrected.min(now)
}

/// How far ahead of the server's clock a time may lie before it is doubted.
pub fn ahead_of_clock(policy: &Policy) -> Span {
    policy.numbers.doubt.ahead_of_clock.0
}

/// From which distance outside every boundary a point is doubted: its own accuracy, but at least the policy's metres
/// and at most what asks for a place name. A point on the other bank of the creek is outside.
pub fn outside_limit_m(policy: &Policy, accuracy_m: Option<f64>) -> f64 {
    let n = &policy.numbers.doubt;
    accuracy_m
        .unwrap_or(0.0)
        .min(n.accuracy_asks_place_m)
        .max(n.outside_district_m)
}
