//! Answers of the tables about priority, level, tier, departments and deadlines.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a row that cannot be read is a wrong table, and the test says where"
)]

use model::grade::{Level, Priority, Tier};
use model::id::{DepartmentId, JurisdictionCode};
use model::sign::AgeBand;
use model::time::{Instant, Span};
use policy::deadline::{Called, Step, lengths, regraded, step_times, verdict_for_step};
use policy::escalation::{
    DepartmentCalled, LadderGoesOn, acknowledge_within_for_area, acknowledge_within_for_case,
    asked_again_at, case_asks_itself, department_step, department_step_times, departments_for_area,
    departments_for_case, lead,
};
use policy::facts::{DeadlineFacts, PriorityFacts, SightingFacts, StepFacts, TierFacts};
use policy::policy::Policy;
use policy::priority::verdict_for_priority;
use policy::tier::{area_tier, first_tier, reports_due, rounds, verdict_for_tier};
use policy::warning_level::verdict_for_warning_level;

use super::row::{Row, all_shown, length, moment, read, yes_no};

pub fn priority(policy: &Policy, row: &Row) -> (String, String) {
    let sightings = row
        .get("signs")
        .split('|')
        .map(|signs| SightingFacts {
            signs: signs.split_whitespace().map(read).collect(),
            withdrawn: row.words("withdrawn"),
            n_people: row.word("people"),
            age_band: row.word::<AgeBand>("band"),
        })
        .collect();
    let judged = verdict_for_priority(
        policy,
        &PriorityFacts {
            sightings,
            area: row.word("area"),
            n_nights_running: row.word("nights"),
            n_refusals_under_warning: row.word("refusals"),
        },
    );
    (
        format!("{} {}", judged.verdict.value, judged.asked),
        format!("{} {}", row.get("priority"), row.get("asked")),
    )
}

pub fn warning_level(policy: &Policy, row: &Row) -> (String, String) {
    let (priority, area) = (row.word("priority"), row.word("area"));
    let level = verdict_for_warning_level(policy, priority, area).value;
    let tier = verdict_for_tier(
        policy,
        &TierFacts {
            priority_asked: priority,
            area,
            reached: None,
        },
    )
    .value;
    (
        format!("{level} {tier}"),
        format!("{} {}", row.get("level"), row.get("tier")),
    )
}

fn tier_of(text: &str) -> Tier {
    Tier::from_number(read(text)).unwrap()
}

pub fn tier(policy: &Policy, row: &Row) -> (String, String) {
    let given: Vec<&str> = row.get("given").split_whitespace().collect();
    let street = JurisdictionCode::from("310107005");
    let says = match (row.get("question"), given.as_slice()) {
        ("first_tier", [level]) => first_tier(policy, read(level)).to_string(),
        ("area_tier", [level]) => {
            area_tier(policy, read(level)).map_or_else(|| "-".to_owned(), |tier| tier.to_string())
        }
        ("case_tier", [priority, area, "reached", reached]) => {
            let facts = TierFacts {
                priority_asked: read(priority),
                area: read(area),
                reached: Some(tier_of(reached)),
            };
            verdict_for_tier(policy, &facts).value.to_string()
        }
        ("lead", [tier]) => lead(policy, tier_of(tier), &street).to_string(),
        ("rounds", [tier]) => {
            let rounds = rounds(policy, tier_of(tier));
            format!("{} night {} day", rounds.per_night, rounds.per_day)
        }
        ("asks_itself", [priority, tier, area]) => yes_no(case_asks_itself(
            policy,
            read(priority),
            tier_of(tier),
            read(area),
        )),
        ("reports", [tier, now, shift_ends]) => all_shown(&reports_due(
            policy,
            tier_of(tier),
            moment(now),
            Some(moment(shift_ends)),
        )),
        other => panic!("tiers.csv line {}: {other:?}", row.line),
    };
    (says, row.get("answer").to_owned())
}

pub fn departments(policy: &Policy, row: &Row) -> (String, String) {
    let codes = |name: &str| -> Vec<JurisdictionCode> {
        row.get(name)
            .split_whitespace()
            .map(JurisdictionCode::from)
            .collect()
    };
    let streets = codes("streets");
    let asked = match row.get("what") {
        "case" => departments_for_case(policy, tier_of(row.get("tier")), streets.first().unwrap()),
        "area" => departments_for_area(
            policy,
            tier_of(row.get("tier")),
            &streets,
            &codes("affected"),
        ),
        other => panic!("departments.csv line {}: {other}", row.line),
    };
    let says: Vec<&str> = asked.iter().map(DepartmentId::as_str).collect();
    (says.join(" "), row.get("departments").to_owned())
}

