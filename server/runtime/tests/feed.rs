//! The live feed through the real runtime: nothing missing, nothing twice, the same after cuts and restarts.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is not as it should be"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use dispatch::projections::audience::Audience;
use dispatch::projections::fold::Picture;
use dispatch::projections::shown::Shown;
use dispatch::projections::snapshot::snapshot;
use dispatch::testing;
use journal::journal::Archive;
use model::actor::{Actor, Role};
use model::id::{AccountName, JurisdictionCode};
use model::sign::Sign;
use model::view::live::{FeedEvent, SnapshotView};
use runtime::accounts::AccountRights;
use runtime::feed::{CloseCode, Frame, Next, Resume, Subscriber, Subscription};
use runtime::handle::DistrictHandle;
use serde_json::Value;
use support::{config, putuo, report, settle, start, start_with};
use zeroize::Zeroizing;

const BEDDED: &[Sign] = &[Sign::BeddedDown];

/// A client that folds what it gets, and notices gaps.
struct Client {
    feed: Subscription,
    epoch: String,
    seq: u64,
    picture: Option<Picture>,
    n_events: usize,
    n_resyncs: usize,
}

impl Client {
    async fn join(handle: &DistrictHandle, subscriber: Subscriber) -> Self {
        let mut feed = handle.subscribe(subscriber).await.unwrap();
        let Next::Frame(hello) = feed.next().await else {
            panic!("no hello")
        };
        let hello = json(&hello);
        assert_eq!(hello["type"], "hello");
        Self {
            feed,
            epoch: hello["epoch"].as_str().unwrap().to_owned(),
            seq: hello["seq"].as_u64().unwrap(),
            picture: None,
            n_events: 0,
            n_resyncs: 0,
        }
    }

    async fn with_snapshot(mut self) -> Self {
        self.feed.request_snapshot().await;
        self.drain().await;
        assert!(self.picture.is_some());
        self
    }

    /// Takes in everything that comes within a moment.
    async fn drain(&mut self) -> Option<CloseCode> {
        loop {
            match tokio::time::timeout(Duration::from_millis(200), self.feed.next()).await {
                Err(_) => return None,
                Ok(Next::Closed(code)) => return Some(code),
                Ok(Next::Frame(frame)) => self.take(&frame),
            }
        }
    }

    fn take(&mut self, frame: &Frame) {
        let message = json(frame);
        match message["type"].as_str().unwrap() {
            "events" => {
                assert_eq!(
                    message["after"].as_u64(),
                    Some(self.seq),
                    "a gap: {message}"
                );
                let upto = message["upto"].as_u64().unwrap();
                assert!(upto > self.seq);
                for event in message["events"].as_array().unwrap() {
                    self.n_events += 1;
                    let event: FeedEvent = serde_json::from_value(event.clone()).unwrap();
                    assert!(event.seq > self.seq && event.seq <= upto);
                    if let Some(picture) = &mut self.picture {
                        picture.fold(&event).unwrap();
                    }
                }
                if let Some(picture) = &mut self.picture {
                    picture.reached(upto);
                }
                self.seq = upto;
            }
            "snapshot" => {
                let view: SnapshotView = serde_json::from_str(frame.text()).unwrap();
                assert_eq!(view.seq, self.seq, "the events go on from the snapshot");
                self.picture = Some(Picture::of(&view));
            }
            "resync" => {
                self.n_resyncs += 1;
                self.seq = message["seq"].as_u64().unwrap();
                self.picture = None;
            }
            "ping" | "positions" => {}
            other => panic!("{other}"),
        }
    }

    fn position(&self) -> Resume {
        Resume {
            epoch: self.epoch.clone(),
            seq: self.seq,
        }
    }
}

fn json(frame: &Frame) -> Value {
    serde_json::from_str(frame.text()).unwrap()
}

fn resuming(actor: Actor, resume: Option<Resume>) -> Subscriber {
    Subscriber {
        resume,
        ..Subscriber::new(actor)
    }
}

fn fresh(handle: &DistrictHandle, actor: &Actor) -> Picture {
    let view = handle.read();
    let audience = Audience::of(view.policy(), actor, BTreeSet::new());
    Picture::of(&snapshot(
        &Shown::new(view.tables(), view.policies()),
        &audience,
    ))
}

