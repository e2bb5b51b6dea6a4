//! A client of the live feed: greets, takes a snapshot, folds events, comes back with its position after a cut.
#![expect(
    clippy::missing_errors_doc,
    reason = "an error is the sentence that a proof prints"
)]

use std::time::Duration;

use dispatch::projections::fold::Picture;
use futures_util::{SinkExt, StreamExt};
use model::view::live::{FeedEvent, SnapshotView};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a client has folded, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// The journal's identity.
    pub epoch: Value,
    /// The position: everything up to it is known.
    pub seq: u64,
    /// The snapshot with every event folded in.
    pub picture: Option<Picture>,
    /// How often a gap was found: must stay zero.
    pub n_gaps: u64,
    /// How often the server asked for a new snapshot.
    pub n_resyncs: u64,
    /// Events folded.
    pub n_events: u64,
}

/// A connection.
pub struct FeedClient {
    socket: Socket,
    /// What is known.
    pub followed: Followed,
    /// Every message as it came, where somebody wants to search them.
    pub heard: Option<String>,
}

/// How long a message may take.
const MESSAGE_WITHIN: Duration = Duration::from_secs(20);

impl FeedClient {
    /// Connects and greets; with a picture it resumes, without one it takes a snapshot.
    pub async fn connect(port: u16, token: &str, known: Option<Followed>) -> Result<Self, String> {
        let mut request = format!("ws://127.0.0.1:{port}/api/v1/live")
            .into_client_request()
            .map_err(|e| e.to_string())?;
        request.headers_mut().insert(
            "Sec-WebSocket-Protocol",
            HeaderValue::from_static("lamplighter.v1"),
        );
        let (socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .map_err(|e| e.to_string())?;
        let resume = known
            .as_ref()
            .filter(|followed| followed.picture.is_some())
            .map(|followed| json!({"epoch": followed.epoch, "seq": followed.seq}));
        let mut client = Self {
            socket,
            followed: known.unwrap_or_default(),
            heard: None,
        };
        let mut hello = json!({"type": "hello", "token": token});
        if let Some(resume) = &resume {
            hello["resume"] = resume.clone();
        }
        client.say(&hello).await?;
        if resume.is_none() {
            client.say(&json!({"type": "snapshot"})).await?;
        }
        Ok(client)
    }

    async fn say(&mut self, message: &Value) -> Result<(), String> {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .map_err(|e| e.to_string())
    }

    /// Takes the next message and folds it in; its type, or why there is none.
    pub async fn step(&mut self) -> Result<String, String> {
        loop {
            let next = tokio::time::timeout(MESSAGE_WITHIN, self.socket.next())
                .await
                .map_err(|e| e.to_string())?;
            match next {
                Some(Ok(Message::Text(text))) => {
                    if let Some(heard) = &mut self.heard {
                        heard.push_str(&text);
                    }
                    let message: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
                    return self.take(&message).await;
                }
                Some(Ok(Message::Close(frame))) => return Err(format!("closed: {frame:?}")),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("ended".to_owned()),
            }
        }
    }

    async fn take(&mut self, message: &Value) -> Result<String, String> {
        let kind = message["type"].as_str().unwrap_or_default().to_owned();
        match kind.as_str() {
            "hello" => {
                self.followed.epoch = message["epoch"].clone();
            }
            "snapshot" => {
                let view: SnapshotView =
                    serde_json::from_value(message.clone()).map_err(|e| e.to_string())?;
                self.followed.seq = view.seq;
                self.followed.picture = Some(Picture::of(&view));
            }
            "events" => self.take_events(message)?,
            "resync" => {
                self.followed.n_resyncs += 1;
                self.followed.picture = None;
                self.say(&json!({"type": "snapshot"})).await?;
            }
            _ => {}
        }
        Ok(kind)
    }

    fn take_events(&mut self, message: &Value) -> Result<(), String> {
        let after = message["after"].as_u64().unwrap_or_default();
        let upto = message["upto"].as_u64().unwrap_or_default();
        let Some(picture) = &mut self.followed.picture else {
            return Ok(());
        };
        if after > self.followed.seq {
            self.followed.n_gaps += 1;
        }
        for event in message["events"].as_array().into_iter().flatten() {
            let event: FeedEvent =
                serde_json::from_value(event.clone()).map_err(|e| e.to_string())?;
            picture.fold(&event).map_err(|e| e.to_string())?;
            self.followed.n_events += 1;
        }
        picture.reached(upto);
        self.followed.seq = self.followed.seq.max(upto);
        Ok(())
    }

    /// Folds until the position is reached.
    pub async fn until(&mut self, seq: u64) -> Result<(), String> {
        while self.followed.seq < seq || self.followed.picture.is_none() {
            self.step().await?;
        }
        Ok(())
    }
}
