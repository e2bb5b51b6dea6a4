//! The one loop of a district and everything around it: inbox, clock, timers, writer, couriers, live feed, accounts.
//!
//! Here nothing is judged: `decide` of `dispatch` does, and the loop commits what it said before anybody hears of it.
//! Here is no HTTP. Everything asynchronous runs under one paused thread with a journal in memory, as in the
//! simulation, so nothing in the path of a command may need a thread or a real clock.

pub mod accounts;
pub mod answers;
pub mod clock;
pub mod config;
pub mod couriers;
mod district_loop;
mod district_time;
pub mod districts;
pub mod fault;
pub mod feed;
mod forgotten;
pub mod handle;
mod ids;
mod keys;
pub mod metrics;
mod person_file;
pub mod personal;
pub mod policies;
pub mod positions;
pub mod preset;
pub mod promises;
pub mod published;
pub mod reads;
mod rows;
pub mod runtime;
mod snapshots;
pub mod submission;
