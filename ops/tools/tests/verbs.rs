//! What the verbs say of a journal: exports, verification, copies, another policy. The journal is that of one virtual
//! night in Putuo.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use journal::row::Head;
use journal::store::{Store as _, StoreWrite};
use model::time::Span;
use policy::policy::PUTUO;
use tools::export::{What, export};
use tools::journal_verbs::{self, KeptHead};
use tools::policy_verbs::replay;
use tools::virtual_time::{self, Night, NightOptions};
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

const REPORTS: &str = "id,seen_at,lon,lat,crs,accuracy_m,signs,n_people,place_name,note,source\n\
    R-1,2026-01-12 20:00,121.4030,31.2410,wgs84,10,bedded_down,1,无名桥,灰色棉衣绿帽子,hotline\n\
    R-2,2026-01-12 20:30,121.4031,31.2411,wgs84,10,bedded_down,1,,,hotline\n\
    R-3,2026-01-12 21:00,121.4290,31.2430,wgs84,10,aged_60_or_older,1,,,patrol\n\
    R-4,2026-01-12 21:10,121.3900,31.2580,wgs84,10,bedding_only,0,,,public\n\
    R-5,2026-01-12 23:10,121.3620,31.2830,wgs84,10,suspected_hypothermia,1,,,patrol\n";
const UNITS: &str = "id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end\n\
    u-1,一组,310107005,team,2,car,,,00:00,00:00\n\
    u-2,二组,310107015,team,2,car,,,00:00,00:00\n";

async fn a_night(folder: &Path) -> Night {
    std::fs::write(folder.join("reports.csv"), REPORTS).unwrap();
    std::fs::write(folder.join("units.csv"), UNITS).unwrap();
    let options = NightOptions {
        units: Some(folder.join("units.csv")),
        run_on: Span::from_hours(6),
        ..NightOptions::new(folder.join("reports.csv"), folder.join("data"))
    };
    virtual_time::run(&options).await.unwrap()
}

fn ring(data: &Path) -> KeyRing {
    KeyRing::new(&InstallationKey::load(&data.join("installation.key")).unwrap())
}

async fn exported(data: &Path, what: What, ring: Option<&KeyRing>) -> String {
    let journal = tools::replay::open_to_read(data).await.unwrap();
    let mut out = Vec::new();
    export(what, &journal, None, ring, &mut out).await.unwrap();
    journal.close().await;
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn exports_hold_cases_rows_and_figures_and_no_personal_field() {
    let folder = tempfile::tempdir().unwrap();
    let night = a_night(folder.path()).await;
    let data = folder.path().join("data");
    let ring = ring(&data);

    let cases = exported(&data, What::Cases, Some(&ring)).await;
    let document: serde_json::Value = serde_json::from_str(&cases).unwrap();
    assert_eq!(document["district"], "310107");
    assert_eq!(document["head"], night.head.as_str());
    let items = document["items"].as_array().unwrap();
    assert!(items.len() >= 4, "{}", items.len());
    assert!(
        items
            .iter()
            .all(|case| case["timeline"].as_array().is_some_and(|t| !t.is_empty()))
    );
    assert!(cases.contains("无名桥"), "the key opens the place");
    let without = exported(&data, What::Cases, None).await;
    assert!(!without.contains("无名桥"), "without a key it stays sealed");

    let rows = exported(&data, What::Journal, None).await;
    let mut before: Option<String> = None;
    for (n, line) in rows.lines().enumerate() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["seq"], u64::try_from(n).unwrap() + 1);
        assert!(row["body"].is_object());
        if let Some(before) = &before {
            assert_eq!(row["prev_hash"], before.as_str());
        }
        before = row["hash"].as_str().map(str::to_owned);
    }
    assert_eq!(u64::try_from(rows.lines().count()).unwrap(), night.n_events);

    let figures = exported(&data, What::Statistics, Some(&ring)).await;
    assert!(figures.starts_with("district,figure,name,"));
    let of = |id: &str| figures.lines().filter(|line| line.contains(id)).count();
    for id in [
        "cases",
        "reports",
        "report_to_acknowledge.median",
        "report_to_acknowledge.p90",
        "escalations_unanswered",
    ] {
        assert!(of(&format!(",{id},")) > 0, "{id}\n{figures}");
    }
    assert_eq!(
        std::fs::read_to_string(data.join("figures.csv")).unwrap(),
        figures
    );
    for text in [&cases, &rows, &figures] {
        assert!(!text.contains("绿帽子"), "a note is in no export");
    }
    assert!("everything".parse::<What>().is_err());
}

