//! One district in virtual time: the same four doors of the core that the running program uses, a clock that jumps from
//! event to event, and everything that happened kept for the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dispatch::{Context, IdSource as _, State, UnitPosition};
use model::actor::Actor;
use model::command::{Command, Envelope, PersonalKind};
use model::deadline::Timer;
use model::event::RecordedEvent;
use model::id::{CommandId, DistrictId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::policy::{Policy, PolicyBook};
use spatial::labels::Areas;

use super::dice::Ids;
use crate::replay;

/// A district in virtual time.
pub(crate) struct City {
    pub state: State,
    pub policies: PolicyBook,
    pub areas: Option<Areas>,
    pub positions: BTreeMap<UnitId, UnitPosition>,
    pub now: Instant,
    /// Events that are not kept in the journal yet.
    pub unkept: Vec<Arc<RecordedEvent>>,
    /// How often each refusal code was the answer.
    pub refusals: BTreeMap<RefusalCode, u64>,
    /// Timers that fired.
    pub n_timers: u64,
    ids: Ids,
    refused: BTreeMap<(Instant, Timer), u64>,
}

impl City {
    pub(crate) fn new(district: &DistrictId, policy: Arc<Policy>, seed: u64) -> Self {
        Self {
            state: replay::empty(district.as_str()),
            policies: PolicyBook::new(policy),
            areas: None,
            positions: BTreeMap::new(),
            now: Instant::from_ms(0),
            unkept: Vec::new(),
            refusals: BTreeMap::new(),
            n_timers: 0,
            ids: Ids::new(seed),
            refused: BTreeMap::new(),
        }
    }

    /// A new command id.
    pub(crate) fn next_id(&mut self) -> CommandId {
        self.ids.set_now(self.now);
        CommandId(self.ids.next_id())
    }

    /// Decides a command now and applies what was decided. Answers the events.
    pub(crate) fn submit(
        &mut self,
        id: CommandId,
        actor: Actor,
        personal: BTreeSet<PersonalKind>,
        command: Command,
    ) -> Result<Vec<Arc<RecordedEvent>>, Refusal> {
        let envelope = Envelope {
            id,
            actor,
            recorded_at: None,
            seen_seq: None,
            content_tag: String::new(),
            personal,
            command,
        };
        self.decide(&envelope).inspect_err(|refusal| {
            *self.refusals.entry(refusal.code).or_default() += 1;
        })
    }

    fn decide(&mut self, envelope: &Envelope) -> Result<Vec<Arc<RecordedEvent>>, Refusal> {
        self.ids.set_now(self.now);
        let policy = Arc::clone(self.policies.adopted());
        let mut ctx = Context {
            now: self.now,
            ids: &mut self.ids,
            policies: &self.policies,
            positions: &self.positions,
            areas: self.areas.as_ref(),
        };
        let decision = dispatch::decide(&mut ctx, &self.state, &policy, envelope)?;
        let mut events = Vec::with_capacity(decision.events.len());
        for new in decision.events {
            let recorded = Arc::new(RecordedEvent {
                district: self.state.tables.district.clone(),
                seq: self.state.tables.head + 1,
                at: self.now,
                new,
            });
            dispatch::apply(&mut self.state, &recorded);
            self.unkept.push(Arc::clone(&recorded));
            events.push(recorded);
        }
        Ok(events)
    }

    /// The next timer that was not refused in the present state.
    pub(crate) fn next_due(&self) -> Option<(Instant, Timer)> {
        let head = self.state.tables.head;
        self.state
            .tables
            .timers
            .iter()
            .find(|key| self.refused.get(*key) != Some(&head))
            .cloned()
    }

    /// Fires the next timer at its own time, as the running program does. Answers its events.
    pub(crate) fn fire(&mut self, due: Instant, timer: Timer) -> Vec<Arc<RecordedEvent>> {
        self.now = self.now.max(due);
        let key = (due, timer.clone());
        let envelope = Envelope {
            id: self.next_id(),
            actor: Actor::system(),
            recorded_at: None,
            seen_seq: None,
            content_tag: String::new(),
            personal: BTreeSet::new(),
            command: Command::DeadlineReached { timer, due },
        };
        self.n_timers += 1;
        match self.decide(&envelope) {
            Ok(events) => {
                let still_there =
                    key.1 != Timer::Regrade && self.state.tables.timers.contains(&key);
                if events.is_empty() || still_there {
                    self.refused.insert(key, self.state.tables.head);
                }
                events
            }
            Err(refusal) => {
                *self.refusals.entry(refusal.code).or_default() += 1;
                self.refused.insert(key, self.state.tables.head);
                Vec::new()
            }
        }
    }
}
