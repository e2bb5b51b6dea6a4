//! The program watches itself: a promise that is broken on purpose shows in the metric, in `/readyz` and in `doctor`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use runtime::config::{Planted, RuntimeConfig};
use serde_json::Value;
use server::compose::{self, Opening};
use server::config::{DataSettings, ServeSettings};
use server::serve::serve_opened;
use tests::client::report_at;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions, binary, free_port};
use tokio::sync::oneshot;

const METRIC: &str = "lamplighter_promise_broken{district=\"310107\",promise=\"owned\"}";
const PROMISES: [&str; 10] = [
    "owned",
    "departments_asked",
    "late_answer_changes_nothing",
    "closed_is_quiet",
    "personal_in_scope",
    "offers_go_on",
    "feed_follows",
    "nothing_lost",
    "figures_add_up",
    "start_finds_the_same",
];

async fn text(url: &str, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn metric(url: &str) -> String {
    let (_, metrics) = text(url, "/metrics").await;
    let line = metrics
        .lines()
        .find(|line| line.starts_with(METRIC))
        .unwrap();
    line.split_whitespace().last().unwrap().to_owned()
}

async fn readyz(url: &str) -> Value {
    let (code, body) = text(url, "/readyz").await;
    assert_eq!(
        code, 200,
        "a broken promise is no reason to stop serving: {body}"
    );
    serde_json::from_str(&body).unwrap()
}

async fn doctor(data: &Path) -> (bool, String) {
    let data = data.to_owned();
    tokio::task::spawn_blocking(move || {
        let output = Command::new(binary())
            .args(["doctor", "--data"])
            .arg(data)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    })
    .await
    .unwrap()
}

/// The first step of an unanswered P2 comes in half a minute.
fn policy() -> String {
    PolicyText::putuo().faster(60).text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_broken_on_purpose_shows_within_ten_seconds_in_metric_readyz_and_doctor() {
    let mut program = Program::start(ProgramOptions {
        policy: Some(policy()),
        ..ProgramOptions::default()
    })
    .await;
    let url = program.base_url();
    let command = program.sign_in("command").await;
    command
        .reported(report_at(121.4008, 31.2462, &["bedded_down"]))
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(metric(&url).await, "0");
    assert_eq!(readyz(&url).await, serde_json::json!({"ok": true}));
    let (is_well, said) = doctor(&program.data()).await;
    assert!(is_well, "{said}");
    for promise in PROMISES {
        assert!(
            said.contains(&format!("ok   promise {promise}: ")),
            "{promise}: {said}"
        );
    }
    program.stop();

    // A start that forgets the deadlines that were there: they fall due and nothing happens.
    let settings = ServeSettings {
        data: DataSettings {
            folder: program.data(),
            key_file: program.data().join("installation.key"),
            preset: None,
        },
        listen: format!("127.0.0.1:{}", free_port()).parse().unwrap(),
        policy: None,
        tls: None,
        basemap: server::basemap::BasemapSettings::NONE,
        districts: Vec::new(),
    };
    let plant = |config: &mut RuntimeConfig| config.planted = Some(Planted::DeadlineInMemory);
    let installation = compose::open_adjusted(&settings.data, Opening::default(), plant)
        .await
        .unwrap();
    let district = installation.runtime.default_district().unwrap();
    let due = district.read().tables().timers.get_min().unwrap().0;
    let url = format!("http://{}", settings.listen);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let over = async {
            // Dropping the sender stops it too.
            let _ = stopped.await;
        };
        serve_opened(installation, &settings, over).await
    });
    while district.now() < due {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let broken = Instant::now();
    while metric(&url).await != "1" {
        assert!(
            broken.elapsed() < Duration::from_secs(10),
            "not seen within ten seconds"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!("seen after {} ms", broken.elapsed().as_millis());
    let view = readyz(&url).await;
    let named = view["broken_promises"].as_array().unwrap();
    assert!(named.contains(&Value::from("owned")), "{view}");
    let (is_well, said) = doctor(&program.data()).await;
    assert!(
        !is_well && said.contains("BAD  promise owned: 310107 "),
        "{said}"
    );
    drop(stop);
    serving.await.unwrap().unwrap();
}
