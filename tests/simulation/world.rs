//! The world of a night: a disk that outlives every crash and fails by chance, a clock that can be set, a channel that
//! reaches people or not, and the real runtime in the middle.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dispatch::testing::{self, EVENING, STREETS, street_centre};
use futures_util::future::{self, BoxFuture};
use journal::chain;
use journal::faulty::{Fate, FaultyJournal, Injection, Step};
use journal::journal::{Archive, Batch, Journal};
use journal::memory::MemoryJournal;
use journal::row::{Entry, Erasable};
use journal::store::{Account, Session, Store, StoreWrite};
use model::actor::Actor;
use model::codec::{self, Body};
use model::deadline::Notice;
use model::id::{DistrictId, NoticeId, UnitId};
use model::time::{Instant, Span};
use notify::channel::{Channel, Delivery, DeliveryFault};
use runtime::accounts::Accounts;
use runtime::clock::Clock;
use runtime::config::{Planted, RuntimeConfig};
use runtime::handle::DistrictHandle;
use runtime::positions::Fix;
use runtime::runtime::{Means, Runtime};
use serde_json::json;
use tokio::time::Instant as TokioInstant;
use uuid::Uuid;
use vault::installation::InstallationKey;
use vault::randomness::SeededRandomness;
use vault::ring::KeyRing;

use crate::chance::Chance;
use crate::counts::Counts;
use crate::violation::Violation;

/// The district of every night.
pub const DISTRICT: &str = "310107";

/// The key of every installation.
const INSTALLATION_KEY: [u8; 32] = [7; 32];

/// Half a side of a street's square, degrees.
const HALF_SIDE: f64 = 0.01;

/// A clock that the night sets.
#[derive(Clone)]
pub struct SetClock {
    started: TokioInstant,
    offset_ms: Arc<AtomicI64>,
}

impl SetClock {
    fn starting_now() -> Self {
        Self {
            started: TokioInstant::now(),
            offset_ms: Arc::new(AtomicI64::new(0)),
        }
    }

    /// Sets it forward or back.
    pub fn jump(&self, by: Span) {
        self.offset_ms.fetch_add(by.as_ms(), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        EVENING + Span::from_ms(passed + self.offset_ms.load(Ordering::Relaxed))
    }
}

/// One try of the channel.
#[derive(Clone, Debug)]
pub struct Try {
    /// The key that the channel saw.
    pub key: Uuid,
    /// Which notice.
    pub notice: NoticeId,
    /// Up to where the program had published when it tried.
    pub seq: u64,
}

/// What the faults of a night do next.
pub struct Faults {
    chance: Chance,
    /// Nothing fails while the checkers look.
    pub calm: bool,
    /// What happens to the next commit.
    pub next: Option<Injection>,
    /// How many of a thousand commits go wrong.
    permille: u32,
    /// What occurred.
    pub counts: Counts,
}

impl Faults {
    fn of(&mut self, step: Step<'_>) -> Injection {
        let done = Injection::default();
        if self.calm {
            return done;
        }
        match step {
            Step::Append { .. } => {
                if let Some(next) = self.next.take() {
                    return next;
                }
                self.of_commit()
            }
            Step::Head { .. } | Step::Read { .. } => {
                if self.chance.permille(self.permille / 4) {
                    self.counts.fault("read of the disk failed");
                    return Injection {
                        fate: Fate::Failed,
                        ..done
                    };
                }
                done
            }
            Step::SaveSnapshot { .. } => {
                if self.chance.permille(self.permille * 4) {
                    self.counts.fault("snapshot not kept");
                    return Injection {
                        fate: Fate::Failed,
                        ..done
                    };
                }
                done
            }
            Step::ReadSnapshot { .. } | Step::Write { .. } | Step::Look => done,
        }
    }

    fn of_commit(&mut self) -> Injection {
        let mut injection = Injection::default();
        if self.chance.permille(self.permille) {
            let (fate, name) = self.chance.of(&[
                (Fate::Refused, "commit refused by a full disk"),
                (Fate::Failed, "commit failed"),
                (Fate::AnswerLost, "commit done, answer lost"),
                (Fate::AnswerLostUndone, "commit not done, answer lost"),
            ]);
            injection.fate = fate;
            self.counts.fault(name);
        }
        if self.chance.permille(self.permille) {
            let ms = self.chance.between(1, 1500);
            let slow = Duration::from_millis(u64::try_from(ms).unwrap_or(1));
            if self.chance.permille(500) {
                injection.before = slow;
            } else {
                injection.after = slow;
            }
            self.counts.fault("commit slow");
        }
        injection
    }
}

/// A channel that reaches people by chance.
struct Pager {
    chance: Mutex<Chance>,
    tries: Arc<Mutex<Vec<Try>>>,
    district: Arc<Mutex<Option<DistrictHandle>>>,
}

impl Channel for Pager {
    fn name(&self) -> &'static str {
        "pager"
    }

