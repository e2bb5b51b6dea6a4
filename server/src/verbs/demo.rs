//! `demo`: a folder of its own, demo accounts, a fast clock, and a simulated winter night against the public interface.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use journal::folder;
use journal::journal::Journal as _;
use journal::sqlite::SqliteJournal;
use model::actor::Actor;
use model::background::Unit;
use model::command::Command;
use model::id::{AccountName, CommandId};
use model::time::{Instant, Span};
use runtime::accounts::AccountError;
use runtime::clock::{ScaledClock, system_now};
use runtime::runtime::Runtime;
use runtime::submission::Submission;
use simulator::{NightFigures, NightOptions};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Said;
use crate::command_line::{DemoArgs, PresetName};
use crate::compose::{self, Opening};
use crate::config::{DataSettings, ServeSettings, address_of};
use crate::errand::{Rights, rights_of};
use crate::exit::used_wrongly;
use crate::serve;

/// The password of every demo account; the demo listens on the loopback address only.
const PASSWORD: &str = "lamplighter";
/// Patrols of the demo: about what a district has in a night.
const N_PATROLS: usize = 9;
/// When the night of the demo begins, by the clock of its time zone.
const BEGINS_AT: Time = Time::constant(16, 30, 0, 0);
/// How long the night waits for the listener.
const LISTENS_WITHIN: Duration = Duration::from_secs(20);

/// Runs the verb.
///
/// # Errors
/// An address that others reach, a folder that cannot be opened.
pub async fn run(args: &DemoArgs) -> anyhow::Result<Said> {
    let listen = address_of(&args.listen)?;
    if !listen.ip().is_loopback() {
        return Err(used_wrongly(
            "the demo has known passwords and listens on the loopback address only, as 127.0.0.1:8080",
        ));
    }
    if !(1.0..=600.0).contains(&args.rate) {
        return Err(used_wrongly("--rate is 1 to 600"));
    }
    let settings = settings_of(args, listen);
    let opening =
        Opening {
            clock: Some(Arc::new(ScaledClock::starting_at(
                begins_at(&settings.data).await?,
                args.rate,
            ))),
            policy: match &args.policy {
                Some(path) => Some(std::fs::read_to_string(path).with_context(|| {
                    format!("the policy file {} cannot be read", path.display())
                })?),
                None => None,
            },
            districts: Vec::new(),
        };
    let installation = compose::open(&settings.data, opening).await?;
    furnish(&installation.runtime).await?;
    let (stop, stopping) = watch::channel(false);
    let (over, is_over) = oneshot::channel();
    let night = tokio::spawn(play(night_of(args, listen), stopping, over));
    let once = args.once;
    let until = async move {
        // A night that could not begin has dropped its end; the server goes on, as its pages are of use without it.
        if is_over.await.is_err() || !once {
            std::future::pending::<()>().await;
        }
    };
    println!(
        "点灯 Lamplighter: http://{listen}  patrol1…patrol{N_PATROLS} street1 station police command auditor admin / {PASSWORD}"
    );
    serve::serve_opened(installation, &settings, until).await?;
    // The night may have ended already.
    let _ = stop.send(true);
    let figures = night.await.context("the night was cut off")?;
    let Some(figures) = figures else {
        return Ok(Said::done(String::new(), serde_json::Value::Null));
    };
    let value = serde_json::to_value(figures)?;
    Ok(Said::done(format!("{value:#}"), value))
}

fn settings_of(args: &DemoArgs, listen: SocketAddr) -> ServeSettings {
    ServeSettings {
        data: DataSettings {
            folder: args.data.clone(),
            key_file: args.data.join("installation.key"),
            preset: Some(PresetName::Putuo),
        },
        listen,
        policy: None,
        tls: None,
        basemap: crate::basemap::BasemapSettings::NONE,
        districts: Vec::new(),
    }
}

fn night_of(args: &DemoArgs, listen: SocketAddr) -> NightOptions {
    let mut options = NightOptions::demo(format!("http://{listen}"));
    options.seed = args.seed;
    options.hours = args.hours;
    options
}

