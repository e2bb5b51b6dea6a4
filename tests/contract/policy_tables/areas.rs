//! Answers of the tables about colours of areas, nights and special days.

use std::collections::BTreeMap;

use model::area::{HandRaise, SignalKind, WeatherSignal, WeatherValues};
use model::grade::{Level, SignalColour};
use model::id::{AccountName, JurisdictionCode, SignalId};
use model::refusal::RefusalCode;
use model::time::Instant;
use policy::area_colour::{AreaColourFacts, verdict_for_area_colour};
use policy::area_step::{
    AreaStepFacts, HandLowering, verdict_for_area_step, verdict_for_hand_lowering,
};
use policy::policy::Policy;

use super::row::{Row, moment, read, shown, yes_no};

fn signal_of(kind: SignalKind, colour: Option<SignalColour>, issued_at: Instant) -> WeatherSignal {
    WeatherSignal {
        id: SignalId::from("s-1"),
        kind,
        colour,
        issued_at,
        expires_at: None,
        station: "上海中心气象台".to_owned(),
        areas: vec![JurisdictionCode::from("310107")],
        values: WeatherValues::default(),
        cancelled: false,
    }
}

pub fn signal(policy: &Policy, row: &Row) -> (String, String) {
    let now = moment("2026-01-12T10:00");
    let signals = [signal_of(row.word("signal"), Some(row.word("colour")), now)];
    let judged = verdict_for_area_colour(
        policy,
        &AreaColourFacts {
            now,
            signals: &signals,
            raise: None,
            night_minima: &BTreeMap::new(),
        },
    );
    (
        format!("{} {}", judged.level.value, yes_no(judged.extreme)),
        format!("{} {}", row.get("level"), row.get("extreme")),
    )
}

pub fn forecast(policy: &Policy, row: &Row) -> (String, String) {
    let mut said = signal_of(SignalKind::Forecast, None, row.moment("issued"));
    said.expires_at = row.maybe_moment("expires");
    said.values = WeatherValues {
        temp_min_c: row.maybe("temp_min"),
        apparent_min_c: row.maybe("apparent"),
        temp_max_c: row.maybe("temp_max"),
        night_min_c: row.maybe("night_min"),
        precipitation_mm: row.maybe("rain"),
        aqi: row.maybe("aqi"),
    };
    let night_minima: BTreeMap<String, f64> = row
        .get("earlier_nights")
        .split_whitespace()
        .filter_map(|night| {
            night
                .split_once('=')
                .map(|(night, minimum)| (night.to_owned(), read(minimum)))
        })
        .collect();
    let facts = AreaColourFacts {
        now: row.moment("now"),
        signals: &[said],
        raise: None,
        night_minima: &night_minima,
    };
    (
        verdict_for_area_colour(policy, &facts)
            .level
            .value
            .to_string(),
        row.get("level").to_owned(),
    )
}

/// A trigger of this colour was also one of every lower colour.
fn present_until(level: Level, at: Option<Instant>) -> BTreeMap<Level, Instant> {
    let lower = Level::ALL
        .iter()
        .copied()
        .filter(|lower| *lower != Level::None && *lower <= level);
    at.map(|at| lower.map(|lower| (lower, at)).collect())
        .unwrap_or_default()
}

pub fn step(policy: &Policy, row: &Row) -> (String, String) {
    let level = row.word("level");
    let last_triggered = present_until(level, row.maybe_moment("clear_since"));
    let step = verdict_for_area_step(
        policy,
        &AreaStepFacts {
            now: row.moment("now"),
            level,
            last_step_at: row.moment("last_step"),
            triggered: row.word("triggered"),
            last_triggered: &last_triggered,
        },
    );
    let next = step.next_look_at.map(shown).unwrap_or_default();
    (
        format!("{} {next}", step.level),
        format!("{} {}", row.get("becomes"), row.get("next")),
    )
}

pub fn hand_lowering(policy: &Policy, row: &Row) -> (String, String) {
    let level = row.word("level");
    let last_triggered = present_until(level, row.maybe_moment("clear_since"));
    let raise = row.maybe_moment("raised_at").map(|at| HandRaise {
        level,
        until: None,
        by: AccountName::from("command"),
        reason: "寒潮".to_owned(),
        at,
    });
    let facts = AreaStepFacts {
        now: row.moment("now"),
        level,
        last_step_at: row.moment("last_step"),
        triggered: row.word("triggered"),
        last_triggered: &last_triggered,
    };
    let lowering = HandLowering {
        to: row.word("to"),
        raise: raise.as_ref(),
        triggered_otherwise: row.word("triggered"),
        last_triggered_otherwise: &last_triggered,
    };
    let says = match verdict_for_hand_lowering(policy, &facts, &lowering) {
        Ok(level) => level.to_string(),
        Err(refused) if refused.code == RefusalCode::LoweringNotAllowedNow => {
            format!("wait {}", refused.allowed_at.map(shown).unwrap_or_default())
        }
        Err(refused) => refused.code.as_str().to_owned(),
    };
    (says, row.get("answer").to_owned())
}

pub fn night(policy: &Policy, row: &Row) -> (String, String) {
    let night = policy.calendar().night_of(row.moment("moment"));
    (
        night.map_or_else(|| "-".to_owned(), |night| night.0.to_string()),
        row.get("night").to_owned(),
    )
}

pub fn special_day(policy: &Policy, row: &Row) -> (String, String) {
    let nodes: Vec<&str> = policy.calendar().special_nodes(row.word("date")).collect();
    (
        if nodes.is_empty() {
            "-".to_owned()
        } else {
            nodes.join(" ")
        },
        row.get("node").to_owned(),
    )
}
