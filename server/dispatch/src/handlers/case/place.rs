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

#[cfg(test)]
mod tests {
    use model::command::{Command, PlaceBody, ReportSighting};
    use model::grade::SignalColour;
    use model::id::SightingId;
    use model::sign::Sign;
    use spatial::crs::DeclaredPosition;

    use super::*;
    use crate::testing::{
        District, EVENING, Order, STREETS, command_desk, id, patrol, report, signal, street_centre,
        street_duty,
    };

    fn reported(signs: &[Sign]) -> (District, CaseId) {
        let mut district = District::putuo();
        let report = report(1, 0, EVENING, signs);
        district.given([Order::by(patrol(1), Command::ReportSighting(report))]);
        let tables = &district.state.tables;
        let case_id = tables.sightings.get(&SightingId(id(1))).unwrap().case_id;
        (district, case_id)
    }

    fn case(district: &District, id: CaseId) -> Case {
        (**district.state.tables.cases.get(&id).unwrap()).clone()
    }

    fn moved(to: Relocation, case_id: CaseId) -> Order {
        Order::by(command_desk(), Command::RelocateCase { case_id, to })
    }

    fn nowhere() -> Relocation {
        Relocation {
            place: None,
            position: None,
            jurisdiction: None,
            reason: "在河对岸".to_owned(),
        }
    }

    #[test]
    fn a_street_moves_the_case_and_its_waiting_work_and_units_must_see_it() {
        let (mut district, case_id) = reported(&[Sign::BeddedDown]);
        let task_id = district.state.tables.tasks_of(case_id).first().unwrap().id;
        let to = Relocation {
            jurisdiction: Some(JurisdictionCode::from(STREETS[1].0)),
            ..nowhere()
        };
        district
            .when(moved(to, case_id))
            .then_among(&["case.relocated", "task.amended"]);
        let now = case(&district, case_id);
        assert_eq!(now.jurisdiction.code.as_str(), STREETS[1].0);
        assert!(!now.jurisdiction.guessed);
        let task = district.state.tables.tasks.get(&task_id).unwrap();
        assert!(task.amended_seq.is_some());
        let gone = Order::by(
            street_duty(0),
            Command::RelocateCase {
                case_id,
                to: Relocation {
                    jurisdiction: Some(JurisdictionCode::from(STREETS[0].0)),
                    ..nowhere()
                },
            },
        );
        district.when(gone).refused(RefusalCode::NotFound);
    }

    #[test]
    fn a_street_with_a_higher_colour_grades_the_case_anew() {
        let (mut district, case_id) = reported(&[Sign::BeddedDown]);
        let before = case(&district, case_id);
        let mut cold = signal("cold", SignalColour::Orange, EVENING);
        cold.areas = vec![JurisdictionCode::from(STREETS[1].0)];
        district.given([Order::by(command_desk(), Command::ReceiveSignal(cold))]);
        let fix = street_centre(1);
        let to = Relocation {
            position: Some(DeclaredPosition::new(fix.lon(), fix.lat(), Some(5.0), None)),
            ..nowhere()
        };
        district.given([moved(to, case_id)]);
        let now = case(&district, case_id);
        assert_eq!(now.jurisdiction.code.as_str(), STREETS[1].0);
        assert!(now.grade.warning_level.value > before.grade.warning_level.value);
        assert!(now.deadlines.acknowledge.by < before.deadlines.acknowledge.by);
        let stored = district.state.tables.position_of(&now).unwrap();
        assert_eq!(stored.position, fix);
        // The next report there is compared with it.
        let near = ReportSighting {
            id: SightingId(id(2)),
            ..report(2, 1, EVENING, &[Sign::BeddedDown])
        };
        district.given([Order::by(patrol(2), Command::ReportSighting(near))]);
        let tables = &district.state.tables;
        let second = tables.sightings.get(&SightingId(id(2))).unwrap();
        assert!(second.merged && second.case_id == case_id);
    }

    #[test]
    fn exactly_one_of_the_three_is_taken_and_what_is_unknown_is_refused() {
        let (mut district, case_id) = reported(&[]);
        let mut refused = |to: Relocation, code: RefusalCode| {
            district.when(moved(to, case_id)).refused(code);
        };
        refused(nowhere(), RefusalCode::MissingField);
        let code = JurisdictionCode::from(STREETS[1].0);
        let words = PlaceBody {
            name: Some("桥下".to_owned()),
            ..PlaceBody::default()
        };
        let both = Relocation {
            place: Some(words),
            jurisdiction: Some(code),
            ..nowhere()
        };
        refused(both, RefusalCode::UnknownField);
        let unknown = Relocation {
            jurisdiction: Some(JurisdictionCode::from("310107999")),
            ..nowhere()
        };
        refused(unknown, RefusalCode::UnknownReference);
        let gone = Relocation {
            place: Some(PlaceBody {
                id: Some(PlaceId::from("nowhere")),
                ..PlaceBody::default()
            }),
            ..nowhere()
        };
        refused(gone, RefusalCode::UnknownReference);
        let far = Relocation {
            position: Some(DeclaredPosition::new(120.0, 30.0, None, None)),
            ..nowhere()
        };
        refused(far, RefusalCode::OutOfRange);
        let silent = Relocation {
            reason: String::new(),
            jurisdiction: Some(JurisdictionCode::from(STREETS[1].0)),
            ..nowhere()
        };
        refused(silent, RefusalCode::TextLength);
    }

    #[test]
    fn a_note_is_a_record_without_text_and_a_call_is_said_by_whoever_made_it() {
        let (mut district, case_id) = reported(&[Sign::Unconscious]);
        district
            .when(Order::by(street_duty(0), Command::NoteCase { case_id }))
            .then_among(&["case.noted"]);
        assert_eq!(case(&district, case_id).notes.len(), 1);
        let call = |number: &str| Command::RecordEmergencyCall {
            case_id,
            call: EmergencyCall {
                number: number.to_owned(),
                by: "王".to_owned(),
                at: EVENING,
            },
        };
        district.given([Order::by(patrol(1), call("120"))]);
        assert_eq!(case(&district, case_id).emergency_calls.len(), 1);
        let wrong = Order::by(patrol(1), call("abc"));
        district.when(wrong).refused(RefusalCode::UnknownWordGiven);
        let stranger = Order::by(patrol(8), call("120"));
        district.when(stranger).refused(RefusalCode::NotFound);
        district.assert_replays();
    }
}
