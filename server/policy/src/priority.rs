//! Rule: how urgent a case is, from what was seen. `P0` is the most urgent.

use std::collections::BTreeSet;

use model::grade::{Level, Priority};
use model::reason::{Reason, Verdict};
use model::sign::{AgeBand, Sign};
use model::time::Instant;

use crate::facts::{PriorityFacts, SightingFacts};
use crate::policy::Policy;

/// A judged priority.
#[derive(Clone, Debug, PartialEq)]
pub struct PriorityVerdict {
    /// The priority with its reasons, the strongest first.
    pub verdict: Verdict<Priority>,
    /// The priority without what rests on history and refusal alone: tier and departments follow this one.
    pub asked: Priority,
}

/// Judges how urgent a case is from all its sightings, the colour of its street and its history.
///
/// # Shape
/// Total. A case has the highest priority of all its sightings. One step up, to P1 at most, from the policy's colour
/// on. A step up that rests on nights and refusals alone is left out of `asked`.
///
/// # Source
/// `domain.md`, case priority; S3 art. 30, S4, S18 for the groups.
pub fn verdict_for_priority(policy: &Policy, facts: &PriorityFacts) -> PriorityVerdict {
    let judged: Vec<(Priority, Reason)> = facts
        .sightings
        .iter()
        .map(|sighting| of_sighting(policy, sighting))
        .collect();
    let (seen, reason) = judged
        .into_iter()
        .min_by_key(|(priority, _)| *priority)
        .unwrap_or_else(|| {
            let priority = policy.numbers.priority.without_sign_nobody;
            (
                priority,
                policy.reason("priority/no_sign_nobody", "priority"),
            )
        });
    let mut reasons = vec![reason];
    let (asked, by_signs) = stepped_up_by_signs(policy, facts, seen);
    let (value, by_history) = stepped_up_by_history(policy, facts, seen);
    reasons.extend(by_signs);
    reasons.extend(by_history);
    let value = value.min(asked);
    if reasons.len() > 1 {
        reasons.rotate_left(1);
    }
    PriorityVerdict {
        verdict: Verdict::with(value, reasons),
        asked,
    }
}

/// The priority that one sign stands for; none for those that only make it worse.
pub fn priority_of_sign(policy: &Policy, sign: Sign) -> Option<Priority> {
    let lists = &policy.numbers.priority;
    [
        (Priority::P0, &lists.p0),
        (Priority::P1, &lists.p1),
        (Priority::P2, &lists.p2),
        (Priority::P3, &lists.p3),
    ]
    .into_iter()
    .find(|(_, list)| list.contains(&sign))
    .map(|(priority, _)| priority)
}

/// The signs that hold: what was given, less what was taken back, and what the age band counts as.
pub fn signs_held(policy: &Policy, sighting: &SightingFacts) -> BTreeSet<Sign> {
    let mut signs: BTreeSet<Sign> = sighting
        .signs
        .difference(&sighting.withdrawn)
        .copied()
        .collect();
    signs.extend(sign_of_band(policy, sighting.age_band));
    signs
}

/// The sign that an age band counts as.
pub fn sign_of_band(policy: &Policy, band: AgeBand) -> Option<Sign> {
    let lists = &policy.numbers.priority;
    if lists.minor_bands.contains(&band) {
        Some(Sign::Minor)
    } else if lists.elderly_bands.contains(&band) {
        Some(Sign::Aged60OrOlder)
    } else {
        None
    }
}

/// How many of the signs make it worse: exposure, for the waiting list.
pub fn n_exposure_signs(policy: &Policy, signs: &BTreeSet<Sign>) -> usize {
    policy
        .numbers
        .priority
        .step_up
        .signs
        .iter()
        .filter(|sign| signs.contains(sign))
        .count()
}

/// Whether a sign given at `given_at` may still be taken back as a slip: the reporter is a named person for it.
///
/// # Source
/// `domain.md`: a P0 sign within 60 s (误触).
pub fn may_withdraw(policy: &Policy, sign: Sign, given_at: Instant, now: Instant) -> bool {
    priority_of_sign(policy, sign) == Some(Priority::P0)
        && now.since(given_at) <= policy.numbers.priority.withdraw.within.0
}

/// Whether the colour makes wet clothing, nights and refusals count.
pub fn steps_up_count(policy: &Policy, area: Level) -> bool {
    area >= policy.numbers.priority.step_up.from_level
}

fn of_sighting(policy: &Policy, sighting: &SightingFacts) -> (Priority, Reason) {
    let signs = signs_held(policy, sighting);
    let best = signs
        .iter()
        .filter_map(|sign| priority_of_sign(policy, *sign))
        .min();
    let Some(priority) = best else {
        let lists = &policy.numbers.priority;
        return if sighting.n_people > 0 {
            (
                lists.without_sign_seen,
                policy.reason("priority/no_sign_seen", "priority"),
            )
        } else {
            (
                lists.without_sign_nobody,
                policy.reason("priority/no_sign_nobody", "priority"),
            )
        };
    };
    let matched: Vec<&str> = signs
        .iter()
        .filter(|sign| priority_of_sign(policy, **sign) == Some(priority))
        .map(|sign| sign.as_str())
        .collect();
    let rule = match priority {
        Priority::P0 => "priority/danger",
        Priority::P1 => "priority/protected",
        Priority::P2 => "priority/rough_sleeping",
        Priority::P3 => "priority/clue",
    };
    (
        priority,
        policy
            .reason(rule, "priority")
            .fact("priority", priority.as_str())
            .quoting("signs", matched),
    )
}

