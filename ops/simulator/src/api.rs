//! The public interface as a client sees it: sign in, ask, send. Repeats of a command carry the same id.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// Why a request brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApiFault {
    /// The server could not be reached.
    #[error("{method} {path} did not reach the server")]
    Unreachable {
        /// The method.
        method: String,
        /// The path.
        path: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server said no; the problem document is kept.
    #[error("{method} {path} was refused with {status} {code}")]
    Refused {
        /// The method.
        method: String,
        /// The path.
        path: String,
        /// The HTTP number.
        status: u16,
        /// The stable code.
        code: String,
    },
}

/// A signed-in account.
#[derive(Clone, Debug)]
pub struct Account {
    http: reqwest::Client,
    base_url: String,
    token: String,
    /// What the server says of the account.
    pub who: Value,
}

/// How often a request is repeated with the same id when the server is busy or away.
const TRIES: u32 = 5;
/// The first pause between two tries; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// A request that takes longer counts as not delivered.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);

impl Account {
    /// Signs in.
    ///
    /// # Errors
    /// Server away, or account or password wrong.
    pub async fn sign_in(base_url: &str, account: &str, password: &str) -> Result<Self, ApiFault> {
        let path = "/api/v1/session";
        let away = |source| ApiFault::Unreachable {
            method: "POST".to_owned(),
            path: path.to_owned(),
            source,
        };
        let http = reqwest::Client::builder()
            .timeout(REQUEST_WITHIN)
            .build()
            .map_err(away)?;
        let answer = http
            .post(format!("{base_url}{path}"))
            .json(&json!({"account": account, "password": password}))
            .send()
            .await
            .map_err(away)?;
        let status = answer.status();
        let who: Value = answer.json().await.map_err(away)?;
        if !status.is_success() {
            return Err(refused("POST", path, status, &who));
        }
        let token = who["token"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            http,
            base_url: base_url.to_owned(),
            token,
            who,
        })
    }

    /// Reads.
    ///
    /// # Errors
    /// As [`ApiFault`].
    pub async fn get(&self, path: &str) -> Result<Value, ApiFault> {
        self.send(Method::GET, path, None, Uuid::nil()).await
    }

    /// Sends a command under a new id.
    ///
    /// # Errors
    /// As [`ApiFault`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, ApiFault> {
        self.send(Method::POST, path, Some(body), Uuid::now_v7())
            .await
    }

    /// Reports a sighting under its id.
    ///
    /// # Errors
    /// As [`ApiFault`].
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, ApiFault> {
        self.send(Method::PUT, path, Some(body), Uuid::nil()).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        id: Uuid,
    ) -> Result<Value, ApiFault> {
        let mut pause = FIRST_PAUSE;
        let mut last = None;
        for _ in 0..TRIES {
            let mut request = self
                .http
                .request(method.clone(), format!("{}{path}", self.base_url))
                .bearer_auth(&self.token);
            if !id.is_nil() {
                request = request.header("Idempotency-Key", id.to_string());
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            match request.send().await {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    last = Some(refused(
                        method.as_str(),
                        path,
                        answer.status(),
                        &Value::Null,
                    ));
                }
                Ok(answer) => {
                    let status = answer.status();
                    let value: Value = answer.json().await.unwrap_or(Value::Null);
                    return if status.is_success() {
                        Ok(value)
                    } else {
                        Err(refused(method.as_str(), path, status, &value))
                    };
                }
                Err(source) => {
                    last = Some(ApiFault::Unreachable {
                        method: method.to_string(),
                        path: path.to_owned(),
                        source,
                    });
                }
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(last.unwrap_or_else(|| {
            refused(
                method.as_str(),
                path,
                StatusCode::SERVICE_UNAVAILABLE,
                &Value::Null,
            )
        }))
    }
}

fn refused(method: &str, path: &str, status: StatusCode, problem: &Value) -> ApiFault {
    ApiFault::Refused {
        method: method.to_owned(),
        path: path.to_owned(),
        status: status.as_u16(),
        code: problem["code"].as_str().unwrap_or_default().to_owned(),
    }
}
