//! What is wrong between areas: ground that two of them cover, and enclosed ground that none covers.

use std::collections::BTreeSet;

use geo::orient::Direction;
use geo::{
    BooleanOps, BoundingRect, GeodesicArea, InteriorPoint, Intersects, MultiPolygon, Orient,
    Polygon, Rect, unary_union,
};

use crate::area::Area;
use crate::coverage::Coverage;
use crate::metres::Metres;
use crate::position::Position;

use super::report::{BoundaryProblem, Problem};

/// Overlaps and gaps below this size in square metres are not told: nobody can stand in them, and they come from
/// corners of one area that lie on the border of its neighbour only after rounding.
const TOLD_FROM_M2: f64 = 1.0;

/// How far an area may be from the corner of a gap to be named as lying around it.
const AROUND: Metres = Metres::whole(1);

/// The size of a shape on the ellipsoid (Karney 2013), in square metres. Rings are turned first: one that runs the
/// wrong way round would enclose the rest of the earth.
pub(super) fn area_m2(shape: &MultiPolygon<f64>) -> f64 {
    shape.orient(Direction::Default).geodesic_area_unsigned()
}

/// Pairs of areas that cover the same ground. `areas` in the order of their codes, `features` where they come from.
pub(super) fn overlaps(features: &[usize], areas: &[Area]) -> Vec<BoundaryProblem> {
    let shapes: Vec<Shape<'_>> = areas
        .iter()
        .zip(features)
        .map(|(area, feature)| Shape::of(area, *feature))
        .collect();
    let mut problems = Vec::new();
    for (index, lower) in shapes.iter().enumerate() {
        for higher in shapes.iter().skip(index + 1) {
            let (Some(a), Some(b)) = (lower.bounds, higher.bounds) else {
                continue;
            };
            if !a.intersects(&b) {
                continue;
            }
            let common = lower.ground.intersection(&higher.ground);
            let area_m2 = area_m2(&common);
            if area_m2 < TOLD_FROM_M2 {
                continue;
            }
            let problem = Problem::Overlap {
                lower_code: lower.code.to_owned(),
                higher_code: higher.code.to_owned(),
                area_m2,
                at: place_in(&common),
            };
            let code = Some(higher.code.to_owned());
            problems.push(BoundaryProblem::about(
                higher.feature,
                code,
                "geometry",
                problem,
            ));
        }
    }
    problems
}

/// An area ready to be laid over others.
struct Shape<'a> {
    code: &'a str,
    feature: usize,
    ground: MultiPolygon<f64>,
    bounds: Option<Rect<f64>>,
}

impl Shape<'_> {
    fn of(area: &Area, feature: usize) -> Shape<'_> {
        let ground = area.outline.to_degrees();
        let bounds = ground.bounding_rect();
        Shape {
            code: &area.code,
            feature,
            ground,
            bounds,
        }
    }
}

/// Ground that is enclosed by areas and belongs to none.
pub(super) fn gaps(areas: &[Area]) -> Vec<BoundaryProblem> {
    let shapes: Vec<MultiPolygon<f64>> =
        areas.iter().map(|area| area.outline.to_degrees()).collect();
    let Ok(coverage) = Coverage::new(areas.to_vec()) else {
        return Vec::new();
    };
    let mut gaps: Vec<(MultiPolygon<f64>, f64)> = unary_union(shapes.iter())
        .iter()
        .flat_map(Polygon::interiors)
        .map(|ring| MultiPolygon::new(vec![Polygon::new(ring.clone(), Vec::new())]))
        .map(|gap| {
            let size = area_m2(&gap);
            (gap, size)
        })
        .filter(|(_, size)| *size >= TOLD_FROM_M2)
        .collect();
    gaps.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    gaps.into_iter()
        .map(|(gap, area_m2)| {
            let problem = Problem::Gap {
                area_m2,
                at: place_in(&gap),
                between: codes_around(&gap, &coverage),
            };
            BoundaryProblem::about_the_file("features", problem)
        })
        .collect()
}

fn codes_around(gap: &MultiPolygon<f64>, coverage: &Coverage) -> Vec<String> {
    let corners = gap.iter().flat_map(|polygon| polygon.exterior().0.iter());
    let positions = corners.filter_map(|corner| Position::new(corner.x, corner.y).ok());
    let codes: BTreeSet<String> = positions
        .flat_map(|position| {
            let near = coverage.areas_within(position, AROUND);
            near.into_iter()
                .map(|(code, _)| code.to_owned())
                .collect::<Vec<String>>()
        })
        .collect();
    codes.into_iter().collect()
}

fn place_in(shape: &MultiPolygon<f64>) -> Option<Position> {
    let point = shape.interior_point()?;
    Position::new(point.x(), point.y()).ok()
}
