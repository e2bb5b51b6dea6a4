//! The task of the feed: gathers what was committed, and every tick writes once to everybody who may see it.

mod positions;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use dispatch::Tables;
use dispatch::projections::audience::Audience;
use dispatch::projections::feed::Told;
use model::id::{AccountName, UnitId};
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, sleep_until};

use crate::config::RuntimeConfig;
use crate::feed::frame::Frame;
use crate::feed::frames::Payload;
use crate::feed::ring::{Committed, Ring};
use crate::feed::{CloseCode, FeedCall, Joined, Subscriber, frames, visible};
use crate::handle::Shared;
use crate::positions::Fix;

/// What the feed begins with after a start: the tables of an earlier seq, and the events after it.
#[derive(Debug)]
pub(crate) struct Seed {
    pub base: Tables,
    pub committed: Vec<Committed>,
}

/// One open feed.
struct Connection {
    /// The account and session it lives by.
    account: AccountName,
    session: Option<[u8; 32]>,
    audience: u64,
    /// `upto` of the last message, or the seq of `hello`, `resync` or `snapshot`.
    sent: u64,
    /// Everything up to here was looked at; what came after `sent` was hidden.
    looked: u64,
    positions_version: u64,
    outbox: mpsc::Sender<Frame>,
    closed: Arc<OnceLock<CloseCode>>,
}

struct Group {
    audience: Audience,
    n_connections: usize,
    /// The last snapshot, with its seq.
    snapshot: Option<(u64, Frame)>,
}

/// What one audience gets for the events after one position.
#[derive(Clone)]
enum Look {
    /// Nothing of it is shown.
    Hidden,
    /// Events as payloads, one for each message.
    Shown(Arc<[Payload]>),
    /// A new snapshot is shorter.
    Resync,
}

/// The feed of one district.
pub(crate) struct FeedTask {
    shared: Arc<Shared>,
    calls: mpsc::Receiver<FeedCall>,
    config: RuntimeConfig,
    ring: Ring,
    connections: BTreeMap<u64, Connection>,
    groups: BTreeMap<u64, Group>,
    group_of: BTreeMap<Audience, u64>,
    n_ids: u64,
    flush_at: Option<TokioInstant>,
    ping_at: TokioInstant,
}

impl FeedTask {
    pub(crate) fn new(
        shared: Arc<Shared>,
        calls: mpsc::Receiver<FeedCall>,
        config: RuntimeConfig,
        seed: Seed,
    ) -> Self {
        let mut ring = Ring::new(seed.base, config.ring);
        for committed in seed.committed {
            ring.push(committed);
        }
        let ping_at = TokioInstant::now() + config.feed_ping;
        let head = shared.published.load().head.seq;
        shared.metrics.feed_head.set(head);
        Self {
            shared,
            calls,
            config,
            ring,
            connections: BTreeMap::new(),
            groups: BTreeMap::new(),
            group_of: BTreeMap::new(),
            n_ids: 0,
            flush_at: None,
            ping_at,
        }
    }

    /// Runs until the district stops.
    pub(crate) async fn run(mut self) {
        loop {
            let flush_at = self.flush_at.unwrap_or(self.ping_at);
            let shared = Arc::clone(&self.shared);
            tokio::select! {
                biased;
                call = self.calls.recv() => match call {
                    Some(FeedCall::Stop { done }) => {
                        self.flush();
                        self.close_where(CloseCode::Stopping, |_| true);
                        // Whoever waits may have given up.
                        let _ = done.send(());
                        return;
                    }
                    Some(call) => self.take(call),
                    None => return,
                },
                () = sleep_until(self.ping_at.min(flush_at)) => {
                    let now = TokioInstant::now();
                    if self.flush_at.is_some_and(|at| at <= now) {
                        self.flush();
                    }
                    if self.ping_at <= now {
                        self.ping();
                    }
                }
                () = shared.positions.changed() => self.flush_soon(),
            }
        }
    }

    fn take(&mut self, call: FeedCall) {
        match call {
            FeedCall::Committed(committed) => {
                for one in committed {
                    self.shared.metrics.feed_head.set(one.event.seq);
                    self.ring.push(one);
                }
                self.flush_soon();
            }
            FeedCall::Join { subscriber, reply } => {
                let joined = self.join(*subscriber);
                if let Err(Ok(joined)) = reply.send(joined) {
                    self.leave(joined.id);
                }
            }
            FeedCall::Snapshot { id } => self.send_snapshot(id),
            FeedCall::Ping { id } => self.send_ping(id),
            FeedCall::Leave { id } => self.leave(id),
            FeedCall::RightsChanged { account } => {
                self.close_where(CloseCode::RightsChanged, |connection| {
                    connection.account == account
                });
            }
            FeedCall::Disabled { account } => {
                self.close_where(CloseCode::Disabled, |connection| {
                    connection.account == account
                });
            }
            FeedCall::SignedOut { session } => {
                self.close_where(CloseCode::SignedOut, |connection| {
                    connection.session == Some(session)
                });
            }
            FeedCall::Stop { done } => drop(done),
        }
    }

