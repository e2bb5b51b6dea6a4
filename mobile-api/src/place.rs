//! Tonight's round: which places are due, and that somebody looked. No looks, no names.

use axum::Json;
use model::command::Command;
use model::id::PlaceId;
use model::view::answer::ChangesAnswer;
use model::view::person::RoundRow;
use web::answers::{Answered, Page};
use web::call::{Call, Reading};
use web::content::{Empty, Form};
use web::documents::{CommandParams, CommandProblems, ReadParams, ReadProblems};
use web::path::PathName;
use web::problem::Problem;

/// Tonight's round.
#[utoipa::path(get, path = "/api/v1/round", tag = "places", params(ReadParams),
    responses((status = 200, description = "Due places, in the order to go", body = Page<RoundRow>), ReadProblems))]
pub async fn round(reading: Reading) -> Result<Json<Page<RoundRow>>, Problem> {
    Ok(Json(Page::whole(reading.view().round(reading.actor())?)))
}

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
