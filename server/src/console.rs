//! The pages of the console, as the build script made them: embedded, compressed, with their tags. Every address under
//! `/console/` that names no file is the console itself, which reads the address.

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use memory_serve::CacheControl;
use web::services::Services;

/// Where the console is.
pub const PATH: &str = "/console/";

/// The console.
pub fn router() -> Router<Services> {
    // Names of scripts, styles and fonts change with their content; the page that names them is looked at anew.
    let pages = memory_serve::load!("console")
        .index_file(Some("/index.html"))
        .fallback(Some("/index.html"))
        .fallback_status(StatusCode::OK)
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router()
        .layer(middleware::from_fn(no_page_for_a_file));
    Router::new()
        .route("/console", get(async || Redirect::permanent(PATH)))
        .nest_service(PATH, pages)
}

/// A script or style of an older program is not there: the page must learn that, and not get itself as a script.
async fn no_page_for_a_file(request: Request, next: Next) -> Response {
    let is_file = request.uri().path().contains("/assets/");
    let response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_file && is_page {
        StatusCode::NOT_FOUND.into_response()
    } else {
        response
    }
}
