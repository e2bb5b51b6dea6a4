//! Nights in virtual time: another city from its own files, the same hash for the same input and seed, a journal that
//! every other verb reads.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::{Path, PathBuf};

use model::time::Span;
use tools::import::ImportOptions;
use tools::journal_verbs;
use tools::virtual_time::{self, Acting, Night, NightOptions};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/fixtures/import/{name}"))
}

/// The invented city with its reports, patrols and weather.
fn other_city(out: &Path, seed: u64) -> NightOptions {
    let fields = [
        "code=adcode",
        "name=mc",
        "id=编号",
        "seen_at=发现时间",
        "lon=经度",
        "lat=纬度",
        "accuracy_m=精度",
        "signs=迹象",
        "n_people=人数",
        "place_name=地点",
        "note=备注",
        "source=来源",
    ];
    NightOptions {
        weather: Some(fixture("other-city-weather.csv")),
        boundaries: Some(fixture("other-city-boundaries.geojson")),
        units: Some(fixture("other-city-units.csv")),
        preset: "none".to_owned(),
        seed,
        import: ImportOptions {
            fields: fields.iter().map(|text| text.parse().unwrap()).collect(),
            ..ImportOptions::default()
        },
        run_on: Span::from_hours(6),
        ..NightOptions::new(fixture("other-city-reports.csv"), out.to_owned())
    }
}

async fn play(options: &NightOptions) -> Night {
    match virtual_time::run(options).await {
        Ok(night) => night,
        Err(fault) => panic!("{fault}: {:?}", std::error::Error::source(&fault)),
    }
}

#[tokio::test]
async fn another_city_runs_a_night_from_its_own_files() {
    let folder = tempfile::tempdir().unwrap();
    let night = play(&other_city(folder.path(), 7)).await;
    println!("{}", night.to_text());
    assert_eq!(night.district, "990101");
    assert_eq!((night.n_reports, night.n_signals), (60, 2));
    assert!(
        !night.refusals.contains_key("internal"),
        "{:?}",
        night.refusals
    );
    for kind in [
        "sighting.accepted",
        "case.opened",
        "area_warning.changed",
        "task.offered",
        "task.accepted",
        "task.outcome_recorded",
        "escalation.opened",
        "escalation.acknowledged",
    ] {
        assert!(
            night.events.contains_key(kind),
            "{kind} in {:?}",
            night.events
        );
    }
    assert_eq!(night.events.get("sighting.accepted"), Some(&60));
    let text = night.to_text();
    assert_eq!(
        text.split_whitespace().last(),
        Some(night.state_hash.as_str())
    );
    assert_eq!(night.state_hash.len(), 64);

    let verified = journal_verbs::verify(folder.path(), None, &[])
        .await
        .unwrap();
    assert!(verified.is_whole(), "{}", verified.to_text());
    assert_eq!(verified.districts[0].head.to_string(), night.head);
}

#[tokio::test]
async fn one_input_and_seed_give_one_hash_and_another_seed_another() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = play(&other_city(one.path(), 7)).await;
    let second = play(&other_city(two.path(), 7)).await;
    assert_eq!(first, second);
    // The same folder again: an earlier night is made anew.
    let third = play(&other_city(one.path(), 8)).await;
    assert_ne!(first.state_hash, third.state_hash);
    assert_ne!(first.head, third.head);
}

#[tokio::test]
async fn the_journal_of_a_night_replays_to_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let night = play(&other_city(folder.path(), 3)).await;
    let journal = tools::replay::open_to_read(folder.path()).await.unwrap();
    let key = vault::installation::InstallationKey::load(&folder.path().join("installation.key"));
    let ring = vault::ring::KeyRing::new(&key.unwrap());
    for ring in [Some(&ring), None] {
        let replayed = tools::replay::replay(&journal, &night.district, ring)
            .await
            .unwrap();
        let bytes = replayed.state.hash().unwrap();
        let hash = bytes
            .iter()
            .fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
        assert_eq!(hash, night.state_hash, "with and without keys");
    }
    journal.close().await;
}

#[tokio::test]
async fn a_night_in_which_nobody_acts_climbs_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let options = NightOptions {
        acting: Acting::Nobody,
        ..other_city(folder.path(), 7)
    };
    let night = play(&options).await;
    assert!(night.done.is_empty());
    assert!(!night.events.contains_key("task.accepted"));
    for kind in ["deadline.missed", "case.tier_raised", "duty.notified"] {
        assert!(
            night.events.contains_key(kind),
            "{kind} in {:?}",
            night.events
        );
    }
}

#[tokio::test]
async fn what_is_used_wrongly_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut options = other_city(&out, 1);
    options.boundaries = None;
    let fault = virtual_time::run(&options).await.unwrap_err();
    assert!(
        fault.is_wrong_use() && fault.to_string().contains("--boundaries"),
        "{fault}"
    );
    let mut options = other_city(&out, 1);
    options.reports = fixture("sightings-bad.csv");
    let fault = virtual_time::run(&options).await.unwrap_err();
    assert!(fault.is_wrong_use(), "{fault}");
    assert!(!out.exists());
    // A folder that serves is never overwritten.
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("installation.key"), "not ours").unwrap();
    let fault = virtual_time::run(&other_city(&out, 1)).await.unwrap_err();
    assert!(
        fault.is_wrong_use() && fault.to_string().contains("another folder"),
        "{fault}"
    );
}
