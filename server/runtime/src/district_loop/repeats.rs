//! Repeats: a command that was accepted gets its first answer again, rebuilt from its rows; other content or another
//! account under its id is refused.

use std::sync::Arc;

use model::command::Command;
use model::id::{AccountName, CommandId, RecordId};
use model::refusal::{Refusal, RefusalCode};

use super::DistrictLoop;
use super::batch::Batch;
use crate::answers::{self, Said};
use crate::fault::{RuntimeFault, chain_of};
use crate::policies::hex;
use crate::rows;
use crate::submission::{PersonalField, SubmitError, Unavailable};

/// What is known of a command's first acceptance: enough to tell a repeat from a reuse, and its answer.
#[derive(Clone)]
pub(super) struct First {
    pub content_tag: String,
    pub account: AccountName,
    pub said: Said,
    pub seq: u64,
}

impl DistrictLoop {
    /// The first acceptance of a command, from this batch or from the journal.
    pub(super) async fn first_of(
        &self,
        id: CommandId,
        batch: &Batch,
    ) -> Result<Option<First>, SubmitError> {
        if let Some(first) = batch.firsts.get(&id) {
            return Ok(Some(first.clone()));
        }
        if !self.known.contains(&id) {
            return Ok(None);
        }
        let unavailable = |fault: RuntimeFault| {
            tracing::error!(command.id = %id, fault = %chain_of(&fault), "The first answer cannot be read");
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
            events.push(Arc::new(read.event));
        }
        let Some(last) = events.last().cloned() else {
            return Ok(None);
        };
        Ok(Some(First {
            content_tag: last.new.content_tag.clone(),
            account: last.new.actor.clone(),
            said: Said {
                erased,
                ..self.said(events)
            },
            seq: last.seq,
        }))
    }

    /// The tag by which the content of two commands is compared.
    pub(super) fn content_tag<'a>(
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

    /// The record of a new command must not be there yet: its fields would be overwritten. Records are one shelf for
    /// all districts of an installation, so another district may have it.
    pub(super) async fn check_record_is_new(
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
}
