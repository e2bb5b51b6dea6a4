//! Headers, sizes and words of source files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of a file without its tests.
const LINES_MAX: usize = 500;

/// Names that our own things do not carry (style: words).
const NOT_OUR_WORDS: &[&str] = &[
    "struct Incident",
    "struct Ticket",
    "struct Alert",
    "struct Manager",
    "struct Helper",
    "mod util",
    "mod helpers",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lies in the workspace")
        .to_owned()
}

/// Files that git tracks, or would track.
pub fn tracked(pattern: &str) -> Vec<PathBuf> {
    let out = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            pattern,
        ])
        .current_dir(root())
        .output()
        .expect("git");
    String::from_utf8(out.stdout)
        .expect("names are UTF-8")
        .lines()
        .map(|line| root().join(line))
        .filter(|path| path.is_file())
        .collect()
}

fn without_tests(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    code.lines().count()
}

#[test]
fn every_source_file_says_what_it_holds() {
    for path in tracked("*.rs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no header", path.display());
    }
}

#[test]
fn source_files_stay_short() {
    let mut long = Vec::new();
    for path in tracked("*.rs") {
        // Proofs are long on purpose: a limit on them would only scatter what belongs together.
        let is_proof = path.starts_with(root().join("tests"))
            || path
                .components()
                .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "testing")
            || path
                .file_name()
                .is_some_and(|name| name == "tests.rs" || name == "testing.rs");
        if is_proof {
            continue;
        }
        // Closed lists of the language of the house are one piece each.
        if path.ends_with("server/model/src/command.rs")
            || path.ends_with("server/model/src/event.rs")
        {
            continue;
        }
        let n = without_tests(&fs::read_to_string(&path).unwrap());
        if n > LINES_MAX {
            long.push(format!("{} has {n} lines", path.display()));
        }
    }
    assert!(
        long.is_empty(),
        "more than {LINES_MAX} lines without tests:\n{}",
        long.join("\n")
    );
}

#[test]
fn the_words_are_those_of_the_field() {
    for path in tracked("*.rs") {
        if path.ends_with("tests/architecture/files.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in NOT_OUR_WORDS {
            assert!(!text.contains(word), "{} says `{word}`", path.display());
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    for path in tracked("*.rs") {
        if path.ends_with("tests/architecture/files.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for mark in ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("] {
            assert!(!text.contains(mark), "{} says `{mark}`", path.display());
        }
    }
}
