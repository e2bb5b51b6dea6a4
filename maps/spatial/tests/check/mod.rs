//! Slow checks that share no code with the package: winding numbers in whole numbers, distances by searching along
//! every border with Karney's geodesic. And the randomness of the tests, from a seed.

use std::fmt::Write as _;

use geo::{Distance, Geodesic, Point};
use serde_json::Value;
use spatial::position::Position;

type Corner = (i64, i64);

pub struct SlowCity {
    /// Code and closed rings of every area, lowest code first; corners in steps of 10⁻⁷ degree.
    areas: Vec<(String, Vec<Vec<Corner>>)>,
}

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Between 0 and 1 (SplitMix64, Steele and others 2014).
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

fn steps(degrees: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "degrees are small")]
    let steps = (degrees * 1.0e7).round() as i64;
    steps
}

fn degrees(steps: i64) -> f64 {
    f64::from(i32::try_from(steps).unwrap()) / 1.0e7
}

fn corner_of(position: Position) -> Corner {
    (steps(position.lon()), steps(position.lat()))
}

fn position_of(corner: Corner) -> Position {
    Position::new(degrees(corner.0), degrees(corner.1)).unwrap()
}

impl SlowCity {
    pub fn read(text: &str) -> SlowCity {
        let root: Value = serde_json::from_str(text).unwrap();
        let mut areas: Vec<(String, Vec<Vec<Corner>>)> = root["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| {
                let coordinates = &feature["geometry"]["coordinates"];
                let rings: Vec<&Value> = if feature["geometry"]["type"] == "Polygon" {
                    coordinates.as_array().unwrap().iter().collect()
                } else {
                    coordinates
                        .as_array()
                        .unwrap()
                        .iter()
                        .flat_map(|polygon| polygon.as_array().unwrap())
                        .collect()
                };
                let corner = |at: &Value| {
                    (
                        steps(at[0].as_f64().unwrap()),
                        steps(at[1].as_f64().unwrap()),
                    )
                };
                let rings = rings
                    .iter()
                    .map(|ring| ring.as_array().unwrap().iter().map(corner).collect());
                (
                    feature["properties"]["code"].as_str().unwrap().to_owned(),
                    rings.collect(),
                )
            })
            .collect();
        areas.sort();
        SlowCity { areas }
    }

    fn all_edges(&self) -> impl Iterator<Item = (Corner, Corner)> {
        self.areas.iter().flat_map(|(_, rings)| edges(rings))
    }

    pub fn corners(&self) -> Vec<Position> {
        self.all_edges().map(|(a, _)| position_of(a)).collect()
    }

    /// Every corner, and the steps nearest to and beside the middle of every edge.
    pub fn positions_on_borders(&self) -> Vec<Position> {
        self.all_edges()
            .flat_map(|(a, b)| {
                let middle = (i64::midpoint(a.0, b.0), i64::midpoint(a.1, b.1));
                [
                    a,
                    middle,
                    (middle.0 + 1, middle.1),
                    (middle.0 - 1, middle.1),
                    (a.0, a.1 + 1),
                    (a.0 - 1, a.1),
                ]
            })
            .map(position_of)
            .collect()
    }

    /// A position in the box around the city, a tenth wider on each side.
    pub fn random_position(&self, random: &mut Random) -> Position {
        let xs = || self.all_edges().map(|((x, _), _)| degrees(x));
        let ys = || self.all_edges().map(|((_, y), _)| degrees(y));
        let between = |low: f64, high: f64, part: f64| low + (high - low) * (part * 1.2 - 0.1);
        let lon = between(
            xs().fold(f64::INFINITY, f64::min),
            xs().fold(f64::NEG_INFINITY, f64::max),
            random.unit(),
        );
        let lat = between(
            ys().fold(f64::INFINITY, f64::min),
            ys().fold(f64::NEG_INFINITY, f64::max),
            random.unit(),
        );
        Position::new(lon, lat).unwrap()
    }

    /// All areas with the position on their border or with an odd winding number around it.
    pub fn areas_of(&self, position: Position) -> Vec<&str> {
        let at = corner_of(position);
        self.areas
            .iter()
            .filter(|(_, rings)| includes(rings, at))
            .map(|(code, _)| code.as_str())
            .collect()
    }

    /// The distance to each area, zero inside.
    pub fn distances_m(&self, position: Position) -> Vec<(&str, f64)> {
        let at = corner_of(position);
        self.areas
            .iter()
            .map(|(code, rings)| {
                let distance_m = if includes(rings, at) {
                    0.0
                } else {
                    edges(rings)
                        .map(|edge| edge_distance_m(at, edge))
                        .fold(f64::INFINITY, f64::min)
                };
                (code.as_str(), distance_m)
            })
            .collect()
    }

    /// The codes of the other areas whose ground comes as near as the radius.
    pub fn neighbours(&self, code: &str, radius_m: f64) -> Vec<&str> {
        let (_, own) = self.areas.iter().find(|(known, _)| known == code).unwrap();
        self.areas
            .iter()
            .filter(|(other, rings)| {
                other != code
                    && (edges(own).any(|(a, _)| includes(rings, a))
                        || edges(rings).any(|(a, _)| includes(own, a))
                        || edges(own).any(|(a, _)| nearly_within(a, rings, radius_m))
                        || edges(rings).any(|(a, _)| nearly_within(a, own, radius_m)))
            })
            .map(|(other, _)| other.as_str())
            .collect()
    }
}

