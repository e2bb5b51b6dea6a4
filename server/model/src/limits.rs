//! Bounds of what is taken in. They keep a broken or hostile sender from filling the journal; no rule of the district
//! depends on them. What goes beyond is refused with `text_length` or `out_of_range` and the pointer of the field.

/// A reason, a report, a ground: as long as a person writes into a form.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// A name of a person, organisation or place, a ticket number.
pub const NAME_CHARS_MAX: usize = 200;

/// People in one sighting. More than this at one spot is no rough sleeping, and every one is a subject.
pub const N_PEOPLE_MAX: u32 = 200;

/// Subjects that one sighting makes; with more people the sighting keeps the number and the first so many are followed.
pub const N_SUBJECTS_MAX: u32 = 50;

/// Entries of a list in one command (calls, sightings, pairs).
pub const N_ENTRIES_MAX: usize = 100;
