//! Which area, how near and which neighbours, against slow checks that share no code with the package.
//! On an invented city always, and on real boundaries where `LAMPLIGHTER_REAL_DATA` names their folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod check;

use std::io::Write;
use std::path::PathBuf;

use check::{Random, SlowCity};
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use proptest::test_runner::RngSeed;
use spatial::boundaries::{BoundaryOptions, parse_boundaries};
use spatial::coverage::{Coverage, InvalidCoverage};
use spatial::crs::Crs;
use spatial::geo_points::{PointOptions, parse_points};
use spatial::labels::{Areas, Located};
use spatial::metres::Metres;
use spatial::position::Position;
use spatial::simplify::simplify;

const INVENTED: &str = include_str!("fixtures/invented.geojson");

struct City {
    name: &'static str,
    coverage: Coverage,
    slow: SlowCity,
}

impl City {
    fn new(name: &'static str, text: &str) -> City {
        let boundaries = parse_boundaries(text, &BoundaryOptions::default()).unwrap();
        assert!(
            !boundaries.report.has_errors(),
            "{:?}",
            boundaries.report.problems
        );
        City {
            name,
            coverage: Coverage::new(boundaries.areas).unwrap(),
            slow: SlowCity::read(text),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this package that looks for real files, in a test"
)]
fn real_file(name: &str) -> Option<String> {
    let folder = std::env::var_os("LAMPLIGHTER_REAL_DATA")?;
    let path = PathBuf::from(folder).join(name);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()));
    Some(text.unwrap())
}

/// Says which data a test used, also when the test runner keeps the output of tests to itself.
fn say(words: &str) {
    std::io::stderr()
        .write_all(format!("{words}\n").as_bytes())
        .unwrap();
}

fn cities() -> Vec<City> {
    let mut cities = vec![City::new("the invented city", INVENTED)];
    if let Some(text) = real_file("putuo-streets-osm.geojson") {
        cities.push(City::new("the real streets of Putuo", &text));
    }
    let names: Vec<&str> = cities.iter().map(|city| city.name).collect();
    say(&format!("spatial: tested with {}", names.join(" and ")));
    cities
}

fn at(lon: f64, lat: f64) -> Position {
    Position::new(lon, lat).unwrap()
}

#[test]
fn five_hundred_random_positions_and_every_border_have_the_area_of_the_independent_check() {
    for city in cities() {
        let mut random = Random::new(20_261_124);
        let mut n_inside = 0;
        let mut positions: Vec<Position> = (0..500)
            .map(|_| city.slow.random_position(&mut random))
            .collect();
        positions.extend(city.slow.positions_on_borders());
        for position in positions {
            let expected = city.slow.areas_of(position);
            n_inside += usize::from(!expected.is_empty());
            assert_eq!(
                city.coverage.areas_of(position),
                expected,
                "{position:?} in {}",
                city.name
            );
            assert_eq!(
                city.coverage.area_of(position),
                expected.first().copied(),
                "{position:?} in {}",
                city.name
            );
        }
        assert!(
            n_inside > 300,
            "{n_inside} of the positions lie in {}",
            city.name
        );
    }
}

#[test]
fn no_position_on_a_border_is_lost() {
    for city in cities() {
        for position in city.slow.corners() {
            assert!(
                city.coverage.area_of(position).is_some(),
                "{position:?} in {}",
                city.name
            );
        }
    }
}

#[test]
fn distances_to_areas_are_those_of_the_independent_check() {
    for city in cities() {
        let mut random = Random::new(310_107);
        for _ in 0..25 {
            let position = city.slow.random_position(&mut random);
            let slow = city.slow.distances_m(position);
            for radius_m in [0, 100, 200, 1_500] {
                let radius = Metres::whole(radius_m);
                let found = city.coverage.areas_within(position, radius);
                assert!(found.is_sorted_by_key(|(code, distance)| (*distance, *code)));
                for (code, slow_m) in &slow {
                    let ours = found
                        .iter()
                        .find(|(found, _)| found == code)
                        .map(|(_, distance)| distance.as_f64());
                    let Some(ours_m) = ours else {
                        assert!(
                            *slow_m > radius.as_f64() - 0.02,
                            "{code} at {slow_m} m was not found"
                        );
                        continue;
                    };
                    assert!(
                        (ours_m - slow_m).abs() < 0.02,
                        "{code}: {ours_m} m, the check says {slow_m} m"
                    );
                }
            }
            let (nearest, distance) = city.coverage.nearest_area(position).unwrap();
            let least_m = slow
                .iter()
                .map(|(_, metres)| *metres)
                .fold(f64::INFINITY, f64::min);
            assert!(
                (distance.as_f64() - least_m).abs() < 0.02 + least_m * 0.001,
                "{nearest} {distance} {least_m}"
            );
        }
    }
}

