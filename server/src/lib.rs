//! The program: command line, settings, composition, API document, pages, telemetry. The binary only calls [`main`];
//! proofs compose the same router in their own process.

pub mod api_document;
pub mod basemap;
pub mod command_line;
pub mod compose;
pub mod config;
mod console;
pub mod errand;
pub mod exit;
pub mod page;
pub mod serve;
pub mod socket;
pub mod telemetry;
pub mod verbs;

use std::process::ExitCode;

use clap::Parser as _;

use command_line::{CommandLine, Verb};
use verbs::Said;

/// What a server logs when nobody says; verbs that end soon log only what went wrong.
const LOG_OF_SERVER: &str = "info";
const LOG_OF_VERB: &str = "error";

/// Reads the command line, runs the verb, prints what it said.
pub fn main() -> ExitCode {
    // A wrong word ends here, with code 2 and a sentence of its own.
    let line = CommandLine::parse();
    let log = match line.verb {
        Verb::Serve(_) => LOG_OF_SERVER,
        Verb::Demo(_)
        | Verb::Import(_)
        | Verb::Simulate(_)
        | Verb::Export(_)
        | Verb::Erase(_)
        | Verb::Policy(_)
        | Verb::Journal(_)
        | Verb::Account(_)
        | Verb::Backup(_)
        | Verb::Restore(_)
        | Verb::Doctor(_) => LOG_OF_VERB,
    };
    telemetry::start(log);
    let json = line.json;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("lamplighter: no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(verbs::run(line)) {
        Ok(said) => end(&said, json),
        Err(error) => {
            eprintln!("lamplighter: {}", exit::sentence_of(&error));
            exit::code_of(&error)
        }
    }
}

/// Prints what a verb said and ends with its code.
fn end(said: &Said, json: bool) -> ExitCode {
    let text = if json {
        said.value.to_string()
    } else {
        said.text.trim_end().to_owned()
    };
    if !text.is_empty() {
        println!("{text}");
    }
    if said.done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