fn edges(rings: &[Vec<Corner>]) -> impl Iterator<Item = (Corner, Corner)> {
    rings
        .iter()
        .flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().skip(1)))
}

/// Sunday 2001: the winding number, ring by ring; holes run against their outer ring or count as one more ring.
fn includes(rings: &[Vec<Corner>], at: Corner) -> bool {
    if edges(rings).any(|(a, b)| on_edge(a, b, at)) {
        return true;
    }
    let n_rings_around = rings
        .iter()
        .filter(|ring| winding_number(ring, at) != 0)
        .count();
    n_rings_around % 2 == 1
}

fn turn(a: Corner, b: Corner, at: Corner) -> i128 {
    i128::from(b.0 - a.0) * i128::from(at.1 - a.1) - i128::from(at.0 - a.0) * i128::from(b.1 - a.1)
}

fn on_edge(a: Corner, b: Corner, at: Corner) -> bool {
    turn(a, b, at) == 0
        && (a.0.min(b.0)..=a.0.max(b.0)).contains(&at.0)
        && (a.1.min(b.1)..=a.1.max(b.1)).contains(&at.1)
}

fn winding_number(ring: &[Corner], at: Corner) -> i32 {
    ring.iter()
        .zip(ring.iter().skip(1))
        .map(|(a, b)| {
            if a.1 <= at.1 && b.1 > at.1 && turn(*a, *b, at) > 0 {
                1
            } else if a.1 > at.1 && b.1 <= at.1 && turn(*a, *b, at) < 0 {
                -1
            } else {
                0
            }
        })
        .sum()
}

fn geodesic_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    Geodesic.distance(Point::new(a.0, a.1), Point::new(b.0, b.1))
}

/// The least geodesic distance to an edge, by golden section along it.
fn edge_distance_m(at: Corner, (a, b): (Corner, Corner)) -> f64 {
    let [at, a, b] = [at, a, b].map(|(x, y)| (degrees(x), degrees(y)));
    let along = |part: f64| geodesic_m(at, (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1)));
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..45 {
        let (first, second) = (high - golden * (high - low), low + golden * (high - low));
        if along(first) < along(second) {
            high = second;
        } else {
            low = first;
        }
    }
    along(0.0)
        .min(along(1.0))
        .min(along(f64::midpoint(low, high)))
}

/// Whether a border is within the radius of a corner; far edges are skipped by a box that is wide enough.
fn nearly_within(at: Corner, rings: &[Vec<Corner>], radius_m: f64) -> bool {
    let reach = steps(radius_m / 80_000.0) + 1;
    edges(rings)
        .filter(|(a, b)| {
            a.0.min(b.0) - reach <= at.0
                && at.0 <= a.0.max(b.0) + reach
                && a.1.min(b.1) - reach <= at.1
                && at.1 <= a.1.max(b.1) + reach
        })
        .any(|edge| edge_distance_m(at, edge) <= radius_m)
}

/// A sheet of n × n quadrilaterals over 100.0–100.01° E, 30.0–30.01° N whose inner corners are moved at random.
/// Outer corners stay, so the sheet has no gaps inside.
pub fn crooked_sheet(random: &mut Random, n: usize) -> String {
    let size = f64::from(u32::try_from(n).unwrap());
    let corners: Vec<Vec<(f64, f64)>> = (0..=n)
        .map(|row| {
            (0..=n)
                .map(|column| {
                    let inner = |index: usize| if index == 0 || index == n { 0.0 } else { 0.45 };
                    let place = |index: usize| f64::from(u32::try_from(index).unwrap());
                    let x = place(column) + inner(column) * (random.unit() - 0.5);
                    let y = place(row) + inner(row) * (random.unit() - 0.5);
                    // Few distinct values, so that corners often lie exactly level.
                    let coarse = |part: f64| (part / size * 4_000.0).round() / 4_000.0 * 0.01;
                    (100.0 + coarse(x), 30.0 + coarse(y))
                })
                .collect()
        })
        .collect();
    let mut text = String::from(r#"{"type":"FeatureCollection","features":["#);
    for row in 0..n {
        for column in 0..n {
            let ring = [
                (row, column),
                (row, column + 1),
                (row + 1, column + 1),
                (row + 1, column),
                (row, column),
            ]
            .map(|(row, column)| format!("[{},{}]", corners[row][column].0, corners[row][column].1))
            .join(",");
            let comma = if row + column == 0 { "" } else { "," };
            write!(
                text,
                r#"{comma}{{"type":"Feature","properties":{{"code":"{row}{column}","name":"x"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
            )
            .unwrap();
        }
    }
    text.push_str("]}");
    text
}
