//! Readers of the live feed: quick ones, slow ones, ones whose line is cut; each folds what it gets and goes on from
//! where it was.

use std::collections::BTreeSet;
use std::time::Duration;

use dispatch::projections::audience::Audience;
use dispatch::projections::fold::Picture;
use dispatch::projections::shown::Shown;
use dispatch::projections::snapshot::snapshot;
use model::actor::{Actor, Role};
use model::view::live::{FeedEvent, SnapshotView};
use runtime::feed::{CloseCode, Frame, Next, Resume, Subscriber, Subscription};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::counts::Counts;
use crate::generator::SECRET;
use crate::violation::Violation;
use crate::world::{Gate, N_SESSIONS, token_of};

/// How long a reader waits for more before it has everything.
const MOMENT: Duration = Duration::from_millis(100);

/// A message, as far as a reader looks at it.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    epoch: String,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    after: u64,
    #[serde(default)]
    upto: u64,
    #[serde(default)]
    events: Vec<FeedEvent>,
}

/// One reader.
pub struct Client {
    /// Who reads.
    pub actor: Actor,
    feed: Option<Subscription>,
    at: Option<Resume>,
    picture: Option<Picture>,
    resumed: bool,
    /// The session it lives by, counted from the first.
    session: usize,
    /// Sessions that were opened for it.
    n_sessions: usize,
    /// Whether its account was disabled and not enabled again.
    pub is_disabled: bool,
}

impl Client {
    /// Somebody who has not begun to read.
    pub const fn new(actor: Actor) -> Self {
        Self {
            actor,
            feed: None,
            at: None,
            picture: None,
            resumed: false,
            session: 0,
            n_sessions: N_SESSIONS,
            is_disabled: false,
        }
    }

    /// The line is cut, or the program has gone.
    pub fn cut(&mut self) {
        self.feed = None;
    }

    /// Whether a line is open.
    pub const fn is_open(&self) -> bool {
        self.feed.is_some()
    }

    /// Opens a line and goes on from where it was.
    async fn join(&mut self, gate: &Gate) {
        if let Some(subscriber) = self.subscriber(gate).await {
            // One that is refused tries again later.
            self.feed = gate.accounts.listen(&gate.district, subscriber).await.ok();
        }
    }

    async fn subscriber(&self, gate: &Gate) -> Option<Subscriber> {
        let token = token_of(&self.actor, self.session);
        let signed_in = gate.accounts.session(&token).await.ok()?;
        Some(Subscriber {
            session: Some(signed_in.session),
            rights_version: signed_in.rights_version,
            resume: self.at.clone().filter(|_| self.picture.is_some()),
            ..Subscriber::new(signed_in.actor)
        })
    }

    /// Whether another session is left after this one.
    pub const fn may_sign_out(&self) -> bool {
        self.session + 1 < self.n_sessions
    }

    /// Its account may enter again, with new sessions, numbered from the answer on.
    pub const fn enabled(&mut self) -> usize {
        let from = self.n_sessions;
        self.session = from;
        self.n_sessions += N_SESSIONS;
        self.is_disabled = false;
        from
    }