    fn deliver<'a>(
        &'a self,
        key: Uuid,
        notice: &'a Notice,
    ) -> BoxFuture<'a, Result<Delivery, DeliveryFault>> {
        let seq = lock(&self.district)
            .as_ref()
            .map_or(0, |district| district.read().seq());
        lock(&self.tries).push(Try {
            key,
            notice: notice.id,
            seq,
        });
        let end = match lock(&self.chance).weighted(&[(60, 0), (15, 1), (15, 2), (10, 3)]) {
            0 => Ok(Delivery::Delivered),
            1 => Ok(Delivery::NotNow),
            2 => Ok(Delivery::Noted),
            _ => Err(DeliveryFault {
                why: "no number".to_owned(),
            }),
        };
        Box::pin(future::ready(end))
    }
}

/// A lock whose holder cannot have left it half-changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What stands between a reader and the district: who is signed in.
pub struct Gate {
    /// The district.
    pub district: DistrictHandle,
    /// The accounts of the running program.
    pub accounts: Arc<Accounts>,
}

/// Sessions that an account has from the beginning.
pub const N_SESSIONS: usize = 6;

/// The token of a session of an account.
pub fn token_of(actor: &Actor, n: usize) -> String {
    format!("{}/{n}", actor.account)
}

/// The world of one night.
pub struct World {
    /// The disk itself.
    pub disk: Arc<MemoryJournal>,
    faulty: Arc<FaultyJournal>,
    /// What fails.
    pub faults: Arc<Mutex<Faults>>,
    /// The clock.
    pub clock: SetClock,
    /// What the channel was given.
    pub tries: Arc<Mutex<Vec<Try>>>,
    district: Arc<Mutex<Option<DistrictHandle>>>,
    randomness: Arc<SeededRandomness>,
    pager: Arc<Pager>,
    config: RuntimeConfig,
    runtime: Option<Runtime>,
}

impl World {
    /// A district with its background on a disk of its own; nothing runs yet.
    pub async fn new(seed: u64, planted: Option<Planted>) -> Self {
        let disk = Arc::new(MemoryJournal::new());
        put_background(&disk).await;
        let mut chance = Chance::new(seed, 1);
        let faults = Arc::new(Mutex::new(Faults {
            permille: chance.of(&[10, 30, 30, 80]),
            chance,
            calm: true,
            next: None,
            counts: Counts::default(),
        }));
        let plan = Arc::clone(&faults);
        let faulty = Arc::new(FaultyJournal::new(
            Arc::clone(&disk) as Arc<dyn Archive>,
            move |step: Step<'_>| lock(&plan).of(step),
        ));
        let mut chance = Chance::new(seed, 2);
        let mut config = RuntimeConfig::new(vec![DistrictId::from(DISTRICT)]);
        config.snapshot_every = chance.of(&[400, 1000, 2500]);
        config.ring = chance.of(&[30, 150, 700]);
        config.feed_outbox = chance.of(&[3, 8, 64]);
        config.batch_max = chance.of(&[1, 4, 256]);
        config.feed_ping = Duration::from_secs(600);
        config.positions_every = Duration::from_secs(1800);
        config.planted = planted;
        let (tries, district) = (Arc::default(), Arc::default());
        Self {
            disk,
            faulty,
            faults,
            clock: SetClock::starting_now(),
            pager: Arc::new(Pager {
                chance: Mutex::new(Chance::new(seed, 3)),
                tries: Arc::clone(&tries),
                district: Arc::clone(&district),
            }),
            tries,
            district,
            randomness: Arc::new(SeededRandomness::new(seed)),
            config,
            runtime: None,
        }
    }

    /// Starts the program on the disk as it is.
    pub async fn start(&mut self) -> Result<(), Violation> {
        let calm = self.set_calm(true);
        let means = self.means(Arc::clone(&self.faulty) as Arc<dyn Archive>);
        let runtime = Runtime::start(self.config.clone(), means)
            .await
            .map_err(|fault| Violation::new(8, format!("the program does not start: {fault}")))?;
        let handle = runtime
            .default_district()
            .map_err(|fault| Violation::new(8, fault.to_string()))?;
        *lock(&self.district) = Some(handle);
        self.runtime = Some(runtime);
        self.set_calm(calm);
        Ok(())
    }

    /// The state that a start finds, without letting it run: nothing of it is polled.
    pub async fn found_by_start(
        &self,
        journal: Arc<dyn Journal>,
        store: Arc<dyn Store>,
        ring: usize,
    ) -> Result<dispatch::Tables, Violation> {
        let mut config = self.config.clone();
        config.ring = ring;
        let means = Means {
            journal,
            store,
            channels: Vec::new(),
            ..self.means(Arc::clone(&self.disk) as Arc<dyn Archive>)
        };
        let runtime = Runtime::start(config, means)
            .await
            .map_err(|fault| Violation::new(10, format!("a replay does not start: {fault}")))?;
        let handle = runtime
            .default_district()
            .map_err(|fault| Violation::new(10, fault.to_string()))?;
        Ok(handle.read().tables().clone())
    }

