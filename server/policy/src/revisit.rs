//! Rule: when somebody is visited again after an outcome, and what kind of visit it is.

use jiff::civil::Date;
use model::grade::{Level, Priority};
use model::outcome::OutcomeKind;
use model::reason::Reason;
use model::time::Instant;

use crate::calendar::{Night, day_after, inner_cuts};
use crate::facts::RevisitFacts;
use crate::policy::Policy;

/// The visits that follow an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisitVerdict {
    /// The visits that are due, in order of time; empty when none is.
    pub due: Vec<Instant>,
    /// When the next one becomes a task.
    pub task_from: Option<Instant>,
    /// Whether the next one is only a look.
    pub look: bool,
    /// Whether the tries of a 'not found' are over: the subject closes.
    pub tries_over: bool,
    /// Which row of the table.
    pub reason: Reason,
}

/// Judges when the next visits are due.
///
/// # Shape
/// The latest outcome gives the row; outcomes that are not followed up by a visit give none. After any refusal a
/// 'not found' never closes: after its tries the refused row goes on. Tries made are counted by `n_not_found`.
///
/// # Source
/// `domain.md`, revisit due; S34, S15, S20.
pub fn next_revisit(policy: &Policy, facts: &RevisitFacts) -> RevisitVerdict {
    let (due, rule) = match facts.latest {
        OutcomeKind::Refused if facts.priority <= Priority::P1 => {
            (refused_high(policy, facts), "revisit/refused_high")
        }
        OutcomeKind::Refused => (refused_low(policy, facts), "revisit/refused_low"),
        OutcomeKind::StreetAid => (refused_low(policy, facts), "revisit/street_aid"),
        OutcomeKind::NotFound => {
            let due = not_found(policy, facts);
            match (
                due.is_empty(),
                facts.ever_refused,
                facts.priority <= Priority::P1,
            ) {
                (false, _, _) => (due, "revisit/not_found"),
                (true, false, _) => (due, "revisit/tries_over"),
                (true, true, true) => (refused_high(policy, facts), "revisit/refused_high"),
                (true, true, false) => (refused_low(policy, facts), "revisit/refused_low"),
            }
        }
        OutcomeKind::Accepted
        | OutcomeKind::Treated
        | OutcomeKind::Police
        | OutcomeKind::MinorHandOver
        | OutcomeKind::OtherDistrict
        | OutcomeKind::NotASubject
        | OutcomeKind::Duplicate
        | OutcomeKind::DeathOrInjury => (Vec::new(), "revisit/none"),
    };
    let next = due.first().copied();
    RevisitVerdict {
        task_from: next.map(|next| task_from(policy, next)),
        look: next
            .is_some_and(|next| facts.ever_refused && only_a_look(policy, next, &facts.declined)),
        tries_over: due.is_empty() && facts.latest == OutcomeKind::NotFound,
        reason: policy
            .reason(rule, "revisit")
            .fact("area_level", facts.area.as_str())
            .fact("priority", facts.priority.as_str())
            .fact("n_visits", due.len())
            .fact("n_not_found", facts.n_not_found),
        due,
    }
}

/// When a visit that is due becomes a task.
pub fn task_from(policy: &Policy, due: Instant) -> Instant {
    due - policy.numbers.revisit.task_before.0
}

/// Whether a visit to somebody who refused is only a look at this time: nobody who breathes normally is woken.
pub fn is_look(policy: &Policy, at: Instant) -> bool {
    policy.calendar().clock_within(
        at,
        policy.numbers.revisit.look_from,
        policy.numbers.revisit.look_to,
    )
}

/// Whether a visit to somebody who refused is only a look: in the small hours, and after as many declined offers in its
/// night as may be made.
pub fn only_a_look(policy: &Policy, at: Instant, declined: &[Instant]) -> bool {
    let calendar = policy.calendar();
    let n_offers_tonight = calendar.night_of(at).map_or(0, |night| {
        declined
            .iter()
            .filter(|declined| calendar.night_of(**declined) == Some(night))
            .count()
    });
    !may_offer(
        policy,
        &OfferFacts {
            at,
            n_offers_tonight: u32::try_from(n_offers_tonight).unwrap_or(u32::MAX),
            awake_or_worse: false,
        },
    )
}

/// What a new offer at night is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferFacts {
    /// When.
    pub at: Instant,
    /// Offers made to the person in this night.
    pub n_offers_tonight: u32,
    /// Whether the person is awake, or has a worse sign than before.
    pub awake_or_worse: bool,
}

/// Whether help may be offered again: at most two offers a night; during a look only to somebody awake or worse.
pub fn may_offer(policy: &Policy, facts: &OfferFacts) -> bool {
    facts.n_offers_tonight < policy.numbers.revisit.offers_per_night_max
        && (facts.awake_or_worse || !is_look(policy, facts.at))
}

