//! The answer to an accepted command: rebuilt from its events by one function of the core, the first time and at every
//! repeat.

use dispatch::Tables;
use model::command::Command;
use model::event::RecordedEvent;
use serde_json::{Value, json};

/// Builds the answer of one command (or operation) from its events.
pub(crate) fn answer(tables: &Tables, events: &[RecordedEvent]) -> Value {
    let _ = tables;
    json!({
        "events": events.iter().map(|event| json!({"seq": event.seq, "kind": event.new.event.kind()})).collect::<Vec<_>>(),
    })
}

/// The code under which other content with a known id is refused.
pub(crate) fn reused(command: &Command) -> model::refusal::RefusalCode {
    if matches!(command, Command::ReportSighting(_)) {
        model::refusal::RefusalCode::SightingIdReused
    } else {
        model::refusal::RefusalCode::CommandIdReused
    }
}
