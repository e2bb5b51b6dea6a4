//! Commands through the real runtime: answered after the commit, once, and again the same.

mod support;

use std::sync::Arc;
use std::time::Duration;

use dispatch::testing;
use journal::faulty::Fate;
use journal::journal::{Archive, Journal};
use model::command::{PersonalKind, Purpose};
use model::id::RecordId;
use model::refusal::RefusalCode;
use model::sign::Sign;
use runtime::submission::{PersonalField, SubmitError};
use support::{
    DISTRICT, command, config, failing, putuo, report, report_by, settle, sighting, start,
    start_with,
};

const BEDDED: &[Sign] = &[Sign::BeddedDown];

#[tokio::test(start_paused = true)]
async fn a_report_sent_five_times_in_parallel_is_one_sighting_with_one_answer() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let answers = futures_util::future::join_all((0..5).map(|_| {
        let handle = handle.clone();
        async move { handle.submit(report(1, 0, BEDDED)).await.unwrap() }
    }))
    .await;
    assert_eq!(answers.iter().filter(|a| a.first_time).count(), 1);
    for answer in &answers {
        assert_eq!(answer.value, answers[0].value);
        assert_eq!(answer.seq, answers[0].seq);
    }
    assert_eq!(handle.read().tables().sightings.len(), 1);
    assert_eq!(handle.read().tables().cases.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn other_content_under_a_known_id_is_refused_also_after_a_restart() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    let first = handle.submit(report(1, 0, BEDDED)).await.unwrap();
    let reused = |answer: Result<_, SubmitError>| {
        answer
            .map(|_: runtime::submission::Answer| ())
            .unwrap_err()
            .code()
    };
    let other = report(1, 0, &[Sign::Unconscious]);
    assert_eq!(
        reused(handle.submit(other.clone()).await),
        RefusalCode::SightingIdReused
    );
    let other_account = report_by(testing::command_desk(), 1, 0, BEDDED);
    assert_eq!(
        reused(handle.submit(other_account).await),
        RefusalCode::SightingIdReused
    );
    drop(runtime);

    let (_runtime, handle) = start(&disk, 2).await;
    assert_eq!(
        reused(handle.submit(other).await),
        RefusalCode::SightingIdReused
    );
    let again = handle.submit(report(1, 0, BEDDED)).await.unwrap();
    assert!(!again.first_time);
    assert_eq!(again.value, first.value);
    assert_eq!(again.seq, first.seq);
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_fails_leaves_nothing_and_the_service_resumes_by_itself() {
    let disk = putuo().await;
    let broken = failing(&disk, vec![Fate::Refused, Fate::Failed]);
    let (_runtime, handle) = start_with(broken as Arc<dyn Archive>, 1, config()).await;
    let head = disk.head(DISTRICT).await.unwrap();
    for _ in 0..2 {
        let refused = handle.submit(report(1, 0, BEDDED)).await.unwrap_err();
        assert_eq!(refused.code(), RefusalCode::StorageUnavailable);
        assert_eq!(disk.head(DISTRICT).await.unwrap(), head);
        assert!(handle.read().tables().sightings.is_empty());
    }
    assert!(!handle.is_ready());
    settle().await;
    settle().await;
    assert!(handle.is_ready());
    assert!(
        handle
            .submit(report(1, 0, BEDDED))
            .await
            .unwrap()
            .first_time
    );
    assert_eq!(handle.read().tables().sightings.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_commit_whose_answer_was_lost_is_found_and_a_repeat_gets_the_first_answer() {
    let disk = putuo().await;
    let broken = failing(&disk, vec![Fate::AnswerLost]);
    let (_runtime, handle) = start_with(broken as Arc<dyn Archive>, 1, config()).await;
    let unknown = handle.submit(report(1, 0, BEDDED)).await.unwrap_err();
    assert_eq!(unknown.code(), RefusalCode::StorageUnavailable);
    let again = handle.submit(report(1, 0, BEDDED)).await.unwrap();
    assert!(!again.first_time);
    assert_eq!(handle.read().tables().sightings.len(), 1);
    assert!(
        handle
            .submit(report(2, 1, BEDDED))
            .await
            .unwrap()
            .first_time
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_inbox_answers_at_once() {
    let disk = putuo().await;
    let mut small = config();
    small.inbox_capacity = 2;
    let (_runtime, handle) = start_with(disk as Arc<dyn Archive>, 1, small).await;
    let answers = futures_util::future::join_all((0..5).map(|n| {
        let handle = handle.clone();
        async move { handle.submit(report(n, 0, BEDDED)).await }
    }))
    .await;
    let full = answers
        .iter()
        .filter(|answer| {
            answer
                .as_ref()
                .is_err_and(|e| e.code() == RefusalCode::QueueFull)
        })
        .count();
    assert_eq!(full, 3);
    assert_eq!(handle.metrics().n_queue_full.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_preview_changes_nothing_and_says_what_would_happen() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let head = disk.head(DISTRICT).await.unwrap();
    let mut preview = report(1, 0, BEDDED);
    preview.preview = true;
    handle.submit(preview).await.unwrap();
    assert_eq!(disk.head(DISTRICT).await.unwrap(), head);
    assert!(
        handle
            .submit(report(1, 0, BEDDED))
            .await
            .unwrap()
            .first_time
    );
}

#[tokio::test(start_paused = true)]
async fn personal_fields_are_sealed_and_leave_only_through_a_logged_read() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let mut with_note = report(1, 0, BEDDED);
    with_note.personal.push(PersonalField {
        record: RecordId::from(sighting(1)),
        kind: PersonalKind::Looks,
        text: "灰色棉衣".to_owned(),
    });
    handle.submit(with_note.clone()).await.unwrap();
    let case_id = *handle.read().tables().cases.keys().next().unwrap();
    let rows = disk.read(DISTRICT, 0, 10_000).await.unwrap();
    assert!(
        rows.iter()
            .all(|row| !contains(&row.entry.body, "灰色棉衣"))
    );

    let read = handle
        .read_personal(
            command(1),
            testing::command_desk(),
            case_id,
            Purpose::FindAgain,
        )
        .await
        .unwrap();
    assert_eq!(read.fields.len(), 1);
    assert_eq!(read.fields[0].text, "灰色棉衣");
    let rows = disk.read(DISTRICT, 0, 10_000).await.unwrap();
    assert_eq!(rows.last().unwrap().entry.kind, "personal.read");

    let mut other = with_note;
    other.personal[0].text = "红色棉衣".to_owned();
    assert_eq!(
        handle.submit(other).await.unwrap_err().code(),
        RefusalCode::SightingIdReused,
        "personal fields are content too"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_that_cannot_be_logged_is_refused() {
    let disk = putuo().await;
    let broken = failing(&disk, vec![Fate::Done, Fate::Refused]);
    let (_runtime, handle) = start_with(broken as Arc<dyn Archive>, 1, config()).await;
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    let case_id = *handle.read().tables().cases.keys().next().unwrap();
    let refused = handle
        .read_personal(
            command(1),
            testing::command_desk(),
            case_id,
            Purpose::FindAgain,
        )
        .await
        .unwrap_err();
    assert_eq!(refused.code(), RefusalCode::StorageUnavailable);
}

#[tokio::test(start_paused = true)]
async fn a_start_from_a_snapshot_gives_the_same_state_as_a_replay() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    for n in 0..10_u8 {
        handle
            .submit(report(n.into(), usize::from(n), BEDDED))
            .await
            .unwrap();
    }
    runtime.stop().await;
    assert_eq!(disk.snapshots(DISTRICT).await.unwrap().len(), 1);
    let hash = |handle: &runtime::handle::DistrictHandle| {
        let state = dispatch::State::from_tables(handle.read().tables().clone());
        (state.hash().unwrap(), state.details_hash().unwrap())
    };
    let (replayed, from_start) = start(&disk, 2).await;
    let mut short = config();
    short.ring = 1;
    let (snapped, from_snapshot) = start_with(disk as Arc<dyn Archive>, 3, short).await;
    assert_eq!(hash(&from_start), hash(&from_snapshot));
    drop((replayed, snapped));
}

#[tokio::test(start_paused = true)]
async fn a_stop_refuses_what_is_new_and_keeps_what_was_taken() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    let waiting = {
        let handle = handle.clone();
        tokio::spawn(async move { handle.submit(report(1, 0, BEDDED)).await })
    };
    tokio::task::yield_now().await;
    runtime.stop().await;
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(
        handle
            .submit(report(2, 1, BEDDED))
            .await
            .unwrap_err()
            .code(),
        RefusalCode::Stopping
    );
}

#[tokio::test(start_paused = true)]
async fn a_journal_of_another_installation_key_is_not_opened() {
    let disk = putuo().await;
    let (runtime, _handle) = start(&disk, 1).await;
    drop(runtime);
    let mut means = support::means(disk as Arc<dyn Archive>, 1, Vec::new());
    means.ring =
        vault::ring::KeyRing::new(&vault::installation::InstallationKey::from_bytes([8; 32]));
    let refused = runtime::runtime::Runtime::start(config(), means)
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        runtime::fault::RuntimeFault::OtherInstallation { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn a_timer_that_is_refused_does_not_spin() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let refused = handle.metrics().n_timers_refused.get();
    assert!(refused < 500, "{refused} refusals in an hour");
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
