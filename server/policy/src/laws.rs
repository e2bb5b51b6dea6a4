//! Laws of the rules over generated facts: what must hold for every combination, not only for those in the tables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::grade::{Level, Priority, Tier};
use model::outcome::OutcomeKind;
use model::time::{Instant, Span};
use proptest::prelude::*;
use proptest::sample::select;

use crate::area_step::{AreaStepFacts, verdict_for_area_step};
use crate::deadline::{Step, regraded, step_times};
use crate::facts::{DeadlineFacts, RevisitFacts, TierFacts};
use crate::policy::Policy;
use crate::revisit::next_revisit;
use crate::tier::verdict_for_tier;

/// Read once for all cases.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::putuo().unwrap());

const HOUR_MS: i64 = 3_600_000;
/// 2026-01-01T00:00:00Z
const YEAR_MS: i64 = 1_767_225_600_000;

fn moments() -> impl Strategy<Value = Instant> {
    (0_i64..8_760 * 60).prop_map(|minutes| Instant::from_ms(YEAR_MS + minutes * 60_000))
}

proptest! {
    #[test]
    fn a_colour_never_falls_below_its_trigger_never_at_night_and_never_by_two_steps(
        level in select(Level::ALL), triggered in select(Level::ALL), now in moments(),
        clear_h in 0_i64..48, stepped_h in 0_i64..48,
    ) {
        let policy = &*POLICY;
        let clear_since = now - Span::from_ms(clear_h * HOUR_MS);
        let last_triggered: BTreeMap<Level, Instant> = Level::ALL.iter().map(|l| (*l, clear_since)).collect();
        let last_step_at = now - Span::from_ms(stepped_h * HOUR_MS);
        let facts = AreaStepFacts { now, level, last_step_at, triggered, last_triggered: &last_triggered };
        let step = verdict_for_area_step(policy, &facts);
        prop_assert!(step.level >= triggered);
        if step.level < level {
            prop_assert!(clear_h >= 6 && stepped_h >= 6);
            prop_assert!(policy.calendar().night_of(now).is_none());
            let between = Level::ALL.iter().filter(|l| **l > step.level && **l < level).count();
            prop_assert_eq!(between, 0);
        }
        if let Some(next) = step.next_look_at {
            prop_assert!(next > now && policy.calendar().night_of(next).is_none());
        }
    }

    #[test]
    fn a_re_grade_never_makes_a_deadline_later_and_never_moves_a_fired_step(
        old_min in 1_i64..3_000, new_min in 1_i64..3_000, at_min in 0_i64..10_000, n_fired in 0_usize..=3,
        priority in select(Priority::ALL),
    ) {
        let policy = &*POLICY;
        let start = Instant::from_ms(YEAR_MS);
        let length = Span::from_mins(old_min);
        let old = DeadlineFacts { by: start + length, steps: step_times(policy, Priority::P2, start, length), n_fired, length };
        let at = start + Span::from_mins(at_min);
        let new = regraded(policy, priority, &old, at, Span::from_mins(new_min));
        prop_assert!(new.by <= old.by);
        for step in Step::ALL {
            let (before, after) = (old.steps.get(step.index()), new.steps.get(step.index()));
            if step.index() < n_fired || new_min >= old_min {
                prop_assert_eq!(before, after);
            } else if step != Step::First && n_fired > 0 {
                prop_assert!(after.is_some_and(|after| *after > at));
            }
        }
    }

    #[test]
    fn a_tier_never_falls_by_itself(priority in select(Priority::ALL), area in select(Level::ALL), reached in select(Tier::ALL)) {
        let policy = &*POLICY;
        let facts = TierFacts { priority_asked: priority, area, reached: Some(reached) };
        prop_assert!(verdict_for_tier(policy, &facts).value >= reached);
    }

    #[test]
    fn visits_lie_ahead_in_order_and_a_refusal_never_ends_by_itself(
        now in moments(), area in select(Level::ALL), priority in select(Priority::ALL), n_not_found in 1_u32..9,
        ever_refused in any::<bool>(),
        latest in select(vec![OutcomeKind::Refused, OutcomeKind::StreetAid, OutcomeKind::NotFound]),
    ) {
        let policy = &*POLICY;
        let ever_refused = ever_refused || latest == OutcomeKind::Refused;
        let facts = RevisitFacts { now, area, priority, latest, n_not_found, ever_refused,
            declined: Vec::new(), seen: vec![now] };
        let next = next_revisit(policy, &facts);
        prop_assert!(next.due.iter().all(|due| *due > now), "{:?}", next.due);
        prop_assert!(next.due.windows(2).all(|pair| matches!(pair, [a, b] if a < b)), "{:?}", next.due);
        prop_assert_eq!(next.due.is_empty(), next.tries_over);
        prop_assert!(!(ever_refused && next.tries_over));
    }
}
