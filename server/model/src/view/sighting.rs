//! Sightings as they are shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Role;
use crate::id::{AccountName, CaseId, RecordId, SightingId, UnitId};
use crate::sighting::SameAnswer;
use crate::sign::{AgeBand, Doubt, Sex, Sign, Source};
use crate::view::place::{PlaceWordsView, PositionView, StreetView};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

/// One report with what was learnt later. Erased values are absent and `details_erased` is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SightingView {
    /// Its id.
    pub id: SightingId,
    /// The case that it was given to.
    pub case_id: CaseId,
    /// Seen, corrected for a wrong clock.
    pub seen_at: Stamp,
    /// Written down by the device.
    pub recorded_at: Option<Stamp>,
    /// Accepted by the server.
    pub accepted_at: Stamp,
    /// By which account.
    pub reporter: AccountName,
    /// In which role.
    pub reporter_role: Role,
    /// Of which unit.
    pub unit: Option<UnitId>,
    /// From where.
    pub source: Source,
    /// The other system's ticket.
    pub source_ref: Option<String>,
    /// The other system's time for an answer.
    pub reply_by: Option<Stamp>,
    /// When the other system was answered.
    pub answered_at: Option<Stamp>,
    /// Who answered it.
    pub answered_by: Option<String>,
    /// Its own street.
    pub jurisdiction: StreetView,
    /// Where.
    pub position: Option<PositionView>,
    /// Where, in words.
    pub place: Option<PlaceWordsView>,
    /// What was seen, additions not counted.
    pub signs: Vec<Sign>,
    /// How many people.
    pub n_people: u32,
    /// That many or more.
    pub more_people: bool,
    /// What was seen of the people.
    pub description: Option<DescriptionView>,
    /// What is doubted.
    pub doubts: Vec<Doubt>,
    /// Made without signal.
    pub offline: bool,
    /// A drill.
    pub drill: bool,
    /// Imported history.
    pub history: bool,
    /// Whether it joined its case by itself.
    pub merged: bool,
    /// Calls to 120 and 110 that were made already.
    pub emergency_calls: Vec<EmergencyCallView>,
    /// Cases that may be the same.
    pub may_duplicate: Vec<SuggestionView>,
    /// What was learnt later.
    pub additions: Vec<AdditionView>,
    /// Whether its details were forgotten.
    pub details_erased: bool,
}

/// What another system that sent a report waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplyView {
    /// The report.
    pub sighting_id: SightingId,
    /// From where.
    pub source: Source,
    /// The other system's ticket.
    pub source_ref: Option<String>,
    /// The other system's time for an answer.
    pub reply_by: Option<Stamp>,
    /// When it was answered.
    pub answered_at: Option<Stamp>,
    /// Who answered it.
    pub answered_by: Option<String>,
}

/// What was seen of the people, in bands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DescriptionView {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age.
    pub age_band: Option<AgeBand>,
}

/// What was learnt later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AdditionView {
    /// Its id.
    pub id: RecordId,
    /// By whom.
    pub by: AccountName,
    /// When.
    pub at: Stamp,
    /// Signs seen now.
    pub signs_added: Vec<Sign>,
    /// Signs taken back.
    pub signs_withdrawn: Vec<Sign>,
    /// A corrected number.
    pub n_people: Option<u32>,
    /// A better position.
    pub position: Option<PositionView>,
    /// A place.
    pub place: Option<PlaceWordsView>,
    /// Bands.
    pub description: Option<DescriptionView>,
    /// Why.
    pub reason: Option<String>,
}

/// A case that may be about the same person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SuggestionView {
    /// The case.
    pub case_id: CaseId,
    /// 0 to 1.
    pub score: f64,
    /// Metres.
    pub distance_m: Option<f64>,
    /// Its last sighting.
    pub seen_at: Stamp,
    /// How many people.
    pub n_people: u32,
    /// Sex as seen.
    pub sex: Option<Sex>,
    /// Age as a band.
    pub age_band: Option<AgeBand>,
    /// Where, in words.
    pub place: Option<String>,
    /// What the reporter answered.
    pub answer: Option<SameAnswer>,
    /// Why.
    pub reasons: Vec<ReasonView>,
}

/// A call to 120 or 110.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmergencyCallView {
    /// `120` or `110`.
    pub number: String,
    /// Who called.
    pub by: String,
    /// When.
    pub at: Stamp,
}
