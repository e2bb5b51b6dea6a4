//! Keyed hashing: HMAC-SHA-256 over a label and length-prefixed parts. Nothing here keeps a key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Length of a derived key or tag in bytes.
pub(crate) const TAG_BYTES: usize = 32;

/// HMAC-SHA-256 under `key` over the label and the parts, each preceded by its length, so that no two lists of parts
/// give the same input. With a secret key this both derives keys (one step of HKDF's expansion) and tags content.
pub(crate) fn tag(key: &[u8], label: &str, parts: &[&[u8]]) -> [u8; TAG_BYTES] {
    let mut mac = keyed(key);
    for part in std::iter::once(&label.as_bytes()).chain(parts) {
        let n_bytes = u64::try_from(part.len()).unwrap_or(u64::MAX);
        mac.update(&n_bytes.to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length: the error cannot occur"
)]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_separated_by_their_lengths() {
        assert_ne!(
            tag(b"k", "l", &[b"ab", b"c"]),
            tag(b"k", "l", &[b"a", b"bc"])
        );
        assert_ne!(tag(b"k", "la", &[b"b"]), tag(b"k", "l", &[b"ab"]));
        assert_ne!(tag(b"k", "l", &[b""]), tag(b"k", "l", &[]));
    }
}
