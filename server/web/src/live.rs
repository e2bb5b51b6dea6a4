//! The live feed on a websocket: who listens, from where, and the pump between a feed and a socket. What is shown and
//! how is the runtime's. The pump is generic over sink and stream, so that tests use channels.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use model::id::{DistrictId, JurisdictionCode};
use model::refusal::RefusalCode;
use runtime::feed::{CloseCode, Frame, Resume, Subscriber, Subscription};
use serde::Deserialize;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::call::{district_of, queries_of};
use crate::problem::Problem;
use crate::services::Services;
use crate::session::{self, SignedIn};
use crate::socket::{Socket, text_frame};

/// The subprotocol.
pub const PROTOCOL: &str = "lamplighter.v1";
/// Bytes of the read buffer of a socket. Clients say little; a larger one costs memory for each of them.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// Bytes of control frames gathered before a write. Messages of the feed do not go through it.
const WRITE_BUFFER_BYTES: usize = 128;
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
    Ping {},
    Pong {},
}

/// Where messages come from; the runtime's feed, or a channel of a test.
trait Source {
    /// Waits for at least one message and takes up to `n_max` that are there; none is the end.
    fn take(
        &mut self,
        frames: &mut Vec<Frame>,
        n_max: usize,
    ) -> impl Future<Output = Option<usize>> + Send;
    /// Why it ended.
    fn why_ended(&self) -> CloseCode;
    /// Asks for a snapshot, which comes as a message.
    fn ask_for_snapshot(&self) -> impl Future<Output = ()> + Send;
    /// Asks whether the feed lives; the answer comes as a message.
    fn ask_for_ping(&self) -> impl Future<Output = ()> + Send;
}

impl Source for Subscription {
    async fn take(&mut self, frames: &mut Vec<Frame>, n_max: usize) -> Option<usize> {
        self.next_many(frames, n_max).await
    }

    fn why_ended(&self) -> CloseCode {
        self.close_code()
    }

    async fn ask_for_snapshot(&self) {
        self.request_snapshot().await;
    }

    async fn ask_for_ping(&self) {
        self.request_ping().await;
    }
}

/// How a conversation goes on after a client's message.
#[derive(Debug)]
enum Heard {
    Nothing,
    Snapshot,
    Ping,
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
    /// Whether a snapshot was asked for in place of a hello.
    wants_snapshot: bool,
}

