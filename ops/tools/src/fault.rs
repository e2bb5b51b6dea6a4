//! What can go wrong with a verb outside of the domain: a journal, a key, a file. Refusals and reports of problems in
//! a file are no faults.

use std::path::PathBuf;

use journal::copy::CopyFault;
use model::refusal::Refusal;
use policy::policy::PolicyProblems;

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum ToolFault {
    /// The journal or store.
    #[error("{doing}")]
    Journal {
        /// What was being done.
        doing: &'static str,
        /// The fault.
        source: journal::fault::Fault,
    },
    /// A copy.
    #[error("copying the journal")]
    Copy {
        /// The fault.
        #[from]
        source: CopyFault,
    },
    /// A key or a seal.
    #[error("{doing}")]
    Vault {
        /// What was being done.
        doing: &'static str,
        /// The fault.
        source: vault::fault::VaultFault,
    },
    /// A file.
    #[error("{doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A row of the journal is no event.
    #[error("row {seq} of {district} is no event")]
    Row {
        /// The district.
        district: String,
        /// The row.
        seq: u64,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A policy is not in order.
    #[error("the policy is not in order:\n{source}")]
    Policy {
        /// Everything that is wrong with it.
        #[from]
        source: PolicyProblems,
    },
    /// What was asked cannot be done as it was asked.
    #[error("{0}")]
    UsedWrongly(String),
    /// The core refused what a tool itself made; what was given does not fit together.
    #[error("{what}: {refusal}")]
    Refused {
        /// What was being done.
        what: String,
        /// The refusal.
        refusal: Refusal,
    },
    /// A value cannot be written as text.
    #[error("writing {what}")]
    Writing {
        /// What.
        what: &'static str,
        /// What the writer said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ToolFault {
    /// A fault of the journal while something was done.
    pub(crate) fn journal(doing: &'static str) -> impl Fn(journal::fault::Fault) -> Self {
        move |source| Self::Journal { doing, source }
    }

    /// A fault of the vault while something was done.
    pub(crate) fn vault(doing: &'static str) -> impl Fn(vault::fault::VaultFault) -> Self {
        move |source| Self::Vault { doing, source }
    }

    /// A fault of writing something.
    pub(crate) fn writing<E: std::error::Error + Send + Sync + 'static>(
        what: &'static str,
    ) -> impl Fn(E) -> Self {
        move |source| Self::Writing {
            what,
            source: Box::new(source),
        }
    }

    /// Whether the caller, and not the outside, is at fault: exit code 2.
    pub fn is_wrong_use(&self) -> bool {
        match self {
            Self::UsedWrongly(_) => true,
            Self::Journal { .. }
            | Self::Copy { .. }
            | Self::Vault { .. }
            | Self::File { .. }
            | Self::Row { .. }
            | Self::Policy { .. }
            | Self::Refused { .. }
            | Self::Writing { .. } => false,
        }
    }
}
