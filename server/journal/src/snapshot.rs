//! Snapshots of the folded state, so that a restart does not replay years: their form, which to keep, and which of
//! the kept ones a start may use. What is in them is not known here.

use bytes::Bytes;

use crate::fault::Fault;
use crate::journal::Journal;
use crate::row::{Head, RowHash};

/// How many of the newest snapshots are kept whatever their distance.
const N_NEWEST: usize = 3;
/// How many rows before the head the kept older snapshot must lie, at least: what a mistake in the newest ones,
/// noticed late, can fall back on without replaying everything.
const N_ROWS_BACK: u64 = 4096;

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is of.
    pub head: SnapshotHead,
    /// The state, encoded by the caller. Holds sealed parts, never erasable values in plain.
    pub bytes: Bytes,
}

/// What a snapshot is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The last row that is folded into it.
    pub seq: u64,
    /// The hash of that row: a snapshot belongs to one chain only.
    pub hash: RowHash,
    /// The caller's hash of the state.
    pub state_hash: [u8; 32],
    /// Version of the caller's encoding.
    pub format_version: u16,
}

impl SnapshotHead {
    /// The head of the journal it was made at.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// Which of these snapshots need not be kept when the journal ends at `head_seq`.
///
/// # Shape
/// Kept are the newest three, the newest that lies at least 4,096 rows back, and the oldest after that one, so that
/// there is always one far enough back as the journal grows. At most five are kept.
pub fn dispensable(kept: &[u64], head_seq: u64) -> Vec<u64> {
    let mut seqs = kept.to_vec();
    seqs.sort_unstable();
    seqs.dedup();
    let far_enough = |seq: &&u64| **seq <= head_seq.saturating_sub(N_ROWS_BACK);
    let fallback = seqs.iter().rfind(far_enough).copied();
    let next_fallback = seqs
        .iter()
        .find(|seq| fallback.is_none_or(|back| **seq > back))
        .copied();
    let n_older = seqs.len().saturating_sub(N_NEWEST);
    seqs.into_iter()
        .take(n_older)
        .filter(|seq| Some(*seq) != fallback && Some(*seq) != next_fallback)
        .collect()
}

/// The newest snapshot that a start may fold from: whole, of this encoding, and of this very chain. What does not fit
/// is passed over with a warning; without any the whole journal is replayed.
///
/// # Errors
/// Faults of the disk.
pub async fn newest_usable(
    journal: &dyn Journal,
    district: &str,
    format_version: u16,
) -> Result<Option<Snapshot>, Fault> {
    for head in journal.snapshots(district).await? {
        if head.format_version != format_version {
            tracing::info!(
                district,
                snapshot.seq = head.seq,
                "Passing over a snapshot of another encoding"
            );
            continue;
        }
        if !belongs(journal, district, head.head()).await? {
            tracing::warn!(
                district,
                snapshot.seq = head.seq,
                "Passing over a snapshot of another chain"
            );
            continue;
        }
        match journal.load_snapshot(district, head.seq).await {
            Ok(Some(snapshot)) if snapshot.head == head => return Ok(Some(snapshot)),
            Ok(_) => tracing::warn!(
                district,
                snapshot.seq = head.seq,
                "Passing over a snapshot that was replaced"
            ),
            Err(fault @ Fault::Unreadable { .. }) => {
                tracing::warn!(district, snapshot.seq = head.seq, %fault, "Passing over a damaged snapshot");
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

async fn belongs(journal: &dyn Journal, district: &str, head: Head) -> Result<bool, Fault> {
    let Some(before) = head.seq.checked_sub(1) else {
        return Ok(head == crate::chain::start(district));
    };
    let rows = journal.read(district, before, 1).await?;
    Ok(rows.first().is_some_and(|row| row.head() == head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_three_are_kept_and_one_far_enough_back() {
        let cases: [(&[u64], u64, &[u64]); 6] = [
            (&[], 10, &[]),
            (&[100, 200, 300], 300, &[]),
            (&[100, 200, 300, 400], 400, &[]),
            (&[100, 200, 300, 400, 500], 500, &[200]),
            (
                &[1000, 2000, 3000, 9000, 9100, 9200, 9300],
                9300,
                &[1000, 2000],
            ),
            (&[1000, 9000, 9050, 9100, 9200, 9300], 9300, &[9050]),
        ];
        for (kept, head_seq, dropped) in cases {
            assert_eq!(
                dispensable(kept, head_seq),
                dropped,
                "{kept:?} at {head_seq}"
            );
        }
    }

    #[test]
    fn as_the_journal_grows_there_is_always_one_far_enough_back_and_never_more_than_five() {
        for step in [1_u64, 7, 100, 1000, 5000] {
            let mut kept: Vec<u64> = Vec::new();
            let mut head = 0;
            while head < 30_000 {
                head += step;
                kept.push(head);
                let dropped = dispensable(&kept, head);
                kept.retain(|seq| !dropped.contains(seq));
                assert!(kept.len() <= 5, "{kept:?}");
                assert!(kept.contains(&head));
                if head >= step + N_ROWS_BACK {
                    assert!(
                        kept.iter().any(|seq| seq + N_ROWS_BACK <= head),
                        "{kept:?} at {head}"
                    );
                }
            }
        }
    }
}
