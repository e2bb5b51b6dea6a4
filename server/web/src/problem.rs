//! Problem documents (RFC 9457): how every refusal and fault looks on the wire.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::refusal::{Refusal, RefusalCode, Retry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The problem document of the outside face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDocument {
    /// A URI that names the kind of problem: `urn:lamplighter:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code.
    pub code: String,
    /// The HTTP number.
    pub status: u16,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Whether trying again makes sense: `never`, `same`, `later`.
    #[schema(value_type = String)]
    pub retry: Retry,
    /// JSON pointer to the field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Values that help, as `allowed_at`, `merged_into`, `field`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub facts: Map<String, Value>,
}

/// A refusal on its way out, with the seconds to wait where there are any.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is refused.
    pub refusal: Refusal,
    /// For `Retry-After`.
    pub retry_after_s: Option<u64>,
}

/// Seconds that a 503 asks to wait when nobody knows better.
const RETRY_AFTER_S: u64 = 1;

impl Problem {
    /// The document.
    pub fn document(&self) -> ProblemDocument {
        document_of(&self.refusal)
    }
}

/// The document of a refusal.
pub fn document_of(refusal: &Refusal) -> ProblemDocument {
    let code = refusal.code;
    ProblemDocument {
        kind: format!("urn:lamplighter:problem:{}", code.as_str()),
        code: code.as_str().to_owned(),
        status: code.http(),
        title: code.title().to_owned(),
        title_en: code.title_en().to_owned(),
        retry: code.retry(),
        pointer: refusal.pointer.clone(),
        facts: refusal.facts.clone().into_iter().collect(),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            retry_after_s: None,
        }
    }
}

impl From<RefusalCode> for Problem {
    fn from(code: RefusalCode) -> Self {
        Refusal::new(code).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.refusal.code.http())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.document())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        let wait = self.retry_after_s.or_else(|| {
            (status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS)
                .then_some(RETRY_AFTER_S)
        });
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_its_code_in_both_languages_and_whether_to_try_again() {
        let refusal = Refusal::new(RefusalCode::LoweringNotAllowedNow)
            .with("allowed_at", "2026-01-13T08:00:00+08:00");
        let document = document_of(&refusal);
        assert_eq!(document.status, 409);
        assert_eq!(document.code, "lowering_not_allowed_now");
        assert_eq!(document.title, "现在还不能降低");
        assert_eq!(document.retry, Retry::Later);
        assert_eq!(
            serde_json::to_value(&document).unwrap()["allowed_at"],
            "2026-01-13T08:00:00+08:00"
        );
    }

    #[test]
    fn a_full_queue_says_when_to_come_back() {
        let response = Problem::from(RefusalCode::QueueFull).into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }

    #[test]
    fn every_code_has_a_number_that_fits_its_family() {
        for code in RefusalCode::ALL {
            assert!((400..=504).contains(&code.http()), "{}", code.as_str());
            assert!(
                !code.title().is_empty() && !code.title_en().is_empty(),
                "{}",
                code.as_str()
            );
        }
    }
}
