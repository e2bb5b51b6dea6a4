//! What can go wrong with keys and ciphertext. A fault names the thing, never its content.

use std::path::PathBuf;

use uuid::Uuid;

/// A failure of the vault. None of them carries key material or plaintext.
#[derive(Debug, thiserror::Error)]
pub enum VaultFault {
    /// The record has no key: its content was erased, or never existed. A reader shows 'absent'.
    #[error("no key for record {record}: its content is absent")]
    Absent {
        /// The record whose key is missing.
        record: Uuid,
    },
    /// The ciphertext was changed, belongs to another record or purpose, or the key is not the one that sealed it.
    #[error(
        "sealed {purpose} of record {record} does not open: changed, misplaced or under another key"
    )]
    NotAuthentic {
        /// The record the ciphertext was said to belong to.
        record: Uuid,
        /// The purpose the ciphertext was said to serve.
        purpose: String,
    },
    /// The plaintext is longer than the cipher can seal.
    #[error("{purpose} of record {record} is too long to seal ({n_bytes} bytes)")]
    TooLong {
        /// The record.
        record: Uuid,
        /// The purpose.
        purpose: String,
        /// Length of the plaintext in bytes.
        n_bytes: usize,
    },
    /// The system gave no random bytes.
    #[error("reading {n_bytes} random bytes from the system")]
    NoRandomness {
        /// How many bytes were asked for.
        n_bytes: usize,
        /// What the system said.
        source: getrandom::Error,
    },
    /// There is no installation key at this path.
    #[error("no installation key at {}", path.display())]
    KeyMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A new installation key was to be made where one already lies.
    #[error("an installation key already lies at {}", path.display())]
    KeyPresent {
        /// Where it lies.
        path: PathBuf,
    },
    /// Others than its owner may read or write the key file. `chmod 600` mends it.
    #[error("installation key {} is open to others (mode {mode:03o}); it must be 600", path.display())]
    KeyOpenToOthers {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is there but is no installation key of this program.
    #[error("{} is not an installation key", path.display())]
    KeyDamaged {
        /// The key file.
        path: PathBuf,
    },
    /// Reading or writing the key file failed.
    #[error("{operation} installation key {}", path.display())]
    KeyFile {
        /// What was being done.
        operation: &'static str,
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
