//! How a verb ends: 0 done, 1 failed, 2 used wrongly.

use std::fmt;
use std::process::ExitCode;

/// A verb that was used wrongly: exit code 2.
#[derive(Debug)]
pub struct UsedWrongly(pub String);

impl fmt::Display for UsedWrongly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsedWrongly {}

/// Shorthand for an error that ends with code 2.
pub fn used_wrongly(words: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(UsedWrongly(words.into()))
}

/// The exit code of a failure: 2 if the verb was used wrongly, else 1.
pub fn code_of(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(|cause| cause.is::<UsedWrongly>()) {
        ExitCode::from(2)
    } else {
        ExitCode::from(1)
    }
}

/// The failure in one line, with its causes.
pub fn sentence_of(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}
