//! Snapshots of the state: the tables as JSON, the details sealed one record at a time, never in plain. A snapshot that
//! does not give its state hash is passed over for the one before, and at last the journal is replayed from its start.

use bytes::Bytes;
use dispatch::{State, Tables};
use journal::journal::Journal;
use journal::row::{Erasable, Head, SealedPart};
use journal::snapshot::{Snapshot, SnapshotHead};
use journal::store::StoreWrite;
use model::id::{DistrictId, RecordId};
use std::collections::BTreeSet;
use std::sync::Arc;
use vault::fault::VaultFault;

use crate::fault::{RuntimeFault, chain_of};
use crate::keys::Keys;
use crate::rows::{open_details, seal_details};

/// Version of the encoding.
const FORMAT_VERSION: u16 = 1;
/// Bytes of the length that stands in front of the tables.
const LENGTH_BYTES: usize = 8;

/// Encodes a state at a head.
pub(crate) fn encode(
    tables: &Tables,
    head: Head,
    keys: &mut Keys,
) -> Result<Snapshot, RuntimeFault> {
    let writing = |source| RuntimeFault::Writing {
        what: "a snapshot",
        source,
    };
    let mut bytes = vec![0; LENGTH_BYTES];
    serde_json::to_writer(&mut bytes, tables).map_err(writing)?;
    let (length, written) = bytes.split_at_mut(LENGTH_BYTES);
    let n_written = u64::try_from(written.len()).unwrap_or(u64::MAX);
    length.copy_from_slice(&n_written.to_be_bytes());
    let state_hash = State::hash_of_written(written);
    let mut parts = Vec::with_capacity(tables.details.len());
    for (record, details) in &tables.details {
        // A record without a key on disk was erased meanwhile: its details stay out.
        if !keys.has(record.0) {
            continue;
        }
        let mut no_new_keys: Vec<StoreWrite> = Vec::new();
        parts.push(SealedPart {
            record: record.0,
            sealed: seal_details(*record, details, keys, &mut no_new_keys)?,
        });
    }
    bytes.extend_from_slice(Erasable::of(&parts).as_bytes());
    Ok(Snapshot {
        head: SnapshotHead {
            seq: head.seq,
            hash: head.hash,
            state_hash,
            format_version: FORMAT_VERSION,
        },
        bytes: Bytes::from(bytes),
    })
}

/// A state from a snapshot, and the records whose details could not be opened because their key is gone.
pub(crate) struct Decoded {
    pub state: State,
    pub head: Head,
    pub absent: BTreeSet<RecordId>,
}

/// Decodes a snapshot; a sentence says why it cannot be used.
pub(crate) fn decode(snapshot: &Snapshot, keys: &Keys) -> Result<Decoded, String> {
    let cut = || "it is cut".to_owned();
    let (length, rest) = snapshot
        .bytes
        .split_first_chunk::<LENGTH_BYTES>()
        .ok_or_else(cut)?;
    let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| cut())?;
    let (tables, sealed) = rest.split_at_checked(length).ok_or_else(cut)?;
    let mut tables: Tables = serde_json::from_slice(tables).map_err(|e| e.to_string())?;
    let mut absent = BTreeSet::new();
    let parts = Erasable::from_stored(Bytes::copy_from_slice(sealed))
        .parts()
        .map_err(|e| e.to_string())?;
    for part in parts {
        let record = RecordId(part.record);
        match open_details(record, &part.sealed, keys) {
            Ok(details) => {
                let details = details.map_err(|e| e.to_string())?;
                tables.details.insert(record, Arc::new(details));
            }
            Err(VaultFault::Absent { .. }) => {
                absent.insert(record);
            }
            Err(fault) => return Err(fault.to_string()),
        }
    }
    let state = State::from_tables(tables);
    let hash = state.hash().map_err(|e| e.to_string())?;
    if hash != snapshot.head.state_hash {
        return Err("it does not give its state hash".to_owned());
    }
    Ok(Decoded {
        state,
        head: snapshot.head.head(),
        absent,
    })
}

/// The snapshot to start from: the newest usable one that lies at least `ring` rows back, so that feeds can be resumed
/// from what is replayed after it. A short journal is replayed from its start.
pub(crate) async fn to_start_from(
    journal: &dyn Journal,
    district: &DistrictId,
    head: Head,
    ring: u64,
    keys: &Keys,
) -> Result<Option<Decoded>, RuntimeFault> {
    let reading = || RuntimeFault::journal("reading snapshots");
    let limit = head.seq.saturating_sub(ring);
    let kept = journal
        .snapshots(district.as_str())
        .await
        .map_err(reading())?;
    let (mut candidates, mut newer): (Vec<SnapshotHead>, Vec<SnapshotHead>) =
        kept.into_iter().partition(|snapshot| snapshot.seq <= limit);
    candidates.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.seq));
    newer.sort_by_key(|snapshot| snapshot.seq);
    if limit > ring.saturating_mul(3) {
        candidates.extend(newer);
    }
    for candidate in candidates {
        match load(journal, district, candidate, keys).await? {
            Ok(decoded) => return Ok(Some(decoded)),
            Err(why) => tracing::warn!(
                district.id = %district,
                snapshot.seq = candidate.seq,
                why,
                "Passing over a snapshot"
            ),
        }
    }
    Ok(None)
}

async fn load(
    journal: &dyn Journal,
    district: &DistrictId,
    head: SnapshotHead,
    keys: &Keys,
) -> Result<Result<Decoded, String>, RuntimeFault> {
    let reading = || RuntimeFault::journal("reading a snapshot");
    if head.format_version != FORMAT_VERSION {
        return Ok(Err("it is of another encoding".to_owned()));
    }
    let Some(before) = head.seq.checked_sub(1) else {
        return Ok(Err("it is of nothing".to_owned()));
    };
    let rows = journal
        .read(district.as_str(), before, 1)
        .await
        .map_err(reading())?;
    if rows.first().is_none_or(|row| row.head() != head.head()) {
        return Ok(Err("it is of another chain".to_owned()));
    }
    match journal.load_snapshot(district.as_str(), head.seq).await {
        Ok(Some(snapshot)) if snapshot.head == head => Ok(decode(&snapshot, keys)),
        Ok(_) => Ok(Err("it was replaced".to_owned())),
        Err(fault @ journal::fault::Fault::Unreadable { .. }) => Ok(Err(chain_of(&fault))),
        Err(fault) => Err(reading()(fault)),
    }
}
