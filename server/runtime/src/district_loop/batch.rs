//! One batch: due timers, then each command, decided and applied on the working state. What was decided is sealed
//! here and committed by `commit`.

use std::collections::BTreeMap;
use std::sync::Arc;

use dispatch::projections::shown::Shown;
use dispatch::{After, Context, Decision};
use journal::row::Entry;
use journal::store::{PersonalField as SealedField, StoreWrite};
use model::command::{Command, Envelope};
use model::event::{Event, NewEvent, RecordedEvent};
use model::id::{CaseId, CommandId};
use model::refusal::{Refusal, RefusalCode};
use serde_json::Value;
use tokio::sync::oneshot;

use super::DistrictLoop;
use super::repeats::First;
use crate::answers::{self, Said, Unbuilt};
use crate::fault::RuntimeFault;
use crate::feed::Committed;
use crate::handle::Waiting;
use crate::rows;
use crate::submission::{Answer, PersonalField, Submission, SubmitError, Unavailable};

/// Who waits, and for what.
pub(super) type Reply = (
    oneshot::Sender<Result<Unbuilt, SubmitError>>,
    Result<Unbuilt, SubmitError>,
);

/// Everything that becomes one commit.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) entries: Vec<Entry>,
    pub(super) committed: Vec<Committed>,
    pub(super) writes: Vec<StoreWrite>,
    pub(super) replies: Vec<Reply>,
    /// Commands accepted in this very batch.
    pub(super) firsts: BTreeMap<CommandId, First>,
    /// Set when policy or streets change: the next command needs them loaded.
    pub(super) reload: bool,
    /// Set when something could not be sealed: nothing of the batch may be committed.
    pub(super) spoilt: bool,
}

impl Batch {
    pub(super) fn n_events(&self) -> usize {
        self.entries.len()
    }
}

impl DistrictLoop {
    /// Fires what is due, decides what was taken, commits.
    pub(super) async fn run_batch(&mut self) {
        let mut batch = Batch::default();
        self.look_at_clock();
        if self.policies.has_more_than(&self.book) {
            // A policy that was just kept can be adopted by the next command.
            self.book = Arc::new(self.policies.book(&self.state.tables.policy_id));
        }
        self.fire_timers(&mut batch);
        let mut n_taken = 0_u64;
        while !batch.reload && !batch.spoilt {
            let Some(waiting) = self.carried.pop_front() else {
                break;
            };
            n_taken += 1;
            self.take_one(waiting, &mut batch).await;
        }
        if n_taken > 0 {
            self.shared.metrics.batch_size.set(n_taken);
        }
        self.commit(batch).await;
    }

    async fn take_one(&mut self, waiting: Waiting, batch: &mut Batch) {
        let Waiting { submission, reply } = waiting;
        let outcome = if submission.preview {
            self.preview(submission).map(Unbuilt::from)
        } else if matches!(submission.command, Command::Sync { .. }) {
            let answer = self.decide_outbox(submission, batch).await;
            answer.map(Unbuilt::from)
        } else {
            self.decide_one(submission, batch).await
        };
        match &outcome {
            Ok(unbuilt) if unbuilt.answer.first_time => self.shared.metrics.n_accepted.count(),
            Ok(_) => self.shared.metrics.n_repeated.count(),
            Err(SubmitError::Refused(_)) => self.shared.metrics.n_refused.count(),
            Err(SubmitError::Unavailable(_)) => self.shared.metrics.n_storage_unavailable.count(),
        }
        #[cfg(feature = "planted")]
        if self
            .config
            .plants(crate::config::Planted::AnswerBeforeCommit)
        {
            let _ = reply.send(outcome);
            return;
        }
        batch.replies.push((reply, outcome));
    }

    /// Says what would happen, and keeps nothing of it.
    fn preview(&mut self, submission: Submission) -> Result<Answer, SubmitError> {
        let envelope = envelope_of(submission, String::new());
        let decision = self.decide(&envelope)?;
        let before = &self.state.tables;
        let tables = decision.after.last().map_or(before, After::tables);
        let mut seq = before.head;
        let at = self.now;
        let mut events = Vec::new();
        for new in decision.events {
            seq += 1;
            events.push(RecordedEvent {
                district: self.shared.id.clone(),
                seq,
                at,
                new,
            });
        }
        Ok(Answer {
            value: answers::preview(&self.book, tables, &events),
            first_time: true,
            seq,
            operations: Vec::new(),
        })
    }

    async fn decide_one(
        &mut self,
        submission: Submission,
        batch: &mut Batch,
    ) -> Result<Unbuilt, SubmitError> {
        let content_tag = self.content_tag(&submission.command, submission.personal.iter())?;
        let id = submission.id;
        if let Some(first) = self.first_of(id, batch).await? {
            return if first.content_tag == content_tag && first.account == submission.actor.account
            {
                Ok(self.unbuilt(first.said, first.seq, false))
            } else {
                Err(answers::reused(&submission.command).into())
            };
        }
        self.check_record_is_new(&submission.command, id).await?;
        let personal = submission.personal.clone();
        let envelope = envelope_of(submission, content_tag.clone());
        let decision = self.decide(&envelope)?;
        let events = self.accept(decision, personal.iter(), batch)?;
        let seq = self.state.tables.head;
        let said = self.said(events);
        if !said.events.is_empty() {
            let first = First {
                content_tag,
                account: envelope.actor.account,
                said: said.clone(),
                seq,
            };
            batch.firsts.insert(id, first);
        }
        Ok(self.unbuilt(said, seq, true))
    }

