//! Boundaries from GeoJSON text into areas, with a report of everything that is wrong or doubtful, and back.

mod checks;
pub mod report;

use geo::{Coord, LineString, MultiPolygon, Orient, Polygon, Validation, orient::Direction};
use serde_json::{Map, Value, json};

use crate::area::{Area, Outline};
use crate::crs::Crs;
use crate::features::{Collection, Feature, UnreadableGeoJson};
use crate::position::Position;

use report::{AreaSummary, BoundaryProblem, BoundaryReport, Problem};

/// How boundaries are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundaryOptions {
    /// The property with the code of an area; text or a whole number.
    pub code_property: String,
    /// The property with the name of an area.
    pub name_property: String,
    /// The coordinate system of the text.
    pub crs: Crs,
}

impl Default for BoundaryOptions {
    fn default() -> BoundaryOptions {
        BoundaryOptions {
            code_property: "code".to_owned(),
            name_property: "name".to_owned(),
            crs: Crs::Wgs84,
        }
    }
}

/// Areas that were read, and the report about them.
#[derive(Clone, Debug)]
pub struct Boundaries {
    /// The areas without errors, in the order of their codes. Whether to use them while others have errors is the
    /// caller's decision.
    pub areas: Vec<Area>,
    /// What is wrong and what is doubtful.
    pub report: BoundaryReport,
}

/// Reads a FeatureCollection of polygons with codes and names, and checks it.
///
/// # Shape
/// Corners are converted to WGS-84 and moved to the steps of a position before anything is checked, so what was
/// checked is what is used: writing the areas with [`to_geojson`] and reading them again gives the same areas.
/// Outer rings are turned counter-clockwise (RFC 7946, section 3.1.6).
///
/// # Errors
/// Refuses a text that is no FeatureCollection. Anything wrong with single features is told in the report.
pub fn parse_boundaries(
    text: &str,
    options: &BoundaryOptions,
) -> Result<Boundaries, UnreadableGeoJson> {
    let (features, Boundaries { areas, mut report }) = read_boundaries(text, options)?;
    report.problems.extend(checks::overlaps(&features, &areas));
    report.problems.extend(checks::gaps(&areas));
    Ok(Boundaries { areas, report })
}

/// The areas of a text that was checked before: what [`to_geojson`] wrote of accepted boundaries.
///
/// # Errors
/// Refuses a text that is no FeatureCollection. A feature that is no area is left out.
pub fn parse_checked_areas(text: &str) -> Result<Vec<Area>, UnreadableGeoJson> {
    let (_, Boundaries { areas, .. }) = read_boundaries(text, &BoundaryOptions::default())?;
    Ok(areas)
}

/// Each area with the number of its feature, and what is wrong with single features.
fn read_boundaries(
    text: &str,
    options: &BoundaryOptions,
) -> Result<(Vec<usize>, Boundaries), UnreadableGeoJson> {
    let collection = Collection::read(text)?;
    let mut report = BoundaryReport {
        n_features: collection.features.len(),
        ..BoundaryReport::default()
    };
    if let Some(name) = collection.named_crs.filter(|name| !names_degrees(name)) {
        report.problems.push(BoundaryProblem::about_the_file(
            "crs",
            Problem::CrsMemberIgnored { name },
        ));
    }
    let mut read: Vec<(usize, Area)> = Vec::new();
    for (feature, raw) in collection.features.into_iter().enumerate() {
        match read_area(feature, &raw, options) {
            Ok(area) => {
                if let Some((first_feature, _)) =
                    read.iter().find(|(_, known)| known.code == area.code)
                {
                    let problem = Problem::CodeRepeated {
                        first_feature: *first_feature,
                    };
                    let member = format!("properties.{}", options.code_property);
                    report.problems.push(BoundaryProblem::about(
                        feature,
                        Some(area.code),
                        member,
                        problem,
                    ));
                } else {
                    read.push((feature, area));
                }
            }
            Err(problems) => report.problems.extend(problems),
        }
    }
    if read.is_empty() {
        report.problems.push(BoundaryProblem::about_the_file(
            "features",
            Problem::NoAreas,
        ));
    }
    read.sort_by(|(_, a), (_, b)| a.code.cmp(&b.code));
    report.areas = read
        .iter()
        .map(|(feature, area)| summary_of(*feature, area))
        .collect();
    let (features, areas): (Vec<usize>, Vec<Area>) = read.into_iter().unzip();
    Ok((features, Boundaries { areas, report }))
}