    /// The session ends, and the account with it if `disable`: of checker 5, nothing comes after it, whatever was
    /// queued, and nothing is opened with what was known of the session before.
    pub async fn leave(
        &mut self,
        gate: &Gate,
        disable: bool,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        let wrong = |what: String| Violation::new(5, what);
        let Some(before) = self.subscriber(gate).await else {
            return Ok(());
        };
        let (code, premise) = if disable {
            counts.fault("reader's account disabled");
            self.is_disabled = true;
            gate.accounts
                .set_disabled(&self.actor.account, true)
                .await
                .map_err(|e| wrong(e.to_string()))?;
            (CloseCode::Disabled, "5 feed closed by a disabled account")
        } else {
            counts.fault("reader signed out");
            let token = token_of(&self.actor, self.session);
            self.session += 1;
            gate.accounts.sign_out(&token).await;
            (CloseCode::SignedOut, "5 feed closed by a sign-out")
        };
        // Whoever is told of it by the feed is told within this time.
        tokio::time::sleep(MOMENT).await;
        if let Some(mut feed) = self.feed.take() {
            match tokio::time::timeout(MOMENT, feed.next()).await {
                // Closed before, as too slow.
                Ok(Next::Closed(CloseCode::SlowReader)) => {}
                Ok(Next::Closed(found)) if found == code => counts.premise(premise),
                other => {
                    return Err(wrong(format!(
                        "{} has left and gets {other:?} instead of {code}",
                        self.actor.account
                    )));
                }
            }
        }
        if self.subscriber(gate).await.is_some() && disable {
            return Err(wrong(format!("{} still enters", self.actor.account)));
        }
        if gate.accounts.listen(&gate.district, before).await.is_ok() {
            return Err(wrong(format!(
                "{} listens with a session that has ended",
                self.actor.account
            )));
        }
        counts.premise("5 ended session refused");
        Ok(())
    }

    /// Takes in what is there; a line that was closed as too slow is opened again.
    pub async fn read(&mut self, gate: &Gate, counts: &mut Counts) -> Result<(), Violation> {
        for _ in 0..50 {
            if self.feed.is_none() {
                self.join(gate).await;
            }
            let Some(feed) = &mut self.feed else {
                return Ok(());
            };
            match tokio::time::timeout(MOMENT, feed.next()).await {
                Err(_) => {
                    if self.picture.is_some() {
                        return Ok(());
                    }
                    feed.request_snapshot().await;
                }
                Ok(Next::Frame(frame)) => self.take(&frame, counts)?,
                Ok(Next::Closed(code)) => {
                    if code == CloseCode::SlowReader {
                        counts.fault("reader slow");
                    }
                    self.feed = None;
                }
            }
        }
        // More than fits into one reading: the next one goes on.
        Ok(())
    }

    /// Takes in everything, until nothing more comes.
    pub async fn read_all(&mut self, gate: &Gate, counts: &mut Counts) -> Result<(), Violation> {
        for _ in 0..40 {
            self.read(gate, counts).await?;
            let idle = match &mut self.feed {
                Some(feed) => match tokio::time::timeout(MOMENT, feed.next()).await {
                    Err(_) => true,
                    Ok(Next::Frame(frame)) => {
                        self.take(&frame, counts)?;
                        false
                    }
                    Ok(Next::Closed(_)) => {
                        self.feed = None;
                        false
                    }
                },
                None => false,
            };
            if idle && self.picture.is_some() {
                return Ok(());
            }
        }
        Err(Violation::new(
            7,
            format!("{} never has a whole picture", self.actor.account),
        ))
    }

    fn take(&mut self, frame: &Frame, counts: &mut Counts) -> Result<(), Violation> {
        let wrong = |what: String| Violation::new(7, what);
        let text = frame.text();
        if text.contains(SECRET) {
            return Err(Violation::new(
                5,
                format!("{} got personal words in a frame", self.actor.account),
            ));
        }
        counts.premise("5 frame without personal words");
        let message: Message = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        match message.kind.as_str() {
            "hello" => {
                let resumes = self
                    .at
                    .as_ref()
                    .is_some_and(|at| at.seq == message.seq && at.epoch == message.epoch);
                self.resumed = self.picture.is_some() && resumes;
                if !resumes {
                    self.picture = None;
                }
                self.at = Some(Resume {
                    epoch: message.epoch,
                    seq: message.seq,
                });
            }
            "resync" => {
                self.picture = None;
                self.resumed = false;
                self.set_seq(message.seq);
            }
            "snapshot" => {
                let view: SnapshotView =
                    serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
                self.set_seq(view.seq);
                self.picture = Some(Picture::of(&view));
            }
            "events" => {
                let seq = self.at.as_ref().map_or(0, |at| at.seq);
                if message.after != seq || message.upto <= message.after {
                    return Err(wrong(format!(
                        "{} is at {seq} and gets events after {} up to {}",
                        self.actor.account, message.after, message.upto
                    )));
                }
                for event in &message.events {
                    if event.seq <= seq || event.seq > message.upto {
                        return Err(wrong(format!(
                            "event {} lies outside of {seq} to {}",
                            event.seq, message.upto
                        )));
                    }
                    if let Some(picture) = &mut self.picture {
                        picture.fold(event).map_err(|e| wrong(e.to_string()))?;
                    }
                }
                if let Some(picture) = &mut self.picture {
                    picture.reached(message.upto);
                }
                self.set_seq(message.upto);
            }
            _ => {}
        }
        Ok(())
    }

