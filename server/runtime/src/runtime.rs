//! The runtime: hosts districts, each with a loop, a feed and couriers of its own, and stops them in order.

mod beginning;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dispatch::Tables;
use journal::anchor::{Anchor, AnchorFile};
use journal::journal::Journal;
use journal::row::Head;
use journal::store::{Store, StoreWrite};
use model::command::Command;
use model::id::{
    CaseId, CommandId, DistrictId, EscalationId, HandOverId, HoldId, PersonId, RecordId,
    SightingId, TaskId,
};
use notify::channel::Channel;
use policy::preset::Preset;
use policy::retention::staff_positions_kept;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;
use vault::randomness::Randomness;
use vault::ring::KeyRing;

use beginning::{Beginning, begin, check_installation};

use crate::accounts::Accounts;
use crate::clock::{Clock, SystemClock};
use crate::config::RuntimeConfig;
use crate::couriers::Couriers;
use crate::district_loop::DistrictLoop;
use crate::districts::{HandOvers, Hosted};
use crate::fault::{RuntimeFault, chain_of};
use crate::feed::{FeedCall, FeedTask};
use crate::forgotten::Forgotten;
use crate::handle::{DistrictHandle, Shared};
use crate::policies::Policies;
use crate::promises::Watching;

/// What the settings begin with that name the journals of districts to the feed's clients. A restore removes them.
pub const EPOCH: &str = "epoch/";
/// The ground of an erasure that a start repeats.
const FORGOTTEN_BEFORE: &str = "forgotten_before_restore";
/// How often sessions that expired are looked for.
const EXPIRED_EVERY: Duration = Duration::from_mins(1);

/// Everything that runs.
pub struct Runtime {
    hosted: Hosted,
    default: DistrictId,
    policies: Arc<Policies>,
    accounts: Arc<Accounts>,
    store: Arc<dyn Store>,
    ring: KeyRing,
    anchors: Option<AnchorFile>,
    running: Mutex<Running>,
    broken: Arc<Notify>,
}

/// What was started and has to be ended.
#[derive(Default)]
struct Running {
    loops: BTreeMap<DistrictId, oneshot::Receiver<Head>>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.hosted.keys()).finish()
    }
}

/// What a start needs beside its settings.
pub struct Means {
    /// Where events are kept.
    pub journal: Arc<dyn Journal>,
    /// Where the rest is kept; the same database.
    pub store: Arc<dyn Store>,
    /// The keys of this installation.
    pub ring: KeyRing,
    /// The time of the districts.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub randomness: Arc<dyn Randomness>,
    /// Channels beside the live page, tried before it and in this order.
    pub channels: Vec<Arc<dyn Channel>>,
}

impl Runtime {
    /// Reads the journals and starts every district.
    ///
    /// # Errors
    /// [`RuntimeFault`]: no district, a journal that is broken or belongs to another installation key, a disk that
    /// fails.
    pub async fn start(config: RuntimeConfig, means: Means) -> Result<Self, RuntimeFault> {
        check_installation(&*means.store, &means.ring).await?;
        let policies = Arc::new(Policies::load(Arc::clone(&means.store)).await?);
        let in_journal = means
            .journal
            .districts()
            .await
            .map_err(RuntimeFault::journal("listing districts"))?;
        let mut districts: Vec<DistrictId> = config.districts.clone();
        districts.extend(in_journal.into_iter().map(DistrictId));
        let default = districts.first().cloned().ok_or(RuntimeFault::NoDistrict)?;
        let wanted: BTreeSet<DistrictId> = districts.into_iter().collect();
        let alone = wanted.len() == 1;
        let mut beginnings = Vec::with_capacity(wanted.len());
        for id in wanted {
            beginnings.push(begin(&config, &means, &policies, (id, alone)).await?);
        }
        let hosted: Hosted = Arc::new(
            beginnings
                .iter()
                .map(|beginning| {
                    let shared = Arc::clone(&beginning.shared);
                    (shared.id.clone(), DistrictHandle { shared })
                })
                .collect(),
        );
        let accounts = Accounts::load(
            Arc::clone(&means.store),
            means.ring.clone(),
            Arc::clone(&means.randomness),
            Arc::new(SystemClock),
            config.session_within,
            (Arc::clone(&hosted), default.clone()),
        )
        .await?;
        let runtime = Self {
            default,
            policies: Arc::clone(&policies),
            accounts: Arc::new(accounts),
            store: Arc::clone(&means.store),
            ring: means.ring.clone(),
            anchors: config.anchors.clone().map(AnchorFile::at),
            running: Mutex::default(),
            broken: Arc::new(Notify::new()),
            hosted: Arc::clone(&hosted),
        };
        for beginning in beginnings {
            runtime.run(beginning, &config, &means);
        }
        if let Some(path) = &config.forgotten {
            forget_again(&Forgotten::at(path.clone()), &hosted).await?;
        }
        runtime.anchor_every(&config, &means);
        runtime.end_expired_sessions();
        Ok(runtime)
    }

