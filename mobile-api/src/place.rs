//! Tonight's round: which places are due, and that somebody looked. No looks, no names.

use model::command::Command;
use model::id::PlaceId;
use model::view::answer::ChangesAnswer;
use web::answers::Answered;
use web::call::Call;
use web::content::{Empty, Form};
use web::documents::{CommandParams, CommandProblems};
use web::path::PathName;
use web::problem::Problem;

/// Looked here, nobody there.
#[utoipa::path(post, path = "/api/v1/places/{id}/looked", tag = "places",
    params(("id" = String, Path, description = "The place"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn looked(
    call: Call,
    PathName(place): PathName<PlaceId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::LookAtPlace { place }).await
}
