//! The picture as of now, and the feed that keeps it so.

use axum::Json;
use axum::response::Response;
use model::view::live::SnapshotView;
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::live::LiveRequest;
use web::problem::Problem;

/// Everything that the account may see, as of one position of the feed.
#[utoipa::path(get, path = "/api/v1/live/snapshot", tag = "live", params(ReadParams),
    responses((status = 200, description = "As the feed's own snapshot", body = SnapshotView), ReadProblems))]
pub async fn snapshot(reading: Reading) -> Result<Json<SnapshotView>, Problem> {
    Ok(Json(reading.view().snapshot(reading.actor())?))
}

/// The live feed: a websocket with subprotocol `lamplighter.v1`.
#[utoipa::path(get, path = "/api/v1/live", tag = "live", params(ReadParams),
    responses((status = 101, description = "Messages as the outside face describes them; the close code says whether to try again"), ReadProblems))]
pub async fn live(request: LiveRequest) -> Response {
    request.open()
}
