//! `erase`: a person is forgotten, by two named people and on a ground.

use super::{Said, do_errand};
use crate::command_line::EraseArgs;
use crate::config::DataSettings;
use crate::errand::Errand;

/// Runs the verb.
///
/// # Errors
/// A folder that cannot be opened.
pub async fn run(args: EraseArgs) -> anyhow::Result<Said> {
    let EraseArgs {
        person,
        by,
        ground,
        data,
        district,
    } = args;
    let errand = Errand::ErasePerson {
        person,
        named: by,
        ground,
        district,
    };
    do_errand(&DataSettings::of(&data)?, errand).await
}
