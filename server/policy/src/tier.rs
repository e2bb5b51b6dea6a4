//! Rule: which ring of responders is responsible for a case or an area; rounds and reports of a tier.

use jiff::civil::Date;
use model::grade::{Level, Tier};
use model::reason::Verdict;
use model::time::Instant;

use crate::facts::TierFacts;
use crate::numbers::Rounds;
use crate::policy::Policy;
use crate::warning_level::verdict_for_warning_level;

/// Judges the tier of a case: the one that follows its level, or the one it already reached, whichever is higher.
///
/// # Shape
/// Total. The level is taken without what rests on history and refusal alone; the tier never falls by itself.
///
/// # Source
/// `domain.md`, warning level and first tier; re-grading.
pub fn verdict_for_tier(policy: &Policy, facts: &TierFacts) -> Verdict<Tier> {
    let level = verdict_for_warning_level(policy, facts.priority_asked, facts.area).value;
    let first = first_tier(policy, level);
    match facts.reached {
        Some(reached) if reached > first => Verdict::new(
            reached,
            policy
                .reason("tier/reached", "tier.of_level")
                .fact("tier", reached.number())
                .fact("tier_of_level", first.number())
                .fact("warning_level", level.as_str()),
        ),
        Some(_) | None => Verdict::new(
            first,
            policy
                .reason("tier/of_level", "tier.of_level")
                .fact("tier", first.number())
                .fact("warning_level", level.as_str())
                .fact("priority", facts.priority_asked.as_str())
                .fact("area_level", facts.area.as_str()),
        ),
    }
}

/// The first tier of a warning level.
pub fn first_tier(policy: &Policy, level: Level) -> Tier {
    *policy.numbers.tier.of_level.at(level)
}

/// The tier of an area by its colour; an area without colour is below 三级.
pub fn area_tier(policy: &Policy, area: Level) -> Option<Tier> {
    let tiers = &policy.numbers.tier.of_area;
    match area {
        Level::None => None,
        Level::Blue => Some(tiers.blue),
        Level::Yellow => Some(tiers.yellow),
        Level::Orange => Some(tiers.orange),
    }
}

/// How often the key places are looked at under a tier.
pub fn rounds(policy: &Policy, tier: Tier) -> Rounds {
    let rounds = &policy.numbers.tier.rounds;
    match tier {
        Tier::Three => rounds.three,
        Tier::Two => rounds.two,
        Tier::One => rounds.one,
    }
}

/// When reports of a tier are due after `now`: the end of the shift, the morning, every six hours.
///
/// # Shape
/// 三级: the end of the shift. 二级: also the next morning. 一级: every six hours and the next morning.
/// Sorted, without repeats. On a special node every tier reports daily: the next morning too.
pub fn reports_due(
    policy: &Policy,
    tier: Tier,
    now: Instant,
    shift_ends_at: Option<Instant>,
) -> Vec<Instant> {
    let numbers = &policy.numbers.tier.reports;
    let morning = policy.calendar().next_clock(now, numbers.morning_at);
    let mut due: Vec<Instant> = match tier {
        Tier::Three => shift_ends_at.into_iter().collect(),
        Tier::Two => shift_ends_at.into_iter().chain([morning]).collect(),
        Tier::One => vec![now + numbers.every.0, morning],
    };
    let today: Date = policy.calendar().date(now);
    if policy.calendar().special_node(today).is_some() {
        due.push(morning);
    }
    due.sort_unstable();
    due.dedup();
    due
}
