//! The live feed on a websocket: who listens, from where, and the pump between a feed and a socket. What is shown and
//! how is the runtime's. The pump is generic over sink and stream, so that tests use channels.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use model::id::{DistrictId, JurisdictionCode};
use model::refusal::RefusalCode;
use runtime::feed::{CloseCode, Resume, Subscriber, Subscription};
use serde::Deserialize;
use tokio::time::timeout;

use crate::call::{district_of, queries_of};
use crate::problem::Problem;
use crate::services::Services;
use crate::session::{self, SignedIn};

/// The subprotocol.
pub const PROTOCOL: &str = "lamplighter.v1";
/// Bytes of the read buffer of a socket. Clients say little; a larger one costs memory for each of them.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// Bytes gathered before a write while messages are fed; flushing ends each round anyway.
const WRITE_BUFFER_BYTES: usize = 32 * 1024;
/// Bytes of the longest message that a client may send; a longer one ends the connection.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Messages taken from the feed for one flush.
const FRAMES_MAX: usize = 128;
/// How long a client that is signed in by cookie may take for its hello; without one it begins at the head.
const HELLO_OPTIONAL_WITHIN: Duration = Duration::from_millis(500);
/// Streets that a client may choose.
const AREAS_MAX: usize = 256;

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum ClientMessage {
    Hello {
        #[serde(default)]
        token: Option<String>,
        #[serde(default)]
        resume: Option<Resume>,
        #[serde(default)]
        areas: BTreeSet<JurisdictionCode>,
        #[serde(default)]
        district: Option<DistrictId>,
    },
    Snapshot {},
    Pong {},
}

/// How a conversation goes on after a client's message.
enum Heard {
    Nothing,
    Snapshot,
    Hello(Greeting),
    Gone,
    Wrong,
}

/// A hello.
#[derive(Debug, Default)]
struct Greeting {
    token: Option<String>,
    resume: Option<Resume>,
    areas: BTreeSet<JurisdictionCode>,
    district: Option<DistrictId>,
}

/// A request for the feed: the upgrade, who asks if a cookie or header says so, and which district.
pub struct LiveRequest {
    upgrade: WebSocketUpgrade,
    listener: Listener,
}

/// Who listens, as far as it is known.
struct Listener {
    services: Services,
    who: Option<SignedIn>,
    district: Option<DistrictId>,
}

impl FromRequestParts<Services> for LiveRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let queries = queries_of(parts)?;
        let token = session::bearer_of(&parts.headers).or_else(|| {
            is_own_origin(&parts.headers)
                .then(|| session::cookie_of(&parts.headers))
                .flatten()
        });
        let who = match token {
            Some(token) => Some(session::enter(services, &token).await?),
            None => None,
        };
        if let Some(who) = &who {
            let district = district_of(services, who, queries.one("district"))?;
            district.read().permit_feed(&who.actor)?;
        }
        let upgrade = WebSocketUpgrade::from_request_parts(parts, services)
            .await
            .map_err(|_| Problem::from(RefusalCode::UnsupportedMediaType))?;
        Ok(Self {
            upgrade,
            listener: Listener {
                services: services.clone(),
                who,
                district: queries.one("district").map(DistrictId::from),
            },
        })
    }
}

impl LiveRequest {
    /// Opens the socket and talks until one side ends it.
    pub fn open(self) -> Response {
        let Self { upgrade, listener } = self;
        upgrade
            .protocols([PROTOCOL])
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_message_size(MESSAGE_BYTES_MAX)
            .max_frame_size(MESSAGE_BYTES_MAX)
            .on_upgrade(move |socket| talk_on(socket, listener))
            .into_response()
    }
}

/// A page of another origin must not use the cookie: a browser sends the page's origin with each websocket.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

async fn talk_on(socket: WebSocket, listener: Listener) {
    let within = listener.services.limits.write_within;
    let (mut sink, mut stream) = socket.split();
    let code = talk(&mut sink, &mut stream, listener).await;
    if let Some(code) = code {
        let frame = CloseFrame {
            code: code.code(),
            reason: Utf8Bytes::from_static(code.as_str()),
        };
        // The other side may be gone; there is nobody left to tell.
        let _ = timeout(within, sink.send(Message::Close(Some(frame)))).await;
        let _ = timeout(within, sink.close()).await;
    }
}

/// Talks until the end; the code to close with, or none when the client has gone.
async fn talk<S, R, E>(sink: &mut S, stream: &mut R, mut listener: Listener) -> Option<CloseCode>
where
    S: Sink<Message> + Unpin,
    R: Stream<Item = Result<Message, E>> + Unpin,
{
    let mut greeting = match first_hello(stream, &listener).await {
        Ok(greeting) => greeting,
        Err(code) => return code,
    };
    loop {
        let mut subscription = match join(&mut listener, greeting).await {
            Ok(subscription) => subscription,
            Err(code) => return Some(code),
        };
        let within = listener.services.limits.write_within;
        match pump(sink, stream, &mut subscription, within).await {
            Ok(again) => greeting = again,
            Err(code) => return code,
        }
    }
}

