//! A decision in the making: a copy of the tables to which each new event is applied at once, so that the next rule
//! sees what the last one decided. Nothing of it is visible outside until the events are on disk.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::actor::Actor;
use model::case::Case;
use model::command::PersonalKind;
use model::deadline::{Addressee, Notice, NoticeAbout};
use model::details::{Details, RecordDetails};
use model::event::{Event, NewEvent, RecordedEvent};
use model::id::{CaseId, CommandId, NoticeId, PolicyId, QuoteId, RecordId, TaskId};
use model::reason::{Quote, Reason};
use model::refusal::{Refusal, RefusalCode};
use model::task::Task;
use model::time::Instant;
use policy::doubt::corrected_seen_at;
use policy::policy::Policy;
use spatial::metres::Metres;
use spatial::position::Position;
use uuid::Uuid;

use crate::apply::apply_to_tables;
use crate::context::Context;
use crate::settle::calls::WantedCall;
use crate::state::{After, NearOverlay, State};
use crate::tables::Tables;

/// Under which heading the next events are written: the command, or one operation of an outbox.
#[derive(Clone, Debug)]
pub(crate) struct Heading {
    pub command_id: CommandId,
    pub recorded_at: Option<Instant>,
    pub seen_seq: Option<u64>,
    pub content_tag: String,
    pub actor: Actor,
    pub personal: BTreeSet<PersonalKind>,
    /// Whether what is made now is a drill.
    pub drill: bool,
}

/// What a refused operation of an outbox has to give back.
pub(crate) struct Savepoint {
    tables: Tables,
    n_events: usize,
    concerned: BTreeSet<CaseId>,
    hands_changed: bool,
    ask_again: bool,
    n_wanted: usize,
    reconsider: BTreeSet<TaskId>,
    n_calls: usize,
    untaken: BTreeSet<CaseId>,
    touched: BTreeSet<CaseId>,
    drill: bool,
}

/// A decision in the making.
pub(crate) struct Draft<'a, 'c> {
    base: &'a State,
    /// The tables with everything decided so far.
    pub tables: Tables,
    /// The time, new ids, policies, positions.
    pub ctx: &'a mut Context<'c>,
    /// The adopted policy.
    pub policy: Arc<Policy>,
    /// What was decided so far.
    pub events: Vec<NewEvent>,
    /// The heading of the next event.
    pub heading: Heading,
    /// Roots whose consequences `settle` has to draw.
    pub concerned: BTreeSet<CaseId>,
    /// Whether units may have become free, or the waiting list changed, so that `settle` looks at it.
    pub hands_changed: bool,
    /// Whether units may be asked again for what they let lapse: a hand came or became free.
    pub ask_again: bool,
    /// Tasks that `settle` has to offer to a unit or to put on the list.
    pub wanted: Vec<Task>,
    /// Waiting tasks for which `settle` has to look for a hand, even if no hand became free.
    pub reconsider: BTreeSet<TaskId>,
    /// Calls that ladders make; `settle` makes one of those to one person.
    pub calls: Vec<WantedCall>,
    /// Cases whose last step fired and that nobody took.
    pub untaken: BTreeSet<CaseId>,
    /// Whether an outbox is decided: arrivals and outcomes count at the time they were recorded.
    pub in_sync: bool,
    /// What the sender's clock said when an outbox was sent, to correct its times by.
    pub sent_at: Option<Instant>,
    /// The tables after each of them.
    pub after: Vec<After>,
    touched: BTreeSet<CaseId>,
    pending: Details,
}

impl<'a, 'c> Draft<'a, 'c> {
    pub(crate) fn new(base: &'a State, ctx: &'a mut Context<'c>, heading: Heading) -> Self {
        let policy = Arc::clone(ctx.policies.of_case(&base.tables.policy_id));
        Self {
            base,
            tables: base.tables.clone(),
            policy,
            ctx,
            events: Vec::new(),
            heading,
            concerned: BTreeSet::new(),
            hands_changed: false,
            ask_again: false,
            wanted: Vec::new(),
            reconsider: BTreeSet::new(),
            calls: Vec::new(),
            untaken: BTreeSet::new(),
            in_sync: false,
            sent_at: None,
            after: Vec::new(),
            touched: BTreeSet::new(),
            pending: Details::new(),
        }
    }

    /// The time of this decision.
    pub(crate) fn now(&self) -> Instant {
        self.ctx.now
    }

    /// The committed state that the decision began with: "what did not exist before this command".
    pub(crate) fn before(&self) -> &Tables {
        &self.base.tables
    }

    /// When it happened, for what was made without signal: corrected for the sender's clock, never later
    /// than now.
    pub(crate) fn happened_at(&self) -> Instant {
        self.heading.recorded_at.map_or(self.ctx.now, |at| {
            corrected_seen_at(&self.policy, at, self.sent_at, self.ctx.now)
        })
    }

    /// A new id.
    pub(crate) fn new_id(&mut self) -> Uuid {
        self.ctx.ids.next_id()
    }

    /// The policy a case is graded under.
    pub(crate) fn policy_of(&self, case: &Case) -> Arc<Policy> {
        Arc::clone(self.ctx.policies.of_case(&case.policy_id))
    }

