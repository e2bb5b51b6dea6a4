//! The rights of an account, as they are given and as they are kept. What they allow is judged by policy.

use journal::store::Account;
use model::actor::Role;
use model::id::{AccountName, DepartmentId, DistrictId, JurisdictionCode, UnitId};

use super::{AccountError, AccountRights, AccountView};
use crate::fault::RuntimeFault;

pub(super) fn view_of(account: &Account) -> Result<AccountView, RuntimeFault> {
    let role = account.role.parse().map_err(|_| RuntimeFault::Journal {
        doing: "reading an account",
        source: journal::fault::Fault::Unreadable {
            thing: format!("account {}", account.account),
            what: format!("`{}` is no role", account.role),
        },
    })?;
    Ok(AccountView {
        account: AccountName(account.account.clone()),
        rights: AccountRights {
            role,
            jurisdictions: account
                .jurisdictions
                .iter()
                .cloned()
                .map(JurisdictionCode)
                .collect(),
            department: account.department.clone().map(DepartmentId),
            unit: account.unit.clone().map(UnitId),
            districts: account.districts.iter().cloned().map(DistrictId).collect(),
        },
        disabled: account.disabled,
        rights_version: account.rights_version,
    })
}

pub(super) fn with_rights(account: Account, rights: AccountRights) -> Account {
    Account {
        role: rights.role.as_str().to_owned(),
        jurisdictions: rights
            .jurisdictions
            .into_iter()
            .map(|code| code.0)
            .collect(),
        department: rights.department.map(|id| id.0),
        unit: rights.unit.map(|id| id.0),
        districts: rights.districts.into_iter().map(|id| id.0).collect(),
        ..account
    }
}

pub(super) fn check_name(account: &AccountName) -> Result<(), AccountError> {
    let name = account.as_str();
    let fits = (1..=64).contains(&name.chars().count())
        && name != "system"
        && !name.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits {
        Ok(())
    } else {
        Err(AccountError::Invalid(
            "an account name has 1 to 64 characters without spaces and is not `system`".to_owned(),
        ))
    }
}

pub(super) fn check_rights(rights: &AccountRights) -> Result<(), AccountError> {
    let wrong = |what: &str| Err(AccountError::Invalid(what.to_owned()));
    match rights.role {
        Role::Patrol if rights.unit.is_none() => wrong("a patrol account needs a unit"),
        Role::Street if rights.jurisdictions.is_empty() => {
            wrong("a street account needs a jurisdiction")
        }
        Role::Department if rights.department.is_none() => {
            wrong("a department account needs a department")
        }
        Role::System => wrong("`system` is the program itself"),
        Role::Patrol
        | Role::Street
        | Role::Department
        | Role::Command
        | Role::Auditor
        | Role::Admin => Ok(()),
    }
}
