//! A winter in virtual time: the same core over recorded reports, as `lamplighter simulate` runs it.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::Context;
use tools::virtual_time::{self, NightOptions};

use crate::table::{Line, Wanted};

/// From the first of November to the end of March.
const N_DAYS: u32 = 151;
const N_REPORTS: u32 = 3_000 * N_DAYS / 7;
/// A week of 3,000 reports has to be played in five seconds.
const SECONDS_A_WEEK: f64 = 5.0;

pub async fn run() -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let mut text = "id,seen_at,lon,lat,signs,n_people,source\n".to_owned();
    for n in 0..N_REPORTS {
        let at = crate::district::place(n.wrapping_mul(7919))?;
        let minute = u64::from(n) * u64::from(N_DAYS) * 1440 / u64::from(N_REPORTS);
        let (day, minute) = (minute / 1440, minute % 1440);
        let (month, day) = month_and_day(day).context("a day of the winter")?;
        let year = if month >= 11 { 2025 } else { 2026 };
        let sign = [
            "bedded_down",
            "bedding_only",
            "disabled",
            "bedded_down",
            "vague",
        ][n as usize % 5];
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "r-{n},{year}-{month:02}-{day:02}T{:02}:{:02}:00+08:00,{},{},{sign},1,hotline",
            minute / 60,
            minute % 60,
            at.lon(),
            at.lat()
        );
    }
    let file = folder.path().join("reports.csv");
    std::fs::write(&file, text)?;
    let began = Instant::now();
    let night = virtual_time::run(&NightOptions::new(file, folder.path().join("out")))
        .await
        .map_err(|fault| anyhow::anyhow!("{fault}: {:?}", std::error::Error::source(&fault)))?;
    let took = began.elapsed().as_secs_f64();
    let weeks = f64::from(N_DAYS) / 7.0;
    Ok(vec![Line {
        what: format!(
            "a winter of {N_REPORTS} reports in virtual time, state {}",
            &night.state_hash[..12]
        ),
        ours: format!("{took:.1} s"),
        reference: format!("{SECONDS_A_WEEK} s a week of 3,000 reports"),
        figure: took / weeks,
        wanted: Some(Wanted::AtMost(SECONDS_A_WEEK)),
    }])
}

/// Month and day of the n-th day from the first of November.
fn month_and_day(mut day: u64) -> Option<(u32, u64)> {
    for (month, length) in [(11, 30), (12, 31), (1, 31), (2, 28), (3, 31)] {
        if day < length {
            return Some((month, day + 1));
        }
        day -= length;
    }
    None
}