#[tokio::test(start_paused = true)]
async fn a_client_that_folds_events_has_what_a_fresh_snapshot_has() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let actors = [
        testing::command_desk(),
        testing::street_duty(0),
        testing::patrol(1),
    ];
    let mut clients = Vec::new();
    for actor in &actors {
        let client = Client::join(&handle, Subscriber::new(actor.clone())).await;
        clients.push(client.with_snapshot().await);
    }
    for n in 0..6_u8 {
        handle
            .submit(report(n.into(), usize::from(n % 3), BEDDED))
            .await
            .unwrap();
        settle().await;
    }
    tokio::time::sleep(Duration::from_mins(1)).await;
    for (client, actor) in clients.iter_mut().zip(&actors) {
        assert_eq!(client.drain().await, None);
        assert_eq!(client.seq, handle.read().seq());
        let picture = client.picture.clone().unwrap();
        assert_eq!(picture, fresh(&handle, actor), "{}", actor.account);
        assert!(client.n_events > 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_resumes_across_a_restart_with_exactly_what_it_missed() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    let actor = testing::command_desk();
    let mut client = Client::join(&handle, Subscriber::new(actor.clone()))
        .await
        .with_snapshot()
        .await;
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    client.drain().await;
    handle.submit(report(2, 1, BEDDED)).await.unwrap();
    drop(runtime);

    let (_runtime, handle) = start(&disk, 2).await;
    let mut again = Client::join(&handle, resuming(actor.clone(), Some(client.position()))).await;
    assert_eq!(again.seq, client.seq, "hello says where it goes on");
    again.picture = client.picture.take();
    again.drain().await;
    assert_eq!(again.n_resyncs, 0);
    assert_eq!(again.seq, handle.read().seq());
    assert_eq!(again.picture, Some(fresh(&handle, &actor)));
    assert_eq!(handle.metrics().n_resumed.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_position_that_cannot_be_served_gets_resync_and_never_a_part() {
    let disk = putuo().await;
    let mut small = config();
    small.ring = 2;
    let (_runtime, handle) = start_with(disk as Arc<dyn Archive>, 1, small).await;
    let actor = testing::command_desk();
    let client = Client::join(&handle, Subscriber::new(actor.clone())).await;
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    handle.submit(report(2, 1, BEDDED)).await.unwrap();
    let head = handle.read().seq();
    let resync = |subscriber| {
        let handle = handle.clone();
        async move {
            let mut client = Client::join(&handle, subscriber).await;
            client.drain().await;
            (client.n_resyncs, client.n_events)
        }
    };
    assert_eq!(
        resync(resuming(actor.clone(), Some(client.position()))).await,
        (1, 0),
        "too old"
    );
    let epoch = client.epoch.clone();
    let at = |epoch: &str, seq| {
        Some(Resume {
            epoch: epoch.to_owned(),
            seq,
        })
    };
    assert_eq!(
        resync(resuming(actor.clone(), at("another", head))).await,
        (1, 0)
    );
    assert_eq!(
        resync(resuming(actor.clone(), at(&epoch, head + 1))).await,
        (1, 0),
        "of the future"
    );
    let other_areas = Subscriber {
        areas: BTreeSet::from([JurisdictionCode::from("310107005")]),
        ..resuming(actor.clone(), at(&epoch, head))
    };
    assert_eq!(resync(other_areas).await, (1, 0));
    let other_rights = Subscriber {
        rights_version: 2,
        ..resuming(actor.clone(), at(&epoch, head))
    };
    assert_eq!(resync(other_rights).await, (1, 0));
    assert_eq!(
        resync(resuming(actor, at(&epoch, head))).await,
        (0, 0),
        "the head itself"
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_closed_and_others_go_on() {
    let disk = putuo().await;
    let mut small = config();
    small.feed_outbox = 3;
    let (_runtime, handle) = start_with(disk as Arc<dyn Archive>, 1, small).await;
    let actor = testing::command_desk();
    let mut slow = handle
        .subscribe(Subscriber::new(actor.clone()))
        .await
        .unwrap();
    let mut quick = Client::join(&handle, Subscriber::new(actor)).await;
    for n in 0..8_u8 {
        handle
            .submit(report(n.into(), usize::from(n), BEDDED))
            .await
            .unwrap();
        assert_eq!(quick.drain().await, None);
    }
    let mut n_frames = 0;
    let code = loop {
        match slow.next().await {
            Next::Frame(_) => n_frames += 1,
            Next::Closed(code) => break code,
        }
    };
    assert_eq!(code, CloseCode::SlowReader);
    assert_eq!(
        n_frames, 0,
        "what waited is dropped: it comes back and resumes"
    );
    assert_eq!(handle.metrics().n_closed_slow.get(), 1);
    assert_eq!(quick.seq, handle.read().seq());
}

#[tokio::test(start_paused = true)]
async fn desks_with_equal_rights_share_one_frame() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let desk_of = |name: &str| Actor {
        account: AccountName::from(name),
        ..testing::command_desk()
    };
    let mut feeds = Vec::new();
    for name in ["command", "command2", "command3"] {
        let mut feed = handle
            .subscribe(Subscriber::new(desk_of(name)))
            .await
            .unwrap();
        feed.next().await;
        feeds.push(feed);
    }
    settle().await;
    let built = handle.metrics().n_frames_built.get();
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    settle().await;
    let mut frames = Vec::new();
    for feed in &mut feeds {
        match feed.next().await {
            Next::Frame(frame) => frames.push(frame.text().as_ptr()),
            Next::Closed(code) => panic!("{code}"),
        }
    }
    assert!(
        frames.iter().all(|frame| *frame == frames[0]),
        "one frame, shared"
    );
    assert_eq!(handle.metrics().n_frames_built.get(), built + 1);
    assert_eq!(handle.metrics().n_audiences.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn hidden_events_are_covered_at_the_next_ping() {
    let disk = putuo().await;
    let (_runtime, handle) = start(&disk, 1).await;
    let mut elsewhere = Client::join(&handle, Subscriber::new(testing::street_duty(5))).await;
    handle.submit(report(1, 0, BEDDED)).await.unwrap();
    let from = elsewhere.seq;
    elsewhere.drain().await;
    tokio::time::sleep(Duration::from_secs(21)).await;
    elsewhere.drain().await;
    assert!(elsewhere.seq > from);
    assert_eq!(elsewhere.seq, handle.read().seq());
}

#[tokio::test(start_paused = true)]
async fn log_out_changed_rights_and_a_disabled_account_close_the_feed() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    let accounts = runtime.accounts();
    let name = AccountName::from("street1");
    let rights = AccountRights {
        role: Role::Street,
        jurisdictions: vec!["310107005".into()],
        department: None,
        unit: None,
        districts: Vec::new(),
    };
    let password = || Zeroizing::new("lamplighter".to_owned());
    accounts
        .add(name.clone(), rights.clone(), Some(password()))
        .await
        .unwrap();
    let open = || async {
        let session = accounts
            .sign_in("street1", password(), "10.0.0.1")
            .await
            .unwrap();
        let signed_in = accounts.session(&session.token).await.unwrap();
        let feed = handle
            .subscribe(Subscriber {
                actor: signed_in.actor,
                session: Some(signed_in.session),
                rights_version: signed_in.rights_version,
                areas: BTreeSet::new(),
                resume: None,
            })
            .await
            .unwrap();
        (session.token, feed)
    };
    let (token, mut feed) = open().await;
    accounts.sign_out(&token).await;
    assert_eq!(end_of(&mut feed).await, CloseCode::SignedOut);
    assert!(accounts.session(&token).await.is_err());

    let (token, mut feed) = open().await;
    let wider = AccountRights {
        jurisdictions: vec!["310107005".into(), "310107014".into()],
        ..rights
    };
    accounts.set_rights(&name, wider).await.unwrap();
    assert_eq!(end_of(&mut feed).await, CloseCode::RightsChanged);
    assert_eq!(
        accounts
            .session(&token)
            .await
            .unwrap()
            .actor
            .jurisdictions
            .len(),
        2
    );

    let (token, mut feed) = open().await;
    accounts.set_disabled(&name, true).await.unwrap();
    assert_eq!(end_of(&mut feed).await, CloseCode::Disabled);
    assert!(accounts.session(&token).await.is_err());
    assert!(
        accounts
            .sign_in("street1", password(), "10.0.0.1")
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_sign_out_nothing_that_was_queued_is_given_out_and_nothing_is_opened() {
    let disk = putuo().await;
    let (runtime, handle) = start(&disk, 1).await;
    let accounts = runtime.accounts();
    let rights = AccountRights {
        role: Role::Command,
        jurisdictions: Vec::new(),
        department: None,
        unit: None,
        districts: Vec::new(),
    };
    let password = || Zeroizing::new("lamplighter".to_owned());
    accounts
        .add("desk".into(), rights, Some(password()))
        .await
        .unwrap();
    let session = accounts
        .sign_in("desk", password(), "10.0.0.1")
        .await
        .unwrap();
    let signed_in = accounts.session(&session.token).await.unwrap();
    let subscriber = Subscriber {
        session: Some(signed_in.session),
        rights_version: signed_in.rights_version,
        ..Subscriber::new(signed_in.actor)
    };
    let mut feed = accounts.listen(&handle, subscriber.clone()).await.unwrap();
    handle
        .submit(report(1, 0, &[Sign::BeddedDown]))
        .await
        .unwrap();
    settle().await;
    accounts.sign_out(&session.token).await;
    settle().await;
    assert_eq!(feed.next().await, Next::Closed(CloseCode::SignedOut));
    let late = accounts.listen(&handle, subscriber).await;
    assert_eq!(late.unwrap_err().0, CloseCode::SignedOut);
}

async fn end_of(feed: &mut Subscription) -> CloseCode {
    loop {
        if let Next::Closed(code) = feed.next().await {
            return code;
        }
    }
}
