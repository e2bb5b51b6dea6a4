//! The live feed through a proxy that cuts: at the end every client has exactly what it may see.

use std::time::Duration;

use serde_json::json;
use tests::client::report_at;
use tests::cutting_proxy::CuttingProxy;
use tests::feed_client::FeedClient;
use tests::follower::Follower;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions};

#[tokio::test(flavor = "multi_thread")]
async fn clients_behind_a_proxy_that_cuts_a_fifth_end_with_exactly_what_they_may_see() {
    let policy = PolicyText::putuo().faster(400).text();
    let program = Program::start(ProgramOptions {
        policy: Some(policy),
        ..ProgramOptions::default()
    })
    .await;
    let proxy = CuttingProxy::start(program.port(), 0.2, Duration::from_millis(400), 20).await;
    let mut followers = Vec::new();
    for name in ["command", "street1", "street2", "police"] {
        let client = program.sign_in(name).await;
        followers.push(Follower::attach(name, client, proxy.port));
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
    let snapshot = command.get("/api/v1/live/snapshot").await.ok();
    let target = snapshot["seq"].as_u64().unwrap();
    for follower in followers {
        follower
            .ends_with_what_it_may_see(target, program.port())
            .await;
    }
    println!("connections cut: {}", proxy.cut_so_far());
    assert!(proxy.cut_so_far() > 3, "the proxy did cut");
}
