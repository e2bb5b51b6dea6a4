//! Decides commands about resources: what their keepers say, beds that are held, looks at places; and what a change of
//! colour asks of shelters. When they should open, and may close, is for policy to say.

mod colour;
#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for the events it is about"
)]
mod tests;

use std::sync::Arc;

use model::background::{Hold, HoldEnd, Resource, ResourceOpen, ResourceState};
use model::event::Event;
use model::id::{CaseId, HoldId, PlaceId, ResourceId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::action::Action;
use policy::shelter::{ShelterFacts, hold_at_most, may_be_recommended, may_close};

use crate::draft::Draft;
use crate::rights::{permit_beds, permit_hold, permit_place, permit_resource};
use crate::tables::Tables;

pub(crate) use colour::on_area_level;

/// The keeper says how it is: open or closed, free beds, guests who have not chosen where to go.
pub(crate) fn set_state(
    draft: &mut Draft<'_, '_>,
    resource_id: &ResourceId,
    open: bool,
    beds_free: Option<u32>,
    n_guests: Option<u32>,
) -> Result<(), Refusal> {
    let resource = known(&draft.tables, resource_id)?;
    permit_resource(draft, &resource, Action::ResourceState)?;
    if let (Some(free), Some(beds)) = (beds_free, resource.beds)
        && free > beds
    {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at("/beds_free")
            .with("beds", beds));
    }
    let before = state_of(&draft.tables, &resource);
    let n_guests = n_guests.unwrap_or(before.n_guests);
    if !open {
        let facts = shelter_facts(&draft.tables, &resource, n_guests);
        let too_early = before
            .stays_open_until
            .is_some_and(|until| draft.now() < until);
        if !may_close(&facts) || too_early {
            let mut refusal =
                Refusal::new(RefusalCode::GuestsStillInside).with("n_guests", n_guests);
            if let Some(until) = before.stays_open_until {
                refusal = refusal.with("allowed_at", until.to_string());
            }
            return Err(refusal);
        }
    }
    let state = ResourceState {
        open: if open {
            ResourceOpen::Open
        } else {
            ResourceOpen::Closed
        },
        beds_free: beds_free.or(before.beds_free),
        said_at: Some(draft.now()),
        n_guests,
        stays_open_until: before.stays_open_until.filter(|_| open),
        task_id: None,
    };
    draft.push(Event::ResourceStateChanged {
        resource: resource_id.clone(),
        state,
        ends_task: before.task_id,
    });
    Ok(())
}

/// Holds beds for a case: never more than are free, only where the keeper confirmed that it is open.
pub(crate) fn hold(
    draft: &mut Draft<'_, '_>,
    resource_id: &ResourceId,
    case_id: CaseId,
    n: u32,
    until: Instant,
) -> Result<(), Refusal> {
    let resource = known(&draft.tables, resource_id)?;
    let case = draft.root(case_id)?;
    permit_beds(draft, &resource, case.id, Action::HoldMake)?;
    let latest = draft.now() + hold_at_most(&draft.policy);
    if until <= draft.now() || until > latest {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at("/until")
            .with("latest", latest.to_string()));
    }
    if n == 0 {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/n"));
    }
    let state = state_of(&draft.tables, &resource);
    if state.open != ResourceOpen::Open {
        return Err(RefusalCode::ResourceNotOpen.into());
    }
    let free = beds_to_hold(&draft.tables, &resource, &state);
    let facts = ShelterFacts {
        beds_free: Some(free),
        ..shelter_facts(&draft.tables, &resource, state.n_guests)
    };
    if n > free || !may_be_recommended(&facts) {
        return Err(Refusal::new(RefusalCode::NoFreeBeds)
            .at("/n")
            .with("beds_free", free));
    }
    let hold = Hold {
        id: HoldId(draft.new_id()),
        resource: resource_id.clone(),
        case_id: case.id,
        n,
        until,
        by: draft.heading.actor.account.clone(),
        ended: None,
    };
    draft.push(Event::HoldMade { hold });
    Ok(())
}

