//! The night: signs everybody in, lets them act, and counts.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::api::{Account, ApiFault};
use crate::figures::{NightCounts, NightFigures};
use crate::timeline::NightClock;
use crate::{city, department, desk, patrol, weather};

/// Who takes part, and how.
#[derive(Clone, Debug)]
pub struct NightOptions {
    /// Where the server is, without a slash at the end.
    pub base_url: String,
    /// The password of all accounts of the demo.
    pub password: String,
    /// Draws everything.
    pub seed: u64,
    /// Patrol accounts.
    pub patrols: Vec<String>,
    /// Department and street accounts, with the chance that they do not answer.
    pub departments: Vec<(String, f64)>,
    /// The desk that takes calls and weather.
    pub desk: String,
    /// People who sleep out tonight.
    pub n_sleepers: usize,
    /// How long it is played, in hours of the night's own time.
    pub hours: f64,
}

impl NightOptions {
    /// The demo's accounts.
    pub fn demo(base_url: String) -> Self {
        Self {
            base_url,
            password: "lamplighter".to_owned(),
            seed: 1,
            patrols: (1..=9).map(|n| format!("patrol{n}")).collect(),
            departments: vec![
                ("police".to_owned(), 0.3),
                ("station".to_owned(), 0.1),
                ("street1".to_owned(), 0.1),
            ],
            desk: "command".to_owned(),
            n_sleepers: 60,
            hours: 14.0,
        }
    }
}

/// Why a night could not be played.
#[derive(Debug, thiserror::Error)]
pub enum NightFault {
    /// A request that the night cannot do without.
    #[error("the night could not begin")]
    Api(#[from] ApiFault),
    /// The live feed did not greet.
    #[error("the live feed did not greet: {0}")]
    Feed(String),
}

/// Plays a night to its end, or until `stop` turns true.
///
/// # Errors
/// When nobody can sign in or the live feed does not greet; what goes wrong later is counted.
pub async fn play(
    options: NightOptions,
    stop: watch::Receiver<bool>,
) -> Result<NightFigures, NightFault> {
    let desk_account =
        Account::sign_in(&options.base_url, &options.desk, &options.password).await?;
    let clock = greet(&options.base_url, &desk_account).await?;
    let streets = desk_account.get("/api/v1/jurisdictions").await?;
    let sleepers = Arc::new(city::sleepers(&streets, options.n_sleepers, options.seed));
    let counts = Arc::new(NightCounts::default());
    let mut actors = tokio::task::JoinSet::new();
    for (n, name) in options.patrols.iter().enumerate() {
        // A demo may have fewer patrols than the list names.
        let Ok(account) = Account::sign_in(&options.base_url, name, &options.password).await else {
            continue;
        };
        let seed = options
            .seed
            .wrapping_mul(1_000)
            .wrapping_add(u64::try_from(n).unwrap_or_default());
        actors.spawn(patrol::walk(
            account,
            clock,
            Arc::clone(&sleepers),
            Arc::clone(&counts),
            seed,
        ));
    }
    for (n, (name, silent)) in options.departments.iter().enumerate() {
        let Ok(account) = Account::sign_in(&options.base_url, name, &options.password).await else {
            continue;
        };
        let seed = options
            .seed
            .wrapping_mul(1_000)
            .wrapping_add(500 + u64::try_from(n).unwrap_or_default());
        actors.spawn(department::answer(
            account,
            clock,
            *silent,
            Arc::clone(&counts),
            seed,
        ));
    }
    let district = desk_account.who["district"]
        .as_str()
        .unwrap_or("310107")
        .to_owned();
    actors.spawn(weather::cold_front(
        desk_account.clone(),
        clock,
        district,
        Arc::clone(&counts),
    ));
    actors.spawn(desk::take_calls(
        desk_account,
        clock,
        Arc::clone(&sleepers),
        Arc::clone(&counts),
        options.seed,
    ));
    let mut stop = stop;
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => {}
        () = clock.sleep(options.hours * 60.0) => {}
    }
    actors.shutdown().await;
    Ok(counts.figures())
}

/// How long the feed may take to greet.
const GREETING_WITHIN: Duration = Duration::from_secs(10);

/// Opens the live feed once and learns the server's time and rate.
async fn greet(base_url: &str, account: &Account) -> Result<NightClock, NightFault> {
    let fault = |why: String| NightFault::Feed(why);
    let url = format!("{}/api/v1/live", base_url.replacen("http", "ws", 1));
    let mut request = url
        .into_client_request()
        .map_err(|e| fault(e.to_string()))?;
    request.headers_mut().insert(
        "Sec-WebSocket-Protocol",
        HeaderValue::from_static("lamplighter.v1"),
    );
    let (mut socket, _) = tokio_tungstenite::connect_async(request)
        .await
        .map_err(|e| fault(e.to_string()))?;
    let hello = json!({"type": "hello", "token": account.who["token"]});
    socket
        .send(Message::text(hello.to_string()))
        .await
        .map_err(|e| fault(e.to_string()))?;
    let greeting = tokio::time::timeout(GREETING_WITHIN, async {
        while let Some(message) = socket.next().await {
            if let Ok(Message::Text(text)) = message
                && let Ok(value) = serde_json::from_str::<Value>(&text)
                && value["type"] == "hello"
            {
                return Some(value);
            }
        }
        None
    })
    .await
    .map_err(|e| fault(e.to_string()))?
    .ok_or_else(|| fault("closed before a greeting".to_owned()))?;
    let now: Timestamp = greeting["now"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| fault("a greeting without `now`".to_owned()))?;
    Ok(NightClock::new(
        now,
        greeting["clock_rate"].as_f64().unwrap_or(1.0),
    ))
}
