//! A client of the public interface that keeps what it was told: number and document of every answer.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// A signed-in account.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    /// The bearer token.
    pub token: String,
    /// What the server said at the sign-in.
    pub who: Value,
}

/// A number and a document.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP number.
    pub status: u16,
    /// The document; null when there was none.
    pub body: Value,
    /// Seconds that `Retry-After` asks to wait.
    pub retry_after_s: Option<u64>,
}

impl Answer {
    /// The document of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.body
        );
        self.body
    }

    /// Checks a refusal: number and stable code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        for field in ["title", "title_en", "retry"] {
            assert!(
                self.body[field].is_string(),
                "a problem document without {field}: {}",
                self.body
            );
        }
        self.body
    }
}

impl Client {
    /// Signs in, or stops the proof.
    pub async fn sign_in(base_url: &str, account: &str, password: &str) -> Self {
        let http = reqwest::Client::new();
        let answer = http
            .post(format!("{base_url}/api/v1/session"))
            .json(&json!({"account": account, "password": password}))
            .send()
            .await
            .expect("the server answers");
        let status = answer.status();
        let who: Value = answer.json().await.expect("a document");
        assert!(status.is_success(), "sign-in of {account}: {status} {who}");
        Self {
            http,
            base_url: base_url.to_owned(),
            token: who["token"].as_str().expect("a token").to_owned(),
            who,
        }
    }

    /// The same account at another address, as through a proxy.
    #[must_use]
    pub fn at(&self, base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            ..self.clone()
        }
    }

    /// Sends anything; `None` when no answer came.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        id: Option<Uuid>,
    ) -> Option<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .bearer_auth(&self.token);
        if let Some(id) = id {
            request = request.header("Idempotency-Key", id.to_string());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("Retry-After");
        let retry_after_s = retry_after.and_then(|text| text.to_str().ok()?.parse().ok());
        let bytes = answer.bytes().await.ok()?;
        Some(Answer {
            status,
            retry_after_s,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.try_send(Method::GET, path, None, None)
            .await
            .expect("the server answers")
    }

    /// A command under a new id.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.try_send(Method::POST, path, Some(&body), Some(Uuid::now_v7()))
            .await
            .expect("the server answers")
    }

    /// A command under an id of the caller's.
    pub async fn post_as(&self, id: Uuid, path: &str, body: &Value) -> Answer {
        self.try_send(Method::POST, path, Some(body), Some(id))
            .await
            .expect("the server answers")
    }

    /// A report under its id.
    pub async fn report(&self, id: Uuid, body: &Value) -> Answer {
        self.try_send(
            Method::PUT,
            &format!("/api/v1/sightings/{id}"),
            Some(body),
            None,
        )
        .await
        .expect("the server answers")
    }

    /// A report under a new id that must be accepted.
    #[track_caller]
    pub fn reported(&self, body: Value) -> impl Future<Output = Value> + use<> {
        let client = self.clone();
        async move { client.report(Uuid::now_v7(), &body).await.ok() }
    }

    /// A case as it stands.
    pub async fn case(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/cases/{id}")).await.ok()
    }
}

/// Now, as RFC 3339.
pub fn now() -> String {
    Timestamp::now().to_string()
}

/// Now and some seconds, as RFC 3339.
pub fn seconds_from_now(seconds: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(seconds)).to_string()
}

/// A report of one person, bedded down, at a point near the centre of 曹杨新村街道.
pub fn report_at(lon: f64, lat: f64, signs: &[&str]) -> Value {
    json!({
        "position": {"lon": lon, "lat": lat, "accuracy_m": 10, "crs": "wgs84"},
        "seen_at": now(), "signs": signs, "n_people": 1, "source": "patrol",
    })
}

/// Milliseconds between two RFC 3339 times of a document.
#[track_caller]
pub fn ms_between(from: &Value, to: &Value) -> i64 {
    let read = |value: &Value| -> Timestamp {
        value
            .as_str()
            .unwrap_or_else(|| panic!("{value} is no time"))
            .parse()
            .expect("RFC 3339")
    };
    read(to).as_millisecond() - read(from).as_millisecond()
}
