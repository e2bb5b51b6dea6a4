//! How answers leave: a value with its number, a list with its cursor, and the kinds of failures as problems.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use runtime::submission::{SubmitError, Unavailable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::Problem;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Everything on one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The number: 201 for what was made just now, else 200.
    pub number: StatusCode,
    /// The body.
    pub body: Value,
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        (self.number, Json(self.body)).into_response()
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Unavailable(why) => why.into(),
        }
    }
}

impl From<Unavailable> for Problem {
    fn from(why: Unavailable) -> Self {
        Self {
            refusal: why.code.into(),
            retry_after_s: Some(whole_seconds(why.retry_after)),
        }
    }
}

/// Seconds, rounded up and never zero.
pub fn whole_seconds(wait: Duration) -> u64 {
    let whole = wait.as_secs();
    if wait.subsec_nanos() > 0 || whole == 0 {
        whole + 1
    } else {
        whole
    }
}
