//! The policy as people and offline clients read it: decision tables, every number with its source, differences.
//! What decides here are the rules themselves, asked for every combination.

use std::collections::BTreeMap;

use model::grade::{Level, Priority, Tier};
use model::outcome::OutcomeKind;
use model::sign::{AgeBand, Sign};
use model::task::ReturnReason;
use serde_json::{Map, Value, json};

use crate::deadline::{Step, lengths, percent};
use crate::escalation::departments_for_case;
use crate::outcome::{Silence, SubjectBecomes, subject_becomes};
use crate::policy::{Policy, PolicyProblems};
use crate::priority::{priority_of_sign, sign_of_band};
use crate::returning::{ReturnFacts, may_return};
use crate::tier::{area_tier, first_tier, rounds};
use crate::warning_level::verdict_for_warning_level;
use crate::words::{level_name, priority_name, sign_name, tier_name};

/// One number of a policy as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownNumber {
    /// Where it stands: `deadlines.P1.blue.acknowledge`.
    pub path: String,
    /// As written.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Where it comes from.
    pub source: String,
}

/// One difference between two policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub path: String,
    /// In the first; absent if it is new.
    pub from: Option<String>,
    /// In the second; absent if it is gone.
    pub to: Option<String>,
}

/// The decision tables that a client decides by while it has no signal. Lengths in milliseconds.
pub fn tables(policy: &Policy) -> Value {
    let n = &policy.numbers;
    json!({
        "policy": policy.id(),
        "title": policy.title(),
        "timezone": n.calendar.timezone,
        "night": {"from": n.calendar.night_from.to_string(), "to": n.calendar.night_to.to_string()},
        "signs": signs(policy),
        "age_bands": age_bands(policy),
        "no_sign": {"people_seen": n.priority.without_sign_seen, "nobody_seen": n.priority.without_sign_nobody},
        "step_up": {
            "from_level": n.priority.step_up.from_level,
            "signs": n.priority.step_up.signs,
            "nights_running": n.priority.step_up.nights_running,
            "refusals_under_warning": n.priority.step_up.refusals_under_warning,
            "highest": n.priority.step_up.highest,
        },
        "withdraw_within_ms": n.priority.withdraw.within.0.as_ms(),
        "priorities": names(Priority::ALL, priority_name),
        "levels": names(Level::ALL, level_name),
        "tiers": Tier::ALL.iter().map(|tier| (tier.number().to_string(), name(tier_name(*tier)))).collect::<Map<_, _>>(),
        "warning_level": by_priority(|priority| by_level(|level| json!(verdict_for_warning_level(policy, priority, level).value))),
        "first_tier": by_level(|level| json!(first_tier(policy, level))),
        "area_tier": by_level(|level| json!(area_tier(policy, level))),
        "deadlines_ms": by_priority(|priority| by_level(|level| {
            let lengths = lengths(policy, priority, level);
            json!({"acknowledge": lengths.acknowledge.as_ms(), "on_site": lengths.on_site.as_ms(), "outcome": lengths.outcome.as_ms()})
        })),
        "ladder_percent": by_priority(|priority| json!(Step::ALL.map(|step| percent(policy, priority, step)))),
        "departments": Tier::ALL.iter().map(|tier| {
            (tier.number().to_string(), json!(departments_for_case(policy, *tier, &"<code>".into())))
        }).collect::<Map<_, _>>(),
        "rounds": Tier::ALL.iter().map(|tier| {
            let rounds = rounds(policy, *tier);
            (tier.number().to_string(), json!({"per_night": rounds.per_night, "per_day": rounds.per_day}))
        }).collect::<Map<_, _>>(),
        "outcomes": outcomes(policy),
        "return_reasons": return_reasons(),
        "revisit": revisit(policy),
        "special_care": special_care(policy),
        "doubt": {"accuracy_asks_place_m": n.doubt.accuracy_asks_place_m, "ahead_of_clock_ms": n.doubt.ahead_of_clock.0.as_ms()},
        "safety": {"check_in_every_ms": n.safety.check_in_every.0.as_ms(), "check_in_grace_ms": n.safety.check_in_grace.0.as_ms()},
    })
}

/// Every number of a policy with unit and source, in the order of its path.
pub fn show(policy: &Policy) -> Vec<ShownNumber> {
    leaves(policy.text())
        .into_iter()
        .map(|(path, value)| {
            let note = policy.sources.note_of(&path).cloned().unwrap_or_default();
            ShownNumber {
                path,
                value,
                unit: note.unit,
                source: note.source,
            }
        })
        .collect()
}

/// The numbers in which two policies differ.
pub fn diff(a: &Policy, b: &Policy) -> Vec<Difference> {
    let (a, b) = (leaves(a.text()), leaves(b.text()));
    let mut paths: Vec<&String> = a.keys().chain(b.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| a.get(*path) != b.get(*path))
        .map(|path| Difference {
            path: path.clone(),
            from: a.get(path).cloned(),
            to: b.get(path).cloned(),
        })
        .collect()
}

