//! Nights, weeks, special days and clock times in the policy's time zone. Only the calendar; rules use it.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use model::time::{Instant, Span};

use crate::duration::{ClockTime, Days};
use crate::numbers::CalendarNumbers;

/// A calendar in one time zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    night_from: Time,
    night_to: Time,
    week_from: Weekday,
    special_nodes: BTreeMap<String, Vec<Days>>,
}

/// A night, named by its first date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Night(pub Date);

impl Calendar {
    pub(crate) fn new(n: &CalendarNumbers) -> Result<Self, String> {
        let zone = TimeZone::get(&n.timezone)
            .map_err(|_| format!("`{}` is not a known time zone", n.timezone))?;
        Ok(Self {
            zone,
            night_from: n.night_from.0,
            night_to: n.night_to.0,
            week_from: n.week_from.0,
            special_nodes: n.special_nodes.clone(),
        })
    }

    /// The time zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Date and clock time here.
    pub fn local(&self, at: Instant) -> DateTime {
        self.zone.to_datetime(at.timestamp())
    }

    /// The date here.
    pub fn date(&self, at: Instant) -> Date {
        self.local(at).date()
    }

    /// The moment of a clock time on a date. A time that a change of clocks leaves out counts as just after it.
    pub fn at(&self, date: Date, clock: Time) -> Instant {
        let local = date.to_datetime(clock);
        self.zone
            .to_ambiguous_timestamp(local)
            .compatible()
            .map_or_else(|_| Instant::from_ms(0), Instant::from_timestamp)
    }

    /// The night that runs at a moment; by day none.
    pub fn night_of(&self, at: Instant) -> Option<Night> {
        let local = self.local(at);
        let night = Night(if self.crosses_midnight() && local.time() < self.night_to {
            day_before(local.date())
        } else {
            local.date()
        });
        let (from, to) = self.bounds(night);
        (from <= at && at < to).then_some(night)
    }

    /// The night that runs, or by day the coming one.
    pub fn night_running_or_coming(&self, at: Instant) -> Night {
        self.night_of(at).unwrap_or_else(|| self.night_after(at))
    }

    /// The next night that begins after a moment.
    pub fn night_after(&self, at: Instant) -> Night {
        let today = Night(self.date(at));
        if self.bounds(today).0 > at {
            today
        } else {
            today.next()
        }
    }

    /// Beginning and end of a night; the end is outside.
    pub fn bounds(&self, night: Night) -> (Instant, Instant) {
        let last = if self.crosses_midnight() {
            day_after(night.0)
        } else {
            night.0
        };
        (
            self.at(night.0, self.night_from),
            self.at(last, self.night_to),
        )
    }

    /// The moment of a clock time inside a night; a time outside the night counts as its beginning.
    pub fn in_night(&self, night: Night, clock: ClockTime) -> Instant {
        let (from, to) = self.bounds(night);
        [night.0, day_after(night.0)]
            .into_iter()
            .map(|date| self.at(date, clock.0))
            .find(|at| from <= *at && *at < to)
            .unwrap_or(from)
    }

    /// The next moment after `at` with this clock time.
    pub fn next_clock(&self, at: Instant, clock: ClockTime) -> Instant {
        let today = self.date(at);
        [today, day_after(today)]
            .into_iter()
            .map(|date| self.at(date, clock.0))
            .find(|candidate| *candidate > at)
            .unwrap_or_else(|| self.at(day_after(day_after(today)), clock.0))
    }

    /// Whether the clock stands in `from..to`, which may cross midnight. Equal ends mean never.
    pub fn clock_within(&self, at: Instant, from: ClockTime, to: ClockTime) -> bool {
        let clock = self.local(at).time();
        if from.0 <= to.0 {
            from.0 <= clock && clock < to.0
        } else {
            clock >= from.0 || clock < to.0
        }
    }

    /// The median clock time of moments that lie in nights, counted from the beginning of their nights.
    /// Moments by day are left out: a revisit at night cannot use them.
    pub fn usual_hour(&self, seen: &[Instant]) -> Option<ClockTime> {
        let mut into_night: Vec<i64> = seen
            .iter()
            .filter_map(|at| {
                self.night_of(*at)
                    .map(|night| at.since(self.bounds(night).0).as_ms())
            })
            .collect();
        into_night.sort_unstable();
        let upper = *into_night.get(into_night.len() / 2)?;
        let lower = *into_night.get(into_night.len().saturating_sub(1) / 2)?;
        let median = lower + (upper - lower) / 2;
        Some(ClockTime(
            self.night_from
                .wrapping_add(SignedDuration::from_millis(median)),
        ))
    }

    /// The special node that a date belongs to, by its name; the first of them if there are several.
    pub fn special_node(&self, date: Date) -> Option<&str> {
        self.special_nodes(date).next()
    }

    /// Every special node that a date belongs to.
    pub fn special_nodes(&self, date: Date) -> impl Iterator<Item = &str> {
        self.special_nodes
            .iter()
            .filter(move |(_, days)| {
                days.iter()
                    .any(|days| days.first <= date && date <= days.last)
            })
            .map(|(name, _)| name.as_str())
    }

    /// The first day of the week of a date.
    pub fn week_of(&self, date: Date) -> Date {
        let back = date.weekday().since(self.week_from);
        date.checked_sub(i32::from(back).days()).unwrap_or(date)
    }

    /// The day of a week that has this name; `monday` is the first day of that week.
    pub fn day_of_week(&self, first: Date, weekday: Weekday) -> Date {
        let on = weekday.since(self.week_from);
        first.checked_add(i32::from(on).days()).unwrap_or(first)
    }

