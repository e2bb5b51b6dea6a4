//! Import, export, policy and journal verbs, and the night in virtual time: everything behind the command line that
//! is neither HTTP nor the running server. Reading files and writing answers to a terminal is the command line's.

mod events;
pub mod export;
pub mod fault;
pub mod import;
pub mod journal_verbs;
pub mod policy_verbs;
pub mod replay;
pub mod virtual_time;
