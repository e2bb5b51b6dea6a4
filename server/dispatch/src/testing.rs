//! A district for tests of the core: ten square streets, patrols, departments, shelters, the shipped policy, a counter
//! of ids and a clock that moves by hand. It commits what `decide` says and fires due timers as the runtime does.
//!
//! Behind the feature `testing`; no part of the program.
#![expect(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "a harness of tests stops at the first thing that is wrong"
)]
#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a harness stops the test that used it wrongly"
)]

mod background;
mod orders;
pub mod wild;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Time;
use model::actor::Actor;
use model::command::{Command, Envelope};
use model::event::{Event, NewEvent, RecordedEvent};
use model::id::{CommandId, DistrictId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::time::{Instant, Span};
use policy::policy::{Policy, PolicyBook};
use spatial::labels::Areas;
use spatial::position::Position;
use uuid::Uuid;

pub use background::{DEPARTMENTS, STREETS, street_centre};
pub use orders::{
    Order, auditor, command_desk, department, patrol, report, report_at, signal, street_duty,
};

use crate::apply::apply;
use crate::context::{Context, IdSource, UnitPosition};
use crate::decide::{Decision, decide};
use crate::state::State;
use crate::tables::Tables;
use crate::timers::next_deadline;

/// 2026-01-12, a Monday, 20:00 in Putuo: the night has begun and no colour is out.
pub const EVENING: Instant = Instant::from_ms(1_768_219_200_000);

/// More timers in one step of time than this are a loop.
const TIMERS_MAX: usize = 20_000;

/// Counts ids, so that two runs give the same.
#[derive(Clone, Debug, Default)]
pub struct Counter(u128);

impl IdSource for Counter {
    fn next_id(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + self.0)
    }
}

/// An id that a sender made: the same for the same number, never one of the [`Counter`]'s.
pub const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0100_0000_0000_7000_8000_0000_0000_0000 + n)
}

/// A district with everything that a decision needs.
pub struct District {
    /// What is committed.
    pub state: State,
    /// The policies.
    pub policies: PolicyBook,
    /// Newest positions of units.
    pub positions: BTreeMap<UnitId, UnitPosition>,
    /// The ten squares.
    pub areas: Option<Areas>,
    /// The time.
    pub now: Instant,
    /// Everything committed, in order.
    pub journal: Vec<RecordedEvent>,
    /// The tables after each event of the journal: cheap copies.
    pub history: Vec<Tables>,
    ids: Counter,
    n_commands: u128,
}

/// What became of one command.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The order's id.
    pub command_id: CommandId,
    /// What was decided, or why not.
    pub decision: Result<Decision, Refusal>,
    /// The events as committed.
    pub events: Vec<RecordedEvent>,
}

impl District {
    /// Putuo with its ten streets as squares, eleven patrols, all departments, on the evening of 2026-01-12.
    pub fn putuo() -> Self {
        Self::with_policy(policy::policy::PUTUO)
    }

    /// The same with another policy, for example one with shorter durations.
    pub fn with_policy(text: &str) -> Self {
        let policy = Arc::new(Policy::parse(text).expect("the policy of the test can be read"));
        let tables = Tables::empty(DistrictId::from("310107"), policy.id().clone());
        let mut district = Self {
            state: State::from_tables(tables),
            policies: PolicyBook::new(policy),
            positions: BTreeMap::new(),
            areas: Some(background::areas()),
            now: EVENING,
            journal: Vec::new(),
            history: Vec::new(),
            ids: Counter::default(),
            n_commands: 0,
        };
        for event in background::events() {
            district.commit_as_given(event);
        }
        for (unit, position) in background::unit_positions() {
            district.place_unit(unit.as_str(), position);
        }
        district
    }

    /// The adopted policy.
    pub fn policy(&self) -> &Policy {
        self.policies.adopted()
    }

    /// Puts a unit somewhere, with a fix of now.
    pub fn place_unit(&mut self, unit: &str, position: Position) {
        let fix = UnitPosition {
            position,
            accuracy_m: Some(10.0),
            at: self.now,
            heard_at: self.now,
        };
        self.positions.insert(UnitId::from(unit), fix);
    }

