//! `policy check|show|diff`.

use std::path::Path;

use anyhow::Context as _;
use policy::policy::Policy;
use serde_json::json;
use tools::policy_verbs;

use super::Said;
use crate::command_line::PolicyVerb;

/// Runs the verb.
///
/// # Errors
/// A file that cannot be read or is not in order.
pub fn run(verb: PolicyVerb) -> anyhow::Result<Said> {
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
    }
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
