//! Resources: whether they are open, and how many beds are free.

use model::command::Command;
use model::id::ResourceId;
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::Form;
use web::documents::{CommandParams, CommandProblems};
use web::path::PathName;
use web::problem::Problem;

/// How a resource is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateBody {
    /// Open or closed.
    pub open: bool,
    /// Free beds.
    #[serde(default)]
    pub beds_free: Option<u32>,
    /// Guests inside who have not chosen where to go.
    #[serde(default)]
    pub n_guests: Option<u32>,
}

/// A keeper says how a resource is.
#[utoipa::path(post, path = "/api/v1/resources/{id}/state", tag = "resources",
    params(("id" = String, Path, description = "The resource"), CommandParams), request_body = StateBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn set_state(
    call: Call,
    PathName(resource): PathName<ResourceId>,
    form: Form<StateBody>,
) -> Result<Answered, Problem> {
    let StateBody {
        open,
        beds_free,
        n_guests,
    } = form.value;
    let command = Command::SetResourceState {
        resource,
        open,
        beds_free,
        n_guests,
    };
    call.submit(form.sent, command).await
}
