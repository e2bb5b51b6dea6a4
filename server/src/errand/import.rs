//! The errand of an import: read the file against what is known, then hand its commands in.

use std::fmt::Write as _;
use std::sync::Arc;

use journal::store::StoreWrite;
use model::actor::Actor;
use model::id::DistrictId;
use runtime::accounts::AccountView;
use runtime::handle::DistrictHandle;
use runtime::runtime::Runtime;
use runtime::submission::{PersonalField, Submission, SubmitError};
use serde_json::json;
use tools::import::{AccountRow, Import, ImportOrder, Known, build};

use super::{ImportErrand, Rights, Said, account};

/// How often a command that cannot be taken now is handed in again.
const TRIES_MAX: u32 = 50;

/// Imports a file.
pub async fn run(runtime: &Arc<Runtime>, errand: ImportErrand) -> Said {
    let district = match &errand.district {
        Some(code) => runtime.district(&DistrictId::from(code.as_str())),
        None => runtime.default_district().ok(),
    };
    let Some(district) = district else {
        return Said::failed("there is no such district here");
    };
    let file = match tokio::fs::read(&errand.file).await {
        Ok(file) => file,
        Err(error) => {
            return Said::failed(format!("{} cannot be read: {error}", errand.file.display()));
        }
    };
    let accounts: Vec<AccountRow> = runtime.accounts().list().into_iter().map(row_of).collect();
    let mut import = {
        let view = district.read();
        let known = Known {
            tables: view.tables(),
            policy: view.policy(),
            areas: view.state.areas.as_deref().map(|known| &known.areas),
            accounts: &accounts,
            now: view.now,
        };
        build(errand.kind, &file, &errand.options, &known)
    };
    let mut made = String::new();
    if !errand.dry_run && !import.report.is_refused() {
        if let Err(why) = submit(runtime, &district, &mut import).await {
            return Said::failed(why);
        }
        made = add_accounts(runtime, &mut import).await;
    }
    let mut text = import.report.to_text();
    if errand.dry_run {
        text.push_str("试运行，未写入 / dry run, nothing was written\n");
    }
    text.push_str(&made);
    Said {
        done: import.report.is_done(),
        text,
        value: json!({"dry_run": errand.dry_run, "report": import.report}),
    }
}

/// An account that is there, as a file would have it.
fn row_of(account: AccountView) -> AccountRow {
    let rights = account.rights;
    AccountRow {
        line: 0,
        account: account.account.0,
        role: rights.role,
        jurisdictions: rights
            .jurisdictions
            .into_iter()
            .map(|code| code.0)
            .collect(),
        department: rights.department.map(|id| id.0),
        unit: rights.unit.map(|id| id.0),
    }
}

async fn submit(
    runtime: &Arc<Runtime>,
    district: &DistrictHandle,
    import: &mut Import,
) -> Result<(), String> {
    if let Some(set) = import.boundaries.take() {
        let write = StoreWrite::PutBoundaries {
            content_hash: set.content_hash,
            text: set.text,
        };
        runtime
            .store()
            .write(vec![write])
            .await
            .map_err(|fault| format!("the boundaries cannot be kept: {fault}"))?;
    }
    for order in std::mem::take(&mut import.orders) {
        let line = order.line;
        match hand_in(district, order).await {
            Ok(first_time) => import.report.note_accepted(first_time),
            Err(SubmitError::Refused(refusal)) => import.report.note_refused(line, &refusal),
            Err(SubmitError::Unavailable(why)) => {
                return Err(format!(
                    "stopped: {}; importing the same file again goes on where it stopped",
                    why.code.title_en()
                ));
            }
        }
    }
    Ok(())
}

/// Hands one command in; a full queue is waited for.
async fn hand_in(district: &DistrictHandle, order: ImportOrder) -> Result<bool, SubmitError> {
    let personal = order
        .personal
        .into_iter()
        .map(|text| PersonalField {
            record: text.record,
            kind: text.kind,
            text: text.text,
        })
        .collect();
    let mut submission = Submission::new(order.id, Actor::system(), order.command);
    submission.personal = personal;
    let mut tries = 0;
    loop {
        match district.submit(submission.clone()).await {
            Ok(answer) => return Ok(answer.first_time),
            Err(SubmitError::Unavailable(why)) if tries < TRIES_MAX => {
                tries += 1;
                tokio::time::sleep(why.retry_after / 4).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Adds the accounts of a file, each with a made password; the lines to print once.
async fn add_accounts(runtime: &Arc<Runtime>, import: &mut Import) -> String {
    let mut text = String::new();
    for row in std::mem::take(&mut import.accounts) {
        let AccountRow {
            line,
            account: name,
            role,
            jurisdictions,
            department,
            unit,
        } = row;
        let rights = Rights {
            role: role.as_str().to_owned(),
            jurisdictions,
            department,
            unit,
            districts: Vec::new(),
        };
        let said = account::add(runtime, name, rights, None).await;
        if said.done {
            import.report.note_accepted(true);
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}: {}", said.text);
    }
    text
}
