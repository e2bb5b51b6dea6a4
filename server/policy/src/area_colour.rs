//! Rule: which colour the weather and the officers give a street now, and what holds it up.
//! Raising and lowering by steps is in `area_step`.

use std::collections::BTreeMap;

use jiff::civil::Time;
use model::area::{AreaTrigger, HandRaise, SignalKind, WeatherSignal, WeatherValues};
use model::grade::{Level, SignalColour};
use model::reason::{Reason, Verdict};
use model::time::Instant;

use crate::calendar::{Night, day_after, earliest, n_nights_running};
use crate::numbers::SignalClass;
use crate::policy::Policy;

/// What the colour of a street is judged from.
#[derive(Clone, Copy, Debug)]
pub struct AreaColourFacts<'a> {
    /// Now.
    pub now: Instant,
    /// The signals and forecasts for this street, the newest of each id; expired and cancelled ones may be among them.
    pub signals: &'a [WeatherSignal],
    /// The raise by hand, or the declaration of the joint conference.
    pub raise: Option<&'a HandRaise>,
    /// The last minimum issued for earlier nights, by the night's first date; °C.
    pub night_minima: &'a BTreeMap<String, f64>,
}

/// The colour that triggers give a street now.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaColourVerdict {
    /// The highest colour that has a trigger, with the reasons of its triggers.
    pub level: Verdict<Level>,
    /// Whether a red signal is among the triggers.
    pub extreme: bool,
    /// Every trigger, gravest first.
    pub triggers: Vec<AreaTrigger>,
    /// The next moment at which a trigger ends by itself.
    pub next_change_at: Option<Instant>,
}

/// Judges which colour a street has by its triggers. Highest match wins.
///
/// # Shape
/// Total. Minima count for the running or coming night, maxima and air quality for the running day; a value is the
/// last one issued for its night or day, until its own expiry. A cancelled signal is as if never issued.
///
/// # Units
/// °C, mm in the night, air quality index.
///
/// # Source
/// `domain.md`, area colour; the sources of each threshold are in the policy.
pub fn verdict_for_area_colour(policy: &Policy, facts: &AreaColourFacts<'_>) -> AreaColourVerdict {
    let mut triggers: Vec<AreaTrigger> = facts
        .signals
        .iter()
        .filter(|signal| is_in_force(signal, facts.now))
        .filter_map(|signal| trigger_of_signal(policy, signal))
        .collect();
    let measured = Measured::of(policy, facts);
    triggers.extend(cold_triggers(policy, facts, &measured));
    triggers.extend(wet_trigger(policy, &measured));
    triggers.extend(day_triggers(policy, &measured));
    triggers.extend(
        facts
            .raise
            .filter(|raise| raise.until.is_none_or(|until| facts.now < until))
            .map(|raise| trigger_of_raise(policy, raise)),
    );
    triggers.retain(|trigger| trigger.level != Level::None);
    triggers.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.id.cmp(&b.id)));
    let level = triggers
        .first()
        .map_or(Level::None, |trigger| trigger.level);
    let reasons: Vec<Reason> = triggers
        .iter()
        .filter(|trigger| trigger.level == level)
        .map(|trigger| trigger.reason.clone())
        .collect();
    let reasons = if reasons.is_empty() {
        vec![policy.reason("area_colour/no_trigger", "area_colour")]
    } else {
        reasons
    };
    AreaColourVerdict {
        level: Verdict::with(level, reasons),
        extreme: triggers.iter().any(|trigger| trigger.extreme),
        next_change_at: triggers
            .iter()
            .fold(None, |soonest, trigger| earliest(soonest, trigger.until)),
        triggers,
    }
}

/// Whether a signal is in force: not cancelled and not expired.
pub fn is_in_force(signal: &WeatherSignal, now: Instant) -> bool {
    !signal.cancelled && signal.expires_at.is_none_or(|expires_at| now < expires_at)
}

/// The last minimum issued for each night by these signals, added to what was known of earlier nights.
pub fn night_minima(
    policy: &Policy,
    known: &BTreeMap<String, f64>,
    signals: &[WeatherSignal],
) -> BTreeMap<String, f64> {
    let mut minima = known.clone();
    let mut by_issue: Vec<&WeatherSignal> =
        signals.iter().filter(|signal| !signal.cancelled).collect();
    by_issue.sort_by(|a, b| (a.issued_at, &a.id).cmp(&(b.issued_at, &b.id)));
    for signal in by_issue {
        if let Some(minimum) = minimum_of_night(&signal.values) {
            minima.insert(night_of_forecast(policy, signal).0.to_string(), minimum);
        }
    }
    minima
}