    /// Commits an event as if it had been decided: for background and for what a handler cannot make.
    pub fn commit_as_given(&mut self, event: Event) -> RecordedEvent {
        let new = NewEvent {
            command_id: CommandId(self.ids.next_id()),
            recorded_at: None,
            content_tag: String::new(),
            actor: Actor::system().account,
            policy_id: self.state.tables.policy_id.clone(),
            drill: false,
            event,
            details: BTreeMap::new(),
        };
        self.commit(vec![new])
            .pop()
            .expect("one event was committed")
    }

    fn commit(&mut self, new: Vec<NewEvent>) -> Vec<RecordedEvent> {
        let mut committed = Vec::with_capacity(new.len());
        for new in new {
            let recorded = RecordedEvent {
                district: self.state.tables.district.clone(),
                seq: self.state.tables.head + 1,
                at: self.now,
                new,
            };
            apply(&mut self.state, &recorded);
            self.journal.push(recorded.clone());
            self.history.push(self.state.tables.clone());
            committed.push(recorded);
        }
        committed
    }

    /// Decides one order now and commits what it says. Due timers are left alone: see [`District::catch_up`].
    pub fn run(&mut self, order: impl Into<Order>) -> Happened {
        let order: Order = order.into();
        self.n_commands += 1;
        let envelope = Envelope {
            id: order.id.unwrap_or_else(|| {
                if let Command::ReportSighting(report) = &order.command {
                    report.id.into()
                } else {
                    CommandId(id(0xffff_0000 + self.n_commands))
                }
            }),
            actor: order.actor,
            recorded_at: order.recorded_at,
            seen_seq: order.seen_seq,
            content_tag: "tag".to_owned(),
            personal: order.personal,
            command: order.command,
        };
        let decision = self.decide(&envelope);
        let events = match &decision {
            Ok(decision) => self.commit(decision.events.clone()),
            Err(_) => Vec::new(),
        };
        Happened {
            command_id: envelope.id,
            decision,
            events,
        }
    }

    /// Decides without committing: a preview.
    pub fn decide(&mut self, envelope: &Envelope) -> Result<Decision, Refusal> {
        let policy = Arc::clone(self.policies.adopted());
        let mut ctx = Context {
            now: self.now,
            ids: &mut self.ids,
            policies: &self.policies,
            positions: &self.positions,
            areas: self.areas.as_ref(),
        };
        decide(&mut ctx, &self.state, &policy, envelope)
    }

    /// Fires what is due now. Answers the events.
    pub fn catch_up(&mut self) -> Vec<RecordedEvent> {
        self.advance_to(self.now)
    }

    /// Moves the clock, firing due timers in their order, each at its own time. Answers the events.
    pub fn advance_to(&mut self, until: Instant) -> Vec<RecordedEvent> {
        let mut events = Vec::new();
        for n in 0.. {
            let Some(deadline) = next_deadline(&self.state).filter(|d| d.due <= until) else {
                break;
            };
            assert!(n < TIMERS_MAX, "timers fire without end: {deadline:?}");
            self.now = self.now.max(deadline.due);
            let happened = self.run((
                Actor::system(),
                Command::DeadlineReached {
                    timer: deadline.timer.clone(),
                    due: deadline.due,
                },
            ));
            match happened.decision {
                Ok(_) => {
                    assert!(
                        next_deadline(&self.state).as_ref() != Some(&deadline),
                        "the timer is still due after it was decided: {deadline:?}"
                    );
                    events.extend(happened.events);
                }
                Err(refusal) => panic!("the timer {deadline:?} was refused: {refusal}"),
            }
        }
        self.now = self.now.max(until);
        events
    }

    /// Moves the clock on by a span.
    pub fn advance(&mut self, by: Span) -> Vec<RecordedEvent> {
        self.advance_to(self.now + by)
    }

    /// Moves the clock on to the next `HH:MM` in the policy's zone that is not past, firing due timers.
    pub fn at(&mut self, clock: &str) -> &mut Self {
        let wanted: Time = clock.parse().expect("a clock time as 22:14");
        let calendar = self.policies.adopted().calendar();
        let today = calendar.date(self.now);
        let at = [Some(today), today.tomorrow().ok()]
            .into_iter()
            .flatten()
            .map(|date| calendar.at(date, wanted))
            .find(|at| *at >= self.now)
            .expect("tomorrow has every clock time");
        self.advance_to(at);
        self
    }