    fn flush_soon(&mut self) {
        if self.flush_at.is_none() {
            self.flush_at = Some(TokioInstant::now() + self.config.feed_tick);
        }
    }

    fn join(&mut self, subscriber: Subscriber) -> Result<Joined, CloseCode> {
        if self.connections.len() >= self.config.feed_connections_max {
            return Err(CloseCode::TooManyConnections);
        }
        let published = self.shared.published.load_full();
        let audience = Audience::of(
            published.policies.adopted(),
            &subscriber.actor,
            subscriber.areas.clone(),
        );
        let epoch = visible::epoch(&audience, &self.shared.epoch, subscriber.rights_version);
        let head = self.ring.head();
        let resumed = subscriber.resume.as_ref().and_then(|resume| {
            (resume.epoch == epoch && self.ring.at(resume.seq).is_some()).then_some(resume.seq)
        });
        let seq = resumed.unwrap_or(head);
        let (outbox, frames) = mpsc::channel(self.config.feed_outbox.max(2));
        let closed = Arc::new(OnceLock::new());
        self.n_ids += 1;
        let id = self.n_ids;
        // The outbox is empty and has room for both.
        let _ = outbox.try_send(frames::hello(
            &epoch,
            seq,
            &subscriber.actor,
            self.shared.now(),
            self.shared.time.rate(),
        ));
        if resumed.is_some() {
            self.shared.metrics.n_resumed.count();
        } else if subscriber.resume.is_some() {
            self.shared.metrics.n_resyncs.count();
            let _ = outbox.try_send(frames::resync(head));
        }
        let from = self.resume_point(seq, resumed.is_some());
        let connection = Connection {
            account: subscriber.actor.account.clone(),
            session: subscriber.session,
            audience: self.enter_group(audience),
            sent: seq,
            looked: from,
            positions_version: 0,
            outbox,
            closed: Arc::clone(&closed),
        };
        self.connections.insert(id, connection);
        self.shared.presence.enter(id, subscriber.actor);
        self.shared
            .metrics
            .n_connections
            .set(count(self.connections.len()));
        self.flush_soon();
        Ok(Joined { id, frames, closed })
    }

    /// Where the events of a resumed feed begin.
    fn resume_point(&self, seq: u64, resumed: bool) -> u64 {
        #[cfg(feature = "planted")]
        if resumed && self.config.plants(crate::config::Planted::ResumeOffByOne) {
            return (seq + 1).min(self.ring.head());
        }
        let _ = resumed;
        seq
    }

    fn enter_group(&mut self, audience: Audience) -> u64 {
        let n_groups = self.n_ids;
        let id = *self.group_of.entry(audience.clone()).or_insert(n_groups);
        let group = self.groups.entry(id).or_insert(Group {
            audience,
            n_connections: 0,
            snapshot: None,
        });
        group.n_connections += 1;
        self.shared
            .metrics
            .n_audiences
            .set(count(self.groups.len()));
        id
    }

