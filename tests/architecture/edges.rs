//! Who may import whom: the table of ARCHITECTURE.md, compared with what cargo says.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each package with the packages of ours that it may import. A new edge needs a decision page.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("spatial", &[]),
    ("model", &["spatial"]),
    ("policy", &["model", "spatial"]),
    ("dispatch", &["model", "policy", "spatial"]),
    ("journal", &["model"]),
    ("vault", &["model"]),
    ("notify", &["model"]),
    (
        "runtime",
        &[
            "model", "spatial", "policy", "dispatch", "journal", "vault", "notify",
        ],
    ),
    ("web", &["model", "spatial", "runtime"]),
    ("mobile-api", &["model", "spatial", "runtime", "web"]),
    ("maps", &["model", "spatial", "runtime", "web"]),
    (
        "server",
        &[
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
            "simulator",
            "tools",
        ],
    ),
    ("simulator", &["model", "spatial"]),
    (
        "tools",
        &["model", "spatial", "policy", "dispatch", "journal", "vault"],
    ),
    (
        "xtask",
        &["model", "spatial", "policy", "dispatch", "journal", "vault"],
    ),
];

/// Packages that may import everything.
const MAY_IMPORT_ALL: &[&str] = &["tests", "simulation", "bench"];

/// What a pure package never touches.
const PURE: &[&str] = &["spatial", "model", "policy", "dispatch"];
const IMPURE_CRATES: &[&str] = &[
    "tokio",
    "axum",
    "sqlx",
    "reqwest",
    "hyper",
    "tower",
    "tower-http",
    "getrandom",
    "rand",
    "tokio-tungstenite",
];

/// What a package never touches besides.
const NEVER: &[(&str, &[&str])] = &[
    ("runtime", &["axum", "tower-http"]),
    ("mobile-api", &["sqlx"]),
    ("maps", &["sqlx"]),
    ("web", &["sqlx"]),
    ("simulator", &["sqlx", "axum"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    metadata
        .packages
        .iter()
        .map(|package| {
            let names = package
                .dependencies
                .iter()
                .filter(|d| d.kind == DependencyKind::Normal)
                .map(|d| d.name.clone())
                .collect();
            (package.name.to_string(), names)
        })
        .collect()
}

#[test]
fn packages_import_only_what_the_table_allows() {
    let dependencies = dependencies();
    let ours: BTreeSet<&String> = dependencies.keys().collect();
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    for (package, names) in &dependencies {
        if MAY_IMPORT_ALL.contains(&package.as_str()) {
            continue;
        }
        let may = allowed
            .get(package.as_str())
            .unwrap_or_else(|| panic!("{package} is not in the table"));
        for name in names.iter().filter(|name| ours.contains(name)) {
            assert!(
                may.contains(&name.as_str()),
                "{package} imports {name}, which the table does not allow"
            );
        }
    }
    for (package, _) in MAY_IMPORT {
        assert!(
            dependencies.contains_key(*package),
            "the table names {package}, which does not exist"
        );
    }
}

#[test]
fn pure_packages_touch_no_io() {
    let dependencies = dependencies();
    for package in PURE {
        for name in &dependencies[*package] {
            assert!(
                !IMPURE_CRATES.contains(&name.as_str()),
                "{package} is pure and imports {name}"
            );
        }
    }
}

#[test]
fn packages_keep_away_from_what_is_not_theirs() {
    let dependencies = dependencies();
    for (package, never) in NEVER {
        for name in &dependencies[*package] {
            assert!(!never.contains(&name.as_str()), "{package} imports {name}");
        }
    }
}
