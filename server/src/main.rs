//! The program `lamplighter`: reads the command line and hands over to the verb.
fn main() {}