#[tokio::test]
async fn a_kept_head_is_verified_and_a_wrong_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let night = a_night(folder.path()).await;
    let data = folder.path().join("data");
    let kept = |text: &str| {
        vec![KeptHead {
            district: None,
            head: text.parse::<Head>().unwrap(),
        }]
    };
    let good = journal_verbs::verify(&data, Some(&ring(&data)), &kept(&night.head))
        .await
        .unwrap();
    assert!(good.is_whole() && good.anchors_judged, "{}", good.to_text());
    assert_eq!(good.districts[0].n_heads_compared, 1);

    let beyond = format!(
        "{}:{}",
        night.n_events + 5,
        night.head.split_once(':').unwrap().1
    );
    let cut = journal_verbs::verify(&data, None, &kept(&beyond))
        .await
        .unwrap();
    assert!(
        !cut.is_whole() && cut.to_text().contains("末尾被截断"),
        "{}",
        cut.to_text()
    );
    assert!(!cut.anchors_judged);
    let replaced = format!("3:{}", "0".repeat(64));
    let other = journal_verbs::verify(&data, None, &kept(&replaced))
        .await
        .unwrap();
    assert!(other.to_text().contains("链被替换"), "{}", other.to_text());

    let overviews = journal_verbs::inspect(&data).await.unwrap();
    assert_eq!(overviews[0].head.to_string(), night.head);
    assert!(journal_verbs::overview_text(&overviews).contains("sighting.accepted@1"));
}

#[tokio::test]
async fn a_copy_has_every_row_and_no_key_that_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let night = a_night(folder.path()).await;
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let first = journal_verbs::copy(&data, &copy).await.unwrap();
    assert_eq!(first.n_rows.get("310107"), Some(&night.n_events));

    let erased = {
        let lock = journal::folder::FolderLock::take(&data).unwrap();
        let journal = journal::sqlite::SqliteJournal::open(lock).await.unwrap();
        let (record, _) = journal.keys(None, 1).await.unwrap().remove(0);
        let erasure = vec![
            StoreWrite::DeleteKey { record },
            StoreWrite::DeletePersonal { record },
        ];
        journal.write(erasure).await.unwrap();
        journal.close().await;
        record
    };
    let second = journal_verbs::copy(&data, &copy).await.unwrap();
    assert_eq!(
        (second.n_rows.get("310107"), second.n_erased),
        (Some(&0), 1)
    );
    let copied = tools::replay::open_to_read(&copy).await.unwrap();
    assert_eq!(copied.key(erased).await.unwrap(), None);
    copied.close().await;
    let verified = journal_verbs::verify(&copy, None, &[]).await.unwrap();
    assert!(verified.is_whole());
    assert!(
        journal_verbs::copy(&data, &data)
            .await
            .unwrap_err()
            .is_wrong_use()
    );
}

#[tokio::test]
async fn another_policy_says_what_it_would_have_changed_and_the_same_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    a_night(folder.path()).await;
    let data = folder.path().join("data");
    let ring = ring(&data);
    let journal = tools::replay::open_to_read(&data).await.unwrap();
    let same = replay::replay(&journal, "310107", &ring, PUTUO)
        .await
        .unwrap();
    assert!(
        same.n_gradings >= 4 && same.others.is_empty(),
        "{}",
        same.to_text()
    );

    // Whoever is sixty or older is no longer protected, and without a colour a P2 has 20 minutes.
    let mut other = PUTUO.replacen("\"aged_60_or_older\", ", "", 1);
    assert_ne!(other, PUTUO, "the list of P1 names the sign");
    other = other.replacen("p2 = [", "p2 = [\"aged_60_or_older\", ", 1);
    let regraded = replay::replay(&journal, "310107", &ring, &other)
        .await
        .unwrap();
    assert_eq!(regraded.n_cases_changed, 1, "{}", regraded.to_text());
    let change = &regraded.others[0].changes["priority"];
    assert_eq!((change.from.as_str(), change.to.as_str()), ("P1", "P2"));
    assert!(
        replay::replay(&journal, "310107", &ring, "surprise = 1")
            .await
            .is_err()
    );
    journal.close().await;
}