/// Waits for the hello. Who is signed in already may leave it out.
async fn first_hello<R, E>(
    stream: &mut R,
    listener: &Listener,
) -> Result<Greeting, Option<CloseCode>>
where
    R: Stream<Item = Result<Message, E>> + Unpin,
{
    let known = listener.who.is_some();
    let within = if known {
        HELLO_OPTIONAL_WITHIN
    } else {
        listener.services.limits.hello_within
    };
    let wait = async {
        loop {
            match hear(stream.next().await) {
                Heard::Hello(greeting) => return Ok(greeting),
                Heard::Nothing => {}
                // A snapshot comes first in any case when nothing is resumed.
                Heard::Snapshot if known => return Ok(Greeting::default()),
                Heard::Snapshot => return Err(Some(CloseCode::NotSignedIn)),
                Heard::Wrong => return Err(Some(CloseCode::BadMessage)),
                Heard::Gone => return Err(None),
            }
        }
    };
    match timeout(within, wait).await {
        Ok(heard) => heard,
        Err(_) if known => Ok(Greeting::default()),
        Err(_) => Err(Some(CloseCode::NotSignedIn)),
    }
}

/// Opens the feed that a hello asks for.
async fn join(listener: &mut Listener, greeting: Greeting) -> Result<Subscription, CloseCode> {
    if let Some(token) = &greeting.token {
        let who = session::enter(&listener.services, token).await;
        listener.who = Some(who.map_err(|_| CloseCode::NotSignedIn)?);
    }
    let who = listener.who.as_ref().ok_or(CloseCode::NotSignedIn)?;
    let named = greeting.district.or_else(|| listener.district.clone());
    let named = named.as_ref().map(DistrictId::as_str);
    let district =
        district_of(&listener.services, who, named).map_err(|_| CloseCode::BadMessage)?;
    district
        .read()
        .permit_feed(&who.actor)
        .map_err(|_| CloseCode::RoleMayNot)?;
    let subscriber = Subscriber {
        actor: who.actor.clone(),
        session: Some(who.token_hash),
        rights_version: who.rights_version,
        areas: greeting.areas,
        resume: greeting.resume,
    };
    district
        .subscribe(subscriber)
        .await
        .map_err(|refused| refused.0)
}

/// Moves messages until the feed or the client ends, or the client says hello anew.
async fn pump<S, R, E>(
    sink: &mut S,
    stream: &mut R,
    subscription: &mut Subscription,
    within: Duration,
) -> Result<Greeting, Option<CloseCode>>
where
    S: Sink<Message> + Unpin,
    R: Stream<Item = Result<Message, E>> + Unpin,
{
    let mut frames: Vec<Bytes> = Vec::with_capacity(8);
    loop {
        frames.clear();
        tokio::select! {
            // What is queued goes out before anything else is heard.
            biased;
            n = subscription.next_many(&mut frames, FRAMES_MAX) => {
                if n.is_none() {
                    return Err(Some(subscription.close_code()));
                }
                match timeout(within, write(sink, &mut frames)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(())) => return Err(None),
                    Err(_) => return Err(Some(CloseCode::SlowReader)),
                }
            }
            message = stream.next() => match hear(message) {
                Heard::Nothing => {}
                Heard::Snapshot => subscription.request_snapshot().await,
                Heard::Hello(greeting) => return Ok(greeting),
                Heard::Gone => return Err(None),
                Heard::Wrong => return Err(Some(CloseCode::BadMessage)),
            },
        }
    }
}

/// Feeds everything, then flushes once.
async fn write<S: Sink<Message> + Unpin>(sink: &mut S, frames: &mut Vec<Bytes>) -> Result<(), ()> {
    for frame in frames.drain(..) {
        // The runtime writes JSON, which is UTF-8; anything else would be a bug and ends the connection.
        let text = Utf8Bytes::try_from(frame).map_err(|_| ())?;
        sink.feed(Message::Text(text)).await.map_err(|_| ())?;
    }
    sink.flush().await.map_err(|_| ())
}

fn hear<E>(message: Option<Result<Message, E>>) -> Heard {
    match message {
        Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()) {
            Ok(ClientMessage::Hello { areas, .. }) if areas.len() > AREAS_MAX => Heard::Wrong,
            Ok(ClientMessage::Hello {
                token,
                resume,
                areas,
                district,
            }) => Heard::Hello(Greeting {
                token,
                resume,
                areas,
                district,
            }),
            Ok(ClientMessage::Snapshot {}) => Heard::Snapshot,
            Ok(ClientMessage::Pong {}) => Heard::Nothing,
            Err(_) => Heard::Wrong,
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Nothing,
        Some(Ok(Message::Binary(_))) => Heard::Wrong,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::Gone,
    }
}
