//! Several districts in one process: begun from presets, found by id, handing cases over as commands.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use dispatch::testing;
use journal::faulty::Fate;
use journal::journal::Archive;
use journal::memory::MemoryJournal;
use model::command::Command;
use model::escalation::HandOverAnswerKind;
use model::id::DistrictId;
use model::refusal::RefusalCode;
use model::sign::Sign;
use policy::preset::Preset;
use runtime::config::RuntimeConfig;
use runtime::fault::RuntimeFault;
use runtime::handle::DistrictHandle;
use runtime::runtime::Runtime;
use runtime::submission::Submission;
use support::{command, disk, means, put_background, report, settle};

const HERE: &str = "310107";
const THERE: &str = "310106";

async fn two_districts(
    disk: Arc<dyn Archive>,
    seed: u64,
) -> (Runtime, DistrictHandle, DistrictHandle) {
    let config = RuntimeConfig::new(vec![HERE.into(), THERE.into()]);
    let runtime = Runtime::start(config, means(disk, seed, Vec::new()))
        .await
        .unwrap();
    let here = runtime.district(&HERE.into()).unwrap();
    let there = runtime.district(&THERE.into()).unwrap();
    (runtime, here, there)
}

async fn both() -> Arc<MemoryJournal> {
    let disk = disk();
    put_background(&disk, HERE).await;
    put_background(&disk, THERE).await;
    disk
}

async fn offer(here: &DistrictHandle) -> model::id::CaseId {
    here.submit(report(1, 0, &[Sign::BeddedDown]))
        .await
        .unwrap();
    let case_id = *here.read().tables().cases.keys().next().unwrap();
    let offer = Command::OfferHandOver {
        case_id,
        to: THERE.to_owned(),
        reason: "across the border".to_owned(),
    };
    here.submit(Submission::new(command(1), testing::command_desk(), offer))
        .await
        .unwrap();
    case_id
}

fn hand_over(handle: &DistrictHandle) -> Option<model::escalation::HandOver> {
    handle
        .read()
        .tables()
        .hand_overs
        .values()
        .next()
        .map(|known| (**known).clone())
}