/// When the demo's clock begins: this afternoon in the city, or after the last event of the folder, so that a second
/// start goes on where the first one ended.
async fn begins_at(data: &DataSettings) -> anyhow::Result<Instant> {
    let zone = TimeZone::get("Asia/Shanghai").context("the time zone is not known")?;
    let today = zone.to_datetime(system_now().timestamp()).date();
    let afternoon = zone
        .to_timestamp(today.to_datetime(BEGINS_AT))
        .context("this day has no afternoon")?;
    let mut begins = Instant::from_timestamp(afternoon);
    if folder::holds_journal(&data.folder) {
        let journal = SqliteJournal::open_to_read(&data.folder).await?;
        for district in journal.districts().await? {
            let head = journal.head(&district).await?;
            let rows = journal
                .read(&district, head.seq.saturating_sub(1), 1)
                .await?;
            if let Some(row) = rows.first() {
                let last = Instant::from_ms(row.entry.at_ms);
                begins = begins.max(last + Span::from_secs(1));
            }
        }
        journal.close().await;
    }
    Ok(begins)
}

/// Adds what the demo has: units for its patrols, and its accounts. What is there already stays.
async fn furnish(runtime: &Arc<Runtime>) -> anyhow::Result<()> {
    let district = runtime.default_district()?;
    let streets: Vec<_> = district
        .read()
        .tables()
        .jurisdictions
        .keys()
        .cloned()
        .collect();
    let known = district.read().tables().units.len();
    let units: Vec<Unit> = (1..=N_PATROLS)
        .zip(streets.iter().cycle())
        .map(|(n, street)| Unit {
            id: format!("u-{n}").into(),
            name: format!("巡查{n}组"),
            jurisdiction: Some(street.clone()),
            kind: Some("team".to_owned()),
            n_people: Some(2),
            vehicle: (n % 3 == 0).then(|| "van".to_owned()),
            skills: std::collections::BTreeSet::new(),
            languages: ["zh".to_owned()].into(),
            shift_start: Some("00:00".to_owned()),
            shift_end: Some("00:00".to_owned()),
        })
        .collect();
    if known == 0 {
        let id = CommandId(Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            b"lamplighter:demo/units",
        ));
        let command = Command::ImportUnits {
            units: units.clone(),
        };
        district
            .submit(Submission::new(id, Actor::system(), command))
            .await
            .context("the demo's units were not taken")?;
    }
    let street = streets.first().map(ToString::to_string);
    let mut accounts: Vec<(String, Rights)> = units
        .into_iter()
        .zip(1..)
        .map(|(unit, n)| {
            let rights = Rights {
                role: "patrol".to_owned(),
                jurisdictions: unit.jurisdiction.iter().map(ToString::to_string).collect(),
                unit: Some(unit.id.to_string()),
                ..Rights::default()
            };
            (format!("patrol{n}"), rights)
        })
        .collect();
    let of_role = |role: &str| Rights {
        role: role.to_owned(),
        ..Rights::default()
    };
    let of_department = |department: &str| Rights {
        department: Some(department.to_owned()),
        ..of_role("department")
    };
    accounts.extend([
        (
            "street1".to_owned(),
            Rights {
                jurisdictions: street.into_iter().collect(),
                ..of_role("street")
            },
        ),
        ("station".to_owned(), of_department("rescue_station")),
        ("police".to_owned(), of_department("police")),
        ("command".to_owned(), of_role("command")),
        ("auditor".to_owned(), of_role("auditor")),
        ("admin".to_owned(), of_role("admin")),
    ]);
    for (name, rights) in accounts {
        let rights = rights_of(rights).map_err(anyhow::Error::msg)?;
        let password = Zeroizing::new(PASSWORD.to_owned());
        let added = runtime
            .accounts()
            .add(AccountName(name), rights, Some(password))
            .await;
        match added {
            Ok(_) | Err(AccountError::Present(_)) => {}
            Err(error) => return Err(error).context("a demo account was not added"),
        }
    }
    Ok(())
}

/// Plays the night once the server listens.
async fn play(
    options: NightOptions,
    stopping: watch::Receiver<bool>,
    over: oneshot::Sender<()>,
) -> Option<NightFigures> {
    let address = options.base_url.trim_start_matches("http://").to_owned();
    let listening = async {
        while tokio::net::TcpStream::connect(&address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if tokio::time::timeout(LISTENS_WITHIN, listening)
        .await
        .is_err()
    {
        tracing::error!("The night found nobody listening");
        return None;
    }
    match simulator::play(options, stopping).await {
        Ok(figures) => {
            tracing::info!("The night is over");
            // The server may have stopped first.
            let _ = over.send(());
            Some(figures)
        }
        Err(error) => {
            tracing::error!(error = %error, "The night could not be played");
            None
        }
    }
}
