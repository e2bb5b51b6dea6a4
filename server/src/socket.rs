//! The socket beside a running server: errands as JSON, one a line. Only the owner of the data folder reaches it.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use runtime::runtime::Runtime;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use crate::errand::{self, Errand, Said};

/// An errand is one line of at most this many bytes; a longer one ends the connection.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// How long the server waits for the line of a caller.
const LINE_WITHIN: Duration = Duration::from_secs(30);

/// A socket that is listened on. Dropping it ends the listening and takes the file away.
pub struct Listening {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        // A file that is gone already is no loss.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Listens for errands.
///
/// # Errors
/// A socket that cannot be made.
pub fn listen(path: &Path, runtime: Arc<Runtime>) -> anyhow::Result<Listening> {
    // The folder's lock is ours, so a file that is there was left by a start that was cut off.
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context("an old socket cannot be taken away"),
    }
    let listener = UnixListener::bind(path)
        .with_context(|| format!("the socket {} cannot be made", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .context("the socket cannot be closed to others")?;
    let task = tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let runtime = Arc::clone(&runtime);
                    tokio::spawn(async move {
                        if let Err(error) = hear(stream, &runtime).await {
                            tracing::warn!(%error, "An errand could not be heard or answered");
                        }
                    });
                }
                Err(error) => {
                    tracing::error!(%error, "The socket took no caller");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    });
    Ok(Listening {
        path: path.to_owned(),
        task,
    })
}

async fn hear(stream: UnixStream, runtime: &Arc<Runtime>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read.take(LINE_BYTES_MAX)).lines();
    let line = tokio::time::timeout(LINE_WITHIN, lines.next_line())
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let said = match line.as_deref().map(serde_json::from_str::<Errand>) {
        Some(Ok(errand)) => errand::run(runtime, errand).await,
        Some(Err(error)) => Said::failed(format!("the errand cannot be read: {error}")),
        None => return Ok(()),
    };
    let mut answer = serde_json::to_vec(&said)?;
    answer.push(b'\n');
    write.write_all(&answer).await?;
    write.shutdown().await
}

/// Hands an errand to the server that has this folder; none where no server answers.
///
/// # Errors
/// A server that took the errand and did not answer it.
pub async fn hand_over(path: &Path, errand: &Errand) -> anyhow::Result<Option<Said>> {
    let Ok(stream) = UnixStream::connect(path).await else {
        return Ok(None);
    };
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_vec(errand)?;
    line.push(b'\n');
    write
        .write_all(&line)
        .await
        .context("the server did not take the errand")?;
    let mut lines = BufReader::new(read).lines();
    let answer = lines
        .next_line()
        .await
        .context("the server did not answer the errand")?
        .context("the server ended without an answer")?;
    Ok(Some(
        serde_json::from_str(&answer).context("the answer of the server cannot be read")?,
    ))
}
