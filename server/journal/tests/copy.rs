//! A copy is the same journal, row for row, between any two implementations.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use bytes::Bytes;
use journal::chain;
use journal::contract::{batch, entries};
use journal::copy::{CopyFault, copy};
use journal::faulty::{Fate, FaultyJournal, Injection, Step};
use journal::folder::FolderLock;
use journal::inspect::overview;
use journal::journal::{Archive, Journal as _};
use journal::memory::MemoryJournal;
use journal::sqlite::SqliteJournal;
use journal::store::{Account, PersonalField, Photo, Session, Store as _, StoreWrite};
use uuid::Uuid;

const HERE: &str = "310107";
const THERE: &str = "310106";

fn belongings() -> Vec<StoreWrite> {
    let record = Uuid::from_u128(1);
    vec![
        StoreWrite::AddKey {
            record,
            wrapped: Bytes::from_static(b"key"),
        },
        StoreWrite::AddKey {
            record: Uuid::from_u128(2),
            wrapped: Bytes::from_static(b"other"),
        },
        StoreWrite::PutPersonal(PersonalField {
            record,
            field: "note".into(),
            sealed: Bytes::from_static(b"sealed"),
        }),
        StoreWrite::PutPhoto(Photo {
            id: Uuid::from_u128(7),
            record,
            sealed: Bytes::from_static(b"photo"),
        }),
        StoreWrite::PutPosition {
            district: HERE.into(),
            unit: "u-1".into(),
            report: Bytes::from_static(b"{}"),
        },
        StoreWrite::PutAccount(Account {
            account: "command".into(),
            password_hash: "hash".into(),
            role: "command".into(),
            jurisdictions: Vec::new(),
            department: None,
            unit: None,
            districts: vec![HERE.into()],
            disabled: false,
            rights_version: 3,
        }),
        StoreWrite::PutSession(Session {
            token_hash: [1; 32],
            account: "command".into(),
            created_at_ms: 0,
            expires_at_ms: 1,
        }),
        StoreWrite::PutPolicy {
            content_hash: "p".into(),
            text: "policy".into(),
        },
        StoreWrite::PutBoundaries {
            content_hash: "b".into(),
            text: "{}".into(),
        },
        StoreWrite::PutSetting {
            name: "preset".into(),
            value: "putuo".into(),
        },
    ]
}

async fn filled(archive: &dyn Archive) {
    archive
        .append(batch(HERE, chain::start(HERE), entries(700), belongings()))
        .await
        .unwrap();
    archive
        .append(batch(THERE, chain::start(THERE), entries(3), Vec::new()))
        .await
        .unwrap();
}

async fn assert_same(one: &dyn Archive, other: &dyn Archive) {
    assert_eq!(
        one.districts().await.unwrap(),
        other.districts().await.unwrap()
    );
    for district in [HERE, THERE] {
        assert_eq!(
            one.read(district, 0, 2000).await.unwrap(),
            other.read(district, 0, 2000).await.unwrap()
        );
    }
    assert_eq!(
        one.keys(None, 99).await.unwrap(),
        other.keys(None, 99).await.unwrap()
    );
    assert_eq!(
        one.personal_fields(None, 99).await.unwrap(),
        other.personal_fields(None, 99).await.unwrap()
    );
    assert_eq!(
        one.photo(Uuid::from_u128(7)).await.unwrap(),
        other.photo(Uuid::from_u128(7)).await.unwrap()
    );
    assert_eq!(
        one.positions(HERE).await.unwrap(),
        other.positions(HERE).await.unwrap()
    );
    assert_eq!(
        one.accounts().await.unwrap(),
        other.accounts().await.unwrap()
    );
    assert_eq!(
        one.policy("p").await.unwrap(),
        other.policy("p").await.unwrap()
    );
    assert_eq!(
        one.boundaries("b").await.unwrap(),
        other.boundaries("b").await.unwrap()
    );
    assert_eq!(
        one.settings().await.unwrap(),
        other.settings().await.unwrap()
    );
}

#[tokio::test]
async fn a_copy_into_sqlite_and_back_is_the_same_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (original, back) = (MemoryJournal::new(), MemoryJournal::new());
    let sqlite = SqliteJournal::open(FolderLock::take(folder.path()).unwrap())
        .await
        .unwrap();
    filled(&original).await;
    let copied = copy(&original, &sqlite).await.unwrap();
    assert_eq!(
        copied.n_rows,
        [(HERE.to_owned(), 700), (THERE.to_owned(), 3)].into()
    );
    copy(&sqlite, &back).await.unwrap();
    assert_same(&original, &sqlite).await;
    assert_same(&original, &back).await;
    assert_eq!(sqlite.sessions().await.unwrap(), [], "people sign in again");
    assert_eq!(
        overview(&original, HERE).await.unwrap(),
        overview(&sqlite, HERE).await.unwrap()
    );
}

#[tokio::test]
async fn a_copy_that_was_interrupted_is_continued_and_repeats_erasures() {
    let original = Arc::new(MemoryJournal::new());
    filled(&*original).await;
    let target = Arc::new(MemoryJournal::new());
    let n_appended = std::sync::atomic::AtomicU32::new(0);
    let plan = move |step: Step<'_>| {
        let breaks = matches!(step, Step::Append { .. })
            && n_appended.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2;
        Injection {
            fate: if breaks { Fate::Refused } else { Fate::Done },
            ..Injection::default()
        }
    };
    let breaking = FaultyJournal::new(target.clone(), plan);
    let interrupted = copy(&*original, &breaking).await;
    assert!(
        matches!(interrupted, Err(CopyFault::Journal { .. })),
        "{interrupted:?}"
    );
    let reached = target.head(HERE).await.unwrap().seq;

    let record = Uuid::from_u128(1);
    let erasure = vec![
        StoreWrite::DeleteKey { record },
        StoreWrite::DeletePersonal { record },
    ];
    let head = original.head(HERE).await.unwrap();
    original
        .append(batch(HERE, head, entries(1), erasure))
        .await
        .unwrap();
    let copied = copy(&*original, &*target).await.unwrap();
    assert_eq!(
        (copied.n_erased, copied.n_rows.get(HERE)),
        (1, Some(&(701 - reached)))
    );
    assert_same(&*original, &*target).await;
    assert_eq!(
        copy(&*original, &*target).await.unwrap().n_rows.get(HERE),
        Some(&0)
    );
}

#[tokio::test]
async fn another_journal_is_not_copied_over() {
    let (original, target) = (MemoryJournal::new(), MemoryJournal::new());
    filled(&original).await;
    let mut others = entries(2);
    others[0].actor = "somebody".into();
    target
        .append(batch(HERE, chain::start(HERE), others, Vec::new()))
        .await
        .unwrap();
    let refused = copy(&original, &target).await;
    assert!(
        matches!(&refused, Err(CopyFault::Diverged { found, .. }) if found.seq == 2),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_overview_counts_without_opening_anything() {
    let journal = MemoryJournal::new();
    filled(&journal).await;
    let overview = overview(&journal, HERE).await.unwrap();
    assert_eq!(overview.head, journal.head(HERE).await.unwrap());
    assert_eq!(
        (overview.n_commands, overview.n_drill, overview.n_erasable),
        (700, 100, 466)
    );
    assert_eq!(
        overview.n_by_kind,
        [("sighting.accepted@1".to_owned(), 700)].into()
    );
    assert_eq!(overview.first_at_ms, Some(1_768_227_240_000));
    assert_eq!(overview.last_at_ms, Some(1_768_227_240_000 + 699_000));
}
