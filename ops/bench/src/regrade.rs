//! A change of colour over ten thousand open cases, with a report of mortal danger that comes in meanwhile: through the
//! real runtime on a journal on disk. The reference is the same report on the same runtime when nothing else goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use journal::folder::FolderLock;
use journal::journal::{Archive, Journal};
use journal::sqlite::SqliteJournal;
use model::actor::{Actor, Role};
use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::command::{Command, ReportSighting};
use model::grade::SignalColour;
use model::id::{AccountName, CommandId, DistrictId, JurisdictionCode, SightingId, SignalId};
use model::sign::{Sign, Source};
use policy::preset::Preset;
use runtime::clock::SystemClock;
use runtime::config::RuntimeConfig;
use runtime::handle::DistrictHandle;
use runtime::runtime::{Means, Runtime};
use runtime::submission::Submission;
use spatial::crs::DeclaredPosition;
use spatial::position::Position;
use uuid::Uuid;
use vault::installation::InstallationKey;
use vault::randomness::SystemRandomness;
use vault::ring::KeyRing;

const N_CASES: u32 = 10_000;
/// A P0 report should be answered within this (see `ops/decisions/0012`).
const LATE: Duration = Duration::from_millis(100);
/// Reports handed in at the same time while the cases are made.
const AT_ONCE: usize = 128;

fn actor() -> Actor {
    Actor {
        account: AccountName::from("bench"),
        role: Role::Command,
        jurisdictions: std::collections::BTreeSet::new(),
        department: None,
        unit: None,
    }
}

fn report(
    east: f64,
    north: f64,
    sign: Sign,
    now: model::time::Instant,
) -> anyhow::Result<Submission> {
    let id = SightingId(Uuid::now_v7());
    let body = ReportSighting {
        id,
        position: Some(DeclaredPosition::wgs84(Position::new(east, north)?)),
        seen_at: now,
        signs: vec![sign],
        n_people: 1,
        more_people: false,
        place: None,
        description: None,
        source: Source::Hotline,
        source_ref: None,
        reply_by: None,
        task: None,
        emergency_calls: Vec::new(),
        offline: false,
        recorded_at: None,
        device_seq: None,
        drill: false,
        history: false,
    };
    Ok(Submission::new(
        id.into(),
        actor(),
        Command::ReportSighting(body),
    ))
}

async fn submit(handle: &DistrictHandle, submission: Submission) -> anyhow::Result<Duration> {
    let began = Instant::now();
    handle
        .submit(submission)
        .await
        .map_err(|e| anyhow::anyhow!("{e:?}"))?;
    Ok(began.elapsed())
}

pub fn run() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("lamplighter-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let disk: Arc<dyn Archive> = Arc::new(SqliteJournal::open(FolderLock::take(&folder)?).await?);
    let preset = Preset::putuo()?;
    let runtime = Runtime::start(
        RuntimeConfig::new(vec![DistrictId::from("310107")]),
        Means {
            journal: Arc::clone(&disk) as Arc<dyn Journal>,
            store: disk,
            ring: KeyRing::new(&InstallationKey::from_bytes([7; 32])),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            channels: Vec::new(),
        },
    )
    .await?;
    runtime.adopt_preset(&preset, None).await?;
    let handle = runtime.default_district().context("a district")?;
    let began = Instant::now();
    let mut made = tokio::task::JoinSet::new();
    for n in 0..N_CASES {
        let (column, row) = (f64::from(n % 100), f64::from(n / 100));
        // Seventy metres apart, so that each report is a case of its own.
        let one = report(
            121.36 + column * 0.000_75,
            31.21 + row * 0.000_65,
            Sign::BeddedDown,
            handle.now(),
        )?;
        let handle = handle.clone();
        made.spawn(async move { submit(&handle, one).await });
        if made.len() >= AT_ONCE {
            made.join_next().await.context("a report")???;
        }
    }
    while let Some(one) = made.join_next().await {
        one??;
    }
    let n_open = handle.read().tables().cases.len();
    println!("{n_open} cases made in {:?}", began.elapsed());

    let mut quiet = Vec::new();
    for n in 0..50_u32 {
        let one = report(
            121.30 + f64::from(n) * 0.001,
            31.30,
            Sign::Unconscious,
            handle.now(),
        )?;
        quiet.push(submit(&handle, one).await?);
    }
    quiet.sort();
    let signal = WeatherSignal {
        id: SignalId::from("bench"),
        kind: SignalKind::ColdWave,
        colour: Some(SignalColour::Orange),
        issued_at: handle.now(),
        expires_at: None,
        station: "bench".to_owned(),
        areas: vec![JurisdictionCode::from("310107")],
        values: WeatherValues::default(),
        cancelled: false,
    };
    let raise = Submission::new(
        CommandId(Uuid::now_v7()),
        actor(),
        Command::ReceiveSignal(signal),
    );
    let began = Instant::now();
    submit(&handle, raise).await?;
    let answered = began.elapsed();
    let mut meanwhile = Vec::new();
    let mut n = 0_u32;
    while !handle.read().tables().regrade.is_empty() {
        let one = report(
            121.30 + f64::from(n) * 0.001,
            31.32,
            Sign::Unconscious,
            handle.now(),
        )?;
        let since = began.elapsed();
        let took = submit(&handle, one).await?;
        if took > LATE {
            println!("P0 reported {since:?} after the change of colour: answered after {took:?}");
        }
        meanwhile.push(took);
        n += 1;
    }
    let all = began.elapsed();
    meanwhile.sort();
    let quiet_median = quiet.get(quiet.len() / 2).copied().unwrap_or_default();
    let worst = meanwhile.last().copied().unwrap_or_default();
    println!("change of colour: answered in {answered:?}, {n_open} cases graded anew in {all:?}");
    println!(
        "P0 meanwhile ({} reports): median {:?}, worst {worst:?}; in quiet: median {quiet_median:?}, worst {:?}",
        meanwhile.len(),
        meanwhile
            .get(meanwhile.len() / 2)
            .copied()
            .unwrap_or_default(),
        quiet.last().copied().unwrap_or_default(),
    );
    runtime.stop().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
