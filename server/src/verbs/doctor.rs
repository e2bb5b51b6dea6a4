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

/// Runs the verb.
///
/// # Errors
/// Settings that cannot be read.
pub async fn run(args: &DoctorArgs) -> anyhow::Result<Said> {
    let data = DataSettings::of(&args.data)?;
    let mut findings: Vec<(&str, bool, String)> = Vec::new();
    let holds = folder::holds_journal(&data.folder);
    findings.push(("journal", holds, data.folder.display().to_string()));
    let key = InstallationKey::load(&data.key_file);
    let words = match &key {
        Ok(_) => data.key_file.display().to_string(),
        Err(fault) => fault.to_string(),
    };
    findings.push(("installation key", key.is_ok(), words));
    let served = tokio::net::UnixStream::connect(data.socket()).await.is_ok();
    let words = if served {
        "a server runs on it"
    } else {
        "no server runs on it"
    };
    findings.push(("server", true, words.to_owned()));
    if holds {
        let ring = key.ok().map(|key| KeyRing::new(&key));
        match journal_verbs::verify(&data.folder, ring.as_ref(), &[]).await {
            Ok(verified) => findings.push(("chain", verified.is_whole(), verified.to_text())),
            Err(fault) => findings.push(("chain", false, fault.to_string())),
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
