//! The live feed through a proxy that cuts: at the end every client has exactly what it may see.

use std::time::Duration;

use dispatch::projections::fold::Picture;
use model::view::live::SnapshotView;
use serde_json::json;
use tests::client::report_at;
use tests::cutting_proxy::CuttingProxy;
use tests::feed_client::{FeedClient, Followed};
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};

async fn follow(
    port: u16,
    token: String,
    mut stop: tokio::sync::watch::Receiver<u64>,
) -> Result<Followed, String> {
    let mut known: Option<Followed> = None;
    let mut n_connections = 0_u32;
    loop {
        n_connections += 1;
        if n_connections > 400 {
            return Err("never came to the end".to_owned());
        }
        let Ok(mut client) = FeedClient::connect(port, &token, known.clone()).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        loop {
            let target = *stop.borrow_and_update();
            if target > 0 && client.followed.seq >= target && client.followed.picture.is_some() {
                return Ok(client.followed);
            }
            tokio::select! {
                step = client.step() => if step.is_err() {
                    known = Some(client.followed);
                    break;
                },
                _ = stop.changed() => {}
            }
        }
    }
}

/// The first thing in which two pictures differ, in a line.
fn difference(folded: &Picture, fresh: &Picture) -> Option<String> {
    fn of<K: Ord + std::fmt::Debug, V: serde::Serialize>(
        what: &str,
        a: &std::collections::BTreeMap<K, V>,
        b: &std::collections::BTreeMap<K, V>,
    ) -> Option<String> {
        for key in a.keys().chain(b.keys()) {
            let (x, y) = (json!(a.get(key)), json!(b.get(key)));
            if x == y {
                continue;
            }
            let fields: Vec<String> = match (x.as_object(), y.as_object()) {
                (Some(x), Some(y)) => x
                    .keys()
                    .chain(y.keys())
                    .filter(|name| x.get(*name) != y.get(*name))
                    .map(|name| format!("{name}: {:?} / {:?}", x.get(name), y.get(name)))
                    .collect(),
                _ => vec![format!("folded {}, fresh {}", !x.is_null(), !y.is_null())],
            };
            return Some(format!("{what} {key:?}: {}", fields.join("; ")));
        }
        None
    }
    of("case", &folded.cases, &fresh.cases)
        .or_else(|| of("task", &folded.tasks, &fresh.tasks))
        .or_else(|| of("escalation", &folded.escalations, &fresh.escalations))
        .or_else(|| of("area", &folded.area_warnings, &fresh.area_warnings))
        .or_else(|| of("unit", &folded.units, &fresh.units))
        .or_else(|| of("resource", &folded.resources, &fresh.resources))
        .or_else(|| (folded.drill != fresh.drill).then(|| "drill".to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_behind_a_proxy_that_cuts_a_fifth_end_with_exactly_what_they_may_see() {
    let policy = PolicyText::putuo().faster(400).text();
    let program = Program::start(ProgramOptions {
        policy: Some(policy),
        ..ProgramOptions::default()
    })
    .await;
    let proxy = CuttingProxy::start(program.port(), 0.2, Duration::from_millis(400), 20).await;
    let (stop, stopped) = tokio::sync::watch::channel(0_u64);
    let mut followers = Vec::new();
    for name in ["command", "street1", "street2", "police"] {
        let client = program.sign_in(name).await;
        let follower = tokio::spawn(follow(proxy.port, client.token.clone(), stopped.clone()));
        followers.push((name, client, follower));
    }
    // The night: reports in two streets, a raise, decisions; and other connections that come and go through the proxy.
    let (patrol, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("command").await,
    );
    for i in 0..40_u32 {
        let step = f64::from(i) * 0.001_1;
        let signs: &[&str] = if i % 5 == 0 {
            &["bedded_down", "disabled"]
        } else {
            &["bedded_down"]
        };
        let report = patrol
            .reported(report_at(121.38 + step % 0.05, 31.23 + step % 0.03, signs))
            .await;
        let case_id = report["case_id"].as_str().unwrap();
        match i % 8 {
            1 => drop(command.post(&format!("/api/v1/cases/{case_id}/raise"), json!({"tier": 2, "reason": "演练"})).await),
            3 => drop(
                command
                    .post(
                        &format!("/api/v1/cases/{case_id}/relocate"),
                        json!({"jurisdiction": "310107014", "reason": "在界河另一侧"}),
                    )
                    .await,
            ),
            5 => drop(
                command
                    .post(
                        &format!("/api/v1/cases/{case_id}/close"),
                        json!({"reason": "误报", "outcome": "not_a_subject", "decision": null}),
                    )
                    .await,
            ),
            7 => drop(
                command
                    .post(
                        "/api/v1/area-warnings/310107005/raise",
                        json!({"level": if i < 20 { "blue" } else { "yellow" }, "until": null, "reason": "降温"}),
                    )
                    .await,
            ),
            _ => {}
        }
        // Further connections that stay for a while, so that a fifth of many is cut and not a fifth of four.
        let (port, token) = (proxy.port, command.token.clone());
        tokio::spawn(async move {
            if let Ok(mut probe) = FeedClient::connect(port, &token, None).await {
                let _ = tokio::time::timeout(Duration::from_millis(700), async {
                    while probe.step().await.is_ok() {}
                })
                .await;
            }
        });
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let mut n_gaps = 0;
    let snapshot = command.get("/api/v1/live/snapshot").await.ok();
    let target = snapshot["seq"].as_u64().unwrap();
    stop.send(target).unwrap();
    for (name, client, follower) in followers {
        let followed = tokio::time::timeout(Duration::from_mins(1), follower)
            .await
            .expect("in time")
            .unwrap()
            .unwrap();
        n_gaps += followed.n_gaps;
        // Time goes on, and so do deadlines: the fresh snapshot must be at the same position to be compared.
        let mut direct = FeedClient::connect(program.port(), &client.token, Some(followed))
            .await
            .unwrap();
        let mut compared = false;
        for _ in 0..50 {
            let fresh: SnapshotView =
                serde_json::from_value(client.get("/api/v1/live/snapshot").await.ok()).unwrap();
            direct.until(fresh.seq).await.unwrap();
            if direct.followed.seq == fresh.seq {
                let folded = direct.followed.picture.clone().unwrap();
                let missing = difference(&folded, &Picture::of(&fresh));
                assert_eq!(missing, None, "{name} has not exactly what it may see");
                compared = true;
                break;
            }
        }
        assert!(compared, "{name} was never at the position of a snapshot");
        println!(
            "{name}: {} events folded, {} resyncs",
            direct.followed.n_events, direct.followed.n_resyncs
        );
    }
    println!("connections cut: {}", proxy.cut_so_far());
    assert!(proxy.cut_so_far() > 3, "the proxy did cut");
    assert_eq!(n_gaps, 0, "`after` is always the last `upto`");
}
