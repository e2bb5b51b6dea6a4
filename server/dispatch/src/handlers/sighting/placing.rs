//! Where and when a report was made, as far as it can be believed: position, place, street, corrected time, doubts.
//! Measures only; what is doubted and who owns it is for `policy` to say.

use model::actor::Role;
use model::background::Place;
use model::command::PlaceBody;
use model::details::{PlaceWords, StoredPosition};
use model::id::{JurisdictionCode, PlaceId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::Jurisdicted;
use model::sign::{Doubt, PlaceLevel};
use model::time::Instant;
use policy::doubt::{ahead_of_clock, corrected_seen_at, doubts};
use policy::facts::{DoubtFacts, JurisdictionFacts};
use policy::jurisdiction::{Owner, border_both_sides_m, both_sides, verdict_for_jurisdiction};
use spatial::crs::DeclaredPosition;
use spatial::labels::Areas;
use spatial::metres::Metres;
use spatial::position::Position;

use crate::draft::Draft;
use crate::handlers::form::{check_name, stored_position};

/// What a sender says about where something is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given<'a> {
    /// A position.
    pub position: Option<&'a DeclaredPosition>,
    /// A place.
    pub place: Option<&'a PlaceBody>,
}

/// When it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// As the device said.
    pub said_at: Instant,
    /// Corrected for the device's clock; figures count from it.
    pub seen_at: Instant,
}

/// Where it is, as far as that can be believed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    /// The position that is stored: the one given, else the one of the chosen place.
    pub position: Option<StoredPosition>,
    /// The place of the gazetteer.
    pub place_id: Option<PlaceId>,
    /// The place in words.
    pub words: Option<PlaceWords>,
    /// What is doubted.
    pub doubts: Vec<Doubt>,
    /// The street.
    pub jurisdiction: Jurisdicted,
}

impl Placed {
    /// The position, if it may be used for distances and duplicates.
    pub(crate) fn trusted_position(&self) -> Option<StoredPosition> {
        if self.doubts.contains(&Doubt::Position) {
            None
        } else {
            self.position
        }
    }
}

/// Corrects the times of a report for the clock of its device. `sent_at` is what that clock said when it sent.
pub(crate) fn seen(draft: &Draft<'_, '_>, said_at: Instant, sent_at: Option<Instant>) -> Seen {
    Seen {
        said_at,
        seen_at: corrected_seen_at(&draft.policy, said_at, sent_at, draft.now()),
    }
}

/// Says where a report is, which street owns it and what is doubted.
///
/// # Errors
/// `nowhere_given` without position and place, `impossible_position`, `text_length`.
pub(crate) fn place(
    draft: &Draft<'_, '_>,
    given: Given<'_>,
    when: Seen,
) -> Result<Placed, Refusal> {
    let fix = given
        .position
        .map(|declared| stored_position(declared, "/position"))
        .transpose()?;
    let named = named(draft, given.place)?;
    if fix.is_none() && !named.is_named() {
        return Err(Refusal::new(RefusalCode::NowhereGiven).at("/position"));
    }
    let mut doubted = doubts(
        &draft.policy,
        &doubt_facts(draft, fix.as_ref(), &named, when),
    );
    if when.said_at.min(draft.now()) != when.seen_at && !doubted.contains(&Doubt::Time) {
        doubted.insert(0, Doubt::Time);
    }
    if named.unknown && !doubted.contains(&Doubt::Place) {
        doubted.push(Doubt::Place);
    }
    let position_doubted = doubted.contains(&Doubt::Position);
    let of_place = named.place.and_then(|place| place.position);
    let point = match fix {
        Some(fix) if !position_doubted => Some(fix.position),
        Some(_) | None => of_place,
    };
    let facts = jurisdiction_facts(draft, point, named.place);
    let jurisdiction = owner(draft, &facts);
    Ok(Placed {
        position: fix.or_else(|| {
            of_place.map(|position| StoredPosition {
                position,
                accuracy_m: None,
                declared: None,
            })
        }),
        place_id: named.place.map(|place| place.id.clone()),
        words: named.words,
        doubts: doubted,
        jurisdiction,
    })
}

/// A place as named by a sender, looked up.
struct Named<'a> {
    place: Option<&'a Place>,
    words: Option<PlaceWords>,
    unknown: bool,
}

impl Named<'_> {
    fn is_named(&self) -> bool {
        self.unknown
            || self.place.is_some()
            || self
                .words
                .as_ref()
                .is_some_and(|words| words.name.is_some())
    }

    fn level(&self) -> Option<PlaceLevel> {
        self.words.as_ref().and_then(|words| words.level)
    }
}

fn named<'a>(draft: &'a Draft<'_, '_>, body: Option<&PlaceBody>) -> Result<Named<'a>, Refusal> {
    let Some(body) = body else {
        return Ok(Named {
            place: None,
            words: None,
            unknown: false,
        });
    };
    if let Some(name) = &body.name {
        check_name(name, "/place/name")?;
    }
    let place = body
        .id
        .as_ref()
        .and_then(|id| draft.tables.places.get(id))
        .map(|place| &**place);
    let name = body.name.clone().or_else(|| place.map(|p| p.name.clone()));
    let level = body.level.or_else(|| place.and_then(|p| p.level));
    Ok(Named {
        unknown: body.id.is_some() && place.is_none(),
        words: (name.is_some() || level.is_some()).then_some(PlaceWords { name, level }),
        place,
    })
}

