//! What a change of colour asks of shelters: a colour that should open one makes a task for its keeper, and it shows as
//! should-be-open until the keeper confirms; a fall sends nobody out.

use std::sync::Arc;

use model::background::{Resource, ResourceOpen, ResourceState};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::Level;
use model::id::{JurisdictionCode, TaskId};
use model::reason::Reason;
use model::task::{Task, TaskKind, TaskState};
use policy::shelter::{ShelterFacts, keeper_is_asked, should_be_open, stays_open_until};

use super::state_of;
use crate::draft::Draft;
use crate::handlers::special_care;

/// A street has this colour from now on: shelters that it opens or lets close, and care of persons there.
pub(crate) fn on_area_level(draft: &mut Draft<'_, '_>, code: &JurisdictionCode, level: Level) {
    let shelters: Vec<Arc<Resource>> = draft
        .tables
        .resources
        .values()
        .filter(|resource| resource.opens_at_level.is_some())
        .cloned()
        .collect();
    for shelter in shelters {
        let streets = streets_of(draft, &shelter);
        if streets.is_empty() || streets.contains(code) {
            let area = colour_of(draft, &streets, code, level);
            follow(draft, &shelter, code, area);
        }
    }
    special_care::on_area_level(draft, code);
}

/// The streets that a shelter serves: the one it stands in, else those of its keeper; empty means the whole district.
fn streets_of(draft: &Draft<'_, '_>, shelter: &Resource) -> Vec<JurisdictionCode> {
    let stands_in = shelter
        .position
        .and_then(|position| draft.ctx.areas?.locate(position))
        .map(|located| JurisdictionCode::from(located.code));
    if let Some(code) = stands_in {
        return vec![code];
    }
    shelter
        .keeper
        .as_ref()
        .and_then(|keeper| draft.tables.departments.get(keeper))
        .map(|keeper| keeper.jurisdictions.clone())
        .unwrap_or_default()
}

/// The gravest colour of the streets that a shelter serves.
fn colour_of(
    draft: &Draft<'_, '_>,
    streets: &[JurisdictionCode],
    code: &JurisdictionCode,
    level: Level,
) -> Level {
    draft
        .tables
        .areas
        .values()
        .filter(|area| area.jurisdiction != *code)
        .filter(|area| streets.is_empty() || streets.contains(&area.jurisdiction))
        .map(|area| area.level)
        .chain([level])
        .max()
        .unwrap_or(level)
}

fn follow(draft: &mut Draft<'_, '_>, shelter: &Resource, code: &JurisdictionCode, area: Level) {
    let before = state_of(&draft.tables, shelter);
    let facts = ShelterFacts {
        opens_at_level: shelter.opens_at_level,
        area,
        confirmed_open: before.open == ResourceOpen::Open,
        beds_free: before.beds_free,
        n_guests: before.n_guests,
    };
    if keeper_is_asked(&facts) {
        if before.open == ResourceOpen::Closed {
            ask_keeper(draft, shelter, code, area, &before);
        }
        return;
    }
    if should_be_open(&facts) {
        if before.stays_open_until.is_some() {
            let state = ResourceState {
                stays_open_until: None,
                ..before
            };
            change(draft, shelter, state, None);
        }
        return;
    }
    match before.open {
        ResourceOpen::ShouldBeOpen => {
            let ends_task = before.task_id;
            let state = ResourceState {
                open: ResourceOpen::Closed,
                task_id: None,
                ..before
            };
            change(draft, shelter, state, ends_task);
        }
        ResourceOpen::Open if before.n_guests > 0 && before.stays_open_until.is_none() => {
            let until = stays_open_until(&draft.policy, draft.now());
            let state = ResourceState {
                stays_open_until: Some(until),
                ..before
            };
            change(draft, shelter, state, None);
            tell_keeper(draft, shelter, None);
        }
        ResourceOpen::Open | ResourceOpen::Closed => {}
    }
}

fn change(
    draft: &mut Draft<'_, '_>,
    shelter: &Resource,
    state: ResourceState,
    ends_task: Option<TaskId>,
) {
    draft.push(Event::ResourceStateChanged {
        resource: shelter.id.clone(),
        state,
        ends_task,
    });
}

fn ask_keeper(
    draft: &mut Draft<'_, '_>,
    shelter: &Resource,
    code: &JurisdictionCode,
    area: Level,
    before: &ResourceState,
) {
    let task_id = TaskId(draft.new_id());
    let now = draft.now();
    let reason = Reason::new("shelter/opens_at_level", draft.policy.id())
        .fact("resource", shelter.id.as_str())
        .fact("area_level", area.as_str())
        .fact(
            "opens_at_level",
            shelter.opens_at_level.map_or("", Level::as_str),
        );
    let task = Task {
        id: task_id,
        case_id: None,
        kind: TaskKind::OpenShelter,
        jurisdiction: code.clone(),
        unit: None,
        department: shelter.keeper.clone(),
        resource: Some(shelter.id.clone()),
        state: TaskState::Offered,
        self_made: false,
        look: false,
        made_at: now,
        offered_at: Some(now),
        offered_until: None,
        offered_before: Vec::new(),
        returned_by: Vec::new(),
        by_hand: false,
        beside: None,
        accepted_at: None,
        departed_at: None,
        arrived_at: None,
        ended_at: None,
        return_reason: None,
        acknowledge_by: None,
        on_site_by: None,
        outcome_by: None,
        amended_seq: None,
        outcomes: Vec::new(),
        reasons: vec![reason],
    };
    draft.push(Event::TaskOffered {
        task: Box::new(task),
    });
    let state = ResourceState {
        open: ResourceOpen::ShouldBeOpen,
        task_id: Some(task_id),
        ..before.clone()
    };
    change(draft, shelter, state, None);
    tell_keeper(draft, shelter, Some(task_id));
}

fn tell_keeper(draft: &mut Draft<'_, '_>, shelter: &Resource, task_id: Option<TaskId>) {
    let addressee = shelter
        .keeper
        .clone()
        .map_or(Addressee::DutyOfficer, |department| Addressee::Department {
            department,
        });
    let mut notice = draft.notice(addressee, NoticeAbout::Shelter);
    notice.task_id = task_id;
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
