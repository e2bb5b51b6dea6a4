//! Stores events about sightings and cases.

use std::sync::Arc;

use model::case::{CaseState, NoteRecord};
use model::deadline::DeadlineKind;
use model::escalation::Escalation;
use model::event::{Event, RecordedEvent};
use model::id::CaseId;
use serde_json::json;

use super::forgetting::{keep_records, look_again};
use super::{change_case, facts, plan_facts, plan_reasons, tell};
use crate::tables::Tables;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of variants stands in `apply_to_tables`"
)]
pub(super) fn apply(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    let at = recorded.at;
    let by = || recorded.new.actor.clone();
    match &recorded.new.event {
        Event::SightingAccepted { sighting, .. } => {
            tables
                .sightings
                .insert(sighting.id, Arc::new((**sighting).clone()));
            change_case(tables, recorded, sighting.case_id, |case| {
                case.sightings.push(sighting.id);
                case.emergency_calls
                    .extend(sighting.emergency_calls_made.iter().cloned());
            });
            let line = facts([
                ("sighting_id", json!(sighting.id)),
                ("source", json!(sighting.source)),
                ("n_people", json!(sighting.n_people)),
                ("seen_at", json!(sighting.seen_at)),
                ("merged", json!(sighting.merged)),
                ("doubts", json!(sighting.doubts)),
            ]);
            tell(tables, recorded, sighting.case_id, line, Vec::new());
            vec![sighting.case_id]
        }
        Event::SightingAdded {
            sighting_id,
            addition,
            ..
        } => {
            let Some(known) = tables.sightings.get(sighting_id) else {
                return Vec::new();
            };
            let mut sighting = (**known).clone();
            sighting.additions.push(addition.clone());
            let case_id = sighting.case_id;
            tables.sightings.insert(*sighting_id, Arc::new(sighting));
            look_again(tables, case_id);
            let line = facts([
                ("sighting_id", json!(sighting_id)),
                ("n_people", json!(addition.n_people)),
                ("n_signs_withdrawn", json!(addition.n_signs_withdrawn)),
                ("reason", json!(addition.reason)),
            ]);
            tell(tables, recorded, case_id, line, Vec::new());
            vec![case_id]
        }
        Event::SameAnswered {
            sighting_id,
            case_id,
            answer,
        } => {
            let Some(known) = tables.sightings.get(sighting_id) else {
                return Vec::new();
            };
            let mut sighting = (**known).clone();
            if let Some(suggestion) = sighting
                .may_duplicate
                .iter_mut()
                .find(|s| s.case_id == *case_id)
            {
                suggestion.answer = Some(*answer);
            }
            let home = sighting.case_id;
            tables.sightings.insert(*sighting_id, Arc::new(sighting));
            let line = facts([("case_id", json!(case_id)), ("answer", json!(answer))]);
            tell(tables, recorded, home, line, Vec::new());
            vec![home]
        }
        Event::CaseOpened { case } => {
            let mut case = (**case).clone();
            case.seq = recorded.seq;
            let (id, grade) = (case.id, case.grade.clone());
            tables.put_case(case);
            let mut reasons = grade.priority.reasons;
            reasons.extend(grade.warning_level.reasons);
            reasons.extend(grade.tier.reasons);
            let line = facts([
                ("priority", json!(grade.priority.value)),
                ("warning_level", json!(grade.warning_level.value)),
                ("tier", json!(grade.tier.value)),
            ]);
            tell(tables, recorded, id, line, reasons);
            vec![id]
        }
        Event::CaseLevelChanged {
            case_id,
            grade,
            deadlines,
            revisit,
            policy_id,
            change_id,
        } => {
            let before = tables
                .cases
                .get(case_id)
                .map(|c| (c.grade.priority.value, c.grade.warning_level.value));
            change_case(tables, recorded, *case_id, |case| {
                case.tier_reached = case.tier_reached.max(grade.tier.value);
                case.grade = (**grade).clone();
                case.deadlines = deadlines.clone();
                case.revisit.clone_from(revisit);
                case.policy_id = policy_id.clone();
            });
            if change_id.is_some() {
                tables.regraded(*case_id);
            }
            super::area::settle_regrade_timer(tables);
            let mut reasons = grade.priority.reasons.clone();
            reasons.extend(grade.warning_level.reasons.iter().cloned());
            let line = facts([
                ("from_priority", json!(before.map(|b| b.0))),
                ("from_level", json!(before.map(|b| b.1))),
                ("priority", json!(grade.priority.value)),
                ("warning_level", json!(grade.warning_level.value)),
                ("tier", json!(grade.tier.value)),
                ("change_id", json!(change_id)),
            ]);
            tell(tables, recorded, *case_id, line, reasons);
            Vec::new()
        }
        Event::CaseTierRaised {
            case_id,
            from,
            grade,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.tier_reached = case.tier_reached.max(grade.tier.value);
                case.grade = (**grade).clone();
            });
            let line = facts([("from", json!(from)), ("tier", json!(grade.tier.value))]);
            tell(tables, recorded, *case_id, line, grade.tier.reasons.clone());
            Vec::new()
        }
        Event::CaseTierLowered {
            case_id,
            from,
            grade,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.tier_reached = grade.tier.value;
                case.grade = (**grade).clone();
            });
            let line = facts([("from", json!(from)), ("tier", json!(grade.tier.value))]);
            tell(tables, recorded, *case_id, line, grade.tier.reasons.clone());
            Vec::new()
        }
        Event::CaseDecided {
            case_id,
            human,
            reason,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.human = human.clone();
            });
            tell(
                tables,
                recorded,
                *case_id,
                facts([("reason", json!(reason))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::CaseJoined {
            case_id,
            sighting_id,
            subjects,
            reasons,
            standing: _,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.subjects.clone_from(subjects);
            });
            tell(
                tables,
                recorded,
                *case_id,
                facts([("sighting_id", json!(sighting_id))]),
                reasons.clone(),
            );
            vec![*case_id]
        }
        Event::CaseFollowedUp {
            case_id,
            revisit,
            ends_at,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                if case.state != CaseState::FollowUp {
                    case.follow_up_since = Some(at);
                }
                case.state = CaseState::FollowUp;
                case.revisit.clone_from(revisit);
                case.follow_up_ends_at = *ends_at;
            });
            tell(
                tables,
                recorded,
                *case_id,
                plan_facts(revisit.as_ref()),
                plan_reasons(revisit.as_ref()),
            );
            vec![*case_id]
        }
        Event::CaseReopened {
            case_id,
            deadlines,
            reasons,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.state = CaseState::Open;
                case.deadlines = deadlines.clone();
                case.revisit = None;
                case.follow_up_since = None;
                case.follow_up_ends_at = None;
                case.closed_at = None;
                case.retention = None;
                case.taken = None;
            });
            tell(tables, recorded, *case_id, facts([]), reasons.clone());
            vec![*case_id]
        }
        Event::CaseClosed {
            case_id,
            decision,
            reason,
            review,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.state = CaseState::Closed;
                case.closed_at = Some(at);
                case.closing.clone_from(decision);
                case.review = *review;
                case.revisit = None;
                case.follow_up_ends_at = None;
                case.hand_over = None;
                case.retention = None;
            });
            ask_nobody_again(tables, *case_id);
            let line = facts([
                ("reason", json!(reason)),
                ("decision", json!(decision)),
                ("review", json!(review)),
            ]);
            tell(tables, recorded, *case_id, line, Vec::new());
            vec![*case_id]
        }
        Event::RevisitPlanned { case_id, revisit } => {
            change_case(tables, recorded, *case_id, |case| {
                case.revisit.clone_from(revisit);
            });
            tell(
                tables,
                recorded,
                *case_id,
                plan_facts(revisit.as_ref()),
                plan_reasons(revisit.as_ref()),
            );
            Vec::new()
        }
        Event::CaseTaken { case_id, taken } => {
            change_case(tables, recorded, *case_id, |case| {
                case.taken = Some(taken.clone());
            });
            let line = facts([("name", json!(taken.name)), ("reason", json!(taken.reason))]);
            tell(tables, recorded, *case_id, line, Vec::new());
            Vec::new()
        }
        Event::CaseRelocated {
            case_id,
            jurisdiction,
            place_id,
            located_by,
            reason,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.jurisdiction = jurisdiction.clone();
                case.place_id.clone_from(place_id);
                case.located_by = *located_by;
            });
            keep_records(tables, *case_id, *located_by);
            let line = facts([
                ("jurisdiction", json!(jurisdiction.code)),
                ("reason", json!(reason)),
            ]);
            tell(tables, recorded, *case_id, line, Vec::new());
            vec![*case_id]
        }
        Event::CaseNoted {
            case_id,
            record,
            task_id,
            ..
        } => {
            let note = NoteRecord {
                record: *record,
                at,
                by: by(),
                task_id: *task_id,
            };
            change_case(tables, recorded, *case_id, |case| case.notes.push(note));
            look_again(tables, *case_id);
            tell(
                tables,
                recorded,
                *case_id,
                facts([("task_id", json!(task_id))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::SubjectsChanged { case_id, subjects } => {
            change_case(tables, recorded, *case_id, |case| {
                case.subjects.clone_from(subjects);
            });
            let records = subjects.iter().filter_map(|subject| subject.record);
            keep_records(tables, *case_id, records);
            tell(
                tables,
                recorded,
                *case_id,
                facts([("n_subjects", json!(subjects.len()))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::EmergencyCallRecorded { case_id, call } => {
            change_case(tables, recorded, *case_id, |case| {
                case.emergency_calls.push(call.clone());
            });
            tell(
                tables,
                recorded,
                *case_id,
                facts([("number", json!(call.number)), ("by", json!(call.by))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::DeadlineMissed {
            case_id,
            deadline,
            by,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                if let Some(ladder) = case.deadlines.get_mut(*deadline) {
                    ladder.missed_at.get_or_insert(*by);
                }
            });
            let line = facts([("deadline", json!(deadline)), ("by", json!(by))]);
            tell(tables, recorded, *case_id, line, Vec::new());
            Vec::new()
        }
        Event::LadderStepFired {
            case_id,
            deadline,
            steps,
            reasons,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                if let Some(ladder) = case.deadlines.get_mut(*deadline) {
                    for index in steps {
                        if let Some(step) = ladder.steps.get_mut(*index) {
                            step.fired_at.get_or_insert(at);
                        }
                    }
                }
            });
            let line = facts([("deadline", json!(deadline)), ("steps", json!(steps))]);
            tell(tables, recorded, *case_id, line, reasons.clone());
            Vec::new()
        }
        Event::DeadlineMet {
            case_id,
            deadlines,
            met_at,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                for kind in deadlines {
                    if let Some(ladder) = case.deadlines.get_mut(*kind) {
                        ladder.met_at.get_or_insert(*met_at);
                    }
                }
            });
            let kinds: Vec<DeadlineKind> = deadlines.clone();
            tell(
                tables,
                recorded,
                *case_id,
                facts([("deadlines", json!(kinds)), ("met_at", json!(met_at))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::ReceiverConfirmed {
            case_id,
            subjects,
            by,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.subjects.clone_from(subjects);
            });
            tell(
                tables,
                recorded,
                *case_id,
                facts([("organisation", json!(by.organisation))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::ReceiverAsked { case_id, subjects } => {
            change_case(tables, recorded, *case_id, |case| {
                case.subjects.clone_from(subjects);
            });
            tell(tables, recorded, *case_id, facts([]), Vec::new());
            Vec::new()
        }
        Event::LegalBasisNamed {
            case_id,
            basis,
            department,
        } => {
            let line = facts([
                ("article", json!(basis.article)),
                ("decided_by", json!(basis.decided_by)),
                ("department", json!(department)),
            ]);
            tell(tables, recorded, *case_id, line, Vec::new());
            Vec::new()
        }
        Event::PersonalRead {
            case_id,
            purpose,
            kinds,
        } => {
            tell(
                tables,
                recorded,
                *case_id,
                facts([("purpose", json!(purpose)), ("kinds", json!(kinds))]),
                Vec::new(),
            );
            Vec::new()
        }
        Event::OperationLabelled {
            case_id,
            label,
            operation,
        } => {
            if let Some(case_id) = case_id {
                let line = facts([("label", json!(label)), ("operation", json!(operation))]);
                tell(tables, recorded, *case_id, line, Vec::new());
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// A case that is over needs no report: the departments that answered for it are not asked once more.
fn ask_nobody_again(tables: &mut Tables, case_id: CaseId) {
    let asked: Vec<Escalation> = tables
        .escalations_of(case_id)
        .into_iter()
        .filter(|escalation| escalation.ask_again_at.is_some())
        .map(|escalation| (**escalation).clone())
        .collect();
    for mut escalation in asked {
        escalation.ask_again_at = None;
        tables.put_escalation(escalation);
    }
}