fn doubt_facts(
    draft: &Draft<'_, '_>,
    fix: Option<&StoredPosition>,
    named: &Named<'_>,
    when: Seen,
) -> DoubtFacts {
    let (mut outside_district_m, mut nearest_centre_m) = (None, None);
    if let Some(fix) = fix {
        match draft.ctx.areas {
            Some(areas @ Areas::Outlined(_)) => {
                outside_district_m = if areas.locate(fix.position).is_some() {
                    Some(0.0)
                } else {
                    areas.nearest(fix.position).map(|(_, m)| m.as_f64())
                };
            }
            Some(areas @ Areas::Labelled(_)) => {
                nearest_centre_m = areas.nearest(fix.position).map(|(_, m)| m.as_f64());
            }
            None => {
                nearest_centre_m = nearest_centre(draft, fix.position).map(|(_, m)| m.as_f64());
            }
        }
    }
    DoubtFacts {
        seen_at: when.said_at,
        now: draft.now(),
        has_position: fix.is_some(),
        accuracy_m: fix.and_then(|fix| fix.accuracy_m),
        has_place: named.is_named(),
        under_deck: named.level() == Some(PlaceLevel::Underside),
        outside_district_m,
        nearest_centre_m,
        speed_m_per_s: fix.and_then(|fix| speed(draft, fix, when)),
    }
}

/// How fast the reporter's unit would have moved since its last position. Clocks agree only to what the policy
/// tolerates, so no less time than that is taken to have passed.
fn speed(draft: &Draft<'_, '_>, fix: &StoredPosition, when: Seen) -> Option<f64> {
    let unit: &UnitId = draft.heading.actor.unit.as_ref()?;
    let last = draft.ctx.positions.newest(unit)?;
    let slack = fix.accuracy_m.unwrap_or(0.0) + last.accuracy_m.unwrap_or(0.0);
    let way_m = (fix.position.distance_to(last.position).as_f64() - slack).max(0.0);
    let passed = when
        .seen_at
        .apart(last.at)
        .max(ahead_of_clock(&draft.policy));
    let ms = i32::try_from(passed.as_ms()).unwrap_or(i32::MAX).max(1);
    Some(way_m * 1_000.0 / f64::from(ms))
}

fn jurisdiction_facts(
    draft: &Draft<'_, '_>,
    point: Option<Position>,
    place: Option<&Place>,
) -> JurisdictionFacts {
    let code = |code: &str| JurisdictionCode::from(code);
    let located = point
        .zip(draft.ctx.areas)
        .and_then(|(at, areas)| areas.locate(at));
    let nearest = point.and_then(|at| match draft.ctx.areas {
        Some(areas) => areas.nearest(at).map(|(name, _)| code(name)),
        None => nearest_centre(draft, at).map(|(name, _)| name),
    });
    let within = Metres::new(border_both_sides_m(&draft.policy)).unwrap_or_default();
    let near = point
        .zip(draft.ctx.areas)
        .map(|(at, areas)| areas.areas_within(at, within));
    JurisdictionFacts {
        place_owner: place.and_then(|place| place.jurisdiction.clone()),
        holding: located.filter(|l| !l.guessed).map(|l| code(l.code)),
        nearest: located
            .filter(|l| l.guessed)
            .map(|l| code(l.code))
            .or(nearest),
        reporter_street: reporter_street(draft),
        position_doubted: false,
        near: near
            .unwrap_or_default()
            .into_iter()
            .map(|(name, metres)| (code(name), metres.as_f64()))
            .collect(),
    }
}

fn owner(draft: &Draft<'_, '_>, facts: &JurisdictionFacts) -> Jurisdicted {
    let (code, guessed) = match verdict_for_jurisdiction(&draft.policy, facts).value {
        Owner::Street { code, guessed } => (code, guessed),
        // The district's own code stands for its command desk; no street has it.
        Owner::CommandDesk => (JurisdictionCode::from(draft.tables.district.as_str()), true),
    };
    Jurisdicted {
        also_near: both_sides(&draft.policy, facts)
            .into_iter()
            .filter(|near| **near != code)
            .cloned()
            .collect(),
        code,
        guessed,
    }
}

/// The street that a reporter belongs to: their unit's, else the one they are signed in for.
fn reporter_street(draft: &Draft<'_, '_>) -> Option<JurisdictionCode> {
    let actor = &draft.heading.actor;
    let of_unit = actor
        .unit
        .as_ref()
        .and_then(|unit| draft.tables.units.get(unit))
        .and_then(|unit| unit.jurisdiction.clone());
    match actor.role {
        Role::Patrol | Role::Street | Role::Department => {
            of_unit.or_else(|| actor.jurisdictions.first().cloned())
        }
        Role::Command | Role::Auditor | Role::Admin | Role::System => of_unit,
    }
}

/// The street whose label point is nearest, where nothing else is known of streets.
fn nearest_centre(draft: &Draft<'_, '_>, at: Position) -> Option<(JurisdictionCode, Metres)> {
    draft
        .tables
        .jurisdictions
        .values()
        .filter_map(|street| Some((street.code.clone(), at.distance_to(street.centre?))))
        .min_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)))
}
