//! `doctor`: whether a data folder and its settings are in order.

use std::fmt::Write as _;

use journal::folder;
use serde_json::json;
use tools::journal_verbs;
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

use super::Said;
use crate::command_line::DoctorArgs;
use crate::config::DataSettings;
use crate::errand::Errand;
use crate::socket;

/// Runs the verb.
///
/// # Errors
/// Settings that cannot be read.
pub async fn run(args: &DoctorArgs) -> anyhow::Result<Said> {
    let data = DataSettings::of(&args.data)?;
    let mut findings: Vec<(String, bool, String)> = Vec::new();
    let holds = folder::holds_journal(&data.folder);
    findings.push((
        "journal".to_owned(),
        holds,
        data.folder.display().to_string(),
    ));
    let key = InstallationKey::load(&data.key_file);
    let words = match &key {
        Ok(_) => data.key_file.display().to_string(),
        Err(fault) => fault.to_string(),
    };
    findings.push(("installation key".to_owned(), key.is_ok(), words));
    let served = tokio::net::UnixStream::connect(data.socket()).await.is_ok();
    let words = if served {
        "a server runs on it"
    } else {
        "no server runs on it"
    };
    findings.push(("server".to_owned(), true, words.to_owned()));
    if let Some(said) = socket::hand_over(&data.socket(), &Errand::Promises).await? {
        for one in said.value.as_array().into_iter().flatten() {
            let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let words = format!("{} {}", word("district"), word("words"));
            findings.push((
                format!("promise {}", word("promise")),
                one["ok"] == true,
                words,
            ));
        }
    }
    if holds {
        let ring = key.ok().map(|key| KeyRing::new(&key));
        match journal_verbs::verify(&data.folder, ring.as_ref(), &[]).await {
            Ok(verified) => {
                findings.push(("chain".to_owned(), verified.is_whole(), verified.to_text()));
            }
            Err(fault) => findings.push(("chain".to_owned(), false, fault.to_string())),
        }
    }
    let mut text = String::new();
    for (thing, well, words) in &findings {
        let mark = if *well { "好 ok  " } else { "坏 BAD " };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark} {thing}: {}", words.trim_end());
    }
    let value = findings
        .iter()
        .map(|(thing, well, words)| json!({"thing": thing, "ok": well, "words": words}))
        .collect();
    Ok(Said {
        done: findings.iter().all(|(_, well, _)| *well),
        text,
        value,
    })
}
