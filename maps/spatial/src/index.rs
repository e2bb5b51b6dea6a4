//! Which things are nearest, and which lie within a radius: units, open cases, places, resources.
//! Exact: the answer is what measuring every single thing would give.

use std::collections::BTreeMap;

use rstar::{AABB, PointDistance, RTree, RTreeObject, SelectionFunction};

use crate::earth::{Earthbound, way_over_ground_m};
use crate::metres::Metres;
use crate::plane::Plane;
use crate::position::Position;

/// Things with a key and a position, changed in place.
///
/// # Shape
/// A key stands at one position. Answers are sorted by distance, then by key, so that the same content gives the same
/// answer however it came about. Neither the origin nor the order of insertion changes an answer.
///
/// # Units
/// Distances as [`Position::distance_to`] measures them.
#[derive(Clone, Debug)]
pub struct PointIndex<K: Ord + Clone> {
    plane: Plane,
    tree: RTree<Entry<K>>,
    positions: BTreeMap<K, Position>,
}

/// How much a distance on the plane may seem longer than the rounded one on the ground: half a millimetre of rounding
/// and far less of arithmetic.
const ROUNDING_M: f64 = 0.001;

impl<K: Ord + Clone> PointIndex<K> {
    /// An empty index. It is exact everywhere and fast within some 1,000 km of `origin`.
    pub fn new(origin: Position) -> PointIndex<K> {
        PointIndex {
            plane: Plane::around(origin),
            tree: RTree::new(),
            positions: BTreeMap::new(),
        }
    }

    /// An index over many things at once; faster than inserting them one by one. Of equal keys the last one stays.
    pub fn from_points(
        origin: Position,
        points: impl IntoIterator<Item = (K, Position)>,
    ) -> PointIndex<K> {
        let plane = Plane::around(origin);
        let positions: BTreeMap<K, Position> = points.into_iter().collect();
        let entries = positions
            .iter()
            .map(|(key, position)| Entry::new(&plane, key.clone(), *position))
            .collect();
        PointIndex {
            plane,
            tree: RTree::bulk_load(entries),
            positions,
        }
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Where a thing stands.
    pub fn position_of(&self, key: &K) -> Option<Position> {
        self.positions.get(key).copied()
    }

    /// All things in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, Position)> {
        self.positions
            .iter()
            .map(|(key, position)| (key, *position))
    }

    /// Puts a thing at a position, moving it if it was elsewhere. Gives the position it had before.
    pub fn insert(&mut self, key: K, position: Position) -> Option<Position> {
        let before = self.positions.insert(key.clone(), position);
        if before == Some(position) {
            return before;
        }
        if let Some(before) = before {
            self.remove_entry(&key, before);
        }
        self.tree.insert(Entry::new(&self.plane, key, position));
        before
    }

    /// Moves a thing that is there. Gives false, and changes nothing, when it is not.
    pub fn move_to(&mut self, key: &K, position: Position) -> bool {
        if !self.positions.contains_key(key) {
            return false;
        }
        self.insert(key.clone(), position);
        true
    }

    /// Takes a thing away. Gives the position it had.
    pub fn remove(&mut self, key: &K) -> Option<Position> {
        let before = self.positions.remove(key)?;
        self.remove_entry(key, before);
        Some(before)
    }

    /// The `k` things nearest to a position, nearest first; equally far ones by key. Fewer when there are fewer.
    pub fn nearest(&self, position: Position, k: usize) -> Vec<(K, Metres)> {
        self.nearest_where(position, k, |_| true)
    }

    /// The `k` nearest things among those whose key is `wanted`.
    pub fn nearest_where(
        &self,
        position: Position,
        k: usize,
        wanted: impl Fn(&K) -> bool,
    ) -> Vec<(K, Metres)> {
        let mut found: Vec<(Metres, &K)> = Vec::with_capacity(k.min(self.len()));
        if k == 0 {
            return Vec::new();
        }
        let from = position.earthbound();
        let mut limit_2 = f64::INFINITY;
        for (entry, plane_2) in self
            .tree
            .nearest_neighbor_iter_with_distance_2(self.on_plane(from))
        {
            // Things come in the order of the plane, and the ground is never nearer than the plane.
            if plane_2 > limit_2 {
                break;
            }
            if !wanted(&entry.key) {
                continue;
            }
            let candidate = (entry.distance_from(from), &entry.key);
            let place = found.partition_point(|other| *other < candidate);
            if place < k {
                found.insert(place, candidate);
                found.truncate(k);
            }
            if found.len() == k
                && let Some((furthest, _)) = found.last()
            {
                limit_2 = (furthest.as_f64() + ROUNDING_M).powi(2);
            }
        }
        found
            .into_iter()
            .map(|(distance, key)| (key.clone(), distance))
            .collect()
    }

    /// Everything at most `radius` away from a position, nearest first; equally far ones by key.
    pub fn within(&self, position: Position, radius: Metres) -> Vec<(K, Metres)> {
        let from = position.earthbound();
        let radius_2 = (radius.as_f64() + ROUNDING_M).powi(2);
        let mut found: Vec<(Metres, &K)> = self
            .tree
            .locate_within_distance(self.on_plane(from), radius_2)
            .map(|entry| (entry.distance_from(from), &entry.key))
            .filter(|(distance, _)| *distance <= radius)
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .map(|(distance, key)| (key.clone(), distance))
            .collect()
    }

    fn on_plane(&self, from: Earthbound) -> [f64; 2] {
        let point = self.plane.project_earthbound(from);
        [point.east_m, point.north_m]
    }

    fn remove_entry(&mut self, key: &K, position: Position) {
        let at = self.on_plane(position.earthbound());
        let removed = self.tree.remove_with_selection_function(EntryAt {
            key,
            envelope: AABB::from_point(at),
        });
        debug_assert!(
            removed.is_some(),
            "the tree and the map of positions hold the same keys"
        );
    }
}

#[derive(Clone, Debug)]
struct Entry<K> {
    key: K,
    on_plane: [f64; 2],
    earthbound: Earthbound,
}

impl<K> Entry<K> {
    fn new(plane: &Plane, key: K, position: Position) -> Entry<K> {
        let earthbound = position.earthbound();
        let point = plane.project_earthbound(earthbound);
        Entry {
            key,
            on_plane: [point.east_m, point.north_m],
            earthbound,
        }
    }

    fn distance_from(&self, from: Earthbound) -> Metres {
        Metres::rounded(way_over_ground_m(self.earthbound.chord_2(from)))
    }
}

impl<K> RTreeObject for Entry<K> {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.on_plane)
    }
}

impl<K> PointDistance for Entry<K> {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let [east_m, north_m] = self.on_plane;
        let [other_east_m, other_north_m] = *point;
        (east_m - other_east_m).powi(2) + (north_m - other_north_m).powi(2)
    }
}

/// Selects the one entry of a key; its place says which branches to search.
struct EntryAt<'a, K> {
    key: &'a K,
    envelope: AABB<[f64; 2]>,
}

impl<K: Ord> SelectionFunction<Entry<K>> for EntryAt<'_, K> {
    fn should_unpack_parent(&self, envelope: &AABB<[f64; 2]>) -> bool {
        rstar::Envelope::contains_envelope(envelope, &self.envelope)
    }

    fn should_unpack_leaf(&self, leaf: &Entry<K>) -> bool {
        leaf.key == *self.key
    }
}
