//! One batch: decide each command on the working state, commit everything at once, then answer and publish.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dispatch::projections::shown::Shown;
use dispatch::{Context, Decision, OperationResult, Tables};
use journal::chain;
use journal::fault::Fault;
use journal::journal::Batch as JournalBatch;
use journal::row::Entry;
use journal::store::{PersonalField as SealedField, StoreWrite};
use model::command::{Command, Envelope, Operation};
use model::event::{Event, NewEvent, RecordedEvent};
use model::id::{AccountName, CaseId, CommandId, RecordId};
use model::refusal::{Refusal, RefusalCode};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant as TokioInstant;

use super::DistrictLoop;
use crate::answers;
use crate::fault::RuntimeFault;
use crate::feed::{Committed, FeedCall};
use crate::handle::Waiting;
use crate::policies::hex;
use crate::published::{Published, load_areas};
use crate::rows;
use crate::submission::{
    Answer, OperationEnd, OperationOutcome, PersonalField, Submission, SubmitError, Unavailable,
};

/// What is known of a command's first acceptance: enough to tell a repeat from a reuse, and its answer.
#[derive(Clone)]
struct First {
    content_tag: String,
    account: AccountName,
    answer: Value,
    seq: u64,
}

type Reply = (
    oneshot::Sender<Result<Answer, SubmitError>>,
    Result<Answer, SubmitError>,
);

