//! The first door: a command and a state give events, or a refusal. It only sends each command to its handler, and
//! lets `settle` draw the consequences once, from the state at the end.

use model::command::{Command, Envelope, Operation};
use model::event::{NewEvent, SyncLabel};
use model::id::CommandId;
use model::refusal::{Refusal, RefusalCode};
use policy::policy::Policy;

use crate::context::Context;
use crate::draft::{Draft, Heading};
use crate::handlers;
use crate::settle::settle;
use crate::state::{After, State};

/// What was decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The events, in order; those of one command are never split between two commits.
    pub events: Vec<NewEvent>,
    /// What `apply` makes of the state after each of them, so that it need not be done twice.
    pub after: Vec<After>,
    /// For an outbox: what became of each operation, in its order.
    pub operations: Vec<OperationAnswer>,
}

/// What became of one operation of an outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationAnswer {
    /// Which.
    pub id: CommandId,
    /// How.
    pub result: OperationResult,
    /// Whether it was made without knowing the latest.
    pub label: SyncLabel,
}

/// Accepted, refused or held.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationResult {
    /// Its events stand under its id.
    Accepted,
    /// Accepted earlier: the first answer stands in the journal.
    Repeated,
    /// A rule or its form said no.
    Refused(Refusal),
    /// An operation that it needs was not accepted.
    Held,
}

/// Decides one command.
///
/// # Errors
/// A refusal of the domain; the state is unchanged.
pub fn decide(
    ctx: &mut Context<'_>,
    state: &State,
    _policy: &Policy,
    envelope: &Envelope,
) -> Result<Decision, Refusal> {
    let heading = Heading {
        command_id: envelope.id,
        recorded_at: envelope.recorded_at,
        seen_seq: envelope.seen_seq,
        content_tag: envelope.content_tag.clone(),
        actor: envelope.actor.clone(),
        personal: envelope.personal.clone(),
        drill: state.tables.drill,
    };
    let mut draft = Draft::new(state, ctx, heading.clone());
    let operations = if let Command::Sync {
        operations,
        sent_at,
        ..
    } = &envelope.command
    {
        draft.in_sync = true;
        draft.sent_at = Some(*sent_at);
        let answers = decide_outbox(&mut draft, operations)?;
        draft.heading = heading;
        answers
    } else {
        handlers::handle(&mut draft, &envelope.command)?;
        Vec::new()
    };
    settle(&mut draft);
    Ok(Decision {
        events: draft.events,
        after: draft.after,
        operations,
    })
}

/// Decides the operations of an outbox in their order. A refused one adds no event and blocks only those that need it.
fn decide_outbox(
    draft: &mut Draft<'_, '_>,
    operations: &[Operation],
) -> Result<Vec<OperationAnswer>, Refusal> {
    handlers::permit_sync(draft)?;
    let mut answers: Vec<OperationAnswer> = Vec::with_capacity(operations.len());
    for operation in operations {
        let needs_met = operation.needs.iter().all(|need| {
            answers.iter().find(|a| a.id == *need).is_none_or(|a| {
                matches!(
                    a.result,
                    OperationResult::Accepted | OperationResult::Repeated
                )
            })
        });
        let mut label = SyncLabel::Clean;
        let result = match (&operation.command, operation.repeated, needs_met) {
            (_, true, _) => OperationResult::Repeated,
            (_, false, false) => OperationResult::Held,
            (Err(refusal), false, true) => OperationResult::Refused(refusal.clone()),
            (Ok(command), false, true) => {
                draft.heading.command_id = operation.id;
                draft.heading.drill = draft.tables.drill;
                draft.heading.recorded_at = Some(operation.recorded_at);
                draft.heading.seen_seq = operation.seen_seq;
                draft.heading.content_tag.clone_from(&operation.content_tag);
                draft.heading.personal.clone_from(&operation.personal);
                label = handlers::label_of(draft, command, operation.seen_seq);
                match handlers::handle_operation(draft, command, label) {
                    Ok(()) => OperationResult::Accepted,
                    Err(refusal) => OperationResult::Refused(refusal),
                }
            }
        };
        answers.push(OperationAnswer {
            id: operation.id,
            result,
            label,
        });
    }
    Ok(answers)
}

/// The refusal of a nested or impossible command.
pub(crate) fn not_an_operation() -> Refusal {
    RefusalCode::WrongKind.into()
}
