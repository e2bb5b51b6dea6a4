//! Benchmarks, each beside an honest reference.
fn main() {}
