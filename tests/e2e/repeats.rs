//! A report sent five times is one; other content under its id is refused; the same after a restart.

use serde_json::{Value, json};
use tests::client::report_at;
use tests::program::{Program, ProgramOptions};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sent_five_times_in_parallel_is_one_sighting_one_case_and_one_set_of_tasks() {
    let mut program = Program::start(ProgramOptions::default()).await;
    let patrol = program.sign_in("patrol1").await;
    let command = program.sign_in("command").await;
    let id = Uuid::now_v7();
    let body = report_at(121.4008, 31.2462, &["bedded_down", "aged_60_or_older"]);
    let sends = (0..5).map(|_| patrol.report(id, &body));
    let answers = futures_util::future::join_all(sends).await;
    let first: Vec<u16> = answers
        .iter()
        .map(|a| a.status)
        .filter(|s| *s == 201)
        .collect();
    assert_eq!(first.len(), 1, "exactly one is the first: {answers:?}");
    let answers: Vec<Value> = answers.into_iter().map(tests::client::Answer::ok).collect();
    for answer in &answers {
        assert_eq!(answer, &answers[0], "every repeat gets the first answer");
    }
    let cases = command.get("/api/v1/cases").await.ok();
    assert_eq!(cases["items"].as_array().unwrap().len(), 1, "{cases}");
    let case = command.case(answers[0]["case_id"].as_str().unwrap()).await;
    assert_eq!(case["n_sightings"], 1);
    assert_eq!(case["tasks"].as_array().unwrap().len(), 1, "{case}");

    let mut other = body.clone();
    other["n_people"] = json!(2);
    patrol
        .report(id, &other)
        .await
        .refused(409, "sighting_id_reused");
    let street = program.sign_in("street1").await;
    street
        .report(id, &body)
        .await
        .refused(409, "sighting_id_reused");

    program.kill_9();
    program.launch().await;
    let patrol = program.sign_in("patrol1").await;
    let again = patrol.report(id, &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        again.ok(),
        answers[0],
        "the first answer, after a restart too"
    );
    patrol
        .report(id, &other)
        .await
        .refused(409, "sighting_id_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_repeated_under_its_id_is_made_once() {
    let program = Program::start(ProgramOptions::default()).await;
    let patrol = program.sign_in("patrol1").await;
    let command = program.sign_in("command").await;
    let report = patrol
        .reported(report_at(121.4008, 31.2462, &["bedded_down"]))
        .await;
    let path = format!(
        "/api/v1/cases/{}/raise",
        report["case_id"].as_str().unwrap()
    );
    let id = Uuid::now_v7();
    let body = json!({"tier": 1, "reason": "寒夜，提前联动"});
    let preview = command
        .post(&format!("{path}?preview=true"), body.clone())
        .await
        .ok();
    assert!(!preview.is_null());
    assert_eq!(
        command.case(report["case_id"].as_str().unwrap()).await["tier"]["value"],
        3,
        "a preview does nothing"
    );
    let first = command.post_as(id, &path, &body).await.ok();
    let second = command.post_as(id, &path, &body).await.ok();
    assert_eq!(first, second);
    let other = json!({"tier": 2, "reason": "不同内容"});
    command
        .post_as(id, &path, &other)
        .await
        .refused(409, "command_id_reused");
    let case = command.case(report["case_id"].as_str().unwrap()).await;
    assert_eq!(case["tier"]["value"], 1);
    let raised = case["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["kind"] == "case.tier_raised")
        .count();
    assert_eq!(raised, 1, "{}", case["timeline"]);
}
