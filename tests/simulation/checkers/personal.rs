//! Checker 5: nobody off duty, signed off or out of scope receives personal data. Judged here by a table of its own,
//! written from the rules for people, not from the program's.

use dispatch::Tables;
use model::actor::{Actor, Role};
use model::case::CaseState;
use model::command::{PersonalKind, Purpose};
use model::id::{CaseId, DepartmentId};
use model::view::personal::PersonalView;
use runtime::submission::SubmitError;

use crate::counts::Counts;
use crate::violation::Violation;

/// Judges one read; `tables` is what was known when it was asked.
pub fn check_read(
    before: &Tables,
    after: &Tables,
    actor: &Actor,
    case_id: CaseId,
    purpose: Purpose,
    answer: &Result<PersonalView, SubmitError>,
    counts: &mut Counts,
) -> Result<(), Violation> {
    let is_off = is_off_duty(before, actor) && is_off_duty(after, actor);
    let given = match answer {
        Err(SubmitError::Refused(_)) => {
            counts.premise("5 personal read refused");
            if is_off {
                counts.premise("5 read by a patrol off duty refused");
            }
            return Ok(());
        }
        Err(SubmitError::Unavailable(_)) => return Ok(()),
        Ok(view) => view,
    };
    counts.premise("5 personal read given");
    // Something may have changed while it waited: it must have been right at one of both ends.
    if !(may(before, actor, case_id) || may(after, actor, case_id)) {
        return Err(Violation::new(
            5,
            format!("{} read the personal fields of {case_id}", actor.account),
        ));
    }
    if is_off {
        return Err(Violation::new(
            5,
            format!("{} is off duty and read {case_id}", actor.account),
        ));
    }
    let named = given
        .fields
        .iter()
        .any(|field| field.kind == PersonalKind::Name);
    let names_allowed = match actor.role {
        Role::Street | Role::Command => true,
        Role::Department => {
            actor.department == Some(DepartmentId::from("rescue_station"))
                || matches!(
                    purpose,
                    Purpose::Lost | Purpose::Trafficking | Purpose::Treatment
                )
        }
        Role::Patrol | Role::Auditor | Role::Admin | Role::System => false,
    };
    if named && !names_allowed {
        return Err(Violation::new(
            5,
            format!("{} read a name of {case_id}", actor.account),
        ));
    }
    Ok(())
}

/// Whether a patrol's shift has ended.
fn is_off_duty(tables: &Tables, actor: &Actor) -> bool {
    actor.role == Role::Patrol
        && actor
            .unit
            .as_ref()
            .and_then(|unit| tables.shifts.get(unit))
            .is_some_and(|shift| shift.ended_at.is_some())
}

fn may(tables: &Tables, actor: &Actor, case_id: CaseId) -> bool {
    let Some(root) = tables.root(case_id) else {
        return false;
    };
    let running = root.state != CaseState::Closed;
    match actor.role {
        Role::Patrol => tables
            .tasks_of(root.id)
            .into_iter()
            .any(|task| task.state.is_under_way() && task.unit == actor.unit),
        Role::Street => {
            running
                && tables
                    .group(root.id)
                    .into_iter()
                    .any(|case| actor.jurisdictions.contains(&case.jurisdiction.code))
        }
        Role::Command => running,
        Role::Department => {
            let department = actor.department.clone();
            let may_ever = department.as_ref().is_some_and(|department| {
                ["rescue_station", "police", "health"].contains(&department.as_str())
            });
            may_ever
                && tables
                    .escalations_of(root.id)
                    .into_iter()
                    .any(|e| e.is_open() && Some(&e.department) == department.as_ref())
        }
        Role::Auditor | Role::Admin | Role::System => false,
    }
}
