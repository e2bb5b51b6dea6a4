//! The newest position of each unit. No events: the newest wins, and a decision that used one records it.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use dispatch::{UnitPosition, UnitPositions};
use imbl::OrdMap;
use journal::store::{Store, StoreWrite};
use model::id::{DistrictId, UnitId};
use model::time::Instant;
use serde::{Deserialize, Serialize};
use spatial::index::PointIndex;
use spatial::metres::Metres;
use spatial::position::Position;
use tokio::sync::Notify;

use crate::fault::RuntimeFault;

/// Where a unit was last heard of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// Metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// When the fix was made.
    pub at: Instant,
    /// When the newest report of the unit came in, an older fix included; a report gets it from its district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Instant>,
}

impl Fix {
    /// As a decision or a view sees it.
    pub(crate) fn as_seen(&self) -> UnitPosition {
        UnitPosition {
            position: self.position,
            accuracy_m: self.accuracy_m,
            at: self.at,
            heard_at: self.heard_at.unwrap_or(self.at),
        }
    }
}

/// The newest position of each unit of a district.
#[derive(Debug, Default)]
pub struct Positions {
    inner: RwLock<Inner>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    fixes: OrdMap<UnitId, Fix>,
    index: Option<PointIndex<UnitId>>,
    unsaved: BTreeSet<UnitId>,
    // Counts changes, so that the feed knows what it has shown.
    version: u64,
    changed_at: OrdMap<UnitId, u64>,
}

impl Positions {
    /// Reads what the store kept.
    pub(crate) async fn load(
        store: &dyn Store,
        district: &DistrictId,
    ) -> Result<Self, RuntimeFault> {
        let kept = store
            .positions(district.as_str())
            .await
            .map_err(RuntimeFault::journal("reading positions"))?;
        let positions = Self::default();
        {
            let mut inner = positions.write();
            for (unit, bytes) in kept {
                match serde_json::from_slice::<Fix>(&bytes) {
                    Ok(fix) => {
                        inner.put(UnitId(unit), fix);
                    }
                    Err(_) => {
                        tracing::warn!(unit.id = %unit, "Passing over a kept position that cannot be read");
                    }
                }
            }
            inner.unsaved.clear();
        }
        Ok(positions)
    }

    /// Takes a report. An older fix than the known one says only that the unit was heard.
    pub fn report(&self, unit: UnitId, fix: Fix) -> bool {
        let (taken, changed) = {
            let mut inner = self.write();
            let taken = inner.put(unit.clone(), fix);
            (taken, taken || inner.hear(unit, fix.heard_at))
        };
        if changed {
            // One task listens; a change while it is busy is not lost.
            self.changed.notify_one();
        }
        taken
    }

    /// The newest fix of one unit.
    pub fn fix(&self, unit: &UnitId) -> Option<Fix> {
        self.read().fixes.get(unit).copied()
    }

    /// The newest fix of every unit, by id.
    pub fn all(&self) -> OrdMap<UnitId, Fix> {
        self.read().fixes.clone()
    }

    /// What changed after a version, and the version now.
    pub(crate) fn changed_since(&self, version: u64) -> (Vec<(UnitId, Fix)>, u64) {
        let inner = self.read();
        if inner.version == version {
            return (Vec::new(), version);
        }
        let changed = inner
            .changed_at
            .iter()
            .filter(|(_, at)| **at > version)
            .filter_map(|(unit, _)| Some((unit.clone(), *inner.fixes.get(unit)?)))
            .collect();
        (changed, inner.version)
    }

    /// The writes that keep what is not kept yet.
    fn take_unsaved(&self, district: &DistrictId) -> Vec<(UnitId, StoreWrite)> {
        let mut inner = self.write();
        let unsaved = std::mem::take(&mut inner.unsaved);
        unsaved
            .into_iter()
            .filter_map(|unit| {
                let fix = inner.fixes.get(&unit)?;
                let write = StoreWrite::PutPosition {
                    district: district.0.clone(),
                    unit: unit.0.clone(),
                    report: Bytes::from(serde_json::to_vec(fix).ok()?),
                };
                Some((unit, write))
            })
            .collect()
    }

    /// Keeps what is not kept yet. A disk that does not take it is asked again next time: newer reports replace these.
    pub(crate) async fn save(&self, store: &dyn Store, district: &DistrictId) {
        let (units, writes): (Vec<UnitId>, Vec<StoreWrite>) =
            self.take_unsaved(district).into_iter().unzip();
        if writes.is_empty() {
            return;
        }
        if let Err(fault) = store.write(writes).await {
            tracing::warn!(district.id = %district, %fault, "Positions were not kept; trying again");
            self.write().unsaved.extend(units);
        }
    }

    /// Forgets positions that were made before a time: of a unit that reports no more. What the disk does not take is
    /// tried again.
    pub(crate) async fn forget_before(
        &self,
        limit: Instant,
        store: &dyn Store,
        district: &DistrictId,
    ) {
        let old: Vec<UnitId> = {
            let inner = self.read();
            let old = inner.fixes.iter().filter(|(_, fix)| fix.at < limit);
            old.map(|(unit, _)| unit.clone()).collect()
        };
        if old.is_empty() {
            return;
        }
        let writes = old
            .iter()
            .map(|unit| StoreWrite::DeletePosition {
                district: district.0.clone(),
                unit: unit.0.clone(),
            })
            .collect();
        match store.write(writes).await {
            Ok(()) => old.iter().for_each(|unit| self.write().forget(unit, limit)),
            Err(fault) => {
                tracing::warn!(district.id = %district, %fault, "Old positions were not forgotten; trying again");
            }
        }
    }

