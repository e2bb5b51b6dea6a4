//! Where: positions, places in words, streets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{JurisdictionCode, PlaceId};
use crate::sign::PlaceLevel;

/// A position, always WGS-84.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PositionView {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// Metres; absent when unknown.
    pub accuracy_m: Option<f64>,
    /// `wgs84`.
    pub crs: String,
}

/// A place in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceWordsView {
    /// Of the gazetteer.
    pub id: Option<PlaceId>,
    /// Its name.
    pub name: Option<String>,
    /// How high or low.
    pub level: Option<PlaceLevel>,
}

/// A street, and whether it is only guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreetView {
    /// Its code.
    pub code: JurisdictionCode,
    /// Its name.
    pub name: String,
    /// Whether a person has to confirm it.
    pub guessed: bool,
}
