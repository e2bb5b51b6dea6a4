//! What the core must see and may have to forget: kept by record, sealed under the record's key, never in a body.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spatial::crs::DeclaredPosition;
use spatial::position::Position;

use crate::id::{QuoteId, RecordId};
use crate::sign::{AgeBand, PlaceLevel, Sex, Sign};

/// A position as stored: WGS-84, with what was declared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredPosition {
    /// WGS-84, degrees.
    pub position: Position,
    /// Metres; absent when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// As it came in, when it came in another system than WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<DeclaredPosition>,
}

/// A place in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceWords {
    /// The name that the reporter gave, or the gazetteer's.
    pub name: Option<String>,
    /// How high or low.
    pub level: Option<PlaceLevel>,
}

/// The erasable values of one record (a sighting or an addition).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordDetails {
    /// Where; absent when missing or when a place was named instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<StoredPosition>,
    /// The place in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceWords>,
    /// Signs seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Sign>,
    /// Signs that an addition took back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signs_withdrawn: Vec<Sign>,
    /// Sex as seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Age as a band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_band: Option<AgeBand>,
    /// Facts quoted by reasons.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub quotes: BTreeMap<QuoteId, BTreeMap<String, Value>>,
}

/// The erasable values beside one event, by record.
pub type Details = BTreeMap<RecordId, RecordDetails>;

impl RecordDetails {
    /// Adds what a later event says about the same record; a value that is given replaces, quotes are joined.
    pub fn absorb(&mut self, later: Self) {
        let Self {
            position,
            place,
            signs,
            signs_withdrawn,
            sex,
            age_band,
            quotes,
        } = later;
        if position.is_some() {
            self.position = position;
        }
        if place.is_some() {
            self.place = place;
        }
        if !signs.is_empty() {
            self.signs = signs;
        }
        if !signs_withdrawn.is_empty() {
            self.signs_withdrawn = signs_withdrawn;
        }
        if sex.is_some() {
            self.sex = sex;
        }
        if age_band.is_some() {
            self.age_band = age_band;
        }
        self.quotes.extend(quotes);
    }
}