    /// Remembers where the decision stands.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            tables: self.tables.clone(),
            n_events: self.events.len(),
            concerned: self.concerned.clone(),
            hands_changed: self.hands_changed,
            ask_again: self.ask_again,
            n_wanted: self.wanted.len(),
            reconsider: self.reconsider.clone(),
            n_calls: self.calls.len(),
            untaken: self.untaken.clone(),
            touched: self.touched.clone(),
            drill: self.heading.drill,
        }
    }

    /// Gives back everything decided since: a refused operation adds no event.
    pub(crate) fn roll_back(&mut self, to: Savepoint) {
        self.tables = to.tables;
        self.events.truncate(to.n_events);
        self.after.truncate(to.n_events);
        self.concerned = to.concerned;
        self.hands_changed = to.hands_changed;
        self.ask_again = to.ask_again;
        self.wanted.truncate(to.n_wanted);
        self.reconsider = to.reconsider;
        self.calls.truncate(to.n_calls);
        self.untaken = to.untaken;
        self.touched = to.touched;
        self.heading.drill = to.drill;
        self.pending.clear();
    }

    /// Writes down an event: it is applied to the draft at once.
    pub(crate) fn push(&mut self, event: Event) {
        let details = std::mem::take(&mut self.pending);
        let policy_id = self.policy_id_for(&event);
        let new = NewEvent {
            command_id: self.heading.command_id,
            recorded_at: self.heading.recorded_at,
            content_tag: self.heading.content_tag.clone(),
            actor: self.heading.actor.account.clone(),
            policy_id,
            drill: self.heading.drill,
            event,
            details,
        };
        let recorded = RecordedEvent {
            district: self.tables.district.clone(),
            seq: self.tables.head + 1,
            at: self.ctx.now,
            new,
        };
        let touched = apply_to_tables(&mut self.tables, &recorded);
        self.touched.extend(touched.iter().copied());
        self.after.push(After {
            tables: self.tables.clone(),
            touched,
        });
        self.events.push(recorded.new);
    }

    fn policy_id_for(&self, event: &Event) -> PolicyId {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "all other events are judged under the adopted policy"
        )]
        match event {
            Event::CaseOpened { case } => case.policy_id.clone(),
            Event::CaseLevelChanged { policy_id, .. } => policy_id.clone(),
            _ => self.tables.policy_id.clone(),
        }
    }

    /// Puts erasable values beside the next event.
    pub(crate) fn attach(&mut self, record: RecordId, details: RecordDetails) {
        self.pending.entry(record).or_default().absorb(details);
    }

    /// Files the quoted facts of reasons under a record, beside the next event; the reasons keep a pointer.
    pub(crate) fn file(&mut self, record: RecordId, reasons: &mut [Reason]) {
        for reason in reasons {
            if reason.quoted.is_empty() {
                continue;
            }
            let id = QuoteId(self.ctx.ids.next_id());
            let quoted = std::mem::take(&mut reason.quoted);
            self.pending
                .entry(record)
                .or_default()
                .quotes
                .insert(id, quoted);
            reason.quote = Some(Quote { record, id });
        }
    }

    /// Files the quoted facts of a case's reasons under its newest record.
    pub(crate) fn file_for_case(&mut self, case: &Case, reasons: &mut [Reason]) {
        let record = case
            .sightings
            .last()
            .map(|id| RecordId::from(*id))
            .or(case.located_by);
        match record {
            Some(record) => self.file(record, reasons),
            None => reasons
                .iter_mut()
                .filter(|reason| !reason.quoted.is_empty())
                .for_each(|reason| reason.quoted.clear()),
        }
    }

    /// The case that answers for an id: itself or its survivor.
    ///
    /// # Errors
    /// `not_found`.
    pub(crate) fn root(&self, id: CaseId) -> Result<Arc<Case>, Refusal> {
        self.tables
            .root(id)
            .cloned()
            .ok_or_else(|| RefusalCode::NotFound.into())
    }

    /// A case as it stands in the draft.
    pub(crate) fn case(&self, id: CaseId) -> Option<Arc<Case>> {
        self.tables.cases.get(&id).cloned()
    }

    /// Asks `settle` to draw the consequences for a case.
    pub(crate) fn concern(&mut self, id: CaseId) {
        if let Some(root) = self.tables.root(id) {
            self.concerned.insert(root.id);
        }
    }

    /// Refuses a decision made on something that changed since it was seen. An offline operation is never refused
    /// for this: it is kept and labelled.
    ///
    /// # Errors
    /// `case_changed`, with the seq.
    pub(crate) fn check_seen(&self, case: &Case) -> Result<(), Refusal> {
        match self.heading.seen_seq {
            Some(seen) if !self.in_sync && case.seq > seen => {
                Err(Refusal::new(RefusalCode::CaseChanged)
                    .with("case_id", case.id.to_string())
                    .with("seq", case.seq)
                    .with("seen_seq", seen))
            }
            _ => Ok(()),
        }
    }

    /// Whether a case was not there when this decision began.
    pub(crate) fn is_new(&self, id: CaseId) -> bool {
        !self.base.tables.cases.contains_key(&id)
    }

    /// Active cases within a radius, nearest first, then by id.
    pub(crate) fn cases_within(&self, of: Position, radius: Metres) -> Vec<(CaseId, Metres)> {
        NearOverlay {
            base: self.base,
            touched: &self.touched,
            tables: &self.tables,
        }
        .within(of, radius)
    }

    /// Writes what follows for a case that is, or is not, a drill: every event says which.
    pub(crate) fn marked<R>(&mut self, drill: bool, act: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.heading.drill, drill);
        let result = act(self);
        self.heading.drill = before;
        result
    }

    /// Queues a notice for somebody. The rest of it may be filled by the caller before it is pushed.
    pub(crate) fn notice(&mut self, addressee: Addressee, about: NoticeAbout) -> Notice {
        Notice {
            id: NoticeId(self.new_id()),
            addressee,
            about,
            case_id: None,
            escalation_id: None,
            task_id: None,
            unit: None,
            step: None,
            cases: Vec::new(),
            queued_at: self.ctx.now,
            ended: None,
            drill: self.heading.drill,
        }
    }
}