    fn set_seq(&mut self, seq: u64) {
        if let Some(at) = &mut self.at {
            at.seq = seq;
        }
    }

    /// Checker 7: after everything was read, the picture is what a fresh snapshot would be. And of checker 5: a street
    /// sees its own.
    pub fn check(&self, gate: &Gate, counts: &mut Counts) -> Result<(), Violation> {
        let view = gate.district.read();
        let audience = Audience::of(view.policy(), &self.actor, BTreeSet::new());
        let shown = Shown::new(view.tables(), view.policies());
        let mut fresh = Picture::of(&snapshot(&shown, &audience));
        let Some(picture) = &self.picture else {
            return Err(Violation::new(7, "no picture"));
        };
        // What was hidden moves the position only at the next ping.
        fresh.seq = picture.seq;
        counts.premise("7 picture compared");
        if self.resumed {
            counts.premise("7 picture compared after a resume");
        }
        if *picture != fresh {
            return Err(Violation::new(
                7,
                format!(
                    "{} at {} of {} has another picture: {}",
                    self.actor.account,
                    picture.seq,
                    view.seq(),
                    difference(picture, &fresh)
                ),
            ));
        }
        if self.actor.role == Role::Street {
            for id in picture.cases.keys() {
                counts.premise("5 street sees its own only");
                let own = view
                    .tables()
                    .group(*id)
                    .into_iter()
                    .any(|case| self.actor.jurisdictions.contains(&case.jurisdiction.code));
                if !own {
                    return Err(Violation::new(
                        5,
                        format!("{} sees case {id} of another street", self.actor.account),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// In what two pictures differ, shortly.
fn difference(has: &Picture, should: &Picture) -> String {
    macro_rules! part {
        ($name:literal, $field:ident) => {
            for (id, value) in &should.$field {
                match has.$field.get(id) {
                    None => return format!("{} {id} is missing", $name),
                    Some(known) if known != value => {
                        return format!(
                            "{} {id} differs: {}",
                            $name,
                            first_difference(known, value)
                        );
                    }
                    Some(_) => {}
                }
            }
            for id in has.$field.keys() {
                if !should.$field.contains_key(id) {
                    return format!("{} {id} should be gone", $name);
                }
            }
        };
    }
    part!("case", cases);
    part!("task", tasks);
    part!("escalation", escalations);
    part!("colour", area_warnings);
    part!("unit", units);
    part!("resource", resources);
    "drill".to_owned()
}

/// The first members in which two values differ.
fn first_difference(has: &impl Serialize, should: &impl Serialize) -> String {
    let (has, should) = (serde_json::to_value(has), serde_json::to_value(should));
    match (has, should) {
        (Ok(Value::Object(has)), Ok(Value::Object(should))) => should
            .iter()
            .filter(|(name, value)| has.get(*name) != Some(value))
            .map(|(name, value)| format!("{name} is {:?} and should be {value:?}; ", has.get(name)))
            .collect(),
        (has, should) => format!("{has:?} and {should:?}"),
    }
}