/// 'Same night': three hours from now if that lies in a night and before 06:00, else the next night's usual hour.
pub fn same_night(policy: &Policy, now: Instant, seen: &[Instant]) -> Instant {
    let n = &policy.numbers.revisit;
    let calendar = policy.calendar();
    let soon = now + n.same_night_after.0;
    let early_enough = calendar.night_of(soon).is_some_and(|night| {
        let (from, to) = calendar.bounds(night);
        let last = calendar.in_night(night, n.same_night_before);
        let last = if last == from { to } else { last };
        soon < last
    });
    if early_enough {
        soon
    } else {
        usual_hour_in(policy, calendar.night_after(now), seen)
    }
}

/// The usual hour of a person inside a night: the median of earlier sightings, 22:00 if none is known.
pub fn usual_hour_in(policy: &Policy, night: Night, seen: &[Instant]) -> Instant {
    let calendar = policy.calendar();
    let hour = calendar
        .usual_hour(seen)
        .unwrap_or(policy.numbers.revisit.usual_hour_unknown);
    calendar.in_night(night, hour)
}

fn refused_high(policy: &Policy, facts: &RevisitFacts) -> Vec<Instant> {
    vec![facts.now + policy.numbers.revisit.refused_high.at(facts.area).0]
}

fn refused_low(policy: &Policy, facts: &RevisitFacts) -> Vec<Instant> {
    let n = &policy.numbers.revisit;
    let row = &n.refused_low;
    match facts.area {
        Level::None => vec![facts.now + row.none.0],
        Level::Blue => vec![facts.now + row.blue.0],
        Level::Yellow => {
            let mut due = vec![
                same_night(policy, facts.now, &facts.seen),
                next_day(policy, facts.now),
            ];
            due.sort_unstable();
            due
        }
        Level::Orange => {
            let soon = facts.now + row.orange.0;
            let calendar = policy.calendar();
            vec![if calendar.night_of(soon).is_some() {
                soon
            } else {
                calendar.bounds(calendar.night_after(soon)).0
            }]
        }
    }
}

/// 'Next day': the morning hour of the day after; the day of a night is its first date.
fn next_day(policy: &Policy, now: Instant) -> Instant {
    let calendar = policy.calendar();
    let day: Date = calendar
        .night_of(now)
        .map_or_else(|| calendar.date(now), |night| night.0);
    calendar.at(day_after(day), policy.numbers.revisit.next_day_at.0)
}

/// The tries that are left of the 'not found' row.
fn not_found(policy: &Policy, facts: &RevisitFacts) -> Vec<Instant> {
    let n = &policy.numbers.revisit;
    let made = facts.n_not_found.saturating_sub(1);
    let left = |tries: u32| tries.saturating_sub(made);
    let usual_hours = |from: Night, nights: u32| -> Vec<Instant> {
        std::iter::successors(Some(from), |night| Some(night.next()))
            .take(usize::try_from(nights).unwrap_or(usize::MAX))
            .map(|night| usual_hour_in(policy, night, &facts.seen))
            .collect()
    };
    let calendar = policy.calendar();
    let next_night = calendar.night_after(facts.now);
    match facts.area {
        Level::None => usual_hours(next_night, left(n.not_found_tries_none)),
        Level::Blue if made == 0 => {
            let first = same_night(policy, facts.now, &facts.seen);
            let night = calendar.night_running_or_coming(first);
            std::iter::once(first)
                .chain(usual_hours(night.next(), n.not_found_nights_blue))
                .collect()
        }
        Level::Blue => usual_hours(next_night, left(n.not_found_nights_blue + 1)),
        Level::Yellow => cuts(policy, facts.now, left(n.not_found_cuts_yellow)),
        Level::Orange => cuts(policy, facts.now, left(n.not_found_cuts_orange)),
    }
}

/// '×n': from now (by day, or after the end of the cuts, from 22:00) to 06:00 cut in n + 1 parts; the inner cuts.
fn cuts(policy: &Policy, now: Instant, n_cuts: u32) -> Vec<Instant> {
    let n = &policy.numbers.revisit;
    let calendar = policy.calendar();
    let end_in = |night: Night| {
        let (from, to) = calendar.bounds(night);
        let end = calendar.in_night(night, n.cut_to);
        if end == from { to } else { end }
    };
    let running = calendar.night_of(now).filter(|night| now < end_in(*night));
    let (from, night) = running.map_or_else(
        || {
            let night = calendar.night_after(now);
            (calendar.in_night(night, n.cut_from), night)
        },
        |night| (now, night),
    );
    inner_cuts(from, end_in(night), n_cuts)
}
