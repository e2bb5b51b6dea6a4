//! What there is to talk about: ids, time, nouns, commands, events, refusals and the views that leave the house.
//! Pure: no clock, no file, no network. Nothing here judges; rules are in `policy`.

mod closed_list;

pub mod actor;
pub mod area;
pub mod background;
pub mod case;
pub mod codec;
pub mod command;
pub mod deadline;
pub mod details;
pub mod escalation;
pub mod event;
pub mod grade;
pub mod id;
pub mod limits;
pub mod outcome;
pub mod person;
pub mod reason;
pub mod refusal;
pub mod sighting;
pub mod sign;
pub mod task;
pub mod time;
pub mod view;
