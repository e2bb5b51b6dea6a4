//! How far it is to the borders of areas.

use std::collections::BTreeMap;

use rstar::{AABB, RTree, RTreeObject};

use crate::area::Area;
use crate::earth::{DegreeLength, Earthbound, way_over_ground_m};
use crate::metres::Metres;
use crate::position::Position;

use super::edge::Edge;

/// The edges of all areas in one index.
#[derive(Clone, Debug)]
pub(super) struct Borders {
    tree: RTree<BorderEdge>,
}

#[derive(Clone, Copy, Debug)]
struct BorderEdge {
    area: usize,
    /// The smaller end first, so that two areas measure their common border alike.
    from: Position,
    to: Position,
}

/// Fewer metres than any degree of latitude has.
const DEGREE_OF_LATITUDE_M_MIN: f64 = 109_000.0;

impl Borders {
    pub(super) fn new(areas: &[Area]) -> Borders {
        let edges = areas.iter().enumerate().flat_map(|(area, shape)| {
            shape.outline.edges().map(move |(a, b)| BorderEdge {
                area,
                from: a.min(b),
                to: a.max(b),
            })
        });
        Borders {
            tree: RTree::bulk_load(edges.collect()),
        }
    }

    /// The areas whose border comes as near as `radius` to a position.
    pub(super) fn near(&self, position: Position, radius: Metres) -> BTreeMap<usize, Metres> {
        let mut nearest = Nearest::new(radius);
        let spot = Spot::new(position);
        for edge in self
            .tree
            .locate_in_envelope_intersecting(box_around(position, position, radius))
        {
            nearest.offer(edge.area, spot.distance_to(edge));
        }
        nearest.found
    }

    /// The other areas whose border comes as near as `radius` to the border of `area`.
    pub(super) fn neighbours(
        &self,
        index: usize,
        area: &Area,
        radius: Metres,
    ) -> BTreeMap<usize, Metres> {
        let mut nearest = Nearest::new(radius);
        for (a, b) in area.outline.edges() {
            let own = BorderEdge {
                area: index,
                from: a.min(b),
                to: a.max(b),
            };
            let (from, to) = (Spot::new(own.from), Spot::new(own.to));
            for other in self
                .tree
                .locate_in_envelope_intersecting(box_around(a, b, radius))
            {
                if other.area == index || nearest.touches(other.area) {
                    continue;
                }
                if Edge::between(a, b).touches(&Edge::between(other.from, other.to)) {
                    nearest.offer(other.area, Metres::ZERO);
                    continue;
                }
                // Two pieces that do not touch come nearest to each other at an end of one of them.
                nearest.offer(other.area, from.distance_to(other));
                nearest.offer(other.area, to.distance_to(other));
                nearest.offer(other.area, Spot::new(other.from).distance_to(&own));
                nearest.offer(other.area, Spot::new(other.to).distance_to(&own));
            }
        }
        nearest.found
    }
}

impl RTreeObject for BorderEdge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(
            [self.from.lon(), self.from.lat()],
            [self.to.lon(), self.to.lat()],
        )
    }
}

/// The least distance of each area, as far as it is at most the radius.
struct Nearest {
    radius: Metres,
    found: BTreeMap<usize, Metres>,
}

impl Nearest {
    fn new(radius: Metres) -> Nearest {
        Nearest {
            radius,
            found: BTreeMap::new(),
        }
    }

    fn offer(&mut self, area: usize, distance: Metres) {
        if distance <= self.radius {
            let least = self.found.entry(area).or_insert(distance);
            *least = distance.min(*least);
        }
    }

    fn touches(&self, area: usize) -> bool {
        self.found.get(&area) == Some(&Metres::ZERO)
    }
}

/// A position from which pieces of border are measured.
struct Spot {
    position: Position,
    earthbound: Earthbound,
    degree: DegreeLength,
}

impl Spot {
    fn new(position: Position) -> Spot {
        Spot {
            position,
            earthbound: position.earthbound(),
            degree: DegreeLength::at_latitude(position.lat()),
        }
    }

    /// The nearest place of the edge is found on the plane around the position and measured on the ground.
    fn distance_to(&self, edge: &BorderEdge) -> Metres {
        let from_here = |end: Position| {
            let east_m = (end.lon() - self.position.lon()) * self.degree.lon_m;
            (
                east_m,
                (end.lat() - self.position.lat()) * self.degree.lat_m,
            )
        };
        let ((ax, ay), (bx, by)) = (from_here(edge.from), from_here(edge.to));
        let (dx, dy) = (bx - ax, by - ay);
        let length_2 = dx * dx + dy * dy;
        let part = if length_2 > 0.0 {
            (-(ax * dx + ay * dy) / length_2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let lon = edge.from.lon() + part * (edge.to.lon() - edge.from.lon());
        let lat = edge.from.lat() + part * (edge.to.lat() - edge.from.lat());
        Metres::rounded(way_over_ground_m(
            self.earthbound.chord_2(Earthbound::from_degrees(lon, lat)),
        ))
    }
}

/// A box in degrees that holds everything at most `radius` from the box of two positions, and a little more.
fn box_around(a: Position, b: Position, radius: Metres) -> AABB<[f64; 2]> {
    let lat_margin = radius.as_f64() / DEGREE_OF_LATITUDE_M_MIN + 1.0e-6;
    let (south, north) = (
        a.lat().min(b.lat()) - lat_margin,
        a.lat().max(b.lat()) + lat_margin,
    );
    let widest = south.abs().max(north.abs());
    let lon_margin = if widest < 89.0 {
        lat_margin / widest.to_radians().cos() * 1.02
    } else {
        360.0
    };
    AABB::from_corners(
        [a.lon().min(b.lon()) - lon_margin, south],
        [a.lon().max(b.lon()) + lon_margin, north],
    )
}
