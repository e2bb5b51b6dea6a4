//! Rule: the whole new warning of a street after a look: triggers, step, times and reasons put together.

use std::collections::BTreeMap;

use model::area::{AreaWarning, HandRaise, WeatherSignal};
use model::grade::Level;
use model::id::JurisdictionCode;
use model::reason::Reason;
use model::time::Instant;

use crate::area_colour::{
    AreaColourFacts, AreaColourVerdict, night_minima, verdict_for_area_colour,
};
use crate::area_step::{
    AreaStepFacts, HandLowering, LoweringRefused, next_change, verdict_for_area_step,
    verdict_for_hand_lowering,
};
use crate::calendar::earliest;
use crate::policy::Policy;

/// A street that never had a colour.
pub fn without_colour(
    policy: &Policy,
    jurisdiction: &JurisdictionCode,
    now: Instant,
) -> AreaWarning {
    AreaWarning {
        jurisdiction: jurisdiction.clone(),
        level: Level::None,
        extreme: false,
        since: now,
        warned_since: None,
        last_step_at: now,
        last_triggered: BTreeMap::new(),
        last_triggered_otherwise: BTreeMap::new(),
        triggers: Vec::new(),
        raise: None,
        before_raise: None,
        change_id: None,
        next_look_at: None,
        reasons: vec![policy.reason("area_colour/no_trigger", "area_colour")],
        night_minima: BTreeMap::new(),
    }
}

/// Looks at a street again: with new signals, at a trigger's end, or when it may be lowered. `signals` are those for
/// this street. Call it whenever something changed and at `next_look_at`.
///
/// # Source
/// `domain.md`, area colour.
pub fn looked_at(
    policy: &Policy,
    old: &AreaWarning,
    signals: &[WeatherSignal],
    now: Instant,
) -> AreaWarning {
    let minima = night_minima(policy, &old.night_minima, signals);
    let raise = old
        .raise
        .as_ref()
        .filter(|raise| raise.until.is_none_or(|until| now < until));
    let judged = judged(policy, &minima, signals, raise, now);
    let otherwise = triggered_otherwise(&judged);
    let mut new = old.clone();
    new.last_triggered = last_triggered(old, &old.last_triggered, judged.level.value, now);
    new.last_triggered_otherwise = last_triggered_by_others(old, otherwise, now);
    if raise.is_none() {
        new.raise = None;
        new.before_raise = None;
    }
    let facts = AreaStepFacts {
        now,
        level: old.level,
        last_step_at: old.last_step_at,
        triggered: judged.level.value,
        last_triggered: &new.last_triggered,
    };
    let step = verdict_for_area_step(policy, &facts);
    new.night_minima = kept(minima, policy, now);
    settled(new, judged, step.level, step.next_look_at, step.reason, now)
}

/// Raises a street by hand. The raise is a trigger until its named end; the colour takes effect at once.
/// The caller has checked that it is a raise: `raise.level` above `old.level`.
pub fn raised_by_hand(
    policy: &Policy,
    old: &AreaWarning,
    raise: HandRaise,
    signals: &[WeatherSignal],
) -> AreaWarning {
    let now = raise.at;
    let with_raise = AreaWarning {
        before_raise: Some(old.level),
        raise: Some(raise),
        ..old.clone()
    };
    looked_at(policy, &with_raise, signals, now)
}

/// Lowers a street by hand; the raise by hand, if any, ends with it.
///
/// # Errors
/// `NotALowering`; `LoweringNotAllowedNow` with the allowed time.
pub fn lowered_by_hand(
    policy: &Policy,
    old: &AreaWarning,
    to: Level,
    signals: &[WeatherSignal],
    now: Instant,
) -> Result<AreaWarning, LoweringRefused> {
    let minima = night_minima(policy, &old.night_minima, signals);
    let judged = judged(policy, &minima, signals, None, now);
    let by_others = last_triggered_by_others(old, judged.level.value, now);
    let facts = AreaStepFacts {
        now,
        level: old.level,
        last_step_at: old.last_step_at,
        triggered: judged.level.value,
        last_triggered: &by_others,
    };
    let lowering = HandLowering {
        to,
        raise: old.raise.as_ref(),
        triggered_otherwise: judged.level.value,
        last_triggered_otherwise: &by_others,
    };
    let level = verdict_for_hand_lowering(policy, &facts, &lowering)?;
    let mut new = old.clone();
    new.raise = None;
    new.before_raise = None;
    new.last_triggered.clone_from(&by_others);
    new.last_triggered_otherwise = by_others;
    new.night_minima = kept(minima, policy, now);
    let after = AreaStepFacts {
        now,
        level,
        last_step_at: now,
        triggered: judged.level.value,
        last_triggered: &new.last_triggered,
    };
    let next = verdict_for_area_step(policy, &after).next_look_at;
    let reason = policy
        .reason("area_step/lowered_by_hand", "area_colour.lowering")
        .fact("from", old.level.as_str())
        .fact("level", level.as_str());
    Ok(settled(new, judged, level, next, reason, now))
}

