//! The program `lamplighter`: reads the command line and hands over to the verb.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main()
}
