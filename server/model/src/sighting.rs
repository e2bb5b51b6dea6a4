//! A sighting: one report of a person at a place and time. Immutable once accepted; what is learnt later is an addition.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::actor::Role;
use crate::id::{AccountName, CaseId, JurisdictionCode, PlaceId, RecordId, SightingId, UnitId};
use crate::reason::Reason;
use crate::sign::{Doubt, Source};
use crate::time::Instant;

/// What is kept of a sighting beside its erasable details (same record id as the sighting's).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// Its id; also its record and its command.
    pub id: SightingId,
    /// The case it was given to when accepted: its home.
    pub case_id: CaseId,
    /// Who reported.
    pub reporter: AccountName,
    /// In which role.
    pub reporter_role: Role,
    /// The reporter's unit, if a patrol.
    pub unit: Option<UnitId>,
    /// Where the report came from.
    pub source: Source,
    /// The ticket number of the other system.
    pub source_ref: Option<String>,
    /// By when the other system wants an answer.
    pub reply_by: Option<Instant>,
    /// When it was seen, corrected for a wrong clock.
    pub seen_at: Instant,
    /// When the device wrote it down.
    pub recorded_at: Option<Instant>,
    /// When the server accepted it.
    pub accepted_at: Instant,
    /// The sighting's own street.
    pub jurisdiction: Jurisdicted,
    /// How many people were seen.
    pub n_people: u32,
    /// That many or more.
    pub more_people: bool,
    /// The place of the gazetteer, if chosen.
    pub place_id: Option<PlaceId>,
    /// What is doubted.
    pub doubts: Vec<Doubt>,
    /// Whether it was made without signal.
    pub offline: bool,
    /// The device's own count.
    pub device_seq: Option<u64>,
    /// Whether it is a drill.
    pub drill: bool,
    /// Whether it is history: known places and figures, no tasks.
    pub history: bool,
    /// Whether it joined its case by itself.
    pub merged: bool,
    /// Calls to 120 and 110 that were made already.
    #[serde(default)]
    pub emergency_calls_made: Vec<EmergencyCall>,
    /// Cases that may be the same.
    pub may_duplicate: Vec<Suggestion>,
    /// Additions, in their order.
    #[serde(default)]
    pub additions: Vec<Addition>,
    /// Who answered the other system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
}

impl Sighting {
    /// Whether another system sent it and wants to hear what came of it.
    pub const fn wants_reply(&self) -> bool {
        self.source_ref.is_some() || self.reply_by.is_some()
    }
}

/// The answer to the other system's ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Under which account it was taken down.
    pub by: AccountName,
    /// Who answered.
    pub name: String,
    /// When.
    pub at: Instant,
}

/// A street, and whether it is only the nearest guess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jurisdicted {
    /// The street; absent when nothing is known about streets here at all.
    pub code: JurisdictionCode,
    /// Whether it is a guess that a person has to confirm.
    pub guessed: bool,
    /// Other streets within 100 m: both sides get the duplicate suggestion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_near: Vec<JurisdictionCode>,
}

/// A case that may be about the same person. Distance, bands and place stand in the quoted facts of its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The case.
    pub case_id: CaseId,
    /// 0 to 1.
    pub score: f64,
    /// Its last sighting.
    pub seen_at: Instant,
    /// How many people.
    pub n_people: u32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What the reporter answered.
    #[serde(default)]
    pub answer: Option<SameAnswer>,
}

crate::closed_list::closed_list! {
    /// The reporter's answer to `may_duplicate`.
    SameAnswer {
        /// The same person.
        Same = "same",
        /// Another person.
        Another = "another",
        /// Not sure.
        Unsure = "unsure",
    }
}

/// What was learnt later. Its signs, place and bands are the details of its own record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addition {
    /// Its record.
    pub id: RecordId,
    /// Who.
    pub by: AccountName,
    /// When accepted.
    pub at: Instant,
    /// A corrected number of people.
    pub n_people: Option<u32>,
    /// The place of the gazetteer, if chosen.
    pub place_id: Option<PlaceId>,
    /// Why, as `slip` for a glove that slipped.
    pub reason: Option<String>,
    /// How many P0 signs it took back within the time for it.
    pub n_signs_withdrawn: u32,
}

/// A call to 120 or 110.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyCall {
    /// `120` or `110`.
    pub number: String,
    /// Who called.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// Free facts beside an event, for the timeline.
pub type Facts = std::collections::BTreeMap<String, Value>;
