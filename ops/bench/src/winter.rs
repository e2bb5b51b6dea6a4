//! A winter in virtual time: the same core over recorded reports, as `lamplighter simulate` runs it.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::Context;
use tools::virtual_time::{self, NightOptions};

use crate::table::{Line, Wanted};

const REPORTS_A_WEEK: u32 = 3_000;
const N_PATROLS: usize = 40;
/// Streets that patrols belong to.
const STREETS: [&str; 2] = ["310107005", "310107015"];
/// A week of 3,000 reports has to be played in five seconds.
const SECONDS_A_WEEK: f64 = 5.0;

/// Plays so many days of it.
pub async fn run(n_days: u32) -> anyhow::Result<Vec<Line>> {
    let n_reports = REPORTS_A_WEEK * n_days / 7;
    let folder = tempfile::tempdir()?;
    let mut text = "id,seen_at,lon,lat,signs,n_people,source\n".to_owned();
    for n in 0..n_reports {
        let at = crate::district::place(n.wrapping_mul(7919))?;
        let minute = u64::from(n) * u64::from(n_days) * 1440 / u64::from(n_reports);
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
    let units = folder.path().join("units.csv");
    std::fs::write(&units, patrols())?;
    let began = Instant::now();
    let night = virtual_time::run(&NightOptions {
        units: Some(units),
        ..NightOptions::new(file, folder.path().join("out"))
    })
    .await
    .map_err(|fault| anyhow::anyhow!("{fault}: {:?}", std::error::Error::source(&fault)))?;
    let took = began.elapsed().as_secs_f64();
    let weeks = f64::from(n_days) / 7.0;
    Ok(vec![Line {
        what: format!(
            "{n_days} days of a winter with {n_reports} reports in virtual time, {} events",
            night.n_events
        ),
        ours: format!("{took:.1} s"),
        reference: format!("{SECONDS_A_WEEK} s a week of 3,000 reports"),
        figure: took / weeks,
        wanted: Some(Wanted::AtMost(SECONDS_A_WEEK)),
    }])
}

/// Patrols for every hour: without hands no case would ever close, and a winter would end with all of them waiting.
fn patrols() -> String {
    let mut text =
        "id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end\n"
            .to_owned();
    for n in 0..N_PATROLS {
        let street = STREETS[n % STREETS.len()];
        // Writing into a text cannot fail.
        let _ = writeln!(text, "u-{n},巡查{n}队,{street},team,2,car,,,00:00,00:00");
    }
    text
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
