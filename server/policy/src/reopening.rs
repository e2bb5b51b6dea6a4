//! Rule: whether a sighting that joins a followed-up case opens it again, with deadlines from now.

use std::collections::BTreeSet;

use model::grade::Priority;
use model::reason::Reason;
use model::sign::{Sign, Source};

use crate::policy::Policy;
use crate::priority::priority_of_sign;

/// What the reopening is judged from.
#[derive(Clone, Copy, Debug)]
pub struct ReopeningFacts<'a> {
    /// The priority of the case before the sighting.
    pub priority_before: Priority,
    /// Its priority with the sighting.
    pub priority_after: Priority,
    /// Every sign that the case had before.
    pub signs_before: &'a BTreeSet<Sign>,
    /// The signs of the sighting.
    pub signs_new: &'a BTreeSet<Sign>,
    /// Where the sighting came from.
    pub source: Source,
}

/// Judges whether a followed-up case opens again: on a higher priority, a worsening sign, or when the person asks.
/// Otherwise the sighting only brings the next visit forward.
///
/// # Shape
/// A worsening sign is one of danger, of protection or of exposure that the case did not have.
///
/// # Source
/// `domain.md`, duplicates.
pub fn verdict_for_reopening(policy: &Policy, facts: &ReopeningFacts<'_>) -> Option<Reason> {
    if facts.priority_after < facts.priority_before {
        return Some(
            policy
                .reason("reopening/higher_priority", "priority")
                .fact("from", facts.priority_before.as_str())
                .fact("priority", facts.priority_after.as_str()),
        );
    }
    let worse = facts
        .signs_new
        .difference(facts.signs_before)
        .any(|sign| worsens(policy, *sign));
    if worse {
        return Some(policy.reason("reopening/worse", "priority"));
    }
    (facts.source == Source::SelfReport)
        .then(|| policy.reason("reopening/asked_for_help", "priority"))
}

fn worsens(policy: &Policy, sign: Sign) -> bool {
    policy.numbers.priority.step_up.signs.contains(&sign)
        || priority_of_sign(policy, sign).is_some_and(|priority| priority <= Priority::P1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_worse_news_or_the_person_opens_a_followed_up_case() {
        let policy = Policy::putuo().unwrap();
        for (before, after, had, new, source, rule) in [
            (
                Priority::P2,
                Priority::P1,
                Sign::BeddedDown,
                Sign::Minor,
                Source::Patrol,
                Some("reopening/higher_priority"),
            ),
            (
                Priority::P1,
                Priority::P1,
                Sign::Minor,
                Sign::Pregnant,
                Source::Patrol,
                Some("reopening/worse"),
            ),
            (
                Priority::P2,
                Priority::P2,
                Sign::BeddedDown,
                Sign::WetClothing,
                Source::Patrol,
                Some("reopening/worse"),
            ),
            (
                Priority::P2,
                Priority::P2,
                Sign::BeddedDown,
                Sign::AboutToBedDown,
                Source::Patrol,
                None,
            ),
            (
                Priority::P2,
                Priority::P2,
                Sign::WetClothing,
                Sign::WetClothing,
                Source::Public,
                None,
            ),
            (
                Priority::P2,
                Priority::P2,
                Sign::BeddedDown,
                Sign::BeddedDown,
                Source::SelfReport,
                Some("reopening/asked_for_help"),
            ),
        ] {
            let (signs_before, signs_new) = (BTreeSet::from([had]), BTreeSet::from([new]));
            let facts = ReopeningFacts {
                priority_before: before,
                priority_after: after,
                signs_before: &signs_before,
                signs_new: &signs_new,
                source,
            };
            assert_eq!(
                verdict_for_reopening(&policy, &facts)
                    .map(|r| r.rule.clone())
                    .as_deref(),
                rule
            );
        }
    }
}
