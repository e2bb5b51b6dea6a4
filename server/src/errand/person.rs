//! Errands about one person: what is kept of them is handed to them, or forgotten.

use std::sync::Arc;

use model::command::Command;
use model::id::{CommandId, DistrictId, PersonId};
use runtime::handle::DistrictHandle;
use runtime::runtime::Runtime;
use runtime::submission::SubmitError;
use serde_json::json;
use uuid::Uuid;

use super::Said;

/// Forgets a person. Two named people stand by it.
pub async fn erase(
    runtime: &Arc<Runtime>,
    person: Uuid,
    named: Vec<String>,
    ground: String,
    district: Option<&str>,
) -> Said {
    let Some(district) = district_of(runtime, district) else {
        return Said::failed("there is no such district here");
    };
    let by = named.join(" + ");
    let command = Command::ErasePerson {
        person_id: PersonId(person),
        named,
        ground,
    };
    let id = CommandId(district.new_id());
    match district.submit_as_system(id, command).await {
        Ok(answer) => Said::done(
            format!("{person} is forgotten, decided by {by}"),
            json!({"person_id": person, "seq": answer.seq}),
        ),
        Err(error) => refused(&error),
    }
}

/// What is kept of a person, as one JSON document.
pub async fn file(
    runtime: &Arc<Runtime>,
    person: Uuid,
    by: String,
    district: Option<&str>,
) -> Said {
    if by.trim().is_empty() {
        return Said::failed("whoever hands the file over has to be named");
    }
    let Some(district) = district_of(runtime, district) else {
        return Said::failed("there is no such district here");
    };
    let id = CommandId(district.new_id());
    match district.person_file(id, by.trim(), PersonId(person)).await {
        Ok(file) => Said::done(format!("{file:#}"), file),
        Err(error) => refused(&error),
    }
}

fn district_of(runtime: &Arc<Runtime>, code: Option<&str>) -> Option<DistrictHandle> {
    match code {
        Some(code) => runtime.district(&DistrictId::from(code)),
        None => runtime.default_district().ok(),
    }
}

fn refused(error: &SubmitError) -> Said {
    match error {
        SubmitError::Refused(refusal) => Said::failed(format!(
            "{} ({})",
            refusal.code.title_en(),
            refusal.code.as_str()
        )),
        SubmitError::Unavailable(why) => Said::failed(why.code.title_en()),
    }
}
