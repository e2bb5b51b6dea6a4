//! Personal fields as they leave the house: only through a logged read, for a purpose.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::closed_list::closed_list;
use crate::command::{PersonalKind, Purpose};
use crate::id::{CaseId, RecordId};

closed_list! {
    /// What a personal field is about.
    PersonalAbout {
        /// A sighting, or an addition to it.
        Sighting = "sighting",
        /// A note of the case or of a task.
        Note = "note",
        /// A person who is a subject of the case.
        Person = "person",
    }
}

/// The personal fields of a case that a read gave out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonalView {
    /// Whose case.
    pub case_id: CaseId,
    /// Why they were read.
    pub purpose: Purpose,
    /// Oldest first.
    pub fields: Vec<PersonalFieldView>,
}

/// One personal field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonalFieldView {
    /// What it is about.
    pub about: PersonalAbout,
    /// The sighting, the person, or the record of the note.
    pub id: Uuid,
    /// Its record.
    pub record: RecordId,
    /// Which field.
    pub kind: PersonalKind,
    /// The text; for a photo its id.
    pub text: String,
}

impl std::fmt::Debug for PersonalFieldView {
    /// Without the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "PersonalFieldView({}, {}, {}, …)",
            self.about, self.id, self.kind
        )
    }
}

impl std::fmt::Debug for PersonalView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "PersonalView({}, {}, {} fields)",
            self.case_id,
            self.purpose,
            self.fields.len()
        )
    }
}
