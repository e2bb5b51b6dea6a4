//! Decides what is learnt later about a sighting: signs, number, place, position, bands, calls. The sighting itself
//! stays as it was accepted.

use model::case::CaseState;
use model::command::AdditionBody;
use model::deadline::{Addressee, NoticeAbout};
use model::details::RecordDetails;
use model::event::Event;
use model::id::{CaseId, RecordId, SightingId};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::{Addition, Sighting};
use model::sign::Doubt;
use policy::action::Action;

use super::placing::{Given, Placed, place, seen};
use super::{follow_up, people, withdrawal};
use crate::draft::Draft;
use crate::handlers::form::{check_calls, check_entries, check_n_people, check_text};
use crate::rights::permit_sighting;

/// Takes an addition to a sighting.
///
/// # Errors
/// `not_found`, the refusals of form, `too_late_to_withdraw`, `command_id_reused`.
pub(crate) fn add(
    draft: &mut Draft<'_, '_>,
    sighting_id: SightingId,
    body: &AdditionBody,
) -> Result<(), Refusal> {
    let sighting = draft
        .tables
        .sightings
        .get(&sighting_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    permit_sighting(draft, sighting_id, Action::SightingAdd)?;
    check(body)?;
    // Without an id of its own the addition takes the one of its command, which a repeat has too.
    let record = body.id.unwrap_or(RecordId(draft.heading.command_id.0));
    if is_taken(draft, record) {
        return Err(Refusal::new(RefusalCode::CommandIdReused).at("/id"));
    }
    withdrawal::check(draft, &sighting, &body.signs_withdrawn)?;
    let placed = placed(draft, body)?;
    draft.heading.drill |= sighting.drill;
    let root = draft.root(sighting.case_id)?;
    let known = follow_up::Before::of(draft, &root);
    push(draft, &sighting, body, record, placed.as_ref());
    if let Some(placed) = &placed {
        relocate(draft, &sighting, record, placed);
    }
    raise_subjects(draft, &sighting, body);
    for call in &body.emergency_calls {
        draft.push(Event::EmergencyCallRecorded {
            case_id: sighting.case_id,
            call: call.clone(),
        });
    }
    if !body.signs_withdrawn.is_empty() {
        withdrawal::judge_again(draft, &sighting, &body.signs_withdrawn);
    }
    if !body.signs_added.is_empty() {
        follow_up::seen_again(draft, root.id, sighting.id, &known);
    }
    follow_up::open_for_whoever_waits(draft, root.id);
    if root.state != CaseState::Closed {
        draft.concern(root.id);
    } else if !root.history {
        // What is closed stays closed; a person says whether it should.
        tell_duty_officer(draft, root.id);
    }
    Ok(())
}

fn check(body: &AdditionBody) -> Result<(), Refusal> {
    if let Some(n_people) = body.n_people {
        check_n_people(n_people, "/n_people")?;
    }
    check_entries(body.signs_added.len(), "/signs_added")?;
    check_entries(body.signs_withdrawn.len(), "/signs_withdrawn")?;
    check_calls(&body.emergency_calls, "/emergency_calls")?;
    match &body.reason {
        Some(reason) => check_text(reason, "/reason"),
        None => Ok(()),
    }
}

/// Whether a record of this id is there already: as a sighting, an addition or details.
fn is_taken(draft: &Draft<'_, '_>, record: RecordId) -> bool {
    draft.tables.details.contains_key(&record)
        || draft.tables.erased.contains(&record)
        || draft.tables.sightings.contains_key(&SightingId(record.0))
}

fn placed(draft: &Draft<'_, '_>, body: &AdditionBody) -> Result<Option<Placed>, Refusal> {
    let given = Given {
        position: body.position.as_ref(),
        place: body.place.as_ref(),
    };
    let named = given
        .place
        .is_some_and(|place| place.id.is_some() || place.name.is_some());
    if given.position.is_none() && !named {
        return Ok(None);
    }
    let now = seen(draft, draft.happened_at(), draft.sent_at);
    place(draft, given, now).map(Some)
}

fn push(
    draft: &mut Draft<'_, '_>,
    sighting: &Sighting,
    body: &AdditionBody,
    record: RecordId,
    placed: Option<&Placed>,
) {
    let description = body.description.clone().unwrap_or_default();
    let words = placed.and_then(|placed| placed.words.clone()).or_else(|| {
        // A level alone names no place, but says more about the one that is known.
        body.place
            .as_ref()
            .and_then(|place| place.level)
            .map(|level| model::details::PlaceWords {
                name: None,
                level: Some(level),
            })
    });
    let given = RecordDetails {
        // Only a fix that was made is the addition's own; the one of a gazetteer place is looked up again.
        position: placed
            .and_then(|placed| placed.position)
            .filter(|_| body.position.is_some() || !has_position(draft, sighting)),
        place: words,
        signs: body.signs_added.clone(),
        signs_withdrawn: body.signs_withdrawn.clone(),
        sex: description.sex,
        age_band: description.age_band,
        ..RecordDetails::default()
    };
    draft.attach(record, given);
    let addition = Addition {
        id: record,
        by: draft.heading.actor.account.clone(),
        at: draft.now(),
        n_people: body.n_people,
        place_id: placed.and_then(|placed| placed.place_id.clone()),
        reason: body.reason.clone(),
        n_signs_withdrawn: u32::try_from(body.signs_withdrawn.len()).unwrap_or(u32::MAX),
    };
    let personal = draft.heading.personal.iter().copied().collect();
    draft.push(Event::SightingAdded {
        sighting_id: sighting.id,
        addition,
        personal,
    });
}

fn has_position(draft: &Draft<'_, '_>, sighting: &Sighting) -> bool {
    draft
        .tables
        .details
        .get(&RecordId::from(sighting.id))
        .is_some_and(|details| details.position.is_some())
}

fn tell_duty_officer(draft: &mut Draft<'_, '_>, case_id: CaseId) {
    let mut notice = draft.notice(Addressee::DutyOfficer, NoticeAbout::NeedsPerson);
    notice.case_id = Some(case_id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}

/// A better fix moves the case when the case was located by this very sighting, or not well at all.
fn relocate(draft: &mut Draft<'_, '_>, sighting: &Sighting, record: RecordId, placed: &Placed) {
    let Some(case) = draft.case(sighting.case_id) else {
        return;
    };
    if placed.doubts.contains(&Doubt::Position) || placed.doubts.contains(&Doubt::Place) {
        tell_duty_officer(draft, case.id);
    }
    let located_here = case.located_by.is_none_or(|by| {
        by == RecordId::from(sighting.id) || sighting.additions.iter().any(|a| a.id == by)
    });
    let doubted = case
        .located_by
        .and_then(|by| draft.tables.sightings.get(&SightingId(by.0)))
        .is_some_and(|by| by.doubts.contains(&Doubt::Position));
    let has_fix = draft
        .tables
        .details
        .get(&record)
        .is_some_and(|details| details.position.is_some());
    let may_move = located_here || doubted;
    if !may_move || placed.trusted_position().is_none() && placed.place_id.is_none() {
        return;
    }
    draft.push(Event::CaseRelocated {
        case_id: case.id,
        jurisdiction: placed.jurisdiction.clone(),
        place_id: placed.place_id.clone().or_else(|| case.place_id.clone()),
        located_by: if has_fix && placed.trusted_position().is_some() {
            Some(record)
        } else {
            case.located_by
        },
        reason: "addition".to_owned(),
    });
}

/// A corrected number may bring more subjects; none goes because somebody counted fewer.
fn raise_subjects(draft: &mut Draft<'_, '_>, sighting: &Sighting, body: &AdditionBody) {
    let Some(n_people) = body.n_people else {
        return;
    };
    let Ok(root) = draft.root(sighting.case_id) else {
        return;
    };
    let subjects = people::brought(
        &root.subjects,
        sighting.id,
        RecordId::from(sighting.id),
        n_people,
    );
    if subjects != root.subjects {
        draft.push(Event::SubjectsChanged {
            case_id: root.id,
            subjects,
        });
    }
}
