//! The servers under measurement, each a process of its own: Lamplighter's whole outside face, and a plain axum server
//! with an echo and a broadcast, as a newcomer would write them from axum's own examples.

use std::io::BufRead;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::StreamExt;
use model::command::Command;
use model::id::{CaseId, CommandId};
use model::sign::Sign;
use runtime::handle::DistrictHandle;
use runtime::submission::Submission;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;
use web::services::Services;

use crate::district;

/// Name and password of the account that measures.
pub const ACCOUNT: &str = "bench";
/// Long enough for the rule of passwords.
pub const PASSWORD: &str = "a long password of a benchmark";
/// Commands handed in at the same time when there is no pause between events.
const AT_ONCE: u64 = 64;
/// What a receiver of the plain broadcast may be behind.
const BROADCAST_CAPACITY: usize = 1024;

/// An order that the measuring process gives: so many events, so many a second (0 = without a pause).
struct Events {
    n: u64,
    a_second: u64,
}

fn orders() -> tokio::sync::mpsc::Receiver<Events> {
    let (send, receive) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let mut words = line.split(' ').map_while(|word| word.parse().ok());
            let (Some(n), Some(a_second)) = (words.next(), words.next()) else {
                return;
            };
            if send.blocking_send(Events { n, a_second }).is_err() {
                return;
            }
        }
    });
    receive
}

fn say(line: &str) {
    println!("{line}");
}

fn listen(router: Router) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        // The measuring process ends it.
        let _ = axum_server::from_tcp(listener)?.serve(service).await;
        anyhow::Ok(())
    });
    say(&port.to_string());
    Ok(())
}

/// Serves Lamplighter on a folder of its own. An order for events is done with notes on one case: each is one event
/// with the whole row of its case.
pub async fn lamplighter() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = Arc::new(district::open(folder.path(), None).await?);
    let errand = server::errand::Errand::AccountAdd {
        name: ACCOUNT.to_owned(),
        rights: server::errand::Rights {
            role: "command".to_owned(),
            ..server::errand::Rights::default()
        },
        password: Some(PASSWORD.to_owned()),
    };
    let said = server::errand::run(&runtime, errand).await;
    anyhow::ensure!(said.done, "{}", said.text);
    let handle = runtime.default_district().context("a district")?;
    let services = Services::new(Arc::clone(&runtime));
    let mut orders = orders();
    listen(server::compose::router(&services))?;
    let report = district::report(district::place(16_000)?, Sign::BeddedDown, handle.now());
    let id = report.id;
    district::submit(&handle, district::submission(report, district::desk())).await?;
    let case_id = handle
        .read()
        .tables()
        .sightings
        .get(&id)
        .context("a sighting")?
        .case_id;
    while let Some(Events { n, a_second }) = orders.recv().await {
        if a_second == 0 {
            let notes = (0..n).map(|_| note(case_id));
            district::submit_all(&handle, notes, usize::try_from(AT_ONCE)?).await?;
        } else {
            paced(&handle, case_id, n, a_second).await?;
        }
        say(&handle.read().seq().to_string());
    }
    Ok(())
}

fn note(case_id: CaseId) -> Submission {
    Submission::new(
        CommandId(Uuid::now_v7()),
        district::desk(),
        Command::NoteCase { case_id },
    )
}

async fn paced(
    handle: &DistrictHandle,
    case_id: CaseId,
    n: u64,
    a_second: u64,
) -> anyhow::Result<()> {
    let began = Instant::now();
    for i in 0..n {
        sleep_until(began + Duration::from_micros(1_000_000 * i / a_second)).await;
        district::submit(handle, note(case_id)).await?;
    }
    Ok(())
}

#[derive(Clone)]
struct Plain {
    frames: broadcast::Sender<Utf8Bytes>,
    n_written: Arc<AtomicU64>,
}

/// Serves an echo and a broadcast. The text of an event comes from a file; `{after}` and `{upto}` are numbered.
pub async fn plain(frame: &str) -> anyhow::Result<()> {
    let frame = std::fs::read_to_string(frame)?;
    let (frames, _) = broadcast::channel(BROADCAST_CAPACITY);
    let plain = Plain {
        frames: frames.clone(),
        n_written: Arc::new(AtomicU64::new(0)),
    };
    let router = Router::new()
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/live", get(subscribe))
        .with_state(plain.clone());
    let mut orders = orders();
    listen(router)?;
    let mut upto = 0_u64;
    while let Some(Events { n, a_second }) = orders.recv().await {
        let began = Instant::now();
        let n_sockets = u64::try_from(frames.receiver_count())?;
        let before = plain.n_written.load(Ordering::Relaxed);
        for i in 0..n {
            if let Some(micros) = (1_000_000 * i).checked_div(a_second) {
                sleep_until(began + Duration::from_micros(micros)).await;
            }
            // Nobody may be left so far behind that the broadcast drops something for them.
            while i * n_sockets > plain.n_written.load(Ordering::Relaxed) - before + n_sockets * 512
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let text = frame.replacen("{after}", &upto.to_string(), 1).replacen(
                "{upto}",
                &(upto + 1).to_string(),
                1,
            );
            upto += 1;
            // Without a subscriber there is nobody to tell.
            let _ = frames.send(text.into());
        }
        say(&upto.to_string());
    }
    Ok(())
}

async fn subscribe(upgrade: WebSocketUpgrade, State(plain): State<Plain>) -> Response {
    let frames = plain.frames.subscribe();
    upgrade.on_upgrade(move |socket| forward(socket, frames, plain.n_written))
}

async fn forward(
    mut socket: WebSocket,
    mut frames: broadcast::Receiver<Utf8Bytes>,
    n_written: Arc<AtomicU64>,
) {
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Ok(frame) = frame else { return };
                if socket.send(Message::Text(frame)).await.is_err() {
                    return;
                }
                n_written.fetch_add(1, Ordering::Relaxed);
            }
            said = socket.next() => if said.is_none_or(|said| said.is_err()) {
                return;
            }
        }
    }
}