#[tokio::test(start_paused = true)]
async fn an_empty_folder_is_begun_from_a_preset_once() {
    let disk = disk();
    let config = || RuntimeConfig::new(vec![HERE.into()]);
    let preset = Preset::putuo().unwrap();
    let archive = || Arc::clone(&disk) as Arc<dyn Archive>;
    let runtime = Runtime::start(config(), means(archive(), 1, Vec::new()))
        .await
        .unwrap();
    runtime.adopt_preset(&preset, None).await.unwrap();
    let handle = runtime.default_district().unwrap();
    let view = handle.read();
    assert_eq!(view.tables().jurisdictions.len(), 10);
    assert_eq!(view.tables().departments.len(), 16);
    assert!(
        view.state.areas.is_some(),
        "label points until there are boundaries"
    );
    assert_eq!(view.policy().id(), &view.tables().policy_id);
    let head = view.seq();
    runtime.stop().await;

    let runtime = Runtime::start(config(), means(archive(), 2, Vec::new()))
        .await
        .unwrap();
    runtime.adopt_preset(&preset, None).await.unwrap();
    assert_eq!(runtime.default_district().unwrap().read().seq(), head);
    let other = Preset::none(DistrictId::from(HERE)).unwrap();
    let refused = runtime.adopt_preset(&other, None).await.unwrap_err();
    assert!(matches!(refused, RuntimeFault::Preset { .. }), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_beginning_that_was_cut_off_is_finished_by_the_next_start() {
    let disk = disk();
    let preset = Preset::putuo().unwrap();
    let broken = support::failing(&disk, vec![Fate::Done, Fate::AnswerLost]);
    let config = || RuntimeConfig::new(vec![HERE.into()]);
    let runtime = Runtime::start(config(), means(broken, 1, Vec::new()))
        .await
        .unwrap();
    runtime.adopt_preset(&preset, None).await.unwrap_err();
    drop(runtime);
    let archive = Arc::clone(&disk) as Arc<dyn Archive>;
    let runtime = Runtime::start(config(), means(archive, 2, Vec::new()))
        .await
        .unwrap();
    runtime.adopt_preset(&preset, None).await.unwrap();
    let handle = runtime.default_district().unwrap();
    assert_eq!(handle.read().tables().departments.len(), 16);
    assert_eq!(handle.read().tables().jurisdictions.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_case_handed_over_to_a_district_hosted_here_is_offered_once_and_answered_back() {
    let disk = both().await;
    let (_runtime, here, there) = two_districts(Arc::clone(&disk) as Arc<dyn Archive>, 1).await;
    let case_id = offer(&here).await;
    settle().await;
    let offered = hand_over(&here).unwrap();
    let received = hand_over(&there).expect("the other district was told");
    assert_eq!(received.id, offered.id);
    assert_eq!(received.from_district, Some(DistrictId::from(HERE)));
    assert_eq!(there.read().tables().cases.len(), 1);
    assert!(
        here.read().tables().cases.contains_key(&case_id),
        "it stays ours until accepted"
    );

    let accept = Command::AnswerHandOver {
        hand_over_id: offered.id,
        accept: true,
        name: "王五".to_owned(),
    };
    there
        .submit(Submission::new(command(2), testing::command_desk(), accept))
        .await
        .unwrap();
    settle().await;
    let answer = hand_over(&here)
        .unwrap()
        .answer
        .expect("the answer came back");
    assert_eq!(answer.kind, HandOverAnswerKind::Accepted);
    assert_eq!(answer.name, "王五");
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_a_crash_interrupted_is_made_after_the_start_and_only_once() {
    let disk = both().await;
    // The offer is committed; what the other district is told is refused by the disk until the crash.
    let mut fates = vec![Fate::Done; 2];
    fates.extend(vec![Fate::Refused; 200]);
    let broken = support::failing(&disk, fates);
    let (runtime, here, there) = two_districts(broken as Arc<dyn Archive>, 1).await;
    offer(&here).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(hand_over(&there).is_none());
    drop(runtime);
    for seed in 2..4 {
        let archive = Arc::clone(&disk) as Arc<dyn Archive>;
        let (runtime, _, there) = two_districts(archive, seed).await;
        settle().await;
        assert_eq!(there.read().tables().hand_overs.len(), 1);
        assert_eq!(there.read().tables().sightings.len(), 1);
        drop(runtime);
    }
}

#[tokio::test(start_paused = true)]
async fn a_thing_is_found_in_the_district_that_has_it() {
    let disk = both().await;
    let (runtime, here, there) = two_districts(disk as Arc<dyn Archive>, 1).await;
    here.submit(report(1, 0, &[Sign::BeddedDown]))
        .await
        .unwrap();
    there
        .submit(report(2, 0, &[Sign::BeddedDown]))
        .await
        .unwrap();
    let case_there = *there.read().tables().cases.keys().next().unwrap();
    assert_eq!(
        runtime.district_of(case_there.0).unwrap().id().as_str(),
        THERE
    );
    assert_eq!(
        runtime.district_of(testing::id(1)).unwrap().id().as_str(),
        HERE
    );
    assert!(runtime.district_of(testing::id(3)).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_record_id_belongs_to_one_district_and_is_refused_in_another() {
    let disk = both().await;
    let (_runtime, here, there) = two_districts(disk as Arc<dyn Archive>, 1).await;
    assert!(
        here.submit(report(1, 0, &[Sign::BeddedDown]))
            .await
            .unwrap()
            .first_time
    );
    let refused = there
        .submit(report(1, 0, &[Sign::BeddedDown]))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), RefusalCode::SightingIdReused);
    assert!(there.is_ready());
    let accepted = Command::CheckIn;
    let check_in = |handle: DistrictHandle| async move {
        let submission = Submission::new(command(9), testing::patrol(1), accepted.clone());
        handle
            .submit(submission)
            .await
            .map(|answer| answer.first_time)
    };
    let (one, other) = (check_in.clone()(here).await, check_in(there).await);
    assert_eq!(one, other, "other commands count by district");
}