/// The night that a forecast's minima are for: the one running when it was issued, else the coming one.
pub fn night_of_forecast(policy: &Policy, signal: &WeatherSignal) -> Night {
    policy.calendar().night_running_or_coming(signal.issued_at)
}

/// The lowest temperature of a night, by whichever of its two names the issuer gave it.
fn minimum_of_night(values: &WeatherValues) -> Option<f64> {
    values.temp_min_c.or(values.night_min_c)
}

/// A value with the signal that said it last.
#[derive(Clone, Copy)]
struct Said<'a> {
    value: f64,
    signal: &'a WeatherSignal,
    until: Instant,
}

/// The last value issued of each kind, for the running or coming night and for the running day.
struct Measured<'a> {
    night: Night,
    temp_min: Option<Said<'a>>,
    apparent_min: Option<Said<'a>>,
    night_min: Option<Said<'a>>,
    precipitation: Option<Said<'a>>,
    temp_max: Option<Said<'a>>,
    aqi: Option<Said<'a>>,
}

impl<'a> Measured<'a> {
    fn of(policy: &Policy, facts: &AreaColourFacts<'a>) -> Self {
        let calendar = policy.calendar();
        let night = calendar.night_running_or_coming(facts.now);
        let night_end = calendar.bounds(night).1;
        let today = calendar.date(facts.now);
        let day_end = calendar.at(day_after(today), Time::midnight());
        let last = |end: Instant, for_night: bool, of: fn(&WeatherValues) -> Option<f64>| {
            let said = facts
                .signals
                .iter()
                .filter(|signal| !signal.cancelled && of(&signal.values).is_some())
                .filter(|signal| {
                    if for_night {
                        night_of_forecast(policy, signal) == night
                    } else {
                        calendar.date(signal.issued_at) == today
                    }
                })
                .max_by(|a, b| (a.issued_at, &a.id).cmp(&(b.issued_at, &b.id)))?;
            let until = said
                .expires_at
                .map_or(end, |expires_at| expires_at.min(end));
            let value = of(&said.values)?;
            (facts.now < until).then_some(Said {
                value,
                signal: said,
                until,
            })
        };
        Self {
            night,
            temp_min: last(night_end, true, minimum_of_night),
            apparent_min: last(night_end, true, |v| v.apparent_min_c),
            night_min: last(night_end, true, |v| v.night_min_c.or(v.temp_min_c)),
            precipitation: last(night_end, true, |v| v.precipitation_mm),
            temp_max: last(day_end, false, |v| v.temp_max_c),
            aqi: last(day_end, false, |v| v.aqi),
        }
    }
}

fn class_of(policy: &Policy, kind: SignalKind) -> Option<SignalClass> {
    policy
        .numbers
        .area_colour
        .signals
        .classes
        .get(kind.as_str())
        .copied()
}

fn trigger_of_signal(policy: &Policy, signal: &WeatherSignal) -> Option<AreaTrigger> {
    let colour = signal.colour?;
    let signals = &policy.numbers.area_colour.signals;
    let (table, path) = match class_of(policy, signal.kind)? {
        SignalClass::Cold => (&signals.cold, "area_colour.signals.cold"),
        SignalClass::Wet => (&signals.wet, "area_colour.signals.wet"),
        SignalClass::Heat => (&signals.heat, "area_colour.signals.heat"),
    };
    let level = table.at(colour);
    let reason = quoted(policy.reason("area_colour/signal", path), signal)
        .fact("kind", signal.kind.as_str())
        .fact("colour", colour.as_str())
        .fact("level", level.as_str());
    Some(AreaTrigger {
        id: format!("signal/{}", signal.id),
        level,
        extreme: colour == SignalColour::Red,
        until: signal.expires_at,
        reason,
    })
}

/// The official signal, quoted apart: who said it and when.
fn quoted(reason: Reason, signal: &WeatherSignal) -> Reason {
    reason
        .fact("signal", signal.id.as_str())
        .fact("station", signal.station.as_str())
        .fact("issued_at", signal.issued_at.to_string())
}

fn trigger_of_raise(policy: &Policy, raise: &HandRaise) -> AreaTrigger {
    AreaTrigger {
        id: format!("raise/{}/{}", raise.by, raise.at),
        level: raise.level,
        extreme: false,
        until: raise.until,
        reason: policy
            .reason("area_colour/hand_raise", "area_colour.hand")
            .fact("level", raise.level.as_str())
            .fact("by", raise.by.as_str())
            .fact("at", raise.at.to_string())
            .fact("why", raise.reason.as_str()),
    }
}

