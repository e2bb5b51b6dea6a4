//! Events as they are written are a contract for ever: a golden file for each kind is read by today's program, says the
//! same when it is written again, and is stored without a fault. `cargo xtask bless` lays the files out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dispatch::{State, Tables, apply};
use model::codec::{Body, VERSION, decode, encode};
use model::details::{Details, RecordDetails};
use model::event::{Event, NewEvent, RecordedEvent};
use model::id::{AccountName, CommandId, DistrictId, PolicyId, RecordId};
use model::time::Instant;
use serde_json::Value;
use uuid::Uuid;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contract/golden")
}

fn golden(kind: &str) -> Vec<u8> {
    let file = folder().join("events").join(format!("{kind}.json"));
    fs::read(&file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
}

fn body(kind: &str) -> Body {
    decode(kind, VERSION, &golden(kind)).unwrap_or_else(|fault| panic!("{fault:?}"))
}

#[test]
fn every_kind_of_event_has_a_golden_file_and_every_file_a_kind() {
    let files: BTreeSet<String> = fs::read_dir(folder().join("events"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let kinds: BTreeSet<String> = Event::KINDS
        .iter()
        .map(|kind| format!("{kind}.json"))
        .collect();
    assert_eq!(files, kinds);
}

#[test]
fn a_golden_event_says_the_same_when_it_is_written_again() {
    for kind in Event::KINDS {
        let before: Value = serde_json::from_slice(&golden(kind)).unwrap();
        let after: Value = serde_json::from_slice(&encode(&body(kind)).unwrap()).unwrap();
        let lost = lost_values("", &before, &after);
        assert!(lost.is_empty(), "{kind}: {lost:?}");
    }
}

/// Paths of values that a file has and today's program does not write again. A field that was added since may be new.
fn lost_values(path: &str, before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before
            .iter()
            .flat_map(|(name, value)| {
                let path = format!("{path}/{name}");
                match after.get(name) {
                    Some(again) => lost_values(&path, value, again),
                    None if value.is_null() => Vec::new(),
                    None => vec![path],
                }
            })
            .collect(),
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .enumerate()
            .flat_map(|(i, (value, again))| lost_values(&format!("{path}/{i}"), value, again))
            .collect(),
        _ if before == after => Vec::new(),
        _ => vec![path.to_owned()],
    }
}

#[test]
fn every_golden_event_is_stored_without_a_fault_whatever_came_before() {
    let mut state = State::from_tables(Tables::empty(
        DistrictId::from("310107"),
        PolicyId::from("putuo"),
    ));
    for (seq, kind) in (1..).zip(Event::KINDS.iter().rev()) {
        let recorded = RecordedEvent {
            district: DistrictId::from("310107"),
            seq,
            at: Instant::from_ms(1_768_219_200_000),
            new: NewEvent {
                command_id: CommandId(Uuid::from_u128(u128::from(seq))),
                recorded_at: None,
                content_tag: String::new(),
                actor: AccountName::from("golden"),
                policy_id: PolicyId::from("putuo"),
                drill: false,
                event: body(kind).event,
                details: BTreeMap::new(),
            },
        };
        apply(&mut state, &recorded);
        assert_eq!(state.tables.head, seq);
    }
    assert!(state.hash().is_ok());
}

/// Words that may have to be forgotten, or never reach the core: no body of an event has them as the name of a field.
/// A person's own age band and a place of the gazetteer are no part of a report.
const NEVER_IN_A_BODY: &[&str] = &[
    "signs",
    "signs_added",
    "signs_withdrawn",
    "sex",
    "distance_m",
    "metres_judged",
    "note",
    "looks",
    "name_of_person",
    "quoted",
];

#[test]
fn no_golden_body_has_a_field_that_may_have_to_be_forgotten() {
    for kind in Event::KINDS {
        let value: Value = serde_json::from_slice(&golden(kind)).unwrap();
        let mut names = BTreeSet::new();
        field_names(&value, &mut names);
        for word in NEVER_IN_A_BODY {
            assert!(!names.contains(*word), "{kind} has a field `{word}`");
        }
        let is_background = kind.ends_with(".imported") || *kind == "jurisdictions.adopted";
        assert!(
            is_background || !names.contains("position"),
            "{kind} has a position"
        );
        assert!(
            *kind == "person.opened" || !names.contains("age_band"),
            "{kind} has a band"
        );
    }
}

fn field_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                field_names(value, names);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| field_names(one, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_erasable_part_of_one_record_is_written_as_it_always_was() {
    let text = fs::read_to_string(folder().join("record_details.json")).unwrap();
    let details: RecordDetails = serde_json::from_str(&text).unwrap();
    let before: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&details).unwrap(), before);
    let all: Details = BTreeMap::from([(RecordId(Uuid::from_u128(1)), details)]);
    let again: Details = serde_json::from_slice(&serde_json::to_vec(&all).unwrap()).unwrap();
    assert_eq!(again, all);
}