    /// Waits until a position changes.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The positions as a decision sees them.
    pub(crate) fn seen(&self) -> SeenPositions<'_> {
        SeenPositions(self.read())
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put(&mut self, unit: UnitId, mut fix: Fix) -> bool {
        if let Some(known) = self.fixes.get(&unit) {
            if known.at >= fix.at {
                return false;
            }
            fix.heard_at = fix.heard_at.max(known.heard_at);
        }
        self.index
            .get_or_insert_with(|| PointIndex::new(fix.position))
            .insert(unit.clone(), fix.position);
        self.keep(unit, fix);
        true
    }

    /// The unit was heard of, with nothing newer about where it is.
    fn hear(&mut self, unit: UnitId, heard_at: Option<Instant>) -> bool {
        match self.fixes.get(&unit) {
            Some(known) if known.heard_at < heard_at => {
                let fix = Fix { heard_at, ..*known };
                self.keep(unit, fix);
                true
            }
            Some(_) | None => false,
        }
    }

    fn keep(&mut self, unit: UnitId, fix: Fix) {
        self.version += 1;
        self.changed_at.insert(unit.clone(), self.version);
        self.unsaved.insert(unit.clone());
        self.fixes.insert(unit, fix);
    }

    /// A newer fix may have come meanwhile; it stays, and is kept again.
    fn forget(&mut self, unit: &UnitId, limit: Instant) {
        match self.fixes.get(unit) {
            Some(fix) if fix.at < limit => {
                self.fixes.remove(unit);
                self.changed_at.remove(unit);
                self.unsaved.remove(unit);
                if let Some(index) = &mut self.index {
                    index.remove(unit);
                }
            }
            Some(_) => {
                self.unsaved.insert(unit.clone());
            }
            None => {}
        }
    }
}

/// The positions during one decision, which is over in microseconds.
pub(crate) struct SeenPositions<'a>(RwLockReadGuard<'a, Inner>);

impl UnitPositions for SeenPositions<'_> {
    fn newest(&self, unit: &UnitId) -> Option<UnitPosition> {
        self.0.fixes.get(unit).map(Fix::as_seen)
    }

    fn nearest(&self, to: Position, k: usize) -> Vec<(UnitId, Metres)> {
        self.0
            .index
            .as_ref()
            .map(|index| index.nearest(to, k))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use journal::memory::MemoryJournal;

    use super::*;

    fn fix(lon: f64, at_s: i64) -> Fix {
        Fix {
            position: Position::new(lon, 31.25).unwrap(),
            accuracy_m: Some(8.0),
            at: Instant::from_ms(at_s * 1000),
            heard_at: None,
        }
    }

    #[test]
    fn a_late_older_fix_says_that_the_unit_was_heard_and_moves_nothing() {
        let positions = Positions::default();
        let heard = |fix: Fix, at_s: i64| Fix {
            heard_at: Some(Instant::from_ms(at_s * 1000)),
            ..fix
        };
        assert!(positions.report("u-1".into(), heard(fix(121.40, 10), 12)));
        let (_, version) = positions.changed_since(0);
        assert!(!positions.report("u-1".into(), heard(fix(121.50, 9), 40)));
        let expected = heard(fix(121.40, 10), 40);
        assert_eq!(
            positions.changed_since(version).0,
            [("u-1".into(), expected)],
            "the feed tells it"
        );
        assert_eq!(expected.as_seen().heard_at, Instant::from_ms(40_000));
        assert_eq!(
            fix(121.40, 10).as_seen().heard_at,
            Instant::from_ms(10_000),
            "kept before this was known: heard when it was made"
        );
    }

    #[tokio::test]
    async fn the_newest_fix_wins_and_survives_a_start() {
        let store = MemoryJournal::new();
        let district = DistrictId::from("310107");
        let positions = Positions::default();
        assert!(positions.report("u-1".into(), fix(121.40, 10)));
        assert!(
            !positions.report("u-1".into(), fix(121.50, 9)),
            "an older fix comes late"
        );
        assert!(positions.report("u-2".into(), fix(121.41, 10)));
        positions.save(&store, &district).await;
        let again = Positions::load(&store, &district).await.unwrap();
        assert_eq!(again.fix(&"u-1".into()), Some(fix(121.40, 10)));
        let near = again
            .seen()
            .nearest(Position::new(121.409, 31.25).unwrap(), 1);
        assert_eq!(near.first().map(|(unit, _)| unit.as_str()), Some("u-2"));
    }

    #[tokio::test]
    async fn an_old_position_is_forgotten_in_memory_and_on_disk_and_a_new_one_stays() {
        let store = MemoryJournal::new();
        let district = DistrictId::from("310107");
        let positions = Positions::default();
        positions.report("u-1".into(), fix(121.40, 10));
        positions.report("u-2".into(), fix(121.41, 20));
        positions.save(&store, &district).await;
        positions
            .forget_before(Instant::from_ms(15_000), &store, &district)
            .await;
        let again = Positions::load(&store, &district).await.unwrap();
        for positions in [positions, again] {
            assert_eq!(positions.fix(&"u-1".into()), None);
            assert_eq!(positions.fix(&"u-2".into()), Some(fix(121.41, 20)));
            let near = positions
                .seen()
                .nearest(Position::new(121.40, 31.25).unwrap(), 2);
            assert_eq!(near.len(), 1);
        }
    }

    #[test]
    fn what_changed_is_told_once() {
        let positions = Positions::default();
        positions.report("u-1".into(), fix(121.40, 10));
        let (first, version) = positions.changed_since(0);
        assert_eq!(first.len(), 1);
        assert!(positions.changed_since(version).0.is_empty());
        positions.report("u-1".into(), fix(121.41, 11));
        assert_eq!(positions.changed_since(version).0.len(), 1);
    }
}
