//! Notes, looks and names stand in no answer, case, feed, log or metric, and in no file in plain.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::client::report_at;
use tests::program::{Program, ProgramOptions};
use uuid::Uuid;

const PLANTED: &[&str] = &["夜莺-紫罗兰-七四九", "灰鹤绒帽三六二", "梧桐阿伯八一五"];

fn assert_clean(what: &str, text: &str) {
    for word in PLANTED {
        assert!(!text.contains(word), "{what} has `{word}`");
        let escaped = word
            .encode_utf16()
            .fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"));
        assert!(!text.contains(&escaped), "{what} has `{word}` escaped");
    }
}

fn search(folder: &Path) -> usize {
    let mut n = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            n += search(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            n += 1;
            for word in PLANTED {
                let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
                for form in [word.as_bytes(), utf16.as_slice()] {
                    assert!(
                        !bytes.windows(form.len()).any(|w| w == form),
                        "{} has `{word}` in plain",
                        path.display()
                    );
                }
            }
        }
    }
    n
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_fields_leave_only_through_their_own_door() {
    let mut program = Program::start(ProgramOptions::default()).await;
    let (patrol, street, command, police) = (
        program.sign_in("patrol1").await,
        program.sign_in("street1").await,
        program.sign_in("command").await,
        program.sign_in("police").await,
    );
    let task = Uuid::now_v7();
    let mut body = report_at(121.4008, 31.2462, &["bedded_down", "aged_60_or_older"]);
    body["note"] = json!(PLANTED[0]);
    body["description"] = json!({"sex": "male", "age_band": "60_79", "looks": PLANTED[1]});
    body["task"] = json!({"id": task, "state": "arrived"});
    let report = patrol.reported(body).await;
    let case_id = report["case_id"].as_str().unwrap();
    let person = street
        .post(
            "/api/v1/persons",
            json!({"person_name": PLANTED[2], "name_quality": "full", "age_band": "60_79", "special_care": false}),
        )
        .await
        .ok();
    let person_id = person["person_id"]
        .as_str()
        .or(person["id"].as_str())
        .unwrap()
        .to_owned();
    street
        .post(
            &format!("/api/v1/cases/{case_id}/subjects"),
            json!({"n": 1, "person_id": person_id}),
        )
        .await
        .ok();

    for client in [&patrol, &street, &command, &police] {
        for path in [
            "/api/v1/cases",
            "/api/v1/live/snapshot",
            "/api/v1/tasks",
            "/api/v1/escalations",
        ] {
            assert_clean(path, &client.get(path).await.body.to_string());
        }
        assert_clean(
            "the case",
            &client
                .get(&format!("/api/v1/cases/{case_id}"))
                .await
                .body
                .to_string(),
        );
    }
    assert_clean("the answer", &report.to_string());
    assert_clean(
        "metrics",
        &reqwest::get(format!("{}/metrics", program.base_url()))
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    );

    let path = format!("/api/v1/cases/{case_id}/personal");
    let read = street
        .get(&format!("{path}?purpose=visit"))
        .await
        .ok()
        .to_string();
    for word in PLANTED {
        assert!(read.contains(word), "the street reads `{word}`: {read}");
    }
    let read = patrol
        .get(&format!("{path}?purpose=visit"))
        .await
        .ok()
        .to_string();
    assert!(
        read.contains(PLANTED[0]) && read.contains(PLANTED[1]),
        "a patrol reads note and looks while its task is open"
    );
    assert!(!read.contains(PLANTED[2]), "and no name");
    street
        .get(&format!("{path}?purpose=curiosity"))
        .await
        .refused(422, "unknown_word");
    let admin = program.sign_in("admin").await;
    assert!(
        matches!(
            admin.get(&format!("{path}?purpose=visit")).await.status,
            403 | 404
        ),
        "admin never"
    );
    let auditor = program.sign_in("auditor").await;
    assert_eq!(
        auditor.get(&format!("{path}?purpose=review")).await.status,
        403,
        "the auditor reads the log, not the content"
    );
    let case = command.case(case_id).await;
    let reads: Vec<&Value> = case["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["kind"] == "personal.read")
        .collect();
    assert_eq!(
        reads.len(),
        2,
        "each read stands in the timeline: {}",
        case["timeline"]
    );
    assert!(reads.iter().all(|e| e.to_string().contains("visit")));

    assert_clean("the log", &program.log());
    let n = search(&program.data());
    program.stop();
    let after = search(&program.data());
    println!("files searched: {n} running, {after} stopped");
    assert!(n > 0 && after > 0);
}
