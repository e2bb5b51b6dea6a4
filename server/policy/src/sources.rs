//! Units and sources of the numbers: taken out of the file before it is read, kept by path.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// Where a group of numbers comes from, and in which unit they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceNote {
    /// The unit.
    pub unit: String,
    /// The source.
    pub source: String,
}

/// Units and sources by the path of their group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(BTreeMap<String, SourceNote>);

impl Sources {
    /// Takes every `unit` and `source` out of the tree.
    pub(crate) fn taken_from(tree: &mut Table) -> Self {
        let mut notes = BTreeMap::new();
        take("", tree, &mut notes);
        Self(notes)
    }

    /// The note of the nearest group above a path.
    pub(crate) fn note_of(&self, path: &str) -> Option<&SourceNote> {
        let mut path = path;
        loop {
            if let Some(note) = self.0.get(path) {
                return Some(note);
            }
            if path.is_empty() {
                return None;
            }
            path = path.rsplit_once('.').map_or("", |(above, _)| above);
        }
    }

    /// The source of the nearest group above a path.
    pub(crate) fn source_of(&self, path: &str) -> &str {
        self.note_of(path).map_or("", |note| note.source.as_str())
    }

    /// Whether a group of its own (not only the whole file) says unit and source for this path.
    pub(crate) fn has_own(&self, path: &str) -> bool {
        let mut path = path;
        while !path.is_empty() {
            if self
                .0
                .get(path)
                .is_some_and(|n| !n.unit.is_empty() && !n.source.is_empty())
            {
                return true;
            }
            path = path.rsplit_once('.').map_or("", |(above, _)| above);
        }
        false
    }
}

fn take(path: &str, table: &mut Table, notes: &mut BTreeMap<String, SourceNote>) {
    let mut text = |key: &str| match table.remove(key) {
        Some(Value::String(text)) => text,
        Some(other) => {
            // Not a note after all: a policy may not use these names for anything else, and the reader will say so.
            table.insert(key.to_owned(), other);
            String::new()
        }
        None => String::new(),
    };
    let note = SourceNote {
        unit: text("unit"),
        source: text("source"),
    };
    if note != SourceNote::default() {
        notes.insert(path.to_owned(), note);
    }
    for (key, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            let below = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            take(&below, inner, notes);
        }
    }
}