    fn means(&self, archive: Arc<dyn Archive>) -> Means {
        Means {
            journal: Arc::clone(&archive) as Arc<dyn Journal>,
            store: archive,
            ring: KeyRing::new(&InstallationKey::from_bytes(INSTALLATION_KEY)),
            clock: Arc::new(self.clock.clone()),
            randomness: Arc::clone(&self.randomness) as Arc<dyn vault::randomness::Randomness>,
            channels: vec![Arc::clone(&self.pager) as Arc<dyn Channel>],
        }
    }

    /// The running district.
    pub fn handle(&self) -> DistrictHandle {
        lock(&self.district)
            .clone()
            .unwrap_or_else(|| unreachable!("a night looks only while the program runs"))
    }

    /// The way in to the running program.
    pub fn gate(&self) -> Gate {
        Gate {
            district: self.handle(),
            accounts: Arc::clone(self.runtime().accounts()),
        }
    }

    /// The running program.
    pub fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .unwrap_or_else(|| unreachable!("a night looks only while the program runs"))
    }

    /// Gives somebody an account; a program that runs does not know of it before its next start.
    pub async fn admit(&self, actor: &Actor) {
        let account = Account {
            account: actor.account.0.clone(),
            // Nobody signs in by password: hashing takes real time.
            password_hash: String::new(),
            role: actor.role.as_str().to_owned(),
            jurisdictions: actor.jurisdictions.iter().map(|id| id.0.clone()).collect(),
            department: actor.department.as_ref().map(|id| id.0.clone()),
            unit: actor.unit.as_ref().map(|id| id.0.clone()),
            districts: Vec::new(),
            disabled: false,
            rights_version: 1,
        };
        self.disk
            .write(vec![StoreWrite::PutAccount(account)])
            .await
            .unwrap();
        self.open_sessions(actor, 0).await;
    }

    /// Opens sessions of an account, numbered from here; as [`Self::admit`], known from the next start on.
    pub async fn open_sessions(&self, actor: &Actor, from: usize) {
        let ring = KeyRing::new(&InstallationKey::from_bytes(INSTALLATION_KEY));
        let sessions = (from..from + N_SESSIONS).map(|n| {
            StoreWrite::PutSession(Session {
                token_hash: ring.session_hash(token_of(actor, n).as_bytes()),
                account: actor.account.0.clone(),
                created_at_ms: EVENING.as_ms(),
                expires_at_ms: (EVENING + Span::from_days(365)).as_ms(),
            })
        });
        self.disk.write(sessions.collect()).await.unwrap();
    }

    /// Ends the program at once.
    pub async fn crash(&mut self) {
        *lock(&self.district) = None;
        drop(self.runtime.take());
        // What was aborted is dropped at its next turn.
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    }

    /// Stops the program in order.
    pub async fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.stop().await;
        }
        self.crash().await;
    }

    /// Nothing fails from now on, or again as before; answers how it was.
    pub fn set_calm(&self, calm: bool) -> bool {
        std::mem::replace(&mut lock(&self.faults).calm, calm)
    }

    /// What happens to the next commit.
    pub fn plan_next(&self, injection: Injection) {
        lock(&self.faults).next = Some(injection);
    }

    /// Puts the units where their streets are, as phones would.
    pub fn report_positions(&self) {
        let (handle, now) = (self.handle(), self.clock.now());
        for n in 0..=STREETS.len() {
            handle.report_position(
                UnitId(format!("u-{}", n + 1)),
                Fix {
                    position: street_centre(n % STREETS.len()),
                    accuracy_m: Some(10.0),
                    at: now,
                    heard_at: None,
                },
            );
        }
    }
}

async fn put_background(disk: &MemoryJournal) {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    let entries = ENTRIES.get_or_init(background).clone();
    let head = chain::start(DISTRICT);
    let rows = chain::link(DISTRICT, head, entries);
    disk.append(Batch {
        district: DISTRICT.to_owned(),
        expected_head: head,
        rows,
        store: vec![StoreWrite::PutBoundaries {
            content_hash: "squares".to_owned(),
            text: squares(),
        }],
    })
    .await
    .unwrap();
}

fn background() -> Vec<Entry> {
    testing::District::putuo()
        .journal
        .into_iter()
        .map(|recorded| Entry {
            command_id: recorded.new.command_id.0,
            at_ms: EVENING.as_ms(),
            recorded_at_ms: EVENING.as_ms(),
            actor: "system".to_owned(),
            policy_id: recorded.new.policy_id.0,
            drill: false,
            kind: recorded.new.event.kind().to_owned(),
            version: codec::VERSION,
            body: Bytes::from(
                codec::encode(&Body {
                    event: recorded.new.event,
                    content_tag: String::new(),
                    recorded_at: None,
                })
                .unwrap(),
            ),
            erasable: Erasable::default(),
        })
        .collect()
}

/// The ten streets as squares.
fn squares() -> String {
    let features: Vec<_> = STREETS
        .iter()
        .enumerate()
        .map(|(n, (code, name))| {
            let middle = street_centre(n);
            let (w, e) = (middle.lon() - HALF_SIDE, middle.lon() + HALF_SIDE);
            let (s, n) = (middle.lat() - HALF_SIDE, middle.lat() + HALF_SIDE);
            json!({
                "type": "Feature",
                "properties": {"code": code, "name": name},
                "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string()
}
