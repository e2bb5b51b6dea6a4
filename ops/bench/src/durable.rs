//! Reports that are on disk: in process, many at once, beside the same rows with one commit a report on one prepared
//! connection of the same database with the same pragmas.

use std::time::Instant;

use anyhow::Context;
use journal::chain;
use journal::journal::{Batch, Journal};
use journal::row::Row;
use model::sign::Sign;

use crate::child::cpu_of;
use crate::district;
use crate::table::{Line, Wanted};

const N_REPORTS: u32 = 4_000;
const N_WARM: u32 = 200;
const AT_ONCE: usize = 256;
const N_ROWS_A_READ: u32 = 10_000;

pub async fn run() -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let (ours, cpu, first_seq) = in_process(folder.path()).await?;
    let rows = rows_after(folder.path(), first_seq).await?;
    let (one_by_one, plain_cpu) = one_commit_a_report(&rows).await?;
    let n_rows = rows.len();
    #[expect(clippy::cast_precision_loss, reason = "a count of rows for people")]
    let rows_a_report = n_rows as f64 / f64::from(N_REPORTS);
    Ok(vec![
        Line {
            what: format!("durable reports a second in process, {rows_a_report:.1} rows each"),
            ours: format!("{ours:.0}/s"),
            reference: format!("{one_by_one:.0}/s one commit a report"),
            figure: ours / one_by_one,
            wanted: Some(Wanted::AtLeast(3.0)),
        },
        Line {
            what: "processor time of a report in process, all threads".to_owned(),
            ours: format!("{:.0} µs", cpu * 1e6),
            reference: format!("{:.0} µs one commit a report", plain_cpu * 1e6),
            figure: cpu / plain_cpu,
            wanted: None,
        },
    ])
}

async fn in_process(folder: &std::path::Path) -> anyhow::Result<(f64, f64, u64)> {
    let runtime = district::open(folder, None).await?;
    let handle = runtime.default_district().context("a district")?;
    let reports = |from: u32, n: u32| -> anyhow::Result<Vec<_>> {
        (from..from + n)
            .map(|n| {
                let report = district::report(district::place(n)?, Sign::BeddedDown, handle.now());
                Ok(district::submission(report, district::desk()))
            })
            .collect()
    };
    district::submit_all(&handle, reports(0, N_WARM)?, AT_ONCE).await?;
    let first_seq = handle.read().seq();
    let all = reports(N_WARM, N_REPORTS)?;
    let (cpu, began) = (cpu_of("self")?, Instant::now());
    district::submit_all(&handle, all, AT_ONCE).await?;
    let a_second = f64::from(N_REPORTS) / began.elapsed().as_secs_f64();
    let cpu = cpu_of("self")?.saturating_sub(cpu).as_secs_f64() / f64::from(N_REPORTS);
    drop(handle);
    runtime.stop().await;
    drop(runtime);
    Ok((a_second, cpu, first_seq))
}

async fn rows_after(folder: &std::path::Path, mut seq: u64) -> anyhow::Result<Vec<Row>> {
    let disk = district::journal(folder).await?;
    let mut rows = Vec::new();
    loop {
        let page = disk.read(district::DISTRICT, seq, N_ROWS_A_READ).await?;
        let Some(last) = page.last() else {
            disk.close().await;
            return Ok(rows);
        };
        seq = last.seq;
        rows.extend(page);
    }
}

/// Writes the same rows, those of one command in a commit of their own.
async fn one_commit_a_report(rows: &[Row]) -> anyhow::Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let disk = district::journal(folder.path()).await?;
    let mut head = chain::start(district::DISTRICT);
    let commits: Vec<Vec<_>> = rows
        .chunk_by(|a, b| a.entry.command_id == b.entry.command_id)
        .map(|rows| rows.iter().map(|row| row.entry.clone()).collect())
        .collect();
    let n_commits = u32::try_from(commits.len())?;
    let (cpu, began) = (cpu_of("self")?, Instant::now());
    for entries in commits {
        let rows = chain::link(district::DISTRICT, head, entries);
        head = disk
            .append(Batch {
                district: district::DISTRICT.to_owned(),
                expected_head: head,
                rows,
                store: Vec::new(),
            })
            .await?;
    }
    let a_second = f64::from(n_commits) / began.elapsed().as_secs_f64();
    let cpu = cpu_of("self")?.saturating_sub(cpu).as_secs_f64() / f64::from(n_commits);
    disk.close().await;
    Ok((a_second, cpu))
}
