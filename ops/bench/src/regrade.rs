//! A change of colour over ten thousand open cases, with a report of mortal danger that comes in meanwhile: through the
//! real runtime on a journal on disk. The reference is the same report on the same runtime when nothing else goes on.

use std::time::{Duration, Instant};

use anyhow::Context;
use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::command::Command;
use model::grade::SignalColour;
use model::id::{CommandId, JurisdictionCode, SignalId};
use model::sign::Sign;
use runtime::submission::Submission;
use uuid::Uuid;

use crate::district::{self, submit};
use crate::table::{Line, Wanted};

const N_CASES: u32 = 10_000;
/// Reports handed in at the same time while the cases are made.
const AT_ONCE: usize = 128;
/// Reports of mortal danger in quiet.
const N_QUIET: u32 = 50;

pub async fn run() -> anyhow::Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let runtime = district::open(folder.path(), None).await?;
    let handle = runtime.default_district().context("a district")?;
    let report = |n: u32, sign: Sign| -> anyhow::Result<Submission> {
        let report = district::report(district::place(n)?, sign, handle.now());
        Ok(district::submission(report, district::desk()))
    };
    let all = (0..N_CASES)
        .map(|n| report(n, Sign::BeddedDown))
        .collect::<anyhow::Result<Vec<_>>>()?;
    district::submit_all(&handle, all, AT_ONCE).await?;
    let n_open = handle.read().tables().cases.len();
    let mut quiet = Vec::new();
    for n in 0..N_QUIET {
        quiet.push(submit(&handle, report(N_CASES + 3 * n, Sign::Unconscious)?).await?);
    }
    let signal = WeatherSignal {
        id: SignalId::from("bench"),
        kind: SignalKind::ColdWave,
        colour: Some(SignalColour::Orange),
        issued_at: handle.now(),
        expires_at: None,
        station: "bench".to_owned(),
        areas: vec![JurisdictionCode::from(district::DISTRICT)],
        values: WeatherValues::default(),
        cancelled: false,
    };
    let raise = Submission::new(
        CommandId(Uuid::now_v7()),
        district::desk(),
        Command::ReceiveSignal(signal),
    );
    let began = Instant::now();
    submit(&handle, raise).await?;
    let mut meanwhile = Vec::new();
    let mut n = N_CASES + 3 * N_QUIET;
    while !handle.read().tables().regrade.is_empty() {
        meanwhile.push(submit(&handle, report(n, Sign::Unconscious)?).await?);
        n += 3;
    }
    let all = began.elapsed();
    runtime.stop().await;
    let (in_quiet, in_between) = (middle_and_worst(quiet), middle_and_worst(meanwhile));
    let words = |(middle, worst): (f64, f64)| format!("median {middle:.1} ms, worst {worst:.1} ms");
    Ok(vec![
        Line {
            what: format!("{n_open} cases graded anew"),
            ours: format!("{:.2} s", all.as_secs_f64()),
            reference: String::new(),
            figure: all.as_secs_f64() * 1e6 / f64::from(u32::try_from(n_open)?),
            wanted: None,
        },
        Line {
            what: "a report of mortal danger meanwhile".to_owned(),
            ours: words(in_between),
            reference: format!("{} in quiet", words(in_quiet)),
            figure: in_between.1,
            wanted: Some(Wanted::AtMost(100.0)),
        },
    ])
}

/// Milliseconds.
fn middle_and_worst(mut all: Vec<Duration>) -> (f64, f64) {
    all.sort_unstable();
    let ms = |time: Option<&Duration>| time.copied().unwrap_or_default().as_secs_f64() * 1e3;
    (ms(all.get(all.len() / 2)), ms(all.last()))
}
