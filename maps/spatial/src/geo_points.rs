//! GeoJSON points with properties as neutral rows, for whoever imports places, resources or reports.
//! What the properties mean is not known here.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::crs::{Crs, DeclaredPosition};
use crate::features::{Collection, Feature, UnreadableGeoJson};
use crate::position::Position;

/// The points of a collection and what is wrong with the rest.
#[derive(Clone, Debug, Default)]
pub struct GeoPoints {
    /// Features that are points, in the order of the text.
    pub rows: Vec<PointRow>,
    /// Features that are not, in the order of the text.
    pub problems: Vec<PointProblem>,
}

/// One feature that is a point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointRow {
    /// Which feature it is, counted from 0.
    pub feature: usize,
    /// The coordinates as they stand in the text.
    pub declared: DeclaredPosition,
    /// The same in WGS-84.
    pub position: Position,
    /// The properties of the feature, untouched.
    pub properties: Map<String, Value>,
}

/// One feature that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PointProblem {
    /// Which feature it is, counted from 0.
    pub feature: usize,
    /// The member that is wrong, for example `geometry.coordinates`.
    pub member: String,
    /// What is wrong.
    pub kind: PointProblemKind,
}

/// What is wrong with a feature that should be a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PointProblemKind {
    /// There is no geometry.
    #[error("the feature has no geometry")]
    GeometryMissing,
    /// The geometry is readable but is no point.
    #[error("the geometry is a {0}, not a Point")]
    NotAPoint(String),
    /// The geometry is not readable.
    #[error("the geometry is not readable: {0}")]
    GeometryUnreadable(String),
    /// The property that should name the coordinate system does not.
    #[error("{0}")]
    UnknownCrs(String),
    /// The coordinates are no place on the ground.
    #[error("{0}")]
    InvalidPosition(String),
}

/// How the points are to be read.
#[derive(Clone, Debug, Default)]
pub struct PointOptions {
    /// The coordinate system of features that name none.
    pub crs: Crs,
    /// The property in which a feature names its coordinate system, if there is such a property.
    pub crs_property: Option<String>,
    /// The property in which a feature gives its accuracy in metres, if there is such a property.
    pub accuracy_property: Option<String>,
}

/// Reads the points of a FeatureCollection.
///
/// # Errors
/// Refuses a text that is no FeatureCollection. Anything wrong with single features is told in `problems`.
pub fn parse_points(text: &str, options: &PointOptions) -> Result<GeoPoints, UnreadableGeoJson> {
    let mut points = GeoPoints::default();
    for (feature, raw) in Collection::read(text)?.features.into_iter().enumerate() {
        match read_row(feature, raw, options) {
            Ok(row) => points.rows.push(row),
            Err((member, kind)) => points.problems.push(PointProblem {
                feature,
                member,
                kind,
            }),
        }
    }
    Ok(points)
}

type Wrong = (String, PointProblemKind);

fn read_row(feature: usize, raw: Feature, options: &PointOptions) -> Result<PointRow, Wrong> {
    let (lon, lat) = coordinates_of(raw.geometry)?;
    let crs = crs_of(&raw.properties, options)?;
    let accuracy = options
        .accuracy_property
        .as_ref()
        .and_then(|property| raw.properties.get(property));
    let declared = DeclaredPosition::new(lon, lat, accuracy.and_then(number_of), Some(crs));
    let converted = declared.convert().map_err(|error| {
        let member = match (error.member(), &options.accuracy_property) {
            ("accuracy_m", Some(property)) => format!("properties.{property}"),
            _ => "geometry.coordinates".to_owned(),
        };
        (member, PointProblemKind::InvalidPosition(error.to_string()))
    })?;
    Ok(PointRow {
        feature,
        declared,
        position: converted.position,
        properties: raw.properties,
    })
}

fn coordinates_of(geometry: Option<Value>) -> Result<(f64, f64), Wrong> {
    let wrong = |kind| ("geometry".to_owned(), kind);
    let geometry = geometry.ok_or_else(|| wrong(PointProblemKind::GeometryMissing))?;
    let geometry: geojson::Geometry = serde_json::from_value(geometry)
        .map_err(|error| wrong(PointProblemKind::GeometryUnreadable(error.to_string())))?;
    let geojson::GeometryValue::Point { coordinates } = geometry.value else {
        return Err(wrong(PointProblemKind::NotAPoint(
            geometry.value.type_name().to_owned(),
        )));
    };
    match coordinates.as_slice() {
        [lon, lat] | [lon, lat, _] => Ok((*lon, *lat)),
        other => {
            let message = format!(
                "a position has 2 or 3 numbers, this one has {}",
                other.len()
            );
            Err((
                "geometry.coordinates".to_owned(),
                PointProblemKind::GeometryUnreadable(message),
            ))
        }
    }
}

