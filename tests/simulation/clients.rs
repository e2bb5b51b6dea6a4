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
use runtime::handle::DistrictHandle;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::counts::Counts;
use crate::generator::SECRET;
use crate::violation::Violation;

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
    pub async fn join(&mut self, handle: &DistrictHandle) {
        let resume = self.at.clone().filter(|_| self.picture.is_some());
        let subscriber = Subscriber {
            resume,
            ..Subscriber::new(self.actor.clone())
        };
        // One that is refused tries again later.
        self.feed = handle.subscribe(subscriber).await.ok();
    }

    /// Takes in what is there; a line that was closed as too slow is opened again.
    pub async fn read(
        &mut self,
        handle: &DistrictHandle,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        for _ in 0..50 {
            if self.feed.is_none() {
                self.join(handle).await;
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
    pub async fn read_all(
        &mut self,
        handle: &DistrictHandle,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        for _ in 0..40 {
            self.read(handle, counts).await?;
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
    pub fn check(&self, handle: &DistrictHandle, counts: &mut Counts) -> Result<(), Violation> {
        let view = handle.read();
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
