//! The outbox of a phone: one command of many operations, each checked for repeats by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dispatch::OperationResult;
use model::command::{Command, Operation};
use model::event::RecordedEvent;
use model::id::{AccountName, CommandId, RecordId};
use serde_json::Value;

use super::DistrictLoop;
use super::batch::{Batch, envelope_of};
use super::repeats::First;
use crate::answers;
use crate::submission::{
    Answer, OperationEnd, OperationOutcome, PersonalField, Submission, SubmitError,
};

impl DistrictLoop {
    /// The operations of a phone are one command; each is checked for repeats by itself.
    pub(super) async fn decide_outbox(
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
                    let own: Vec<Arc<RecordedEvent>> = events
                        .iter()
                        .filter(|event| event.new.command_id == result.id)
                        .cloned()
                        .collect();
                    let said = self.said(own);
                    let body = said.value();
                    if let Some(last) = said.events.last().cloned() {
                        let first = First {
                            content_tag: last.new.content_tag.clone(),
                            account: account.clone(),
                            said,
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
                        .map_or(Value::Null, |first| first.said.value()),
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
}
