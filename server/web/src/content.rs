//! Bodies as extractors: media type, size and form are judged here, before a handler runs. What a body means is not.

use axum::body::BodyDataStream;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use model::command::PersonalKind;
use model::refusal::{Refusal, RefusalCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::body::{self, TakenField};
use crate::problem::Problem;
use crate::services::Services;

/// A body that is too large is still taken in up to this size and thrown away, so that the sender hears the answer
/// instead of a broken connection. Beyond it the connection is cut.
const DRAIN_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What came beside a command in its body and was taken off it.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// What the sender had seen of the thing that the command touches.
    pub seen_seq: Option<u64>,
    /// Personal fields; none in a body that has no place for them.
    pub personal: Vec<TakenField>,
}

impl Sent {
    /// Takes a text that stands in a field of its own as a personal field.
    pub fn take(&mut self, kind: PersonalKind, text: String) {
        self.personal.push(TakenField { kind, text });
    }
}

/// A body without personal fields.
#[derive(Clone, Debug)]
pub struct Form<T> {
    /// The body.
    pub value: T,
    /// What was taken off it.
    pub sent: Sent,
}

/// A body that says nothing.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// A body in which note, looks or a name may stand.
#[derive(Clone, Debug)]
pub struct PersonalForm<T>(pub Form<T>);

/// A body of JSON, whatever it holds; for outboxes, whose operations are read one by one.
#[derive(Clone, Debug)]
pub struct LargeJson(pub Value);

/// A body of JSON or XML as it came.
#[derive(Clone, Debug)]
pub enum Document {
    /// Parsed JSON.
    Json(Value),
    /// XML as text.
    Xml(String),
}

impl<T: DeserializeOwned> FromRequest<Services> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Services) -> Result<Self, Problem> {
        let body = json(request, services.limits.json_bytes_max).await?;
        Ok(read_form(body, false)?)
    }
}

impl<T: DeserializeOwned> FromRequest<Services> for PersonalForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Services) -> Result<Self, Problem> {
        let body = json(request, services.limits.json_bytes_max).await?;
        Ok(Self(read_form(body, true)?))
    }
}

impl FromRequest<Services> for LargeJson {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Services) -> Result<Self, Problem> {
        Ok(Self(json(request, services.limits.sync_bytes_max).await?))
    }
}

impl FromRequest<Services> for Document {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Services) -> Result<Self, Problem> {
        let media = media_type(request.headers());
        match media.as_deref() {
            Some("application/cap+xml" | "application/xml" | "text/xml") => {
                let bytes = collect(request, services.limits.json_bytes_max).await?;
                let text = String::from_utf8(bytes.to_vec())
                    .map_err(|_| Refusal::new(RefusalCode::BadSignal).with("element", "xml"))?;
                Ok(Self::Xml(text))
            }
            _ => Ok(Self::Json(
                json(request, services.limits.json_bytes_max).await?,
            )),
        }
    }
}

fn read_form<T: DeserializeOwned>(mut body: Value, personal: bool) -> Result<Form<T>, Refusal> {
    let seen_seq = take_seen_seq(&mut body)?;
    let personal = if personal {
        body::take_personal(&mut body)?
    } else {
        Vec::new()
    };
    Ok(Form {
        value: body::read(body)?,
        sent: Sent { seen_seq, personal },
    })
}

/// Takes `seen_seq` off a body.
///
/// # Errors
/// `wrong_kind` when it is no whole number.
pub fn take_seen_seq(body: &mut Value) -> Result<Option<u64>, Refusal> {
    match body
        .as_object_mut()
        .and_then(|object| object.remove("seen_seq"))
    {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| Refusal::new(RefusalCode::WrongKind).at("/seen_seq")),
    }
}

/// Reads a body as JSON; an empty one is an empty object.
async fn json(request: Request, bytes_max: usize) -> Result<Value, Problem> {
    let media = media_type(request.headers());
    let bytes = collect(request, bytes_max).await?;
    match media.as_deref() {
        Some("application/json") => {}
        None if bytes.is_empty() => {}
        _ => return Err(RefusalCode::UnsupportedMediaType.into()),
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    Ok(body::parse(&bytes)?)
}

/// The media type in small letters, without its parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media = value.split(';').next().unwrap_or(value).trim();
    Some(media.to_ascii_lowercase())
}

async fn collect(request: Request, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut stream = request.into_body().into_data_stream();
    let mut collected = BytesMut::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| Problem::from(RefusalCode::MalformedBody))?;
        if collected.len() + part.len() > bytes_max {
            drain(stream, collected.len() + part.len()).await;
            return Err(Refusal::new(RefusalCode::BodyTooLarge)
                .with("bytes_max", bytes_max)
                .into());
        }
        collected.extend_from_slice(&part);
    }
    Ok(collected.freeze())
}

async fn drain(mut stream: BodyDataStream, mut taken: usize) {
    while taken <= DRAIN_BYTES_MAX {
        match stream.next().await {
            Some(Ok(part)) => taken += part.len(),
            Some(Err(_)) | None => return,
        }
    }
}
