//! Shifts and safety: start, "I am safe", end, and the call for help. The check-in alarm runs on the server.

use model::command::Command;
use model::time::Instant;
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::{Empty, Form};
use web::documents::{CommandParams, CommandProblems};
use web::problem::Problem;

/// How a shift starts.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShiftBody {
    /// Planned end.
    pub ends_at: Option<Instant>,
    /// Whether the worker is alone and checks in.
    pub lone: bool,
}

/// Starts a shift.
#[utoipa::path(post, path = "/api/v1/shifts/start", tag = "shifts", params(CommandParams), request_body = ShiftBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn start(call: Call, form: Form<ShiftBody>) -> Result<Answered, Problem> {
    let ShiftBody { ends_at, lone } = form.value;
    call.submit(form.sent, Command::StartShift { ends_at, lone })
        .await
}

/// "I am safe."
#[utoipa::path(post, path = "/api/v1/shifts/check_in", tag = "shifts", params(CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn check_in(call: Call, form: Form<Empty>) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::CheckIn).await
}

/// Ends a shift; unfinished tasks go back to the list before the unit leaves.
#[utoipa::path(post, path = "/api/v1/shifts/end", tag = "shifts", params(CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn end(call: Call, form: Form<Empty>) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::EndShift).await
}

/// Calls for help.
#[utoipa::path(post, path = "/api/v1/panic", tag = "shifts", params(CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn panic(call: Call, form: Form<Empty>) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::RaisePanic).await
}
