//! Errands about accounts.

use std::fmt::Write as _;
use std::sync::Arc;

use model::actor::Role;
use model::id::{AccountName, DepartmentId, DistrictId, JurisdictionCode, UnitId};
use runtime::accounts::{AccountError, AccountRights};
use runtime::runtime::Runtime;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Rights, Said};

/// Adds an account.
pub async fn add(
    runtime: &Arc<Runtime>,
    name: String,
    rights: Rights,
    password: Option<String>,
) -> Said {
    let rights = match rights_of(rights) {
        Ok(rights) => rights,
        Err(why) => return Said::failed(why),
    };
    let account = AccountName(name.clone());
    let added = runtime
        .accounts()
        .add(account, rights, password.map(Zeroizing::new))
        .await;
    told(added, &name, "added")
}

/// Sets another password.
pub async fn password(runtime: &Arc<Runtime>, name: String, password: Option<String>) -> Said {
    let set = runtime
        .accounts()
        .set_password(&AccountName(name.clone()), password.map(Zeroizing::new))
        .await;
    told(set, &name, "password set")
}

/// Disables an account.
pub async fn disable(runtime: &Arc<Runtime>, name: String) -> Said {
    let account = AccountName(name.clone());
    match runtime.accounts().set_disabled(&account, true).await {
        Ok(()) => Said::done(
            format!("account {name} disabled"),
            json!({"account": name, "disabled": true}),
        ),
        Err(error) => Said::failed(error.to_string()),
    }
}

/// Lists all accounts.
pub fn list(runtime: &Arc<Runtime>) -> Said {
    let accounts = runtime.accounts().list();
    let mut text = String::new();
    for account in &accounts {
        let rights = &account.rights;
        // Writing to a string cannot fail.
        let _ = write!(text, "{}  {}", account.account, rights.role);
        for code in &rights.jurisdictions {
            let _ = write!(text, "  {code}");
        }
        if let Some(department) = &rights.department {
            let _ = write!(text, "  {department}");
        }
        if let Some(unit) = &rights.unit {
            let _ = write!(text, "  {unit}");
        }
        text.push_str(if account.disabled {
            "  disabled\n"
        } else {
            "\n"
        });
    }
    let value = accounts
        .iter()
        .map(|account| {
            json!({
                "account": account.account, "role": account.rights.role,
                "jurisdictions": account.rights.jurisdictions, "department": account.rights.department,
                "unit": account.rights.unit, "districts": account.rights.districts, "disabled": account.disabled,
            })
        })
        .collect();
    Said::done(text, value)
}

/// Rights from their words.
///
/// # Errors
/// A word that is no role, in a sentence.
pub fn rights_of(rights: Rights) -> Result<AccountRights, String> {
    let role: Role = rights.role.parse().map_err(|_| {
        format!(
            "`{}` is no role: patrol, street, department, command, auditor, admin",
            rights.role
        )
    })?;
    Ok(AccountRights {
        role,
        jurisdictions: rights
            .jurisdictions
            .into_iter()
            .map(JurisdictionCode)
            .collect(),
        department: rights.department.map(DepartmentId),
        unit: rights.unit.map(UnitId),
        districts: rights.districts.into_iter().map(DistrictId).collect(),
    })
}

fn told(result: Result<Option<Zeroizing<String>>, AccountError>, name: &str, what: &str) -> Said {
    match result {
        Ok(None) => Said::done(format!("account {name}: {what}"), json!({"account": name})),
        Ok(Some(made)) => Said::done(
            format!(
                "account {name}: {what}; its password, shown this once: {}",
                made.as_str()
            ),
            json!({"account": name, "password": made.as_str()}),
        ),
        Err(error) => Said::failed(error.to_string()),
    }
}
