//! A district for tests of the runtime: the core's test district in a journal in memory, under a paused clock.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses a part of it"
)]
#![expect(clippy::unwrap_used, reason = "a test stops where its support fails")]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dispatch::testing::{self, EVENING};
use journal::chain;
use journal::faulty::{Fate, FaultyJournal, Injection, Step};
use journal::journal::{Archive, Batch, Journal};
use journal::memory::MemoryJournal;
use journal::row::{Entry, Erasable};
use model::actor::Actor;
use model::codec::{self, Body};
use model::command::Command;
use model::id::{CommandId, DistrictId, SightingId};
use model::sign::Sign;
use model::time::Instant;
use notify::channel::Channel;
use notify::recorder::Recorder;
use runtime::clock::ScaledClock;
use runtime::config::RuntimeConfig;
use runtime::handle::DistrictHandle;
use runtime::runtime::{Means, Runtime};
use runtime::submission::Submission;
use uuid::Uuid;
use vault::installation::InstallationKey;
use vault::randomness::SeededRandomness;
use vault::ring::KeyRing;

pub const DISTRICT: &str = "310107";

/// The disk: outlives a runtime.
pub fn disk() -> Arc<MemoryJournal> {
    Arc::new(MemoryJournal::new())
}

/// A disk with the background of the test district.
pub async fn putuo() -> Arc<MemoryJournal> {
    let disk = disk();
    put_background(&disk, DISTRICT).await;
    disk
}

pub async fn put_background(disk: &MemoryJournal, district: &str) {
    let entries = testing::District::putuo()
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
        .collect();
    let head = chain::start(district);
    let rows = chain::link(district, head, entries);
    disk.append(Batch {
        district: district.to_owned(),
        expected_head: head,
        rows,
        store: Vec::new(),
    })
    .await
    .unwrap();
}

pub fn config() -> RuntimeConfig {
    RuntimeConfig::new(vec![DistrictId::from(DISTRICT)])
}

pub fn means(disk: Arc<dyn Archive>, seed: u64, channels: Vec<Arc<dyn Channel>>) -> Means {
    means_at(disk, seed, channels, EVENING)
}

pub fn means_at(
    disk: Arc<dyn Archive>,
    seed: u64,
    channels: Vec<Arc<dyn Channel>>,
    now: Instant,
) -> Means {
    Means {
        journal: Arc::clone(&disk) as Arc<dyn Journal>,
        store: disk,
        ring: KeyRing::new(&InstallationKey::from_bytes([7; 32])),
        clock: Arc::new(ScaledClock::starting_at(now, 1.0)),
        randomness: Arc::new(SeededRandomness::new(seed)),
        channels,
    }
}

pub async fn start(disk: &Arc<MemoryJournal>, seed: u64) -> (Runtime, DistrictHandle) {
    start_with(Arc::clone(disk) as Arc<dyn Archive>, seed, config()).await
}

pub async fn start_with(
    disk: Arc<dyn Archive>,
    seed: u64,
    config: RuntimeConfig,
) -> (Runtime, DistrictHandle) {
    let runtime = Runtime::start(config, means(disk, seed, Vec::new()))
        .await
        .unwrap();
    let handle = runtime.default_district().unwrap();
    (runtime, handle)
}

pub async fn start_with_recorder(
    disk: &Arc<MemoryJournal>,
    seed: u64,
) -> (Runtime, DistrictHandle, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::new());
    let channels: Vec<Arc<dyn Channel>> = vec![Arc::clone(&recorder) as Arc<dyn Channel>];
    let disk = Arc::clone(disk) as Arc<dyn Archive>;
    let runtime = Runtime::start(config(), means(disk, seed, channels))
        .await
        .unwrap();
    let handle = runtime.default_district().unwrap();
    (runtime, handle, recorder)
}

/// A disk on which each append goes as planned, in order; afterwards all goes well.
pub fn failing(inner: &Arc<MemoryJournal>, fates: Vec<Fate>) -> Arc<FaultyJournal> {
    let fates = std::sync::Mutex::new(std::collections::VecDeque::from(fates));
    Arc::new(FaultyJournal::new(
        Arc::clone(inner) as Arc<dyn Archive>,
        move |step: Step<'_>| {
            let fate = match step {
                Step::Append { .. } => fates.lock().unwrap().pop_front().unwrap_or_default(),
                Step::Head { .. }
                | Step::Read { .. }
                | Step::SaveSnapshot { .. }
                | Step::ReadSnapshot { .. }
                | Step::Write { .. }
                | Step::Look => Fate::Done,
            };
            Injection {
                fate,
                ..Injection::default()
            }
        },
    ))
}

/// A patrol's report in the middle of a street.
pub fn report(n: u128, street: usize, signs: &[Sign]) -> Submission {
    report_by(testing::patrol(street + 1), n, street, signs)
}

pub fn report_by(actor: Actor, n: u128, street: usize, signs: &[Sign]) -> Submission {
    let report = testing::report(n, street, EVENING, signs);
    Submission::new(report.id.into(), actor, Command::ReportSighting(report))
}

pub fn sighting(n: u128) -> SightingId {
    SightingId(testing::id(n))
}

pub fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(
        0x0200_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

/// Lets everything run that can run now, and a little time pass.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}