    /// Adds calendar months, as 'after one month' means it.
    pub fn months_after(&self, at: Instant, months: u32) -> Instant {
        let local = self.local(at);
        let date = local
            .date()
            .checked_add(i64::from(months).months())
            .unwrap_or(local.date());
        self.at(date, local.time())
    }

    /// Adds working days: neither Saturday nor Sunday. Public holidays are not known to the program.
    pub fn working_days_after(&self, at: Instant, n: u32) -> Instant {
        let local = self.local(at);
        let mut date = local.date();
        let mut left = n.min(3_660);
        while left > 0 {
            date = day_after(date);
            if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
                left -= 1;
            }
        }
        self.at(date, local.time())
    }

    fn crosses_midnight(&self) -> bool {
        self.night_to <= self.night_from
    }
}

impl Night {
    /// The night after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(day_after(self.0))
    }

    /// The night before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(day_before(self.0))
    }
}

/// The day after; the last day of the calendar stays.
pub(crate) fn day_after(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// The day before; the first day of the calendar stays.
pub(crate) fn day_before(date: Date) -> Date {
    date.yesterday().unwrap_or(date)
}

/// How many nights at the end of `nights` run without a gap, counted back from `last`, itself included.
///
/// # Shape
/// Order and repeats do not matter. Zero if `last` itself is not among them.
pub fn n_nights_running(nights: &[Night], last: Night) -> u32 {
    let mut night = last;
    let mut n = 0;
    while nights.contains(&night) {
        n += 1;
        night = night.previous();
    }
    n
}

/// The earlier of two optional moments.
pub(crate) fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}

/// The span from one moment to a later one in parts; the inner cuts.
pub(crate) fn inner_cuts(from: Instant, to: Instant, n_cuts: u32) -> Vec<Instant> {
    let whole: Span = to.since(from);
    (1..=n_cuts)
        .map(|i| from + whole.scaled(i64::from(i), i64::from(n_cuts) + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{PUTUO, Policy};

    fn at(text: &str) -> Instant {
        Instant::from_timestamp(format!("{text}+08:00").parse().unwrap())
    }

    #[test]
    fn a_night_is_named_by_its_first_date() {
        let policy = Policy::putuo().unwrap();
        let c = policy.calendar();
        for (moment, night) in [
            ("2026-01-12T15:59:59", None),
            ("2026-01-12T16:00:00", Some("2026-01-12")),
            ("2026-01-12T23:59:59", Some("2026-01-12")),
            ("2026-01-13T00:00:00", Some("2026-01-12")),
            ("2026-01-13T07:59:59", Some("2026-01-12")),
            ("2026-01-13T08:00:00", None),
        ] {
            assert_eq!(
                c.night_of(at(moment)).map(|n| n.0.to_string()).as_deref(),
                night,
                "{moment}"
            );
        }
        assert_eq!(
            c.night_running_or_coming(at("2026-01-13T09:00:00")),
            Night("2026-01-13".parse().unwrap())
        );
        assert_eq!(
            c.night_after(at("2026-01-12T20:00:00")),
            Night("2026-01-13".parse().unwrap())
        );
    }

    #[test]
    fn a_night_may_be_laid_around_the_present_for_a_test() {
        let text = PUTUO
            .replace("night_from = \"16:00\"", "night_from = \"09:00\"")
            .replace("night_to = \"08:00\"", "night_to = \"11:30\"");
        let policy = Policy::parse(&text).unwrap();
        let c = policy.calendar();
        assert!(c.night_of(at("2026-01-12T10:00:00")).is_some());
        assert!(c.night_of(at("2026-01-12T11:30:00")).is_none());
        assert_eq!(
            c.night_after(at("2026-01-12T10:00:00")).0.to_string(),
            "2026-01-13"
        );
    }

    #[test]
    fn the_usual_hour_is_the_median_across_midnight() {
        let policy = Policy::putuo().unwrap();
        let c = policy.calendar();
        for (seen, hour) in [
            (vec![], None),
            (vec!["2026-01-12T22:14:00"], Some("22:14")),
            (
                vec!["2026-01-12T23:30:00", "2026-01-11T00:30:00"],
                Some("00:00"),
            ),
            (
                vec![
                    "2026-01-12T22:00:00",
                    "2026-01-11T01:00:00",
                    "2026-01-10T23:00:00",
                ],
                Some("23:00"),
            ),
            (vec!["2026-01-12T12:00:00"], None),
        ] {
            let seen: Vec<Instant> = seen.into_iter().map(at).collect();
            assert_eq!(c.usual_hour(&seen).map(|h| h.to_string()).as_deref(), hour);
        }
    }

    #[test]
    fn nights_running_are_counted_back_without_a_gap() {
        let nights: Vec<Night> = ["2026-01-09", "2026-01-11", "2026-01-12", "2026-01-12"]
            .iter()
            .map(|d| Night(d.parse().unwrap()))
            .collect();
        assert_eq!(
            n_nights_running(&nights, Night("2026-01-12".parse().unwrap())),
            2
        );
        assert_eq!(
            n_nights_running(&nights, Night("2026-01-13".parse().unwrap())),
            0
        );
    }

    #[test]
    fn weeks_run_from_monday_and_working_days_leave_out_the_weekend() {
        let policy = Policy::putuo().unwrap();
        let c = policy.calendar();
        let monday = c.week_of("2026-01-18".parse().unwrap());
        assert_eq!(monday.to_string(), "2026-01-12");
        assert_eq!(
            c.day_of_week(monday, Weekday::Sunday).to_string(),
            "2026-01-18"
        );
        assert_eq!(
            c.working_days_after(at("2026-01-16T10:00:00"), 1),
            at("2026-01-19T10:00:00")
        );
        assert_eq!(
            c.months_after(at("2026-01-31T10:00:00"), 1),
            at("2026-02-28T10:00:00")
        );
    }
}
