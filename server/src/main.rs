//! The program `lamplighter`: reads the command line and hands over to the verb.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A state that shares its parts with every reader is many small pieces; this allocator gives them out faster.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::main()
}
