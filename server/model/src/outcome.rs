//! Outcomes: what came of a visit, for each subject. There is no "moved on".

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::closed_list::closed_list;
use crate::time::Instant;

closed_list! {
    /// The closed list of outcomes.
    OutcomeKind {
        /// Came along: station, shelter, home.
        Accepted = "accepted",
        /// Took things, stayed.
        StreetAid = "street_aid",
        /// Declined help.
        Refused = "refused",
        /// Taken to treatment.
        Treated = "treated",
        /// Handed to the police.
        Police = "police",
        /// A minor handed over.
        MinorHandOver = "minor_hand_over",
        /// Another district took over.
        OtherDistrict = "other_district",
        /// Nobody found.
        NotFound = "not_found",
        /// Not a subject of rescue.
        NotASubject = "not_a_subject",
        /// The same as another report.
        Duplicate = "duplicate",
        /// Death or serious injury.
        DeathOrInjury = "death_or_injury",
    }
}

closed_list! {
    /// The finer word of an outcome; each belongs to one kind.
    OutcomeDetail {
        /// accepted: rescue station.
        Station = "station",
        /// accepted: shelter.
        Shelter = "shelter",
        /// accepted: returned home.
        ReturnedHome = "returned_home",
        /// accepted: fetched by family or home town.
        Fetched = "fetched",
        /// refused: work.
        Work = "work",
        /// refused: belongings.
        Belongings = "belongings",
        /// refused: registration.
        Registration = "registration",
        /// refused: will not return home.
        WillNotReturn = "will_not_return",
        /// refused: distrust.
        Distrust = "distrust",
        /// refused: drink or rules.
        DrinkOrRules = "drink_or_rules",
        /// refused: companion or pet.
        CompanionOrPet = "companion_or_pet",
        /// refused: unwell.
        Unwell = "unwell",
        /// refused: another reason.
        Other = "other",
        /// treated: ambulance.
        Ambulance120 = "120",
        /// treated: hospital.
        Hospital = "hospital",
        /// treated: psychiatric.
        Psychiatric = "psychiatric",
        /// police: lost.
        Lost = "lost",
        /// police: trafficking.
        Trafficking = "trafficking",
        /// police: offence.
        Offence = "offence",
        /// police: danger.
        Danger = "danger",
        /// not found: no trace.
        NoTrace = "no_trace",
        /// not found: items only.
        ItemsOnly = "items_only",
        /// not found: place unclear.
        PlaceUnclear = "place_unclear",
        /// not found: could not be reached.
        Unreachable = "unreachable",
    }
}

impl OutcomeKind {
    /// The details that may stand with this kind.
    pub const fn details(self) -> &'static [OutcomeDetail] {
        use OutcomeDetail as D;
        match self {
            Self::Accepted => &[D::Station, D::Shelter, D::ReturnedHome, D::Fetched],
            Self::Refused => &[
                D::Work,
                D::Belongings,
                D::Registration,
                D::WillNotReturn,
                D::Distrust,
                D::DrinkOrRules,
                D::CompanionOrPet,
                D::Unwell,
                D::Other,
            ],
            Self::Treated => &[D::Ambulance120, D::Hospital, D::Psychiatric],
            Self::Police => &[D::Lost, D::Trafficking, D::Offence, D::Danger],
            Self::NotFound => &[D::NoTrace, D::ItemsOnly, D::PlaceUnclear, D::Unreachable],
            Self::StreetAid
            | Self::MinorHandOver
            | Self::OtherDistrict
            | Self::NotASubject
            | Self::Duplicate
            | Self::DeathOrInjury => &[],
        }
    }

    /// Whether a receiver has to be confirmed before the subject is closed.
    pub const fn needs_receiver(self) -> bool {
        match self {
            Self::Accepted
            | Self::Treated
            | Self::Police
            | Self::MinorHandOver
            | Self::OtherDistrict => true,
            Self::StreetAid
            | Self::Refused
            | Self::NotFound
            | Self::NotASubject
            | Self::Duplicate
            | Self::DeathOrInjury => false,
        }
    }

    /// Whether it closes its subject at once.
    pub const fn closes(self) -> bool {
        match self {
            Self::NotASubject | Self::Duplicate | Self::DeathOrInjury => true,
            Self::Accepted
            | Self::Treated
            | Self::Police
            | Self::MinorHandOver
            | Self::OtherDistrict
            | Self::StreetAid
            | Self::Refused
            | Self::NotFound => false,
        }
    }
}

closed_list! {
    /// Whether somebody can decide for themself.
    Capacity {
        /// Has it.
        Has = "has",
        /// Lacks it.
        Lacks = "lacks",
        /// Unclear.
        Unclear = "unclear",
    }
}

closed_list! {
    /// Who decides an action against a refusal. Anything else is `basis_not_yours`.
    Decider {
        /// 公安
        Police = "police",
        /// 卫生健康
        Health = "health",
        /// 民政
        CivilAffairs = "civil_affairs",
        /// 120
        Ambulance = "120",
    }
}

/// Things given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What.
    pub name: String,
    /// How many.
    pub n: u32,
}

/// The legal ground of an action against a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// Why: `danger_with_mental_disorder`, `emergency_treatment`, `harm_to_minor`, or other words.
    pub ground: String,
    /// The article of the law.
    pub article: String,
    /// Who decides; a word of [`Decider`], anything else is refused.
    pub decided_by: String,
}

/// A named person of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedPerson {
    /// The organisation.
    pub organisation: String,
    /// The name.
    pub name: String,
}

/// To whom somebody was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandedTo {
    /// The organisation.
    pub organisation: String,
    /// The name of who took over.
    pub name: String,
    /// When.
    #[serde(default)]
    pub at: Option<Instant>,
    /// When the receiver confirmed.
    #[serde(default)]
    pub confirmed_at: Option<Instant>,
}

/// One outcome of a visit, as recorded. The note travels apart: it is a personal field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What.
    pub outcome: OutcomeKind,
    /// More finely.
    #[serde(default)]
    pub detail: Option<OutcomeDetail>,
    /// For which subjects; empty means all.
    #[serde(default)]
    pub subjects: Vec<u32>,
    /// How many people were met.
    #[serde(default)]
    pub n_met: Option<u32>,
    /// What was offered: `station`, `quilt`, …
    #[serde(default)]
    pub offered: Vec<String>,
    /// Whether the person was informed.
    #[serde(default)]
    pub informed: bool,
    /// Whether a card with ways to ask for help was left.
    #[serde(default)]
    pub card_left: bool,
    /// What was given.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The ground of an action against a refusal.
    #[serde(default)]
    pub legal_basis: Option<LegalBasis>,
    /// Capacity to decide.
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// Who assessed.
    #[serde(default)]
    pub assessed_by: Option<NamedPerson>,
    /// The ladder of a search.
    #[serde(default)]
    pub searched: Vec<String>,
    /// To whom.
    #[serde(default)]
    pub handed_to: Option<HandedTo>,
    /// When it was reached; absent means now.
    #[serde(default)]
    pub at: Option<Instant>,
}
