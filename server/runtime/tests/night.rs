//! Deadlines and couriers through the real runtime: each step fires once, whatever stops in between; each notice goes
//! out once under its own key.
#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where something is not as it should be"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use dispatch::testing::{self, EVENING};
use journal::journal::{Archive, Journal};
use journal::memory::MemoryJournal;
use model::codec;
use model::deadline::{Addressee, NoticeEnd};
use model::event::Event;
use model::id::UnitId;
use model::sign::Sign;
use model::time::Span;
use notify::channel::{Channel, Delivery, DeliveryFault};
use notify::recorder::Recorder;
use runtime::feed::Subscriber;
use runtime::runtime::Runtime;
use support::{DISTRICT, config, means_at, putuo, report, settle, start, start_with_recorder};

async fn events(disk: &MemoryJournal) -> Vec<Event> {
    disk.read(DISTRICT, 0, 100_000)
        .await
        .unwrap()
        .iter()
        .map(|row| {
            codec::decode(&row.entry.kind, row.entry.version, &row.entry.body)
                .unwrap()
                .event
        })
        .collect()
}

/// How often each step of each ladder fired.
async fn steps_fired(disk: &MemoryJournal) -> BTreeMap<String, usize> {
    let mut fired = BTreeMap::new();
    for event in events(disk).await {
        let keys: Vec<String> = match event {
            Event::LadderStepFired {
                case_id,
                deadline,
                steps,
                ..
            } => steps
                .iter()
                .map(|step| format!("{case_id} {deadline} {step}"))
                .collect(),
            Event::EscalationStepFired {
                escalation_id,
                steps,
            } => steps
                .iter()
                .map(|step| format!("{escalation_id} {step}"))
                .collect(),
            Event::DeadlineMissed {
                case_id, deadline, ..
            } => vec![format!("{case_id} {deadline} missed")],
            _ => Vec::new(),
        };
        for key in keys {
            *fired.entry(key).or_insert(0) += 1;
        }
    }
    fired
}

#[tokio::test(start_paused = true)]
async fn every_step_of_a_night_fires_once_although_the_program_stops_again_and_again() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    handle.submit(report(1, 0, &[Sign::Minor])).await.unwrap();
    drop(runtime);
    for n in 0..12_i32 {
        let now = EVENING + Span::from_mins(20 * i64::from(n));
        let disk = Arc::clone(&disk) as Arc<dyn Archive>;
        let seed = u64::try_from(n).unwrap() + 2;
        let runtime = Runtime::start(config(), means_at(disk, seed, Vec::new(), now))
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_mins(20)).await;
        assert_eq!(
            runtime
                .default_district()
                .unwrap()
                .metrics()
                .n_timers_refused
                .get(),
            0
        );
        drop(runtime);
    }
    let fired = steps_fired(&disk).await;
    assert!(fired.len() >= 4, "{fired:?}");
    assert!(fired.values().all(|n| *n == 1), "{fired:?}");
}

