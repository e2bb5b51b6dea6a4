//! The built program, as its users meet it: real HTTP and websockets, killed and started again.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod areas;
mod clock;
mod damage;
mod duplicates;
mod feed;
mod folder;
mod follow_up;
mod forgetting;
mod full_disk;
mod import;
mod kill;
mod ladders;
mod matrix;
mod personal;
mod promises;
mod repeats;
mod revisits;
mod snapshots;
mod sync;
