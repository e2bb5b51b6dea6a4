//! Every implementation passes the shared suite.

use std::sync::{Arc, Mutex};

use journal::contract;
use journal::faulty::{FaultyJournal, Injection, Step};
use journal::folder::FolderLock;
use journal::journal::Archive;
use journal::memory::MemoryJournal;
use journal::sqlite::SqliteJournal;

#[tokio::test]
async fn memory_keeps_what_a_journal_promises() {
    contract::check(|| async { Ok(Arc::new(MemoryJournal::new()) as Arc<dyn Archive>) })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_faulty_journal_without_a_plan_keeps_what_a_journal_promises() {
    let make = || async {
        let plan = |_: Step<'_>| Injection::default();
        Ok(Arc::new(FaultyJournal::new(Arc::new(MemoryJournal::new()), plan)) as Arc<dyn Archive>)
    };
    contract::check(make).await.unwrap();
}

#[tokio::test]
async fn sqlite_keeps_what_a_journal_promises() {
    let folders = Mutex::new(Vec::new());
    let make = || async {
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(FolderLock::take(folder.path())?).await?;
        folders.lock().unwrap().push(folder);
        Ok(Arc::new(journal) as Arc<dyn Archive>)
    };
    contract::check(make).await.unwrap();
}