    /// What the answer to a command with these events is built from.
    pub(super) fn said(&self, events: Vec<Arc<RecordedEvent>>) -> Said {
        Said {
            book: Arc::clone(&self.book),
            tables: self.state.tables.clone(),
            events,
            erased: false,
        }
    }

    fn unbuilt(&self, said: Said, seq: u64, first_time: bool) -> Unbuilt {
        Unbuilt {
            answer: Answer {
                value: Value::Null,
                first_time,
                seq,
                operations: Vec::new(),
            },
            said: Some(said),
        }
    }

    /// Asks the core.
    pub(super) fn decide(&mut self, envelope: &Envelope) -> Result<Decision, Refusal> {
        let positions = self.shared.positions.seen();
        let mut ctx = Context {
            now: self.now,
            ids: &mut self.ids,
            policies: &self.book,
            positions: &positions,
            areas: self.areas.as_deref().map(|known| &known.areas),
        };
        dispatch::decide(&mut ctx, &self.state, self.book.adopted(), envelope)
            .map_err(|refusal| self.with_timeline(refusal))
    }

    /// A decision made on something that changed since it was seen is refused with what happened since.
    fn with_timeline(&self, refusal: Refusal) -> Refusal {
        let text = |name: &str| refusal.facts.get(name).and_then(Value::as_str);
        let case_id = text("case_id").and_then(|id| id.parse().ok()).map(CaseId);
        let seen = refusal.facts.get("seen_seq").and_then(Value::as_u64);
        let (RefusalCode::CaseChanged, Some(case_id), Some(seen)) = (refusal.code, case_id, seen)
        else {
            return refusal;
        };
        let since: Vec<_> = Shown::new(&self.state.tables, &self.book)
            .case(case_id)
            .map(|case| case.timeline)
            .unwrap_or_default()
            .into_iter()
            .filter(|line| line.seq > seen)
            .collect();
        match serde_json::to_value(since) {
            Ok(since) => refusal.with("timeline", since),
            Err(_) => refusal,
        }
    }

    /// Puts what was decided into the batch and onto the working state.
    pub(super) fn accept<'a>(
        &mut self,
        decision: Decision,
        personal: impl Iterator<Item = &'a PersonalField>,
        batch: &mut Batch,
    ) -> Result<Vec<Arc<RecordedEvent>>, SubmitError> {
        let at = self.now;
        let mut events = Vec::with_capacity(decision.events.len());
        let mut is_as_decided = true;
        for (mut new, after) in decision.events.into_iter().zip(decision.after) {
            // What was erased stays erased: a late quote of it is not written down.
            let erased = &self.state.tables.erased;
            let n_details = new.details.len();
            new.details.retain(|record, _| !erased.contains(record));
            is_as_decided &= new.details.len() == n_details;
            let sealed = rows::entry_of(&new, at, &mut self.keys, &mut batch.writes);
            match sealed {
                Ok(entry) => batch.entries.push(entry),
                Err(fault) => return Err(spoil(batch, &fault)),
            }
            batch.note_consequences(&new);
            let recorded = Arc::new(RecordedEvent {
                district: self.shared.id.clone(),
                seq: self.state.tables.head + 1,
                at,
                new,
            });
            if is_as_decided {
                self.state.advance(after);
            } else {
                dispatch::apply(&mut self.state, &recorded);
            }
            batch.committed.push(Committed {
                event: Arc::clone(&recorded),
                after: self.state.tables.clone(),
            });
            events.push(recorded);
        }
        if !events.is_empty() {
            for field in personal {
                let sealed = self.keys.seal(
                    field.record.0,
                    field.kind.as_str(),
                    field.text.as_bytes(),
                    &mut batch.writes,
                );
                match sealed {
                    Ok(sealed) => batch.writes.push(StoreWrite::PutPersonal(SealedField {
                        record: field.record.0,
                        field: field.kind.as_str().to_owned(),
                        sealed: sealed.into(),
                    })),
                    Err(source) => {
                        let doing = "sealing a personal field";
                        return Err(spoil(batch, &RuntimeFault::Vault { doing, source }));
                    }
                }
            }
        }
        Ok(events)
    }
}

impl Batch {
    /// What an event makes the program do in the same commit, or before the next command.
    fn note_consequences(&mut self, new: &NewEvent) {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only these are done by the loop itself; the others are driven from the state"
        )]
        match &new.event {
            Event::DetailsErased { records, .. } => {
                for record in records {
                    self.writes.push(StoreWrite::DeleteKey { record: record.0 });
                    self.writes
                        .push(StoreWrite::DeletePersonal { record: record.0 });
                }
            }
            Event::PersonalErased { records, .. } => {
                let gone = records
                    .iter()
                    .map(|record| StoreWrite::DeletePersonal { record: record.0 });
                self.writes.extend(gone);
            }
            Event::JurisdictionsAdopted { .. } | Event::PolicyAdopted { .. } => {
                self.reload = true;
            }
            _ => {}
        }
    }
}

fn spoil(batch: &mut Batch, fault: &RuntimeFault) -> SubmitError {
    tracing::error!(fault = %crate::fault::chain_of(fault), "A batch cannot be sealed");
    batch.spoilt = true;
    Unavailable::STORAGE.into()
}

pub(super) fn envelope_of(submission: Submission, content_tag: String) -> Envelope {
    Envelope {
        id: submission.id,
        actor: submission.actor,
        recorded_at: submission.recorded_at,
        seen_seq: submission.seen_seq,
        content_tag,
        personal: submission.personal.iter().map(|field| field.kind).collect(),
        command: submission.command,
    }
}
