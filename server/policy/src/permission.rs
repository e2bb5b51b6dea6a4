//! Rule: who may make which call on which thing. The table is `rules/permissions.toml`; nobody else judges rights.

use std::collections::BTreeMap;

use model::actor::{Actor, Role};
use model::id::{AccountName, DepartmentId, JurisdictionCode, UnitId};
use model::refusal::RefusalCode;
use serde::Deserialize;

use crate::action::Action;
use crate::policy::{Policy, PolicyProblem, PolicyProblems};

/// What the rule may know about the thing that a call is about. Empty lists: nothing of it is anybody's.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScopeFacts<'a> {
    /// The streets it lies in. For a person: the streets of its cases.
    pub jurisdictions: &'a [JurisdictionCode],
    /// The units that have, or had, a task there; for a position, shift or panic the unit itself.
    pub units: &'a [UnitId],
    /// The accounts that reported it.
    pub reporters: &'a [AccountName],
    /// The departments it belongs to: of an escalation, a task, the keeper of a resource.
    pub departments: &'a [DepartmentId],
    /// The departments that are asked about it now.
    pub escalated_to: &'a [DepartmentId],
}

/// How far a right reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything of the district.
    All,
    /// What lies in a street of the account.
    OwnJurisdiction,
    /// Where the account's unit has, or had, a task.
    OwnUnit,
    /// What the account reported.
    OwnReports,
    /// What belongs to a department the account answers for.
    OwnDepartment,
    /// Where a department the account answers for is asked.
    WhereEscalated,
}

/// The permission table.
#[derive(Clone, Debug)]
pub struct Permissions(BTreeMap<(Action, Role), Vec<Scope>>);

/// Judges one call on one thing.
///
/// # Errors
/// `RoleMayNot` (403) if the role has no such right at all; `NotFound` (404) if the thing may not even be seen;
/// `OutsideYourJurisdiction` (403) if it may be seen but the right does not reach it.
///
/// # Source
/// `rules/permissions.toml`; the roles of the outside face.
pub fn verdict_for_permission(
    policy: &Policy,
    actor: &Actor,
    action: Action,
    facts: &ScopeFacts<'_>,
) -> Result<(), RefusalCode> {
    verdict_for_listing(policy, actor, action)?;
    if reaches(policy, actor, action, facts) {
        return Ok(());
    }
    let seen = action.seen_through();
    if seen != action && reaches(policy, actor, seen, facts) {
        Err(RefusalCode::OutsideYourJurisdiction)
    } else {
        Err(RefusalCode::NotFound)
    }
}

/// Judges whether a role may make a call at all, before any thing is known: lists, the feed, things to be made.
///
/// # Errors
/// `RoleMayNot` (403).
pub fn verdict_for_listing(
    policy: &Policy,
    actor: &Actor,
    action: Action,
) -> Result<(), RefusalCode> {
    if actor.role == Role::System || !policy.permissions.scopes(action, actor.role).is_empty() {
        Ok(())
    } else {
        Err(RefusalCode::RoleMayNot)
    }
}

/// Whether a right reaches a thing; for filtering lists and feeds.
pub fn reaches(policy: &Policy, actor: &Actor, action: Action, facts: &ScopeFacts<'_>) -> bool {
    if actor.role == Role::System {
        return true;
    }
    policy
        .permissions
        .scopes(action, actor.role)
        .iter()
        .any(|scope| match scope {
            Scope::All => true,
            Scope::OwnJurisdiction => facts
                .jurisdictions
                .iter()
                .any(|code| actor.jurisdictions.contains(code)),
            Scope::OwnUnit => actor
                .unit
                .as_ref()
                .is_some_and(|unit| facts.units.contains(unit)),
            Scope::OwnReports => facts.reporters.contains(&actor.account),
            Scope::OwnDepartment => facts
                .departments
                .iter()
                .any(|department| actor.answers_for(department)),
            Scope::WhereEscalated => facts
                .escalated_to
                .iter()
                .any(|department| actor.answers_for(department)),
        })
}

/// The scopes of a role for an action, as the table has them; empty means none.
pub fn scopes(policy: &Policy, action: Action, role: Role) -> &[Scope] {
    policy.permissions.scopes(action, role)
}

/// One row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    patrol: String,
    street: String,
    department: String,
    command: String,
    auditor: String,
    admin: String,
}

impl Permissions {
    /// Reads a table.
    ///
    /// # Errors
    /// Every row that is missing, unknown or has an unknown word, with its path.
    pub fn parse(text: &str) -> Result<Self, PolicyProblems> {
        let rows: BTreeMap<String, Row> = toml::from_str(text).map_err(|e| {
            PolicyProblems(vec![PolicyProblem {
                path: "permissions".to_owned(),
                what: e.to_string(),
            }])
        })?;
        let mut table = BTreeMap::new();
        let mut problems = Vec::new();
        let mut problem = |path: String, what: &str| {
            problems.push(PolicyProblem {
                path,
                what: what.to_owned(),
            });
        };
        for (name, row) in rows {
            let Ok(action) = name.parse::<Action>() else {
                problem(format!("permissions.{name}"), "no such call");
                continue;
            };
            for (role, cell) in [
                (Role::Patrol, &row.patrol),
                (Role::Street, &row.street),
                (Role::Department, &row.department),
                (Role::Command, &row.command),
                (Role::Auditor, &row.auditor),
                (Role::Admin, &row.admin),
            ] {
                match parse_cell(cell) {
                    Some(scopes) => {
                        table.insert((action, role), scopes);
                    }
                    None => problem(format!("permissions.{name}.{role}"), "no such scope"),
                }
            }
        }
        for action in Action::ALL {
            if !table.keys().any(|(of, _)| of == action) {
                problem(format!("permissions.{action}"), "the row is missing");
            }
        }
        if problems.is_empty() {
            Ok(Self(table))
        } else {
            Err(PolicyProblems(problems))
        }
    }

    fn scopes(&self, action: Action, role: Role) -> &[Scope] {
        self.0.get(&(action, role)).map_or(&[], Vec::as_slice)
    }
}

fn parse_cell(cell: &str) -> Option<Vec<Scope>> {
    if cell == "none" {
        return Some(Vec::new());
    }
    let scopes: Option<Vec<Scope>> = cell
        .split_whitespace()
        .map(|word| match word {
            "all" => Some(Scope::All),
            "own_jurisdiction" => Some(Scope::OwnJurisdiction),
            "own_unit" => Some(Scope::OwnUnit),
            "own_reports" => Some(Scope::OwnReports),
            "own_department" => Some(Scope::OwnDepartment),
            "where_escalated" => Some(Scope::WhereEscalated),
            _ => None,
        })
        .collect();
    scopes.filter(|scopes| !scopes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PERMISSIONS;

    #[test]
    fn every_call_has_a_row_and_every_row_is_a_call() {
        assert!(Permissions::parse(PERMISSIONS).is_ok());
        let missing = PERMISSIONS.replace("panic = ", "panik = ");
        let problems = Permissions::parse(&missing).unwrap_err();
        let paths: Vec<&str> = problems.0.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(paths, ["permissions.panik", "permissions.panic"]);
    }

    #[test]
    fn the_program_itself_may_do_everything() {
        let policy = Policy::putuo().unwrap();
        for action in Action::ALL {
            assert_eq!(
                verdict_for_permission(&policy, &Actor::system(), *action, &ScopeFacts::default()),
                Ok(())
            );
        }
    }
}
