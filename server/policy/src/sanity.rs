//! What cannot be in a policy file although it can be read: each problem with its path.

use std::collections::BTreeSet;

use model::grade::{Level, Priority};
use model::sign::Sign;
use model::time::Span;

use crate::numbers::{ByColour, Numbers, PriorityNumbers};
use crate::policy::PolicyProblem;

/// Every problem of a file that could be read.
pub(crate) fn problems(n: &Numbers) -> Vec<PolicyProblem> {
    let mut found = Vec::new();
    deadlines(n, &mut found);
    repeats(n, &mut found);
    percents(n, &mut found);
    signs(&n.priority, &mut found);
    metres(n, &mut found);
    for (name, path) in [
        (
            &n.area_colour.cold.temp_min_c_at_most,
            "area_colour.cold.temp_min_c_at_most",
        ),
        (
            &n.area_colour.cold.apparent_min_c_at_most,
            "area_colour.cold.apparent_min_c_at_most",
        ),
    ] {
        order(name, path, -1.0, &mut found);
    }
    order(
        &n.area_colour.heat.temp_max_c_at_least,
        "area_colour.heat.temp_max_c_at_least",
        1.0,
        &mut found,
    );
    for (path, text) in [("name", &n.name), ("version", &n.version)] {
        if text.is_empty() || text.contains(['@', ' ', '/']) {
            add(&mut found, path, "a short word without blanks, @ and /");
        }
    }
    if n.priority.step_up.highest == Priority::P0 {
        add(
            &mut found,
            "priority.step_up.highest",
            "history, clothing and refusal never make P0",
        );
    }
    found
}

fn add(found: &mut Vec<PolicyProblem>, path: impl Into<String>, what: &str) {
    found.push(PolicyProblem {
        path: path.into(),
        what: what.to_owned(),
    });
}

fn deadlines(n: &Numbers, found: &mut Vec<PolicyProblem>) {
    for priority in Priority::ALL {
        for level in Level::ALL {
            let cell = n.deadlines.at(*priority).at(*level);
            for (name, length) in [
                ("acknowledge", cell.acknowledge),
                ("on_site", cell.on_site),
                ("outcome", cell.outcome),
            ] {
                if length.0 <= Span::ZERO {
                    add(
                        found,
                        format!("deadlines.{priority}.{level}.{name}"),
                        "a deadline is longer than no time",
                    );
                }
            }
        }
    }
}

/// A repeat without a pause would never end.
fn repeats(n: &Numbers, found: &mut Vec<PolicyProblem>) {
    for (path, length) in [
        ("ladder.call_every", n.ladder.call_every),
        ("ladder.call_every_with_p0", n.ladder.call_every_with_p0),
        ("capacity.repeat_every", n.capacity.repeat_every),
        (
            "outcome.receiver_confirm_within",
            n.outcome.receiver_confirm_within,
        ),
        ("outcome.receiver_ask_every", n.outcome.receiver_ask_every),
        ("outcome.follow_up_days", n.outcome.follow_up_days),
        (
            "area_colour.hand.confirm_within",
            n.area_colour.hand.confirm_within,
        ),
        ("safety.check_in_every", n.safety.check_in_every),
        ("tier.reports.every", n.tier.reports.every),
        ("revisit.refused_low.orange", n.revisit.refused_low.orange),
        ("revisit.same_night_after", n.revisit.same_night_after),
    ] {
        if length.0 <= Span::ZERO {
            add(found, path, "a repeat needs a pause");
        }
    }
}

fn percents(n: &Numbers, found: &mut Vec<PolicyProblem>) {
    let l = &n.ladder;
    if l.first_percent > l.second_percent || l.second_percent > l.third_percent {
        add(found, "ladder", "the steps rise: first, second, third");
    }
    let d = &n.department_ladder;
    if d.leader_percent > d.superior_percent || d.superior_percent > d.district_percent {
        add(
            found,
            "department_ladder",
            "the steps rise: leader, superior, district",
        );
    }
    if n.capacity.n_under_way_max == 0
        || n.capacity.n_offered_max == 0
        || n.capacity.regrade_n_cases_max == 0
    {
        add(
            found,
            "capacity",
            "with none at all nothing would ever be done",
        );
    }
}

fn signs(n: &PriorityNumbers, found: &mut Vec<PolicyProblem>) {
    let mut seen = BTreeSet::new();
    for (path, list) in [
        ("priority.p0", &n.p0),
        ("priority.p1", &n.p1),
        ("priority.p2", &n.p2),
        ("priority.p3", &n.p3),
        ("priority.step_up.signs", &n.step_up.signs),
    ] {
        for sign in list {
            if !seen.insert(*sign) {
                add(found, path, &format!("`{sign}` stands in two lists"));
            }
        }
    }
    for sign in Sign::ALL {
        if !seen.contains(sign) {
            add(found, "priority", &format!("`{sign}` stands in no list"));
        }
    }
}

fn metres(n: &Numbers, found: &mut Vec<PolicyProblem>) {
    if !(n.matching.radius_m > 0.0 && n.matching.radius_m_max >= n.matching.radius_m) {
        add(
            found,
            "matching.radius_m",
            "more than nothing and at most radius_m_max",
        );
    }
    let weights = n.matching.weight_distance + n.matching.weight_time + n.matching.weight_likeness;
    if !(0.5..=1.5).contains(&weights) {
        add(found, "matching", "the three weights together are about 1");
    }
    for (path, value) in [
        ("assignment.distance_m_max", n.assignment.distance_m_max),
        (
            "assignment.distance_m_max_p0",
            n.assignment.distance_m_max_p0,
        ),
        ("doubt.accuracy_asks_place_m", n.doubt.accuracy_asks_place_m),
        ("doubt.speed_m_per_s_max", n.doubt.speed_m_per_s_max),
    ] {
        if !(value > 0.0 && value.is_finite()) {
            add(found, path, "a number above 0");
        }
    }
}

/// Thresholds go one way from blue to orange.
fn order(thresholds: &ByColour, path: &str, direction: f64, found: &mut Vec<PolicyProblem>) {
    let values: Vec<f64> = thresholds
        .gravest_first()
        .map(|(_, value)| value * direction)
        .collect();
    if values.iter().any(|value| !value.is_finite())
        || values
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a < b))
    {
        add(found, path, "from blue to orange the thresholds go one way");
    }
}
