//! GeoJSON text taken apart into features (RFC 7946), so that a broken feature does not hide the others.

use serde_json::{Map, Value};

/// Why a text is no collection of features at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableGeoJson {
    /// The text is no JSON.
    #[error("not JSON: line {line}, column {column}: {message}")]
    NotJson {
        /// The line of the first mistake, from 1.
        line: usize,
        /// The column of the first mistake, from 1.
        column: usize,
        /// What the reader expected there.
        message: String,
    },
    /// The JSON is something else.
    #[error("not a GeoJSON FeatureCollection: its \"type\" is {found}")]
    NotAFeatureCollection {
        /// What stands under `type`.
        found: String,
    },
    /// The collection has no list of features.
    #[error("the FeatureCollection has no array \"features\"")]
    NoFeatures,
}

/// A feature before anyone asked whether it is any good.
pub(crate) struct Feature {
    pub(crate) properties: Map<String, Value>,
    pub(crate) geometry: Option<Value>,
}

/// The features of a collection.
pub(crate) struct Collection {
    pub(crate) features: Vec<Feature>,
    /// The name of a coordinate system in the obsolete member `crs`, if there is one.
    pub(crate) named_crs: Option<String>,
}

impl Collection {
    pub(crate) fn read(text: &str) -> Result<Collection, UnreadableGeoJson> {
        // Files from Windows programs begin with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut root: Value =
            serde_json::from_str(text).map_err(|error| UnreadableGeoJson::NotJson {
                line: error.line(),
                column: error.column(),
                message: error.to_string(),
            })?;
        let found = root.get("type").cloned().unwrap_or(Value::Null);
        if found.as_str() != Some("FeatureCollection") {
            return Err(UnreadableGeoJson::NotAFeatureCollection {
                found: found.to_string(),
            });
        }
        let named_crs = root
            .pointer("/crs/properties/name")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let Some(Value::Array(features)) = root.get_mut("features").map(Value::take) else {
            return Err(UnreadableGeoJson::NoFeatures);
        };
        let features = features.into_iter().map(Feature::from_value).collect();
        Ok(Collection {
            features,
            named_crs,
        })
    }
}

impl Feature {
    fn from_value(mut value: Value) -> Feature {
        let properties = match value.get_mut("properties").map(Value::take) {
            Some(Value::Object(properties)) => properties,
            Some(_) | None => Map::new(),
        };
        let geometry = value
            .get_mut("geometry")
            .map(Value::take)
            .filter(|geometry| !geometry.is_null());
        Feature {
            properties,
            geometry,
        }
    }
}
