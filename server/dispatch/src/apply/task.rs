//! Stores events about tasks.

use model::event::{Event, RecordedEvent};
use model::id::{CaseId, TaskId};
use model::task::{Task, TaskState};
use serde_json::json;

use super::{change_case, facts, tell};
use crate::tables::Tables;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of variants stands in `apply_to_tables`"
)]
pub(super) fn apply(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    let at = recorded.at;
    match &recorded.new.event {
        Event::TaskWaiting { task } | Event::TaskOffered { task } => {
            let id = task.id;
            tables.put_task((**task).clone());
            if let Some(case_id) = task.case_id {
                change_case(tables, recorded, case_id, |case| {
                    if !case.tasks.contains(&id) {
                        case.tasks.push(id);
                    }
                });
                if let Some(root) = tables.root(case_id).map(|root| root.id) {
                    change_case(tables, recorded, root, |case| {
                        if let Some(plan) = &mut case.revisit
                            && matches!(
                                task.kind,
                                model::task::TaskKind::Revisit
                                    | model::task::TaskKind::WelfareCheck
                            )
                        {
                            plan.task_id = Some(id);
                        }
                    });
                }
                let line = facts([
                    ("task_id", json!(id)),
                    ("unit", json!(task.unit)),
                    ("department", json!(task.department)),
                    ("task_kind", json!(task.kind)),
                    ("offered_until", json!(task.offered_until)),
                ]);
                tell(tables, recorded, case_id, line, task.reasons.clone());
            }
        }
        Event::TaskAccepted {
            task_id,
            unit,
            accepted_at,
        } => {
            step(tables, recorded, *task_id, |task| {
                task.state = TaskState::Accepted;
                task.accepted_at = Some(*accepted_at);
                task.offered_until = None;
                if unit.is_some() {
                    task.unit.clone_from(unit);
                }
            });
        }
        Event::TaskDeparted {
            task_id,
            departed_at,
        } => step(tables, recorded, *task_id, |task| {
            task.state = TaskState::Departed;
            task.departed_at = Some(*departed_at);
        }),
        Event::TaskArrived {
            task_id,
            arrived_at,
        } => step(tables, recorded, *task_id, |task| {
            task.state = TaskState::Arrived;
            task.arrived_at = Some(*arrived_at);
        }),
        Event::TaskOutcomeRecorded {
            task_id,
            outcome,
            case_id,
            done,
            subjects,
            contact_at,
            refused_at,
        } => {
            change_task(tables, *task_id, |task| {
                task.outcomes.push((**outcome).clone());
                if *done {
                    task.state = TaskState::Done;
                    task.ended_at = Some(at);
                    task.offered_until = None;
                }
            });
            if let Some(root) = case_id {
                change_case(tables, recorded, *root, |case| {
                    case.subjects.clone_from(subjects);
                    if contact_at.is_some() {
                        case.last_contact_at = *contact_at;
                    }
                    case.refused_at.extend(*refused_at);
                });
            }
            let home = tables.tasks.get(task_id).and_then(|t| t.case_id);
            if let Some(home) = home {
                let line = facts([
                    ("task_id", json!(task_id)),
                    ("outcome", json!(outcome.outcome.outcome)),
                    ("detail", json!(outcome.outcome.detail)),
                    ("subjects", json!(outcome.subjects)),
                    ("offered", json!(outcome.outcome.offered)),
                ]);
                tell(tables, recorded, home, line, Vec::new());
            }
        }
        Event::TaskReturned { task_id, reason } => {
            step(tables, recorded, *task_id, |task| {
                task.state = TaskState::Returned;
                task.return_reason = Some(*reason);
                task.offered_until = None;
                task.ended_at = Some(at);
            });
        }
        Event::OfferLapsed { task_id } => step(tables, recorded, *task_id, |task| {
            if let Some(unit) = task.unit.take() {
                task.offered_before.push(unit);
            }
            task.state = TaskState::Waiting;
            task.offered_until = None;
            task.offered_at = None;
        }),
        Event::TaskWithdrawn { task_id, reasons } => {
            change_task(tables, *task_id, |task| {
                task.state = TaskState::Withdrawn;
                task.offered_until = None;
                task.ended_at = Some(at);
            });
            if let Some(home) = tables.tasks.get(task_id).and_then(|t| t.case_id) {
                tell(
                    tables,
                    recorded,
                    home,
                    facts([("task_id", json!(task_id))]),
                    reasons.clone(),
                );
            }
        }
        Event::TaskAmended {
            task_id,
            cause,
            acknowledge_by,
            on_site_by,
            outcome_by,
        } => {
            let seq = recorded.seq;
            change_task(tables, *task_id, |task| {
                task.amended_seq = Some(seq);
                task.acknowledge_by = *acknowledge_by;
                task.on_site_by = *on_site_by;
                task.outcome_by = *outcome_by;
            });
            if let Some(home) = tables.tasks.get(task_id).and_then(|t| t.case_id) {
                tell(
                    tables,
                    recorded,
                    home,
                    facts([("task_id", json!(task_id)), ("cause", json!(cause))]),
                    Vec::new(),
                );
            }
        }
        Event::TaskSeen { task_id } => {
            change_task(tables, *task_id, |task| task.amended_seq = None);
        }
        _ => {}
    }
    Vec::new()
}

fn change_task(tables: &mut Tables, id: TaskId, change: impl FnOnce(&mut Task)) {
    if let Some(known) = tables.tasks.get(&id) {
        let mut task = (**known).clone();
        change(&mut task);
        tables.put_task(task);
    }
}

/// Changes a task and tells it in the story of its home case.
fn step(tables: &mut Tables, recorded: &RecordedEvent, id: TaskId, change: impl FnOnce(&mut Task)) {
    let unit = tables.tasks.get(&id).and_then(|task| task.unit.clone());
    change_task(tables, id, change);
    if let Some(task) = tables.tasks.get(&id)
        && let Some(home) = task.case_id
    {
        let line = facts([
            ("task_id", json!(id)),
            ("unit", json!(task.unit.clone().or(unit))),
            ("return_reason", json!(task.return_reason)),
        ]);
        tell(tables, recorded, home, line, Vec::new());
    }
}
