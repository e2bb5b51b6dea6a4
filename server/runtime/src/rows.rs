//! Events into rows and back: the body in plain, the details sealed for each record.

use std::collections::BTreeSet;

use bytes::Bytes;
use journal::row::{Entry, Erasable, Row, SealedPart};
use journal::store::StoreWrite;
use model::codec;
use model::details::{Details, RecordDetails};
use model::event::{NewEvent, RecordedEvent};
use model::id::{AccountName, CommandId, DistrictId, PolicyId, RecordId};
use model::time::Instant;
use uuid::Uuid;
use vault::fault::VaultFault;

use crate::fault::RuntimeFault;
use crate::keys::{DETAILS, Keys};

/// Writes one event as an entry. New records get keys; their wrappings are added to the writes.
pub(crate) fn entry_of(
    event: &NewEvent,
    at: Instant,
    keys: &mut Keys,
    writes: &mut Vec<StoreWrite>,
) -> Result<Entry, RuntimeFault> {
    let body = codec::encode_parts(&event.event, &event.content_tag, event.recorded_at)?;
    let mut parts = Vec::with_capacity(event.details.len());
    for (record, details) in &event.details {
        parts.push(SealedPart {
            record: record.0,
            sealed: seal_details(*record, details, keys, writes)?,
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

/// Seals the details of one record.
pub(crate) fn seal_details(
    record: RecordId,
    details: &RecordDetails,
    keys: &mut Keys,
    writes: &mut Vec<StoreWrite>,
) -> Result<Vec<u8>, RuntimeFault> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(details).map_err(|source| {
        RuntimeFault::Writing {
            what: "details",
            source,
        }
    })?);
    keys.seal(record.0, DETAILS, &plain, writes)
        .map_err(RuntimeFault::vault("sealing details"))
}

/// An event as it was read, and the records whose details could not be opened because their key is gone.
pub(crate) struct ReadEvent {
    pub event: RecordedEvent,
    pub absent: BTreeSet<RecordId>,
}

/// The records that a row has details of.
pub(crate) fn records_of(row: &Row) -> Vec<Uuid> {
    row.entry
        .erasable
        .parts()
        .map(|parts| parts.into_iter().map(|part| part.record).collect())
        .unwrap_or_default()
}

/// Reads a row as an event. A missing key gives absent details.
pub(crate) fn event_of(row: &Row, keys: &Keys) -> Result<ReadEvent, RuntimeFault> {
    let district = DistrictId(row.district.clone());
    let body =
        codec::decode(&row.entry.kind, row.entry.version, &row.entry.body).map_err(|source| {
            RuntimeFault::Row {
                district: district.clone(),
                seq: row.seq,
                source,
            }
        })?;
    let (details, absent) = details_of(row, keys)?;
    Ok(ReadEvent {
        event: RecordedEvent {
            district,
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
        },
        absent,
    })
}

fn details_of(row: &Row, keys: &Keys) -> Result<(Details, BTreeSet<RecordId>), RuntimeFault> {
    let wrong = |what: String| RuntimeFault::Details {
        district: DistrictId(row.district.clone()),
        seq: row.seq,
        what,
    };
    let (mut details, mut absent) = (Details::new(), BTreeSet::new());
    for part in row
        .entry
        .erasable
        .parts()
        .map_err(|e| wrong(e.to_string()))?
    {
        let record = RecordId(part.record);
        match open_details(record, &part.sealed, keys) {
            Ok(opened) => {
                details.insert(record, opened.map_err(|e| wrong(e.to_string()))?);
            }
            Err(VaultFault::Absent { .. }) => {
                absent.insert(record);
            }
            Err(source) => {
                return Err(RuntimeFault::Vault {
                    doing: "opening details",
                    source,
                });
            }
        }
    }
    Ok((details, absent))
}

/// Opens the details of one record.
pub(crate) fn open_details(
    record: RecordId,
    sealed: &[u8],
    keys: &Keys,
) -> Result<Result<RecordDetails, serde_json::Error>, VaultFault> {
    let plain = keys.open(record.0, DETAILS, sealed)?;
    Ok(serde_json::from_slice(&plain))
}
