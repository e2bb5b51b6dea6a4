//! Import, export, policy and journal verbs.
