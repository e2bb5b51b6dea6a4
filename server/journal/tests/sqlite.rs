//! What SQLite alone can show: what was answered is on disk, what was erased is not, one process at a time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use bytes::Bytes;
use journal::chain;
use journal::contract::{batch, entries};
use journal::fault::Fault;
use journal::folder::{self, FolderLock};
use journal::journal::Journal as _;
use journal::sqlite::SqliteJournal;
use journal::store::{PersonalField, Photo, Store as _, StoreWrite};
use journal::verify::{Damage, Evidence, verify};
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

const HERE: &str = "310107";

async fn open(folder: &Path) -> SqliteJournal {
    SqliteJournal::open(FolderLock::take(folder).unwrap())
        .await
        .unwrap()
}

/// Runs SQL behind the journal's back.
async fn meddle(folder: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder::database(folder));
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Whether any file of the folder holds these bytes.
fn lies_on_disk(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.is_file()
            && fs::read(path)
                .unwrap()
                .windows(bytes.len())
                .any(|window| window == bytes)
    })
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let key = StoreWrite::AddKey {
        record: Uuid::from_u128(1),
        wrapped: Bytes::from_static(b"wrapped"),
    };
    let written = batch(HERE, chain::start(HERE), entries(100), vec![key]);
    let head = journal.append(written.clone()).await.unwrap();
    // Not closed in order: dropped, as a crash would.
    drop(journal);
    let journal = open(folder.path()).await;
    assert_eq!(journal.head(HERE).await.unwrap(), head);
    assert_eq!(journal.read(HERE, 0, 1000).await.unwrap(), written.rows);
    assert!(journal.key(Uuid::from_u128(1)).await.unwrap().is_some());
    assert_eq!(journal.check_file().await.unwrap(), Vec::<String>::new());
    journal.close().await;
}

#[tokio::test]
async fn an_append_that_is_given_up_is_whole_or_absent_and_the_next_is_judged_by_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let mut head = chain::start(HERE);
    for n_polls in 0..12 {
        let growth = batch(HERE, head, entries(3), Vec::new());
        let mut appending = journal.append(growth);
        for _ in 0..n_polls {
            tokio::select! { biased; _ = &mut appending => break, () = tokio::task::yield_now() => {} }
        }
        drop(appending);
        // Whoever asks while the commit still runs is behind at worst, and is told so by the next append.
        loop {
            head = journal.head(HERE).await.unwrap();
            match journal
                .append(batch(HERE, head, entries(1), Vec::new()))
                .await
            {
                Ok(after) => break head = after,
                Err(fault) => assert!(matches!(fault, Fault::HeadMoved { .. }), "{fault}"),
            }
        }
    }
    let report = verify(&journal, HERE, &Evidence::default()).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
}

#[tokio::test]
async fn a_second_process_is_refused_and_named_and_may_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let head = journal
        .append(batch(HERE, chain::start(HERE), entries(2), Vec::new()))
        .await
        .unwrap();
    let refused = FolderLock::take(folder.path()).unwrap_err();
    assert!(matches!(refused, Fault::FolderInUse { .. }), "{refused}");

    let reader = SqliteJournal::open_to_read(folder.path()).await.unwrap();
    assert_eq!(reader.head(HERE).await.unwrap(), head);
    let write = reader
        .append(batch(HERE, head, entries(1), Vec::new()))
        .await;
    assert!(matches!(write, Err(Fault::ReadOnly { .. })), "{write:?}");
    let write = reader.write(Vec::new()).await;
    assert!(matches!(write, Err(Fault::ReadOnly { .. })), "{write:?}");
    let head = journal
        .append(batch(HERE, head, entries(1), Vec::new()))
        .await
        .unwrap();
    assert_eq!(
        reader.head(HERE).await.unwrap(),
        head,
        "it sees what is committed meanwhile"
    );
    reader.close().await;
    journal.close().await;
    drop(journal);
    open(folder.path()).await;
}

