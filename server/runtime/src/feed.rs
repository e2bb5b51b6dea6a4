//! The live feed of one district: who listens, from which position, and what they may see.
//!
//! Subscribe first, then snapshot, then continue. Connections with equal rights and areas are one audience; a frame is
//! built once for an audience and a tick. Each connection has a bounded outbox; a slow reader is closed, never waited for.

pub mod close;
pub mod frame;
mod frames;
mod ring;
mod task;
mod visible;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use model::actor::Actor;
use model::id::JurisdictionCode;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::handle::Shared;

pub use close::CloseCode;
pub use frame::Frame;
pub(crate) use ring::Committed;
pub(crate) use task::{FeedTask, Seed};

/// Where a client was: the journal's identity as `hello` told it, and the seq of the last `upto` or snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// As `hello` told it.
    pub epoch: String,
    /// Everything up to it was seen.
    pub seq: u64,
}

/// Who wants to listen.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// Who.
    pub actor: Actor,
    /// The session that the connection lives by; its end closes it. None for tests and the program itself.
    pub session: Option<[u8; 32]>,
    /// Version of the account's rights.
    pub rights_version: u64,
    /// Streets to be shown; empty = all that the rights reach.
    pub areas: BTreeSet<JurisdictionCode>,
    /// From where to go on.
    pub resume: Option<Resume>,
}

impl Subscriber {
    /// Somebody who begins anew, without a session.
    pub fn new(actor: Actor) -> Self {
        Self {
            actor,
            session: None,
            rights_version: 0,
            areas: BTreeSet::new(),
            resume: None,
        }
    }
}

/// A connection was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub CloseCode);

/// An open feed. Dropping it ends it.
#[derive(Debug)]
pub struct Subscription {
    id: u64,
    frames: mpsc::Receiver<Frame>,
    closed: Arc<OnceLock<CloseCode>>,
    calls: mpsc::Sender<FeedCall>,
}

/// What comes next out of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// One message.
    Frame(Frame),
    /// Nothing more; close the socket with this code.
    Closed(CloseCode),
}

impl Subscription {
    /// Waits for the next message. Once the feed is closed nothing that was queued is given out, but at a stop.
    pub async fn next(&mut self) -> Next {
        match self.frames.recv().await {
            Some(frame) if !self.is_cut_off() => Next::Frame(frame),
            Some(_) | None => Next::Closed(self.close_code()),
        }
    }

    /// Waits for at least one message and takes up to `n_max` that are there, for one write. None is the end;
    /// then [`Self::close_code`] says why.
    pub async fn next_many(&mut self, frames: &mut Vec<Frame>, n_max: usize) -> Option<usize> {
        let n_before = frames.len();
        let n = self.frames.recv_many(frames, n_max).await;
        if self.is_cut_off() {
            frames.truncate(n_before);
            return None;
        }
        (n > 0).then_some(n)
    }

    /// Whether the feed was closed so that what is queued is not given out.
    fn is_cut_off(&self) -> bool {
        self.closed
            .get()
            .is_some_and(|code| code.drops_what_waits())
    }

    /// Why the feed ended.
    pub fn close_code(&self) -> CloseCode {
        self.closed.get().copied().unwrap_or(CloseCode::Stopping)
    }

    /// Asks for a snapshot; it comes as a message, and the events go on from it.
    pub async fn request_snapshot(&self) {
        // A feed that has ended says so through `next`.
        let _ = self.calls.send(FeedCall::Snapshot { id: self.id }).await;
    }

    /// Asks whether the feed lives; a ping comes as a message, after everything that was there before it.
    pub async fn request_ping(&self) {
        // A feed that has ended says so through `next`.
        let _ = self.calls.send(FeedCall::Ping { id: self.id }).await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // A full queue is no loss: the next frame finds the outbox gone.
        let _ = self.calls.try_send(FeedCall::Leave { id: self.id });
    }
}

/// What is asked of the feed's task.
#[derive(Debug)]
pub(crate) enum FeedCall {
    /// Events were committed, in order.
    Committed(Vec<Committed>),
    /// Somebody wants to listen.
    Join {
        subscriber: Box<Subscriber>,
        reply: oneshot::Sender<Result<Joined, CloseCode>>,
    },
    /// A client wants a snapshot.
    Snapshot { id: u64 },
    /// A client wants to know whether the feed lives.
    Ping { id: u64 },
    /// A client has gone.
    Leave { id: u64 },
    /// Rights of an account changed.
    RightsChanged { account: model::id::AccountName },
    /// An account was disabled.
    Disabled { account: model::id::AccountName },
    /// A session ended.
    SignedOut { session: [u8; 32] },
    /// Close everything.
    Stop { done: oneshot::Sender<()> },
}

/// What the task gives to a new connection.
#[derive(Debug)]
pub(crate) struct Joined {
    pub id: u64,
    pub frames: mpsc::Receiver<Frame>,
    pub closed: Arc<OnceLock<CloseCode>>,
}

pub(crate) async fn subscribe(
    shared: &Arc<Shared>,
    subscriber: Subscriber,
) -> Result<Subscription, Refused> {
    if shared.is_stopping() {
        return Err(Refused(CloseCode::Stopping));
    }
    let (reply, joined) = oneshot::channel();
    let call = FeedCall::Join {
        subscriber: Box::new(subscriber),
        reply,
    };
    let gone = |()| Refused(CloseCode::Stopping);
    shared.feed.send(call).await.map_err(|_| gone(()))?;
    match joined.await {
        Ok(Ok(joined)) => Ok(Subscription {
            id: joined.id,
            frames: joined.frames,
            closed: joined.closed,
            calls: shared.feed.clone(),
        }),
        Ok(Err(code)) => Err(Refused(code)),
        Err(_) => Err(gone(())),
    }
}