fn one_step_up(policy: &Policy, priority: Priority) -> Priority {
    let up = match priority {
        Priority::P3 => Priority::P2,
        Priority::P2 | Priority::P1 => Priority::P1,
        Priority::P0 => Priority::P0,
    };
    up.max(policy.numbers.priority.step_up.highest)
        .min(priority)
}

fn stepped_up_by_signs(
    policy: &Policy,
    facts: &PriorityFacts,
    seen: Priority,
) -> (Priority, Option<Reason>) {
    let worse: BTreeSet<Sign> = facts
        .sightings
        .iter()
        .flat_map(|sighting| signs_held(policy, sighting))
        .collect();
    let matched: Vec<&str> = policy
        .numbers
        .priority
        .step_up
        .signs
        .iter()
        .filter(|sign| worse.contains(sign))
        .map(|s| s.as_str())
        .collect();
    let up = one_step_up(policy, seen);
    if !steps_up_count(policy, facts.area) || matched.is_empty() || up == seen {
        return (seen, None);
    }
    let reason = policy
        .reason("priority/step_up_condition", "priority.step_up")
        .fact("priority", up.as_str())
        .fact("from", seen.as_str())
        .fact("area_level", facts.area.as_str())
        .quoting("signs", matched);
    (up, Some(reason))
}

fn stepped_up_by_history(
    policy: &Policy,
    facts: &PriorityFacts,
    seen: Priority,
) -> (Priority, Vec<Reason>) {
    let n = &policy.numbers.priority.step_up;
    let up = one_step_up(policy, seen);
    if !steps_up_count(policy, facts.area) || up == seen {
        return (seen, Vec::new());
    }
    let mut reasons = Vec::new();
    let mut add = |rule: &str, fact: &str, count: u32| {
        reasons.push(
            policy
                .reason(rule, "priority.step_up")
                .fact("priority", up.as_str())
                .fact("from", seen.as_str())
                .fact("area_level", facts.area.as_str())
                .fact(fact, count),
        );
    };
    if facts.n_nights_running >= n.nights_running {
        add(
            "priority/step_up_nights",
            "n_nights_running",
            facts.n_nights_running,
        );
    }
    if facts.n_refusals_under_warning >= n.refusals_under_warning {
        add(
            "priority/step_up_refusals",
            "n_refusals",
            facts.n_refusals_under_warning,
        );
    }
    (if reasons.is_empty() { seen } else { up }, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(signs: &[Sign], area: Level) -> PriorityFacts {
        PriorityFacts {
            sightings: vec![SightingFacts {
                signs: signs.iter().copied().collect(),
                withdrawn: BTreeSet::new(),
                n_people: 1,
                age_band: AgeBand::Unknown,
            }],
            area,
            n_nights_running: 1,
            n_refusals_under_warning: 0,
        }
    }

    #[test]
    fn history_alone_moves_the_priority_but_not_what_departments_are_asked_by() {
        let policy = Policy::putuo().unwrap();
        let mut third_night = facts(&[Sign::BeddedDown], Level::Yellow);
        third_night.n_nights_running = 3;
        let judged = verdict_for_priority(&policy, &third_night);
        assert_eq!(
            (judged.verdict.value, judged.asked),
            (Priority::P1, Priority::P2)
        );
        let rules: Vec<&str> = judged
            .verdict
            .reasons
            .iter()
            .map(|r| r.rule.as_str())
            .collect();
        assert_eq!(
            rules,
            ["priority/step_up_nights", "priority/rough_sleeping"]
        );

        third_night.sightings.iter_mut().for_each(|s| {
            s.signs.insert(Sign::WetClothing);
        });
        let judged = verdict_for_priority(&policy, &third_night);
        assert_eq!(
            (judged.verdict.value, judged.asked),
            (Priority::P1, Priority::P1)
        );
    }

    #[test]
    fn nothing_but_a_danger_sign_makes_p0() {
        let policy = Policy::putuo().unwrap();
        let mut worst = facts(
            &[
                Sign::Minor,
                Sign::WetClothing,
                Sign::NoBedding,
                Sign::Intoxicated,
            ],
            Level::Orange,
        );
        worst.n_nights_running = 30;
        worst.n_refusals_under_warning = 9;
        let judged = verdict_for_priority(&policy, &worst);
        assert_eq!(
            (judged.verdict.value, judged.asked),
            (Priority::P1, Priority::P1)
        );
    }

    #[test]
    fn a_case_has_the_highest_priority_of_all_its_sightings() {
        let policy = Policy::putuo().unwrap();
        let mut two = facts(&[Sign::BeddingOnly], Level::None);
        two.sightings.extend(facts(&[], Level::None).sightings);
        assert_eq!(
            verdict_for_priority(&policy, &two).verdict.value,
            Priority::P2
        );
        two.sightings.clear();
        assert_eq!(
            verdict_for_priority(&policy, &two).verdict.value,
            Priority::P3
        );
    }

    #[test]
    fn signs_stand_only_in_quoted_facts_and_never_in_a_rule_id() {
        let policy = Policy::putuo().unwrap();
        for sign in Sign::ALL {
            for area in Level::ALL {
                for reason in verdict_for_priority(&policy, &facts(&[*sign], *area))
                    .verdict
                    .reasons
                {
                    assert!(!reason.rule.contains(sign.as_str()), "{}", reason.rule);
                    assert!(
                        !serde_json::to_string(&reason.facts)
                            .unwrap()
                            .contains(sign.as_str())
                    );
                }
            }
        }
    }
}
