//! `lamplighter policy check|show|diff`: what a policy file says, where it comes from, and in what it differs; what it
//! would have changed is in `replay`.

pub mod replay;

use std::fmt::Write as _;

use policy::policy::{Policy, PolicyProblems};
use policy::tables;
use serde::Serialize;

/// What `policy check` found in a file that is in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The id under which it would be adopted.
    pub policy_id: String,
    /// Its title.
    pub title: String,
    /// What is legal but should make a reader look twice.
    pub warnings: Vec<String>,
}

/// One number of `policy show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Where it stands.
    pub path: String,
    /// What it is.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Where it comes from.
    pub source: String,
}

/// One difference of `policy diff`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// Where.
    pub path: String,
    /// In the first; absent if it is new.
    pub from: Option<String>,
    /// In the second; absent if it is gone.
    pub to: Option<String>,
}

/// Reads a policy file and says what should make a reader look twice.
///
/// # Errors
/// Every problem with its path in the file.
pub fn check(text: &str) -> Result<Checked, PolicyProblems> {
    let warnings = tables::check(text)?;
    let policy = Policy::parse(text)?;
    Ok(Checked {
        policy_id: policy.id().to_string(),
        title: policy.title().to_owned(),
        warnings,
    })
}

/// Every number of a policy file with unit and source, in the order of its path.
///
/// # Errors
/// Every problem with its path in the file.
pub fn show(text: &str) -> Result<Vec<Shown>, PolicyProblems> {
    let policy = Policy::parse(text)?;
    Ok(tables::show(&policy)
        .into_iter()
        .map(|number| Shown {
            path: number.path,
            value: number.value,
            unit: number.unit,
            source: number.source,
        })
        .collect())
}

/// The numbers in which a policy file differs from another one.
///
/// # Errors
/// Every problem of the first that is not in order.
pub fn diff(from: &str, to: &str) -> Result<Vec<Differs>, PolicyProblems> {
    let (from, to) = (Policy::parse(from)?, Policy::parse(to)?);
    Ok(tables::diff(&from, &to)
        .into_iter()
        .map(|difference| Differs {
            path: difference.path,
            from: difference.from,
            to: difference.to,
        })
        .collect())
}

/// `policy show` for people: one number a line, aligned, with unit and source.
pub fn shown_text(numbers: &[Shown]) -> String {
    let width = numbers
        .iter()
        .map(|number| number.path.len())
        .max()
        .unwrap_or(0);
    numbers.iter().fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            "{:width$} = {}  # {}; {}",
            number.path, number.value, number.unit, number.source
        );
        text
    })
}

/// `policy diff` for people.
pub fn diff_text(differences: &[Differs]) -> String {
    if differences.is_empty() {
        return "没有不同 / no difference\n".to_owned();
    }
    differences.iter().fold(String::new(), |mut text, one| {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let _ = writeln!(
            text,
            "{}: {} → {}",
            one.path,
            side(&one.from),
            side(&one.to)
        );
        text
    })
}

#[cfg(test)]
mod tests {
    use policy::policy::PUTUO;

    use super::*;

    #[test]
    fn the_shipped_policy_is_shown_with_a_source_for_every_number() {
        let numbers = show(PUTUO).unwrap();
        assert!(numbers.len() > 100);
        for number in &numbers {
            assert!(!number.source.is_empty(), "{}", number.path);
        }
        assert!(shown_text(&numbers).lines().count() >= numbers.len());
        assert_eq!(
            check(PUTUO).unwrap().title,
            "普陀区街面流浪人员救助分级响应"
        );
    }

    #[test]
    fn a_changed_number_is_the_only_difference() {
        let other = PUTUO.replace("call_every = \"10m\"", "call_every = \"11m\"");
        let differences = diff(PUTUO, &other).unwrap();
        assert_eq!(differences.len(), 1);
        assert!(diff_text(&differences).contains("ladder.call_every"));
        assert!(check("surprise = 1").is_err());
    }
}
