//! Where events are kept: the trait, the databases behind it, and the suite that all of them pass.
//!
//! A journal is a chain of rows for each district. What a row means is not known here: body and erasable section are
//! opaque bytes. Here is no rule, no clock, no key and no reading of events.

pub mod anchor;
pub mod chain;
pub mod contract;
pub mod copy;
pub mod fault;
pub mod faulty;
pub mod folder;
pub mod inspect;
pub mod journal;
pub mod memory;
pub mod row;
pub mod snapshot;
pub mod sqlite;
pub mod store;
pub mod verify;
