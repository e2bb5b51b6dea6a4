//! A live client that stays attached: it comes back with its position after every cut, and at the end its picture is
//! compared with a fresh snapshot.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dispatch::projections::fold::Picture;
use model::view::live::SnapshotView;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::feed_client::{FeedClient, Followed};

/// How long a client waits before it tries again where nobody listens.
const TRY_EVERY: Duration = Duration::from_millis(20);
/// How long a client may need to the position that it was told, once it was told.
const ENDS_WITHIN: Duration = Duration::from_mins(1);
/// How often client and snapshot are brought to one position before the proof gives up.
const N_COMPARISONS: usize = 200;

/// What a client went through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Journey {
    /// Connections that were greeted.
    pub n_greeted: u64,
    /// Of these, those that went on from their position without a new snapshot.
    pub n_resumed: u64,
    /// How often the server asked for a new snapshot.
    pub n_resyncs: u64,
}

/// An attached client.
pub struct Follower {
    /// The account.
    pub name: String,
    client: Client,
    port: u16,
    stop: watch::Sender<u64>,
    /// What it heard last, for whoever asks why it does not come to an end.
    heard: Arc<Mutex<String>>,
    task: JoinHandle<Result<(Followed, Journey), String>>,
}

impl Follower {
    /// Attaches a signed-in account to the feed behind this port.
    pub fn attach(name: &str, client: Client, port: u16) -> Self {
        let (stop, stopped) = watch::channel(0);
        let heard = Arc::<Mutex<String>>::default();
        let followed = follow(port, client.token.clone(), stopped, Arc::clone(&heard));
        let task = tokio::spawn(followed);
        Self {
            heard,
            name: name.to_owned(),
            client,
            port,
            stop,
            task,
        }
    }

    /// The account's client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Lets it go on to this position and checks that its picture is exactly what its account may see.
    pub async fn ends_with_what_it_may_see(self, seq: u64, direct_port: u16) -> Journey {
        self.stop.send_replace(seq);
        let (followed, journey) = tokio::time::timeout(ENDS_WITHIN, self.task)
            .await
            .unwrap_or_else(|_| {
                let heard = self.heard.lock().expect("nobody panicked with it").clone();
                panic!(
                    "{} on port {} never came to {seq}; last: {heard}",
                    self.name, self.port
                )
            })
            .expect("the client ran")
            .unwrap_or_else(|why| panic!("{}: {why}", self.name));
        assert_eq!(
            followed.n_gaps, 0,
            "{}: `after` is always the last `upto`",
            self.name
        );
        // Time goes on, and so do deadlines: the fresh snapshot must be at the same position to be compared.
        let mut direct = FeedClient::connect(direct_port, &self.client.token, Some(followed))
            .await
            .expect("it connects");
        for _ in 0..N_COMPARISONS {
            let fresh: SnapshotView =
                serde_json::from_value(self.client.get("/api/v1/live/snapshot").await.ok())
                    .expect("a snapshot");
            direct.until(fresh.seq).await.expect("it goes on");
            if direct.followed.seq == fresh.seq {
                let folded = direct.followed.picture.clone().expect("a picture");
                let differing = difference(&folded, &Picture::of(&fresh));
                assert_eq!(
                    differing, None,
                    "{} has not exactly what it may see",
                    self.name
                );
                println!(
                    "{}: {} events folded, {} connections, {} resumed, {} resyncs",
                    self.name,
                    direct.followed.n_events,
                    journey.n_greeted,
                    journey.n_resumed,
                    direct.followed.n_resyncs
                );
                return journey;
            }
        }
        panic!("{} was never at the position of a snapshot", self.name);
    }
}

async fn follow(
    port: u16,
    token: String,
    mut stop: watch::Receiver<u64>,
    heard: Arc<Mutex<String>>,
) -> Result<(Followed, Journey), String> {
    let mut known: Option<Followed> = None;
    let mut journey = Journey::default();
    let mut told: Option<Instant> = None;
    loop {
        if *stop.borrow() > 0 && told.get_or_insert_with(Instant::now).elapsed() > ENDS_WITHIN {
            return Err("never came to the end".to_owned());
        }
        let Ok(mut client) = FeedClient::connect(port, &token, known.clone()).await else {
            note(&heard, "no connection".to_owned());
            tokio::time::sleep(TRY_EVERY).await;
            continue;
        };
        let resumes = known.as_ref().is_some_and(|known| known.picture.is_some());
        let (before, mut greeted) = (client.followed.n_resyncs, false);
        loop {
            let target = *stop.borrow_and_update();
            let reached = client.followed.seq >= target && client.followed.picture.is_some();
            let step = if target > 0 && reached {
                None
            } else {
                tokio::select! {
                    step = client.step() => Some(step),
                    _ = stop.changed() => continue,
                }
            };
            let (seq, whole) = (client.followed.seq, client.followed.picture.is_some());
            note(
                &heard,
                format!("{step:?} at {seq}, whole {whole}, {journey:?}"),
            );
            match step {
                Some(Ok(kind)) => greeted |= kind == "hello",
                Some(Err(_)) | None => {
                    let n_resyncs = client.followed.n_resyncs - before;
                    journey.n_greeted += u64::from(greeted);
                    journey.n_resumed += u64::from(greeted && resumes && n_resyncs == 0);
                    journey.n_resyncs += n_resyncs;
                    if step.is_none() {
                        return Ok((client.followed, journey));
                    }
                    known = Some(client.followed);
                    break;
                }
            }
        }
    }
}

fn note(heard: &Mutex<String>, text: String) {
    *heard.lock().expect("nobody panicked with it") = text;
}

/// The first thing in which two pictures differ, in a line.
pub fn difference(folded: &Picture, fresh: &Picture) -> Option<String> {
    of("case", &folded.cases, &fresh.cases)
        .or_else(|| of("task", &folded.tasks, &fresh.tasks))
        .or_else(|| of("escalation", &folded.escalations, &fresh.escalations))
        .or_else(|| of("area", &folded.area_warnings, &fresh.area_warnings))
        .or_else(|| of("unit", &folded.units, &fresh.units))
        .or_else(|| of("resource", &folded.resources, &fresh.resources))
        .or_else(|| (folded.drill != fresh.drill).then(|| "drill".to_owned()))
}

fn of<K: Ord + std::fmt::Debug, V: serde::Serialize>(
    what: &str,
    a: &BTreeMap<K, V>,
    b: &BTreeMap<K, V>,
) -> Option<String> {
    for key in a.keys().chain(b.keys()) {
        let (x, y) = (json!(a.get(key)), json!(b.get(key)));
        if x == y {
            continue;
        }
        let fields: Vec<String> = match (x.as_object(), y.as_object()) {
            (Some(x), Some(y)) => x
                .keys()
                .chain(y.keys())
                .filter(|name| x.get(*name) != y.get(*name))
                .map(|name| format!("{name}: {:?} / {:?}", x.get(name), y.get(name)))
                .collect(),
            _ => vec![format!("folded {}, fresh {}", !x.is_null(), !y.is_null())],
        };
        return Some(format!("{what} {key:?}: {}", fields.join("; ")));
    }
    None
}
