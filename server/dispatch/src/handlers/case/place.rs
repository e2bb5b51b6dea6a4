//! Decides where a case is, what is noted about it, and that 120 or 110 were called.

use model::case::{Case, CaseState};
use model::command::Relocation;
use model::details::RecordDetails;
use model::event::Event;
use model::id::{CaseId, JurisdictionCode, PlaceId, RecordId, TaskId};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::{EmergencyCall, Jurisdicted};
use model::sign::Doubt;
use model::task::TaskState;
use policy::action::Action;

use crate::draft::Draft;
use crate::handlers::form::{check_call, check_text};
use crate::handlers::sighting::placing::{Given, place, seen};
use crate::rights::permit_case;
use crate::settle::grade::amend_tasks;

/// Moves a case to a place, a position or a street.
///
/// # Errors
/// `not_found` and the refusals of rights; `missing_field` unless exactly one is given; `impossible_position`,
/// `unknown_reference`, `case_already_closed`, `case_changed`.
pub(crate) fn relocate(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    to: &Relocation,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseRelocate)?;
    check_text(&to.reason, "/reason")?;
    let where_to = target(draft, &case, to)?;
    if case.state == CaseState::Closed {
        return Err(RefusalCode::CaseAlreadyClosed.into());
    }
    draft.check_seen(&case)?;
    draft.heading.drill |= case.drill;
    if let (Some(details), Some(record)) = (where_to.details, where_to.located_by) {
        draft.attach(record, details);
    }
    draft.push(Event::CaseRelocated {
        case_id: case.id,
        jurisdiction: where_to.jurisdiction,
        place_id: where_to.place_id,
        located_by: where_to.located_by,
        reason: to.reason.clone(),
    });
    move_waiting(draft, &case);
    amend_tasks(draft, case.id, "case.relocated");
    draft.concern(case.id);
    draft.hands_changed = true;
    Ok(())
}

/// Where a case is after it was moved.
struct Target {
    jurisdiction: Jurisdicted,
    place_id: Option<PlaceId>,
    located_by: Option<RecordId>,
    details: Option<RecordDetails>,
}

fn target(draft: &Draft<'_, '_>, case: &Case, to: &Relocation) -> Result<Target, Refusal> {
    match (&to.place, &to.position, &to.jurisdiction) {
        (None, None, Some(code)) => street(draft, case, code),
        (Some(_), None, None) | (None, Some(_), None) => located(draft, case, to),
        (None, None, None) => Err(Refusal::new(RefusalCode::MissingField).at("/place")),
        (Some(_), Some(_), _) => Err(Refusal::new(RefusalCode::UnknownField).at("/position")),
        (Some(_), None, Some(_)) | (None, Some(_), Some(_)) => {
            Err(Refusal::new(RefusalCode::UnknownField).at("/jurisdiction"))
        }
    }
}

fn street(draft: &Draft<'_, '_>, case: &Case, code: &JurisdictionCode) -> Result<Target, Refusal> {
    if !draft.tables.jurisdictions.contains_key(code) {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/jurisdiction"));
    }
    let mut also_near = case.jurisdiction.also_near.clone();
    also_near.retain(|near| near != code);
    Ok(Target {
        jurisdiction: Jurisdicted {
            code: code.clone(),
            guessed: false,
            also_near,
        },
        place_id: case.place_id.clone(),
        located_by: case.located_by,
        details: None,
    })
}

/// A place or a position that a named person gives is what holds, as far as it lies in the district at all.
fn located(draft: &Draft<'_, '_>, case: &Case, to: &Relocation) -> Result<Target, Refusal> {
    let given = Given {
        position: to.position.as_ref(),
        place: to.place.as_ref(),
    };
    let placed = place(draft, given, seen(draft, draft.now(), None))?;
    if to.place.as_ref().is_some_and(|p| p.id.is_some()) && placed.place_id.is_none() {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/place/id"));
    }
    if to.position.is_some() && placed.doubts.contains(&Doubt::Position) {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/position"));
    }
    let named_only = placed.position.is_none();
    let record = RecordId(draft.heading.command_id.0);
    Ok(Target {
        // A place in words alone says nothing about the street: that stays as it is known.
        jurisdiction: if named_only && placed.place_id.is_none() {
            case.jurisdiction.clone()
        } else {
            placed.jurisdiction
        },
        place_id: placed.place_id,
        located_by: Some(record),
        details: Some(RecordDetails {
            position: placed.position,
            place: placed.words,
            ..RecordDetails::default()
        }),
    })
}

/// What waits for a hand waits in the list of the new street's duty.
fn move_waiting(draft: &mut Draft<'_, '_>, before: &Case) {
    let Some(case) = draft.case(before.id) else {
        return;
    };
    if case.jurisdiction.code == before.jurisdiction.code {
        return;
    }
    let waiting: Vec<TaskId> = draft
        .tables
        .tasks_of(case.id)
        .into_iter()
        .filter(|task| task.state == TaskState::Waiting)
        .map(|task| task.id)
        .collect();
    for id in waiting {
        if let Some(task) = draft.tables.tasks.get(&id) {
            let mut task = (**task).clone();
            task.jurisdiction = case.jurisdiction.code.clone();
            draft.push(Event::TaskWaiting {
                task: Box::new(task),
            });
        }
    }
}

/// Writes a note; its text is a personal field and stands in the record of the command.
///
/// # Errors
/// `not_found` and the refusals of rights.
pub(crate) fn note(draft: &mut Draft<'_, '_>, case_id: CaseId) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseNote)?;
    draft.heading.drill |= case.drill;
    let personal = draft.heading.personal.iter().copied().collect();
    draft.push(Event::CaseNoted {
        case_id: case.id,
        record: RecordId(draft.heading.command_id.0),
        task_id: None,
        personal,
    });
    Ok(())
}

/// Says that somebody called 120 or 110. Who may add to a sighting of the case may say so.
///
/// # Errors
/// `not_found` and the refusals of rights; `unknown_word`, `text_length`.
pub(crate) fn emergency_call(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    call: &EmergencyCall,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::SightingAdd)?;
    check_call(call, "")?;
    draft.heading.drill |= case.drill;
    draft.push(Event::EmergencyCallRecorded {
        case_id: case.id,
        call: call.clone(),
    });
    draft.concern(case.id);
    Ok(())
}
