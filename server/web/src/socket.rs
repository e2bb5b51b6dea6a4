//! A websocket that writes messages which were made ready once for everybody. A server's frames carry no mask, so their
//! bytes are the same for all: they go from one place to each connection, without a copy of its own. Handshake, reading
//! and control frames are the library's; nothing here knows what is said.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_util::{Sink, SinkExt, Stream};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Messages handed to the kernel in one write.
const N_AT_ONCE: usize = 32;
/// Messages that wait for a write before the next one has to wait.
const N_WAITING_MAX: usize = 128;
/// First byte of a text message in one frame.
const FINAL_TEXT: u8 = 0x81;
/// The longest text whose length stands in the second byte.
const SHORT_MAX: usize = 125;
/// Says that two bytes of length follow.
const LENGTH_OF_TWO: u8 = 126;
/// Says that eight bytes of length follow.
const LENGTH_OF_EIGHT: u8 = 127;

/// A text as one frame of a server, with its header.
pub(crate) fn text_frame(text: &str) -> Bytes {
    let mut frame = Vec::with_capacity(text.len() + 10);
    frame.push(FINAL_TEXT);
    let length = text.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if length <= SHORT_MAX => frame.push(short),
        (_, Ok(two)) => {
            frame.push(LENGTH_OF_TWO);
            frame.extend_from_slice(&two.to_be_bytes());
        }
        _ => {
            frame.push(LENGTH_OF_EIGHT);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(text.as_bytes());
    Bytes::from(frame)
}

/// A websocket over a connection.
pub(crate) struct Socket<T> {
    /// Reads, and writes control frames. It has nothing left to write whenever a message is begun.
    /// In a place of its own: the task of each connection would hold it more than once while it is handed on.
    inner: Box<WebSocketStream<T>>,
    /// What is still to be written, the first perhaps only in part.
    waiting: VecDeque<Bytes>,
}

impl Socket<TokioIo<Upgraded>> {
    /// The socket of a connection that was upgraded.
    pub(crate) async fn new(upgraded: Upgraded, config: WebSocketConfig) -> Self {
        Self::over(TokioIo::new(upgraded), config).await
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Socket<T> {
    async fn over(stream: T, config: WebSocketConfig) -> Self {
        let opening = Box::pin(WebSocketStream::from_raw_socket(
            stream,
            Role::Server,
            Some(config),
        ));
        Self {
            inner: Box::new(opening.await),
            waiting: VecDeque::new(),
        }
    }

    /// Writes what waits, then says goodbye.
    ///
    /// # Errors
    /// When the other side has gone.
    pub(crate) async fn end(&mut self, frame: CloseFrame) -> Result<(), Error> {
        self.flush().await?;
        self.inner.send(Message::Close(Some(frame))).await
    }

    /// Writes everything that waits. Frames of the library come before it, never in the middle of a message.
    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.waiting.is_empty() {
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut *self.inner).poll_flush(cx))?;
        while !self.waiting.is_empty() {
            let mut slices = [IoSlice::new(&[]); N_AT_ONCE];
            let n = self.waiting.len().min(N_AT_ONCE);
            for (slice, bytes) in slices.iter_mut().zip(&self.waiting) {
                *slice = IoSlice::new(bytes);
            }
            let slices = slices.get(..n).unwrap_or_default();
            let stream = Pin::new(self.inner.get_mut());
            let n_written = ready!(stream.poll_write_vectored(cx, slices))?;
            if n_written == 0 {
                return Poll::Ready(Err(Error::Io(io::ErrorKind::WriteZero.into())));
            }
            self.advance(n_written);
        }
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, mut n_written: usize) {
        while let Some(first) = self.waiting.front_mut() {
            if n_written < first.len() {
                first.advance(n_written);
                return;
            }
            n_written -= first.len();
            self.waiting.pop_front();
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Sink<Bytes> for Socket<T> {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        if this.waiting.len() < N_WAITING_MAX {
            Poll::Ready(Ok(()))
        } else {
            this.poll_write_out(cx)
        }
    }

    fn start_send(self: Pin<&mut Self>, frame: Bytes) -> Result<(), Error> {
        self.get_mut().waiting.push_back(frame);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        ready!(this.poll_write_out(cx))?;
        // Behind TLS what was written may still wait in the stream.
        Pin::new(this.inner.get_mut())
            .poll_flush(cx)
            .map_err(Error::Io)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        ready!(this.poll_write_out(cx))?;
        Pin::new(&mut *this.inner).poll_close(cx)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for Socket<T> {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        // Reading may answer a ping: it must not do so in the middle of a message.
        if let Err(fault) = ready!(this.poll_write_out(cx)) {
            return Poll::Ready(Some(Err(fault)));
        }
        Pin::new(&mut *this.inner).poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

    use super::*;

    /// A pipe so short that most messages are written in several pieces.
    const PIPE_BYTES: usize = 64;

    async fn pair() -> (
        Socket<tokio::io::DuplexStream>,
        WebSocketStream<tokio::io::DuplexStream>,
    ) {
        let (server, client) = tokio::io::duplex(PIPE_BYTES);
        (
            Socket::over(server, WebSocketConfig::default()).await,
            WebSocketStream::from_raw_socket(client, Role::Client, None).await,
        )
    }

    #[tokio::test]
    async fn messages_of_every_length_arrive_whole_and_in_order_then_the_close() {
        let (mut socket, mut client) = pair().await;
        let texts: Vec<String> = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000]
            .into_iter()
            .map(|n| "灯a".chars().cycle().take(n).collect())
            .chain((0..300).map(|n| n.to_string()))
            .collect();
        let sent = texts.clone();
        let server = tokio::spawn(async move {
            for text in sent {
                socket.feed(text_frame(&text)).await.unwrap();
            }
            let frame = CloseFrame {
                code: CloseCode::from(4408),
                reason: "slow_reader".into(),
            };
            socket.end(frame).await.unwrap();
        });
        for text in texts {
            assert_eq!(client.next().await.unwrap().unwrap(), Message::text(text));
        }
        let Message::Close(Some(frame)) = client.next().await.unwrap().unwrap() else {
            panic!("no close");
        };
        assert_eq!(u16::from(frame.code), 4408);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_ping_amid_messages_is_answered_between_them() {
        let (mut socket, mut client) = pair().await;
        let long = "x".repeat(10 * PIPE_BYTES);
        let server = tokio::spawn({
            let long = long.clone();
            async move {
                for _ in 0..3 {
                    socket.send(text_frame(&long)).await.unwrap();
                    let Some(Ok(Message::Ping(_))) = socket.next().await else {
                        panic!("no ping");
                    };
                }
                while socket.next().await.is_some_and(|said| said.is_ok()) {}
            }
        });
        let mut got = Vec::new();
        for _ in 0..3 {
            client
                .send(Message::Ping(Bytes::from_static(b"?")))
                .await
                .unwrap();
            while got.len() % 2 == 0 {
                got.push(client.next().await.unwrap().unwrap());
            }
            got.push(client.next().await.unwrap().unwrap());
        }
        let n_texts = got
            .iter()
            .filter(|m| **m == Message::text(long.clone()))
            .count();
        let n_pongs = got.iter().filter(|m| matches!(m, Message::Pong(_))).count();
        assert_eq!((n_texts, n_pongs), (3, 3));
        client.close(None).await.unwrap();
        while client.next().await.is_some_and(|said| said.is_ok()) {}
        server.await.unwrap();
    }
}
