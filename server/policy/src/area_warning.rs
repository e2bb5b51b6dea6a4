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
        ended: Vec::new(),
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
/// by itself since the last look, its end; for those whose trigger was taken away (a signal cancelled), now.
fn last_triggered(
    old: &AreaWarning,
    known: &BTreeMap<Level, Instant>,
    triggered: Level,
    now: Instant,
) -> BTreeMap<Level, Instant> {
    let ended = old.triggers.iter().map(|trigger| {
        (
            trigger.level,
            trigger.until.map_or(now, |until| until.min(now)),
        )
    });
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
        .map(|trigger| {
            (
                trigger.level,
                trigger.until.map_or(now, |until| until.min(now)),
            )
        });
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

#[cfg(test)]
mod tests {
    use model::area::{SignalKind, WeatherValues};
    use model::grade::SignalColour;
    use model::id::{AccountName, SignalId};
    use model::refusal::RefusalCode;

    use super::*;

    fn at(text: &str) -> Instant {
        Instant::from_timestamp(format!("{text}:00+08:00").parse().unwrap())
    }

    fn signal(colour: SignalColour, issued: &str, expires: Option<&str>) -> WeatherSignal {
        WeatherSignal {
            id: SignalId::from("s-1"),
            kind: SignalKind::ColdWave,
            colour: Some(colour),
            issued_at: at(issued),
            expires_at: expires.map(at),
            station: "上海中心气象台".to_owned(),
            areas: vec![JurisdictionCode::from("310107")],
            values: WeatherValues::default(),
            cancelled: false,
        }
    }

    fn street(policy: &Policy) -> AreaWarning {
        without_colour(
            policy,
            &JurisdictionCode::from("310107005"),
            at("2026-01-12T00:00"),
        )
    }

    #[test]
    fn a_street_rises_at_once_and_falls_step_by_step_by_day() {
        let policy = Policy::putuo().unwrap();
        let signals = [signal(
            SignalColour::Orange,
            "2026-01-12T09:00",
            Some("2026-01-12T20:00"),
        )];
        let mut warning = looked_at(&policy, &street(&policy), &signals, at("2026-01-12T09:00"));
        assert_eq!(
            (warning.level, warning.next_look_at),
            (Level::Orange, Some(at("2026-01-12T20:00")))
        );
        assert_eq!(warning.warned_since, Some(at("2026-01-12T09:00")));
        let mut seen = Vec::new();
        while let Some(next) = warning.next_look_at {
            warning = looked_at(&policy, &warning, &signals, next);
            seen.push((next, warning.level));
        }
        assert_eq!(
            seen,
            [
                (at("2026-01-12T20:00"), Level::Orange),
                (at("2026-01-13T08:00"), Level::Yellow),
                (at("2026-01-13T14:00"), Level::Blue),
                (at("2026-01-14T08:00"), Level::None),
            ]
        );
        assert_eq!(warning.warned_since, None);
    }

    #[test]
    fn a_cancelled_signal_counts_as_present_until_it_was_cancelled() {
        let policy = Policy::putuo().unwrap();
        let mut signals = [signal(SignalColour::Yellow, "2026-01-12T20:00", None)];
        let warning = looked_at(&policy, &street(&policy), &signals, at("2026-01-12T20:00"));
        for signal in &mut signals {
            signal.cancelled = true;
        }
        let cancelled = looked_at(&policy, &warning, &signals, at("2026-01-13T09:00"));
        assert_eq!(
            (cancelled.level, cancelled.next_look_at),
            (Level::Yellow, Some(at("2026-01-13T15:00")))
        );
    }

    #[test]
    fn a_hand_raise_holds_until_its_end_can_be_undone_and_is_lowered_by_the_same_rule() {
        let policy = Policy::putuo().unwrap();
        let raise = |until: Option<&str>| HandRaise {
            level: Level::Orange,
            until: until.map(at),
            by: AccountName::from("command"),
            reason: "联席会议".to_owned(),
            at: at("2026-01-13T09:00"),
        };
        let ended = raised_by_hand(
            &policy,
            &street(&policy),
            raise(Some("2026-01-13T10:00")),
            &[],
        );
        assert_eq!(
            (ended.level, ended.next_look_at),
            (Level::Orange, Some(at("2026-01-13T10:00")))
        );
        let ended = looked_at(&policy, &ended, &[], at("2026-01-13T10:00"));
        assert_eq!(
            (ended.level, ended.next_look_at),
            (Level::Orange, Some(at("2026-01-14T08:00")))
        );

        let open = raised_by_hand(&policy, &street(&policy), raise(None), &[]);
        let undone =
            lowered_by_hand(&policy, &open, Level::None, &[], at("2026-01-13T09:15")).unwrap();
        assert_eq!((undone.level, undone.raise), (Level::None, None));
        let refused = lowered_by_hand(&policy, &open, Level::Yellow, &[], at("2026-01-13T09:16"))
            .unwrap_err();
        assert_eq!(
            (refused.code, refused.allowed_at),
            (
                RefusalCode::LoweringNotAllowedNow,
                Some(at("2026-01-13T15:00"))
            )
        );
        let lowered =
            lowered_by_hand(&policy, &open, Level::Yellow, &[], at("2026-01-13T15:00")).unwrap();
        assert_eq!(
            (lowered.level, lowered.next_look_at),
            (Level::Yellow, Some(at("2026-01-14T08:00")))
        );
    }

    #[test]
    fn the_third_cold_night_is_known_although_the_old_forecasts_were_replaced() {
        let policy = Policy::putuo().unwrap();
        let mut warning = street(&policy);
        for (day, level) in [
            ("10", Level::Yellow),
            ("11", Level::Yellow),
            ("12", Level::Orange),
        ] {
            let issued = format!("2026-01-{day}T18:00");
            let mut forecast = signal(SignalColour::Blue, &issued, None);
            forecast.colour = None;
            forecast.values.temp_min_c = Some(-1.0);
            warning = looked_at(&policy, &warning, &[forecast], at(&issued));
            assert_eq!(warning.level, level, "the night of the {day}th");
        }
    }
}
