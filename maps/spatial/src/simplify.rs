//! Coarser outlines for the map. Common borders are simplified once, so that no cracks open between neighbours.
//! For showing only: which area has a position is always asked of the full outlines.

use std::collections::{BTreeMap, BTreeSet};

use geo::Validation;

use crate::area::{Area, Outline};
use crate::earth::DegreeLength;
use crate::metres::Metres;
use crate::position::Position;

/// Leaves out corners that lie at most `tolerance` from the line without them (Douglas and Peucker, 1973).
///
/// # Shape
/// Corners where three or more borders meet stay. Between them a border is simplified in one direction, whichever
/// area asks, so neighbours that shared their corners still share them. An area that would collapse or cross itself
/// keeps its full outline. The order of the areas stays.
///
/// # Units
/// Metres on a plane at the latitude of each piece of border.
pub fn simplify(areas: &[Area], tolerance: Metres) -> Vec<Area> {
    let junctions = Junctions::of(areas);
    areas
        .iter()
        .map(|area| {
            let polygons = area
                .outline
                .polygons
                .iter()
                .map(|rings| {
                    rings
                        .iter()
                        .map(|ring| simplify_ring(ring, &junctions, tolerance))
                        .collect()
                })
                .collect();
            let outline = Outline { polygons };
            let drawable =
                outline.rings().all(|ring| ring.len() >= 4) && outline.to_degrees().is_valid();
            let outline = if drawable {
                outline
            } else {
                area.outline.clone()
            };
            Area {
                outline,
                ..area.clone()
            }
        })
        .collect()
}

/// Corners that must stay because borders meet or part there.
struct Junctions(BTreeSet<Position>);

impl Junctions {
    fn of(areas: &[Area]) -> Junctions {
        let mut next_to: BTreeMap<Position, BTreeSet<Position>> = BTreeMap::new();
        for (a, b) in areas.iter().flat_map(|area| area.outline.edges()) {
            next_to.entry(a).or_default().insert(b);
            next_to.entry(b).or_default().insert(a);
        }
        Junctions(
            next_to
                .into_iter()
                .filter(|(_, next)| next.len() != 2)
                .map(|(corner, _)| corner)
                .collect(),
        )
    }
}

fn simplify_ring(ring: &[Position], junctions: &Junctions, tolerance: Metres) -> Vec<Position> {
    let Some((_, open)) = ring.split_last() else {
        return Vec::new();
    };
    let mut fixed: Vec<usize> = open
        .iter()
        .enumerate()
        .filter(|(_, corner)| junctions.0.contains(corner))
        .map(|(index, _)| index)
        .collect();
    if fixed.len() < 2 {
        fixed = ends_of_lone_ring(open, fixed.first().copied());
    }
    let Some(first) = fixed.first().copied() else {
        return ring.to_vec();
    };
    let around: Vec<Position> = open
        .iter()
        .cycle()
        .skip(first)
        .take(open.len() + 1)
        .copied()
        .collect();
    let mut simple = Vec::with_capacity(around.len());
    let ends = fixed
        .iter()
        .skip(1)
        .map(|index| index - first)
        .chain([open.len()]);
    let mut start = 0;
    for end in ends {
        if let Some(piece) = around.get(start..=end) {
            let kept = simplify_piece(piece, tolerance);
            simple.extend(kept.iter().skip(usize::from(!simple.is_empty())));
        }
        start = end;
    }
    simple
}

