//! Contracts: do all implementations and all wire formats agree, and do the rules say what `domain.md` says?

mod policy_tables;
mod policy_words;
