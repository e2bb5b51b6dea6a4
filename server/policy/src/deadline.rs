//! Rule: by when somebody must have said "mine", be there, have an outcome; and what happens when not: the ladder.

use model::grade::{Level, Priority, Tier};
use model::reason::Reason;
use model::time::{Instant, Span};

use crate::facts::{DeadlineFacts, StepFacts};
use crate::policy::Policy;

/// The three lengths of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineLengths {
    /// Until somebody says "mine".
    pub acknowledge: Span,
    /// Until somebody is there.
    pub on_site: Span,
    /// Until the first outcome.
    pub outcome: Span,
}

/// A step of the ladder of one deadline, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 100 %.
    First,
    /// 150 %.
    Second,
    /// 200 %.
    Third,
}

/// Whom a step tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Called {
    /// The unit's duty leader.
    UnitLeader,
    /// The duty of the case's street.
    StreetDuty,
    /// The desk of the rescue station.
    StationDesk,
    /// The district duty leader.
    DistrictDutyLeader,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub struct StepVerdict {
    /// Whom it tells, each once.
    pub called: Vec<Called>,
    /// The tier it raises the case to, if it rises.
    pub raises_to: Option<Tier>,
    /// Whether from now on the district duty leader is called again and again until the case is taken.
    pub calls_repeat: bool,
    /// Why.
    pub reason: Reason,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// The step at a place of the ladder, from 0.
    pub const fn from_index(index: usize) -> Option<Self> {
        match index {
            0 => Some(Self::First),
            1 => Some(Self::Second),
            2 => Some(Self::Third),
            _ => None,
        }
    }

    /// Its place in the ladder, from 0.
    pub const fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
            Self::Third => 2,
        }
    }
}

/// The lengths for a priority under the colour of the case's street; never its own tier or level.
///
/// # Source
/// `domain.md`, deadlines.
pub fn lengths(policy: &Policy, priority: Priority, area: Level) -> DeadlineLengths {
    let cell = policy.numbers.deadlines.at(priority).at(area);
    DeadlineLengths {
        acknowledge: cell.acknowledge.0,
        on_site: cell.on_site.0,
        outcome: cell.outcome.0,
    }
}

/// Why the deadlines are what they are.
pub fn deadline_reason(policy: &Policy, priority: Priority, area: Level) -> Reason {
    let lengths = lengths(policy, priority, area);
    policy
        .reason("deadline/table", &format!("deadlines.{priority}"))
        .fact("priority", priority.as_str())
        .fact("area_level", area.as_str())
        .fact("acknowledge_ms", lengths.acknowledge.as_ms())
        .fact("on_site_ms", lengths.on_site.as_ms())
        .fact("outcome_ms", lengths.outcome.as_ms())
}

/// When the three steps of a deadline fire: at 100, 150 and 200 % of its length; for P0 all at 100 %.
pub fn step_times(
    policy: &Policy,
    priority: Priority,
    from: Instant,
    length: Span,
) -> [Instant; 3] {
    Step::ALL.map(|step| from + length.scaled(percent(policy, priority, step), 100))
}

/// The percentage of the length at which a step fires.
pub fn percent(policy: &Policy, priority: Priority, step: Step) -> i64 {
    let ladder = &policy.numbers.ladder;
    i64::from(match (priority, step) {
        (Priority::P0, _) => ladder.p0_percent,
        (_, Step::First) => ladder.first_percent,
        (_, Step::Second) => ladder.second_percent,
        (_, Step::Third) => ladder.third_percent,
    })
}

/// Judges what a step of a case ladder does.
///
/// # Shape
/// 100 %: the unit's duty leader (without a unit the street's duty). 150 %: the tier rises, the station desk is told.
/// 200 %: the tier rises again, the district duty leader is told and called until the case is taken. At 一级 both
/// further steps go to the district duty leader. P3: the street's duty, then the station desk; no tier rises.
///
/// # Source
/// `domain.md`, case ladder.
pub fn verdict_for_step(policy: &Policy, facts: &StepFacts) -> StepVerdict {
    let leader = if facts.has_unit {
        Called::UnitLeader
    } else {
        Called::StreetDuty
    };
    let (called, raises_to) = match (facts.priority, facts.step, facts.tier) {
        (Priority::P3, Step::First, _) => (vec![Called::StreetDuty], None),
        (Priority::P3, Step::Second, _) => (vec![Called::StationDesk], None),
        (Priority::P3, Step::Third, _) => (Vec::new(), None),
        (_, Step::First, _) => (vec![leader], None),
        (_, Step::Second | Step::Third, Tier::One) => (vec![Called::DistrictDutyLeader], None),
        (_, Step::Second, tier @ (Tier::Two | Tier::Three)) => {
            (vec![Called::StationDesk], Some(tier.raised()))
        }
        (_, Step::Third, tier @ (Tier::Two | Tier::Three)) => {
            (vec![Called::DistrictDutyLeader], Some(tier.raised()))
        }
    };
    let calls_repeat = facts.step == Step::Third && facts.priority != Priority::P3;
    let reason = policy
        .reason("deadline/step", "ladder")
        .fact("percent", percent(policy, facts.priority, facts.step))
        .fact("step", facts.step.index() + 1)
        .fact("priority", facts.priority.as_str())
        .fact("tier", raises_to.unwrap_or(facts.tier).number());
    StepVerdict {
        called,
        raises_to,
        calls_repeat,
        reason,
    }
}

/// How long until the district duty leader is called again for all untaken cases together.
pub fn call_repeat(policy: &Policy, any_p0: AnyP0) -> Span {
    match any_p0 {
        AnyP0::Yes => policy.numbers.ladder.call_every_with_p0.0,
        AnyP0::No => policy.numbers.ladder.call_every.0,
    }
}

