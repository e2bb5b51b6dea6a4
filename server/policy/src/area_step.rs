//! Rule: when the colour of a street may change: up at once, down by steps, never at night.

use std::collections::BTreeMap;

use model::area::HandRaise;
use model::grade::Level;
use model::reason::Reason;
use model::refusal::RefusalCode;
use model::time::{Instant, Span};

use crate::policy::Policy;

/// What a step of a street's colour is judged from.
#[derive(Clone, Copy, Debug)]
pub struct AreaStepFacts<'a> {
    /// Now.
    pub now: Instant,
    /// The colour now.
    pub level: Level,
    /// When the colour last changed.
    pub last_step_at: Instant,
    /// The highest colour that has a trigger now.
    pub triggered: Level,
    /// When a trigger of at least this colour was last present.
    pub last_triggered: &'a BTreeMap<Level, Instant>,
}

/// What happens to a street's colour now.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaStep {
    /// The colour from now on.
    pub level: Level,
    /// When it could be lowered next; absent when its own trigger holds it.
    pub next_look_at: Option<Instant>,
    /// Why.
    pub reason: Reason,
}

/// Judges whether a street's colour rises, stays or falls one step now.
///
/// # Shape
/// Rises at once to the highest trigger. Falls one step, never below the highest trigger, only when no trigger of its
/// colour was present for six hours, six hours after its last step, and not between 16:00 and 08:00.
///
/// # Source
/// `domain.md`, area colour: raise at once, lower by steps.
pub fn verdict_for_area_step(policy: &Policy, facts: &AreaStepFacts<'_>) -> AreaStep {
    if facts.triggered > facts.level {
        return AreaStep {
            level: facts.triggered,
            next_look_at: None,
            reason: step_reason(policy, "area_step/raised", facts),
        };
    }
    if facts.triggered == facts.level {
        return AreaStep {
            level: facts.level,
            next_look_at: None,
            reason: step_reason(policy, "area_step/held", facts),
        };
    }
    let allowed_at = lowering_allowed_at(policy, facts);
    if facts.now < allowed_at {
        return AreaStep {
            level: facts.level,
            next_look_at: Some(allowed_at),
            reason: step_reason(policy, "area_step/waits", facts)
                .fact("allowed_at", allowed_at.to_string()),
        };
    }
    let level = one_below(facts.level).max(facts.triggered);
    let after = AreaStepFacts {
        level,
        last_step_at: facts.now,
        ..*facts
    };
    AreaStep {
        level,
        next_look_at: (level > facts.triggered).then(|| lowering_allowed_at(policy, &after)),
        reason: step_reason(policy, "area_step/lowered", facts),
    }
}

/// From when on the colour may fall by one step, if its triggers stay away; never before now.
pub fn lowering_allowed_at(policy: &Policy, facts: &AreaStepFacts<'_>) -> Instant {
    let lowering = &policy.numbers.area_colour.lowering;
    let clear_since = if facts.triggered >= facts.level {
        facts.now
    } else {
        facts
            .last_triggered
            .get(&facts.level)
            .copied()
            .unwrap_or(facts.last_step_at)
    };
    let by_day = |at: Instant| {
        if policy
            .calendar()
            .clock_within(at, lowering.not_from, lowering.not_to)
        {
            policy.calendar().next_clock(at, lowering.not_to)
        } else {
            at
        }
    };
    let waited =
        (clear_since + lowering.clear_for.0).max(facts.last_step_at + lowering.between_steps.0);
    by_day(waited.max(facts.now))
}

/// A lowering by hand.
#[derive(Clone, Copy, Debug)]
pub struct HandLowering<'a> {
    /// The colour that is wanted.
    pub to: Level,
    /// The raise by hand that is in force, if any. Lowering by hand ends it.
    pub raise: Option<&'a HandRaise>,
    /// The highest colour that has a trigger other than the raise.
    pub triggered_otherwise: Level,
    /// When a trigger of at least this colour, other than a raise, was last present.
    pub last_triggered_otherwise: &'a BTreeMap<Level, Instant>,
}

/// Why a lowering by hand is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoweringRefused {
    /// `NotALowering` or `LoweringNotAllowedNow`.
    pub code: RefusalCode,
    /// From when on it is allowed, if its triggers stay away.
    pub allowed_at: Option<Instant>,
}

/// Judges a lowering by hand: the same rule as by itself, except that a hand raise can be undone within 15 minutes.
///
/// # Shape
/// Answers the colour from now on. An undo goes to the wanted colour, but not below what has a trigger.
///
/// # Errors
/// `NotALowering`; `LoweringNotAllowedNow` with the allowed time.
///
/// # Source
/// `domain.md`, area colour.
pub fn verdict_for_hand_lowering(
    policy: &Policy,
    facts: &AreaStepFacts<'_>,
    lowering: &HandLowering<'_>,
) -> Result<Level, LoweringRefused> {
    if lowering.to >= facts.level {
        return Err(LoweringRefused {
            code: RefusalCode::NotALowering,
            allowed_at: None,
        });
    }
    let undone = lowering.raise.is_some_and(|raise| {
        raise.level == facts.level
            && facts.now.since(raise.at) <= policy.numbers.area_colour.hand.undo_within.0
    });
    if undone {
        return Ok(lowering.to.max(lowering.triggered_otherwise));
    }
    let without_raise = AreaStepFacts {
        triggered: lowering.triggered_otherwise,
        last_triggered: lowering.last_triggered_otherwise,
        ..*facts
    };
    let allowed_at = lowering_allowed_at(policy, &without_raise);
    let one_step = one_below(facts.level);
    if without_raise.triggered >= facts.level || facts.now < allowed_at || lowering.to < one_step {
        return Err(LoweringRefused {
            code: RefusalCode::LoweringNotAllowedNow,
            allowed_at: Some(allowed_at.max(facts.now)),
        });
    }
    Ok(one_step.max(without_raise.triggered))
}

/// By when the duty officer, and after silence the next officer, must confirm a colour that the system proposed.
pub fn confirm_within(policy: &Policy) -> Span {
    policy.numbers.area_colour.hand.confirm_within.0
}

/// What would change the colour next: shown beside it.
pub fn next_change(
    policy: &Policy,
    facts: &AreaStepFacts<'_>,
    trigger_ends_at: Option<Instant>,
) -> Reason {
    if facts.level == Level::None {
        return policy.reason("area_next/none", "area_colour");
    }
    if facts.triggered >= facts.level {
        let reason = policy
            .reason("area_next/trigger", "area_colour.lowering")
            .fact("level", facts.level.as_str());
        return match trigger_ends_at {
            Some(ends_at) => reason.fact("ends_at", ends_at.to_string()),
            None => reason,
        };
    }
    policy
        .reason("area_next/lowering", "area_colour.lowering")
        .fact(
            "level",
            one_below(facts.level).max(facts.triggered).as_str(),
        )
        .fact("allowed_at", lowering_allowed_at(policy, facts).to_string())
}

const fn one_below(level: Level) -> Level {
    match level {
        Level::Orange => Level::Yellow,
        Level::Yellow => Level::Blue,
        Level::Blue | Level::None => Level::None,
    }
}

fn step_reason(policy: &Policy, rule: &str, facts: &AreaStepFacts<'_>) -> Reason {
    policy
        .reason(rule, "area_colour.lowering")
        .fact("level", facts.level.as_str())
        .fact("triggered", facts.triggered.as_str())
}
