//! The beginning of a runtime: the right installation key, and each district as it stands in its journal.

use std::sync::Arc;

use arc_swap::ArcSwap;
use journal::store::{Store, StoreWrite};
use model::id::DistrictId;
use tokio::sync::{Notify, mpsc, watch};
use vault::randomness::Randomness;
use vault::ring::KeyRing;

use super::{EPOCH, Means};
use crate::config::RuntimeConfig;
use crate::couriers::Presence;
use crate::district_loop::{Loaded, Loading, Queues, load};
use crate::district_time::DistrictTime;
use crate::fault::RuntimeFault;
use crate::feed::{FeedCall, Seed};
use crate::handle::Shared;
use crate::metrics::Metrics;
use crate::policies::Policies;
use crate::positions::Positions;
use crate::promises::Promises;
use crate::published::Published;

/// Commands of the program itself that may wait; their senders wait with them.
const N_INTERNAL: usize = 256;
/// Calls that may wait for the feed's task; their senders wait with them.
const N_FEED_CALLS: usize = 256;
/// The setting that names the installation key.
const FINGERPRINT: &str = "installation";

/// A district before its tasks run.
pub(super) struct Beginning {
    pub shared: Arc<Shared>,
    pub queues: Queues,
    pub feed_calls: mpsc::Receiver<FeedCall>,
    pub loaded: Loaded,
    pub seed: Seed,
}

/// Reads a district and lays out what its tasks share.
pub(super) async fn begin(
    config: &RuntimeConfig,
    means: &Means,
    policies: &Arc<Policies>,
    (id, alone): (DistrictId, bool),
) -> Result<Beginning, RuntimeFault> {
    let (loaded, seed) = load(Loading {
        district: &id,
        journal: &*means.journal,
        store: &*means.store,
        ring: means.ring.clone(),
        randomness: Arc::clone(&means.randomness),
        policies,
        config,
    })
    .await?;
    let epoch = epoch_of(&*means.store, &*means.randomness, &id).await?;
    let positions = Arc::new(Positions::load(&*means.store, &id).await?);
    let (inbox, inbox_end) = mpsc::channel(config.inbox_capacity.max(1));
    let (internal, internal_end) = mpsc::channel(N_INTERNAL);
    let (feed, feed_calls) = mpsc::channel(N_FEED_CALLS);
    let metrics = Metrics::default();
    metrics.head.set(loaded.head.seq);
    metrics.n_details_lost.set(loaded.n_details_lost);
    tracing::info!(
        district.id = %id,
        head = %loaded.head,
        snapshot.seq = loaded.from_seq,
        n_commands = loaded.known.len(),
        n_replayed = seed.committed.len(),
        "A district is read"
    );
    let shared = Arc::new(Shared {
        published: ArcSwap::from_pointee(Published {
            tables: loaded.state.tables.clone(),
            head: loaded.head,
            policies: Arc::clone(&loaded.book),
            areas: loaded.areas.clone(),
        }),
        head: watch::channel(loaded.head.seq).0,
        id,
        alone,
        epoch,
        inbox,
        internal,
        positions,
        metrics,
        promises: Promises::default(),
        time: DistrictTime::new(Arc::clone(&means.clock)),
        stopping: false.into(),
        doubtful: false.into(),
        stop: Notify::new(),
        feed,
        presence: Arc::new(Presence::default()),
        journal: Arc::clone(&means.journal),
        store: Arc::clone(&means.store),
        ring: means.ring.clone(),
        randomness: Arc::clone(&means.randomness),
    });
    Ok(Beginning {
        shared,
        queues: Queues {
            inbox: inbox_end,
            internal: internal_end,
        },
        feed_calls,
        loaded,
        seed,
    })
}

/// Refuses a journal that was begun under another installation key, before anything is written.
pub(super) async fn check_installation(
    store: &dyn Store,
    ring: &KeyRing,
) -> Result<(), RuntimeFault> {
    let given = ring.fingerprint();
    let stored = store
        .setting(FINGERPRINT)
        .await
        .map_err(RuntimeFault::journal("reading a setting"))?;
    match stored {
        Some(stored) if stored == given => Ok(()),
        Some(stored) => Err(RuntimeFault::OtherInstallation {
            stored: stored.chars().take(8).collect(),
            given: given.chars().take(8).collect(),
        }),
        None => store
            .write(vec![StoreWrite::PutSetting {
                name: FINGERPRINT.to_owned(),
                value: given,
            }])
            .await
            .map_err(RuntimeFault::journal("keeping a setting")),
    }
}

/// The identity of a district's journal: made once, and anew by a restore that removes it.
async fn epoch_of(
    store: &dyn Store,
    randomness: &dyn Randomness,
    district: &DistrictId,
) -> Result<String, RuntimeFault> {
    let name = format!("{EPOCH}{district}");
    let known = store
        .setting(&name)
        .await
        .map_err(RuntimeFault::journal("reading a setting"))?;
    if let Some(known) = known {
        return Ok(known);
    }
    let mut bytes = [0_u8; 8];
    randomness
        .fill(&mut bytes)
        .map_err(RuntimeFault::vault("naming a journal"))?;
    let value = crate::policies::hex(&bytes);
    store
        .write(vec![StoreWrite::PutSetting {
            name,
            value: value.clone(),
        }])
        .await
        .map_err(RuntimeFault::journal("keeping a setting"))?;
    Ok(value)
}