/// What would change a street's colour next.
pub fn next_of(policy: &Policy, warning: &AreaWarning, now: Instant) -> Reason {
    let triggered = warning
        .triggers
        .first()
        .map_or(Level::None, |trigger| trigger.level);
    let ends_at = warning
        .triggers
        .iter()
        .filter(|trigger| trigger.level == warning.level)
        .fold(None, |soonest, trigger| earliest(soonest, trigger.until));
    let facts = AreaStepFacts {
        now,
        level: warning.level,
        last_step_at: warning.last_step_at,
        triggered,
        last_triggered: &warning.last_triggered,
    };
    next_change(policy, &facts, ends_at)
}

fn judged(
    policy: &Policy,
    minima: &BTreeMap<String, f64>,
    signals: &[WeatherSignal],
    raise: Option<&HandRaise>,
    now: Instant,
) -> AreaColourVerdict {
    verdict_for_area_colour(
        policy,
        &AreaColourFacts {
            now,
            signals,
            raise,
            night_minima: minima,
        },
    )
}

fn triggered_otherwise(judged: &AreaColourVerdict) -> Level {
    judged
        .triggers
        .iter()
        .find(|trigger| !trigger.id.starts_with("raise/"))
        .map_or(Level::None, |trigger| trigger.level)
}

/// When a trigger of at least each colour was last present: now for those that have one; for those whose trigger ended
/// by itself since the last look, its end.
fn last_triggered(
    old: &AreaWarning,
    known: &BTreeMap<Level, Instant>,
    triggered: Level,
    now: Instant,
) -> BTreeMap<Level, Instant> {
    let ended = old
        .triggers
        .iter()
        .filter_map(|trigger| trigger.until.map(|until| (trigger.level, until.min(now))));
    merged_times(known, ended, triggered, now)
}

fn last_triggered_by_others(
    old: &AreaWarning,
    triggered: Level,
    now: Instant,
) -> BTreeMap<Level, Instant> {
    let ended = old
        .triggers
        .iter()
        .filter(|trigger| !trigger.id.starts_with("raise/"))
        .filter_map(|trigger| trigger.until.map(|until| (trigger.level, until.min(now))));
    merged_times(&old.last_triggered_otherwise, ended, triggered, now)
}

fn merged_times(
    known: &BTreeMap<Level, Instant>,
    ended: impl Iterator<Item = (Level, Instant)>,
    triggered: Level,
    now: Instant,
) -> BTreeMap<Level, Instant> {
    let mut times = known.clone();
    let mut present = |level: Level, at: Instant| {
        for colour in Level::ALL
            .iter()
            .filter(|colour| **colour != Level::None && **colour <= level)
        {
            let last = times.entry(*colour).or_insert(at);
            *last = (*last).max(at);
        }
    };
    ended.for_each(|(level, at)| present(level, at));
    present(triggered, now);
    times
}

/// Minima older than any run of nights that the rule looks at are dropped.
fn kept(mut minima: BTreeMap<String, f64>, policy: &Policy, now: Instant) -> BTreeMap<String, f64> {
    let mut oldest = policy.calendar().night_running_or_coming(now);
    for _ in 0..policy
        .numbers
        .area_colour
        .cold
        .running_nights
        .n_nights
        .min(60)
    {
        oldest = oldest.previous();
    }
    let oldest = oldest.0.to_string();
    minima.retain(|night, _| *night >= oldest);
    minima
}

fn settled(
    mut new: AreaWarning,
    judged: AreaColourVerdict,
    level: Level,
    next_step_at: Option<Instant>,
    reason: Reason,
    now: Instant,
) -> AreaWarning {
    if level != new.level {
        new.since = now;
        new.last_step_at = now;
        new.warned_since = match level {
            Level::None => None,
            Level::Blue | Level::Yellow | Level::Orange => new.warned_since.or(Some(now)),
        };
    }
    let held = judged.level.value == level;
    new.level = level;
    new.extreme = judged.extreme;
    new.next_look_at = earliest(next_step_at, judged.next_change_at);
    new.triggers = judged.triggers;
    new.reasons = if held {
        judged.level.reasons
    } else {
        vec![reason]
    };
    new
}
