//! What stands around every handler: time limit, security headers, request log and counting.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Router, http::StatusCode};
use model::refusal::RefusalCode;

use crate::problem::Problem;
use crate::services::Services;

/// Everything comes from our own origin; images may also be made by a page itself.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Puts the layers around a router: unknown routes and methods become problem documents too.
pub fn around(router: Router<Services>, services: &Services) -> Router<Services> {
    router
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_method)
        .layer(middleware::from_fn_with_state(services.clone(), limit_time))
        .layer(middleware::from_fn_with_state(
            services.clone(),
            add_security_headers,
        ))
        .layer(middleware::from_fn_with_state(services.clone(), observe))
}

async fn unknown_route() -> Problem {
    RefusalCode::NotFound.into()
}

async fn unknown_method() -> Problem {
    RefusalCode::MethodNotAllowed.into()
}

/// Answers `request_timed_out` when a handler takes too long.
async fn limit_time(State(services): State<Services>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(services.limits.request_within, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::from(RefusalCode::RequestTimedOut).into_response(),
    }
}

async fn add_security_headers(
    State(services): State<Services>,
    request: Request,
    next: Next,
) -> Response {
    let answers_of_people = request.uri().path().starts_with("/api/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            PERMISSIONS_POLICY,
            "camera=(self), geolocation=(self), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if services.tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if answers_of_people && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Logs and counts one request: method, route pattern, code and time; never bodies, ids or query strings.
async fn observe(State(services): State<Services>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let took = started.elapsed();
    let code = response.status();
    services.metrics.count(method, &route, code.as_u16(), took);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if code == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(http.method = method, http.route = %route, http.code = code.as_u16(), took_ms = ms, "A request failed");
    } else {
        tracing::info!(http.method = method, http.route = %route, http.code = code.as_u16(), took_ms = ms, "Answered a request");
    }
    response
}

/// The method as a word that cannot be chosen by the caller.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
