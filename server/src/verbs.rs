//! The verbs: each turns its words into an errand, a server, or a call of a tool, and says what came of it.

mod account;
mod backup;
mod demo;
mod doctor;
mod erase;
mod export;
mod import;
mod journal;
mod policy;
mod simulate;

use crate::command_line::{CommandLine, Verb};
use crate::compose::{self, Opening};
use crate::config::{DataSettings, ServeSettings};
use crate::errand::{self, Errand};
use crate::{serve, socket};

pub use crate::errand::Said;

/// Runs a verb.
///
/// # Errors
/// What failed, or what was used wrongly.
pub async fn run(line: CommandLine) -> anyhow::Result<Said> {
    match line.verb {
        Verb::Serve(args) => {
            serve::serve(&ServeSettings::of(&args)?).await?;
            Ok(Said::done(String::new(), serde_json::Value::Null))
        }
        Verb::Demo(args) => demo::run(&args).await,
        Verb::Import(args) => import::run(args).await,
        Verb::Simulate(args) => simulate::run(args).await,
        Verb::Export(args) => export::run(&args).await,
        Verb::Erase(args) => erase::run(args).await,
        Verb::Policy(verb) => policy::run(verb).await,
        Verb::Journal(verb) => journal::run(verb).await,
        Verb::Account(verb) => account::run(verb).await,
        Verb::Backup(args) => backup::backup(&args).await,
        Verb::Restore(args) => backup::restore(&args).await,
        Verb::Doctor(args) => doctor::run(&args).await,
    }
}

/// Does an errand: through the socket of a running server, else by opening the folder.
async fn do_errand(data: &DataSettings, errand: Errand) -> anyhow::Result<Said> {
    if let Some(said) = socket::hand_over(&data.socket(), &errand).await? {
        return Ok(said);
    }
    let installation = compose::open(data, Opening::default()).await?;
    let said = errand::run(&installation.runtime, errand).await;
    installation.close().await;
    Ok(said)
}