/// A trigger of a value that reached a threshold.
fn trigger_of_value(
    policy: &Policy,
    rule: &str,
    path: &str,
    level: Level,
    said: &Said<'_>,
    threshold: f64,
) -> AreaTrigger {
    AreaTrigger {
        id: format!(
            "forecast/{}/{}",
            rule.rsplit('/').next().unwrap_or(rule),
            said.signal.id
        ),
        level,
        extreme: false,
        until: Some(said.until),
        reason: quoted(policy.reason(rule, path), said.signal)
            .fact("value", said.value)
            .fact("threshold", threshold)
            .fact("level", level.as_str()),
    }
}

fn cold_triggers(
    policy: &Policy,
    facts: &AreaColourFacts<'_>,
    measured: &Measured<'_>,
) -> Vec<AreaTrigger> {
    let cold = &policy.numbers.area_colour.cold;
    let mut found = Vec::new();
    for (said, thresholds, rule, path) in [
        (
            &measured.temp_min,
            &cold.temp_min_c_at_most,
            "area_colour/temp_min",
            "area_colour.cold.temp_min_c_at_most",
        ),
        (
            &measured.apparent_min,
            &cold.apparent_min_c_at_most,
            "area_colour/apparent_min",
            "area_colour.cold.apparent_min_c_at_most",
        ),
    ] {
        let Some(said) = said else { continue };
        found.extend(
            thresholds
                .gravest_first()
                .find(|(_, threshold)| said.value <= *threshold)
                .map(|(level, threshold)| {
                    trigger_of_value(policy, rule, path, level, said, threshold)
                }),
        );
    }
    found.extend(running_nights_trigger(policy, facts, measured));
    found
}

fn running_nights_trigger(
    policy: &Policy,
    facts: &AreaColourFacts<'_>,
    measured: &Measured<'_>,
) -> Option<AreaTrigger> {
    let rule = &policy.numbers.area_colour.cold.running_nights;
    let said = measured.temp_min.as_ref()?;
    let minima = night_minima(policy, facts.night_minima, facts.signals);
    let cold_nights: Vec<Night> = minima
        .iter()
        .filter(|(_, minimum)| **minimum <= rule.temp_min_c_at_most)
        .filter_map(|(date, _)| date.parse().ok().map(Night))
        .filter(|night| *night != measured.night)
        .chain((said.value <= rule.temp_min_c_at_most).then_some(measured.night))
        .collect();
    let n = n_nights_running(&cold_nights, measured.night);
    if n < rule.n_nights || n == 0 {
        return None;
    }
    let mut trigger = trigger_of_value(
        policy,
        "area_colour/running_nights",
        "area_colour.cold.running_nights",
        rule.level,
        said,
        rule.temp_min_c_at_most,
    );
    trigger.reason = trigger.reason.fact("n_nights", n);
    Some(trigger)
}

fn wet_trigger(policy: &Policy, measured: &Measured<'_>) -> Option<AreaTrigger> {
    let wet = &policy.numbers.area_colour.wet;
    let (cold, rain) = (
        measured.temp_min.as_ref()?,
        measured.precipitation.as_ref()?,
    );
    if cold.value > wet.temp_min_c_at_most || rain.value < wet.precipitation_mm_at_least {
        return None;
    }
    let mut trigger = trigger_of_value(
        policy,
        "area_colour/wet_cold",
        "area_colour.wet",
        wet.level,
        cold,
        wet.temp_min_c_at_most,
    );
    trigger.until = Some(cold.until.min(rain.until));
    trigger.reason = trigger.reason.fact("precipitation_mm", rain.value);
    Some(trigger)
}

fn day_triggers(policy: &Policy, measured: &Measured<'_>) -> Vec<AreaTrigger> {
    let numbers = &policy.numbers.area_colour;
    let mut found = Vec::new();
    for (said, thresholds, rule, path) in [
        (
            &measured.temp_max,
            &numbers.heat.temp_max_c_at_least,
            "area_colour/temp_max",
            "area_colour.heat.temp_max_c_at_least",
        ),
        (
            &measured.night_min,
            &numbers.heat.night_min_c_at_least,
            "area_colour/hot_night",
            "area_colour.heat.night_min_c_at_least",
        ),
    ] {
        let Some(said) = said else { continue };
        found.extend(
            thresholds
                .gravest_first()
                .find(|(_, threshold)| said.value >= *threshold)
                .map(|(level, threshold)| {
                    trigger_of_value(policy, rule, path, level, said, threshold)
                }),
        );
    }
    if let Some(said) = measured
        .aqi
        .as_ref()
        .filter(|said| said.value >= numbers.other.aqi_at_least)
    {
        let other = &numbers.other;
        found.push(trigger_of_value(
            policy,
            "area_colour/air_quality",
            "area_colour.other",
            other.level,
            said,
            other.aqi_at_least,
        ));
    }
    found
}