pub fn deadlines(policy: &Policy, row: &Row) -> (String, String) {
    let lengths = lengths(policy, row.word("priority"), row.word("area"));
    (
        format!(
            "{:?} {:?} {:?}",
            lengths.acknowledge, lengths.on_site, lengths.outcome
        ),
        format!(
            "{:?} {:?} {:?}",
            row.length("acknowledge"),
            row.length("on_site"),
            row.length("outcome")
        ),
    )
}

fn step_of(text: &str) -> Step {
    Step::from_index(read::<usize>(text) - 1).unwrap()
}

pub fn ladder(policy: &Policy, row: &Row) -> (String, String) {
    let priority: Priority = row.word("priority");
    let step = step_of(row.get("step"));
    let facts = StepFacts {
        step,
        priority,
        tier: tier_of(row.get("tier")),
        has_unit: row.yes("unit"),
    };
    let does = verdict_for_step(policy, &facts);
    let called: Vec<&str> = does
        .called
        .iter()
        .map(|called| match called {
            Called::UnitLeader => "unit_leader",
            Called::StreetDuty => "street_duty",
            Called::StationDesk => "station_desk",
            Called::DistrictDutyLeader => "district_duty_leader",
        })
        .collect();
    let at = *step_times(policy, priority, Instant::from_ms(0), Span::from_mins(10))
        .get(step.index())
        .unwrap();
    (
        format!(
            "{}ms {} {} {}",
            at.as_ms(),
            called.join(" "),
            does.raises_to
                .map_or_else(String::new, |tier| tier.to_string()),
            yes_no(does.calls_repeat)
        ),
        format!(
            "{:?} {} {} {}",
            row.length("after_of_10m"),
            row.get("called"),
            row.get("raises_to"),
            row.get("repeats")
        ),
    )
}

pub fn regrade(policy: &Policy, row: &Row) -> (String, String) {
    let start = Instant::from_ms(0);
    let old_length = row.length("length");
    let old = DeadlineFacts {
        by: start + old_length,
        steps: step_times(policy, Priority::P2, start, old_length),
        n_fired: row.word("fired"),
        length: old_length,
    };
    let new = regraded(
        policy,
        row.word("priority"),
        &old,
        start + row.length("at"),
        row.length("new_length"),
    );
    let [first, second, third] = new.steps.map(|at| format!("{}ms", at.as_ms()));
    (
        format!("{}ms {first} {second} {third}", new.by.as_ms()),
        format!(
            "{:?} {:?} {:?} {:?}",
            row.length("by"),
            row.length("step_1"),
            row.length("step_2"),
            row.length("step_3")
        ),
    )
}

pub fn department_ladder(policy: &Policy, row: &Row) -> (String, String) {
    let given: Vec<&str> = row.get("given").split_whitespace().collect();
    let start = Instant::from_ms(0);
    let spans = |text: &str| {
        text.split_whitespace()
            .map(|part| format!("{:?}", length(part)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let after = |at: Instant| format!("{:?}", at.since(start));
    match (row.get("question"), given.as_slice()) {
        ("step_times", [within]) => (
            department_step_times(policy, start, length(within))
                .map(after)
                .join(" "),
            spans(row.get("answer")),
        ),
        ("step", [step]) => {
            let (called, goes_on) = department_step(step_of(step));
            let called = match called {
                DepartmentCalled::DutyLeader => "duty_leader",
                DepartmentCalled::Superior => "superior",
                DepartmentCalled::DistrictDutyLeader => "district_duty_leader",
            };
            let goes_on = match goes_on {
                LadderGoesOn::Yes => "goes_on",
                LadderGoesOn::No => "ends",
            };
            (format!("{called} {goes_on}"), row.get("answer").to_owned())
        }
        ("within_case", [priority, area]) => (
            format!(
                "{:?}",
                acknowledge_within_for_case(policy, read(priority), read(area))
            ),
            spans(row.get("answer")),
        ),
        ("within_area", [area]) => (
            format!(
                "{:?}",
                acknowledge_within_for_area(policy, read::<Level>(area))
            ),
            spans(row.get("answer")),
        ),
        ("again_eta", [eta, priority, area]) => {
            let eta = (*eta != "-").then(|| length(eta));
            let priority = (*priority != "area").then(|| read::<Priority>(priority));
            (
                after(asked_again_at(policy, start, eta, priority, read(area))),
                spans(row.get("answer")),
            )
        }
        other => panic!("department_ladder.csv line {}: {other:?}", row.line),
    }
}
