//! Many subscribers of a feed in this process: raw sockets that read, find how far each message reaches, and forget it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Connections that are opened at the same time.
const AT_ONCE: usize = 64;
/// How long a whole picture may take to arrive everywhere.
const ARRIVES_WITHIN: Duration = Duration::from_mins(2);

/// What was read from one socket, with the moment.
pub type Heard = (Instant, String);

/// Subscribers.
pub struct Sockets {
    reached: Vec<Arc<AtomicU64>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Sockets {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Sockets {
    /// Opens so many; each says `hello` first if there is one.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn open(
        port: u16,
        path: &str,
        hello: Option<&str>,
        n: usize,
    ) -> anyhow::Result<Self> {
        let mut sockets = Self {
            reached: Vec::new(),
            tasks: Vec::new(),
        };
        while sockets.reached.len() < n {
            let count = AT_ONCE.min(n - sockets.reached.len());
            let opening = (0..count).map(|_| connect(port, path, hello));
            for stream in futures_util::future::try_join_all(opening).await? {
                let reached = Arc::new(AtomicU64::new(0));
                sockets.reached.push(Arc::clone(&reached));
                sockets.tasks.push(tokio::spawn(async move {
                    // The end of a socket shows as a position that is never reached.
                    let _ = read(stream, &reached, None).await;
                }));
            }
        }
        Ok(sockets)
    }

    /// Waits until everybody has everything up to a position.
    ///
    /// # Errors
    /// When somebody never gets there.
    pub async fn reach(&self, upto: u64) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let behind = self
                .reached
                .iter()
                .filter(|r| r.load(Ordering::Relaxed) < upto)
                .count();
            if behind == 0 {
                return Ok(());
            }
            anyhow::ensure!(
                began.elapsed() < ARRIVES_WITHIN,
                "{behind} sockets never reach {upto}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// One subscriber whose messages are wanted.
///
/// # Errors
/// When it is refused.
pub async fn listen(
    port: u16,
    path: &str,
    hello: Option<&str>,
) -> anyhow::Result<mpsc::UnboundedReceiver<Heard>> {
    let stream = connect(port, path, hello).await?;
    let (send, receive) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let reached = AtomicU64::new(0);
        // The end of the socket ends the channel.
        let _ = read(stream, &reached, Some(send)).await;
    });
    Ok(receive)
}

async fn connect(port: u16, path: &str, hello: Option<&str>) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Sec-WebSocket-Protocol: lamplighter.v1\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await?);
    }
    anyhow::ensure!(
        answer.starts_with(b"HTTP/1.1 101"),
        "no websocket: {}",
        String::from_utf8_lossy(&answer)
    );
    if let Some(hello) = hello {
        stream.write_all(&text_frame(hello)?).await?;
    }
    Ok(stream)
}

/// A client's text message; the mask is zero, which leaves the text as it is.
fn text_frame(text: &str) -> anyhow::Result<Vec<u8>> {
    let length = u16::try_from(text.len())?;
    let mut frame = vec![0x81];
    // 0x80 says that there is a mask, 126 that the length follows.
    if length < 126 {
        frame.push(0x80 + u8::try_from(length)?);
    } else {
        frame.push(0x80 + 126);
        frame.extend(length.to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    Ok(frame)
}

/// Reads messages for ever; a short buffer is enough, since only the head of a message is looked at.
async fn read(
    stream: TcpStream,
    reached: &AtomicU64,
    wanted: Option<mpsc::UnboundedSender<Heard>>,
) -> anyhow::Result<()> {
    let mut stream = tokio::io::BufReader::with_capacity(4096, stream);
    let mut text = Vec::new();
    loop {
        let _kind = stream.read_u8().await?;
        let length = match stream.read_u8().await? & 0x7f {
            126 => u64::from(stream.read_u16().await?),
            127 => stream.read_u64().await?,
            short => u64::from(short),
        };
        text.resize(usize::try_from(length)?, 0);
        stream.read_exact(&mut text).await?;
        if let Some(upto) = upto_of(&text) {
            reached.fetch_max(upto, Ordering::Relaxed);
        }
        if let Some(wanted) = &wanted {
            let text = String::from_utf8(text.clone()).context("a message is text")?;
            wanted.send((Instant::now(), text))?;
        }
    }
}

/// `upto` of a message of events: it stands near its head.
fn upto_of(text: &[u8]) -> Option<u64> {
    let head = std::str::from_utf8(text.get(..text.len().min(80))?)
        .ok()
        .or_else(|| {
            // A cut through a letter; the numbers stand before it.
            std::str::from_utf8(text.get(..64)?).ok()
        })?;
    let (_, rest) = head.split_once(r#""upto":"#)?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest.get(..end)?.parse().ok()
}
