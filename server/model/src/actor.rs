//! Who acts: the account behind a command or a read, with its role and scope. Rights are judged in `policy`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::id::{AccountName, DepartmentId, JurisdictionCode, UnitId};

closed_list! {
    /// What an account is for.
    Role {
        /// 巡查
        Patrol = "patrol",
        /// 街镇 duty
        Street = "street",
        /// A department desk, or a keeper of a resource.
        Department = "department",
        /// The command centre.
        Command = "command",
        /// Reads, changes nothing.
        Auditor = "auditor",
        /// Accounts and settings, no cases.
        Admin = "admin",
        /// The program itself: deadlines, couriers, imports at the command line.
        System = "system",
    }
}

/// Who acts, with what scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Actor {
    /// The account; `system` for the program itself.
    pub account: AccountName,
    /// Its role.
    pub role: Role,
    /// The streets of a street account; for others the street they belong to, if any.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub jurisdictions: BTreeSet<JurisdictionCode>,
    /// The department of a department account; a street account also answers for `street_<code>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// The unit of a patrol account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

impl Actor {
    /// The program itself.
    pub fn system() -> Self {
        Self {
            account: AccountName::from("system"),
            role: Role::System,
            jurisdictions: BTreeSet::new(),
            department: None,
            unit: None,
        }
    }

    /// Whether the account answers for this department: its own, or the office of one of its streets.
    pub fn answers_for(&self, department: &DepartmentId) -> bool {
        self.department.as_ref() == Some(department)
            || (self.role == Role::Street
                && self
                    .jurisdictions
                    .iter()
                    .any(|code| DepartmentId::street(code) == *department))
    }
}
