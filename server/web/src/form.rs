//! The form of what is reported: positions that can be, systems that are named, numbers of people that can be met.
//! Whether a report is right is judged in the core; here only whether it can be read at all.

use model::actor::{Actor, Role};
use model::command::{AdditionBody, PlaceBody, ReportSighting};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::EmergencyCall;
use spatial::crs::DeclaredPosition;

use crate::words;

/// More people than this at one place are no report of rough sleepers but a typing error.
const PEOPLE_MAX: u32 = 1_000;
/// More calls than this in one report are a typing error.
const CALLS_MAX: usize = 20;

/// Whether an account must name the coordinate system: everybody but patrols, whose app gives what the device's
/// receiver gives. The others enter what maps of other makers show, and a wrong system moves a point 500 m.
pub fn must_name_crs(actor: &Actor) -> bool {
    match actor.role {
        Role::Patrol | Role::System => false,
        Role::Street | Role::Department | Role::Command | Role::Auditor | Role::Admin => true,
    }
}

/// Looks at a position.
///
/// # Errors
/// `impossible_position` with the member at fault; `unknown_crs` when it has to be named and is not.
pub fn check_position(
    position: &DeclaredPosition,
    actor: &Actor,
    pointer: &str,
) -> Result<(), Refusal> {
    if must_name_crs(actor) && !position.names_its_crs() {
        return Err(Refusal::new(RefusalCode::UnknownCrs).at(format!("{pointer}/crs")));
    }
    match position.convert() {
        Ok(_) => Ok(()),
        Err(wrong) => Err(Refusal::new(RefusalCode::ImpossiblePosition)
            .at(format!("{pointer}/{}", wrong.member()))),
    }
}

/// Looks at a report.
///
/// # Errors
/// 422 with the pointer of the first field at fault; `nowhere_given` without position and place.
pub fn check_report(report: &ReportSighting, actor: &Actor, below: &str) -> Result<(), Refusal> {
    if let Some(position) = &report.position {
        check_position(position, actor, &format!("{below}/position"))?;
    }
    check_people(Some(report.n_people), below)?;
    check_place(report.place.as_ref(), below)?;
    check_calls(&report.emergency_calls, below)?;
    let named = report
        .place
        .as_ref()
        .is_some_and(|place| place.id.is_some() || place.name.is_some());
    if report.position.is_none() && !named {
        return Err(Refusal::new(RefusalCode::NowhereGiven).at(format!("{below}/position")));
    }
    Ok(())
}

/// Looks at an addition.
///
/// # Errors
/// 422 with the pointer of the first field at fault.
pub fn check_addition(addition: &AdditionBody, actor: &Actor, below: &str) -> Result<(), Refusal> {
    if let Some(position) = &addition.position {
        check_position(position, actor, &format!("{below}/position"))?;
    }
    check_people(addition.n_people, below)?;
    check_place(addition.place.as_ref(), below)?;
    check_calls(&addition.emergency_calls, below)
}

fn check_people(n_people: Option<u32>, below: &str) -> Result<(), Refusal> {
    match n_people {
        Some(n) if n > PEOPLE_MAX => Err(Refusal::new(RefusalCode::OutOfRange)
            .at(format!("{below}/n_people"))
            .with("max", PEOPLE_MAX)),
        Some(_) | None => Ok(()),
    }
}

fn check_place(place: Option<&PlaceBody>, below: &str) -> Result<(), Refusal> {
    match place.and_then(|place| place.name.as_deref()) {
        Some(name) if !words::fits(name) => {
            Err(Refusal::new(RefusalCode::TextLength).at(format!("{below}/place/name")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Looks at calls to 120 and 110.
///
/// # Errors
/// 422 with the pointer of the first field at fault.
pub fn check_calls(calls: &[EmergencyCall], below: &str) -> Result<(), Refusal> {
    if calls.len() > CALLS_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange).at(format!("{below}/emergency_calls")));
    }
    for (i, call) in calls.iter().enumerate() {
        for (member, text) in [("number", &call.number), ("by", &call.by)] {
            if !words::fits(text) {
                return Err(Refusal::new(RefusalCode::TextLength)
                    .at(format!("{below}/emergency_calls/{i}/{member}")));
            }
        }
    }
    Ok(())
}
