//! Accounts: `account,role,jurisdictions,department,unit`. Passwords never stand in a file.

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
        Some(AccountRow {
            line: cells.row.line.unwrap_or_default(),
            account,
            role,
            jurisdictions: jurisdictions.into_iter().map(|code| code.0).collect(),
            department: department.map(|id| id.0),
            unit,
        })
    }

    fn key(&self, item: &AccountRow) -> (String, &'static str) {
        (item.account.clone(), "account")
    }

    /// Accounts are no part of the district's tables: whoever adds them leaves out those that are there as they are.
    fn is_known(&self, _item: &AccountRow, _known: &Known<'_>) -> bool {
        false
    }

    fn entries(&self, items: Vec<(Option<u64>, AccountRow)>, _known: &Known<'_>) -> Vec<Entry> {
        items
            .into_iter()
            .map(|(_, account)| Entry::Account(account))
            .collect()
    }
}
