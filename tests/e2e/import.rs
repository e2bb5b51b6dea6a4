//! Files of other programs: an invented second city from its own boundaries, and the real files where a folder has them.

use std::path::PathBuf;

use serde_json::{Value, json};
use tests::client::report_at;
use tests::program::{PASSWORD, Program, ProgramOptions};

/// Two squares side by side, and a third that overlaps the second: 河东, 河西, 南岸.
fn invented_boundaries() -> String {
    let square = |id: &str, label: &str, west: f64, south: f64, east: f64, north: f64| {
        json!({"type": "Feature", "properties": {"KENN": id, "LABEL": label},
            "geometry": {"type": "Polygon", "coordinates":
                [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})
    };
    json!({"type": "FeatureCollection", "features": [
        square("990101001", "河东", 112.00, 34.00, 112.02, 34.02),
        square("990101002", "河西", 112.02, 34.00, 112.04, 34.02),
        square("990101003", "南岸", 112.039, 34.00, 112.06, 34.02),
    ]})
    .to_string()
}

async fn sign_in(program: &Program, name: &str) -> tests::client::Client {
    tests::client::Client::sign_in(&program.base_url(), name, PASSWORD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_city_runs_from_its_own_boundaries_and_foreign_column_names() {
    let program = Program::start(ProgramOptions {
        preset: Some("none".to_owned()),
        without_accounts: true,
        more: vec!["--district".to_owned(), "990101".to_owned()],
        ..ProgramOptions::default()
    })
    .await;
    program.add_account("chief", &["--role", "command"]);
    let boundaries = program.file("streets.geojson", &invented_boundaries());
    let boundaries = boundaries.to_str().unwrap();
    let fields = ["--field", "code=KENN", "--field", "name=LABEL"];
    let words: Vec<&str> = ["import", "boundaries", boundaries]
        .into_iter()
        .chain(fields)
        .collect();
    let dry: Vec<&str> = words.iter().copied().chain(["--dry-run"]).collect();
    let report = program.verb_ok(&dry);
    assert!(
        report.contains("990101002") && report.contains("990101003"),
        "the overlap is named: {report}"
    );
    let chief = sign_in(&program, "chief").await;
    assert_eq!(
        chief.get("/api/v1/jurisdictions").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        0,
        "a dry run does nothing"
    );
    program.verb_ok(&words);
    let streets = chief.get("/api/v1/jurisdictions").await.ok();
    assert_eq!(streets["items"].as_array().unwrap().len(), 3, "{streets}");

    // Reports of a foreign program: other column names, local time, ids that are no UUIDs; one row is bad.
    let an_hour_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let local = an_hour_ago
        .in_tz("Asia/Shanghai")
        .unwrap()
        .strftime("%Y-%m-%d %H:%M")
        .to_string();
    let unix = an_hour_ago.as_second();
    let good = format!(
        "nr,wann,laenge,breite,zeichen,zahl,quelle\nA-1,{local},112.010,34.010,bedded_down,1,hotline\n\
         A-2,{local}:30,112.030,34.010,bedded_down disabled,2,public\nA-3,{unix},112.0395,34.010,vague,1,hotline\n"
    );
    let fields = [
        "--field",
        "id=nr",
        "--field",
        "seen_at=wann",
        "--field",
        "lon=laenge",
        "--field",
        "lat=breite",
        "--field",
        "signs=zeichen",
        "--field",
        "n_people=zahl",
        "--field",
        "source=quelle",
        "--crs",
        "wgs84",
    ];
    let bad = program.file(
        "bad.csv",
        &format!("{good}A-4,{local},140.0,34.0,bedded_down,1,hotline\n"),
    );
    let words: Vec<&str> = ["import", "sightings", bad.to_str().unwrap()]
        .into_iter()
        .chain(fields)
        .collect();
    let output = program.verb(&words);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        output.status.code(),
        Some(1),
        "one bad row refuses the file: {said}"
    );
    assert!(said.contains('5'), "the row is named: {said}");
    assert_eq!(
        chief.get("/api/v1/cases").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        0
    );

    let file = program.file("good.csv", &good);
    let words: Vec<&str> = ["import", "sightings", file.to_str().unwrap()]
        .into_iter()
        .chain(fields)
        .collect();
    program.verb_ok(&words);
    let mut codes: Vec<String> = cases(&chief).await;
    codes.sort();
    // The third lies in the overlap: the lower code wins.
    assert_eq!(codes, ["990101001", "990101002", "990101002"]);
    program.verb_ok(&words);
    assert_eq!(
        cases(&chief).await.len(),
        3,
        "the same file again changes nothing"
    );
}

async fn cases(client: &tests::client::Client) -> Vec<String> {
    let list = client.get("/api/v1/cases?limit=200").await.ok();
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case: &Value| case["jurisdiction"]["code"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_files_import_and_locate() {
    let Some(folder) = std::env::var_os("LAMPLIGHTER_REAL_DATA").map(PathBuf::from) else {
        println!("LAMPLIGHTER_REAL_DATA is not set: the real files are not used here");
        return;
    };
    println!("real data: {}", folder.display());
    let program = Program::start(ProgramOptions::default()).await;
    let streets = folder.join("putuo-streets-osm.geojson");
    program.verb_ok(&["import", "boundaries", streets.to_str().unwrap()]);
    let command = program.sign_in("command").await;
    let list = command.get("/api/v1/jurisdictions").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 10);

    // Stations of the file become places: points with a name.
    let transport: Value = serde_json::from_str(
        &std::fs::read_to_string(folder.join("putuo-transport-osm.geojson")).unwrap(),
    )
    .unwrap();
    let stations: Vec<&Value> = transport["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["properties"]["kind"] == "station" && f["geometry"]["type"] == "Point")
        .collect();
    assert!(stations.len() > 20);
    let points = json!({"type": "FeatureCollection", "features": stations}).to_string();
    let file = program.file("stations.geojson", &points);
    program.verb_ok(&["import", "places", file.to_str().unwrap(), "--crs", "wgs84"]);
    let places = command.get("/api/v1/places?limit=500").await.ok();
    assert_eq!(places["items"].as_array().unwrap().len(), stations.len());

    // A point well inside: 长寿路街道, near 玉佛寺; exact now, no guess.
    let patrol = program.sign_in("patrol1").await;
    let report = patrol
        .reported(report_at(121.4405, 31.2435, &["bedded_down"]))
        .await;
    assert_eq!(report["jurisdiction"]["code"], "310107015", "{report}");
    assert_eq!(report["jurisdiction"]["guessed"], false);
    // Across the river: accepted, given to the reporter's own street, and marked.
    let report = patrol
        .reported(report_at(121.50, 31.20, &["bedded_down"]))
        .await;
    assert!(
        report["doubts"]
            .as_array()
            .unwrap()
            .contains(&json!("position")),
        "{report}"
    );
}
