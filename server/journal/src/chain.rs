//! The hash chain: links entries into rows and checks that rows follow one another. Pure.

use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::journal::Batch;
use crate::row::{Entry, Head, Row, RowHash};

/// Separates the hashes of rows from any other use of SHA-256; the number is the version of the form.
const ROW_DOMAIN: &[u8] = b"lamplighter/journal/row/1";
/// Separates the beginning of a district's chain.
const START_DOMAIN: &[u8] = b"lamplighter/journal/start/1";

/// The head of a district's journal before its first row.
pub fn start(district: &str) -> Head {
    let mut hasher = Sha256::new();
    put(&mut hasher, START_DOMAIN);
    put(&mut hasher, district.as_bytes());
    Head {
        seq: 0,
        hash: RowHash(hasher.finalize().into()),
    }
}

/// Gives the entries their places after `head`, in the order given.
pub fn link(district: &str, head: Head, entries: Vec<Entry>) -> Vec<Row> {
    let mut last = head;
    entries
        .into_iter()
        .map(|entry| {
            let mut row = Row {
                district: district.to_owned(),
                seq: last.seq + 1,
                entry,
                prev_hash: last.hash,
                hash: last.hash,
            };
            row.hash = hash_of(&row);
            last = row.head();
            row
        })
        .collect()
}

/// The hash that this row must carry: over every stored value but the hash itself, each preceded by its length.
pub fn hash_of(row: &Row) -> RowHash {
    let Row {
        district,
        seq,
        entry,
        prev_hash,
        hash: _,
    } = row;
    let Entry {
        command_id,
        at_ms,
        recorded_at_ms,
        actor,
        policy_id,
        drill,
        kind,
        version,
        body,
        erasable,
    } = entry;
    let mut hasher = Sha256::new();
    put(&mut hasher, ROW_DOMAIN);
    put(&mut hasher, &prev_hash.0);
    put(&mut hasher, district.as_bytes());
    put(&mut hasher, &seq.to_be_bytes());
    put(&mut hasher, command_id.as_bytes());
    put(&mut hasher, &at_ms.to_be_bytes());
    put(&mut hasher, &recorded_at_ms.to_be_bytes());
    put(&mut hasher, actor.as_bytes());
    put(&mut hasher, policy_id.as_bytes());
    put(&mut hasher, &[u8::from(*drill)]);
    put(&mut hasher, kind.as_bytes());
    put(&mut hasher, &version.to_be_bytes());
    put(&mut hasher, body);
    put(&mut hasher, erasable.as_bytes());
    RowHash(hasher.finalize().into())
}

/// Why a row does not follow a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The row's number is not the next one.
    #[error("row {found} stands where row {expected} belongs")]
    Gap {
        /// The number that belongs here.
        expected: u64,
        /// The number found.
        found: u64,
    },
    /// The row's content is not what its hash was made of.
    #[error("row {seq} is damaged: its content does not give its hash")]
    Damaged {
        /// The row.
        seq: u64,
    },
    /// The row names another predecessor than the one before it.
    #[error("row {seq} was written after another row than the one before it")]
    Unlinked {
        /// The row.
        seq: u64,
    },
}

/// Checks that a row follows a head, number, link and content.
///
/// # Errors
/// The first [`Break`] found, in this order: gap, damage, link. A damaged row is named as such even when its link
/// was damaged with it.
pub fn follows(head: Head, row: &Row) -> Result<(), Break> {
    if row.seq != head.seq + 1 {
        return Err(Break::Gap {
            expected: head.seq + 1,
            found: row.seq,
        });
    }
    if hash_of(row) != row.hash {
        return Err(Break::Damaged { seq: row.seq });
    }
    if row.prev_hash != head.hash {
        return Err(Break::Unlinked { seq: row.seq });
    }
    Ok(())
}