    fn run(&self, beginning: Beginning, config: &RuntimeConfig, means: &Means) {
        let Beginning {
            shared,
            queues,
            feed_calls,
            loaded,
            seed,
        } = beginning;
        let (stopped, loop_ended) = oneshot::channel();
        let mut running = self.running();
        running.loops.insert(shared.id.clone(), loop_ended);
        let feed = FeedTask::new(Arc::clone(&shared), feed_calls, config.clone(), seed);
        let the_loop = DistrictLoop::new(
            Arc::clone(&shared),
            Arc::clone(&means.journal),
            Arc::clone(&self.policies),
            config.clone(),
            queues,
            loaded,
        );
        let couriers = Couriers::new(Arc::clone(&shared), means.channels.clone(), config.clone());
        let hand_overs = HandOvers::new(Arc::clone(&shared), Arc::clone(&self.hosted));
        let (store, every) = (Arc::clone(&means.store), config.positions_every);
        let watched = Watched {
            shared: Arc::clone(&shared),
            broken: Arc::clone(&self.broken),
        };
        running.tasks.push(tokio::spawn(async move {
            let _watched = watched;
            the_loop.run(stopped).await;
        }));
        running.tasks.push(tokio::spawn(feed.run()));
        running.tasks.push(tokio::spawn(couriers.run()));
        running.tasks.push(tokio::spawn(hand_overs.run()));
        if let Some(every) = config.promises_every {
            let watching = Watching::new(Arc::clone(&shared), every);
            running.tasks.push(tokio::spawn(watching.run()));
        }
        running.tasks.push(tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                shared.positions.save(&*store, &shared.id).await;
                let kept = staff_positions_kept(shared.published.load().policies.adopted());
                let limit = shared.now() - kept;
                shared
                    .positions
                    .forget_before(limit, &*store, &shared.id)
                    .await;
            }
        }));
    }

    /// Signs the heads every hour.
    fn anchor_every(&self, config: &RuntimeConfig, means: &Means) {
        let Some(file) = self.anchors.clone() else {
            return;
        };
        let (hosted, ring, every) = (
            Arc::clone(&self.hosted),
            means.ring.clone(),
            config.anchor_every,
        );
        self.running().tasks.push(tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let heads = hosted
                    .iter()
                    .map(|(id, handle)| (id.clone(), handle.read().state.head))
                    .collect();
                sign_heads(&file, &ring, heads).await;
            }
        }));
    }

    /// Ends sessions that nobody used for too long, with their feeds.
    fn end_expired_sessions(&self) {
        let accounts = Arc::clone(&self.accounts);
        self.running().tasks.push(tokio::spawn(async move {
            loop {
                tokio::time::sleep(EXPIRED_EVERY).await;
                accounts.end_expired().await;
            }
        }));
    }

    /// A hosted district.
    pub fn district(&self, id: &DistrictId) -> Option<DistrictHandle> {
        self.hosted.get(id).cloned()
    }

    /// The default district.
    ///
    /// # Errors
    /// [`RuntimeFault::NoDistrict`], which a start excludes.
    pub fn default_district(&self) -> Result<DistrictHandle, RuntimeFault> {
        self.district(&self.default).ok_or(RuntimeFault::NoDistrict)
    }

    /// Every hosted district, by id.
    pub fn districts(&self) -> impl Iterator<Item = &DistrictHandle> {
        self.hosted.values()
    }

    /// The district that has a case, sighting, task, escalation or hand-over with this id. The directory is the
    /// published states themselves, so it is whole after a start and never stale.
    pub fn district_of(&self, id: Uuid) -> Option<DistrictHandle> {
        self.hosted
            .values()
            .find(|handle| {
                let state = handle.shared.published.load();
                let tables = &state.tables;
                tables.cases.contains_key(&CaseId(id))
                    || tables.sightings.contains_key(&SightingId(id))
                    || tables.tasks.contains_key(&TaskId(id))
                    || tables.escalations.contains_key(&EscalationId(id))
                    || tables.persons.contains_key(&PersonId(id))
                    || tables.holds.contains_key(&HoldId(id))
                    || tables.hand_overs.contains_key(&HandOverId(id))
            })
            .cloned()
    }

    /// Accounts and sessions.
    pub fn accounts(&self) -> &Arc<Accounts> {
        &self.accounts
    }

    /// The policies that can be adopted.
    pub fn policies(&self) -> &Arc<Policies> {
        &self.policies
    }

    /// The store, for what decides nothing about a case.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Begins a district from a preset; what is there already is not done again. Without a policy the shipped one is
    /// adopted.
    ///
    /// # Errors
    /// [`RuntimeFault::Preset`] when the installation was begun with another one; [`RuntimeFault::NotTaken`],
    /// [`RuntimeFault::Policy`], [`RuntimeFault::Journal`].
    pub async fn adopt_preset(
        &self,
        preset: &Preset,
        policy_text: Option<&str>,
    ) -> Result<(), RuntimeFault> {
        let handle = self
            .district(&preset.district)
            .ok_or(RuntimeFault::NoDistrict)?;
        let setting = format!("{}/{}", crate::preset::SETTING, preset.district);
        let begun_with = self
            .store
            .setting(&setting)
            .await
            .map_err(RuntimeFault::journal("reading a setting"))?;
        if let Some(begun_with) = begun_with
            && begun_with != preset.name
        {
            return Err(RuntimeFault::Preset {
                what: format!(
                    "this folder was begun with `{begun_with}`, not `{}`",
                    preset.name
                ),
            });
        }
        crate::preset::adopt(&handle, &self.policies, preset, policy_text).await?;
        self.store
            .write(vec![StoreWrite::PutSetting {
                name: setting,
                value: preset.name.clone(),
            }])
            .await
            .map_err(RuntimeFault::journal("keeping a setting"))
    }

    /// Waits until a loop has ended although nobody stopped it: a bug. The program should end and start again.
    pub async fn broken(&self) {
        self.broken.notified().await;
    }

    /// Stops in order: refuses what is new, decides what waits, keeps snapshots and positions, closes the feeds, signs
    /// the heads.
    /// A second stop finds nothing to end.
    pub async fn stop(&self) {
        for handle in self.hosted.values() {
            handle.shared.stopping.store(true, Ordering::Release);
            handle.shared.stop.notify_one();
        }
        let mut heads = BTreeMap::new();
        let loops = std::mem::take(&mut self.running().loops);
        for (id, ended) in loops {
            if let Ok(head) = ended.await {
                heads.insert(id, head);
            }
        }
        for handle in self.hosted.values() {
            let (done, closed) = oneshot::channel();
            if handle
                .shared
                .feed
                .send(FeedCall::Stop { done })
                .await
                .is_ok()
            {
                // A feed that ended by itself answers by being gone.
                let _ = closed.await;
            }
            handle
                .shared
                .positions
                .save(&*self.store, handle.id())
                .await;
        }
        if let Some(file) = &self.anchors {
            sign_heads(file, &self.ring, heads).await;
        }
        self.abort();
    }

    /// Ends everything at once, as a crash does.
    pub fn abort(&self) {
        for handle in self.hosted.values() {
            handle.shared.stopping.store(true, Ordering::Release);
        }
        for task in std::mem::take(&mut self.running().tasks) {
            task.abort();
        }
    }

    /// A poisoned lock still holds what has to be ended.
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.abort();
    }
}

