//! A district after years: a million closed cases and many open ones. What a report costs as it grows, how late timers
//! are when a million are armed, and how long a restart takes with and without a snapshot, beside reading the rows.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use journal::journal::{Answer, Archive, Batch, CommandRows, Journal};
use journal::row::{Head, Row};
use journal::snapshot::{Snapshot, SnapshotHead};
use model::deadline::DeadlineKind;
use model::id::CaseId;
use model::sign::Sign;
use model::time::Span;
use policy::policy::PUTUO;
use runtime::handle::DistrictHandle;
use uuid::Uuid;

use crate::child::cpu_of;
use crate::district;
use crate::table::{Line, Wanted};

/// Reports that are measured at each size.
const N_MEASURED: u32 = 1_000;
const AT_ONCE: usize = 256;
/// Of this many cases one is open.
const ONE_OPEN_OF: u32 = 100;
/// Where no open case stands: for the reports that are measured, and for those that are watched.
const FIRST_FREE_PLACE: u32 = 10_000;
const WATCHED_PLACES: u32 = 15_000;
/// Reports whose first step is watched while all timers are armed.
const N_WATCHED: u32 = 200;
const N_ROWS_A_READ: u32 = 10_000;
/// The acknowledgement of a report of mortal danger, short enough to be watched.
const SHORT: &str = r#"acknowledge = "5s""#;
const USUAL: &str = r#"acknowledge = "2m""#;

/// Measures with so many cases in the end.
pub async fn run(n_cases: u32) -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let policy = PUTUO.replace(USUAL, SHORT);
    anyhow::ensure!(policy != PUTUO, "the policy has no `{USUAL}`");
    let runtime = district::open(folder.path(), Some(&policy)).await?;
    let handle = runtime.default_district().context("a district")?;
    let mut lines = Vec::new();
    let mut n_made = 0;
    let mut first = None;
    let mut size = 1_000;
    let mut next_place = FIRST_FREE_PLACE;
    while size <= n_cases {
        grow(&handle, n_made, size).await?;
        n_made = size;
        let cpu = cost_of_a_report(&handle, next_place).await?;
        next_place += N_MEASURED;
        let smallest = *first.get_or_insert(cpu);
        lines.push(Line {
            what: format!(
                "processor time of a report among {size} cases, one of {ONE_OPEN_OF} open"
            ),
            ours: format!("{cpu:.0} µs"),
            reference: format!("{smallest:.0} µs among 1000"),
            figure: cpu / smallest,
            wanted: (size == n_cases).then_some(Wanted::AtMost(1.3)),
        });
        size *= 10;
    }
    lines.push(lateness(&handle).await?);
    let n_events = handle.read().seq();
    drop(handle);
    runtime.stop().await;
    drop(runtime);
    lines.extend(restarts(folder.path(), n_events).await?);
    Ok(lines)
}

/// Adds cases until there are so many: old ones that are closed, and a few of today.
async fn grow(handle: &DistrictHandle, from: u32, to: u32) -> anyhow::Result<()> {
    let began = Instant::now();
    let somewhere = district::place(0)?;
    let reports = (from..to).map(|n| {
        let now = handle.now();
        let open = n % ONE_OPEN_OF == 0;
        let seen_at = if open {
            now
        } else {
            now - Span::from_days(1 + i64::from(n % 80))
        };
        // Each open case stands by itself; what is closed is compared with nothing.
        let place = district::place(if open { n / ONE_OPEN_OF } else { n }).unwrap_or(somewhere);
        let mut report = district::report(place, Sign::BeddedDown, seen_at);
        report.history = !open;
        district::submission(report, district::desk())
    });
    district::submit_all(handle, reports, AT_ONCE).await?;
    println!("{to} cases after {:?} more", began.elapsed());
    Ok(())
}

