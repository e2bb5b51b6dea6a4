//! What a decision may know beside the state: the time, new ids, the book of policies, the newest unit positions.

use std::collections::BTreeMap;

use model::id::UnitId;
use model::time::Instant;
use policy::policy::PolicyBook;
use spatial::labels::Areas;
use spatial::metres::Metres;
use spatial::position::Position;
use uuid::Uuid;

/// Gives new ids. The runtime draws them from the clock and randomness, a test counts.
pub trait IdSource {
    /// A new id, never given before.
    fn next_id(&mut self) -> Uuid;
}

/// The newest position of a unit, as heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitPosition {
    /// Where.
    pub position: Position,
    /// Metres.
    pub accuracy_m: Option<f64>,
    /// When the fix was made.
    pub at: Instant,
    /// When the unit was last heard of. It is shown; no decision uses it.
    pub heard_at: Instant,
}

/// A read-only view of the newest unit positions.
pub trait UnitPositions {
    /// The newest of one unit.
    fn newest(&self, unit: &UnitId) -> Option<UnitPosition>;
    /// The nearest `k` units to a point, nearest first, then by id.
    fn nearest(&self, to: Position, k: usize) -> Vec<(UnitId, Metres)>;
}

/// No positions at all.
impl UnitPositions for BTreeMap<UnitId, UnitPosition> {
    fn newest(&self, unit: &UnitId) -> Option<UnitPosition> {
        self.get(unit).copied()
    }

    fn nearest(&self, to: Position, k: usize) -> Vec<(UnitId, Metres)> {
        let mut all: Vec<(UnitId, Metres)> = self
            .iter()
            .map(|(unit, fix)| (unit.clone(), to.distance_to(fix.position)))
            .collect();
        all.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(k);
        all
    }
}

/// Everything that a decision may use beside the state, the adopted policy and the command.
pub struct Context<'a> {
    /// Never earlier than the last event.
    pub now: Instant,
    /// New ids.
    pub ids: &'a mut dyn IdSource,
    /// The policies that open cases name, and the adopted one.
    pub policies: &'a PolicyBook,
    /// The newest positions of units.
    pub positions: &'a dyn UnitPositions,
    /// The boundaries of the streets, or their label points; absent when nothing is known.
    pub areas: Option<&'a Areas>,
}
