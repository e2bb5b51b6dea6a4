//! Checker 10: a replay from the start and from every snapshot, with and without erased keys, gives the same state.

use std::sync::Arc;

use dispatch::{State, Tables};
use journal::journal::{Answer, Batch, CommandRows, Journal};
use journal::memory::MemoryJournal;
use journal::row::{Head, Row};
use journal::snapshot::{Snapshot, SnapshotHead};
use journal::store::{Store, StoreWrite};
use serde_json::Value;
use uuid::Uuid;

use crate::counts::Counts;
use crate::violation::Violation;
use crate::world::{DISTRICT, World};

/// A journal that has only one of its snapshots, or none.
struct OneSnapshot {
    disk: Arc<MemoryJournal>,
    seq: Option<u64>,
}

impl Journal for OneSnapshot {
    fn append(&self, batch: Batch) -> Answer<'_, Head> {
        self.disk.append(batch)
    }

    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head> {
        self.disk.head(district)
    }

    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>> {
        self.disk.read(district, after_seq, n_max)
    }

    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>> {
        self.disk.rows_of_command(district, command_id)
    }

    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>> {
        self.disk.commands(district, after_seq)
    }

    fn districts(&self) -> Answer<'_, Vec<String>> {
        self.disk.districts()
    }

    fn save_snapshot<'a>(&'a self, district: &'a str, snapshot: Snapshot) -> Answer<'a, ()> {
        self.disk.save_snapshot(district, snapshot)
    }

    fn snapshots<'a>(&'a self, district: &'a str) -> Answer<'a, Vec<SnapshotHead>> {
        Box::pin(async move {
            let mut all = self.disk.snapshots(district).await?;
            all.retain(|head| Some(head.seq) == self.seq);
            Ok(all)
        })
    }

    fn load_snapshot<'a>(&'a self, district: &'a str, seq: u64) -> Answer<'a, Option<Snapshot>> {
        self.disk.load_snapshot(district, seq)
    }
}

/// The hash of the state, and of the details that may be forgotten.
pub fn hashes(tables: &Tables) -> Result<([u8; 32], [u8; 32]), Violation> {
    let wrong = |e: serde_json::Error| Violation::new(10, e.to_string());
    Ok((
        tables.hash().map_err(wrong)?,
        tables.details_hash().map_err(wrong)?,
    ))
}

/// Replays what is on disk and compares with what the program has published: the rows alone, which `folded` comes from,
/// and the newest snapshot with what follows it; or that, and every older snapshot, and a start without one. The keys
/// are gone afterwards.
pub async fn check_all(
    world: &World,
    live: &Tables,
    folded: &State,
    from_every_snapshot: bool,
    counts: &mut Counts,
) -> Result<(), Violation> {
    let fault = |fault: journal::fault::Fault| Violation::new(10, fault.to_string());
    let (state, details) = hashes(live)?;
    let (without, _) = hashes(&folded.tables)?;
    if without != state {
        return Err(Violation::new(
            10,
            format!(
                "the rows alone give another state than the program has: {}",
                difference(&folded.tables, live)
            ),
        ));
    }
    counts.premise("10 replay compared");
    let mut ways: Vec<Option<u64>> = world
        .disk
        .snapshots(DISTRICT)
        .await
        .map_err(fault)?
        .iter()
        .map(|head| Some(head.seq))
        .take(if from_every_snapshot { usize::MAX } else { 1 })
        .collect();
    if from_every_snapshot {
        ways.push(None);
    }
    for seq in ways {
        let found = replay(world, seq).await?;
        if hashes(&found)? != (state, details) {
            return Err(Violation::new(
                10,
                format!(
                    "a start from {seq:?} gives another state: {}",
                    difference(&found, live)
                ),
            ));
        }
        if seq.is_some() {
            counts.premise("10 replay from a snapshot");
        }
    }
    let keys = world.disk.keys(None, 1_000_000).await.map_err(fault)?;
    let n_keys = keys.len();
    let writes = keys
        .into_iter()
        .map(|(record, _)| StoreWrite::DeleteKey { record })
        .collect();
    world.disk.write(writes).await.map_err(fault)?;
    let newest = world
        .disk
        .snapshots(DISTRICT)
        .await
        .map_err(fault)?
        .first()
        .map(|head| head.seq);
    let found = replay(world, newest).await?;
    if hashes(&found)?.0 != state {
        return Err(Violation::new(
            10,
            format!(
                "a start without keys gives another state: {}",
                difference(&found, live)
            ),
        ));
    }
    if n_keys > 0 {
        counts.premise("10 replay without keys");
    }
    Ok(())
}

async fn replay(world: &World, seq: Option<u64>) -> Result<Tables, Violation> {
    let journal = Arc::new(OneSnapshot {
        disk: Arc::clone(&world.disk),
        seq,
    });
    let store = Arc::clone(&world.disk) as Arc<dyn Store>;
    // A ring of one row lets a start use any snapshot.
    world
        .found_by_start(journal as Arc<dyn Journal>, store, 1)
        .await
}

/// Where two states differ first: the members on the way, and the two values.
fn difference(a: &Tables, b: &Tables) -> String {
    match (serde_json::to_value(a), serde_json::to_value(b)) {
        (Ok(a), Ok(b)) => differs_at(&a, &b).unwrap_or_else(|| "only in the details".to_owned()),
        _ => "they cannot be written".to_owned(),
    }
}

fn differs_at(a: &Value, b: &Value) -> Option<String> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => a
            .iter()
            .find_map(|(name, value)| match b.get(name) {
                Some(other) => differs_at(value, other).map(|at| format!("{name}/{at}")),
                None => Some(format!("{name} is missing in the second")),
            })
            .or_else(|| {
                b.keys()
                    .find(|name| !a.contains_key(*name))
                    .map(|name| format!("{name} is missing in the first"))
            }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(n, (a, b))| differs_at(a, b).map(|at| format!("{n}/{at}"))),
        (a, b) => (a != b).then(|| format!(": {a} and {b}")),
    }
}