/// Writes areas as a FeatureCollection with `code` and `name` (RFC 7946, WGS-84).
pub fn to_geojson(areas: &[Area]) -> String {
    let features: Vec<Value> = areas
        .iter()
        .map(|area| {
            json!({
                "type": "Feature",
                "properties": {"code": area.code, "name": area.name},
                "geometry": geometry_of(&area.outline),
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// An outline as a Polygon, or a MultiPolygon where it has several.
pub(crate) fn geometry_of(outline: &Outline) -> Value {
    let polygons: Vec<Value> = outline
        .polygons
        .iter()
        .map(|rings| coordinates_of(rings))
        .collect();
    match polygons.as_slice() {
        [polygon] => json!({"type": "Polygon", "coordinates": polygon}),
        several => json!({"type": "MultiPolygon", "coordinates": several}),
    }
}

fn coordinates_of(rings: &[Vec<Position>]) -> Value {
    rings
        .iter()
        .map(|ring| {
            ring.iter()
                .map(|at| json!([at.lon(), at.lat()]))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether an old `crs` member names longitude and latitude in WGS-84 or CGCS2000.
fn names_degrees(name: &str) -> bool {
    ["CRS84", "4326", "4490", "4979"]
        .iter()
        .any(|known| name.ends_with(known))
}

fn summary_of(feature: usize, area: &Area) -> AreaSummary {
    AreaSummary {
        feature,
        code: area.code.clone(),
        name: area.name.clone(),
        n_corners: area.outline.edges().count(),
        n_polygons: area.outline.polygons.len(),
        area_m2: checks::area_m2(&area.outline.to_degrees()),
    }
}

/// All problems of a feature at once, so that one import shows everything there is to repair.
fn read_area(
    feature: usize,
    raw: &Feature,
    options: &BoundaryOptions,
) -> Result<Area, Vec<BoundaryProblem>> {
    let code = text_of(&raw.properties, &options.code_property);
    let name = text_of(&raw.properties, &options.name_property);
    let outline = read_outline(raw.geometry.as_ref(), options.crs);
    let known_code = code.as_ref().ok().cloned();
    let about = |member: String, problem| {
        BoundaryProblem::about(feature, known_code.clone(), member, problem)
    };
    let mut problems = Vec::new();
    for (property, text) in [
        (&options.code_property, &code),
        (&options.name_property, &name),
    ] {
        if let Err(problem) = text {
            problems.push(about(format!("properties.{property}"), problem.clone()));
        }
    }
    match (code, name, outline) {
        (Ok(code), Ok(name), Ok(outline)) => Ok(Area {
            code,
            name,
            outline,
        }),
        (_, _, outline) => {
            let wrong = outline.err().unwrap_or_default();
            problems.extend(
                wrong
                    .into_iter()
                    .map(|(member, problem)| about(member, problem)),
            );
            Err(problems)
        }
    }
}

fn text_of(properties: &Map<String, Value>, property: &str) -> Result<String, Problem> {
    match properties.get(property) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Some(Value::Number(number)) if number.is_u64() => Ok(number.to_string()),
        None | Some(Value::Null | Value::String(_)) => Err(Problem::PropertyMissing),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(Problem::PropertyNotText)
        }
    }
}

type Wrong = (String, Problem);

fn read_outline(geometry: Option<&Value>, crs: Crs) -> Result<Outline, Vec<Wrong>> {
    let wrong = |problem| vec![("geometry".to_owned(), problem)];
    let geometry = geometry.ok_or_else(|| wrong(Problem::GeometryMissing))?;
    let geometry: geojson::Geometry =
        serde_json::from_value(geometry.clone()).map_err(|error| {
            wrong(Problem::GeometryUnreadable {
                message: error.to_string(),
            })
        })?;
    let found = geometry.value.type_name().to_owned();
    let (prefix, polygons) = match geometry.value {
        geojson::GeometryValue::Polygon { coordinates } => (false, vec![coordinates]),
        geojson::GeometryValue::MultiPolygon { coordinates } => (true, coordinates),
        geojson::GeometryValue::Point { .. }
        | geojson::GeometryValue::MultiPoint { .. }
        | geojson::GeometryValue::LineString { .. }
        | geojson::GeometryValue::MultiLineString { .. }
        | geojson::GeometryValue::GeometryCollection { .. } => {
            return Err(wrong(Problem::GeometryUnsupported { geometry: found }));
        }
    };
    let mut problems = Vec::new();
    let mut shapes = Vec::new();
    for (polygon, rings) in polygons.iter().enumerate() {
        let mut lines = Vec::new();
        for (ring, corners) in rings.iter().enumerate() {
            let path = if prefix {
                format!("{polygon}.{ring}")
            } else {
                ring.to_string()
            };
            match read_ring(corners, crs) {
                Ok(line) => lines.push(line),
                Err((None, problem)) => {
                    problems.push((format!("geometry.coordinates.{path}"), problem));
                }
                Err((Some(corner), problem)) => {
                    problems.push((format!("geometry.coordinates.{path}.{corner}"), problem));
                }
            }
        }
        let mut lines = lines.into_iter();
        if let Some(exterior) = lines.next() {
            shapes.push(Polygon::new(exterior, lines.collect()));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if shapes.is_empty() {
        return Err(wrong(Problem::GeometryMissing));
    }
    let shape = MultiPolygon::new(shapes).orient(Direction::Default);
    let invalid = shape.validation_errors();
    if !invalid.is_empty() {
        let message = |error: geo::algorithm::validation::InvalidMultiPolygon| error.to_string();
        return Err(invalid
            .into_iter()
            .map(|error| {
                (
                    "geometry.coordinates".to_owned(),
                    Problem::RingInvalid {
                        message: message(error),
                    },
                )
            })
            .collect());
    }
    Outline::from_degrees(&shape).map_err(|error| {
        wrong(Problem::GeometryUnreadable {
            message: error.to_string(),
        })
    })
}

/// One ring with its corners on the steps of a position; the index of the corner where one is to blame.
fn read_ring(
    corners: &[geojson::Position],
    crs: Crs,
) -> Result<LineString<f64>, (Option<usize>, Problem)> {
    let closed = corners.first().map(geojson::Position::as_slice)
        == corners.last().map(geojson::Position::as_slice);
    if corners.len() < 4 {
        return Err((
            None,
            Problem::RingTooShort {
                n_positions: corners.len(),
            },
        ));
    }
    if !closed {
        return Err((None, Problem::RingNotClosed));
    }
    let mut ring: Vec<Position> = Vec::with_capacity(corners.len());
    for (index, corner) in corners.iter().enumerate() {
        let (Some(lon), Some(lat)) = (corner.as_slice().first(), corner.as_slice().get(1)) else {
            let message = "a position has at least two numbers".to_owned();
            return Err((Some(index), Problem::GeometryUnreadable { message }));
        };
        let position = crs.to_wgs84(*lon, *lat).map_err(|_| {
            (
                Some(index),
                Problem::CoordinateOutOfRange { x: *lon, y: *lat },
            )
        })?;
        if ring.last() != Some(&position) {
            ring.push(position);
        }
    }
    if ring.len() < 4 {
        return Err((
            None,
            Problem::RingTooShort {
                n_positions: ring.len(),
            },
        ));
    }
    Ok(ring
        .into_iter()
        .map(|corner| Coord {
            x: corner.lon(),
            y: corner.lat(),
        })
        .collect())
}
