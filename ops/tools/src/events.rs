//! Rows of a journal as events and back: the body in plain, the details sealed for each record. For reading beside a
//! running server, and for the journal that a virtual night writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use journal::journal::Archive;
use journal::row::{Entry, Erasable, Row, SealedPart};
use journal::store::StoreWrite;
use model::codec::{self, Body};
use model::details::Details;
use model::event::{NewEvent, RecordedEvent};
use model::id::{AccountName, CommandId, DistrictId, PolicyId, RecordId};
use model::time::Instant;
use uuid::Uuid;
use vault::randomness::Randomness;
use vault::record::{self, Belonging, RecordKey};
use vault::ring::KeyRing;

use crate::fault::ToolFault;

/// What sealed details are for.
const DETAILS: &str = "details";
/// How many keys are read at once.
const N_KEYS_A_READ: u32 = 4_096;

/// Keys of records, known or just made.
pub(crate) struct Seals {
    ring: KeyRing,
    randomness: Arc<dyn Randomness>,
    keys: BTreeMap<Uuid, RecordKey>,
}

impl Seals {
    pub(crate) fn new(ring: KeyRing, randomness: Arc<dyn Randomness>) -> Self {
        Self {
            ring,
            randomness,
            keys: BTreeMap::new(),
        }
    }

    /// Seals something of a record; a record without a key gets one, whose wrapping is added to the writes.
    pub(crate) fn seal(
        &mut self,
        record: Uuid,
        purpose: &str,
        plaintext: &[u8],
        writes: &mut Vec<StoreWrite>,
    ) -> Result<Vec<u8>, ToolFault> {
        let fault = ToolFault::vault("sealing");
        if let Some(key) = self.keys.get(&record) {
            return record::seal(
                key,
                Belonging { record, purpose },
                plaintext,
                &*self.randomness,
            )
            .map_err(fault);
        }
        let key = RecordKey::new(&*self.randomness).map_err(&fault)?;
        let wrapped = self
            .ring
            .wrap(record, &key, &*self.randomness)
            .map_err(&fault)?;
        writes.push(StoreWrite::AddKey {
            record,
            wrapped: Bytes::from(wrapped),
        });
        let sealed = record::seal(
            &key,
            Belonging { record, purpose },
            plaintext,
            &*self.randomness,
        )
        .map_err(&fault)?;
        self.keys.insert(record, key);
        Ok(sealed)
    }

    /// Writes one event as an entry.
    pub(crate) fn entry_of(
        &mut self,
        event: &NewEvent,
        at: Instant,
        writes: &mut Vec<StoreWrite>,
    ) -> Result<Entry, ToolFault> {
        let body = codec::encode(&Body {
            event: event.event.clone(),
            content_tag: event.content_tag.clone(),
            recorded_at: event.recorded_at,
        })
        .map_err(ToolFault::writing("an event"))?;
        let mut parts = Vec::with_capacity(event.details.len());
        for (record, details) in &event.details {
            let plain = serde_json::to_vec(details).map_err(ToolFault::writing("details"))?;
            parts.push(SealedPart {
                record: record.0,
                sealed: self.seal(record.0, DETAILS, &plain, writes)?,
            });
        }
        Ok(Entry {
            command_id: event.command_id.0,
            at_ms: at.as_ms(),
            recorded_at_ms: event.recorded_at.unwrap_or(at).as_ms(),
            actor: event.actor.0.clone(),
            policy_id: event.policy_id.0.clone(),
            drill: event.drill,
            kind: event.event.kind().to_owned(),
            version: codec::VERSION,
            body: Bytes::from(body),
            erasable: Erasable::of(&parts),
        })
    }
}

/// The keys by which the details of a journal open. Without the installation key there are none, and every detail is
/// absent.
#[derive(Default)]
pub(crate) struct Opener {
    keys: BTreeMap<Uuid, RecordKey>,
}

impl Opener {
    /// Reads the keys of an archive.
    pub(crate) async fn load(
        archive: &dyn Archive,
        ring: Option<&KeyRing>,
    ) -> Result<Self, ToolFault> {
        let mut opener = Self::default();
        let Some(ring) = ring else {
            return Ok(opener);
        };
        let mut after = None;
        loop {
            let page = archive
                .keys(after, N_KEYS_A_READ)
                .await
                .map_err(ToolFault::journal("reading keys"))?;
            let Some((last, _)) = page.last() else {
                return Ok(opener);
            };
            after = Some(*last);
            for (record, wrapped) in page {
                let key = ring
                    .unwrap(record, Some(&wrapped))
                    .map_err(ToolFault::vault("opening a record's key"))?;
                opener.keys.insert(record, key);
            }
        }
    }

    /// Reads a row as an event. What has no key stays absent.
    pub(crate) fn event_of(&self, row: &Row) -> Result<RecordedEvent, ToolFault> {
        let wrong = |source: Box<dyn std::error::Error + Send + Sync>| ToolFault::Row {
            district: row.district.clone(),
            seq: row.seq,
            source,
        };
        let body = codec::decode(&row.entry.kind, row.entry.version, &row.entry.body)
            .map_err(|fault| wrong(Box::new(fault)))?;
        let mut details = Details::new();
        let parts = row
            .entry
            .erasable
            .parts()
            .map_err(|fault| wrong(Box::new(fault)))?;
        for part in parts {
            let Some(key) = self.keys.get(&part.record) else {
                continue;
            };
            let belonging = Belonging {
                record: part.record,
                purpose: DETAILS,
            };
            let plain = record::open(key, belonging, &part.sealed)
                .map_err(ToolFault::vault("opening details"))?;
            let opened = serde_json::from_slice(&plain).map_err(|fault| wrong(Box::new(fault)))?;
            details.insert(RecordId(part.record), opened);
        }
        Ok(RecordedEvent {
            district: DistrictId(row.district.clone()),
            seq: row.seq,
            at: Instant::from_ms(row.entry.at_ms),
            new: NewEvent {
                command_id: CommandId(row.entry.command_id),
                recorded_at: body.recorded_at,
                content_tag: body.content_tag,
                actor: AccountName(row.entry.actor.clone()),
                policy_id: PolicyId(row.entry.policy_id.clone()),
                drill: row.entry.drill,
                event: body.event,
                details,
            },
        })
    }
}