#[tokio::test]
async fn a_folder_without_a_journal_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let missing = SqliteJournal::open_to_read(folder.path())
        .await
        .unwrap_err();
    assert!(matches!(missing, Fault::NoJournal { .. }), "{missing}");
}

#[tokio::test]
async fn what_was_erased_lies_nowhere_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let record = Uuid::from_u128(1);
    let secrets = [
        b"the-wrapped-key-of-one",
        b"the-sealed-note-of-one",
        b"the-sealed-face-of-one",
    ];
    let mut photo = vec![0; 50_000];
    photo.splice(30_000..30_000, secrets[2].iter().copied());
    let belongings = vec![
        StoreWrite::AddKey {
            record,
            wrapped: Bytes::from_static(secrets[0]),
        },
        StoreWrite::PutPersonal(PersonalField {
            record,
            field: "note".into(),
            sealed: Bytes::from_static(secrets[1]),
        }),
        StoreWrite::PutPhoto(Photo {
            id: Uuid::from_u128(2),
            record,
            sealed: photo.into(),
        }),
    ];
    let head = journal
        .append(batch(HERE, chain::start(HERE), entries(1), belongings))
        .await
        .unwrap();
    assert!(
        secrets
            .iter()
            .all(|secret| lies_on_disk(folder.path(), *secret))
    );

    let erasure = vec![
        StoreWrite::DeleteKey { record },
        StoreWrite::DeletePersonal { record },
    ];
    journal
        .append(batch(HERE, head, entries(1), erasure))
        .await
        .unwrap();
    assert!(
        !secrets
            .iter()
            .any(|secret| lies_on_disk(folder.path(), *secret))
    );
}

#[tokio::test]
async fn a_reader_keeps_no_commit_waiting_and_when_it_ends_what_was_erased_is_gone_without_another_write()
 {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let record = Uuid::from_u128(1);
    let secret = b"the-wrapped-key-of-one";
    let key = StoreWrite::AddKey {
        record,
        wrapped: Bytes::from_static(secret),
    };
    journal.write(vec![key]).await.unwrap();

    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder::database(folder.path()));
    let mut reader = options.read_only(true).connect().await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM wrapped_keys")
        .execute(&mut *reading)
        .await
        .unwrap();

    let erasing = journal.write(vec![StoreWrite::DeleteKey { record }]);
    tokio::time::timeout(std::time::Duration::from_secs(3), erasing)
        .await
        .expect("a reader keeps no commit waiting")
        .unwrap();
    assert!(
        lies_on_disk(folder.path(), secret),
        "the reader still sees it"
    );
    reading.rollback().await.unwrap();
    reader.close().await.unwrap();
    for _ in 0..200 {
        if !lies_on_disk(folder.path(), secret) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the erased key is still on the disk");
}

#[tokio::test]
async fn a_row_changed_behind_the_journals_back_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let head = journal
        .append(batch(HERE, chain::start(HERE), entries(20), Vec::new()))
        .await
        .unwrap();
    meddle(
        folder.path(),
        "DROP TRIGGER journal_rows_are_not_changed; DROP TRIGGER journal_rows_are_not_deleted;
         UPDATE journal_rows SET actor = 'somebody else' WHERE seq = 7;
         DELETE FROM journal_rows WHERE seq BETWEEN 11 AND 12 OR seq > 18;
         PRAGMA ignore_check_constraints = ON;
         UPDATE journal_rows SET hash = x'00' WHERE seq = 15;
         UPDATE journal_rows SET version = -1 WHERE seq = 3;",
    )
    .await;
    let unreadable = journal.read(HERE, 0, 100).await;
    assert!(
        matches!(unreadable, Err(Fault::RowUnreadable { seq: 3, .. })),
        "{unreadable:?}"
    );
    let mut evidence = Evidence::default();
    evidence.add(HERE, head);
    let report = verify(&journal, HERE, &evidence).await.unwrap();
    let named: Vec<_> = report
        .damages
        .iter()
        .map(|damage| match damage {
            Damage::RowUnreadable { seq, .. } => format!("unreadable {seq}"),
            Damage::RowChanged { seq } => format!("changed {seq}"),
            Damage::RowsMissing {
                first_seq,
                last_seq,
            } => format!("missing {first_seq}-{last_seq}"),
            Damage::TailCut {
                last_seq,
                anchored_seq,
            } => format!("cut after {last_seq} of {anchored_seq}"),
            Damage::RowReplacedBefore { .. }
            | Damage::ChainReplaced { .. }
            | Damage::AnchorForged { .. }
            | Damage::AnchorUnreadable { .. } => format!("{damage:?}"),
        })
        .collect();
    assert_eq!(
        named,
        [
            "unreadable 3",
            "changed 7",
            "missing 11-12",
            "unreadable 15",
            "cut after 18 of 20"
        ]
    );
}

