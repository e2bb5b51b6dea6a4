//! `account add|password|disable|list`.

use std::io::Read as _;

use anyhow::Context as _;

use super::{Said, do_errand};
use crate::command_line::{AccountVerb, DataArgs};
use crate::config::DataSettings;
use crate::errand::{Errand, Rights};
use crate::exit::used_wrongly;

/// A password of more bytes is not read.
const PASSWORD_BYTES_MAX: u64 = 1_024;

/// Runs the verb.
///
/// # Errors
/// A folder that cannot be opened, a password that cannot be read.
pub async fn run(verb: AccountVerb) -> anyhow::Result<Said> {
    let (data, errand) = errand_of(verb)?;
    do_errand(&DataSettings::of(&data)?, errand).await
}

fn errand_of(verb: AccountVerb) -> anyhow::Result<(DataArgs, Errand)> {
    Ok(match verb {
        AccountVerb::Add {
            name,
            role,
            jurisdictions,
            department,
            unit,
            districts,
            password_stdin,
            data,
        } => {
            let rights = Rights {
                role,
                jurisdictions,
                department,
                unit,
                districts,
            };
            let password = read_password(password_stdin)?;
            let errand = Errand::AccountAdd {
                name,
                rights,
                password,
            };
            (data, errand)
        }
        AccountVerb::Password {
            name,
            password_stdin,
            data,
        } => {
            let password = read_password(password_stdin)?;
            (data, Errand::AccountPassword { name, password })
        }
        AccountVerb::Disable { name, data } => (data, Errand::AccountDisable { name }),
        AccountVerb::List { data } => (data, Errand::AccountList),
    })
}

/// The password on the standard input, without the end of its line; none where it is not to be read.
fn read_password(from_stdin: bool) -> anyhow::Result<Option<String>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut text = String::new();
    std::io::stdin()
        .take(PASSWORD_BYTES_MAX)
        .read_to_string(&mut text)
        .context("the password cannot be read")?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(used_wrongly("the password on the standard input is empty"));
    }
    Ok(Some(password))
}
