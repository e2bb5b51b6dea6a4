//! Chores: bless golden files, run one seed, list what is there.
fn main() {}
