//! Planted words, a coordinate and signs stand in the open nowhere; after their time nothing opens them, and a backup that
//! was made before has forgotten them too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use journal::folder;
use journal::sqlite::SqliteJournal;
use journal::store::Store as _;
use serde_json::{Value, json};
use tests::client::{Client, report_at};
use tests::feed_client::FeedClient;
use tests::policy_text::PolicyText;
use tests::program::{Program, ProgramOptions, binary};
use tests::search::{Found, Plant};
use uuid::Uuid;
use vault::installation::InstallationKey;
use vault::record::RecordKey;
use vault::ring::KeyRing;

const NOTE: (&str, &[u8]) = (
    "夜莺紫罗兰七四九",
    b"\xd2\xb9\xdd\xba\xd7\xcf\xc2\xde\xc0\xbc\xc6\xdf\xcb\xc4\xbe\xc5",
);
const LOOKS: (&str, &[u8]) = (
    "灰鹤绒帽三六二",
    b"\xbb\xd2\xba\xd7\xc8\xde\xc3\xb1\xc8\xfd\xc1\xf9\xb6\xfe",
);
const NAME: (&str, &[u8]) = (
    "梧桐阿伯八一五",
    b"\xce\xe0\xcd\xa9\xb0\xa2\xb2\xae\xb0\xcb\xd2\xbb\xce\xe5",
);
const PLACE: (&str, &[u8]) = (
    "石榴巷口五零七",
    b"\xca\xaf\xc1\xf1\xcf\xef\xbf\xda\xce\xe5\xc1\xe3\xc6\xdf",
);
const LON: f64 = 121.400_831_7;
const LAT: f64 = 31.246_215_3;
/// How long after the close its details go: long enough for a backup in between.
const KEPT: &str = "25s";
const GONE_WITHIN: Duration = Duration::from_secs(90);

/// What nobody but the door for personal fields gives out.
fn personal() -> Vec<Plant> {
    vec![
        Plant::words("the note", NOTE.0, NOTE.1),
        Plant::words("the looks", LOOKS.0, LOOKS.1),
        Plant::words("the name", NAME.0, NAME.1),
    ]
}

/// What those may see who see the case, and what no file has in the open.
fn all() -> Vec<Plant> {
    let mut plants = personal();
    plants.push(Plant::words("the place", PLACE.0, PLACE.1));
    plants.push(Plant::text("the longitude", "121.4008317"));
    plants.push(Plant::text("the latitude", "31.2462153"));
    plants.push(Plant::bytes(
        "the longitude as a number",
        &LON.to_le_bytes(),
    ));
    plants.push(Plant::bytes(
        "the longitude as a number, big end first",
        &LON.to_be_bytes(),
    ));
    // As an event would write them.
    plants.push(Plant::text(
        "the signs",
        r#""suspected_mental_disorder","wet_clothing""#,
    ));
    plants
}

fn planted() -> Value {
    let mut body = report_at(LON, LAT, &["suspected_mental_disorder", "wet_clothing"]);
    body["note"] = json!(NOTE.0);
    body["description"] = json!({"sex": "male", "age_band": "18_59", "looks": LOOKS.0});
    body["place"] = json!({"name": PLACE.0, "level": "underside"});
    body
}

#[track_caller]
fn assert_none(what: &str, found: &Found) {
    assert!(found.n_files > 3, "{what}: only {} files", found.n_files);
    assert!(found.hits.is_empty(), "{what}: {:#?}", found.hits);
}

#[track_caller]
fn assert_clean(what: &str, text: &str, plants: &[Plant]) {
    for plant in plants {
        let form = plant.found_in(text.as_bytes());
        assert_eq!(form, None, "{what} has {}", plant.what);
    }
}

/// The search finds what is there: an id of the journal, and each plant in each form.
fn prove_the_search(program: &Program, sighting: Uuid) {
    let id = Plant::bytes("the id of the report", sighting.as_bytes());
    let found = Found::under(&[&program.data()], &[], &[id]);
    assert!(!found.hits.is_empty(), "the journal has the report");
    let id = Plant::text("the id of the report", &sighting.to_string());
    let found = Found::default().held_by(program.pid(), &[id]);
    assert!(!found.hits.is_empty(), "the program holds the journal open");
    for plant in all() {
        for (name, form) in plant.forms() {
            let side = program.folder().join("side");
            fs::write(&side, [b"before \xff", form, b"\0 after"].concat()).unwrap();
            let found = Found::under(&[&side], &[], std::slice::from_ref(&plant));
            assert_eq!(found.hits.len(), 1, "{} as {name}", plant.what);
            fs::remove_file(side).unwrap();
        }
    }
}

