//! Checker 8: nothing accepted is lost, nothing repeated is applied twice.

use std::collections::{BTreeMap, BTreeSet};

use model::id::CommandId;
use model::refusal::RefusalCode;
use runtime::submission::{Answer, OperationEnd, Submission, SubmitError};
use serde_json::Value;

use super::Group;
use crate::counts::Counts;
use crate::generator::name_of;
use crate::violation::Violation;

/// What is known of one command.
#[derive(Clone, Debug, PartialEq)]
enum End {
    /// Handed in; no answer was heard, or none could be given.
    Unknown,
    /// Accepted, with this answer and seq.
    Accepted { value: Value, seq: u64 },
    /// Refused, and never anything else.
    Refused,
}

/// Commands that are never accepted without an event. Others may ask for what is so already.
const ALWAYS_AN_EVENT: [&str; 8] = [
    "report_sighting",
    "record_outcome",
    "note_case",
    "open_person",
    "start_shift",
    "end_shift",
    "raise_panic",
    "offer_hand_over",
];

/// Everything that was handed in, beside everything that was committed.
#[derive(Default)]
pub struct Ledger {
    ends: BTreeMap<CommandId, End>,
    names: BTreeMap<CommandId, String>,
    committed: BTreeSet<CommandId>,
}

impl Ledger {
    /// A command is handed in.
    pub fn hand_in(&mut self, submission: &Submission) {
        self.names
            .entry(submission.id)
            .or_insert_with(|| name_of(&submission.command));
    }

    /// Nobody will hear the answer.
    pub fn unheard(&mut self, submission: &Submission) {
        self.maybe(submission.id);
    }

    /// An answer came to the same content as before, if there was a before.
    pub fn answered(
        &mut self,
        submission: &Submission,
        answer: &Result<Answer, SubmitError>,
        is_late: bool,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        match answer {
            // An answer that is heard after that of a repeat may still be the first one.
            Ok(answer) if answer.operations.is_empty() => self.accepted(
                submission.id,
                answer.first_time && !is_late,
                &answer.value,
                answer.seq,
                counts,
            ),
            Ok(answer) => {
                for operation in &answer.operations {
                    self.names
                        .entry(operation.id)
                        .or_insert_with(|| "sync operation".to_owned());
                    match &operation.result {
                        OperationEnd::Accepted { body, first_time } => {
                            self.accepted(operation.id, *first_time && !is_late, body, 0, counts)?;
                        }
                        OperationEnd::Refused(refusal) => {
                            self.refused(operation.id, refusal.code)?;
                        }
                        OperationEnd::Held => {}
                    }
                }
                Ok(())
            }
            Err(SubmitError::Refused(refusal)) => self.refused(submission.id, refusal.code),
            Err(SubmitError::Unavailable(_)) => {
                self.maybe(submission.id);
                Ok(())
            }
        }
    }

    fn maybe(&mut self, id: CommandId) {
        let end = self.ends.entry(id).or_insert(End::Unknown);
        if *end == End::Refused {
            *end = End::Unknown;
        }
    }

    fn accepted(
        &mut self,
        id: CommandId,
        first_time: bool,
        value: &Value,
        seq: u64,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        let name = self.names.get(&id).cloned().unwrap_or_default();
        match self.ends.get(&id) {
            Some(End::Accepted {
                value: before,
                seq: at,
            }) => {
                let without_events =
                    !self.committed.contains(&id) && !ALWAYS_AN_EVENT.contains(&name.as_str());
                if first_time && !without_events {
                    return Err(Violation::new(
                        8,
                        format!("{name} {id} was accepted and is accepted again"),
                    ));
                }
                if seq != 0 && *at != 0 && seq != *at && !without_events {
                    return Err(Violation::new(
                        8,
                        format!("{name} {id} was answered with {at} and then with {seq}"),
                    ));
                }
                let erased = value.get("details_erased").is_some();
                if !without_events && !erased && value != before {
                    return Err(Violation::new(
                        8,
                        format!("{name} {id} gets another answer: {before} and then {value}"),
                    ));
                }
                counts.premise("8 repeat answered as before");
            }
            Some(End::Unknown | End::Refused) | None => {
                self.ends.insert(
                    id,
                    End::Accepted {
                        value: value.clone(),
                        seq,
                    },
                );
            }
        }
        Ok(())
    }

    fn refused(&mut self, id: CommandId, code: RefusalCode) -> Result<(), Violation> {
        let name = self.names.get(&id).cloned().unwrap_or_default();
        match self.ends.get(&id) {
            Some(End::Accepted { .. }) if self.committed.contains(&id) => Err(Violation::new(
                8,
                format!("{name} {id} was accepted and its repeat is refused: {code:?}"),
            )),
            Some(End::Unknown | End::Accepted { .. } | End::Refused) => Ok(()),
            None => {
                self.ends.insert(id, End::Refused);
                Ok(())
            }
        }
    }

    /// Judges what was committed: the rows of one command stand together, once.
    pub fn look(&mut self, group: &Group<'_>) -> Result<(), Violation> {
        for event in group.events.iter().take(1) {
            let id = event.new.command_id;
            if !self.committed.insert(id) {
                return Err(Violation::new(
                    8,
                    format!(
                        "{id} was applied before and is applied again at {}: {}",
                        event.seq,
                        event.new.event.kind()
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Every accepted command is on disk.
    pub fn at_rest(&self, counts: &mut Counts) -> Result<(), Violation> {
        for (id, end) in &self.ends {
            let End::Accepted { .. } = end else {
                continue;
            };
            let name = self.names.get(id).map_or("", String::as_str);
            if self.committed.contains(id) {
                counts.premise("8 accepted command found");
            } else if ALWAYS_AN_EVENT.contains(&name) {
                return Err(Violation::new(
                    8,
                    format!("{name} {id} was accepted and is not on disk: {end:?}"),
                ));
            }
        }
        Ok(())
    }

    /// Whether a command is on disk.
    pub fn is_committed(&self, id: CommandId) -> bool {
        self.committed.contains(&id)
    }
}