/// A request for the feed: the upgrade, who asks if a cookie or header says so, and which district.
pub struct LiveRequest {
    upgrade: WebSocketUpgrade,
    connection: OnUpgrade,
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
        // The library looks at the request and answers it; the connection itself is ours, so that messages need no
        // copy in a buffer of the library. It gets one in its place that is never upgraded.
        let no_websocket = || Problem::from(RefusalCode::UnsupportedMediaType);
        let connection = parts
            .extensions
            .remove::<OnUpgrade>()
            .ok_or_else(no_websocket)?;
        parts
            .extensions
            .insert(hyper::upgrade::on(Request::new(())));
        let upgrade = WebSocketUpgrade::from_request_parts(parts, services)
            .await
            .map_err(|_| no_websocket())?;
        Ok(Self {
            upgrade,
            connection,
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
        let Self {
            upgrade,
            connection,
            listener,
        } = self;
        tokio::spawn(async move {
            // A connection that ended before it was upgraded has nobody to talk to.
            if let Ok(upgraded) = connection.await {
                talk_on(upgraded, listener).await;
            }
        });
        upgrade
            .protocols([PROTOCOL])
            .on_upgrade(|_| async {})
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

async fn talk_on(upgraded: Upgraded, listener: Listener) {
    let within = listener.services.limits.write_within;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    let (mut sink, mut stream) = Socket::new(upgraded, config).await.split();
    let code = talk(&mut sink, &mut stream, listener).await;
    if let (Some(code), Ok(mut socket)) = (code, sink.reunite(stream)) {
        let frame = CloseFrame {
            code: code.code().into(),
            reason: Utf8Bytes::from_static(code.as_str()),
        };
        // The other side may be gone; there is nobody left to tell.
        let _ = timeout(within, socket.end(frame)).await;
    }
}

/// Talks until the end; the code to close with, or none when the client has gone.
async fn talk<S, R, E>(sink: &mut S, stream: &mut R, mut listener: Listener) -> Option<CloseCode>
where
    S: Sink<Bytes> + Unpin,
    R: Stream<Item = Result<Message, E>> + Unpin,
{
    let mut greeting = match first_hello(stream, &listener).await {
        Ok(greeting) => greeting,
        Err(code) => return code,
    };
    loop {
        let wants_snapshot = greeting.wants_snapshot;
        let mut subscription = match join(&mut listener, greeting).await {
            Ok(subscription) => subscription,
            Err(code) => return Some(code),
        };
        if wants_snapshot {
            subscription.request_snapshot().await;
        }
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
                Heard::Nothing | Heard::Ping => {}
                Heard::Snapshot if known => {
                    return Ok(Greeting {
                        wants_snapshot: true,
                        ..Greeting::default()
                    });
                }
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
    let accounts = listener.services.runtime.accounts();
    accounts
        .listen(&district, subscriber)
        .await
        .map_err(|refused| refused.0)
}

/// Moves messages until the feed or the client ends, or the client says hello anew.
async fn pump<S, R, E, F>(
    sink: &mut S,
    stream: &mut R,
    source: &mut F,
    within: Duration,
) -> Result<Greeting, Option<CloseCode>>
where
    S: Sink<Bytes> + Unpin,
    R: Stream<Item = Result<Message, E>> + Unpin,
    F: Source,
{
    let mut frames: Vec<Frame> = Vec::with_capacity(8);
    loop {
        frames.clear();
        tokio::select! {
            // What is queued goes out before anything else is heard.
            biased;
            n = source.take(&mut frames, FRAMES_MAX) => {
                if n.is_none() {
                    return Err(Some(source.why_ended()));
                }
                match timeout(within, write(sink, &mut frames)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(())) => return Err(None),
                    Err(_) => return Err(Some(CloseCode::SlowReader)),
                }
            }
            message = stream.next() => match hear(message) {
                Heard::Nothing => {}
                Heard::Snapshot => source.ask_for_snapshot().await,
                Heard::Ping => source.ask_for_ping().await,
                Heard::Hello(greeting) => return Ok(greeting),
                Heard::Gone => return Err(None),
                Heard::Wrong => return Err(Some(CloseCode::BadMessage)),
            },
        }
    }
}

/// Feeds everything, then flushes once.
async fn write<S: Sink<Bytes> + Unpin>(sink: &mut S, frames: &mut Vec<Frame>) -> Result<(), ()> {
    for frame in frames.drain(..) {
        let bytes = frame.prepared(text_frame);
        sink.feed(bytes).await.map_err(|_| ())?;
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
                wants_snapshot: false,
            }),
            Ok(ClientMessage::Snapshot {}) => Heard::Snapshot,
            Ok(ClientMessage::Ping {}) => Heard::Ping,
            Ok(ClientMessage::Pong {}) => Heard::Nothing,
            Err(_) => Heard::Wrong,
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Nothing,
        Some(Ok(Message::Binary(_) | Message::Frame(_))) => Heard::Wrong,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::Gone,
    }
}

#[cfg(test)]
mod tests {
    use futures_channel::mpsc as futures_mpsc;
    use tokio::sync::mpsc;

    use super::*;

    /// In front of a text as short as those here.
    const SHORT_HEADER_BYTES: usize = 2;

    struct Channel {
        frames: mpsc::UnboundedReceiver<Frame>,
        asked: mpsc::UnboundedSender<()>,
    }

    impl Source for Channel {
        async fn take(&mut self, frames: &mut Vec<Frame>, n_max: usize) -> Option<usize> {
            match self.frames.recv_many(frames, n_max).await {
                0 => None,
                n => Some(n),
            }
        }

