//! Every rule that a reason can name has a sentence in both languages, and no rule's name contains a sign.
#![expect(
    clippy::unwrap_used,
    reason = "a source folder that cannot be read fails the test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use model::id::PolicyId;
use model::reason::Reason;
use model::sign::Sign;
use policy::words;

/// The packages that make reasons.
const MAKE_REASONS: &[&str] = &["server/policy/src", "server/dispatch/src"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Literals of the form `"noun/what_matched"`.
fn rules_in(text: &str) -> impl Iterator<Item = &str> {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.split('"').skip(1).step_by(2).filter(move |literal| {
        literal
            .split_once('/')
            .is_some_and(|(noun, what)| part(noun) && part(what))
    })
}

fn rules() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = Vec::new();
    for folder in MAKE_REASONS {
        files(&root.join(folder), &mut sources);
    }
    let mut rules = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        // Tests may name rules that nobody makes.
        let made = text.split("#[cfg(test)]").next().unwrap();
        rules.extend(
            made.lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .flat_map(rules_in)
                .map(str::to_owned),
        );
    }
    rules
}

#[test]
fn every_rule_has_a_sentence_in_chinese_and_english() {
    let rules = rules();
    assert!(rules.len() > 60, "only {} rules were found", rules.len());
    let silent: Vec<&String> = rules
        .iter()
        .filter(|rule| !words::has_sentence(rule))
        .collect();
    assert!(silent.is_empty(), "no sentence for {silent:?}");
}

#[test]
fn no_rule_is_named_after_a_sign() {
    for rule in rules() {
        for sign in Sign::ALL {
            assert!(!rule.contains(sign.as_str()), "{rule} names {sign}");
        }
    }
}

#[test]
fn every_sentence_can_be_said_without_any_fact() {
    for rule in rules() {
        let said = words::text(&Reason::new(rule.as_str(), &PolicyId::from("p")));
        assert!(
            !said.zh.is_empty() && !said.en.is_empty() && !said.en.contains('{'),
            "{rule}"
        );
    }
}
