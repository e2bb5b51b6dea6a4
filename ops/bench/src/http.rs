//! A report over HTTP beside a plain echo of the same body: processor time of the server, requests a second, and how
//! long it takes from the report to a subscriber's socket.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use model::sign::Sign;
use runtime::clock::system_now;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::child::Server;
use crate::district;
use crate::serve::{ACCOUNT, PASSWORD};
use crate::sockets;
use crate::table::{Line, Wanted};

const N_WARM: u32 = 500;
const N_REPORTS: u32 = 5_000;
const N_CONNECTIONS: usize = 16;
/// The pace at which the way to a subscriber is measured, and for how many seconds.
const A_SECOND: u32 = 200;
const N_SECONDS: u32 = 15;
/// How a message names a case.
const CASE: &str = r#""case_id":""#;
const UUID_CHARS: usize = 36;

/// A signed-in client.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    /// What a feed says in its hello.
    pub token: String,
}

impl Client {
    /// Signs in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(port: u16) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .pool_max_idle_per_host(N_CONNECTIONS)
            .build()?;
        let url = format!("http://127.0.0.1:{port}");
        let who: Value = http
            .post(format!("{url}/api/v1/session"))
            .json(&json!({"account": ACCOUNT, "password": PASSWORD}))
            .send()
            .await?
            .json()
            .await?;
        let token = who["token"].as_str().context("a token")?.to_owned();
        Ok(Self { http, url, token })
    }

    async fn report(&self, body: &Value) -> anyhow::Result<Value> {
        let answer = self
            .http
            .put(format!("{}/api/v1/sightings/{}", self.url, Uuid::now_v7()))
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "{status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

fn body(n: u32, sign: Sign) -> anyhow::Result<Value> {
    let at = district::place(n)?;
    Ok(json!({
        "position": {"lon": at.lon(), "lat": at.lat(), "accuracy_m": 8.0, "crs": "wgs84"},
        "seen_at": system_now().to_string(),
        "signs": [sign.as_str()],
        "n_people": 1,
        "source": "hotline",
    }))
}

/// Processor time and wall clock of so many requests.
struct Cost {
    cpu: Duration,
    all: Duration,
}

async fn cost_of<F, R>(server: &Server, n: u32, mut request: F) -> anyhow::Result<Cost>
where
    F: FnMut(u32) -> R,
    R: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (cpu, began) = (server.cpu()?, Instant::now());
    let mut running = JoinSet::new();
    for i in 0..n {
        running.spawn(request(i));
        if running.len() >= N_CONNECTIONS {
            running.join_next().await.context("an answer")???;
        }
    }
    while let Some(one) = running.join_next().await {
        one??;
    }
    Ok(Cost {
        cpu: server.cpu()?.saturating_sub(cpu),
        all: began.elapsed(),
    })
}

