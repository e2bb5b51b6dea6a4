//! Keys, and the sealing of what may have to be erased.
//!
//! Everything personal and every erasable detail is sealed under a key of its own for each record; the record keys
//! are wrapped under the installation key. Deleting a wrapped key erases what it sealed, wherever a copy may lie.
//! Here is no journal and no rule: who may read is decided elsewhere, and where ciphertext lies is the journal's.

pub mod fault;
pub mod installation;
pub mod randomness;
pub mod record;
pub mod ring;

mod derive;
