//! Background that is imported or entered: streets, places, units, departments, resources; and shifts and holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spatial::position::Position;

use crate::closed_list::closed_list;
use crate::grade::Level;
use crate::id::{
    AccountName, CaseId, DepartmentId, HoldId, JurisdictionCode, PlaceId, ResourceId, TaskId,
    UnitId,
};
use crate::sign::PlaceLevel;
use crate::time::Instant;

/// A street or town.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// Its code.
    pub code: JurisdictionCode,
    /// Its name.
    pub name: String,
    /// A point for its label; also what 'nearest street' means without boundaries.
    #[serde(default)]
    pub centre: Option<Position>,
    /// Streets whose border is within 200 m.
    #[serde(default)]
    pub neighbours: Vec<JurisdictionCode>,
}

/// A named spot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// How high or low.
    #[serde(default)]
    pub level: Option<PlaceLevel>,
    /// What kind of place: `bridge`, `station_exit`, `park`, …
    #[serde(default)]
    pub kind: Option<String>,
    /// Who owns it.
    #[serde(default)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Where.
    #[serde(default)]
    pub position: Option<Position>,
    /// Usual hours in words.
    #[serde(default)]
    pub hours: Option<String>,
    /// Whether it is looked at every night.
    #[serde(default)]
    pub key: bool,
}

/// What the core keeps of a place beside its entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceLooks {
    /// The last look.
    #[serde(default)]
    pub looked_at: Option<Instant>,
    /// By which unit.
    #[serde(default)]
    pub looked_by: Option<UnitId>,
    /// Looks in all.
    #[serde(default)]
    pub n_looked: u32,
    /// The newest looks, oldest first.
    #[serde(default)]
    pub looks: Vec<Look>,
}

/// One look at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: Instant,
    /// By which unit.
    #[serde(default)]
    pub unit: Option<UnitId>,
}

/// A patrol that can be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Its street.
    #[serde(default)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// `team`, `person`, `vehicle`, …
    #[serde(default)]
    pub kind: Option<String>,
    /// How many people.
    #[serde(default)]
    pub n_people: Option<u32>,
    /// What it drives.
    #[serde(default)]
    pub vehicle: Option<String>,
    /// Skills.
    #[serde(default)]
    pub skills: BTreeSet<String>,
    /// Languages.
    #[serde(default)]
    pub languages: BTreeSet<String>,
    /// Planned shift as clock times `HH:MM`; equal = all day.
    #[serde(default)]
    pub shift_start: Option<String>,
    /// End of the planned shift.
    #[serde(default)]
    pub shift_end: Option<String>,
}

/// A running shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The unit.
    pub unit: UnitId,
    /// By which account.
    pub by: AccountName,
    /// Started.
    pub started_at: Instant,
    /// Planned end.
    #[serde(default)]
    pub ends_at: Option<Instant>,
    /// The next check-in of a lone worker.
    #[serde(default)]
    pub check_in_by: Option<Instant>,
    /// Whether the last check-in was missed and told.
    #[serde(default)]
    pub check_in_missed: bool,
    /// Panic raised at.
    #[serde(default)]
    pub panic_at: Option<Instant>,
    /// Ended.
    #[serde(default)]
    pub ended_at: Option<Instant>,
}

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// Its kind: `police`, `street`, …
    #[serde(default)]
    pub kind: Option<String>,
    /// Its streets; empty = all.
    #[serde(default)]
    pub jurisdictions: Vec<JurisdictionCode>,
}

closed_list! {
    /// Whether a resource is open.
    ResourceOpen {
        /// Open as usual.
        Open = "open",
        /// Closed.
        Closed = "closed",
        /// 应开放·未确认
        ShouldBeOpen = "should_be_open_unconfirmed",
    }
}

/// A rescue resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// `rescue_station`, `shelter`, `hospital`, `charity_supermarket`, `adviser_station`.
    pub kind: String,
    /// Where.
    #[serde(default)]
    pub position: Option<Position>,
    /// Hours in words.
    #[serde(default)]
    pub hours: Option<String>,
    /// Beds.
    #[serde(default)]
    pub beds: Option<u32>,
    /// Beds for women.
    #[serde(default)]
    pub beds_women: Option<u32>,
    /// Room for belongings.
    #[serde(default)]
    pub storage: Option<bool>,
    /// Pets may stay.
    #[serde(default)]
    pub pets: Option<bool>,
    /// Guests may come and go outside the usual hours.
    #[serde(default)]
    pub late_exit: Option<bool>,
    /// The colour that should open it.
    #[serde(default)]
    pub opens_at_level: Option<Level>,
    /// The department that keeps it.
    #[serde(default)]
    pub keeper: Option<DepartmentId>,
    /// Telephone; empty until the district enters it.
    #[serde(default)]
    pub phone: Option<String>,
}

/// What changes about a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceState {
    /// Open, closed or should be open.
    pub open: ResourceOpen,
    /// Free beds as last said.
    #[serde(default)]
    pub beds_free: Option<u32>,
    /// When it was said.
    #[serde(default)]
    pub said_at: Option<Instant>,
    /// Guests inside who have not chosen where to go.
    #[serde(default)]
    pub n_guests: u32,
    /// A fall of colour does not close it before this.
    #[serde(default)]
    pub stays_open_until: Option<Instant>,
    /// The keeper's task to open it, while it should be open and is not confirmed.
    #[serde(default)]
    pub task_id: Option<TaskId>,
}

/// Beds held until somebody arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// Where.
    pub resource: ResourceId,
    /// For which case.
    pub case_id: CaseId,
    /// How many.
    pub n: u32,
    /// Until.
    pub until: Instant,
    /// By whom.
    pub by: AccountName,
    /// How it ended.
    #[serde(default)]
    pub ended: Option<HoldEnd>,
}

closed_list! {
    /// How a hold ended.
    HoldEnd {
        /// They came.
        Arrived = "arrived",
        /// Given back.
        Released = "released",
        /// Nobody came in time.
        Lapsed = "lapsed",
    }
}