/// The wrapped key of a record, and the key itself.
async fn keys_of(data: &Path, record: Uuid) -> Option<(Plant, RecordKey)> {
    let journal = SqliteJournal::open_to_read(data).await.unwrap();
    let wrapped = journal.key(record).await.unwrap();
    journal.close().await;
    let ring = KeyRing::new(&InstallationKey::load(&data.join("installation.key")).unwrap());
    let wrapped = wrapped?;
    let key = ring.unwrap(record, Some(&wrapped)).unwrap();
    Some((Plant::bytes("the wrapped key", &wrapped), key))
}

/// Waits until neither key nor sealed fields of the records lie anywhere, and nothing opens them.
async fn until_gone(program: &Program, left_out: &[&Path], records: &[(Uuid, Plant, RecordKey)]) {
    let started = std::time::Instant::now();
    let wrapped: Vec<Plant> = records.iter().map(|(_, plant, _)| plant.clone()).collect();
    loop {
        let found = Found::under(&[program.folder()], left_out, &wrapped);
        if found.hits.is_empty() {
            break;
        }
        assert!(
            started.elapsed() < GONE_WITHIN,
            "still there: {:#?}\n{}",
            found.hits,
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let journal = SqliteJournal::open_to_read(&program.data()).await.unwrap();
    for (record, _, key) in records {
        assert_eq!(journal.key(*record).await.unwrap(), None);
        assert!(journal.personal(*record).await.unwrap().is_empty());
        for path in files(program.folder()) {
            let bytes = fs::read(&path).unwrap_or_default();
            assert!(!key.lies_in(&bytes), "{} has the key", path.display());
        }
    }
    journal.close().await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

async fn person_named(street: &Client, case_id: &str) -> Uuid {
    let body = json!({"person_name": NAME.0, "name_quality": "full", "age_band": "18_59", "special_care": false});
    let person = street.post("/api/v1/persons", body).await.ok();
    let id = person["person_id"]
        .as_str()
        .or(person["id"].as_str())
        .unwrap();
    let path = format!("/api/v1/cases/{case_id}/subjects");
    street
        .post(&path, json!({"n": 1, "person_id": id}))
        .await
        .ok();
    id.parse().unwrap()
}

fn run(words: &[&str]) -> String {
    let output = Command::new(binary()).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{words:?}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_is_nowhere_in_the_open_and_is_forgotten_in_its_time_also_by_a_backup() {
    let policy = PolicyText::putuo()
        .set("retention.details_after_close", KEPT)
        .text();
    let options = ProgramOptions {
        policy: Some(policy.clone()),
        ..ProgramOptions::default()
    };
    let mut program = Program::start(options).await;
    let (patrol, other, street, command) = (
        program.sign_in("patrol1").await,
        program.sign_in("patrol2").await,
        program.sign_in("street1").await,
        program.sign_in("command").await,
    );
    let mut feeds = Vec::new();
    for (client, plants) in [(&other, all()), (&command, personal())] {
        let mut feed = FeedClient::connect(program.port(), &client.token, None)
            .await
            .unwrap();
        feed.heard = Some(String::new());
        feeds.push((feed, plants));
    }

    // One report of nobody known, beside it one of a person whose name is known.
    let report = patrol.reported(planted()).await;
    let (case_id, sighting) = (
        report["case_id"].as_str().unwrap(),
        report["sighting_id"].as_str().unwrap(),
    );
    let sighting: Uuid = sighting.parse().unwrap();
    let mut known = report_at(LON + 0.004, LAT, &["bedded_down"]);
    known["note"] = json!("旁边的人");
    let known = patrol.reported(known).await;
    let known_case = known["case_id"].as_str().unwrap();
    assert_ne!(case_id, known_case);
    let person = person_named(&street, known_case).await;
    let path = format!("/api/v1/cases/{case_id}/personal?purpose=visit");
    let read = street.get(&path).await.ok().to_string();
    assert!(
        read.contains(NOTE.0) && read.contains(LOOKS.0),
        "the door gives them out: {read}"
    );

    prove_the_search(&program, sighting);
    let seq = command.case(case_id).await["seq"].as_u64().unwrap();
    for (feed, plants) in &mut feeds {
        feed.until(seq).await.unwrap();
        assert_clean("the feed", feed.heard.as_deref().unwrap(), plants);
    }
    let metrics = reqwest::get(format!("{}/metrics", program.base_url()))
        .await
        .unwrap();
    assert_clean("metrics", &metrics.text().await.unwrap(), &all());
    for what in ["journal", "statistics"] {
        let out = program.folder().join(format!("export-{what}"));
        program.verb_ok(&["export", what, "--out", out.to_str().unwrap()]);
    }
    assert_clean(
        "case files",
        &program.verb_ok(&["export", "cases"]),
        &personal(),
    );
    let pid = program.pid();
    let found = Found::under(&[program.folder()], &[], &all()).held_by(pid, &all());
    println!(
        "searched while it runs: {} files, {} bytes",
        found.n_files, found.n_bytes
    );
    assert_none("while it runs", &found);

    // The person gets what is kept of them, and nothing of anybody else.
    let words = [
        "export",
        "person",
        "--by",
        "周",
        "--person",
        &person.to_string(),
    ];
    let file = program.verb_ok(&words);
    assert!(file.contains(NAME.0) && file.contains("旁边的人"), "{file}");
    assert!(!file.contains(NOTE.0) && !file.contains(LOOKS.0), "{file}");
    let timeline = command.case(known_case).await["timeline"].to_string();
    assert!(timeline.contains("personal.read"), "{timeline}");

    // Closed; backed up before its time.
    let mut kept = Vec::new();
    for record in [sighting, person] {
        let (plant, key) = keys_of(&program.data(), record).await.unwrap();
        kept.push((record, plant, key));
    }
    let close = json!({"reason": "本人离沪", "decision": {"by": "周", "ground": "本人离沪"}});
    command
        .post(&format!("/api/v1/cases/{case_id}/close"), close)
        .await
        .ok();
    let backup = program.folder().join("backup");
    program.verb_ok(&["backup", backup.to_str().unwrap()]);
    let plants: Vec<Plant> = kept.iter().map(|(_, plant, _)| plant.clone()).collect();
    let found = Found::under(&[&backup], &[], &plants);
    assert_eq!(
        found.hits.len(),
        2,
        "the backup has both keys: {:?}",
        found.hits
    );

    // The person is forgotten by name, the report by time.
    let person_words = person.to_string();
    let one = program.verb(&[
        "erase",
        &person_words,
        "--by",
        "周",
        "--ground",
        "本人书面要求",
    ]);
    assert_eq!(one.status.code(), Some(1), "one name is not enough");
    let two = [
        "erase",
        &person_words,
        "--by",
        "周",
        "--by",
        "吴",
        "--ground",
        "本人书面要求",
    ];
    program.verb_ok(&two);
    until_gone(&program, &[&backup], &kept).await;
    let case = command.case(case_id).await;
    assert_eq!(case["details_erased"], true, "{case}");
    assert_eq!(case["sightings"][0]["n_people"], 1);
    assert_clean("the case", &case.to_string(), &all());
    let known = command.case(known_case).await;
    assert_eq!(known["state"], "open", "the other case goes on");
    street.get(&path).await.refused(403, "role_may_not");
    program.stop();
    let found = Found::under(&[program.folder()], &[&backup], &all());
    assert_none("after the stop", &found);
    program.verb_ok(&["journal", "verify"]);
    program.launch().await;
    assert_eq!(
        program.sign_in("command").await.case(case_id).await["details_erased"],
        true
    );

    restored_forgets(&program, &backup, &policy, &kept, case_id).await;
}

/// A folder made from the backup, with the installation key and what lies beside it.
async fn restored_forgets(
    program: &Program,
    backup: &Path,
    policy: &str,
    kept: &[(Uuid, Plant, RecordKey)],
    case_id: &str,
) {
    let mut restored = Program::unstarted(ProgramOptions {
        policy: Some(policy.to_owned()),
        without_accounts: true,
        ..ProgramOptions::default()
    });
    let data = restored.data();
    run(&[
        "restore",
        backup.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ]);
    for name in ["installation.key", "forgotten"] {
        fs::copy(program.data().join(name), data.join(name)).unwrap();
    }
    assert!(folder::holds_journal(&data));
    assert!(
        keys_of(&data, kept[0].0).await.is_some(),
        "the key came back with the backup"
    );
    restored.launch().await;
    until_gone(&restored, &[], kept).await;
    let case = restored.sign_in("command").await.case(case_id).await;
    assert_eq!(case["details_erased"], true, "{case}");
    restored.stop();
    assert_none(
        "the restored folder",
        &Found::under(&[restored.folder()], &[], &all()),
    );
    restored.verb_ok(&["journal", "verify"]);
}
