//! Persons: known or nameless. Names and looks are personal fields and stand elsewhere.

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::id::{AccountName, CaseId, PersonId, RecordId};
use crate::sign::AgeBand;
use crate::time::Instant;

closed_list! {
    /// How sure a name is.
    NameQuality {
        /// Full, from a document.
        Full = "full",
        /// Part of a name.
        Partial = "partial",
        /// A code name.
        CodeName = "code_name",
        /// None.
        None = "none",
    }
}

/// Somebody that a subject may be linked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Their id; stays valid when joined.
    pub id: PersonId,
    /// The record of the personal fields.
    pub record: RecordId,
    /// How sure the name is.
    pub name_quality: NameQuality,
    /// Age as a band.
    pub age_band: AgeBand,
    /// 特殊关爱对象
    pub special_care: bool,
    /// The joined identity: the person that this one was joined to.
    #[serde(default)]
    pub joined_to: Option<PersonId>,
    /// Opened.
    pub opened_at: Instant,
    /// By whom.
    pub by: AccountName,
    /// Visits made, the last hundred, oldest first.
    #[serde(default)]
    pub visited_at: Vec<Instant>,
    /// The case in which care goes on.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// The next special-care visit that is due.
    #[serde(default)]
    pub next_due: Option<Instant>,
    /// When the program looks again whether the visit becomes a task, or was missed.
    #[serde(default)]
    pub look_at: Option<Instant>,
    /// The last event that touched it.
    #[serde(default)]
    pub seq: u64,
}
