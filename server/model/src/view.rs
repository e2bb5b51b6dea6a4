//! Views: the shapes that leave the house over HTTP and on the live feed, named as the outside face fixes them.
//! They hold no personal field (note, looks, names, photos): those leave only through their own logged read.
//!
//! Every time is a [`stamp::Stamp`]: the moment with the offset of the policy's time zone, so that a view can be made
//! without asking for a zone again and reads as people write it. A list that is empty and a value that is not there
//! are written out, as `[]` and `null`.

pub mod answer;
pub mod area;
pub mod background;
pub mod candidate;
pub mod case;
pub mod escalation;
pub mod figures;
pub mod live;
pub mod message;
pub mod person;
pub mod personal;
pub mod place;
pub mod reason;
pub mod sighting;
pub mod stamp;
pub mod task;
