//! A client of the live feed: greets, takes a snapshot, folds events, comes back with its position after a cut.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a client has folded, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The journal's identity.
    pub epoch: Value,
    /// The position: everything up to it is known.
    pub seq: u64,
    /// The snapshot with every event folded in.
    pub view: Value,
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
    pub picture: Picture,
    fold: fn(&mut Value, &Value),
}

/// How long a message may take.
const MESSAGE_WITHIN: Duration = Duration::from_secs(20);

impl FeedClient {
    /// Connects and greets; with a picture it resumes, without one it takes a snapshot.
    pub async fn connect(
        port: u16,
        token: &str,
        picture: Option<Picture>,
        fold: fn(&mut Value, &Value),
    ) -> Result<Self, String> {
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
        let resume = picture
            .as_ref()
            .map(|p| json!({"epoch": p.epoch, "seq": p.seq}));
        let mut client = Self {
            socket,
            picture: picture.unwrap_or_default(),
            fold,
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
                self.picture.epoch = message["epoch"].clone();
                if self.picture.view.is_null() {
                    self.picture.seq = message["seq"].as_u64().unwrap_or_default();
                }
            }
            "snapshot" => {
                self.picture.view = message.clone();
                self.picture.seq = message["seq"].as_u64().unwrap_or_default();
            }
            "events" => {
                let after = message["after"].as_u64().unwrap_or_default();
                let upto = message["upto"].as_u64().unwrap_or_default();
                if !self.picture.view.is_null() {
                    if after > self.picture.seq {
                        self.picture.n_gaps += 1;
                    }
                    for event in message["events"].as_array().into_iter().flatten() {
                        (self.fold)(&mut self.picture.view, event);
                        self.picture.n_events += 1;
                    }
                    self.picture.seq = self.picture.seq.max(upto);
                }
            }
            "resync" => {
                self.picture.n_resyncs += 1;
                self.picture.view = Value::Null;
                self.say(&json!({"type": "snapshot"})).await?;
            }
            _ => {}
        }
        Ok(kind)
    }

    /// Folds until the position is reached.
    pub async fn until(&mut self, seq: u64) -> Result<(), String> {
        while self.picture.seq < seq || self.picture.view.is_null() {
            self.step().await?;
        }
        Ok(())
    }
}