/// Reads a policy and says what is legal but should make a reader look twice.
///
/// # Errors
/// Every problem with its path.
pub fn check(text: &str) -> Result<Vec<String>, PolicyProblems> {
    let policy = Policy::parse(text)?;
    let mut remarks = Vec::new();
    for number in show(&policy) {
        if !policy.sources.has_own(&number.path) && number.path.contains('.') {
            remarks.push(format!("{}: no unit or no source", number.path));
        }
    }
    for priority in Priority::ALL {
        for pair in Level::ALL.windows(2) {
            let [lower, graver] = pair else { continue };
            let (before, after) = (
                lengths(&policy, *priority, *lower),
                lengths(&policy, *priority, *graver),
            );
            if after.acknowledge > before.acknowledge
                || after.on_site > before.on_site
                || after.outcome > before.outcome
            {
                remarks.push(format!(
                    "deadlines.{priority}.{graver}: longer than under {lower}"
                ));
            }
            let level = |area| verdict_for_warning_level(&policy, *priority, area).value;
            if level(*graver) < level(*lower) {
                remarks.push(format!(
                    "warning_level.{priority}.{graver}: lower than under {lower}"
                ));
            }
        }
        for level in Level::ALL {
            let cell = lengths(&policy, *priority, *level);
            if cell.acknowledge > cell.on_site || cell.on_site > cell.outcome {
                remarks.push(format!("deadlines.{priority}.{level}: acknowledge, on site and outcome do not follow each other"));
            }
        }
    }
    Ok(remarks)
}

fn name((zh, en): (&str, &str)) -> Value {
    json!({"zh": zh, "en": en})
}

fn names<T: Copy + std::fmt::Display>(
    all: &[T],
    of: impl Fn(T) -> (&'static str, &'static str),
) -> Map<String, Value> {
    all.iter()
        .map(|one| (one.to_string(), name(of(*one))))
        .collect()
}

fn by_priority(cell: impl Fn(Priority) -> Value) -> Map<String, Value> {
    Priority::ALL
        .iter()
        .map(|priority| (priority.to_string(), cell(*priority)))
        .collect()
}

fn by_level(cell: impl Fn(Level) -> Value) -> Value {
    Value::Object(
        Level::ALL
            .iter()
            .map(|level| (level.to_string(), cell(*level)))
            .collect(),
    )
}

fn signs(policy: &Policy) -> Map<String, Value> {
    Sign::ALL
        .iter()
        .map(|sign| {
            let (zh, en) = sign_name(*sign);
            let entry = json!({
                "priority": priority_of_sign(policy, *sign),
                "steps_up": policy.numbers.priority.step_up.signs.contains(sign),
                "emergency_call_first": priority_of_sign(policy, *sign) == Some(Priority::P0),
                "zh": zh,
                "en": en,
            });
            (sign.to_string(), entry)
        })
        .collect()
}

fn age_bands(policy: &Policy) -> Map<String, Value> {
    AgeBand::ALL
        .iter()
        .map(|band| (band.to_string(), json!(sign_of_band(policy, *band))))
        .collect()
}

fn outcomes(policy: &Policy) -> Map<String, Value> {
    OutcomeKind::ALL
        .iter()
        .map(|kind| {
            let becomes = match subject_becomes(policy, *kind) {
                SubjectBecomes::Revisited => json!({"state": "follow_up", "by": "revisit"}),
                SubjectBecomes::Received(timer) => json!({
                    "state": "follow_up",
                    "by": "receiver",
                    "after_ms": timer.after.as_ms(),
                    "silence": match timer.silence { Silence::OpensAgain => "opens_again", Silence::AskedAgain => "asked_again" },
                }),
                SubjectBecomes::Closed { review } => json!({"state": "closed", "review": review}),
            };
            let needs: &[&str] = match kind {
                OutcomeKind::Refused => &["informed", "offered"],
                OutcomeKind::Accepted
                | OutcomeKind::StreetAid
                | OutcomeKind::Treated
                | OutcomeKind::Police
                | OutcomeKind::MinorHandOver
                | OutcomeKind::OtherDistrict
                | OutcomeKind::NotFound
                | OutcomeKind::NotASubject
                | OutcomeKind::Duplicate
                | OutcomeKind::DeathOrInjury => &[],
            };
            let needs_on_p0: &[&str] = if *kind == OutcomeKind::Refused { &["assessed_by"] } else { &[] };
            (
                kind.to_string(),
                json!({"details": kind.details(), "needs": needs, "needs_on_p0": needs_on_p0, "becomes": becomes}),
            )
        })
        .collect()
}

fn return_reasons() -> Map<String, Value> {
    use model::task::TaskState;
    use model::time::{Instant, Span};
    let by = Instant::from_ms(0);
    ReturnReason::ALL
        .iter()
        .map(|reason| {
            let late = ReturnFacts {
                reason: *reason,
                state: TaskState::Accepted,
                acknowledge_by: Some(by),
                now: by + Span::from_ms(1),
            };
            (
                reason.to_string(),
                json!(if may_return(&late) {
                    "until_outcome"
                } else {
                    "within_acknowledge"
                }),
            )
        })
        .collect()
}