#[test]
fn neighbours_are_those_of_the_independent_check() {
    for city in cities() {
        for radius_m in [0, 200, 900] {
            for area in city.coverage.areas() {
                let found = city
                    .coverage
                    .neighbours_within(&area.code, Metres::whole(radius_m));
                let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
                let mut sorted = codes.clone();
                sorted.sort_unstable();
                let expected = city.slow.neighbours(&area.code, f64::from(radius_m));
                assert_eq!(
                    sorted, expected,
                    "{} within {radius_m} m in {}",
                    area.code, city.name
                );
            }
        }
    }
}

#[test]
fn simplified_outlines_leave_no_cracks() {
    for city in cities() {
        let simple = simplify(city.coverage.areas(), Metres::whole(15));
        let n_corners = |areas: &[spatial::area::Area]| {
            areas
                .iter()
                .map(|area| area.outline.edges().count())
                .sum::<usize>()
        };
        assert!(n_corners(&simple) <= n_corners(city.coverage.areas()));
        let coarse = Coverage::new(simple).unwrap();
        let mut random = Random::new(5);
        for _ in 0..2_000 {
            let position = city.slow.random_position(&mut random);
            let (fine, coarse) = (city.coverage.area_of(position), coarse.area_of(position));
            // Only near a border may the coarse outline say otherwise.
            if fine != coarse {
                let near = city.coverage.areas_within(position, Metres::whole(16));
                let far_inside = [fine, coarse]
                    .into_iter()
                    .flatten()
                    .all(|code| near.iter().all(|(other, _)| *other != code));
                assert!(
                    !far_inside,
                    "{position:?} in {}: {fine:?} became {coarse:?}",
                    city.name
                );
            }
        }
    }
}

#[test]
fn the_invented_city_answers_as_drawn() {
    let coverage = City::new("the invented city", INVENTED).coverage;
    for (lon, lat, expected) in [
        (100.002, 30.002, Some("900001")),
        (100.007, 30.007, None),
        (100.005, 30.007, Some("900001")),
        (100.014, 30.014, Some("900004")),
        (100.012, 30.012, Some("900001")),
        (100.037, 30.008, Some("900002")),
        (100.043, 30.008, Some("900004")),
        (100.02, 30.0, Some("900001")),
        (100.02, 30.02, Some("900001")),
        (100.03, 30.02, Some("900002")),
        (100.04, 30.02, Some("900002")),
        (100.015, 30.031, None),
        (100.015, 30.03, Some("900003")),
        (100.015, 30.032, Some("900006")),
        (100.0, 30.0, Some("900001")),
        (100.053, 30.012, None),
        (99.999_999_9, 30.01, None),
    ] {
        assert_eq!(coverage.area_of(at(lon, lat)), expected, "{lon} {lat}");
    }
    assert_eq!(coverage.areas_of(at(100.037, 30.008)), ["900002", "900005"]);
    let beside: Vec<&str> = coverage
        .areas_within(at(100.03, 30.0205), Metres::whole(100))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        beside,
        ["900003", "900002"],
        "within 100 m of a border both sides are told"
    );
    let islands = coverage.neighbours_within("900007", Metres::whole(200));
    let [("900004", distance)] = islands.as_slice() else {
        panic!("{islands:?}")
    };
    assert!(
        *distance > Metres::whole(150) && *distance < Metres::whole(200),
        "{distance}"
    );
    assert!(
        coverage
            .neighbours_within("900007", Metres::whole(100))
            .is_empty()
    );
    assert!(
        coverage
            .neighbours_within("nowhere", Metres::whole(100))
            .is_empty()
    );
}

