//! Contracts: do all implementations and all wire formats agree, and do the rules say what `domain.md` says?

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a proof stops at the first thing that is wrong"
)]

mod bad_input;
mod event_golden;
mod personal_fields;
mod policy_tables;
mod policy_words;
mod role_matrix;
mod wire_shapes;
mod wire_types;