/// Everything that becomes one commit.
#[derive(Default)]
pub(super) struct Batch {
    entries: Vec<Entry>,
    committed: Vec<Committed>,
    writes: Vec<StoreWrite>,
    replies: Vec<Reply>,
    firsts: BTreeMap<CommandId, First>,
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
            self.preview(submission)
        } else if matches!(submission.command, Command::Sync { .. }) {
            self.decide_outbox(submission, batch).await
        } else {
            self.decide_one(submission, batch).await
        };
        match &outcome {
            Ok(answer) if answer.first_time => self.shared.metrics.n_accepted.count(),
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
        let mut state = self.state.clone();
        let mut seq = state.tables.head;
        let at = self.now;
        let mut events = Vec::new();
        for new in decision.events {
            seq += 1;
            let recorded = RecordedEvent {
                district: self.shared.id.clone(),
                seq,
                at,
                new,
            };
            dispatch::apply(&mut state, &recorded);
            events.push(recorded);
        }
        Ok(Answer {
            value: answers::preview(&self.book, &state.tables, &events),
            first_time: true,
            seq,
            operations: Vec::new(),
        })
    }

    async fn decide_one(
        &mut self,
        submission: Submission,
        batch: &mut Batch,
    ) -> Result<Answer, SubmitError> {
        let content_tag = self.content_tag(&submission.command, submission.personal.iter())?;
        let id = submission.id;
        if let Some(first) = self.first_of(id, batch).await? {
            return if first.content_tag == content_tag && first.account == submission.actor.account
            {
                Ok(Answer {
                    value: first.answer,
                    first_time: false,
                    seq: first.seq,
                    operations: Vec::new(),
                })
            } else {
                Err(answers::reused(&submission.command).into())
            };
        }
        self.check_record_is_new(&submission.command, id).await?;
        let personal = submission.personal.clone();
        let envelope = envelope_of(submission, content_tag.clone());
        let decision = self.decide(&envelope)?;
        let events = self.accept(decision, personal.iter(), batch)?;
        let answer = Answer {
            value: answers::answer(&self.book, &self.state.tables, &events),
            first_time: true,
            seq: self.state.tables.head,
            operations: Vec::new(),
        };
        if !events.is_empty() {
            let first = First {
                content_tag,
                account: envelope.actor.account,
                answer: answer.value.clone(),
                seq: answer.seq,
            };
            batch.firsts.insert(id, first);
        }
        Ok(answer)
    }

    /// The operations of a phone are one command; each is checked for repeats by itself.
    async fn decide_outbox(
        &mut self,
        submission: Submission,
        batch: &mut Batch,
    ) -> Result<Answer, SubmitError> {
        let mut firsts: BTreeMap<CommandId, First> = BTreeMap::new();
        let personal = submission.personal.clone();
        let account = submission.actor.account.clone();
        let mut envelope = envelope_of(submission, String::new());
        // The outbox as a whole is never repeated: its operations are.
        envelope.id = CommandId(dispatch::IdSource::next_id(&mut self.ids));
        let mut seen: BTreeMap<CommandId, String> = BTreeMap::new();
        let mut records: BTreeMap<CommandId, RecordId> = BTreeMap::new();
        if let Command::Sync { operations, .. } = &mut envelope.command {
            for operation in operations {
                let first = self
                    .look_at_operation(operation, &account, &personal, &mut seen, batch)
                    .await?;
                if let Some(first) = first {
                    firsts.insert(operation.id, first);
                }
                if let Ok(command) = &operation.command {
                    records.insert(operation.id, command.record(operation.id));
                }
            }
        }
        let decision = self.decide(&envelope)?;
        let results = decision.operations.clone();
        let accepted: BTreeSet<RecordId> = results
            .iter()
            .filter(|answer| answer.result == OperationResult::Accepted)
            .filter_map(|answer| records.get(&answer.id).copied())
            .collect();
        let kept = personal
            .iter()
            .filter(|field| accepted.contains(&field.record));
        let events = self.accept(decision, kept, batch)?;
        let mut operations = Vec::with_capacity(results.len());
        for result in results {
            let end = match result.result {
                OperationResult::Accepted => {
                    let own: Vec<RecordedEvent> = events
                        .iter()
                        .filter(|event| event.new.command_id == result.id)
                        .cloned()
                        .collect();
                    let body = answers::answer(&self.book, &self.state.tables, &own);
                    if let Some(last) = own.last() {
                        let first = First {
                            content_tag: last.new.content_tag.clone(),
                            account: account.clone(),
                            answer: body.clone(),
                            seq: last.seq,
                        };
                        batch.firsts.insert(result.id, first);
                    }
                    OperationEnd::Accepted {
                        body,
                        first_time: true,
                    }
                }
                OperationResult::Repeated => OperationEnd::Accepted {
                    // The same operation twice in one outbox has the answer that its first got.
                    body: firsts
                        .get(&result.id)
                        .or_else(|| batch.firsts.get(&result.id))
                        .map_or(Value::Null, |first| first.answer.clone()),
                    first_time: false,
                },
                OperationResult::Refused(refusal) => OperationEnd::Refused(refusal),
                OperationResult::Held => OperationEnd::Held,
            };
            operations.push(OperationOutcome {
                id: result.id,
                result: end,
                label: result.label,
            });
        }
        Ok(Answer {
            value: Value::Null,
            first_time: true,
            seq: self.state.tables.head,
            operations,
        })
    }

    /// Tags one operation and finds out whether it is a repeat.
    async fn look_at_operation(
        &mut self,
        operation: &mut Operation,
        account: &AccountName,
        personal: &[PersonalField],
        seen: &mut BTreeMap<CommandId, String>,
        batch: &Batch,
    ) -> Result<Option<First>, SubmitError> {
        operation.repeated = false;
        let Ok(command) = &operation.command else {
            return Ok(None);
        };
        let record = command.record(operation.id);
        let fields = || personal.iter().filter(|field| field.record == record);
        operation.content_tag = self.content_tag(command, fields())?;
        operation.personal = fields().map(|field| field.kind).collect();
        let first = self.first_of(operation.id, batch).await?;
        let same = match (&first, seen.get(&operation.id)) {
            (Some(first), _) => {
                Some(first.content_tag == operation.content_tag && first.account == *account)
            }
            (None, Some(tag)) => Some(*tag == operation.content_tag),
            (None, None) => None,
        };
        match same {
            Some(true) => operation.repeated = true,
            Some(false) => operation.command = Err(answers::reused(command).into()),
            None => match self.check_record_is_new(command, operation.id).await {
                Ok(()) => {
                    seen.insert(operation.id, operation.content_tag.clone());
                }
                Err(SubmitError::Refused(refusal)) => operation.command = Err(refusal),
                Err(unavailable) => return Err(unavailable),
            },
        }
        Ok(first)
    }

    /// The record of a new command must not be there yet: its fields would be overwritten. Records are one shelf for
    /// all districts of an installation, so another district may have it.
    async fn check_record_is_new(
        &self,
        command: &Command,
        id: CommandId,
    ) -> Result<(), SubmitError> {
        let record = command.record(id);
        let here = self.keys.has(record.0)
            || self.keys.makes(record.0)
            || self.taken.contains(&record)
            || self.state.tables.erased.contains(&record);
        let elsewhere = !here && !self.shared.alone && {
            let key = self.shared.store.key(record.0).await;
            key.map_err(|_| Unavailable::STORAGE)?.is_some()
        };
        if here || elsewhere {
            return Err(answers::reused(command).into());
        }
        Ok(())
    }

    /// The first acceptance of a command, from this batch or from the journal.
    async fn first_of(&self, id: CommandId, batch: &Batch) -> Result<Option<First>, SubmitError> {
        if let Some(first) = batch.firsts.get(&id) {
            return Ok(Some(first.clone()));
        }
        if !self.known.contains(&id) {
            return Ok(None);
        }
        let unavailable = |fault: RuntimeFault| {
            tracing::error!(command.id = %id, fault = %crate::fault::chain_of(&fault), "The first answer cannot be read");
            SubmitError::from(Unavailable::STORAGE)
        };
        let rows = self
            .journal
            .rows_of_command(self.shared.id.as_str(), id.0)
            .await
            .map_err(|source| {
                unavailable(RuntimeFault::Journal {
                    doing: "reading a command's rows",
                    source,
                })
            })?;
        let mut events = Vec::with_capacity(rows.len());
        let mut erased = false;
        for row in &rows {
            let read = rows::event_of(row, &self.keys).map_err(unavailable)?;
            erased |= !read.absent.is_empty();
            events.push(read.event);
        }
        let Some(last) = events.last() else {
            return Ok(None);
        };
        let mut answer = answers::answer(&self.book, &self.state.tables, &events);
        if erased && let Value::Object(members) = &mut answer {
            members.insert("details_erased".to_owned(), Value::Bool(true));
        }
        Ok(Some(First {
            content_tag: last.new.content_tag.clone(),
            account: last.new.actor.clone(),
            answer,
            seq: last.seq,
        }))
    }

    /// The tag by which the content of two commands is compared.
    fn content_tag<'a>(
        &self,
        command: &Command,
        personal: impl Iterator<Item = &'a PersonalField>,
    ) -> Result<String, Refusal> {
        let mut fields: Vec<(RecordId, &str, &str)> = personal
            .map(|field| (field.record, field.kind.as_str(), field.text.as_str()))
            .collect();
        fields.sort_unstable();
        let content = serde_json::to_vec(&(command, fields)).map_err(|fault| {
            tracing::error!(%fault, "A command cannot be written as JSON");
            Refusal::from(RefusalCode::Internal)
        })?;
        Ok(hex(&self
            .keys
            .ring()
            .content_tag(self.shared.id.as_str(), &content)))
    }

    /// Asks the core.
    pub(super) fn decide(&mut self, envelope: &Envelope) -> Result<Decision, Refusal> {
        let positions = self.shared.positions.seen();
        let mut ctx = Context {
            now: self.now,
            ids: &mut self.ids,
            policies: &self.book,
            positions: &positions,
            areas: self.areas.as_deref(),
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
    ) -> Result<Vec<RecordedEvent>, SubmitError> {
        let at = self.now;
        let mut events = Vec::with_capacity(decision.events.len());
        for mut new in decision.events {
            // What was erased stays erased: a late quote of it is not written down.
            let erased = &self.state.tables.erased;
            new.details.retain(|record, _| !erased.contains(record));
            let sealed = rows::entry_of(&new, at, &mut self.keys, &mut batch.writes);
            match sealed {
                Ok(entry) => batch.entries.push(entry),
                Err(fault) => return Err(spoil(batch, &fault)),
            }
            batch.note_consequences(&new);
            let recorded = RecordedEvent {
                district: self.shared.id.clone(),
                seq: self.state.tables.head + 1,
                at,
                new,
            };
            dispatch::apply(&mut self.state, &recorded);
            batch.committed.push(Committed {
                event: Arc::new(recorded.clone()),
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

    /// Commits, and only then answers, publishes and acts.
    async fn commit(&mut self, batch: Batch) {
        let Batch {
            entries,
            committed,
            writes,
            replies,
            reload,
            spoilt,
            ..
        } = batch;
        if spoilt {
            self.fail(replies);
            return;
        }
        if entries.is_empty() && writes.is_empty() {
            answer_all(replies);
            return;
        }
        let ids: BTreeSet<CommandId> = committed
            .iter()
            .map(|one| one.event.new.command_id)
            .collect();
        let rows = chain::link(self.shared.id.as_str(), self.head, entries);
        let started = TokioInstant::now();
        let appended = self
            .journal
            .append(JournalBatch {
                district: self.shared.id.0.clone(),
                expected_head: self.head,
                rows,
                store: writes,
            })
            .await;
        let metrics = &self.shared.metrics;
        let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        metrics.n_commits.count();
        metrics.commit_us.set(took);
        metrics.commit_us_total.add(took);
        match appended {
            Ok(head) => {
                self.head = head;
                self.known.extend(ids);
                self.keys.keep_made();
                self.committed(committed, reload).await;
                answer_all(replies);
            }
            Err(fault) => {
                metrics.n_commits_failed.count();
                if let Fault::KeyPresent { record } = &fault {
                    // Another district took it a moment ago: the same again would fail every commit.
                    self.taken.insert(RecordId(*record));
                }
                tracing::error!(
                    district.id = %self.shared.id,
                    fault = %crate::fault::chain_of(&fault),
                    "A commit failed; the working state is rebuilt from what is on disk"
                );
                self.fail(replies);
            }
        }
    }

    /// Nothing of the batch is to be believed until the journal was read again.
    fn fail(&mut self, replies: Vec<Reply>) {
        self.keys.drop_made();
        self.set_doubtful(true);
        #[cfg(feature = "planted")]
        if self
            .config
            .plants(crate::config::Planted::StateKeptAfterFailedCommit)
        {
            self.set_doubtful(false);
        }
        for (reply, _) in replies {
            self.shared.metrics.n_storage_unavailable.count();
            // The sender may have gone.
            let _ = reply.send(Err(Unavailable::STORAGE.into()));
        }
    }

    /// Tells everybody what is on disk now.
    pub(super) async fn committed(&mut self, committed: Vec<Committed>, reload: bool) {
        for one in &committed {
            if let Event::DetailsErased { records, .. } = &one.event.new.event {
                for record in records {
                    self.keys.forget(record.0);
                }
            }
        }
        if reload {
            self.reload().await;
        }
        let n = u64::try_from(committed.len()).unwrap_or(u64::MAX);
        self.n_since_snapshot += n;
        self.shared.metrics.n_events.add(n);
        self.shared.metrics.head.set(self.head.seq);
        self.publish(&self.state.tables.clone());
        if !committed.is_empty() {
            // The feed never waits for its readers, so this wait is short; when it has ended nobody listens.
            let _ = self.shared.feed.send(FeedCall::Committed(committed)).await;
        }
    }

    fn publish(&self, tables: &Tables) {
        self.shared.published.store(Arc::new(Published {
            tables: tables.clone(),
            head: self.head,
            policies: Arc::clone(&self.book),
            areas: self.areas.clone(),
        }));
        self.shared.head.send_replace(self.head.seq);
    }

    /// Loads the book and the streets that the state names. A disk that fails leaves what is known.
    async fn reload(&mut self) {
        self.book = Arc::new(self.policies.book(&self.state.tables.policy_id));
        match load_areas(&*self.shared.store, &self.state.tables).await {
            Ok(areas) => self.areas = areas,
            Err(fault) => {
                tracing::error!(fault = %crate::fault::chain_of(&fault), "The streets cannot be loaded; the earlier ones stay");
            }
        }
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

fn envelope_of(submission: Submission, content_tag: String) -> Envelope {
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

fn answer_all(replies: Vec<Reply>) {
    for (reply, outcome) in replies {
        // The sender may have gone; what was decided stands.
        let _ = reply.send(outcome);
    }
}
