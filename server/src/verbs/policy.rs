//! `policy check|show|diff|replay`.

use std::path::Path;

use anyhow::Context as _;
use policy::policy::Policy;
use serde_json::json;
use tools::policy_verbs;
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

use super::Said;
use super::journal::failed;
use crate::command_line::{DataArgs, PolicyVerb};
use crate::config::DataSettings;

/// Runs the verb.
///
/// # Errors
/// A file that cannot be read or is not in order.
pub async fn run(verb: PolicyVerb) -> anyhow::Result<Said> {
    match verb {
        PolicyVerb::Check { file } => check(&file),
        PolicyVerb::Show { file } => {
            let text = text_of(file.as_deref())?;
            let numbers = policy_verbs::show(&text)?;
            let shown = policy_verbs::shown_text(&numbers);
            Ok(Said::done(shown, serde_json::to_value(&numbers)?))
        }
        PolicyVerb::Diff { file, with } => {
            let (from, to) = (text_of(with.as_deref())?, text_of(Some(&file))?);
            let differences = policy_verbs::diff(&from, &to)?;
            let text = policy_verbs::diff_text(&differences);
            Ok(Said::done(text, serde_json::to_value(&differences)?))
        }
        PolicyVerb::Replay {
            file,
            data,
            district,
        } => replay(&file, &data, district.as_deref()).await,
    }
}

async fn replay(file: &Path, data: &DataArgs, district: Option<&str>) -> anyhow::Result<Said> {
    let data = DataSettings::of(data)?;
    let other = text_of(Some(file))?;
    let ring = KeyRing::new(&InstallationKey::load(&data.key_file)?);
    let archive = tools::replay::open_to_read(&data.folder)
        .await
        .map_err(failed)?;
    let mut text = String::new();
    let mut values = Vec::new();
    for district in tools::replay::districts(&archive, district)
        .await
        .map_err(failed)?
    {
        let regraded = policy_verbs::replay::replay(&archive, &district, &ring, &other)
            .await
            .map_err(failed)?;
        text.push_str(&regraded.to_text());
        values.push(serde_json::to_value(&regraded)?);
    }
    Ok(Said::done(text, serde_json::Value::Array(values)))
}

fn check(file: &Path) -> anyhow::Result<Said> {
    match policy_verbs::check(&text_of(Some(file))?) {
        Ok(checked) => {
            let mut text = format!(
                "{} {}: 没有问题 / in order\n",
                checked.policy_id, checked.title
            );
            for warning in &checked.warnings {
                text.push_str("  ");
                text.push_str(warning);
                text.push('\n');
            }
            Ok(Said::done(text, serde_json::to_value(&checked)?))
        }
        Err(problems) => Ok(Said {
            done: false,
            text: problems.to_string(),
            value: json!({"problems": problems.0.iter().map(|p| json!({"path": p.path, "what": p.what})).collect::<Vec<_>>()}),
        }),
    }
}

/// A policy file, or the shipped policy.
fn text_of(file: Option<&Path>) -> anyhow::Result<String> {
    match file {
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display())),
        None => Ok(Policy::putuo()?.text().to_owned()),
    }
}
