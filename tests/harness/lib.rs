//! What the proofs share: the built program in a temporary folder, a client of the public interface, a client of the
//! live feed, a proxy that cuts connections, the policy with other lengths of time, and a search for planted words.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a proof stops at the first thing that is wrong"
)]

pub mod client;
pub mod cutting_proxy;
pub mod feed_client;
pub mod follower;
pub mod policy_text;
pub mod program;
pub mod rows;
pub mod search;
pub mod server;
pub mod set_clock;
pub mod trace;
