//! A district on a folder of its own, as the program opens it, and reports for it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use journal::folder::FolderLock;
use journal::journal::{Archive, Journal};
use journal::sqlite::SqliteJournal;
use model::actor::{Actor, Role};
use model::command::{Command, ReportSighting};
use model::id::{AccountName, DistrictId, SightingId};
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

/// The district of the shipped preset.
pub const DISTRICT: &str = "310107";

/// How long an ended runtime may take to let go of its folder.
const LETS_GO_WITHIN: Duration = Duration::from_secs(10);

/// The journal of a folder; a runtime that has just ended may hold it for a moment.
///
/// # Errors
/// When the folder cannot be opened.
pub async fn journal(folder: &Path) -> anyhow::Result<SqliteJournal> {
    let began = Instant::now();
    loop {
        match FolderLock::take(folder) {
            Ok(lock) => return Ok(SqliteJournal::open(lock).await?),
            Err(_) if began.elapsed() < LETS_GO_WITHIN => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// The runtime over the journal of a folder.
///
/// # Errors
/// When the folder cannot be opened.
pub async fn open(folder: &Path, policy: Option<&str>) -> anyhow::Result<Runtime> {
    let disk: Arc<dyn Archive> = Arc::new(journal(folder).await?);
    let runtime = start(Arc::clone(&disk) as Arc<dyn Journal>, disk).await?;
    runtime.adopt_preset(&Preset::putuo()?, policy).await?;
    Ok(runtime)
}

/// The runtime over a journal and a store.
///
/// # Errors
/// When the journal cannot be read.
pub async fn start(journal: Arc<dyn Journal>, store: Arc<dyn Archive>) -> anyhow::Result<Runtime> {
    Ok(Runtime::start(
        RuntimeConfig::new(vec![DistrictId::from(DISTRICT)]),
        Means {
            journal,
            store,
            ring: KeyRing::new(&InstallationKey::from_bytes([7; 32])),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            channels: Vec::new(),
        },
    )
    .await?)
}

/// Somebody who may do everything at the desk.
pub fn desk() -> Actor {
    Actor {
        account: AccountName::from("bench"),
        role: Role::Command,
        jurisdictions: std::collections::BTreeSet::new(),
        department: None,
        unit: None,
    }
}

/// The n-th place of a grid, so far from the others that no report is taken for a repeat of another.
///
/// # Errors
/// Never for the numbers that are used here.
pub fn place(n: u32) -> anyhow::Result<Position> {
    let (column, row) = (f64::from(n % 120), f64::from(n / 120 % 140));
    Ok(Position::new(
        121.36 + column * 0.000_75,
        31.21 + row * 0.000_65,
    )?)
}

/// A report of one person.
pub fn report(at: Position, sign: Sign, seen_at: model::time::Instant) -> ReportSighting {
    ReportSighting {
        id: SightingId(Uuid::now_v7()),
        position: Some(DeclaredPosition::wgs84(at)),
        seen_at,
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
    }
}

/// A report ready to be handed in.
pub fn submission(report: ReportSighting, actor: Actor) -> Submission {
    Submission::new(report.id.into(), actor, Command::ReportSighting(report))
}

/// Hands a command in; how long its answer took.
///
/// # Errors
/// When it is refused.
pub async fn submit(handle: &DistrictHandle, submission: Submission) -> anyhow::Result<Duration> {
    let began = Instant::now();
    handle
        .submit(submission)
        .await
        .map_err(|e| anyhow::anyhow!("{e:?}"))?;
    Ok(began.elapsed())
}

/// Hands many commands in, so many at the same time.
///
/// # Errors
/// When one is refused.
pub async fn submit_all(
    handle: &DistrictHandle,
    submissions: impl IntoIterator<Item = Submission>,
    at_once: usize,
) -> anyhow::Result<()> {
    let mut running = tokio::task::JoinSet::new();
    for one in submissions {
        let handle = handle.clone();
        running.spawn(async move { submit(&handle, one).await });
        if running.len() >= at_once {
            running.join_next().await.context("an answer")???;
        }
    }
    while let Some(one) = running.join_next().await {
        one??;
    }
    Ok(())
}
