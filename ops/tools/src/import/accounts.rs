//! Accounts: `account,role,jurisdictions,department,unit`. Passwords never stand in a file.

use std::collections::BTreeSet;

use model::actor::Role;

use super::cell::Cells;
use super::row::{Entry, Rows};
use super::{AccountRow, Known};

pub(crate) const COLUMNS: &[&str] = &["account", "role", "jurisdictions", "department", "unit"];

/// Roles that people have; the program's own is no account.
const ROLES: &[Role] = &[
    Role::Patrol,
    Role::Street,
    Role::Department,
    Role::Command,
    Role::Auditor,
    Role::Admin,
];

pub(crate) struct Accounts;

/// How a row stands to the accounts that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    New,
    Same,
    Other,
}

fn standing(row: &AccountRow, known: &Known<'_>) -> Standing {
    let rights = |row: &AccountRow| {
        let streets: BTreeSet<String> = row.jurisdictions.iter().cloned().collect();
        (row.role, streets, row.department.clone(), row.unit.clone())
    };
    match known.accounts.iter().find(|one| one.account == row.account) {
        None => Standing::New,
        Some(one) if rights(one) == rights(row) => Standing::Same,
        Some(_) => Standing::Other,
    }
}

impl Rows for Accounts {
    type Item = AccountRow;

    fn read(&self, cells: &mut Cells<'_>) -> Option<AccountRow> {
        let account = cells.needed_id("account");
        if cells.raw("role").is_none() {
            cells.missing("role");
        }
        let role = cells.word("role", ROLES);
        if role == Some(Role::System) || account.as_deref() == Some("system") {
            cells.wrong(
                "account",
                "bad_id",
                "system 是程序自身，不是账号",
                "system is the program itself and no account",
            );
        }
        let jurisdictions = cells.streets("jurisdictions");
        let department = cells.department("department");
        let unit = cells.name("unit");
        if let Some(unit) = &unit
            && !cells
                .known
                .tables
                .units
                .contains_key(&model::id::UnitId(unit.clone()))
        {
            cells.wrong(
                "unit",
                "unknown_reference",
                "没有此巡查力量，请先导入",
                "no unit has this id; import the units first",
            );
        }
        let (account, role) = (account?, role?);
        let needs = match role {
            Role::Patrol => Some(("unit", unit.is_some())),
            Role::Street => Some(("jurisdictions", !jurisdictions.is_empty())),
            Role::Department => Some(("department", department.is_some())),
            Role::Command | Role::Auditor | Role::Admin | Role::System => None,
        };
        if let Some((column, false)) = needs
            && cells.raw(column).is_none()
        {
            cells.missing(column);
        }
        let row = AccountRow {
            line: cells.row.line.unwrap_or_default(),
            account,
            role,
            jurisdictions: jurisdictions.into_iter().map(|code| code.0).collect(),
            department: department.map(|id| id.0),
            unit,
        };
        if standing(&row, cells.known) == Standing::Other {
            cells.wrong(
                "account",
                "account_present",
                "已有同名账号，权限不同；导入不更改账号",
                "an account of this name is there with other rights; an import changes no account",
            );
        }
        Some(row)
    }

    fn key(&self, item: &AccountRow) -> (String, &'static str) {
        (item.account.clone(), "account")
    }

    fn is_known(&self, item: &AccountRow, known: &Known<'_>) -> bool {
        standing(item, known) == Standing::Same
    }

    fn entries(&self, items: Vec<(Option<u64>, AccountRow)>, _known: &Known<'_>) -> Vec<Entry> {
        items
            .into_iter()
            .map(|(_, account)| Entry::Account(account))
            .collect()
    }
}
