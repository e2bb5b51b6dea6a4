//! What stands in a journal, in numbers: for the operator's first look. Opens no body and no seal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use uuid::Uuid;

use crate::chain;
use crate::fault::Fault;
use crate::journal::Journal;
use crate::row::Head;

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1024;

/// A district's journal in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The district.
    pub district: String,
    /// Where its journal ends. Printed and kept elsewhere, it can be verified against later.
    pub head: Head,
    /// How many commands have rows.
    pub n_commands: usize,
    /// How many rows belong to drills.
    pub n_drill: u64,
    /// How many rows have an erasable section.
    pub n_erasable: u64,
    /// Bytes of bodies and erasable sections.
    pub n_bytes: u64,
    /// When the first event happened, in milliseconds since the Unix epoch.
    pub first_at_ms: Option<i64>,
    /// When the last event happened, in milliseconds since the Unix epoch.
    pub last_at_ms: Option<i64>,
    /// How many rows of each kind, `kind@version`.
    pub n_by_kind: BTreeMap<String, u64>,
    /// How many rows under each policy.
    pub n_by_policy: BTreeMap<String, u64>,
    /// Rows up to which snapshots are kept, newest first.
    pub snapshots: Vec<u64>,
}

/// Counts what stands in a district's journal.
///
/// # Errors
/// Faults of the disk, and `Fault::RowUnreadable` for the first row that cannot be read.
pub async fn overview(journal: &dyn Journal, district: &str) -> Result<Overview, Fault> {
    let snapshots = journal.snapshots(district).await?;
    let mut commands: BTreeSet<Uuid> = BTreeSet::new();
    let mut overview = Overview {
        district: district.to_owned(),
        head: chain::start(district),
        n_commands: 0,
        n_drill: 0,
        n_erasable: 0,
        n_bytes: 0,
        first_at_ms: None,
        last_at_ms: None,
        n_by_kind: BTreeMap::new(),
        n_by_policy: BTreeMap::new(),
        snapshots: snapshots.iter().map(|snapshot| snapshot.seq).collect(),
    };
    loop {
        let rows = journal
            .read(district, overview.head.seq, N_ROWS_A_READ)
            .await?;
        if rows.is_empty() {
            overview.n_commands = commands.len();
            return Ok(overview);
        }
        for row in rows {
            overview.head = row.head();
            let entry = row.entry;
            commands.insert(entry.command_id);
            overview.n_drill += u64::from(entry.drill);
            overview.n_erasable += u64::from(!entry.erasable.is_empty());
            let n_bytes = entry.body.len() + entry.erasable.as_bytes().len();
            overview.n_bytes += u64::try_from(n_bytes).unwrap_or(u64::MAX);
            overview.first_at_ms.get_or_insert(entry.at_ms);
            overview.last_at_ms = Some(entry.at_ms);
            *overview
                .n_by_kind
                .entry(format!("{}@{}", entry.kind, entry.version))
                .or_default() += 1;
            *overview.n_by_policy.entry(entry.policy_id).or_default() += 1;
        }
    }
}