fn revisit(policy: &Policy) -> Value {
    let n = &policy.numbers.revisit;
    json!({
        "refused_p0_p1_ms": by_level(|level| json!(n.refused_high.at(level).0.as_ms())),
        "refused_p2_p3_or_street_aid": {
            "none_ms": n.refused_low.none.0.as_ms(),
            "blue_ms": n.refused_low.blue.0.as_ms(),
            "yellow": ["same_night", "next_day"],
            "orange_at_night_every_ms": n.refused_low.orange.0.as_ms(),
        },
        "not_found": {
            "none": {"tries": n.not_found_tries_none, "at": "usual_hour"},
            "blue": {"same_night": 1, "further_nights": n.not_found_nights_blue},
            "yellow": {"cuts": n.not_found_cuts_yellow},
            "orange": {"cuts": n.not_found_cuts_orange},
        },
        "same_night_after_ms": n.same_night_after.0.as_ms(),
        "same_night_before": n.same_night_before.to_string(),
        "usual_hour_unknown": n.usual_hour_unknown.to_string(),
        "cut_from": n.cut_from.to_string(),
        "cut_to": n.cut_to.to_string(),
        "next_day_at": n.next_day_at.to_string(),
        "task_before_ms": n.task_before.0.as_ms(),
        "look": {"from": n.look_from.to_string(), "to": n.look_to.to_string()},
        "offers_per_night_max": n.offers_per_night_max,
    })
}

fn special_care(policy: &Policy) -> Value {
    let n = &policy.numbers.special_care;
    json!({
        "visits_per_week": n.visits_per_week,
        "due_at": n.due_at.to_string(),
        "day_visit_by": n.day_visit_by.to_string(),
        "rate": {"none": "weekly", "blue": "weekly", "yellow": "daily", "orange": "daily_and_night", "special_node": "daily"},
    })
}

/// Every value of a file by its path, without units and sources.
fn leaves(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(tree) = text.parse::<toml::Table>() {
        collect("", &toml::Value::Table(tree), &mut found);
    }
    found
}

fn collect(path: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                if key != "unit" && key != "source" {
                    let below = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    collect(&below, value, found);
                }
            }
        }
        toml::Value::String(text) => {
            found.insert(path.to_owned(), text.clone());
        }
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Array(_) => {
            found.insert(path.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PUTUO;

    #[test]
    fn every_number_has_a_unit_and_a_source_of_its_own_group() {
        let policy = Policy::putuo().unwrap();
        let shown = show(&policy);
        assert!(shown.len() > 150, "{}", shown.len());
        for number in shown {
            assert!(
                !number.unit.is_empty() && !number.source.is_empty(),
                "{}",
                number.path
            );
            assert!(
                policy.sources.has_own(&number.path) || !number.path.contains('.'),
                "{}",
                number.path
            );
        }
        assert_eq!(check(PUTUO), Ok(vec![]));
    }

    #[test]
    fn a_difference_names_the_number_and_both_values() {
        let a = Policy::putuo().unwrap();
        let b =
            Policy::parse(&PUTUO.replace("call_every = \"10m\"", "call_every = \"11m\"")).unwrap();
        let difference = Difference {
            path: "ladder.call_every".to_owned(),
            from: Some("10m".to_owned()),
            to: Some("11m".to_owned()),
        };
        assert_eq!(diff(&a, &b), [difference]);
        assert!(diff(&a, &a).is_empty());
    }

    #[test]
    fn a_longer_deadline_under_a_graver_colour_is_remarked() {
        let text = PUTUO.replace(
            "orange = { acknowledge = \"3m\"",
            "orange = { acknowledge = \"9m\"",
        );
        assert_eq!(
            check(&text),
            Ok(vec![
                "deadlines.P1.orange: longer than under yellow".to_owned()
            ])
        );
    }

    #[test]
    fn the_tables_hold_every_sign_and_every_cell() {
        let tables = tables(&Policy::putuo().unwrap());
        assert_eq!(
            tables.pointer("/signs/unconscious/priority"),
            Some(&json!("P0"))
        );
        assert_eq!(
            tables.pointer("/warning_level/P1/blue"),
            Some(&json!("yellow"))
        );
        assert_eq!(
            tables.pointer("/deadlines_ms/P2/orange/acknowledge"),
            Some(&json!(300_000))
        );
        assert_eq!(
            tables.pointer("/return_reasons/busy"),
            Some(&json!("within_acknowledge"))
        );
        assert_eq!(
            tables.pointer("/return_reasons/unsafe"),
            Some(&json!("until_outcome"))
        );
        assert_eq!(
            tables
                .pointer("/signs")
                .and_then(Value::as_object)
                .map(Map::len),
            Some(Sign::ALL.len())
        );
    }
}
