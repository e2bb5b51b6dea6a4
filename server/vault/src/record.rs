//! The key of one record, and sealing under it: ChaCha20-Poly1305, a random nonce in front, bound to record and
//! purpose. A sealed value moved to another record or another purpose does not open.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::fault::VaultFault;
use crate::randomness::Randomness;

/// Length of a record key in bytes.
pub const KEY_BYTES: usize = 32;
/// Length of the nonce that stands in front of every ciphertext, in bytes.
const NONCE_BYTES: usize = 12;
/// Length that sealing adds to a plaintext: nonce and tag, in bytes.
pub const SEAL_BYTES: usize = NONCE_BYTES + 16;

/// What a ciphertext belongs to. Both parts are authenticated and neither is stored with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belonging<'a> {
    /// The record whose key seals it.
    pub record: Uuid,
    /// What it is for: `details`, `note`, `looks`, `name`, `photo`, … Closed by the caller, never free text.
    pub purpose: &'a str,
}

impl Belonging<'_> {
    fn authenticated(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(24 + 16 + self.purpose.len());
        bytes.extend_from_slice(b"lamplighter/sealed/1\0");
        bytes.extend_from_slice(self.record.as_bytes());
        bytes.extend_from_slice(self.purpose.as_bytes());
        bytes
    }

    fn not_authentic(&self) -> VaultFault {
        VaultFault::NotAuthentic {
            record: self.record,
            purpose: self.purpose.to_owned(),
        }
    }
}

/// The secret key of one record. Wiped from memory when dropped; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(…)")
    }
}

impl RecordKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`VaultFault::NoRandomness`].
    pub fn new(randomness: &dyn Randomness) -> Result<Self, VaultFault> {
        let mut key = Self(Zeroizing::new([0; KEY_BYTES]));
        randomness.fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// Whether these bytes hold the key in plain: for a search after an erasure, which must find it nowhere.
    pub fn lies_in(&self, bytes: &[u8]) -> bool {
        bytes
            .windows(KEY_BYTES)
            .any(|window| window == self.0.as_slice())
    }

    pub(crate) fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

/// Seals a plaintext under a record's key.
///
/// # Shape
/// Nonce (12 bytes), ciphertext as long as the plaintext, tag (16 bytes). Sealing twice gives two different results.
///
/// # Errors
/// [`VaultFault::NoRandomness`]; [`VaultFault::TooLong`] above 256 GiB.
pub fn seal(
    key: &RecordKey,
    belonging: Belonging<'_>,
    plaintext: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, VaultFault> {
    let mut nonce = [0_u8; NONCE_BYTES];
    randomness.fill(&mut nonce)?;
    let payload = Payload {
        msg: plaintext,
        aad: &belonging.authenticated(),
    };
    let ciphertext = cipher(key)
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| VaultFault::TooLong {
            record: belonging.record,
            purpose: belonging.purpose.to_owned(),
            n_bytes: plaintext.len(),
        })?;
    let mut sealed = Vec::with_capacity(NONCE_BYTES + ciphertext.len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

/// Opens what [`seal`] made. The plaintext is wiped when the caller drops it.
///
/// # Errors
/// [`VaultFault::NotAuthentic`] when the ciphertext was changed or cut, belongs elsewhere, or the key is another.
pub fn open(
    key: &RecordKey,
    belonging: Belonging<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
    let (nonce, ciphertext) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| belonging.not_authentic())?;
    let payload = Payload {
        msg: ciphertext,
        aad: &belonging.authenticated(),
    };
    cipher(key)
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| belonging.not_authentic())
}

fn cipher(key: &RecordKey) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::randomness::SeededRandomness;

    const RECORD: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
    const OTHER: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0002);

    fn note() -> Belonging<'static> {
        Belonging {
            record: RECORD,
            purpose: "note",
        }
    }

    #[test]
    fn a_sealed_note_opens_for_its_own_record_and_purpose_only() {
        let source = SeededRandomness::new(1);
        let key = RecordKey::new(&source).unwrap();
        let sealed = seal(&key, note(), "左腿有伤".as_bytes(), &source).unwrap();
        assert_eq!(sealed.len(), "左腿有伤".len() + SEAL_BYTES);
        assert_eq!(
            open(&key, note(), &sealed).unwrap().as_slice(),
            "左腿有伤".as_bytes()
        );

        let other_record = Belonging {
            record: OTHER,
            purpose: "note",
        };
        let other_purpose = Belonging {
            record: RECORD,
            purpose: "looks",
        };
        let other_key = RecordKey::new(&source).unwrap();
        for refused in [
            open(&key, other_record, &sealed),
            open(&key, other_purpose, &sealed),
            open(&other_key, note(), &sealed),
            open(&key, note(), &[]),
            open(&key, note(), &sealed[..SEAL_BYTES - 1]),
        ] {
            assert!(matches!(refused, Err(VaultFault::NotAuthentic { .. })));
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = RecordKey::from_bytes([0xAB; KEY_BYTES]);
        assert_eq!(format!("{key:?}"), "RecordKey(…)");
    }

    #[test]
    fn a_fault_tells_the_record_and_purpose_and_nothing_of_the_content() {
        let key = RecordKey::from_bytes([1; KEY_BYTES]);
        let fault = open(&key, note(), &[0; 40]).unwrap_err();
        assert_eq!(
            fault.to_string(),
            format!(
                "sealed note of record {RECORD} does not open: changed, misplaced or under another key"
            )
        );
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_to_the_same(plaintext in proptest::collection::vec(any::<u8>(), 0..300), seed: u64) {
            let source = SeededRandomness::new(seed);
            let key = RecordKey::new(&source).unwrap();
            let one = seal(&key, note(), &plaintext, &source).unwrap();
            let two = seal(&key, note(), &plaintext, &source).unwrap();
            prop_assert_ne!(&one, &two);
            prop_assert_eq!(open(&key, note(), &one).unwrap().to_vec(), plaintext);
        }

        #[test]
        fn a_changed_bit_anywhere_is_noticed(plaintext in proptest::collection::vec(any::<u8>(), 0..64), place: usize, bit in 0_u8..8) {
            let source = SeededRandomness::new(3);
            let key = RecordKey::new(&source).unwrap();
            let mut sealed = seal(&key, note(), &plaintext, &source).unwrap();
            let place = place % sealed.len();
            sealed[place] ^= 1 << bit;
            let refused = matches!(open(&key, note(), &sealed), Err(VaultFault::NotAuthentic { .. }));
            prop_assert!(refused);
        }
    }
}