    fn leave(&mut self, id: u64) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        self.shared.presence.leave(id);
        if let Some(group) = self.groups.get_mut(&connection.audience) {
            group.n_connections -= 1;
            if group.n_connections == 0
                && let Some(group) = self.groups.remove(&connection.audience)
            {
                self.group_of.remove(&group.audience);
            }
        }
        self.shared
            .metrics
            .n_connections
            .set(count(self.connections.len()));
        self.shared
            .metrics
            .n_audiences
            .set(count(self.groups.len()));
    }

    fn close_where(&mut self, code: CloseCode, wanted: impl Fn(&Connection) -> bool) {
        let ids: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, connection)| wanted(connection))
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.close(id, code);
        }
    }

    fn close(&mut self, id: u64, code: CloseCode) {
        if let Some(connection) = self.connections.get(&id) {
            // The first reason stands.
            let _ = connection.closed.set(code);
        }
        if code == CloseCode::SlowReader {
            self.shared.metrics.n_closed_slow.count();
        }
        self.leave(id);
    }

    /// Hands frames to a connection. One without room for them is too slow.
    fn send(&mut self, id: u64, frames: impl IntoIterator<Item = Frame>) {
        for frame in frames {
            let Some(connection) = self.connections.get(&id) else {
                return;
            };
            match connection.outbox.try_send(frame) {
                Ok(()) => self.shared.metrics.n_frames_sent.count(),
                Err(mpsc::error::TrySendError::Full(_)) => self.close(id, CloseCode::SlowReader),
                Err(mpsc::error::TrySendError::Closed(_)) => self.leave(id),
            }
        }
    }

    /// Writes to everybody what was committed since the last time, and the positions that changed.
    fn flush(&mut self) {
        self.flush_at = None;
        let mut looks = BTreeMap::new();
        let mut built = BTreeMap::new();
        let ids: Vec<u64> = self.connections.keys().copied().collect();
        for id in &ids {
            self.flush_events(*id, &mut looks, &mut built);
        }
        let mut positions = BTreeMap::new();
        for id in ids {
            self.flush_positions(id, &mut positions);
        }
    }

    fn flush_events(
        &mut self,
        id: u64,
        looks: &mut BTreeMap<(u64, u64), Look>,
        built: &mut BTreeMap<(u64, u64, u64), Vec<Frame>>,
    ) {
        let head = self.ring.head();
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let (audience, sent, looked) = (connection.audience, connection.sent, connection.looked);
        if looked >= head {
            return;
        }
        let look = looks
            .entry((audience, looked))
            .or_insert_with(|| self.look(audience, looked))
            .clone();
        let messages = match look {
            Look::Hidden => Vec::new(),
            Look::Shown(payloads) => built
                .entry((audience, sent, looked))
                .or_insert_with(|| {
                    let messages = frames::messages(sent, head, &payloads);
                    self.shared
                        .metrics
                        .n_frames_built
                        .add(count(messages.len()));
                    messages
                })
                .clone(),
            Look::Resync => {
                self.shared.metrics.n_resyncs.count();
                vec![frames::resync(head)]
            }
        };
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.looked = head;
            if !messages.is_empty() {
                connection.sent = head;
            }
        }
        self.send(id, messages);
    }

    /// What an audience may see of the events after a position.
    fn look(&self, audience: u64, after: u64) -> Look {
        let Some(group) = self.groups.get(&audience) else {
            return Look::Hidden;
        };
        let Some(entries) = self.ring.after(after) else {
            return Look::Resync;
        };
        let policies = Arc::clone(&self.shared.published.load().policies);
        let mut events = Vec::new();
        for (before, committed) in entries {
            let seen = visible::event(
                &policies,
                &group.audience,
                before,
                &committed.after,
                &committed.event,
            );
            match seen {
                Told::Events(seen) => events.extend(seen),
                Told::Resync => return Look::Resync,
            }
        }
        if events.is_empty() {
            Look::Hidden
        } else {
            let payloads = frames::payloads(&events);
            if payloads.len() < self.config.feed_outbox.max(2) {
                Look::Shown(payloads.into())
            } else {
                // More than an outbox holds: a new snapshot is shorter.
                Look::Resync
            }
        }
    }

    fn send_snapshot(&mut self, id: u64) {
        // What was committed before the snapshot is written before it, so that positions stay without a gap.
        self.flush_events(id, &mut BTreeMap::new(), &mut BTreeMap::new());
        let head = self.ring.head();
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let gap = (connection.sent < head).then(|| frames::events(connection.sent, head, ""));
        connection.sent = head;
        connection.looked = head;
        let audience = connection.audience;
        let Some(frame) = self.snapshot_for(audience, head) else {
            return;
        };
        self.send(id, gap.into_iter().chain([frame]));
    }

    fn snapshot_for(&mut self, audience: u64, head: u64) -> Option<Frame> {
        let group = self.groups.get(&audience)?;
        if let Some((seq, frame)) = &group.snapshot
            && *seq == head
        {
            return Some(frame.clone());
        }
        let policies = Arc::clone(&self.shared.published.load().policies);
        let fixes: Vec<(UnitId, Fix)> = self.shared.positions.all().into_iter().collect();
        let view = visible::snapshot_of(&policies, &group.audience, self.ring.newest(), &fixes);
        let frame = frames::snapshot(self.shared.now(), view);
        self.shared.metrics.n_frames_built.count();
        let group = self.groups.get_mut(&audience)?;
        group.snapshot = Some((head, frame.clone()));
        Some(frame)
    }

    /// Answers one client that asks whether the feed lives; what was committed before goes out before it.
    fn send_ping(&mut self, id: u64) {
        self.flush_events(id, &mut BTreeMap::new(), &mut BTreeMap::new());
        self.send(id, [frames::ping(self.shared.now())]);
    }

    /// Says that the feed lives, and how far it is where everything since was hidden.
    fn ping(&mut self) {
        self.ping_at = TokioInstant::now() + self.config.feed_ping;
        let ping = frames::ping(self.shared.now());
        let mut covering: BTreeMap<(u64, u64), Frame> = BTreeMap::new();
        let ids: Vec<u64> = self.connections.keys().copied().collect();
        for id in ids {
            let Some(connection) = self.connections.get_mut(&id) else {
                continue;
            };
            let (sent, looked) = (connection.sent, connection.looked);
            connection.sent = looked.max(sent);
            let cover = (sent < looked).then(|| {
                covering
                    .entry((sent, looked))
                    .or_insert_with(|| frames::events(sent, looked, ""))
                    .clone()
            });
            self.send(id, cover.into_iter().chain([ping.clone()]));
        }
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
