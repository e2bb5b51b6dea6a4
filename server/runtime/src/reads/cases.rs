//! Cases: the list with its filters, and one with its story.

use model::actor::Actor;
use model::case::{Case, CaseState};
use model::grade::{Level, Priority, Tier};
use model::id::{CaseId, JurisdictionCode};
use model::refusal::{Refusal, RefusalCode};
use model::view::case::{CaseRow, CaseView};
use policy::action::Action;
use spatial::position::Position;

use crate::published::ReadView;

/// Degrees of WGS-84; none of ours crosses the date line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl BoundingBox {
    /// A box, if its corners are places on earth in their order.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Option<Self> {
        let real = Position::new(west, south).is_ok() && Position::new(east, north).is_ok();
        (real && west <= east && south <= north).then_some(Self {
            west,
            south,
            east,
            north,
        })
    }

    fn holds(&self, position: Position) -> bool {
        (self.west..=self.east).contains(&position.lon())
            && (self.south..=self.north).contains(&position.lat())
    }
}

/// Which cases. Empty lists and absent values ask for everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseFilter {
    /// Where.
    pub bounds: Option<BoundingBox>,
    /// Warning levels.
    pub levels: Vec<Level>,
    /// Tiers.
    pub tiers: Vec<Tier>,
    /// Priorities.
    pub priorities: Vec<Priority>,
    /// Streets.
    pub jurisdictions: Vec<JurisdictionCode>,
    /// States.
    pub states: Vec<CaseState>,
    /// Not closed, or closed.
    pub open: Option<bool>,
    /// Drill cases, or real ones.
    pub drill: Option<bool>,
}

/// The most urgent first; then the older; then by id.
type Rank = (Priority, i64, CaseId);

fn rank_of(case: &Case) -> Rank {
    (case.grade.priority.value, case.opened_at.as_ms(), case.id)
}

impl ReadView {
    /// One page of cases that an actor may see: at most `limit` after the case `after`, and the last one's id where
    /// there are more. Merged cases stand in their survivor.
    ///
    /// # Errors
    /// `role_may_not`; `unknown_reference` where the case `after` is not known.
    pub fn cases(
        &self,
        actor: &Actor,
        filter: &CaseFilter,
        after: Option<CaseId>,
        limit: usize,
    ) -> Result<(Vec<CaseRow>, Option<CaseId>), Refusal> {
        self.permit_listing(actor, Action::CaseRead)?;
        let tables = self.tables();
        let after = match after {
            Some(id) => {
                let case = tables.cases.get(&id).ok_or_else(|| {
                    Refusal::new(RefusalCode::UnknownReference).with("parameter", "cursor")
                })?;
                Some(rank_of(case))
            }
            None => None,
        };
        let audience = self.audience(actor);
        let mut ranks: Vec<Rank> = tables
            .cases
            .values()
            .filter(|case| case.merged_into.is_none() && self.passes(case, filter))
            .map(|case| rank_of(case))
            .filter(|rank| after.is_none_or(|after| *rank > after))
            .filter(|rank| audience.sees_case(self.policy(), tables, rank.2))
            .collect();
        ranks.sort_unstable();
        let more = ranks.len() > limit;
        ranks.truncate(limit);
        let shown = self.shown();
        let next = if more {
            ranks.last().map(|rank| rank.2)
        } else {
            None
        };
        let rows = ranks
            .into_iter()
            .filter_map(|rank| shown.case_row(rank.2))
            .collect();
        Ok((rows, next))
    }

    fn passes(&self, case: &Case, filter: &CaseFilter) -> bool {
        let closed = case.state == CaseState::Closed;
        among(&filter.levels, &case.grade.warning_level.value)
            && among(&filter.tiers, &case.grade.tier.value)
            && among(&filter.priorities, &case.grade.priority.value)
            && among(&filter.jurisdictions, &case.jurisdiction.code)
            && among(&filter.states, &case.state)
            && filter.open.is_none_or(|open| open != closed)
            && filter.drill.is_none_or(|drill| drill == case.drill)
            && filter.bounds.is_none_or(|bounds| {
                self.tables()
                    .position_of(case)
                    .is_some_and(|stored| bounds.holds(stored.position))
            })
    }

    /// One case with its story. A merged one answers with `merged_into`.
    ///
    /// # Errors
    /// `role_may_not`; `not_found` where it is unknown or not the actor's to see.
    pub fn case(&self, actor: &Actor, id: CaseId) -> Result<CaseView, Refusal> {
        self.permit_listing(actor, Action::CaseRead)?;
        if !self
            .audience(actor)
            .sees_case(self.policy(), self.tables(), id)
        {
            return Err(RefusalCode::NotFound.into());
        }
        self.shown()
            .case(id)
            .ok_or_else(|| RefusalCode::NotFound.into())
    }
}

fn among<T: PartialEq>(list: &[T], value: &T) -> bool {
    list.is_empty() || list.contains(value)
}