/// After a restore the journal may be older than an erasure: what the list names is erased anew before anybody reads, and
/// what it misses is added.
async fn forget_again(list: &Forgotten, hosted: &Hosted) -> Result<(), RuntimeFault> {
    let listed = list.read().await?;
    let mut missing = Vec::new();
    for handle in hosted.values() {
        let state = handle.shared.published.load_full();
        let erased = &state.tables.erased;
        missing.extend(erased.iter().filter(|record| !listed.contains(record)));
        let mut records = Vec::new();
        for record in listed.iter().filter(|record| !erased.contains(*record)) {
            if hosted.len() > 1 && !is_known(&state.tables, *record) {
                continue;
            }
            let key = handle.shared.store.key(record.0).await;
            if key
                .map_err(RuntimeFault::journal("reading a key"))?
                .is_some()
            {
                records.push(*record);
            }
        }
        if records.is_empty() {
            continue;
        }
        tracing::warn!(
            n_records = records.len(),
            "Forgetting again what a restore brought back"
        );
        let command = Command::EraseDetails {
            records,
            ground: FORGOTTEN_BEFORE.to_owned(),
        };
        let id = CommandId(handle.new_id());
        let doing = "forgetting again what a restore brought back";
        handle
            .submit_as_system(id, command)
            .await
            .map_err(|source| RuntimeFault::NotTaken { doing, source })?;
    }
    list.add(missing).await
}

/// Whether a record is this district's: keys belong to the installation.
fn is_known(tables: &Tables, record: RecordId) -> bool {
    tables.details.contains_key(&record)
        || tables.sightings.contains_key(&SightingId(record.0))
        || tables.persons.contains_key(&PersonId(record.0))
        || tables
            .cases
            .values()
            .any(|case| case.notes.iter().any(|note| note.record == record))
}

/// Tells when a loop ends although nobody stopped it.
struct Watched {
    shared: Arc<Shared>,
    broken: Arc<Notify>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.shared.is_stopping() {
            tracing::error!(district.id = %self.shared.id, "The loop of a district has ended");
            self.broken.notify_one();
        }
    }
}

async fn sign_heads(file: &AnchorFile, ring: &KeyRing, heads: BTreeMap<DistrictId, Head>) {
    let at_ms = crate::clock::system_now().as_ms();
    let signer = |bytes: &[u8]| ring.anchor_tag(bytes);
    let anchors: Vec<Anchor> = heads
        .into_iter()
        .map(|(id, head)| Anchor::sign(&signer, id.as_str(), head, at_ms))
        .collect();
    if let Err(fault) = file.append(&anchors).await {
        tracing::error!(fault = %chain_of(&fault), "The heads were not signed into their file");
    }
}
