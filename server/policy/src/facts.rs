//! Everything a rule may know. Facts are measured by the core and handed in; no rule looks anything up.
//! A missing fact is never safer than a known one.

use std::collections::BTreeSet;

use model::grade::{Level, Priority, Tier};
use model::id::{JurisdictionCode, UnitId};
use model::sign::{AgeBand, Sex, Sign};
use model::time::{Instant, Span};

/// What one sighting, with its additions, says about the people there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SightingFacts {
    /// Every sign given, additions included.
    pub signs: BTreeSet<Sign>,
    /// Signs taken back in time by the reporter: judged as if not given.
    pub withdrawn: BTreeSet<Sign>,
    /// How many people were seen; 0 means nobody.
    pub n_people: u32,
    /// The age band that was described.
    pub age_band: AgeBand,
}

/// What the priority of a case is judged from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityFacts {
    /// All its sightings.
    pub sightings: Vec<SightingFacts>,
    /// The colour of its street.
    pub area: Level,
    /// Nights running in which the person (without a person: the case) was seen, the newest included.
    pub n_nights_running: u32,
    /// Refusals of the person (without a person: of the case) since the street was last without colour.
    pub n_refusals_under_warning: u32,
}

/// What the tier of a case is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierFacts {
    /// The priority without what rests on history and refusal alone.
    pub priority_asked: Priority,
    /// The colour of its street.
    pub area: Level,
    /// The tier already reached; only a named person lowers it.
    pub reached: Option<Tier>,
}

/// What a step of a case ladder is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepFacts {
    /// Which step.
    pub step: crate::deadline::Step,
    /// The priority of the case.
    pub priority: Priority,
    /// Its tier now.
    pub tier: Tier,
    /// Whether a unit has, or is offered, the task; without one the street's duty stands for its leader.
    pub has_unit: bool,
}

/// A deadline that a re-grade may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineFacts {
    /// Due.
    pub by: Instant,
    /// When its three steps fire, or fired.
    pub steps: [Instant; 3],
    /// How many of them have fired, in order.
    pub n_fired: usize,
    /// The length it was made with.
    pub length: Span,
}

/// One of two sides that may be about the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct SideFacts {
    /// What the reporter took the sex to be.
    pub sex: Sex,
    /// Age band.
    pub age_band: AgeBand,
    /// How many people.
    pub n_people: u32,
    /// That many or more.
    pub more_people: bool,
    /// Accuracy of the position in metres, if known.
    pub accuracy_m: Option<f64>,
    /// Every sign of this side.
    pub signs: BTreeSet<Sign>,
    /// Its street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// Whether it is a drill.
    pub drill: bool,
}

/// What two sides are compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchFacts {
    /// The new sighting.
    pub sighting: SideFacts,
    /// The case, or one sighting of it.
    pub case: SideFacts,
    /// Metres between them.
    pub distance_m: f64,
    /// Time between them.
    pub apart: Span,
    /// Whether either position is doubted; then it is used for no duplicate.
    pub position_doubted: bool,
}

/// What the owning street of a sighting is judged from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JurisdictionFacts {
    /// The owner of the place that was chosen.
    pub place_owner: Option<JurisdictionCode>,
    /// The street whose boundary holds the point.
    pub holding: Option<JurisdictionCode>,
    /// The nearest street, when no boundary holds the point or there are no boundaries.
    pub nearest: Option<JurisdictionCode>,
    /// The reporter's own street.
    pub reporter_street: Option<JurisdictionCode>,
    /// Whether the position is doubted; then it is not used.
    pub position_doubted: bool,
    /// Other streets whose border is near, with the metres to it.
    pub near: Vec<(JurisdictionCode, f64)>,
}

/// What the doubts about a report are judged from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DoubtFacts {
    /// When it was seen, as the device said.
    pub seen_at: Instant,
    /// When the server took it.
    pub now: Instant,
    /// Whether a position was given.
    pub has_position: bool,
    /// Its accuracy in metres, if known.
    pub accuracy_m: Option<f64>,
    /// Whether a place was named or chosen.
    pub has_place: bool,
    /// Whether the point lies under a bridge deck.
    pub under_deck: bool,
    /// Metres from the nearest boundary of the district when the point lies outside all of them; 0 inside. Absent
    /// without boundaries.
    pub outside_district_m: Option<f64>,
    /// Metres to the nearest street centre, where there are no boundaries.
    pub nearest_centre_m: Option<f64>,
    /// Metres a second since the reporter's last good position.
    pub speed_m_per_s: Option<f64>,
}

/// What is known about one unit when somebody has to be sent.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, measured apart"
)]
pub struct UnitFacts {
    /// The unit.
    pub id: UnitId,
    /// Its street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// Whether its shift runs.
    pub on_shift: bool,
    /// Whether it has missed a check-in or raised panic.
    pub in_trouble: bool,
    /// Whether it has a vehicle.
    pub has_vehicle: bool,
    /// Its skills.
    pub skills: BTreeSet<String>,
    /// Its languages.
    pub languages: BTreeSet<String>,
    /// Tasks under way: accepted, departed or arrived; self-made visits are not counted.
    pub n_under_way: usize,
    /// Tasks offered to it.
    pub n_offered: usize,
    /// The most urgent priority and whether on site, of what is under way.
    pub under_way: Option<UnderWay>,
    /// Metres from its newest position, and how old that is.
    pub position: Option<(f64, Span)>,
    /// Metres from its post: the centre of its street, or its station.
    pub post_distance_m: Option<f64>,
    /// Whether it was offered, or returned, this very work before.
    pub had_it_before: bool,
}

/// What a unit is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// Priority of the case.
    pub priority: Priority,
    /// Whether the unit is on site.
    pub on_site: bool,
    /// Whether the unit made the visit for itself.
    pub self_made: bool,
}

/// What the choice of a unit is judged from.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentFacts {
    /// Priority of the case.
    pub priority: Priority,
    /// Its street.
    pub jurisdiction: JurisdictionCode,
    /// Skills that are needed.
    pub skills: BTreeSet<String>,
    /// A language that is needed.
    pub language: Option<String>,
    /// Every unit.
    pub units: Vec<UnitFacts>,
}

/// What the place of a case in the waiting list is judged from. Most urgent first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitingFacts {
    /// Priority.
    pub priority: Priority,
    /// How many signs make it worse: wet clothing, no bedding, intoxicated.
    pub n_exposure_signs: usize,
    /// Since when it waits.
    pub since: Instant,
    /// Metres from who asks, if known.
    pub distance_m: Option<f64>,
}

/// What the next visit is judged from.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisitFacts {
    /// Now: when the outcome was reached, or the colour changed.
    pub now: Instant,
    /// The colour of the street.
    pub area: Level,
    /// The priority of the case.
    pub priority: Priority,
    /// The latest outcome.
    pub latest: model::outcome::OutcomeKind,
    /// Visits in a row that found nobody, the latest included.
    pub n_not_found: u32,
    /// Whether help was ever refused in this case.
    pub ever_refused: bool,
    /// When offers were declined, in any order.
    pub declined: Vec<Instant>,
    /// When the person was seen before.
    pub seen: Vec<Instant>,
}

/// What the care of one person of special concern is judged from.
#[derive(Clone, Debug, PartialEq)]
pub struct CareFacts {
    /// Now.
    pub now: Instant,
    /// The colour of the street.
    pub area: Level,
    /// Visits that met the person, in any order.
    pub visits: Vec<Instant>,
    /// Since when the person is of special concern.
    pub since: Instant,
    /// When the person was seen before.
    pub seen: Vec<Instant>,
}
