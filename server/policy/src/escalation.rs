//! Rule: which departments must answer for a case or an area, within which time, and who is told when they do not.

use std::collections::BTreeSet;

use model::grade::{Level, Priority, Tier};
use model::id::{DepartmentId, JurisdictionCode};
use model::reason::Reason;
use model::time::{Instant, Span};

use crate::deadline::{Step, lengths};
use crate::policy::Policy;
use crate::tier::area_tier;

/// Whom a step of a department ladder tells. It never raises a tier and never tells another department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DepartmentCalled {
    /// Its duty leader.
    DutyLeader,
    /// Its named superior.
    Superior,
    /// The district duty leader; the ladder ends, the escalation stays on the list.
    DistrictDutyLeader,
}

/// The departments that must acknowledge a case of a tier, in the order of the tiers.
///
/// # Source
/// `domain.md`, tiers and departments; S1 for the departments.
pub fn departments_for_case(
    policy: &Policy,
    tier: Tier,
    street: &JurisdictionCode,
) -> Vec<DepartmentId> {
    let mut asked = Vec::new();
    for words in lists_up_to(policy, tier) {
        for word in words {
            push_new(&mut asked, department(word, street));
        }
    }
    asked
}

/// The departments that must acknowledge an area of a tier: once each for all its streets; at 一级 also those for
/// areas only, and the office of every affected street (`affected`: any within the policy's distance).
pub fn departments_for_area(
    policy: &Policy,
    tier: Tier,
    streets: &[JurisdictionCode],
    affected: &[JurisdictionCode],
) -> Vec<DepartmentId> {
    let mut asked = Vec::new();
    for street in streets {
        for department in departments_for_case(policy, tier, street) {
            push_new(&mut asked, department);
        }
    }
    if tier == Tier::One {
        for word in &policy.numbers.tier.departments.one_area {
            if word == "affected_streets" {
                streets
                    .iter()
                    .chain(affected)
                    .for_each(|code| push_new(&mut asked, DepartmentId::street(code)));
            } else {
                push_new(&mut asked, DepartmentId(word.clone()));
            }
        }
    }
    asked
}

/// The departments that are still to be asked: those whom neither the case nor its area has asked yet.
pub fn still_to_ask(wanted: &[DepartmentId], asked: &BTreeSet<DepartmentId>) -> Vec<DepartmentId> {
    wanted
        .iter()
        .filter(|department| !asked.contains(*department))
        .cloned()
        .collect()
}

/// The department that leads a tier.
pub fn lead(policy: &Policy, tier: Tier, street: &JurisdictionCode) -> DepartmentId {
    let leads = &policy.numbers.tier.lead;
    department(
        match tier {
            Tier::Three => &leads.three,
            Tier::Two => &leads.two,
            Tier::One => &leads.one,
        },
        street,
    )
}

/// Whether a case opens escalations of its own: when its tier is above its area's; a P0 always does.
pub fn case_asks_itself(policy: &Policy, priority: Priority, tier: Tier, area: Level) -> bool {
    priority == Priority::P0 || area_tier(policy, area).is_none_or(|area_tier| tier > area_tier)
}

/// How far the border of an affected street may be.
pub fn affected_within_m(policy: &Policy) -> f64 {
    policy.numbers.tier.departments.affected_within_m
}

/// The time in which a department must acknowledge for a case.
pub fn acknowledge_within_for_case(policy: &Policy, priority: Priority, area: Level) -> Span {
    lengths(policy, priority, area).acknowledge
}

/// The time in which a department must acknowledge for an area: the P1 row of its worst colour.
pub fn acknowledge_within_for_area(policy: &Policy, worst: Level) -> Span {
    lengths(
        policy,
        policy.numbers.department_ladder.area_priority,
        worst,
    )
    .acknowledge
}

/// When the three steps of a department's ladder fire, from the opening of the escalation.
pub fn department_step_times(policy: &Policy, opened_at: Instant, within: Span) -> [Instant; 3] {
    let n = &policy.numbers.department_ladder;
    [n.leader_percent, n.superior_percent, n.district_percent]
        .map(|percent| opened_at + within.scaled(i64::from(percent), 100))
}

/// Whom a step of a department's ladder tells, and whether the ladder ends with it.
pub const fn department_step(step: Step) -> (DepartmentCalled, LadderGoesOn) {
    match step {
        Step::First => (DepartmentCalled::DutyLeader, LadderGoesOn::Yes),
        Step::Second => (DepartmentCalled::Superior, LadderGoesOn::Yes),
        Step::Third => (DepartmentCalled::DistrictDutyLeader, LadderGoesOn::No),
    }
}

/// Whether a ladder has further steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderGoesOn {
    /// It has.
    Yes,
    /// It ends.
    No,
}

/// When an acknowledged department is asked once more if it has not reported: its own ETA and half of it again;
/// without an ETA the on-site length of the case (of an area: the P1 row of its worst colour).
pub fn asked_again_at(
    policy: &Policy,
    acknowledged_at: Instant,
    eta: Option<Span>,
    priority: Option<Priority>,
    area: Level,
) -> Instant {
    let n = &policy.numbers.department_ladder;
    let within = match eta {
        Some(eta) => eta.scaled(i64::from(n.report_after_eta_percent), 100),
        None => lengths(policy, priority.unwrap_or(n.area_priority), area).on_site,
    };
    acknowledged_at + within
}

/// Why a department of a tier is asked.
pub fn escalation_reason(policy: &Policy, tier: Tier, department: &DepartmentId) -> Reason {
    policy
        .reason("escalation/tier", "tier.departments")
        .fact("tier", tier.number())
        .fact("department", department.as_str())
}

/// Why a department is told of an area.
pub fn area_escalation_reason(
    policy: &Policy,
    tier: Tier,
    worst: Level,
    department: &DepartmentId,
) -> Reason {
    policy
        .reason("escalation/area", "tier.departments")
        .fact("tier", tier.number())
        .fact("area_level", worst.as_str())
        .fact("department", department.as_str())
}

fn lists_up_to(policy: &Policy, tier: Tier) -> Vec<&Vec<String>> {
    let lists = &policy.numbers.tier.departments;
    match tier {
        Tier::Three => vec![&lists.three],
        Tier::Two => vec![&lists.three, &lists.two],
        Tier::One => vec![&lists.three, &lists.two, &lists.one],
    }
}

fn department(word: &str, street: &JurisdictionCode) -> DepartmentId {
    if word == "street" {
        DepartmentId::street(street)
    } else {
        DepartmentId::from(word)
    }
}

fn push_new(list: &mut Vec<DepartmentId>, department: DepartmentId) {
    if !list.contains(&department) {
        list.push(department);
    }
}
