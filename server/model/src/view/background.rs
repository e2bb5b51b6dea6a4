//! Background: streets, places, units, departments, resources, beds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::background::ResourceOpen;
use crate::grade::Level;
use crate::id::{DepartmentId, HoldId, JurisdictionCode, PlaceId, ResourceId, UnitId};
use crate::sign::PlaceLevel;
use crate::view::place::PositionView;
use crate::view::stamp::Stamp;

/// A street or town.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JurisdictionView {
    /// Its code.
    pub code: JurisdictionCode,
    /// Its name.
    pub name: String,
    /// A point for its label.
    pub centre: Option<PositionView>,
    /// Streets beside it.
    pub neighbours: Vec<JurisdictionCode>,
}

/// A named spot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceView {
    /// Its id.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// How high or low.
    pub level: Option<PlaceLevel>,
    /// What kind of place.
    pub kind: Option<String>,
    /// Who owns it.
    pub jurisdiction: Option<JurisdictionCode>,
    /// Where.
    pub position: Option<PositionView>,
    /// Usual hours in words.
    pub hours: Option<String>,
    /// Whether it is looked at every night.
    pub key: bool,
    /// The last look.
    pub looked_at: Option<Stamp>,
}

/// A patrol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    /// Its id.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Its street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// `team`, `person`, …
    pub kind: Option<String>,
    /// How many people.
    pub n_people: Option<u32>,
    /// What it drives.
    pub vehicle: Option<String>,
    /// Skills.
    pub skills: BTreeSet<String>,
    /// Languages.
    pub languages: BTreeSet<String>,
    /// Planned shift.
    pub shift_start: Option<String>,
    /// Planned shift.
    pub shift_end: Option<String>,
    /// The running shift.
    pub shift: Option<ShiftView>,
    /// The newest position, for those who may see it; never on the feed of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<UnitPositionView>,
}

/// A running shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShiftView {
    /// Started.
    pub started_at: Stamp,
    /// Planned end.
    pub ends_at: Option<Stamp>,
    /// The next check-in of a lone worker.
    pub check_in_by: Option<Stamp>,
    /// Whether the last check-in was missed.
    pub check_in_missed: bool,
    /// Panic raised.
    pub panic_at: Option<Stamp>,
}

/// The newest position of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitPositionView {
    /// The unit.
    pub unit: UnitId,
    /// Where.
    pub position: PositionView,
    /// When the fix was made.
    pub at: Stamp,
    /// When the server last received any position of the unit, an older fix included.
    pub heard_at: Stamp,
}

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DepartmentView {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Its streets; empty = all.
    pub jurisdictions: Vec<JurisdictionCode>,
}

/// A rescue resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResourceView {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Where.
    pub position: Option<PositionView>,
    /// Hours in words.
    pub hours: Option<String>,
    /// Beds.
    pub beds: Option<u32>,
    /// Beds for women.
    pub beds_women: Option<u32>,
    /// Room for belongings.
    pub storage: Option<bool>,
    /// Pets may stay.
    pub pets: Option<bool>,
    /// Guests may come and go outside the usual hours.
    pub late_exit: Option<bool>,
    /// The colour that should open it.
    pub opens_at_level: Option<Level>,
    /// Who keeps it.
    pub keeper: Option<DepartmentId>,
    /// Telephone.
    pub phone: Option<String>,
    /// Open, closed, should be open; absent when nobody has said.
    pub open: Option<ResourceOpen>,
    /// Free beds as last said, without those that are held.
    pub beds_free: Option<u32>,
    /// Beds held.
    pub beds_held: u32,
    /// When that was said.
    pub said_at: Option<Stamp>,
    /// Guests inside who have not chosen where to go.
    pub n_guests: u32,
    /// A fall of colour does not close it before this.
    pub stays_open_until: Option<Stamp>,
    /// Whether it may be recommended now: confirmed open, not full.
    pub recommended: bool,
    /// Running holds.
    pub holds: Vec<HoldView>,
}

/// Beds held until somebody arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    /// Its id.
    pub id: HoldId,
    /// Where.
    pub resource: ResourceId,
    /// How many.
    pub n: u32,
    /// Until.
    pub until: Stamp,
}
