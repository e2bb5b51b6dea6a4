//! The keys that follow from the installation key, each for one use: wrapping record keys, tagging commands, signing
//! anchors, hashing session tokens. One key is never used for two things.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::derive;
use crate::fault::VaultFault;
use crate::installation::InstallationKey;
use crate::randomness::Randomness;
use crate::record::{self, Belonging, KEY_BYTES, RecordKey};

/// The purpose that a wrapped key is bound to.
const WRAPPED: &str = "record-key";

/// All keys of an installation. Clone it freely; it is wiped when dropped and never shown.
#[derive(Clone)]
pub struct KeyRing {
    wrapping: RecordKey,
    content: RecordKey,
    anchor: RecordKey,
    session: RecordKey,
    fingerprint: [u8; 16],
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KeyRing({}…)",
            self.fingerprint().chars().take(8).collect::<String>()
        )
    }
}

impl KeyRing {
    /// Derives every key from the installation key.
    pub fn new(installation: &InstallationKey) -> Self {
        let derived = |label| {
            let bytes = Zeroizing::new(derive::tag(installation.bytes(), label, &[]));
            RecordKey::from_bytes(*bytes)
        };
        let mut fingerprint = [0; 16];
        let shown = derive::tag(installation.bytes(), "lamplighter/fingerprint/1", &[]);
        for (to, from) in fingerprint.iter_mut().zip(shown) {
            *to = from;
        }
        Self {
            wrapping: derived("lamplighter/wrapping/1"),
            content: derived("lamplighter/content/1"),
            anchor: derived("lamplighter/anchor/1"),
            session: derived("lamplighter/session/1"),
            fingerprint,
        }
    }

    /// A name of the installation key that tells nothing about it: 32 hexadecimal digits. Stored beside the journal,
    /// it lets a start with the key of another installation be refused before anything is written.
    pub fn fingerprint(&self) -> String {
        use std::fmt::Write as _;
        self.fingerprint
            .iter()
            .fold(String::with_capacity(32), |mut text, byte| {
                // Writing into a String cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// The tag by which the content of two commands of a district is compared. Equal bytes give equal tags; without
    /// the key nobody can tell what was tagged, nor compare between districts.
    pub fn content_tag(&self, district: &str, bytes: &[u8]) -> [u8; 32] {
        derive::tag(
            self.content.bytes(),
            "lamplighter/content-tag/1",
            &[district.as_bytes(), bytes],
        )
    }

    /// The signature of an anchor: of one head of one journal at one time, as the journal encodes it.
    pub fn anchor_tag(&self, bytes: &[u8]) -> [u8; 32] {
        derive::tag(self.anchor.bytes(), "lamplighter/anchor-tag/1", &[bytes])
    }

    /// What is stored of a session token: a stolen database gives nobody a session.
    pub fn session_hash(&self, token: &[u8]) -> [u8; 32] {
        derive::tag(self.session.bytes(), "lamplighter/session-hash/1", &[token])
    }

    /// Wraps a record's key for storing.
    ///
    /// # Errors
    /// [`VaultFault::NoRandomness`].
    pub fn wrap(
        &self,
        record: Uuid,
        key: &RecordKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, VaultFault> {
        record::seal(
            &self.wrapping,
            Belonging {
                record,
                purpose: WRAPPED,
            },
            key.bytes(),
            randomness,
        )
    }

    /// Unwraps a record's key as it was stored; `None` is a key that is no longer, or not yet, there.
    ///
    /// # Errors
    /// [`VaultFault::Absent`] without a stored key; [`VaultFault::NotAuthentic`] when it was changed, belongs to
    /// another record, or was wrapped under another installation key.
    pub fn unwrap(&self, record: Uuid, wrapped: Option<&[u8]>) -> Result<RecordKey, VaultFault> {
        let wrapped = wrapped.ok_or(VaultFault::Absent { record })?;
        let belonging = Belonging {
            record,
            purpose: WRAPPED,
        };
        let bytes = record::open(&self.wrapping, belonging, wrapped)?;
        let bytes: &[u8; KEY_BYTES] =
            bytes
                .as_slice()
                .try_into()
                .map_err(|_| VaultFault::NotAuthentic {
                    record,
                    purpose: WRAPPED.to_owned(),
                })?;
        Ok(RecordKey::from_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SeededRandomness;

    const RECORD: Uuid = Uuid::from_u128(1);

    fn ring(seed: u8) -> KeyRing {
        KeyRing::new(&InstallationKey::from_bytes([seed; 32]))
    }

    #[test]
    fn a_wrapped_key_unwraps_for_its_record_under_its_installation_key() {
        let source = SeededRandomness::new(1);
        let key = RecordKey::new(&source).unwrap();
        let wrapped = ring(1).wrap(RECORD, &key, &source).unwrap();
        assert_eq!(ring(1).unwrap(RECORD, Some(&wrapped)).unwrap(), key);

        let other_record = ring(1).unwrap(Uuid::from_u128(2), Some(&wrapped));
        let other_installation = ring(2).unwrap(RECORD, Some(&wrapped));
        let mut changed = wrapped.clone();
        changed[20] ^= 1;
        for refused in [
            other_record,
            other_installation,
            ring(1).unwrap(RECORD, Some(&changed)),
        ] {
            assert!(matches!(refused, Err(VaultFault::NotAuthentic { .. })));
        }
    }

    #[test]
    fn a_missing_key_is_absent_and_not_a_wrong_one() {
        assert!(
            matches!(ring(1).unwrap(RECORD, None), Err(VaultFault::Absent { record }) if record == RECORD)
        );
    }

    #[test]
    fn no_two_uses_and_no_two_installations_share_a_tag() {
        let one = ring(1);
        let tags = [
            one.content_tag("310107", b"x"),
            one.content_tag("310106", b"x"),
            one.content_tag("310107", b"y"),
            one.anchor_tag(b"x"),
            one.session_hash(b"x"),
            ring(2).content_tag("310107", b"x"),
            ring(2).anchor_tag(b"x"),
            ring(2).session_hash(b"x"),
        ];
        let distinct: std::collections::BTreeSet<_> = tags.iter().collect();
        assert_eq!(distinct.len(), tags.len());
        assert_eq!(
            one.content_tag("310107", b"x"),
            ring(1).content_tag("310107", b"x")
        );
        assert_ne!(one.fingerprint(), ring(2).fingerprint());
        assert_eq!(one.fingerprint().len(), 32);
    }

    #[test]
    fn a_ring_shows_no_key() {
        let shown = format!("{:?}", ring(1));
        assert!(shown.starts_with("KeyRing(") && shown.len() < 24, "{shown}");
    }
}
