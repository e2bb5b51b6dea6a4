//! The decision tables that clients decide with where there is no signal.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::problem::Problem;

/// The tables of the adopted policy. Their ETag changes only with the policy.
#[utoipa::path(get, path = "/api/v1/policy/tables", tag = "background", params(ReadParams),
    responses((status = 200, description = "The tables", body = serde_json::Value),
              (status = 304, description = "As known by If-None-Match"), ReadProblems))]
pub async fn tables(reading: Reading, headers: HeaderMap) -> Result<Response, Problem> {
    let (policy_id, tables) = reading.view().policy_tables(reading.actor())?;
    let tag = format!("\"{policy_id}\"");
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == tag);
    let caching = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, Json(tables)).into_response())
}