/// The length of the minute in which calls to one person are one.
///
/// # Source
/// `domain.md`, case ladder: calls to one person in the same minute are one.
pub fn same_call_within(policy: &Policy) -> Span {
    policy.numbers.ladder.same_call_within.0
}

/// Whether a P0 is among the untaken cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyP0 {
    /// A P0 is among them.
    Yes,
    /// None is.
    No,
}

/// Moves an unmet deadline after a rise of colour or priority at `at`, with the new length.
///
/// # Shape
/// With r the re-grade and N the new length: not yet missed, it becomes d = min(old, r + N) with its steps at d,
/// d + N/2, d + N. Already missed, it is not missed again; steps that have not fired come at r + N/2 and r + N. Fired
/// steps stay as they were. A new length that is not shorter moves nothing. A deadline whose time is past counts as
/// missed even if its first step has not fired yet.
///
/// # Source
/// `domain.md`, re-grading.
pub fn regraded(
    policy: &Policy,
    priority: Priority,
    facts: &DeadlineFacts,
    at: Instant,
    length: Span,
) -> DeadlineFacts {
    if length >= facts.length {
        return *facts;
    }
    let later = |step: Step| {
        length.scaled(
            percent(policy, priority, step) - percent(policy, priority, Step::First),
            100,
        )
    };
    let mut new = DeadlineFacts { length, ..*facts };
    let missed = facts.n_fired > 0 || facts.by < at;
    if !missed {
        new.by = facts.by.min(at + length);
        new.steps = Step::ALL.map(|step| new.by + later(step));
        return new;
    }
    for step in Step::ALL {
        if let Some(time) = new.steps.get_mut(step.index())
            && step.index() >= facts.n_fired.max(1)
        {
            *time = at + missed_later(policy, length, step);
        }
    }
    new
}

/// After a miss the remaining steps come half a length and one length after the re-grade, for P0 too.
fn missed_later(policy: &Policy, length: Span, step: Step) -> Span {
    let ladder = &policy.numbers.ladder;
    let percent = match step {
        Step::First => ladder.first_percent,
        Step::Second => ladder.second_percent,
        Step::Third => ladder.third_percent,
    };
    length.scaled(i64::from(percent) - i64::from(ladder.first_percent), 100)
}

/// How long until `capacity.short` is said again while cases still wait.
pub fn capacity_repeat(policy: &Policy) -> Span {
    policy.numbers.capacity.repeat_every.0
}

/// How many cases one commit re-grades at most.
pub fn regrade_portion(policy: &Policy) -> usize {
    policy.numbers.capacity.regrade_n_cases_max
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mins(m: i64) -> Instant {
        Instant::from_ms(0) + Span::from_mins(m)
    }

    fn running(policy: &Policy, length_min: i64, n_fired: usize) -> DeadlineFacts {
        let length = Span::from_mins(length_min);
        DeadlineFacts {
            by: mins(length_min),
            steps: step_times(policy, Priority::P2, mins(0), length),
            n_fired,
            length,
        }
    }

    #[test]
    fn a_deadline_not_yet_missed_moves_to_the_earlier_of_old_and_new() {
        let policy = Policy::putuo().unwrap();
        let old = running(&policy, 60, 0);
        for (at, by) in [(0, 30), (20, 50), (40, 60)] {
            let new = regraded(&policy, Priority::P2, &old, mins(at), Span::from_mins(30));
            assert_eq!(new.by, mins(by), "re-graded after {at} minutes");
            assert_eq!(new.steps, [mins(by), mins(by + 15), mins(by + 30)]);
        }
    }

    #[test]
    fn a_missed_deadline_is_not_missed_again_and_its_further_steps_start_anew() {
        let policy = Policy::putuo().unwrap();
        let once = regraded(
            &policy,
            Priority::P2,
            &running(&policy, 60, 1),
            mins(70),
            Span::from_mins(30),
        );
        assert_eq!(once.steps, [mins(60), mins(85), mins(100)]);
        assert_eq!(once.by, mins(60));
        let twice = regraded(
            &policy,
            Priority::P2,
            &running(&policy, 60, 2),
            mins(100),
            Span::from_mins(30),
        );
        assert_eq!(twice.steps, [mins(60), mins(90), mins(130)]);
        let all = regraded(
            &policy,
            Priority::P2,
            &running(&policy, 60, 3),
            mins(500),
            Span::from_mins(30),
        );
        assert_eq!(all.steps, running(&policy, 60, 3).steps);
    }

    #[test]
    fn a_fall_moves_nothing() {
        let policy = Policy::putuo().unwrap();
        for n_fired in 0..=3 {
            let old = running(&policy, 60, n_fired);
            assert_eq!(
                regraded(&policy, Priority::P2, &old, mins(10), Span::from_mins(120)),
                old
            );
            assert_eq!(
                regraded(&policy, Priority::P2, &old, mins(10), Span::from_mins(60)),
                old
            );
        }
    }

    #[test]
    fn lengths_of_milliseconds_are_lengths_too() {
        let policy = Policy::putuo().unwrap();
        let steps = step_times(
            &policy,
            Priority::P1,
            Instant::from_ms(0),
            Span::from_ms(30),
        );
        assert_eq!(steps.map(Instant::as_ms), [30, 45, 60]);
        let p0 = step_times(
            &policy,
            Priority::P0,
            Instant::from_ms(0),
            Span::from_ms(30),
        );
        assert_eq!(p0.map(Instant::as_ms), [30, 30, 30]);
    }
}