    /// Runs orders that must be accepted.
    pub fn given(&mut self, orders: impl IntoIterator<Item = Order>) -> &mut Self {
        for order in orders {
            let happened = self.run(order);
            if let Err(refusal) = happened.decision {
                panic!("what was given was refused: {refusal} {:?}", refusal.facts);
            }
        }
        self
    }

    /// Runs an order, to be looked at with [`Happened::then`] and its neighbours.
    pub fn when(&mut self, order: impl Into<Order>) -> Happened {
        self.run(order)
    }

    /// Applies the whole journal to an empty state: what a restart would have.
    pub fn replayed(&self) -> State {
        let first = self.journal.first().map_or_else(
            || self.state.tables.policy_id.clone(),
            |e| e.new.policy_id.clone(),
        );
        let mut state =
            State::from_tables(Tables::empty(self.state.tables.district.clone(), first));
        for event in &self.journal {
            apply(&mut state, event);
        }
        state
    }

    /// Stops unless a replay gives the live state, by both hashes.
    pub fn assert_replays(&self) {
        let replayed = self.replayed();
        assert_eq!(
            replayed.hash().expect("tables can be written"),
            self.state.hash().expect("tables can be written"),
            "the replayed state differs"
        );
        assert_eq!(
            replayed.details_hash().expect("details can be written"),
            self.state.details_hash().expect("details can be written"),
            "the replayed details differ"
        );
    }
}

impl Happened {
    /// The dotted kinds, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.events.iter().map(|e| e.new.event.kind()).collect()
    }

    /// Stops unless exactly these kinds happened, in this order.
    pub fn then(&self, kinds: &[&str]) -> &Self {
        if let Err(refusal) = &self.decision {
            panic!("refused: {refusal} {:?}", refusal.facts);
        }
        assert_eq!(self.kinds(), kinds);
        self
    }

    /// Stops unless every one of these kinds happened, in this order, with others between.
    pub fn then_among(&self, kinds: &[&str]) -> &Self {
        if let Err(refusal) = &self.decision {
            panic!("refused: {refusal} {:?}", refusal.facts);
        }
        let happened = self.kinds();
        let mut rest = happened.iter();
        for kind in kinds {
            assert!(
                rest.any(|known| known == kind),
                "{kind} is missing, or out of order, in {happened:?}"
            );
        }
        self
    }

    /// Stops unless none of these kinds happened.
    pub fn then_none_of(&self, kinds: &[&str]) -> &Self {
        let happened = self.kinds();
        for kind in kinds {
            assert!(!happened.contains(kind), "{kind} happened: {happened:?}");
        }
        self
    }

    /// Stops unless it was refused with this code and nothing happened.
    pub fn refused(&self, code: RefusalCode) -> &Self {
        match &self.decision {
            Err(refusal) => assert_eq!(refusal.code, code, "{:?}", refusal.facts),
            Ok(_) => panic!(
                "accepted, {} was expected: {:?}",
                code.as_str(),
                self.kinds()
            ),
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_evening_is_eight_o_clock_in_putuo_and_the_clock_goes_on_to_the_next_morning() {
        let mut district = District::putuo();
        assert_eq!(EVENING.to_string(), "2026-01-12T12:00:00.000Z");
        assert_eq!(
            district.at("22:14").now.to_string(),
            "2026-01-12T14:14:00.000Z"
        );
        assert_eq!(
            district.at("03:00").now.to_string(),
            "2026-01-12T19:00:00.000Z"
        );
    }

    #[test]
    fn every_street_has_a_patrol_in_its_middle_that_the_squares_give_to_it() {
        let district = District::putuo();
        let areas = district.areas.as_ref().unwrap();
        for (i, (code, _)) in STREETS.iter().enumerate() {
            let located = areas.locate(street_centre(i)).unwrap();
            assert_eq!((located.code, located.guessed), (*code, false));
        }
        assert_eq!(district.state.tables.units.len(), 11);
        district.assert_replays();
    }
}