/// They came: the beds are no longer free, and the place has guests.
pub(crate) fn hold_arrived(draft: &mut Draft<'_, '_>, hold_id: HoldId) -> Result<(), Refusal> {
    let hold = running_hold(draft, hold_id, Action::HoldArrive)?;
    draft.push(Event::HoldEnded {
        hold_id,
        end: HoldEnd::Arrived,
    });
    let resource = known(&draft.tables, &hold.resource)?;
    let before = state_of(&draft.tables, &resource);
    let state = ResourceState {
        beds_free: before
            .beds_free
            .or(resource.beds)
            .map(|free| free.saturating_sub(hold.n)),
        n_guests: before.n_guests.saturating_add(hold.n),
        ..before
    };
    draft.push(Event::ResourceStateChanged {
        resource: hold.resource.clone(),
        state,
        ends_task: None,
    });
    Ok(())
}

/// Not needed.
pub(crate) fn release(draft: &mut Draft<'_, '_>, hold_id: HoldId) -> Result<(), Refusal> {
    running_hold(draft, hold_id, Action::HoldRelease)?;
    draft.push(Event::HoldEnded {
        hold_id,
        end: HoldEnd::Released,
    });
    Ok(())
}

/// Looked, nobody here.
pub(crate) fn look(draft: &mut Draft<'_, '_>, place: &PlaceId) -> Result<(), Refusal> {
    if !draft.tables.places.contains_key(place) {
        return Err(RefusalCode::NotFound.into());
    }
    permit_place(draft, place, Action::PlaceLooked)?;
    draft.push(Event::PlaceLooked {
        place: place.clone(),
        unit: draft.heading.actor.unit.clone(),
    });
    Ok(())
}

fn known(tables: &Tables, id: &ResourceId) -> Result<Arc<Resource>, Refusal> {
    tables
        .resources
        .get(id)
        .cloned()
        .ok_or_else(|| RefusalCode::NotFound.into())
}

/// What was last said of a resource. One that no colour opens is open as usual until its keeper says otherwise.
pub(crate) fn state_of(tables: &Tables, resource: &Resource) -> ResourceState {
    tables.resource_states.get(&resource.id).map_or_else(
        || ResourceState {
            open: if resource.opens_at_level.is_some() {
                ResourceOpen::Closed
            } else {
                ResourceOpen::Open
            },
            beds_free: None,
            said_at: None,
            n_guests: 0,
            stays_open_until: None,
            task_id: None,
        },
        |state| (**state).clone(),
    )
}

/// Free beds as last said (without a word: all beds), less those that are held.
fn beds_to_hold(tables: &Tables, resource: &Resource, state: &ResourceState) -> u32 {
    let held: u32 = tables
        .holds
        .values()
        .filter(|hold| hold.ended.is_none() && hold.resource == resource.id)
        .map(|hold| hold.n)
        .fold(0, u32::saturating_add);
    state
        .beds_free
        .or(resource.beds)
        .unwrap_or_default()
        .saturating_sub(held)
}

fn shelter_facts(tables: &Tables, resource: &Resource, n_guests: u32) -> ShelterFacts {
    let state = state_of(tables, resource);
    ShelterFacts {
        opens_at_level: resource.opens_at_level,
        area: model::grade::Level::None,
        confirmed_open: state.open == ResourceOpen::Open,
        beds_free: state.beds_free,
        n_guests,
    }
}

fn running_hold(
    draft: &Draft<'_, '_>,
    hold_id: HoldId,
    action: Action,
) -> Result<Arc<Hold>, Refusal> {
    let hold = draft
        .tables
        .holds
        .get(&hold_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    permit_hold(draft, &hold, action)?;
    if hold.ended.is_some() {
        return Err(RefusalCode::HoldEnded.into());
    }
    Ok(hold)
}
