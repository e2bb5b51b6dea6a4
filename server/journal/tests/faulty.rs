//! Planned faults do what they say, under a clock that a test moves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use journal::chain;
use journal::contract::{batch, entries};
use journal::fault::Fault;
use journal::faulty::{Fate, FaultyJournal, Injection, Step};
use journal::journal::Journal as _;
use journal::memory::MemoryJournal;
use journal::store::{Store as _, StoreWrite};

const HERE: &str = "310107";

/// A journal whose appends and writes meet these fates in turn, and the one behind it.
fn planned(fates: impl IntoIterator<Item = Injection>) -> (FaultyJournal, Arc<MemoryJournal>) {
    let behind = Arc::new(MemoryJournal::new());
    let fates = Mutex::new(fates.into_iter().collect::<VecDeque<_>>());
    let plan = move |step: Step<'_>| match step {
        Step::Append { .. } | Step::Write { .. } => {
            fates.lock().unwrap().pop_front().unwrap_or_default()
        }
        Step::Head { .. }
        | Step::Read { .. }
        | Step::SaveSnapshot { .. }
        | Step::ReadSnapshot { .. }
        | Step::Look => Injection::default(),
    };
    (FaultyJournal::new(behind.clone(), plan), behind)
}

fn fate(fate: Fate) -> Injection {
    Injection {
        fate,
        ..Injection::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_commit_fails_or_loses_its_answer_as_planned() {
    let plan = [
        Fate::Refused,
        Fate::Failed,
        Fate::AnswerLostUndone,
        Fate::AnswerLost,
        Fate::Done,
    ]
    .map(fate);
    let (journal, behind) = planned(plan);
    let start = chain::start(HERE);
    let append = async || {
        journal
            .append(batch(HERE, start, entries(1), Vec::new()))
            .await
    };
    assert!(matches!(append().await, Err(Fault::DiskFull { .. })));
    assert!(matches!(append().await, Err(Fault::DiskFailed { .. })));
    assert!(matches!(append().await, Err(Fault::OutcomeUnknown { .. })));
    assert_eq!(
        behind.head(HERE).await.unwrap(),
        start,
        "none of the three is there"
    );
    assert!(matches!(append().await, Err(Fault::OutcomeUnknown { .. })));
    assert_eq!(behind.head(HERE).await.unwrap().seq, 1, "this one is");
    assert!(
        matches!(append().await, Err(Fault::HeadMoved { .. })),
        "and a writer that repeats is told"
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_late_before_or_after_the_commit() {
    let second = Duration::from_secs(1);
    let before = Injection {
        before: second,
        ..Injection::default()
    };
    let after = Injection {
        after: second,
        ..Injection::default()
    };
    let (journal, behind) = planned([before, after]);
    let begun = tokio::time::Instant::now();
    let given_up = tokio::time::timeout(
        second / 2,
        journal.append(batch(HERE, chain::start(HERE), entries(1), Vec::new())),
    );
    assert!(given_up.await.is_err());
    assert_eq!(
        behind.head(HERE).await.unwrap().seq,
        0,
        "given up before it was done"
    );
    let given_up = tokio::time::timeout(
        second / 2,
        journal.append(batch(HERE, chain::start(HERE), entries(1), Vec::new())),
    );
    assert!(given_up.await.is_err());
    assert_eq!(
        behind.head(HERE).await.unwrap().seq,
        1,
        "given up after it was done"
    );
    assert_eq!(
        begun.elapsed(),
        second,
        "in the time of the test, not of the world"
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_to_the_store_fails_as_planned() {
    let (journal, behind) = planned([fate(Fate::Refused), fate(Fate::AnswerLost)]);
    let setting = vec![StoreWrite::PutSetting {
        name: "a".into(),
        value: "b".into(),
    }];
    assert!(journal.write(setting.clone()).await.is_err());
    assert_eq!(behind.setting("a").await.unwrap(), None);
    assert!(journal.write(setting).await.is_err());
    assert_eq!(journal.setting("a").await.unwrap().as_deref(), Some("b"));
}
