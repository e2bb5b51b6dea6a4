//! Notes, looks and names stand in no answer, case, list, feed or metric; `/personal` gives them to whom the domain says,
//! for a purpose of the list, and the read stands in the timeline.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use tests::client::report_at;
use tests::server::{ServerOptions, TestServer};
use uuid::Uuid;

const NOTE: &str = "桥墩后面第三个纸箱";
const LOOKS: &str = "灰色棉衣红围巾";
const NAME: &str = "王某某";

#[tokio::test]
async fn what_somebody_wrote_about_a_person_leaves_through_one_door_only() {
    let server = TestServer::start(ServerOptions::default()).await;
    let (patrol, command) = (server.client("patrol1"), server.client("command"));
    let mut report = report_at(121.40, 31.25, &["disabled"]);
    report["note"] = json!(NOTE);
    report["description"] = json!({"sex": "male", "age_band": "60_79", "looks": LOOKS});
    report["task"] = json!({"id": Uuid::now_v7(), "state": "arrived"});
    let answer = patrol.report(Uuid::now_v7(), &report).await.ok();
    let case = answer["case_id"].as_str().unwrap().to_owned();
    let person = command
        .post(
            "/api/v1/persons",
            json!({"name_quality": "partial", "person_name": NAME}),
        )
        .await
        .ok();
    let subject = json!({"n": 1, "person_id": person["person_id"]});
    command
        .post(&format!("/api/v1/cases/{case}/subjects"), subject)
        .await
        .ok();
    command
        .post(&format!("/api/v1/cases/{case}/note"), json!({"text": NOTE}))
        .await
        .ok();

    let paths = [
        format!("/api/v1/cases/{case}"),
        "/api/v1/cases".to_owned(),
        "/api/v1/tasks".to_owned(),
        "/api/v1/escalations".to_owned(),
        "/api/v1/live/snapshot".to_owned(),
        "/api/v1/revisits".to_owned(),
        "/metrics".to_owned(),
        "/".to_owned(),
    ];
    let mut texts = vec![answer.to_string(), person.to_string()];
    for path in &paths {
        let answer = reqwest::Client::new()
            .get(format!("{}{path}", server.base_url))
            .header(AUTHORIZATION, format!("Bearer {}", command.token))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}");
        assert!(answer.headers().contains_key(CONTENT_TYPE));
        texts.push(answer.text().await.unwrap());
    }
    for text in &texts {
        for secret in [NOTE, LOOKS, NAME] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
    }

    let read = |account: &str, purpose: &str| {
        let path = format!("/api/v1/cases/{case}/personal?purpose={purpose}");
        let client = server.client(account).clone();
        async move { client.get(&path).await }
    };
    let given = read("command", "find_again").await.ok().to_string();
    assert!(given.contains(NOTE) && given.contains(LOOKS), "{given}");
    let given = read("patrol1", "visit").await.ok().to_string();
    assert!(
        given.contains(NOTE) && given.contains(LOOKS) && !given.contains(NAME),
        "a patrol reads no name: {given}"
    );
    read("auditor", "review").await.refused(403, "role_may_not");
    read("admin", "review").await.refused(403, "role_may_not");
    read("health", "treatment").await.refused(404, "not_found");
    read("command", "curiosity")
        .await
        .refused(422, "unknown_word");

    let story = command
        .get(&format!("/api/v1/cases/{case}/timeline"))
        .await
        .ok();
    let reads: Vec<&Value> = story["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "personal.read")
        .collect();
    let readers: Vec<&str> = reads
        .iter()
        .filter_map(|line| line["by"].as_str())
        .collect();
    assert_eq!(readers, ["command", "patrol1"], "{story}");
}