fn crs_of(properties: &Map<String, Value>, options: &PointOptions) -> Result<Crs, Wrong> {
    let Some(property) = &options.crs_property else {
        return Ok(options.crs);
    };
    match properties.get(property) {
        None | Some(Value::Null) => Ok(options.crs),
        Some(Value::String(name)) => name.parse().map_err(|error| {
            (
                format!("properties.{property}"),
                PointProblemKind::UnknownCrs(format!("{error}")),
            )
        }),
        Some(other) => {
            let message = format!("unknown coordinate system {other}");
            Err((
                format!("properties.{property}"),
                PointProblemKind::UnknownCrs(message),
            ))
        }
    }
}

/// A number, also one that was written as text.
fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Null => None,
        Value::Number(number) => number.as_f64(),
        // What is no number becomes NaN, which the conversion refuses by name.
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().parse().unwrap_or(f64::NAN)),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Some(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::{PointOptions, PointProblemKind, parse_points};
    use crate::crs::Crs;
    use crate::features::UnreadableGeoJson;
    use crate::position::Position;

    const TEXT: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"name":"桥下","acc":"12"},"geometry":{"type":"Point","coordinates":[121.4,31.25]}},
        {"type":"Feature","properties":{"name":"AMap","crs":"gcj02"},"geometry":{"type":"Point","coordinates":[121.4,31.25,4]}},
        {"type":"Feature","properties":{},"geometry":null},
        {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[121.4,31.2],[121.5,31.3]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[31.25,121.4]}},
        {"type":"Feature","properties":{"crs":"local"},"geometry":{"type":"Point","coordinates":[121.4,31.25]}},
        {"type":"Feature","properties":{"acc":-3},"geometry":{"type":"Point","coordinates":[121.4,31.25]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[121.4]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":"here"}},
        7]}"#;

    #[test]
    fn points_become_rows_and_everything_else_is_named() {
        let options = PointOptions {
            crs: Crs::Wgs84,
            crs_property: Some("crs".to_owned()),
            accuracy_property: Some("acc".to_owned()),
        };
        let points = parse_points(TEXT, &options).unwrap();
        let [first, second] = points.rows.as_slice() else {
            panic!("{:?}", points.rows)
        };
        assert_eq!(first.position, Position::new(121.4, 31.25).unwrap());
        assert_eq!(first.declared.accuracy_m, Some(12.0));
        assert_eq!(first.properties.get("name").unwrap(), "桥下");
        assert_eq!(second.declared.crs, Some(Crs::Gcj02));
        assert!(second.position.distance_to(first.position).as_f64() > 400.0);

        let named: Vec<(usize, &str)> = points
            .problems
            .iter()
            .map(|problem| (problem.feature, problem.member.as_str()))
            .collect();
        assert_eq!(
            named,
            [
                (2, "geometry"),
                (3, "geometry"),
                (4, "geometry.coordinates"),
                (5, "properties.crs"),
                (6, "properties.acc"),
                (7, "geometry"),
                (8, "geometry"),
                (9, "geometry"),
            ]
        );
        assert_eq!(
            points.problems.get(1).unwrap().kind,
            PointProblemKind::NotAPoint("LineString".to_owned())
        );
    }

    #[test]
    fn what_is_no_collection_is_refused_as_a_whole() {
        let read = |text: &str| parse_points(text, &PointOptions::default()).unwrap_err();
        assert!(matches!(
            read("{\"type\":"),
            UnreadableGeoJson::NotJson { line: 1, .. }
        ));
        assert!(matches!(
            read("{\"type\":\"Feature\"}"),
            UnreadableGeoJson::NotAFeatureCollection { .. }
        ));
        assert_eq!(
            read("{\"type\":\"FeatureCollection\"}"),
            UnreadableGeoJson::NoFeatures
        );
    }
}
