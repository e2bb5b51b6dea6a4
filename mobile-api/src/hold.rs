//! Beds held until somebody arrives.

use model::command::Command;
use model::id::{CaseId, HoldId, ResourceId};
use model::time::Instant;
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::{Empty, Form};
use web::documents::{CommandParams, CommandProblems};
use web::path::{PathId, PathName};
use web::problem::Problem;

/// What to hold.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    /// For which case.
    pub case_id: CaseId,
    /// How many beds.
    pub n: u32,
    /// Until when.
    pub until: Instant,
}

/// Holds beds.
#[utoipa::path(post, path = "/api/v1/resources/{id}/holds", tag = "resources",
    params(("id" = String, Path, description = "The resource"), CommandParams), request_body = HoldBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn make(
    call: Call,
    PathName(resource): PathName<ResourceId>,
    form: Form<HoldBody>,
) -> Result<Answered, Problem> {
    let HoldBody { case_id, n, until } = form.value;
    let command = Command::HoldBeds {
        resource,
        case_id,
        n,
        until,
    };
    call.submit(form.sent, command).await
}

/// They came.
#[utoipa::path(post, path = "/api/v1/holds/{id}/arrive", tag = "resources",
    params(("id" = uuid::Uuid, Path, description = "The hold"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn arrive(
    call: Call,
    PathId(hold_id): PathId<HoldId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::ArriveHold { hold_id })
        .await
}

/// Not needed.
#[utoipa::path(post, path = "/api/v1/holds/{id}/release", tag = "resources",
    params(("id" = uuid::Uuid, Path, description = "The hold"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn release(
    call: Call,
    PathId(hold_id): PathId<HoldId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::ReleaseHold { hold_id })
        .await
}
