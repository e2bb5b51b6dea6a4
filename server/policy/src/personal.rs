//! Rule: who may read which personal fields, for which purpose. Every read is logged by the caller before it is given.

use std::collections::BTreeSet;

use model::actor::{Actor, Role};
use model::case::CaseState;
use model::command::{PersonalKind, Purpose};
use model::id::DepartmentId;
use model::refusal::RefusalCode;

/// What a read of personal fields is judged from. The right to the case itself is judged before, by `permission`.
#[derive(Clone, Copy, Debug)]
pub struct PersonalFacts<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// Why.
    pub purpose: Purpose,
    /// The state of the case.
    pub state: CaseState,
    /// Whether a task of the actor's unit in this case is accepted, departed or arrived.
    pub own_task_open: bool,
    /// The departments with an open escalation of the case itself; an area's escalation gives no right.
    pub escalated_to: &'a [DepartmentId],
}

/// Judges which kinds of personal fields may be read.
///
/// # Shape
/// Patrol while its task is open: looks and note, no name. Street, and the station where it has an escalation, and
/// command: everything of open and follow-up cases. Police and health through an open escalation to them: no names
/// except for lost, trafficking, treatment. City management, emergency, auditor, admin and everybody else: never.
///
/// # Errors
/// `RoleMayNot` for those who never may, or not any more; `PurposeNotAllowed` when the purpose gives no right.
///
/// # Source
/// `domain.md`, law in the loop: who reads personal fields.
pub fn verdict_for_personal_read(
    facts: &PersonalFacts<'_>,
) -> Result<BTreeSet<PersonalKind>, RefusalCode> {
    let all = || PersonalKind::ALL.iter().copied().collect();
    let without_names = || {
        PersonalKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != PersonalKind::Name)
            .collect()
    };
    let running = facts.state != CaseState::Closed;
    match facts.actor.role {
        Role::Patrol if facts.own_task_open => {
            Ok(BTreeSet::from([PersonalKind::Note, PersonalKind::Looks]))
        }
        Role::Street | Role::Command if running => Ok(all()),
        Role::Department => match reader_of(facts) {
            Some(Reader::Station) if running => Ok(all()),
            Some(Reader::PoliceOrHealth) => Ok(if facts.purpose.gives_names() {
                all()
            } else {
                without_names()
            }),
            Some(Reader::Station) | None => Err(RefusalCode::RoleMayNot),
        },
        Role::Patrol
        | Role::Street
        | Role::Command
        | Role::Auditor
        | Role::Admin
        | Role::System => Err(RefusalCode::RoleMayNot),
    }
}

/// Which department reads, if it may at all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Station,
    PoliceOrHealth,
}

fn reader_of(facts: &PersonalFacts<'_>) -> Option<Reader> {
    let department = facts.actor.department.as_ref()?;
    if !facts.escalated_to.contains(department) {
        return None;
    }
    match department.as_str() {
        "rescue_station" => Some(Reader::Station),
        "police" | "health" => Some(Reader::PoliceOrHealth),
        office if office.starts_with("street_") => Some(Reader::Station),
        _ => None,
    }
}

/// Purposes that let police and health see a name.
trait GivesNames {
    fn gives_names(self) -> bool;
}

impl GivesNames for Purpose {
    fn gives_names(self) -> bool {
        match self {
            Self::Lost | Self::Trafficking | Self::Treatment => true,
            Self::FindAgain | Self::Visit | Self::Identify | Self::HandOver | Self::Review => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::id::{AccountName, UnitId};

    use super::*;

    fn actor(role: Role, department: Option<&str>) -> Actor {
        Actor {
            account: AccountName::from("somebody"),
            role,
            jurisdictions: BTreeSet::new(),
            department: department.map(DepartmentId::from),
            unit: Some(UnitId::from("u-1")),
        }
    }

    #[test]
    fn who_reads_what() {
        let asked = [
            DepartmentId::from("police"),
            DepartmentId::from("health"),
            DepartmentId::from("rescue_station"),
            DepartmentId::from("city_management"),
            DepartmentId::from("emergency"),
        ];
        for (role, department, purpose, state, own_task_open, escalated, kinds) in [
            (
                Role::Patrol,
                None,
                Purpose::Visit,
                CaseState::Open,
                true,
                false,
                Some("note looks"),
            ),
            (
                Role::Patrol,
                None,
                Purpose::Visit,
                CaseState::Open,
                false,
                false,
                None,
            ),
            (
                Role::Street,
                None,
                Purpose::FindAgain,
                CaseState::FollowUp,
                false,
                false,
                Some("note looks name photo"),
            ),
            (
                Role::Street,
                None,
                Purpose::FindAgain,
                CaseState::Closed,
                false,
                false,
                None,
            ),
            (
                Role::Command,
                None,
                Purpose::Review,
                CaseState::Open,
                false,
                false,
                Some("note looks name photo"),
            ),
            (
                Role::Command,
                None,
                Purpose::Review,
                CaseState::Closed,
                false,
                false,
                None,
            ),
            (
                Role::Department,
                Some("rescue_station"),
                Purpose::Visit,
                CaseState::Open,
                false,
                true,
                Some("note looks name photo"),
            ),
            (
                Role::Department,
                Some("rescue_station"),
                Purpose::Visit,
                CaseState::Open,
                false,
                false,
                None,
            ),
            (
                Role::Department,
                Some("police"),
                Purpose::Identify,
                CaseState::Open,
                false,
                true,
                Some("note looks photo"),
            ),
            (
                Role::Department,
                Some("police"),
                Purpose::Lost,
                CaseState::Open,
                false,
                true,
                Some("note looks name photo"),
            ),
            (
                Role::Department,
                Some("police"),
                Purpose::Trafficking,
                CaseState::Open,
                false,
                true,
                Some("note looks name photo"),
            ),
            (
                Role::Department,
                Some("health"),
                Purpose::Treatment,
                CaseState::Open,
                false,
                true,
                Some("note looks name photo"),
            ),
            (
                Role::Department,
                Some("health"),
                Purpose::FindAgain,
                CaseState::Open,
                false,
                true,
                Some("note looks photo"),
            ),
            (
                Role::Department,
                Some("police"),
                Purpose::Lost,
                CaseState::Open,
                false,
                false,
                None,
            ),
            (
                Role::Department,
                Some("city_management"),
                Purpose::Lost,
                CaseState::Open,
                false,
                true,
                None,
            ),
            (
                Role::Department,
                Some("emergency"),
                Purpose::Treatment,
                CaseState::Open,
                false,
                true,
                None,
            ),
            (
                Role::Auditor,
                None,
                Purpose::Review,
                CaseState::Open,
                false,
                false,
                None,
            ),
            (
                Role::Admin,
                None,
                Purpose::Review,
                CaseState::Open,
                false,
                false,
                None,
            ),
        ] {
            let actor = actor(role, department);
            let facts = PersonalFacts {
                actor: &actor,
                purpose,
                state,
                own_task_open,
                escalated_to: if escalated { &asked } else { &[] },
            };
            let got = verdict_for_personal_read(&facts).ok().map(|kinds| {
                kinds
                    .iter()
                    .map(|kind| kind.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            assert_eq!(got.as_deref(), kinds, "{role} {department:?} {purpose}");
        }
    }
}