        fn why_ended(&self) -> CloseCode {
            CloseCode::SignedOut
        }

        async fn ask_for_snapshot(&self) {
            self.asked.send(()).unwrap();
        }

        async fn ask_for_ping(&self) {
            self.asked.send(()).unwrap();
        }
    }

    type Said = Result<Message, std::convert::Infallible>;

    fn text(words: &str) -> Said {
        Ok(Message::Text(words.into()))
    }

    /// What the client got, whether it asked for a snapshot, and how the conversation ended.
    async fn conversation(
        frames: &[&str],
        said: Vec<Said>,
        client_stays: bool,
    ) -> (Vec<String>, bool, Result<Greeting, Option<CloseCode>>) {
        let (feed, frames_end) = mpsc::unbounded_channel();
        for frame in frames {
            feed.send(Frame::new((*frame).to_owned())).unwrap();
        }
        if client_stays {
            drop(feed);
        } else {
            // The feed goes on; only the client ends.
            std::mem::forget(feed);
        }
        let (asked, mut was_asked) = mpsc::unbounded_channel();
        let mut source = Channel {
            frames: frames_end,
            asked,
        };
        let (mut sink, got) = futures_mpsc::unbounded();
        let said = futures_util::stream::iter(said);
        let mut stream: Box<dyn Stream<Item = Said> + Unpin> = if client_stays {
            Box::new(said.chain(futures_util::stream::pending()))
        } else {
            Box::new(said)
        };
        let within = Duration::from_secs(1);
        let ended = pump(&mut sink, &mut stream, &mut source, within).await;
        drop(sink);
        let got = got
            .map(|frame: Bytes| String::from_utf8(frame[SHORT_HEADER_BYTES..].to_vec()).unwrap())
            .collect()
            .await;
        (got, was_asked.try_recv().is_ok(), ended)
    }

    #[tokio::test]
    async fn everything_that_is_queued_goes_out_in_its_order_before_the_feed_ends() {
        let (got, _, ended) = conversation(&["{\"n\":1}", "{\"n\":2}"], Vec::new(), true).await;
        assert_eq!(got, ["{\"n\":1}", "{\"n\":2}"]);
        assert_eq!(ended.unwrap_err(), Some(CloseCode::SignedOut));
    }

    #[tokio::test]
    async fn a_client_may_ask_for_a_snapshot_say_hello_again_or_leave() {
        let snapshot = text("{\"type\":\"snapshot\"}");
        let (_, asked, ended) = conversation(&[], vec![snapshot], false).await;
        assert!(asked);
        assert_eq!(ended.unwrap_err(), None, "it left");
        let ping = text("{\"type\":\"ping\"}");
        let (_, asked, ended) = conversation(&[], vec![ping], false).await;
        assert!(
            asked,
            "whoever counts the seconds asks whether the feed lives"
        );
        assert_eq!(ended.unwrap_err(), None, "it left");
        let hello = text("{\"type\":\"hello\",\"resume\":{\"epoch\":\"e\",\"seq\":7}}");
        let (_, _, ended) = conversation(&[], vec![hello], false).await;
        assert_eq!(ended.unwrap().resume.unwrap().seq, 7);
    }

    #[tokio::test]
    async fn what_cannot_be_read_closes_with_its_code() {
        for wrong in [
            "{",
            "{\"type\":\"shout\"}",
            "{\"type\":\"hello\",\"colour\":1}",
        ] {
            let (_, _, ended) = conversation(&[], vec![text(wrong)], false).await;
            assert_eq!(ended.unwrap_err(), Some(CloseCode::BadMessage), "{wrong}");
        }
    }

    #[test]
    fn a_page_of_another_origin_does_not_use_the_cookie() {
        let with = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "lamp.example:8080".parse().unwrap());
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            headers
        };
        assert!(is_own_origin(&with("https://lamp.example:8080")));
        assert!(!is_own_origin(&with("https://evil.example")));
        assert!(!is_own_origin(&with("null")));
        assert!(is_own_origin(&HeaderMap::new()), "no browser, no page");
    }
}
