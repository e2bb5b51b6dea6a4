//! The answer to an accepted command: rebuilt from its events by one function of the core, the first time and at every
//! repeat.

use dispatch::Tables;
use dispatch::projections::answer;
use model::command::Command;
use model::event::RecordedEvent;
use policy::policy::PolicyBook;
use serde_json::Value;

/// Builds the answer of one command (or operation) from its events.
pub(crate) fn answer(policies: &PolicyBook, tables: &Tables, events: &[RecordedEvent]) -> Value {
    answer::answer(policies, tables, events)
}

/// Builds the answer of a command that was only tried.
pub(crate) fn preview(policies: &PolicyBook, tables: &Tables, events: &[RecordedEvent]) -> Value {
    answer::preview_answer(policies, tables, events)
}

/// The code under which other content with a known id is refused.
pub(crate) fn reused(command: &Command) -> model::refusal::RefusalCode {
    if matches!(command, Command::ReportSighting(_)) {
        model::refusal::RefusalCode::SightingIdReused
    } else {
        model::refusal::RefusalCode::CommandIdReused
    }
}
