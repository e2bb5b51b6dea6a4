//! Nearest ten of 100,000 beside plain rstar, and which of 3,000 areas beside rstar with `contains` of geo.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Context;
use geo::{BoundingRect, Contains, MultiPolygon, Point};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use spatial::area::{Area, Outline};
use spatial::coverage::Coverage;
use spatial::index::PointIndex;
use spatial::position::Position;

use crate::least_time_of_one;
use crate::table::{Line, Wanted};

const N_POINTS: u32 = 100_000;
const N_QUERIES: u32 = 20_000;
const N_NEAREST: usize = 10;

/// 60 × 50 areas, each with 32 corners on each side.
const N_COLUMNS: u32 = 60;
const N_ROWS: u32 = 50;
const N_CORNERS_A_SIDE: u32 = 32;

/// The south-western corner of the place where the benchmark plays, and its size in degrees.
const WEST: f64 = 121.3;
const SOUTH: f64 = 31.1;
const WIDTH: f64 = 0.3;

pub fn run() -> anyhow::Result<Vec<Line>> {
    let mut random = StdRng::seed_from_u64(2026);
    let queries = positions(&mut random, N_QUERIES)?;
    Ok(vec![
        nearest(&mut random, &queries)?,
        which_area(&mut random, &queries)?,
    ])
}

fn line(what: &str, ours: Duration, named: &str, reference: Duration, at_most: f64) -> Line {
    Line {
        what: what.to_owned(),
        ours: format!("{ours:?}"),
        reference: format!("{reference:?} {named}"),
        figure: ours.as_secs_f64() / reference.as_secs_f64(),
        wanted: Some(Wanted::AtMost(at_most)),
    }
}

fn positions(random: &mut StdRng, n: u32) -> anyhow::Result<Vec<Position>> {
    (0..n)
        .map(|_| {
            let (x, y): (f64, f64) = (random.random(), random.random());
            Ok(Position::new(WEST + WIDTH * x, SOUTH + WIDTH * y)?)
        })
        .collect()
}

fn query(queries: &[Position], index: u32) -> Position {
    queries[index as usize % queries.len()]
}

fn nearest(random: &mut StdRng, queries: &[Position]) -> anyhow::Result<Line> {
    let things = positions(random, N_POINTS)?;
    let middle = Position::new(WEST + WIDTH / 2.0, SOUTH + WIDTH / 2.0)?;
    let index = PointIndex::from_points(middle, (0_u32..).zip(things.iter().copied()));
    let ours = least_time_of_one(N_QUERIES, |call| {
        black_box(index.nearest(query(queries, call), N_NEAREST));
    });
    // What rstar does by itself: keys and distances on a plane, already projected, no distances on the ground.
    let flat = |at: Position| [at.lon() * 95_300.0, at.lat() * 110_870.0];
    let entries = (0_u32..)
        .zip(&things)
        .map(|(key, at)| GeomWithData::new(flat(*at), key))
        .collect();
    let tree: RTree<GeomWithData<[f64; 2], u32>> = RTree::bulk_load(entries);
    let reference = least_time_of_one(N_QUERIES, |call| {
        let at = flat(query(queries, call));
        let found: Vec<(u32, f64)> = tree
            .nearest_neighbor_iter_with_distance_2(at)
            .take(N_NEAREST)
            .map(|(entry, distance_2)| (entry.data, distance_2.sqrt()))
            .collect();
        black_box(found);
    });
    Ok(line(
        "nearest 10 of 100,000",
        ours,
        "plain rstar",
        reference,
        1.2,
    ))
}

fn which_area(random: &mut StdRng, queries: &[Position]) -> anyhow::Result<Line> {
    let areas = sheet(random)?;
    let shapes: Vec<MultiPolygon<f64>> =
        areas.iter().map(|area| area.outline.to_degrees()).collect();
    let coverage = Coverage::new(areas)?;
    let boxes = shapes
        .iter()
        .enumerate()
        .map(|(index, shape)| {
            let bounds = shape.bounding_rect().context("an area without ground")?;
            let corners = [
                [bounds.min().x, bounds.min().y],
                [bounds.max().x, bounds.max().y],
            ];
            Ok(GeomWithData::new(
                Rectangle::from_corners(corners[0], corners[1]),
                index,
            ))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let tree = RTree::bulk_load(boxes);
    let by_contains = |at: Position| {
        let point = Point::new(at.lon(), at.lat());
        tree.locate_in_envelope_intersecting(AABB::from_point([at.lon(), at.lat()]))
            .find(|candidate| shapes[candidate.data].contains(&point))
            .map(|found| found.data)
    };
    for at in queries {
        let (ours, reference) = (coverage.area_of(*at), by_contains(*at));
        // `contains` leaves out borders; nothing else may differ.
        let reference = reference.map(|index| coverage.areas()[index].code.as_str());
        anyhow::ensure!(
            reference.is_none() || ours == reference,
            "{at:?}: {ours:?} is not {reference:?}"
        );
    }
    let ours = least_time_of_one(N_QUERIES, |call| {
        black_box(coverage.area_of(query(queries, call)));
    });
    let reference = least_time_of_one(N_QUERIES, |call| {
        black_box(by_contains(query(queries, call)));
    });
    Ok(line(
        "which of 3,000 areas",
        ours,
        "rstar and contains",
        reference,
        0.25,
    ))
}

/// Crooked areas that share their borders, in the order of their codes.
fn sheet(random: &mut StdRng) -> anyhow::Result<Vec<Area>> {
    let (width, height) = (WIDTH / f64::from(N_COLUMNS), WIDTH / f64::from(N_ROWS));
    let n_across = N_COLUMNS * N_CORNERS_A_SIDE + 1;
    // How far the corner at (x, y) along the sides is pushed out of line; kept, so that neighbours agree.
    let pushes: Vec<(f64, f64)> = (0..n_across * (N_ROWS * N_CORNERS_A_SIDE + 1))
        .map(|_| {
            (
                random.random_range(-0.3..0.3),
                random.random_range(-0.3..0.3),
            )
        })
        .collect();
    let corner = |x: u32, y: u32| -> anyhow::Result<Position> {
        let (push_x, push_y) = pushes[(y * n_across + x) as usize];
        let part = |step: u32, push: f64| (f64::from(step) + push) / f64::from(N_CORNERS_A_SIDE);
        Ok(Position::new(
            WEST + width * part(x, push_x),
            SOUTH + height * part(y, push_y),
        )?)
    };
    let mut areas = Vec::new();
    for row in 0..N_ROWS {
        for column in 0..N_COLUMNS {
            let (x, y, side) = (
                column * N_CORNERS_A_SIDE,
                row * N_CORNERS_A_SIDE,
                N_CORNERS_A_SIDE,
            );
            let south = (0..side).map(|step| corner(x + step, y));
            let east = (0..side).map(|step| corner(x + side, y + step));
            let north = (0..side).map(|step| corner(x + side - step, y + side));
            let west = (0..=side).map(|step| corner(x, y + side - step));
            let ring = south
                .chain(east)
                .chain(north)
                .chain(west)
                .collect::<anyhow::Result<Vec<_>>>()?;
            let code = format!("{row:02}{column:02}");
            areas.push(Area {
                name: code.clone(),
                code,
                outline: Outline {
                    polygons: vec![vec![ring]],
                },
            });
        }
    }
    Ok(areas)
}