/// The head that a batch leaves, when its rows follow its expected head. Numbers and links are always checked; the
/// hashes, which `link` has just computed, only where debug assertions are on.
pub(crate) fn check_batch(batch: &Batch) -> Result<Head, Fault> {
    let mut last = batch.expected_head;
    for row in &batch.rows {
        let checked = if row.seq != last.seq + 1 {
            Err(Break::Gap {
                expected: last.seq + 1,
                found: row.seq,
            })
        } else if row.prev_hash != last.hash || row.district != batch.district {
            Err(Break::Unlinked { seq: row.seq })
        } else if cfg!(debug_assertions) && hash_of(row) != row.hash {
            Err(Break::Damaged { seq: row.seq })
        } else {
            Ok(())
        };
        checked.map_err(|source| Fault::NotAChain {
            district: batch.district.clone(),
            source,
        })?;
        last = row.head();
    }
    Ok(last)
}

fn put(hasher: &mut Sha256, part: &[u8]) {
    let n_bytes = u64::try_from(part.len()).unwrap_or(u64::MAX);
    hasher.update(n_bytes.to_be_bytes());
    hasher.update(part);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::row::{Erasable, SealedPart};

    fn entry(n: u128) -> Entry {
        Entry {
            command_id: Uuid::from_u128(n),
            at_ms: 1_768_227_240_000,
            recorded_at_ms: 1_768_227_239_000,
            actor: "patrol1".into(),
            policy_id: "putuo-2026.1".into(),
            drill: false,
            kind: "case.opened".into(),
            version: 1,
            body: Bytes::from_static(b"{}"),
            erasable: Erasable::of(&[SealedPart {
                record: Uuid::from_u128(9),
                sealed: vec![1, 2],
            }]),
        }
    }

    #[test]
    fn linked_rows_follow_one_another_from_the_districts_beginning() {
        let mut head = start("310107");
        for row in link("310107", head, vec![entry(1), entry(2), entry(3)]) {
            assert_eq!(follows(head, &row), Ok(()));
            head = row.head();
        }
        assert_eq!(head.seq, 3);
        assert_ne!(start("310107"), start("310106"));
    }

    #[test]
    fn a_change_of_any_stored_value_is_damage() {
        let head = start("310107");
        let row = link("310107", head, vec![entry(1)]).remove(0);
        let changes: [fn(&mut Row); 12] = [
            |row| row.district = "310106".into(),
            |row| row.entry.command_id = Uuid::from_u128(2),
            |row| row.entry.at_ms += 1,
            |row| row.entry.recorded_at_ms += 1,
            |row| row.entry.actor.push('x'),
            |row| row.entry.policy_id.push('x'),
            |row| row.entry.drill = true,
            |row| row.entry.kind.push('x'),
            |row| row.entry.version += 1,
            |row| row.entry.body = Bytes::from_static(b"[]"),
            |row| row.entry.erasable = Erasable::default(),
            |row| row.prev_hash = RowHash([0; 32]),
        ];
        for change in changes {
            let mut other = row.clone();
            change(&mut other);
            assert_eq!(follows(head, &other), Err(Break::Damaged { seq: 1 }));
        }
    }

    #[test]
    fn a_letter_moved_between_neighbouring_values_is_damage() {
        let head = start("310107");
        let mut row = link("310107", head, vec![entry(1)]).remove(0);
        row.entry.actor = "patrol1p".into();
        row.entry.policy_id = "utuo-2026.1".into();
        assert_eq!(follows(head, &row), Err(Break::Damaged { seq: 1 }));
    }

    #[test]
    fn a_missing_row_is_a_gap_and_a_replaced_one_breaks_the_link() {
        let head = start("310107");
        let rows = link("310107", head, vec![entry(1), entry(2), entry(3)]);
        assert_eq!(
            follows(rows[0].head(), &rows[2]),
            Err(Break::Gap {
                expected: 2,
                found: 3
            })
        );
        let replaced = link("310107", head, vec![entry(8)]).remove(0);
        assert_eq!(
            follows(replaced.head(), &rows[1]),
            Err(Break::Unlinked { seq: 2 })
        );
    }

    #[test]
    fn the_form_of_the_hash_is_fixed_for_ever() {
        let row = link("310107", start("310107"), vec![entry(1)]).remove(0);
        assert_eq!(
            row.hash.to_string(),
            "40698598fe77e79b29f2115033e59ac5ac297e1e8011d68eb5c954e84fcd8338"
        );
    }
}
