//! Why a runtime cannot start or go on.

use model::codec::CodecFault;
use model::id::DistrictId;
use policy::policy::PolicyProblems;
use vault::fault::VaultFault;

use crate::submission::SubmitError;

/// A failure of the outside; names the thing and keeps its source.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeFault {
    /// No district is named and the journal has none.
    #[error("no district to host")]
    NoDistrict,
    /// The journal or the store failed.
    #[error("the journal failed while {doing}")]
    Journal {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        source: journal::fault::Fault,
    },
    /// A row does not follow the one before it.
    #[error("the journal of {district} is broken")]
    Broken {
        /// The district.
        district: DistrictId,
        /// Where.
        source: journal::chain::Break,
    },
    /// A row cannot be read as an event.
    #[error("row {seq} of {district} cannot be read")]
    Row {
        /// The district.
        district: DistrictId,
        /// The row.
        seq: u64,
        /// Why.
        source: CodecFault,
    },
    /// Details cannot be read as what they should be.
    #[error("the details of row {seq} of {district} cannot be read: {what}")]
    Details {
        /// The district.
        district: DistrictId,
        /// The row.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// A key or a seal failed.
    #[error("the vault failed while {doing}")]
    Vault {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        source: VaultFault,
    },
    /// The installation key is another than the one that this journal was begun with.
    #[error("this journal belongs to another installation key ({stored}…, not {given}…)")]
    OtherInstallation {
        /// Fingerprint that is stored.
        stored: String,
        /// Fingerprint of the key that was given.
        given: String,
    },
    /// A policy of the store cannot be read.
    #[error("policy {hash} cannot be read")]
    Policy {
        /// Its hash.
        hash: String,
        /// What is wrong with it.
        source: PolicyProblems,
    },
    /// The preset is not in order.
    #[error("the preset cannot be read: {what}")]
    Preset {
        /// What is wrong.
        what: String,
    },
    /// What the program itself handed in was not taken.
    #[error("{doing} was not taken")]
    NotTaken {
        /// What.
        doing: &'static str,
        /// Why.
        source: SubmitError,
    },
    /// The password could not be hashed.
    #[error("hashing a password failed: {what}")]
    Password {
        /// What the hasher said.
        what: String,
    },
    /// An event or state cannot be written as JSON, which would be a bug.
    #[error("writing {what} failed")]
    Writing {
        /// What.
        what: &'static str,
        /// What the writer said.
        source: serde_json::Error,
    },
    /// A file beside the journal failed.
    #[error("a file failed while {doing}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        source: std::io::Error,
    },
    /// An event cannot be written.
    #[error("an event cannot be written")]
    Codec(#[from] CodecFault),
}

impl RuntimeFault {
    pub(crate) fn journal(doing: &'static str) -> impl Fn(journal::fault::Fault) -> Self {
        move |source| Self::Journal { doing, source }
    }

    pub(crate) fn file(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::File { doing, source }
    }

    pub(crate) fn vault(doing: &'static str) -> impl Fn(VaultFault) -> Self {
        move |source| Self::Vault { doing, source }
    }
}

/// A fault with everything under it, for one line of the log.
pub(crate) fn chain_of(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut next = fault.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
