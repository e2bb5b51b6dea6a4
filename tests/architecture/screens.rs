//! The house of the screens: headers, sizes, words in one place, nothing left for later, nothing from elsewhere.

use std::fs;
use std::path::PathBuf;

use crate::files::{root, tracked};

/// Lines of a component without its styles.
const COMPONENT_LINES_MAX: usize = 150;
/// Lines of any other source file.
const LINES_MAX: usize = 500;

/// Source files of the screens, without what is generated.
fn sources(ending: &str) -> Vec<PathBuf> {
    tracked(&format!("*.{ending}"))
        .into_iter()
        .filter(|path| !path.ends_with("maps/kit/wire/api.ts"))
        .collect()
}

/// A comment may quote an official term.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "* ", "<!--"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

fn name(path: &std::path::Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[test]
fn every_file_of_the_screens_says_what_it_holds() {
    for path in sources("ts") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//"), "{} has no header", name(&path));
    }
    for path in sources("css") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("/*"), "{} has no header", name(&path));
    }
    for path in sources("vue") {
        let text = fs::read_to_string(&path).unwrap();
        let mut lines = text.lines();
        let script = lines.next().unwrap_or_default();
        let says = lines.next().unwrap_or_default().starts_with("//");
        assert!(
            script.starts_with("<script setup lang=\"ts\"") && says,
            "{} has no header",
            name(&path)
        );
    }
}

#[test]
fn components_and_modules_stay_short() {
    let mut long = Vec::new();
    for path in sources("vue") {
        let text = fs::read_to_string(&path).unwrap();
        let n = text
            .split("<style")
            .next()
            .map_or(0, |part| part.lines().count());
        if n > COMPONENT_LINES_MAX {
            long.push(format!("{} has {n} lines", name(&path)));
        }
    }
    for path in sources("ts") {
        let n = fs::read_to_string(&path).unwrap().lines().count();
        if n > LINES_MAX && !path.to_string_lossy().ends_with(".test.ts") {
            long.push(format!("{} has {n} lines", name(&path)));
        }
    }
    assert!(long.is_empty(), "too long:\n{}", long.join("\n"));
}

#[test]
fn words_of_the_screens_stand_in_the_tables_of_words_alone() {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    for path in sources("vue").into_iter().chain(sources("ts")) {
        let of_pages = name(&path);
        let is_table = of_pages.starts_with("maps/kit/words/");
        // Cases of tests beside the code, and outlines made up for them.
        let is_proof = of_pages.ends_with(".test.ts")
            || of_pages.ends_with(".test-cases.ts")
            || of_pages.contains("/fixtures/")
            || of_pages.starts_with("tests/");
        if is_table || is_proof {
            continue;
        }
        // It takes the official endings off the names of streets.
        if of_pages.ends_with("/street_name.ts") || of_pages.ends_with("/street_labels.ts") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let found: Vec<&str> = text
            .lines()
            .filter(|line| !is_comment(line) && line.contains(is_chinese))
            .collect();
        assert!(found.is_empty(), "{of_pages} has words: {found:?}");
    }
}

#[test]
fn nothing_of_the_screens_is_left_for_later_or_comes_from_elsewhere() {
    for path in sources("vue").into_iter().chain(sources("ts")) {
        let text = fs::read_to_string(&path).unwrap();
        for mark in [
            "TO\u{44}O",
            "FIX\u{4d}E",
            "@ts-ignore",
            "v-html",
            "innerHTML",
        ] {
            assert!(!text.contains(mark), "{} says `{mark}`", name(&path));
        }
        let of_pages = name(&path).starts_with("maps/");
        assert!(
            !of_pages || !text.contains("https://"),
            "{} names another host",
            name(&path)
        );
    }
}
