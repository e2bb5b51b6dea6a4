//! What an audience may see of an event, and the snapshot it starts from. The judgement is the core's.

use dispatch::Tables;
use model::event::RecordedEvent;
use policy::policy::PolicyBook;
use serde_json::{Value, json};

use crate::feed::audience::Audience;

/// What an audience sees of one event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    /// These messages, in order; none when it is hidden.
    Events(Vec<Value>),
    /// So much comes into sight at once that a new snapshot is shorter.
    Resync,
}

/// What an audience sees of one event.
pub(super) fn event(
    policies: &PolicyBook,
    audience: &Audience,
    before: &Tables,
    after: &Tables,
    recorded: &RecordedEvent,
) -> Seen {
    let _ = (policies, before, after);
    match audience.actor.role {
        model::actor::Role::Command | model::actor::Role::Auditor | model::actor::Role::System => {
            Seen::Events(vec![json!({
                "seq": recorded.seq,
                "at": recorded.at,
                "kind": recorded.new.event.kind(),
                "data": recorded.new.event,
            })])
        }
        model::actor::Role::Patrol
        | model::actor::Role::Street
        | model::actor::Role::Department
        | model::actor::Role::Admin => Seen::Events(Vec::new()),
    }
}

/// Everything that an audience may see.
pub(super) fn snapshot(policies: &PolicyBook, audience: &Audience, tables: &Tables) -> Value {
    let _ = (policies, audience);
    json!({"seq": tables.head})
}