#[tokio::test(start_paused = true)]
async fn notices_go_out_once_each_under_their_own_key_also_across_a_restart() {
    let disk = putuo().await;
    let (runtime, handle, before) = start_with_recorder(&disk, 1).await;
    for n in 0..3_u8 {
        handle
            .submit(report(n.into(), usize::from(n), &[Sign::Unconscious]))
            .await
            .unwrap();
    }
    settle().await;
    let queued = handle.read().tables().notices.len();
    assert!(queued > 0);
    drop(runtime);
    let (_runtime, handle, after) = start_with_recorder(&disk, 2).await;
    settle().await;
    let mut keys: Vec<_> = before
        .recorded()
        .into_iter()
        .chain(after.recorded())
        .collect();
    for (key, notice) in &keys {
        assert_eq!(*key, notice.id.0);
    }
    keys.sort_by_key(|(key, _)| *key);
    keys.dedup_by_key(|(key, _)| *key);
    assert_eq!(keys.len(), queued, "each notice once");
    assert!(after.recorded().is_empty());
    let tables = handle.read().tables().clone();
    assert!(tables.queued.is_empty());
    for notice in tables.notices.values() {
        assert!(
            matches!(&notice.ended, Some(NoticeEnd::HandedOut { channel, .. }) if channel == "recorder"),
            "{:?}",
            notice.ended
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_who_cannot_be_reached_is_an_event() {
    let disk = putuo().await;
    let recorder = Arc::new(Recorder::new());
    let fault = DeliveryFault {
        why: "no number".to_owned(),
    };
    for _ in 0..100 {
        recorder.plan(Err(fault.clone()));
    }
    let channels: Vec<Arc<dyn Channel>> = vec![Arc::clone(&recorder) as Arc<dyn Channel>];
    let archive = Arc::clone(&disk) as Arc<dyn Archive>;
    let runtime = Runtime::start(config(), support::means(archive, 1, channels))
        .await
        .unwrap();
    let handle = runtime.default_district().unwrap();
    handle
        .submit(report(1, 0, &[Sign::Unconscious]))
        .await
        .unwrap();
    settle().await;
    // Nobody has a page open: each failure is written down and the next in line is told, up to the last one.
    let failed: Vec<_> = handle
        .read()
        .tables()
        .notices
        .values()
        .filter(|notice| matches!(&notice.ended, Some(NoticeEnd::Failed { .. })))
        .map(|notice| notice.addressee.clone())
        .collect();
    let unit = UnitId::from("u-1");
    assert!(
        failed.contains(&Addressee::Unit { unit: unit.clone() })
            && failed.contains(&Addressee::UnitLeader { unit })
            && failed.contains(&Addressee::DistrictDutyLeader),
        "{failed:?}"
    );
    assert_eq!(handle.read().tables().queued.iter().count(), 0);
    let _desk = handle
        .subscribe(Subscriber::new(testing::command_desk()))
        .await
        .unwrap();
    handle
        .submit(report(2, 0, &[Sign::Unconscious]))
        .await
        .unwrap();
    settle().await;
    let handed_out = events(&disk)
        .await
        .into_iter()
        .filter(|event| matches!(event, Event::NoticeHandedOut { channel, .. } if channel == "live_page"))
        .count();
    assert!(handed_out > 0, "whoever has a page open is reached by it");
}

#[tokio::test(start_paused = true)]
async fn a_notice_waits_for_its_addressee_and_is_tried_again_when_they_come() {
    let disk = putuo().await;
    let recorder = Arc::new(Recorder::new());
    for _ in 0..100 {
        recorder.plan(Ok(Delivery::Noted));
    }
    let channels: Vec<Arc<dyn Channel>> = vec![Arc::clone(&recorder) as Arc<dyn Channel>];
    let archive = Arc::clone(&disk) as Arc<dyn Archive>;
    let runtime = Runtime::start(config(), support::means(archive, 1, channels))
        .await
        .unwrap();
    let handle = runtime.default_district().unwrap();
    handle
        .submit(report(1, 0, &[Sign::BeddedDown]))
        .await
        .unwrap();
    settle().await;
    let tables = handle.read().tables().clone();
    let offered = tables
        .notices
        .values()
        .find(|notice| notice.task_id.is_some())
        .cloned();
    let Some(offered) = offered else {
        panic!(
            "an offer tells its unit: {:?}",
            tables.notices.values().collect::<Vec<_>>()
        );
    };
    assert_eq!(offered.ended, None);
    let mut pages = Vec::new();
    for n in 1..=11 {
        pages.push(
            handle
                .subscribe(Subscriber::new(testing::patrol(n)))
                .await
                .unwrap(),
        );
    }
    settle().await;
    let notice = handle
        .read()
        .tables()
        .notices
        .get(&offered.id)
        .cloned()
        .unwrap();
    assert!(
        matches!(&notice.ended, Some(NoticeEnd::HandedOut { channel, .. }) if channel == "live_page"),
        "{:?}",
        notice.ended
    );
}
