//! The import report: every mistake in a file of boundaries is named at its place, and what is good is used.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use spatial::boundaries::report::{BoundaryProblem, Gravity, Problem};
use spatial::boundaries::{Boundaries, BoundaryOptions, parse_boundaries, to_geojson};
use spatial::crs::Crs;
use spatial::position::Position;

const INVENTED: &str = include_str!("fixtures/invented.geojson");
const BROKEN: &str = include_str!("fixtures/broken.geojson");

fn read(text: &str) -> Boundaries {
    parse_boundaries(text, &BoundaryOptions::default()).unwrap()
}

/// The short name of a problem, as JSON has it.
fn kind(problem: &BoundaryProblem) -> String {
    let json = serde_json::to_value(problem).unwrap();
    json.get("problem").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_broken_feature_is_named_with_its_member_and_the_good_ones_remain() {
    let Boundaries { areas, report } = read(BROKEN);
    let codes: Vec<&str> = areas.iter().map(|area| area.code.as_str()).collect();
    assert_eq!(codes, ["1", "13"]);
    assert_eq!(report.n_features, 15);
    assert!(report.has_errors());
    assert!(
        report
            .problems
            .iter()
            .all(|problem| problem.gravity == Gravity::Error)
    );
    let found: Vec<(usize, &str, String)> = report
        .errors()
        .map(|problem| {
            (
                problem.feature.unwrap(),
                problem.member.as_str(),
                kind(problem),
            )
        })
        .collect();
    let expected = [
        (1, "properties.code", "property_missing"),
        (2, "properties.name", "property_missing"),
        (3, "properties.code", "code_repeated"),
        (4, "geometry.coordinates", "ring_invalid"),
        (5, "geometry.coordinates.0", "ring_too_short"),
        (6, "geometry.coordinates.0", "ring_not_closed"),
        (7, "geometry.coordinates.0.0", "coordinate_out_of_range"),
        (8, "geometry", "geometry_unsupported"),
        (9, "geometry", "geometry_missing"),
        (10, "geometry.coordinates", "ring_invalid"),
        (11, "properties.code", "property_not_text"),
        (11, "properties.name", "property_missing"),
        (13, "geometry.coordinates", "ring_invalid"),
        (14, "geometry", "geometry_unreadable"),
    ];
    let found: Vec<(usize, &str, &str)> = found
        .iter()
        .map(|(feature, member, kind)| (*feature, *member, kind.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn overlaps_and_gaps_are_warnings_with_their_size_and_place() {
    let Boundaries { areas, report } = read(INVENTED);
    assert_eq!(areas.len(), 7);
    assert!(!report.has_errors(), "{:?}", report.problems);

    let overlaps: Vec<(&str, &str, f64)> = report
        .warnings()
        .filter_map(|warning| {
            let Problem::Overlap {
                lower_code,
                higher_code,
                area_m2,
                at,
            } = &warning.problem
            else {
                return None;
            };
            assert!(at.is_some());
            Some((lower_code.as_str(), higher_code.as_str(), *area_m2))
        })
        .collect();
    let [(a, b, first_m2), (c, d, second_m2)] = overlaps.as_slice() else {
        panic!("{overlaps:?}")
    };
    assert_eq!((*a, *b, *c, *d), ("900002", "900005", "900004", "900005"));
    // By the shoelace formula 3,073 and 2,999 squares of 0.0001°, where a degree is 96,486 m by 110,852 m.
    assert!((first_m2 - 328_700.0).abs() < 300.0, "{first_m2}");
    assert!((second_m2 - 320_800.0).abs() < 300.0, "{second_m2}");

    let gaps: Vec<(f64, Option<Position>, Vec<String>)> = report
        .warnings()
        .filter_map(|warning| {
            let Problem::Gap {
                area_m2,
                at,
                between,
            } = &warning.problem
            else {
                return None;
            };
            Some((*area_m2, *at, between.clone()))
        })
        .collect();
    let [(lake_m2, lake_at, lake), (triangle_m2, _, triangle)] = gaps.as_slice() else {
        panic!("{gaps:?}")
    };
    // 0.005° × 0.005° is 482.4 m × 554.3 m; the triangle is 964.6 m wide and 221.7 m high.
    assert!((lake_m2 - 267_400.0).abs() < 300.0, "{lake_m2}");
    assert!((triangle_m2 - 106_930.0).abs() < 200.0, "{triangle_m2}");
    let lake_at = lake_at.unwrap();
    assert!(
        (100.005..100.010).contains(&lake_at.lon()) && (30.005..30.010).contains(&lake_at.lat())
    );
    assert_eq!(lake.as_slice(), ["900001"]);
    assert_eq!(triangle.as_slice(), ["900003", "900006"]);
}

#[test]
fn what_is_written_is_what_was_read() {
    let first = read(INVENTED);
    let again = read(&to_geojson(&first.areas));
    assert_eq!(first.areas, again.areas);
    assert_eq!(to_geojson(&first.areas), to_geojson(&again.areas));
}

#[test]
fn other_property_names_and_another_coordinate_system_are_declared_by_the_caller() {
    let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2437"}},"features":[
        {"type":"Feature","properties":{"JDDM":310107005,"JDMC":" 曹杨 "},"geometry":{"type":"Polygon","coordinates":
        [[[121.40,31.24],[121.41,31.24],[121.41,31.25],[121.40,31.25],[121.40,31.24]]]}}]}"#;
    let options = BoundaryOptions {
        code_property: "JDDM".to_owned(),
        name_property: "JDMC".to_owned(),
        crs: Crs::Gcj02,
    };
    let Boundaries { areas, report } = parse_boundaries(text, &options).unwrap();
    let [area] = areas.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!(
        (area.code.as_str(), area.name.as_str()),
        ("310107005", "曹杨")
    );
    let corner = *area.outline.rings().next().unwrap().first().unwrap();
    assert!(
        corner
            .distance_to(Position::new(121.40, 31.24).unwrap())
            .as_f64()
            > 400.0
    );
    let warnings: Vec<String> = report.warnings().map(kind).collect();
    assert_eq!(warnings, ["crs_member_ignored"]);
}

#[test]
fn a_file_without_a_usable_area_says_so() {
    let Boundaries { areas, report } = read(r#"{"type":"FeatureCollection","features":[]}"#);
    assert!(areas.is_empty());
    assert_eq!(report.errors().map(kind).collect::<Vec<_>>(), ["no_areas"]);
}
