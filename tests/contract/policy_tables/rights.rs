//! Answers of the table about who may do what: one row for one or more calls, a column for each role.
#![expect(
    clippy::panic,
    reason = "a row that cannot be read is a wrong table, and the test says where"
)]

use std::collections::BTreeSet;

use model::actor::{Actor, Role};
use model::id::{AccountName, DepartmentId, JurisdictionCode, UnitId};
use model::refusal::RefusalCode;
use policy::action::Action;
use policy::permission::{ScopeFacts, verdict_for_permission};
use policy::policy::Policy;

use super::row::{Row, read};

fn actor(role: Role) -> Actor {
    Actor {
        account: AccountName::from("me"),
        role,
        jurisdictions: match role {
            Role::Street => BTreeSet::from([JurisdictionCode::from("310107005")]),
            Role::Patrol
            | Role::Department
            | Role::Command
            | Role::Auditor
            | Role::Admin
            | Role::System => BTreeSet::new(),
        },
        department: (role == Role::Department).then(|| DepartmentId::from("police")),
        unit: (role == Role::Patrol).then(|| UnitId::from("u-1")),
    }
}

pub fn permission(policy: &Policy, row: &Row) -> (String, String) {
    let mine: Vec<&str> = match row.get("mine") {
        "all" => vec!["street", "unit", "reports", "department", "escalated"],
        "none" => Vec::new(),
        some => some.split_whitespace().collect(),
    };
    let has = |relation: &str| mine.contains(&relation);
    let departments = [
        DepartmentId::from("police"),
        DepartmentId::from("street_310107005"),
    ];
    let streets = [JurisdictionCode::from("310107005")];
    let others = [JurisdictionCode::from("310107103")];
    let (units, reporters) = ([UnitId::from("u-1")], [AccountName::from("me")]);
    let facts = ScopeFacts {
        jurisdictions: if has("street") { &streets } else { &others },
        units: if has("unit") { &units } else { &[] },
        reporters: if has("reports") { &reporters } else { &[] },
        departments: if has("department") { &departments } else { &[] },
        escalated_to: if has("escalated") { &departments } else { &[] },
    };
    let roles = [
        ("patrol", Role::Patrol),
        ("street", Role::Street),
        ("department", Role::Department),
        ("command", Role::Command),
        ("auditor", Role::Auditor),
        ("admin", Role::Admin),
    ];
    let wants: Vec<&str> = roles.iter().map(|(column, _)| row.get(column)).collect();
    for call in row.get("calls").split_whitespace() {
        let action: Action = read(call);
        let says: Vec<&str> = roles
            .iter()
            .map(
                |(_, role)| match verdict_for_permission(policy, &actor(*role), action, &facts) {
                    Ok(()) => "yes",
                    Err(RefusalCode::RoleMayNot) => "no",
                    Err(RefusalCode::OutsideYourJurisdiction) => "outside",
                    Err(RefusalCode::NotFound) => "hidden",
                    Err(other) => panic!("{call}: {}", other.as_str()),
                },
            )
            .collect();
        if says != wants {
            return (format!("{call}: {}", says.join(" ")), wants.join(" "));
        }
    }
    (String::new(), String::new())
}
