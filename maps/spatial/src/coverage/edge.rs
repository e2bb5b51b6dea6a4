//! One straight piece of a border, and on which side of it a position lies; in whole numbers, so without rounding.

use crate::position::Position;

/// A piece of a border with its lower end first (equally low ends: the western one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) low: Corner,
    pub(super) high: Corner,
}

/// An end of an edge in steps of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corner {
    pub(super) x: i64,
    pub(super) y: i64,
}

/// How a ray from a position to the east meets an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The position lies on the edge.
    On,
    /// The ray crosses the edge.
    Crosses,
    /// The ray does not cross the edge.
    Misses,
}

impl Corner {
    pub(super) fn of(position: Position) -> Corner {
        Corner {
            x: i64::from(position.lon_e7()),
            y: i64::from(position.lat_e7()),
        }
    }
}

impl Edge {
    pub(super) fn between(a: Position, b: Position) -> Edge {
        let (a, b) = (Corner::of(a), Corner::of(b));
        if (a.y, a.x) <= (b.y, b.x) {
            Edge { low: a, high: b }
        } else {
            Edge { low: b, high: a }
        }
    }

    /// How the ray from `at` to the east meets this edge. An edge includes its lower end and not its upper one, so a
    /// ray through a corner counts the two edges there as one crossing or as none, as it should.
    pub(super) fn meets_ray_from(&self, at: Corner) -> Meeting {
        let Edge { low, high } = *self;
        if low.y <= at.y && at.y < high.y {
            // Differences of longitude stay below 3.6 × 10⁹ and of latitude below 1.8 × 10⁹: the products fit.
            let edge_side = (high.x - low.x) * (at.y - low.y);
            let point_side = (at.x - low.x) * (high.y - low.y);
            match point_side.cmp(&edge_side) {
                std::cmp::Ordering::Less => Meeting::Crosses,
                std::cmp::Ordering::Equal => Meeting::On,
                std::cmp::Ordering::Greater => Meeting::Misses,
            }
        } else if at == high
            || (at.y == low.y && low.y == high.y && low.x <= at.x && at.x <= high.x)
        {
            Meeting::On
        } else {
            Meeting::Misses
        }
    }

    /// The western and eastern bound of the part of this edge between two latitudes, rounded outward.
    /// Called only for bounds that the edge reaches.
    pub(super) fn x_range_between(&self, south: i64, north: i64) -> (i64, i64) {
        let Edge { low, high } = *self;
        if low.y == high.y {
            return (low.x, high.x);
        }
        let x_at = |y: i64, outward: i128| {
            let y = y.clamp(low.y, high.y);
            let height = i128::from(high.y - low.y);
            let way = i128::from(high.x - low.x) * i128::from(y - low.y);
            let steps = (way + outward * (height - 1)).div_euclid(height);
            // Between the ends of the edge, so it fits as they do.
            low.x + i64::try_from(steps).unwrap_or(0)
        };
        let west = x_at(south, 0).min(x_at(north, 0));
        let east = x_at(south, 1).max(x_at(north, 1));
        (west, east)
    }

    /// Whether two edges have a point in common.
    pub(super) fn touches(&self, other: &Edge) -> bool {
        let turn = |a: Corner, b: Corner, c: Corner| {
            let ahead = i128::from(b.x - a.x) * i128::from(c.y - a.y);
            let aside = i128::from(b.y - a.y) * i128::from(c.x - a.x);
            (ahead - aside).signum()
        };
        let on = |edge: &Edge, at: Corner| edge.meets_ray_from(at) == Meeting::On;
        if on(self, other.low)
            || on(self, other.high)
            || on(other, self.low)
            || on(other, self.high)
        {
            return true;
        }
        turn(self.low, self.high, other.low) * turn(self.low, self.high, other.high) < 0
            && turn(other.low, other.high, self.low) * turn(other.low, other.high, self.high) < 0
    }
}

#[cfg(test)]
mod tests {
    use super::{Corner, Edge, Meeting};

    fn edge(ax: i64, ay: i64, bx: i64, by: i64) -> Edge {
        Edge {
            low: Corner { x: ax, y: ay },
            high: Corner { x: bx, y: by },
        }
    }

    #[test]
    fn a_ray_meets_an_edge_as_drawn_on_paper() {
        let slope = edge(0, 0, 10, 10);
        for (x, y, expected) in [
            (4, 5, Meeting::Crosses),
            (5, 5, Meeting::On),
            (6, 5, Meeting::Misses),
            (0, 0, Meeting::On),
            (10, 10, Meeting::On),
            (-1, 0, Meeting::Crosses),
            (-1, 10, Meeting::Misses),
            (-1, 11, Meeting::Misses),
        ] {
            assert_eq!(slope.meets_ray_from(Corner { x, y }), expected, "{x} {y}");
        }
        let flat = edge(0, 0, 10, 0);
        assert_eq!(flat.meets_ray_from(Corner { x: 10, y: 0 }), Meeting::On);
        assert_eq!(flat.meets_ray_from(Corner { x: 3, y: 0 }), Meeting::On);
        assert_eq!(flat.meets_ray_from(Corner { x: -1, y: 0 }), Meeting::Misses);
    }

    #[test]
    fn edges_touch_when_they_cross_share_an_end_or_lie_on_each_other() {
        assert!(edge(0, 0, 10, 10).touches(&edge(10, 0, 0, 10)));
        assert!(edge(0, 0, 10, 0).touches(&edge(10, 0, 12, 5)));
        assert!(edge(0, 0, 10, 0).touches(&edge(4, 0, 6, 0)));
        assert!(!edge(0, 0, 10, 0).touches(&edge(11, 0, 16, 0)));
        assert!(!edge(0, 0, 10, 10).touches(&edge(1, 0, 11, 10)));
    }

    #[test]
    fn the_range_of_an_edge_in_a_strip_is_rounded_outward() {
        assert_eq!(edge(0, 0, 10, 3).x_range_between(1, 2), (3, 7));
        assert_eq!(edge(0, 0, -10, 3).x_range_between(1, 2), (-7, -3));
        assert_eq!(edge(0, 0, 10, 3).x_range_between(-5, 50), (0, 10));
        assert_eq!(edge(2, 1, 9, 1).x_range_between(0, 5), (2, 9));
    }
}
