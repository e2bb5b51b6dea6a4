//! The hands of the district as the rules may know them: who is on shift, what each unit holds, how far it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::background::Unit;
use model::case::Case;
use model::grade::Priority;
use model::id::{CaseId, TaskId, UnitId};
use model::task::{Task, TaskState};
use model::time::{Instant, Span};
use policy::capacity::{has_room_for_offer, has_room_under_way};
use policy::duration::{ClockTime, parse_clock};
use policy::facts::{AssignmentFacts, UnderWay, UnitFacts};
use policy::policy::Policy;
use spatial::position::Position;

use crate::context::UnitPositions;
use crate::draft::Draft;
use crate::state::State;
use crate::tables::Tables;

/// What one unit does now.
#[derive(Clone, Debug)]
pub(crate) struct Hand {
    pub unit: Arc<Unit>,
    pub on_shift: bool,
    pub in_trouble: bool,
    pub n_under_way: usize,
    pub n_offered: usize,
    /// The most urgent of what is under way, self-made visits left out.
    pub under_way: Option<(UnderWay, TaskId)>,
}

impl Hand {
    /// One unit as it stands.
    pub(crate) fn of(policy: &Policy, tables: &Tables, unit: &Arc<Unit>, now: Instant) -> Self {
        let shift = tables.shifts.get(&unit.id).filter(|s| s.ended_at.is_none());
        let mut hand = Self {
            unit: Arc::clone(unit),
            on_shift: is_on_shift(policy, tables, unit, now),
            in_trouble: shift.is_some_and(|s| s.check_in_missed || s.panic_at.is_some()),
            n_under_way: 0,
            n_offered: 0,
            under_way: None,
        };
        for task in tasks_of(tables, &unit.id) {
            if task.state == TaskState::Offered {
                hand.n_offered += 1;
            }
            if !task.state.is_under_way() || task.self_made {
                continue;
            }
            hand.n_under_way += 1;
            let under_way = UnderWay {
                priority: priority_of(tables, task),
                on_site: task.state == TaskState::Arrived,
                self_made: task.self_made,
            };
            let graver = hand.under_way.is_none_or(|(known, _)| {
                (under_way.priority, !under_way.on_site) < (known.priority, !known.on_site)
            });
            if graver {
                hand.under_way = Some((under_way, task.id));
            }
        }
        hand
    }

    /// Whether it could take one more offer.
    pub(crate) fn is_free(&self, policy: &Policy) -> bool {
        self.on_shift
            && !self.in_trouble
            && has_room_under_way(policy, self.n_under_way)
            && has_room_for_offer(policy, self.n_offered)
    }
}

/// The tasks that a unit holds or is offered.
pub(crate) fn tasks_of<'a>(tables: &'a Tables, unit: &UnitId) -> Vec<&'a Arc<Task>> {
    tables
        .tasks_of_unit
        .get(unit)
        .into_iter()
        .flatten()
        .filter_map(|id| tables.tasks.get(id))
        .collect()
}

fn priority_of(tables: &Tables, task: &Task) -> Priority {
    task.case_id
        .and_then(|id| tables.root(id))
        .map_or(Priority::P3, |case| case.grade.priority.value)
}

/// Whether a unit's shift runs: one that was started and has not ended, or the planned hours of the unit, unless a
/// shift ended in them.
pub(crate) fn is_on_shift(policy: &Policy, tables: &Tables, unit: &Unit, now: Instant) -> bool {
    let last = tables.shifts.get(&unit.id);
    if let Some(shift) = last
        && shift.ended_at.is_none()
    {
        return shift.ends_at.is_none_or(|ends_at| now < ends_at);
    }
    let Some((from, to)) = planned_hours(unit) else {
        return false;
    };
    if from == to {
        return last.is_none();
    }
    let calendar = policy.calendar();
    if !calendar.clock_within(now, from, to) {
        return false;
    }
    let began = began_at(policy, now, from);
    last.and_then(|shift| shift.ended_at)
        .is_none_or(|ended_at| ended_at < began)
}

/// When the planned hours in which `now` lies end; absent for a unit that works all day, or outside them.
pub(crate) fn planned_end(policy: &Policy, unit: &Unit, now: Instant) -> Option<Instant> {
    let (from, to) = planned_hours(unit)?;
    (from != to && policy.calendar().clock_within(now, from, to))
        .then(|| policy.calendar().next_clock(now, to))
}