#[test]
fn a_crack_between_areas_is_guessed_and_the_outside_is_not() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"code":"1","name":"West"},"geometry":{"type":"Polygon","coordinates":
        [[[100.0,30.0],[100.01,30.0],[100.01,30.01],[100.0,30.01],[100.0,30.0]]]}},
        {"type":"Feature","properties":{"code":"2","name":"East"},"geometry":{"type":"Polygon","coordinates":
        [[[100.010005,30.0],[100.02,30.0],[100.02,30.01],[100.010005,30.01],[100.010005,30.0]]]}}]}"#;
    let areas = Areas::Outlined(City::new("a city with a crack", text).coverage);
    assert_eq!(
        areas.locate(at(100.010_001, 30.005)),
        Some(Located {
            code: "1",
            guessed: true
        })
    );
    assert_eq!(
        areas.locate(at(100.010_004, 30.005)),
        Some(Located {
            code: "2",
            guessed: true
        })
    );
    assert_eq!(
        areas.locate(at(100.01, 30.005)),
        Some(Located {
            code: "1",
            guessed: false
        })
    );
    assert_eq!(areas.locate(at(100.020_001, 30.005)), None);
}

#[test]
fn an_area_inside_another_is_its_neighbour_however_far_the_borders_are_apart() {
    let square = |code: &str, low: f64, high: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"x"}},"geometry":{{"type":"Polygon","coordinates":
            [[[{0},{1}],[{2},{1}],[{2},{3}],[{0},{3}],[{0},{1}]]]}}}}"#,
            100.0 + low,
            30.0 + low,
            100.0 + high,
            30.0 + high,
        )
    };
    let (outer, inner) = (square("1", 0.0, 0.01), square("2", 0.001, 0.009));
    let text = format!(r#"{{"type":"FeatureCollection","features":[{outer},{inner}]}}"#);
    let coverage = City::new("a town in a town", &text).coverage;
    for radius in [0, 50, 200] {
        let radius = Metres::whole(radius);
        assert_eq!(
            coverage.neighbours_within("1", radius),
            [("2", Metres::ZERO)]
        );
        assert_eq!(
            coverage.neighbours_within("2", radius),
            [("1", Metres::ZERO)]
        );
    }
}

#[test]
fn two_areas_with_one_code_are_refused_and_no_areas_are_no_error() {
    let areas = parse_boundaries(INVENTED, &BoundaryOptions::default())
        .unwrap()
        .areas;
    let twice: Vec<_> = areas.iter().chain(areas.first()).cloned().collect();
    assert_eq!(
        Coverage::new(twice).unwrap_err(),
        InvalidCoverage::DuplicateCode("900001".to_owned())
    );
    let empty = Coverage::new(Vec::new()).unwrap();
    assert_eq!(empty.area_of(at(100.0, 30.0)), None);
    assert_eq!(empty.nearest_area(at(100.0, 30.0)), None);
    assert_eq!(empty.middle(), None);
}

#[test]
fn far_away_the_nearest_area_is_still_found() {
    let coverage = City::new("the invented city", INVENTED).coverage;
    for (lon, lat) in [(121.4, 31.25), (-80.0, -30.0), (100.02, 89.9), (0.0, -90.0)] {
        let (_, distance) = coverage.nearest_area(at(lon, lat)).unwrap();
        assert!(
            distance > Metres::whole(1_000_000),
            "{lon} {lat} {distance}"
        );
    }
}

#[test]
fn stations_come_as_points_from_the_real_file() {
    let Some(text) = real_file("putuo-transport-osm.geojson") else {
        return;
    };
    say("spatial: tested with the real stations around Putuo");
    let points = parse_points(
        &text,
        &PointOptions {
            crs: Crs::Wgs84,
            ..PointOptions::default()
        },
    )
    .unwrap();
    let stations = points.rows.iter().filter(|row| {
        row.properties
            .get("kind")
            .is_some_and(|kind| kind == "station")
    });
    assert_eq!(stations.count(), 34);
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(48) })]

    /// A proper coverage made at random: a sheet of crooked quadrilaterals that share all their corners.
    #[test]
    fn every_position_of_a_proper_coverage_lies_in_the_area_of_the_independent_check(seed in 0_u64..u64::MAX) {
        let mut random = Random::new(seed);
        let text = check::crooked_sheet(&mut random, 6);
        let city = City::new("a sheet", &text);
        let mut positions: Vec<Position> = (0..60).map(|_| city.slow.random_position(&mut random)).collect();
        positions.extend(city.slow.positions_on_borders().into_iter().step_by(5));
        for position in positions {
            let expected = city.slow.areas_of(position);
            prop_assert_eq!(city.coverage.areas_of(position), expected);
        }
        // Inside the sheet nothing is lost.
        for _ in 0..200 {
            let position = at(100.0 + 0.01 * random.unit(), 30.0 + 0.01 * random.unit());
            prop_assert_eq!(city.coverage.area_of(position).is_some(), true, "{:?}", position);
        }
    }
}
