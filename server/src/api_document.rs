//! The API document as OpenAPI 3.1, made from the code, and a page that shows it without any other host.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use model::view::message::FeedMessage;
use utoipa::openapi::{Info, OpenApi};
use web::problem::ProblemDocument;
use web::services::Services;

use crate::page::{SCRIPT, asset};

const DOCS_PAGE: &str = include_str!("pages/docs.html");
const DOCS_SCRIPT: &str = include_str!("pages/docs.js");

/// Completes the document: title, version, ways to sign in, the shape of problems.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let mut info = Info::new("Lamplighter 点灯", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Dispatch for people who sleep rough. Times are RFC 3339 with offset, lengths metres, ids UUID. \
         Refusals are problem documents (RFC 9457) with a stable `code`. The body of a command on a case or task may \
         carry `seen_seq`: if something it touches has changed since, the answer is 409 `case_changed`."
            .to_owned(),
    );
    document.info = info;
    web::documents::add_security(&mut document);
    web::documents::name_operations(&mut document);
    web::documents::add_schema::<ProblemDocument>(&mut document);
    // The live feed is no operation of its own; its messages stand beside the other shapes.
    web::documents::add_schemas::<FeedMessage>(&mut document);
    document
}

/// The document as it is checked in for other programs: the same text for the same code, whatever its order inside.
///
/// # Errors
/// When it cannot be written as JSON, which no document of ours is.
pub fn pretty(document: OpenApi) -> Result<String, serde_json::Error> {
    // A value keeps its members sorted.
    let value = serde_json::to_value(complete(document))?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
}

/// `/api/openapi.json` and `/api/docs`.
pub fn router(document: OpenApi) -> Router<Services> {
    let json = complete(document).to_json().unwrap_or_default();
    let json: Arc<Bytes> = Arc::new(Bytes::from(json));
    let described = Router::new()
        .route("/api/openapi.json", get(openapi))
        .with_state(json);
    Router::new()
        .route("/api/docs", get(docs))
        .route("/assets/docs.js", get(docs_script))
        .merge(described)
}

async fn openapi(State(json): State<Arc<Bytes>>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Bytes::clone(&json)).into_response()
}

async fn docs() -> Html<&'static str> {
    Html(DOCS_PAGE)
}

async fn docs_script() -> Response {
    asset(SCRIPT, DOCS_SCRIPT)
}
