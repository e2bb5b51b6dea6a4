//! Stores events about escalations.

use model::escalation::Escalation;
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, EscalationId};
use model::sighting::Facts;
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
        Event::EscalationOpened { escalation } | Event::EscalationInformed { escalation } => {
            let mut escalation = (**escalation).clone();
            escalation.seq = recorded.seq;
            let (id, case_id) = (escalation.id, escalation.case_id);
            let line = facts([
                ("escalation_id", json!(id)),
                ("department", json!(escalation.department)),
                ("tier", json!(escalation.tier)),
                ("acknowledge_by", json!(escalation.acknowledge_by)),
            ]);
            let reasons = escalation.reasons.clone();
            tables.put_escalation(escalation);
            if let Some(case_id) = case_id {
                change_case(tables, recorded, case_id, |case| case.escalations.push(id));
                tell(tables, recorded, case_id, line, reasons);
            }
        }
        Event::EscalationWidened {
            escalation_id,
            tier,
            jurisdictions,
            cases,
        } => {
            change(
                tables,
                recorded,
                *escalation_id,
                facts([("tier", json!(tier))]),
                |e| {
                    e.tier = e.tier.max(*tier);
                    e.jurisdictions.extend(jurisdictions.iter().cloned());
                    e.cases.extend(cases.iter().copied());
                },
            );
        }
        Event::EscalationAcknowledged {
            escalation_id,
            name,
            eta,
            ask_again_at,
            late,
            part,
            reason,
        } => {
            let line = facts([
                ("name", json!(name)),
                ("eta", json!(eta)),
                ("late", json!(late)),
                ("part", json!(part)),
                ("reason", json!(reason)),
            ]);
            let account = recorded.new.actor.clone();
            change(tables, recorded, *escalation_id, line, |e| {
                e.acknowledged_at.get_or_insert(at);
                e.acknowledged_by.get_or_insert_with(|| name.clone());
                e.acknowledged_account.get_or_insert(account);
                e.late = *late;
                if !late {
                    e.eta = *eta;
                    e.ask_again_at = *ask_again_at;
                    e.part.clone_from(part);
                }
            });
        }
        Event::EscalationStepFired {
            escalation_id,
            steps,
        } => {
            change(
                tables,
                recorded,
                *escalation_id,
                facts([("steps", json!(steps))]),
                |e| {
                    let by = e.acknowledge_by;
                    e.missed_at.get_or_insert(by);
                    for index in steps {
                        if let Some(step) = e.steps.get_mut(*index) {
                            step.fired_at.get_or_insert(at);
                        }
                    }
                },
            );
        }
        Event::EscalationAskedAgain {
            escalation_id,
            acknowledge_by,
            steps,
        } => {
            change(
                tables,
                recorded,
                *escalation_id,
                facts([("acknowledge_by", json!(acknowledge_by))]),
                |e| {
                    e.asked_again = true;
                    e.acknowledged_at = None;
                    e.acknowledged_by = None;
                    e.acknowledged_account = None;
                    e.eta = None;
                    e.ask_again_at = None;
                    e.acknowledge_by = *acknowledge_by;
                    e.steps.clone_from(steps);
                },
            );
        }
        Event::EscalationReported {
            escalation_id,
            report,
        } => {
            change(
                tables,
                recorded,
                *escalation_id,
                facts([("completes", json!(report.completes))]),
                |e| {
                    e.reports.push(report.clone());
                    e.ask_again_at = None;
                    if report.completes {
                        e.completed_at = Some(at);
                    }
                },
            );
        }
        Event::EscalationTransferred {
            escalation_id,
            to,
            reason,
        } => {
            let line = facts([("to", json!(to)), ("reason", json!(reason))]);
            change(tables, recorded, *escalation_id, line, |e| {
                e.transferred_to = Some(to.clone());
                e.ended_at = Some(at);
            });
        }
        Event::EscalationDeclined {
            escalation_id,
            reason,
            text,
        } => {
            let line = facts([("reason", json!(reason)), ("text", json!(text))]);
            change(tables, recorded, *escalation_id, line, |e| {
                e.declined = Some(*reason);
                e.ended_at = Some(at);
            });
        }
        Event::EscalationEnded {
            escalation_id,
            ended,
        } => {
            change(
                tables,
                recorded,
                *escalation_id,
                facts([("ended", json!(ended))]),
                |e| {
                    e.ended = Some(*ended);
                    e.ended_at = Some(at);
                },
            );
        }
        _ => {}
    }
    Vec::new()
}

/// Changes an escalation and tells it in the story of its home case, if it has one.
fn change(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    id: EscalationId,
    mut line: Facts,
    change: impl FnOnce(&mut Escalation),
) {
    let Some(known) = tables.escalations.get(&id) else {
        return;
    };
    let mut escalation = (**known).clone();
    change(&mut escalation);
    escalation.seq = recorded.seq;
    let home = escalation.case_id;
    line.insert("escalation_id".to_owned(), json!(id));
    line.insert("department".to_owned(), json!(escalation.department));
    tables.put_escalation(escalation);
    if let Some(home) = home {
        tell(tables, recorded, home, line, Vec::new());
    }
}
