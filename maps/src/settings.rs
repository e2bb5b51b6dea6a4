//! Drill, and the adopted policy.

use model::command::Command;
use model::id::PolicyId;
use model::refusal::{Refusal, RefusalCode};
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::Form;
use web::documents::{CommandParams, CommandProblems};
use web::problem::Problem;
use web::words::Words;

/// On or off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrillBody {
    /// On.
    pub on: bool,
    /// Why.
    pub reason: Words,
}

/// A policy to adopt.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptBody {
    /// One of the book, by its id; or
    #[serde(default)]
    pub policy_id: Option<PolicyId>,
    /// the file itself, as TOML.
    #[serde(default)]
    pub policy: Option<String>,
}

/// Switches the drill on or off: while it is on, every event is marked as a drill.
#[utoipa::path(post, path = "/api/v1/drill", tag = "settings", params(CommandParams), request_body = DrillBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn drill(call: Call, form: Form<DrillBody>) -> Result<Answered, Problem> {
    let DrillBody { on, reason } = form.value;
    let command = Command::SwitchDrill {
        on,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Adopts a policy. Cases that are open keep theirs until an event moves them.
#[utoipa::path(post, path = "/api/v1/policy/adopt", tag = "settings", params(CommandParams), request_body = AdoptBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn adopt(call: Call, form: Form<AdoptBody>) -> Result<Answered, Problem> {
    let policy_id = match (form.value.policy_id, form.value.policy) {
        (Some(id), None) => id,
        (None, Some(text)) => {
            let reading = &call.reading;
            let runtime = &reading.services.runtime;
            runtime
                .keep_policy(&reading.district, reading.actor(), &text)
                .await?
        }
        (Some(_), Some(_)) => {
            return Err(Refusal::new(RefusalCode::UnknownField).at("/policy").into());
        }
        (None, None) => {
            return Err(Refusal::new(RefusalCode::MissingField)
                .at("/policy_id")
                .into());
        }
    };
    call.submit(form.sent, Command::AdoptPolicy { policy_id })
        .await
}