fn planned_hours(unit: &Unit) -> Option<(ClockTime, ClockTime)> {
    let from = parse_clock(unit.shift_start.as_deref()?).ok()?;
    let to = parse_clock(unit.shift_end.as_deref()?).ok()?;
    Some((from, to))
}

/// The last moment with this clock time that is not later than now.
fn began_at(policy: &Policy, now: Instant, from: ClockTime) -> Instant {
    let calendar = policy.calendar();
    let today = calendar.at(calendar.date(now), from.0);
    if today <= now {
        today
    } else {
        let yesterday = calendar
            .date(now)
            .yesterday()
            .unwrap_or_else(|_| calendar.date(now));
        calendar.at(yesterday, from.0)
    }
}

/// Where a case is for the choice of a unit: its position if it is known and not doubted, else the centre of its street.
pub(crate) fn place_of(tables: &Tables, case: &Case) -> Option<Position> {
    State::indexed_position(tables, case).or_else(|| {
        tables
            .jurisdictions
            .get(&case.jurisdiction.code)
            .and_then(|street| street.centre)
    })
}

/// What units are measured by: what is known, where they were last heard of, and when it is.
#[derive(Clone, Copy)]
pub(crate) struct Measured<'a> {
    pub tables: &'a Tables,
    pub positions: &'a dyn UnitPositions,
    pub now: Instant,
}

impl<'a> Measured<'a> {
    /// As a decision in the making sees it.
    pub(crate) fn by(draft: &'a Draft<'_, '_>) -> Self {
        Self {
            tables: &draft.tables,
            positions: draft.ctx.positions,
            now: draft.now(),
        }
    }
}

/// Everything that the rule may know for sending a unit to a case. `had_it_before` is said of each unit.
pub(crate) fn assignment_facts<'h>(
    measured: Measured<'_>,
    case: &Case,
    hands: impl Iterator<Item = &'h Hand>,
    had_it_before: impl Fn(&UnitId) -> bool,
) -> AssignmentFacts {
    let place = place_of(measured.tables, case);
    AssignmentFacts {
        priority: case.grade.priority.value,
        jurisdiction: case.jurisdiction.code.clone(),
        skills: BTreeSet::new(),
        language: None,
        units: hands
            .map(|hand| facts_of(measured, hand, place, had_it_before(&hand.unit.id)))
            .collect(),
    }
}

/// One unit as the rule takes it, for one piece of work.
fn facts_of(
    measured: Measured<'_>,
    hand: &Hand,
    place: Option<Position>,
    had_it_before: bool,
) -> UnitFacts {
    let position = measured
        .positions
        .newest(&hand.unit.id)
        .zip(place)
        .map(|(fix, place)| {
            let age: Span = measured.now.since(fix.at);
            (place.distance_to(fix.position).as_f64(), age)
        });
    let post_distance_m = hand
        .unit
        .jurisdiction
        .as_ref()
        .and_then(|code| measured.tables.jurisdictions.get(code))
        .and_then(|street| street.centre)
        .zip(place)
        .map(|(centre, place)| place.distance_to(centre).as_f64());
    UnitFacts {
        id: hand.unit.id.clone(),
        jurisdiction: hand.unit.jurisdiction.clone(),
        on_shift: hand.on_shift,
        in_trouble: hand.in_trouble,
        has_vehicle: hand.unit.vehicle.as_ref().is_some_and(|v| !v.is_empty()),
        skills: hand.unit.skills.clone(),
        languages: hand.unit.languages.clone(),
        n_under_way: hand.n_under_way,
        n_offered: hand.n_offered,
        under_way: hand.under_way.map(|(under_way, _)| under_way),
        position,
        post_distance_m,
        had_it_before,
    }
}

/// All units of the district.
pub(crate) fn all(draft: &Draft<'_, '_>) -> Vec<Hand> {
    draft
        .tables
        .units
        .values()
        .map(|unit| Hand::of(&draft.policy, &draft.tables, unit, draft.now()))
        .collect()
}

/// The case that a task is about, as it stands.
pub(crate) fn case_of(draft: &Draft<'_, '_>, task: &Task) -> Option<Arc<Case>> {
    let id: CaseId = task.case_id?;
    draft.tables.root(id).cloned()
}
