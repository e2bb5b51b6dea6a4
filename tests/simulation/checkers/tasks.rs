//! Checker 6: every pushed task is seen, sent to another or escalated within its deadline.

use std::collections::BTreeMap;

use dispatch::Tables;
use model::event::Event;
use model::id::TaskId;
use model::task::TaskState;
use model::time::{Instant, Span};

use super::Group;
use crate::counts::Counts;
use crate::violation::Violation;

const GRACE: Span = Span::from_secs(40);

/// Offers that nobody answered yet.
#[derive(Default)]
pub struct Watch {
    offered: BTreeMap<TaskId, Instant>,
}

impl Watch {
    /// Judges one command.
    pub fn look(&mut self, group: &Group<'_>, counts: &mut Counts) -> Result<(), Violation> {
        for event in group.events {
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "only these events are about offers"
            )]
            match &event.new.event {
                Event::TaskOffered { task } => {
                    if let Some(until) = task.offered_until {
                        self.offered.insert(task.id, until);
                    }
                }
                Event::TaskAccepted { task_id, .. }
                | Event::TaskDeparted { task_id, .. }
                | Event::TaskArrived { task_id, .. } => {
                    if self
                        .offered
                        .remove(task_id)
                        .is_some_and(|until| event.at <= until)
                    {
                        counts.premise("6 offer seen in time");
                    }
                }
                Event::TaskReturned { task_id, .. } | Event::TaskWithdrawn { task_id, .. } => {
                    self.offered.remove(task_id);
                }
                Event::OfferLapsed { task_id } => {
                    self.offered.remove(task_id);
                    counts.premise("6 offer lapsed and went on");
                    let goes_on = group.after.tasks.get(task_id).is_some_and(|task| {
                        task.state != TaskState::Offered || self.is_offered_after(group, *task_id)
                    });
                    if !goes_on {
                        return Err(Violation::new(
                            6,
                            format!("the offer of {task_id} lapsed and nobody has it"),
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_offered_after(&self, group: &Group<'_>, task_id: TaskId) -> bool {
        group.events.iter().any(
            |event| matches!(&event.new.event, Event::TaskOffered { task } if task.id == task_id),
        )
    }
}

/// No offer stands past its time.
pub fn at_rest(tables: &Tables, now: Instant) -> Result<(), Violation> {
    for task in tables.tasks.values() {
        if task.state == TaskState::Offered
            && task.offered_until.is_some_and(|until| until + GRACE < now)
        {
            return Err(Violation::new(
                6,
                format!("task {} is offered past its time", task.id),
            ));
        }
    }
    Ok(())
}
