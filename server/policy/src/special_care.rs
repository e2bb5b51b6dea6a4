//! Rule: when a person of special concern is due a visit: twice a week, daily, or daily and every night.

use jiff::civil::Date;
use model::grade::Level;
use model::reason::Reason;
use model::time::Instant;

use crate::calendar::{Night, day_after};
use crate::facts::CareFacts;
use crate::policy::Policy;
use crate::revisit::usual_hour_in;

/// How often a person of special concern is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CareRate {
    /// At least twice a week.
    Weekly,
    /// Every day.
    Daily,
    /// Every day, and every night.
    DailyAndNight,
}

/// The next visit that a person of special concern is due.
#[derive(Clone, Debug, PartialEq)]
pub struct CareVerdict {
    /// How often now.
    pub rate: CareRate,
    /// By when; in the past when it is overdue.
    pub due: Instant,
    /// Visits that count in the running week.
    pub n_this_week: u32,
    /// Why.
    pub reason: Reason,
}

/// How often a person of special concern is visited under a colour on a date.
///
/// # Source
/// S2 item 九: 每周走访不少于 2 次，特殊节点确保每日关爱; `domain.md`, revisit due.
pub fn care_rate(policy: &Policy, area: Level, date: Date) -> CareRate {
    match area {
        Level::Orange => CareRate::DailyAndNight,
        Level::Yellow => CareRate::Daily,
        Level::None | Level::Blue => {
            if policy.calendar().special_node(date).is_some() {
                CareRate::Daily
            } else {
                CareRate::Weekly
            }
        }
    }
}

/// Judges when a person of special concern is due the next visit.
///
/// # Shape
/// Twice a week: the first by Wednesday, the second by Sunday; with both made, the first of the next week. Daily: one
/// each day. Daily and night: one each day before the night, and one each night at the usual hour.
/// What was due before the person became one of special concern is not counted.
///
/// # Source
/// S2 item 九; `domain.md`, revisit due; a week runs from Monday.
pub fn verdict_for_care(policy: &Policy, facts: &CareFacts) -> CareVerdict {
    let calendar = policy.calendar();
    let today = calendar.date(facts.now);
    let rate = care_rate(policy, facts.area, today);
    let week = calendar.week_of(today);
    let n_this_week = visits_in_week(policy, facts, week);
    let due = match rate {
        CareRate::Weekly => weekly(policy, facts, week, n_this_week),
        CareRate::Daily => daily(policy, facts, today),
        CareRate::DailyAndNight => day_visit(policy, facts, today).min(night_visit(policy, facts)),
    };
    let reason = policy
        .reason(
            match rate {
                CareRate::Weekly => "special_care/weekly",
                CareRate::Daily => "special_care/daily",
                CareRate::DailyAndNight => "special_care/daily_and_night",
            },
            "special_care",
        )
        .fact("area_level", facts.area.as_str())
        .fact("n_this_week", n_this_week);
    let reason = match calendar.special_node(today) {
        Some(node) => reason.fact("special_node", node),
        None => reason,
    };
    CareVerdict {
        rate,
        due,
        n_this_week,
        reason,
    }
}

fn visits_in_week(policy: &Policy, facts: &CareFacts, week: Date) -> u32 {
    let calendar = policy.calendar();
    let n = facts
        .visits
        .iter()
        .filter(|visit| **visit <= facts.now && calendar.week_of(calendar.date(**visit)) == week)
        .count();
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A person taken up late in the week owes only what is still ahead.
fn weekly(policy: &Policy, facts: &CareFacts, week: Date, n_this_week: u32) -> Instant {
    let calendar = policy.calendar();
    let n = &policy.numbers.special_care;
    let by = |first: Date, visit: u32| {
        let weekday = if visit == 0 {
            n.first_by.0
        } else {
            n.second_by.0
        };
        calendar.at(calendar.day_of_week(first, weekday), n.due_at.0)
    };
    let next_week = calendar.week_of(in_a_week(week));
    (n_this_week..n.visits_per_week)
        .map(|visit| by(week, visit))
        .find(|due| *due > facts.since)
        .unwrap_or_else(|| by(next_week, 0))
}

fn in_a_week(mut date: Date) -> Date {
    for _ in 0..7 {
        date = day_after(date);
    }
    date
}

fn daily(policy: &Policy, facts: &CareFacts, today: Date) -> Instant {
    let calendar = policy.calendar();
    let visited = facts
        .visits
        .iter()
        .any(|visit| *visit <= facts.now && calendar.date(*visit) == today);
    let due = calendar.at(today, policy.numbers.special_care.due_at.0);
    if visited || due <= facts.since {
        calendar.at(day_after(today), policy.numbers.special_care.due_at.0)
    } else {
        due
    }
}

/// The visit by day: any visit of today outside the nights counts.
fn day_visit(policy: &Policy, facts: &CareFacts, today: Date) -> Instant {
    let calendar = policy.calendar();
    let by = policy.numbers.special_care.day_visit_by.0;
    let visited = facts.visits.iter().any(|visit| {
        *visit <= facts.now && calendar.date(*visit) == today && calendar.night_of(*visit).is_none()
    });
    let due = calendar.at(today, by);
    if visited || due <= facts.since || due < facts.now && calendar.night_of(facts.now).is_some() {
        calendar.at(day_after(today), by)
    } else {
        due
    }
}

/// The visit of the night: one in the running or coming night, at the usual hour.
fn night_visit(policy: &Policy, facts: &CareFacts) -> Instant {
    let calendar = policy.calendar();
    let night: Night = calendar.night_running_or_coming(facts.now);
    let visited = facts
        .visits
        .iter()
        .any(|visit| *visit <= facts.now && calendar.night_of(*visit) == Some(night));
    usual_hour_in(
        policy,
        if visited { night.next() } else { night },
        &facts.seen,
    )
}