#[tokio::test]
async fn rows_cannot_be_changed_by_a_slip() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    journal
        .append(batch(HERE, chain::start(HERE), entries(2), Vec::new()))
        .await
        .unwrap();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder::database(folder.path()));
    let mut connection = options.connect().await.unwrap();
    for sql in [
        "UPDATE journal_rows SET actor = 'x'",
        "DELETE FROM journal_rows",
    ] {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(
            refused.to_string().contains("a journal row is never"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_and_a_newer_database_are_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder::database(folder.path()), vec![b'x'; 8192]).unwrap();
    let refused = SqliteJournal::open(FolderLock::take(folder.path()).unwrap())
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Fault::DatabaseDamaged { .. }),
        "{refused:?}"
    );

    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.close().await;
    meddle(
        folder.path(),
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         SELECT 9000, 'of a later release', installed_on, success, checksum, execution_time
         FROM _sqlx_migrations WHERE version = 1;",
    )
    .await;
    let refused = SqliteJournal::open(FolderLock::take(folder.path()).unwrap())
        .await
        .unwrap_err();
    assert!(matches!(refused, Fault::Migration { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_damaged_snapshot_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).await;
    let mut head = chain::start(HERE);
    for _ in 0..3 {
        head = journal
            .append(batch(HERE, head, entries(1), Vec::new()))
            .await
            .unwrap();
        let of = journal::snapshot::SnapshotHead {
            seq: head.seq,
            hash: head.hash,
            state_hash: [1; 32],
            format_version: 1,
        };
        let snapshot = journal::snapshot::Snapshot {
            head: of,
            bytes: Bytes::from_static(b"the state"),
        };
        journal.save_snapshot(HERE, snapshot).await.unwrap();
    }
    let files = folder.path().join("snapshots").join(format!("d-{HERE}"));
    let file = |seq: u64| files.join(format!("{seq:020}.snapshot"));
    let mut flipped = fs::read(file(3)).unwrap();
    *flipped.last_mut().unwrap() ^= 1;
    fs::write(file(3), flipped).unwrap();
    fs::write(file(2), b"LLSNAP1\n").unwrap();
    fs::write(files.join("notes.txt"), b"not ours").unwrap();

    let kept: Vec<u64> = journal
        .snapshots(HERE)
        .await
        .unwrap()
        .iter()
        .map(|snapshot| snapshot.seq)
        .collect();
    assert_eq!(kept, [3, 1], "a cut one is not even listed");
    let damaged = journal.load_snapshot(HERE, 3).await;
    assert!(
        matches!(damaged, Err(Fault::Unreadable { .. })),
        "{damaged:?}"
    );
    let usable = journal::snapshot::newest_usable(&journal, HERE, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(usable.head.seq, 1);
}

#[tokio::test]
async fn an_archive_is_a_journal_and_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let archive: std::sync::Arc<dyn journal::journal::Archive> =
        std::sync::Arc::new(open(folder.path()).await);
    let as_journal: std::sync::Arc<dyn journal::journal::Journal> = archive.clone();
    let as_store: std::sync::Arc<dyn journal::store::Store> = archive;
    assert_eq!(as_journal.districts().await.unwrap(), Vec::<String>::new());
    assert_eq!(as_store.accounts().await.unwrap(), []);
}
