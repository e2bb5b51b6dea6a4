//! Errands: what a verb wants done in a data folder. The same errand is done by the running server, which hears it
//! through its socket, or by the verb itself, which then opens the folder.

mod account;
mod import;
mod person;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use runtime::runtime::Runtime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tools::import::{ImportOptions, Kind};
use uuid::Uuid;

pub use account::rights_of;

/// What is wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "snake_case")]
pub enum Errand {
    /// Add an account.
    AccountAdd {
        /// Its name.
        name: String,
        /// Its rights.
        rights: Rights,
        /// Absent: one is made.
        password: Option<String>,
    },
    /// Set another password.
    AccountPassword {
        /// Whose.
        name: String,
        /// Absent: one is made.
        password: Option<String>,
    },
    /// Disable an account.
    AccountDisable {
        /// Which.
        name: String,
    },
    /// List all accounts.
    AccountList,
    /// How the promises stand.
    Promises,
    /// Forget a person.
    ErasePerson {
        /// Who.
        person: Uuid,
        /// Two named people.
        named: Vec<String>,
        /// On which ground.
        ground: String,
        /// Which district.
        district: Option<String>,
    },
    /// What is kept of a person, for that person.
    PersonFile {
        /// Who.
        person: Uuid,
        /// Who hands it over.
        by: String,
        /// Which district.
        district: Option<String>,
    },
    /// Import a file.
    Import(Box<ImportErrand>),
}

/// The rights of an account, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Its role.
    pub role: String,
    /// Its streets.
    pub jurisdictions: Vec<String>,
    /// Its department.
    pub department: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Districts that it may enter.
    pub districts: Vec<String>,
}

/// A file to import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportErrand {
    /// What it holds.
    pub kind: Kind,
    /// The file, as a path that the server may read too.
    pub file: PathBuf,
    /// Which district.
    pub district: Option<String>,
    /// How it is read.
    pub options: ImportOptions,
    /// Whether only to report.
    pub dry_run: bool,
}

/// What came of an errand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Whether it was done.
    pub done: bool,
    /// For people.
    pub text: String,
    /// For programs.
    pub value: Value,
}

impl Said {
    /// Done, with words for people and a document for programs.
    pub fn done(text: impl Into<String>, value: Value) -> Self {
        Self {
            done: true,
            text: text.into(),
            value,
        }
    }

    /// Not done, with the reason.
    pub fn failed(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            done: false,
            value: serde_json::json!({"error": text}),
            text,
        }
    }
}

/// Does an errand.
pub async fn run(runtime: &Arc<Runtime>, errand: Errand) -> Said {
    match errand {
        Errand::AccountAdd {
            name,
            rights,
            password,
        } => account::add(runtime, name, rights, password).await,
        Errand::AccountPassword { name, password } => {
            account::password(runtime, name, password).await
        }
        Errand::AccountDisable { name } => account::disable(runtime, name).await,
        Errand::AccountList => account::list(runtime),
        Errand::Promises => promises(runtime),
        Errand::ErasePerson {
            person,
            named,
            ground,
            district,
        } => person::erase(runtime, person, named, ground, district.as_deref()).await,
        Errand::PersonFile {
            person,
            by,
            district,
        } => person::file(runtime, person, by, district.as_deref()).await,
        Errand::Import(errand) => import::run(runtime, *errand).await,
    }
}

/// How the promises of each district stand.
fn promises(runtime: &Arc<Runtime>) -> Said {
    let mut done = true;
    let mut text = String::new();
    let mut value = Vec::new();
    for district in runtime.districts() {
        for view in district.promises() {
            let words = view.broken.as_deref().unwrap_or("holds");
            done &= view.broken.is_none();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {}: {words}", district.id(), view.promise);
            value.push(serde_json::json!({
                "district": district.id(), "promise": view.promise,
                "ok": view.broken.is_none(), "words": words,
            }));
        }
    }
    Said {
        done,
        text,
        value: Value::Array(value),
    }
}
