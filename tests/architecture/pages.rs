//! Links in the pages lead somewhere, and the pages name every package.

use std::fs;

use crate::files::{root, tracked};

#[test]
fn links_between_pages_lead_somewhere() {
    for page in tracked("*.md") {
        let text = fs::read_to_string(&page).unwrap();
        for part in text.split("](").skip(1) {
            let Some(target) = part.split(')').next() else {
                continue;
            };
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = page.parent().expect("a page lies in a folder").join(target);
            assert!(
                path.exists(),
                "{} links to {target}, which is not there",
                page.display()
            );
        }
    }
}

#[test]
fn the_architecture_page_names_every_package() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for name in [
        "spatial",
        "model",
        "policy",
        "dispatch",
        "journal",
        "vault",
        "notify",
        "runtime",
        "web",
        "mobile-api",
        "maps",
        "server",
        "simulator",
        "tools",
        "xtask",
        "tests",
        "bench",
    ] {
        assert!(
            page.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not name `{name}`"
        );
    }
}

#[test]
fn every_decision_has_its_four_parts() {
    for page in tracked("ops/decisions/*.md") {
        let text = fs::read_to_string(&page).unwrap();
        for part in ["## Context", "## Options", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{} has no `{part}`", page.display());
        }
    }
}