/// Microseconds of processor time of the whole process for one report.
async fn cost_of_a_report(handle: &DistrictHandle, first_place: u32) -> anyhow::Result<f64> {
    let reports = (0..N_MEASURED)
        .map(|n| {
            let place = district::place(first_place + n)?;
            let report = district::report(place, Sign::BeddedDown, handle.now());
            Ok(district::submission(report, district::desk()))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    // What growing left to do is done before.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = cpu_of("self")?;
    district::submit_all(handle, reports, AT_ONCE).await?;
    Ok((cpu_of("self")?.saturating_sub(before)).as_secs_f64() * 1e6 / f64::from(N_MEASURED))
}

/// How late the first step of new reports fires, while everything else has its timers armed.
async fn lateness(handle: &DistrictHandle) -> anyhow::Result<Line> {
    let n_armed = handle.read().tables().timers.len();
    let mut watched: Vec<CaseId> = Vec::new();
    for n in 0..N_WATCHED {
        let report = district::report(
            district::place(WATCHED_PLACES + 3 * n)?,
            Sign::Unconscious,
            handle.now(),
        );
        let id = report.id;
        district::submit(handle, district::submission(report, district::desk())).await?;
        let tables = handle.read();
        watched.push(
            tables
                .tables()
                .sightings
                .get(&id)
                .context("a sighting")?
                .case_id,
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(7)).await;
    let view = handle.read();
    let mut late: Vec<f64> = Vec::new();
    for id in watched {
        let case = view.tables().cases.get(&id).context("a case")?;
        let first = case.deadlines.acknowledge.steps.first().context("a step")?;
        let fired = case
            .timeline
            .iter()
            .find(|line| line.kind == "deadline.missed" || line.kind == "deadline.step_fired")
            .with_context(|| format!("{:?} of {id} never fires", DeadlineKind::Acknowledge))?;
        late.push(
            Duration::from_millis(u64::try_from(fired.at.since(first.at).as_ms())?).as_secs_f64()
                * 1e3,
        );
    }
    late.sort_by(f64::total_cmp);
    let at = |share: usize| {
        late.get(late.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    Ok(Line {
        what: format!("lateness of timers with {n_armed} armed"),
        ours: format!("median {:.0} ms, 99th percentile {:.0} ms", at(50), at(99)),
        reference: String::new(),
        figure: at(99),
        wanted: Some(Wanted::AtMost(100.0)),
    })
}

/// A journal that says that it has no snapshot.
struct NoSnapshots(Arc<dyn Archive>);

impl Journal for NoSnapshots {
    fn append(&self, batch: Batch) -> Answer<'_, Head> {
        self.0.append(batch)
    }

    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head> {
        self.0.head(district)
    }

    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>> {
        self.0.read(district, after_seq, n_max)
    }

    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>> {
        self.0.rows_of_command(district, command_id)
    }

    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>> {
        self.0.commands(district, after_seq)
    }

    fn districts(&self) -> Answer<'_, Vec<String>> {
        self.0.districts()
    }

    fn save_snapshot<'a>(&'a self, _: &'a str, _: Snapshot) -> Answer<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn snapshots<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<SnapshotHead>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn load_snapshot<'a>(&'a self, _: &'a str, _: u64) -> Answer<'a, Option<Snapshot>> {
        Box::pin(async { Ok(None) })
    }
}

async fn restarts(folder: &Path, n_events: u64) -> anyhow::Result<Vec<Line>> {
    let sqlite = Arc::new(district::journal(folder).await?);
    let disk: Arc<dyn Archive> = Arc::clone(&sqlite) as Arc<dyn Archive>;
    let began = Instant::now();
    let mut seq = 0;
    loop {
        let page = disk.read(district::DISTRICT, seq, N_ROWS_A_READ).await?;
        let Some(last) = page.last() else { break };
        seq = last.seq;
    }
    let raw = began.elapsed();
    let mut lines = Vec::new();
    let snapshot = restart(Arc::clone(&disk) as Arc<dyn Journal>, Arc::clone(&disk)).await?;
    lines.push(Line {
        what: format!("restart with {n_events} events from a snapshot"),
        ours: snapshot.text(),
        reference: format!("{:.2} s to read the rows", raw.as_secs_f64()),
        figure: snapshot.all.as_secs_f64(),
        wanted: Some(Wanted::AtMost(2.0)),
    });
    let without = Arc::new(NoSnapshots(Arc::clone(&disk)));
    let replayed = restart(without, disk).await?;
    lines.push(Line {
        what: format!("restart with {n_events} events without a snapshot"),
        ours: replayed.text(),
        reference: format!("{:.2} s to read the rows", raw.as_secs_f64()),
        figure: replayed.all.as_secs_f64() / raw.as_secs_f64(),
        wanted: None,
    });
    sqlite.close().await;
    Ok(lines)
}

/// How long a start took.
struct Start {
    all: Duration,
    cpu: Duration,
}

impl Start {
    fn text(&self) -> String {
        format!(
            "{:.2} s, {:.2} s of processor time",
            self.all.as_secs_f64(),
            self.cpu.as_secs_f64()
        )
    }
}

async fn restart(journal: Arc<dyn Journal>, store: Arc<dyn Archive>) -> anyhow::Result<Start> {
    let (cpu, began) = (cpu_of("self")?, Instant::now());
    let runtime = district::start(journal, store).await?;
    let start = Start {
        all: began.elapsed(),
        cpu: cpu_of("self")?.saturating_sub(cpu),
    };
    runtime.stop().await;
    Ok(start)
}
