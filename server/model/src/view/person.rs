//! People without their names: who is due a visit, and the round of a night.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::grade::Priority;
use crate::id::{CaseId, JurisdictionCode, PersonId, PlaceId, TaskId};
use crate::person::NameQuality;
use crate::sign::AgeBand;
use crate::view::place::{PlaceWordsView, PositionView};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

/// A person. No name, no looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    /// Their id; stays valid when joined.
    pub id: PersonId,
    /// How sure the name is.
    pub name_quality: NameQuality,
    /// Age as a band.
    pub age_band: AgeBand,
    /// 特殊关爱对象
    pub special_care: bool,
    /// The person that this one was joined to.
    pub joined_to: Option<PersonId>,
    /// Opened.
    pub opened_at: Stamp,
    /// Cases in which they are a subject.
    pub cases: Vec<CaseId>,
    /// Visits made, oldest first.
    pub visited_at: Vec<Stamp>,
    /// The next visit that is due.
    pub next_due: Option<Stamp>,
    /// The last event that touched them.
    pub seq: u64,
}

/// Somebody who is due a visit: a case in follow-up, or a person of special concern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RevisitRow {
    /// Due.
    pub due_at: Stamp,
    /// `revisit` or `special_care`.
    pub kind: String,
    /// The case.
    pub case_id: Option<CaseId>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// The street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// The priority of the case.
    pub priority: Option<Priority>,
    /// Where, in words.
    pub place: Option<PlaceWordsView>,
    /// Only a look.
    pub look: bool,
    /// The task made for it.
    pub task_id: Option<TaskId>,
    /// For special care: visits that count in the running week.
    pub n_this_week: Option<u32>,
    /// Whether it is overdue at the time asked.
    pub overdue: bool,
    /// Why then.
    pub reasons: Vec<ReasonView>,
}

/// One place of tonight's round: no looks, no names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoundRow {
    /// Its place in the order, from 1.
    pub order: u32,
    /// The place.
    pub place: PlaceId,
    /// Its name.
    pub name: String,
    /// The street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// Where.
    pub position: Option<PositionView>,
    /// Whether it is a key place.
    pub key: bool,
    /// The last look.
    pub looked_at: Option<Stamp>,
    /// Looks since this night began.
    pub n_looked_tonight: u32,
    /// Looks wanted tonight.
    pub n_wanted_tonight: u32,
    /// Sightings there in the last thirty days.
    pub n_sightings: usize,
    /// The usual hour of sightings there, `HH:MM`.
    pub usual_hour: Option<String>,
    /// Open and follow-up cases there.
    pub n_cases: usize,
}