/// Two corners of a ring that must be the same whichever way round it is read: a junction or else the smallest
/// corner, and the one furthest from it.
fn ends_of_lone_ring(open: &[Position], junction: Option<usize>) -> Vec<usize> {
    let smallest = || {
        open.iter()
            .enumerate()
            .min_by_key(|(_, corner)| **corner)
            .map(|(index, _)| index)
    };
    let Some(anchor) = junction.or_else(smallest) else {
        return Vec::new();
    };
    let Some(at) = open.get(anchor) else {
        return Vec::new();
    };
    let furthest = open
        .iter()
        .enumerate()
        .max_by_key(|(_, corner)| (at.distance_to(**corner), **corner));
    let mut ends: Vec<usize> = furthest
        .map(|(index, _)| index)
        .into_iter()
        .chain([anchor])
        .collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Simplifies one piece of border; its ends stay. Always works from the smaller end to the larger one.
fn simplify_piece(piece: &[Position], tolerance: Metres) -> Vec<Position> {
    let forward = piece.first() <= piece.last();
    let mut way: Vec<Position> = piece.to_vec();
    if !forward {
        way.reverse();
    }
    let mut kept = BTreeSet::from([0, way.len().saturating_sub(1)]);
    let mut open = vec![(0, way.len().saturating_sub(1))];
    while let Some((start, end)) = open.pop() {
        if let Some((furthest, distance_m)) = furthest_between(&way, start, end)
            && distance_m > tolerance.as_f64()
        {
            kept.insert(furthest);
            open.push((start, furthest));
            open.push((furthest, end));
        }
    }
    let mut simple: Vec<Position> = kept
        .into_iter()
        .filter_map(|index| way.get(index).copied())
        .collect();
    if !forward {
        simple.reverse();
    }
    simple
}

fn furthest_between(way: &[Position], start: usize, end: usize) -> Option<(usize, f64)> {
    let (from, to) = (*way.get(start)?, *way.get(end)?);
    let degree = DegreeLength::at_latitude(from.lat());
    let flat = |at: Position| {
        (
            (at.lon() - from.lon()) * degree.lon_m,
            (at.lat() - from.lat()) * degree.lat_m,
        )
    };
    let (dx, dy) = flat(to);
    let length_2 = dx * dx + dy * dy;
    let distance_m = |at: Position| {
        let (x, y) = flat(at);
        let part = if length_2 > 0.0 {
            ((x * dx + y * dy) / length_2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (x - part * dx).hypot(y - part * dy)
    };
    let between = way.iter().copied().enumerate().take(end).skip(start + 1);
    between
        .map(|(index, at)| (index, distance_m(at)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
}

#[cfg(test)]
mod tests {
    use super::simplify;
    use crate::area::{Area, Outline};
    use crate::coverage::Coverage;
    use crate::metres::Metres;
    use crate::position::Position;

    fn area(code: &str, corners: &[(f64, f64)]) -> Area {
        let mut ring: Vec<Position> = corners
            .iter()
            .map(|(lon, lat)| Position::new(*lon, *lat).unwrap())
            .collect();
        ring.push(*ring.first().unwrap());
        Area {
            code: code.to_owned(),
            name: code.to_owned(),
            outline: Outline {
                polygons: vec![vec![ring]],
            },
        }
    }

    /// Two areas with a wavy common border; the second one runs along it the other way.
    fn neighbours() -> [Area; 2] {
        let wave: Vec<(f64, f64)> = (0..=40)
            .map(|step| {
                (
                    121.4 + 0.0001 * f64::from(step % 3),
                    31.2 + 0.001 * f64::from(step),
                )
            })
            .collect();
        let west: Vec<(f64, f64)> = [(121.3, 31.24), (121.3, 31.2)]
            .into_iter()
            .chain(wave.clone())
            .collect();
        let east: Vec<(f64, f64)> = [(121.5, 31.2), (121.5, 31.24)]
            .into_iter()
            .chain(wave.into_iter().rev())
            .collect();
        [area("1", &west), area("2", &east)]
    }

    #[test]
    fn a_common_border_is_simplified_alike_from_both_sides() {
        let simple = simplify(&neighbours(), Metres::whole(30));
        let corners = |index: usize| {
            simple
                .get(index)
                .unwrap()
                .outline
                .rings()
                .map(Vec::len)
                .sum::<usize>()
        };
        assert!(
            corners(0) < 12 && corners(1) < 12,
            "{} {}",
            corners(0),
            corners(1)
        );
        let coverage = Coverage::new(simple.clone()).unwrap();
        for step in 0..4000 {
            let lat = 31.2 + 0.00001 * f64::from(step);
            for lon in [121.399, 121.4, 121.4001, 121.4002, 121.401] {
                assert!(
                    coverage.area_of(Position::new(lon, lat).unwrap()).is_some(),
                    "{lon} {lat}"
                );
            }
        }
    }

    #[test]
    fn what_would_collapse_keeps_its_outline() {
        let small = area(
            "1",
            &[
                (121.4, 31.2),
                (121.4001, 31.2),
                (121.4001, 31.2001),
                (121.4, 31.2001),
            ],
        );
        assert_eq!(
            simplify(std::slice::from_ref(&small), Metres::whole(500)),
            [small]
        );
    }
}
