//! The shapes of the wire as they are checked in for other programs: made from the code, compared, never edited.
//! `cargo xtask types` writes them anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../maps/kit/wire/openapi.json")
}

fn made() -> String {
    let (_, document) = server::compose::routes().split_for_parts();
    server::api_document::pretty(document).unwrap()
}

#[test]
fn the_checked_in_document_is_what_the_code_makes() {
    let made = made();
    if std::env::var_os("LAMPLIGHTER_WRITE_TYPES").is_some() {
        std::fs::create_dir_all(file().parent().unwrap()).unwrap();
        std::fs::write(file(), &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(
        checked_in == made,
        "maps/kit/wire/openapi.json is not what the code makes: cargo xtask types"
    );
}

#[test]
fn every_shape_that_the_document_names_is_in_it_and_the_messages_of_the_feed_are() {
    let document: Value = serde_json::from_str(&made()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut named = BTreeSet::new();
    collect(&document, &mut named);
    let missing: Vec<&String> = named
        .iter()
        .filter(|name| !schemas.contains_key(*name))
        .collect();
    assert!(missing.is_empty(), "named and not there: {missing:?}");
    for name in [
        "FeedMessage",
        "HelloMessage",
        "EventsMessage",
        "PositionsMessage",
        "SnapshotMessage",
        "ResyncMessage",
        "PingMessage",
        "FeedEvent",
        "FeedData",
        "ShownData",
        "HiddenData",
        "Gone",
    ] {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
}

fn collect(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(name)) = members.get("$ref") {
                named.insert(name.rsplit('/').next().unwrap_or_default().to_owned());
            }
            members.values().for_each(|member| collect(member, named));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