/// A report and an echo of the same bodies.
pub async fn report_and_echo() -> anyhow::Result<Vec<Line>> {
    let ours = Server::start(&["serve-lamplighter"])?;
    let client = Client::sign_in(ours.port).await?;
    let bodies = (0..N_WARM + N_REPORTS)
        .map(|n| body(n, Sign::BeddedDown))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let send = |from: u32| {
        let (client, bodies) = (client.clone(), bodies.clone());
        move |i: u32| {
            let (client, body) = (client.clone(), bodies[(from + i) as usize].clone());
            async move { client.report(&body).await.map(|_| ()) }
        }
    };
    cost_of(&ours, N_WARM, send(0)).await?;
    let reports = cost_of(&ours, N_REPORTS, send(N_WARM)).await?;
    drop(ours);

    let file = tempfile::NamedTempFile::new()?;
    let plain = Server::start(&["serve-plain", &file.path().to_string_lossy()])?;
    let url = format!("http://127.0.0.1:{}/echo", plain.port);
    let send = |i: u32| {
        let (http, url, body) = (client.http.clone(), url.clone(), bodies[i as usize].clone());
        async move {
            http.post(url).json(&body).send().await?.bytes().await?;
            Ok(())
        }
    };
    cost_of(&plain, N_WARM, send).await?;
    let echoes = cost_of(&plain, N_REPORTS, send).await?;
    let each = |cost: &Cost| cost.cpu.as_secs_f64() * 1e6 / f64::from(N_REPORTS);
    let a_second = |cost: &Cost| f64::from(N_REPORTS) / cost.all.as_secs_f64();
    Ok(vec![
        Line {
            what: "processor time of a report over HTTP".to_owned(),
            ours: format!("{:.0} µs", each(&reports)),
            reference: format!("{:.0} µs plain echo", each(&echoes)),
            figure: each(&reports) / each(&echoes),
            wanted: Some(Wanted::AtMost(3.0)),
        },
        Line {
            what: format!("reports a second over HTTP, {N_CONNECTIONS} connections, client beside"),
            ours: format!("{:.0}/s", a_second(&reports)),
            reference: format!("{:.0}/s plain echo", a_second(&echoes)),
            figure: a_second(&reports) / a_second(&echoes),
            wanted: None,
        },
    ])
}

/// From a report's sending to a subscriber's socket, at a steady pace.
pub async fn to_the_socket() -> anyhow::Result<Vec<Line>> {
    let server = Server::start(&["serve-lamplighter"])?;
    let client = Client::sign_in(server.port).await?;
    let hello = json!({"type": "hello", "token": client.token}).to_string();
    let mut heard = sockets::listen(server.port, "/api/v1/live", Some(&hello)).await?;
    let mut running = JoinSet::new();
    let began = Instant::now();
    for n in 0..A_SECOND * N_SECONDS {
        sleep_until(began + Duration::from_micros(u64::from(n) * 1_000_000 / u64::from(A_SECOND)))
            .await;
        let (client, body) = (client.clone(), body(n, Sign::BeddedDown)?);
        running.spawn(async move {
            let sent = Instant::now();
            let answer = client.report(&body).await?;
            let answered = Instant::now();
            let case = answer["case_id"].as_str().context("a case")?.to_owned();
            anyhow::Ok((case, sent, answered))
        });
    }
    let mut reports = Vec::new();
    while let Some(one) = running.join_next().await {
        reports.push(one??);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut first_heard: BTreeMap<String, Instant> = BTreeMap::new();
    while let Ok((at, text)) = heard.try_recv() {
        for (start, _) in text.match_indices(CASE) {
            if let Some(case) = text.get(start + CASE.len()..start + CASE.len() + UUID_CHARS) {
                first_heard.entry(case.to_owned()).or_insert(at);
            }
        }
    }
    let mut from_sending = Vec::new();
    let mut from_answer = Vec::new();
    for (case, sent, answered) in reports {
        let heard = first_heard
            .get(&case)
            .with_context(|| format!("case {case} is never told"))?;
        from_sending.push(heard.duration_since(sent));
        from_answer.push(heard.saturating_duration_since(answered));
    }
    let line = |what: &str, mut all: Vec<Duration>| {
        all.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a place in a short list"
            )]
            let index = (share * (all.len() - 1) as f64) as usize;
            all[index].as_secs_f64() * 1e3
        };
        Line {
            what: format!("{what}, {A_SECOND} reports a second"),
            ours: format!(
                "median {:.1} ms, 99th percentile {:.1} ms",
                at(0.5),
                at(0.99)
            ),
            reference: "40 ms is the pace of the feed's writes".to_owned(),
            figure: at(0.99),
            wanted: Some(Wanted::AtMost(100.0)),
        }
    };
    Ok(vec![
        line(
            "from the sending of a report to a subscriber's socket",
            from_sending,
        ),
        line(
            "from the acceptance of a report to a subscriber's socket",
            from_answer,
        ),
    ])
}
