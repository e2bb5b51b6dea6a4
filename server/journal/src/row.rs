//! One row of the journal, and its erasable section. Both are kept as they were written, for ever.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Length of a row's hash in bytes.
const HASH_BYTES: usize = 32;

/// The hash of one row: SHA-256 over exactly what is stored, and so over everything before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowHash(pub [u8; HASH_BYTES]);

impl fmt::Display for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row hash is 64 hexadecimal digits")]
pub struct NotAHash;

impl FromStr for RowHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits = text.as_bytes();
        if digits.len() != 2 * HASH_BYTES {
            return Err(NotAHash);
        }
        let mut hash = [0_u8; HASH_BYTES];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                let value = char::from(*digit).to_digit(16).ok_or(NotAHash)?;
                *byte = (*byte << 4) | u8::try_from(value).map_err(|_| NotAHash)?;
            }
        }
        Ok(Self(hash))
    }
}

impl Serialize for RowHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RowHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Where a district's journal ends: the number of its last row and that row's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the last row; 0 before the first.
    pub seq: u64,
    /// Hash of the last row; before the first, the hash of the district's beginning.
    pub hash: RowHash,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// A text that is not `SEQ:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is SEQ:HASH, a number and 64 hexadecimal digits")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (seq, hash) = text.split_once(':').ok_or(NotAHead)?;
        Ok(Self {
            seq: seq.parse().map_err(|_| NotAHead)?,
            hash: hash.parse().map_err(|_| NotAHead)?,
        })
    }
}

/// What is to be written, before it has a place in the chain. `chain::link` gives it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The command that caused the event; the sender's own id, by which a repeat is known.
    pub command_id: Uuid,
    /// When it happened, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// When the device that reported it had noted it, in milliseconds since the Unix epoch.
    pub recorded_at_ms: i64,
    /// Who caused it: an account, or the name of a part of the system.
    pub actor: String,
    /// The policy it was decided under.
    pub policy_id: String,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// Kind of the event, dotted and past: `case.opened`.
    pub kind: String,
    /// Version of the body's form.
    pub version: u16,
    /// The event without anything erasable; opaque here.
    pub body: Bytes,
    /// What may have to be forgotten, sealed; opaque here.
    pub erasable: Erasable,
}

/// One row as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The district whose journal it stands in; with `seq` the key of the row.
    pub district: String,
    /// Its number in that journal, from 1 without a gap.
    pub seq: u64,
    /// What it says.
    pub entry: Entry,
    /// Hash of the row before; of the first row, the hash of the district's beginning.
    pub prev_hash: RowHash,
    /// SHA-256 over all of the above.
    pub hash: RowHash,
}

impl Row {
    /// The head of a journal that ends with this row.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// What one event says about one record, sealed under that record's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// The record whose key opens it.
    pub record: Uuid,
    /// The ciphertext.
    pub sealed: Vec<u8>,
}

/// The erasable section of a row: its sealed parts as the opaque bytes that every database keeps and the hash covers.
///
/// # Shape
/// Empty without parts; else for each part 16 bytes record id, 4 bytes length (big endian), ciphertext.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erasable(Bytes);

/// An erasable section whose bytes are cut or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the erasable section is cut or has bytes to spare at byte {at_byte}")]
pub struct NotErasable {
    /// Where the reading stopped.
    pub at_byte: usize,
}

impl Erasable {
    /// Packs the parts in the order given.
    pub fn of(parts: &[SealedPart]) -> Self {
        let n_bytes = parts.iter().map(|part| 20 + part.sealed.len()).sum();
        let mut bytes = Vec::with_capacity(n_bytes);
        for part in parts {
            // A part is a few hundred bytes; one of 4 GiB would be cut here and refused by `parts`.
            let length = u32::try_from(part.sealed.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(part.record.as_bytes());
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&part.sealed);
        }
        Self(Bytes::from(bytes))
    }

    /// The section as it was stored.
    pub fn from_stored(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The bytes that are stored and hashed.
    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Whether the event says nothing that may have to be forgotten.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Unpacks the parts in their order.
    ///
    /// # Errors
    /// [`NotErasable`] when the bytes do not end with a whole part.
    pub fn parts(&self) -> Result<Vec<SealedPart>, NotErasable> {
        let mut parts = Vec::new();
        let mut rest: &[u8] = &self.0;
        while !rest.is_empty() {
            let stopped = NotErasable {
                at_byte: self.0.len() - rest.len(),
            };
            let (record, after) = rest.split_first_chunk::<16>().ok_or(stopped)?;
            let (length, after) = after.split_first_chunk::<4>().ok_or(stopped)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| stopped)?;
            let (sealed, after) = after.split_at_checked(length).ok_or(stopped)?;
            parts.push(SealedPart {
                record: Uuid::from_bytes(*record),
                sealed: sealed.to_vec(),
            });
            rest = after;
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = Head {
            seq: 41,
            hash: RowHash([0xA7; 32]),
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in [
            "",
            "41",
            ":",
            "41:00",
            "x:00",
            &format!("-1:{}", "a".repeat(64)),
            &format!("1:{}", "g".repeat(64)),
        ] {
            assert_eq!(wrong.parse::<Head>(), Err(NotAHead), "{wrong}");
        }
    }

    #[test]
    fn a_cut_erasable_section_is_noticed() {
        let part = SealedPart {
            record: Uuid::from_u128(7),
            sealed: vec![1, 2, 3],
        };
        let whole = Erasable::of(&[part.clone(), part]);
        for n_kept in 1..whole.as_bytes().len() {
            let cut = Erasable::from_stored(whole.as_bytes().slice(..n_kept));
            assert_eq!(cut.parts().is_ok(), n_kept == 23, "{n_kept}");
        }
    }

    proptest! {
        #[test]
        fn parts_come_back_as_they_were_packed(parts in proptest::collection::vec((any::<u128>(), proptest::collection::vec(any::<u8>(), 0..40)), 0..5)) {
            let parts: Vec<_> = parts
                .into_iter()
                .map(|(record, sealed)| SealedPart { record: Uuid::from_u128(record), sealed })
                .collect();
            prop_assert_eq!(Erasable::of(&parts).parts(), Ok(parts));
        }
    }
}
