//! Figures, each also as the list of the cases behind it.

use axum::Json;
use model::view::figures::FiguresView;
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::problem::Problem;

/// The figures of a time.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures",
    params(("from" = Option<String>, Query, description = "RFC 3339 with offset; absent = from the start"),
           ("to" = Option<String>, Query, description = "RFC 3339 with offset; absent = until now"), ReadParams),
    responses((status = 200, description = "What the account may see, without drills", body = FiguresView), ReadProblems))]
pub async fn figures(reading: Reading) -> Result<Json<FiguresView>, Problem> {
    let from = reading.queries.time("from")?;
    let to = reading.queries.time("to")?;
    Ok(Json(reading.view().figures(reading.actor(), from, to)?))
}
