//! The answer to an accepted command: rebuilt from its events by one function of the core, the first time and at every
//! repeat.

use std::sync::Arc;

use dispatch::Tables;
use dispatch::projections::answer;
use model::command::Command;
use model::event::RecordedEvent;
use policy::policy::PolicyBook;
use serde_json::Value;

use crate::submission::Answer;

/// What the answer of one command (or operation) is built from.
#[derive(Clone)]
pub(crate) struct Said {
    pub book: Arc<PolicyBook>,
    pub tables: Tables,
    pub events: Vec<Arc<RecordedEvent>>,
    /// Whether details that the events had are gone.
    pub erased: bool,
}

impl Said {
    /// Builds it.
    pub(crate) fn value(&self) -> Value {
        let mut value = answer::answer(&self.book, &self.tables, &self.events);
        if self.erased
            && let Value::Object(members) = &mut value
        {
            members.insert("details_erased".to_owned(), Value::Bool(true));
        }
        value
    }
}

/// An answer on its way: whoever waits for it builds its value, so that the loop goes on meanwhile.
pub(crate) struct Unbuilt {
    pub answer: Answer,
    pub said: Option<Said>,
}

impl Unbuilt {
    pub(crate) fn build(self) -> Answer {
        let Self { mut answer, said } = self;
        if let Some(said) = said {
            answer.value = said.value();
        }
        answer
    }
}

impl From<Answer> for Unbuilt {
    fn from(answer: Answer) -> Self {
        Self { answer, said: None }
    }
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
