//! The start of a district: keys, a snapshot far enough back, and the rows after it.

use std::collections::BTreeSet;
use std::sync::Arc;

use dispatch::{State, Tables};
use journal::chain;
use journal::journal::Journal;
use journal::row::Head;
use journal::store::{Store, StoreWrite};
use model::id::{CommandId, DistrictId, PolicyId, RecordId};
use policy::policy::PolicyBook;

use vault::randomness::Randomness;
use vault::ring::KeyRing;

use crate::config::RuntimeConfig;
use crate::fault::RuntimeFault;
use crate::feed::{Committed, Seed};
use crate::keys::Keys;
use crate::policies::Policies;
use crate::published::{KnownAreas, load_areas};
use crate::{rows, snapshots};

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1024;

/// A district as it stands in the journal.
pub(crate) struct Loaded {
    pub state: State,
    pub head: Head,
    /// The row of the snapshot that it was folded from; 0 = from the start.
    pub from_seq: u64,
    pub keys: Keys,
    pub book: Arc<PolicyBook>,
    pub areas: Option<Arc<KnownAreas>>,
    pub known: BTreeSet<CommandId>,
    pub n_since_snapshot: u64,
    pub n_details_lost: u64,
}

/// What a start needs.
pub(crate) struct Loading<'a> {
    pub district: &'a DistrictId,
    pub journal: &'a dyn Journal,
    pub store: &'a dyn Store,
    pub ring: KeyRing,
    pub randomness: Arc<dyn Randomness>,
    pub policies: &'a Policies,
    pub config: &'a RuntimeConfig,
}

/// Reads a district, and what its feed begins with.
pub(crate) async fn load(loading: Loading<'_>) -> Result<(Loaded, Seed), RuntimeFault> {
    let Loading {
        district,
        journal,
        store,
        ring,
        randomness,
        policies,
        config,
    } = loading;
    let reading = || RuntimeFault::journal("reading the journal");
    let mut keys = Keys::new(ring, randomness);
    keys.load_all(store).await?;
    let end = journal.head(district.as_str()).await.map_err(reading())?;
    let n_ring = u64::try_from(config.ring).unwrap_or(u64::MAX);
    let start = snapshots::to_start_from(journal, district, end, n_ring, &keys).await?;
    let (mut state, mut head, mut absent) = match start {
        Some(decoded) => (decoded.state, decoded.head, decoded.absent),
        None => (
            State::from_tables(Tables::empty(district.clone(), PolicyId::from("none"))),
            chain::start(district.as_str()),
            BTreeSet::new(),
        ),
    };
    let from_seq = head.seq;
    let n_kept = journal
        .snapshots(district.as_str())
        .await
        .map_err(reading())?
        .first()
        .map_or(0, |newest| newest.seq);
    let mut seed = Seed {
        base: state.tables.clone(),
        committed: Vec::new(),
    };
    loop {
        let page = journal
            .read(district.as_str(), head.seq, N_ROWS_A_READ)
            .await
            .map_err(reading())?;
        if page.is_empty() {
            break;
        }
        for row in page {
            chain::follows(head, &row).map_err(|source| RuntimeFault::Broken {
                district: district.clone(),
                source,
            })?;
            let read = rows::event_of(&row, &keys)?;
            absent.extend(read.absent);
            dispatch::apply(&mut state, &read.event);
            head = row.head();
            if head.seq + n_ring > end.seq {
                seed.committed.push(Committed {
                    event: Arc::new(read.event),
                    after: state.tables.clone(),
                });
            } else {
                seed.base = state.tables.clone();
            }
        }
    }
    let n_details_lost = n_lost(&state, &absent, district);
    forget_erased(&state, store, &mut keys).await?;
    let known = journal
        .commands(district.as_str(), 0)
        .await
        .map_err(reading())?
        .into_iter()
        .map(|command| CommandId(command.command_id))
        .collect();
    let loaded = Loaded {
        book: Arc::new(policies.book(&state.tables.policy_id)),
        areas: load_areas(store, &state.tables).await?,
        n_since_snapshot: head.seq.saturating_sub(n_kept),
        state,
        head,
        from_seq,
        keys,
        known,
        n_details_lost,
    };
    Ok((loaded, seed))
}

/// Details whose key is gone although nothing erased them are a fault; the service goes on without them.
fn n_lost(state: &State, absent: &BTreeSet<RecordId>, district: &DistrictId) -> u64 {
    let mut n = 0;
    for record in absent {
        if !state.tables.erased.contains(record) {
            n += 1;
            tracing::error!(district.id = %district, record.id = %record, "The key of a record is missing and nothing erased it");
        }
    }
    n
}

/// After a restore keys may be back whose records were erased: they are deleted again.
async fn forget_erased(
    state: &State,
    store: &dyn Store,
    keys: &mut Keys,
) -> Result<(), RuntimeFault> {
    let back: Vec<RecordId> = state
        .tables
        .erased
        .iter()
        .filter(|record| keys.has(record.0))
        .copied()
        .collect();
    forget_personal(state, store).await?;
    if back.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        n_records = back.len(),
        "Deleting keys of records that were erased"
    );
    let writes = back
        .iter()
        .flat_map(|record| {
            [
                StoreWrite::DeleteKey { record: record.0 },
                StoreWrite::DeletePersonal { record: record.0 },
            ]
        })
        .collect();
    store
        .write(writes)
        .await
        .map_err(RuntimeFault::journal("deleting keys"))?;
    for record in back {
        keys.forget(record.0);
    }
    Ok(())
}

/// And personal fields may be back that were erased before their details.
async fn forget_personal(state: &State, store: &dyn Store) -> Result<(), RuntimeFault> {
    let reading = || RuntimeFault::journal("looking for personal fields that were erased");
    let mut back = Vec::new();
    for record in &state.tables.personal_erased {
        let is_back = !store
            .personal(record.0)
            .await
            .map_err(reading())?
            .is_empty()
            || !store
                .photos_of(record.0)
                .await
                .map_err(reading())?
                .is_empty();
        if is_back {
            back.push(StoreWrite::DeletePersonal { record: record.0 });
        }
    }
    if back.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        n_records = back.len(),
        "Deleting personal fields that were erased"
    );
    store
        .write(back)
        .await
        .map_err(RuntimeFault::journal("deleting personal fields"))
}
