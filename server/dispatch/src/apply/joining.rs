//! Stores events that join cases and part them: merge, undo, split.

use std::sync::Arc;

use model::case::{Alone, MergeLink};
use model::event::{Event, RecordedEvent};
use model::id::CaseId;
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
        Event::CasesMerged {
            case_id,
            into,
            same,
            subjects,
            deadlines,
            reason,
            reasons,
        } => {
            change_case(tables, recorded, *case_id, |case| {
                case.merged_into = Some(*into);
                case.merge = Some(MergeLink {
                    at,
                    pairs: same.clone(),
                });
            });
            change_case(tables, recorded, *into, |case| {
                case.alone.get_or_insert_with(|| Alone {
                    seq: recorded.seq,
                    at,
                    tier_reached: case.tier_reached,
                    human: case.human.clone(),
                    deadlines: case.deadlines.clone(),
                    persons: case
                        .subjects
                        .iter()
                        .filter_map(|s| Some((s.n, s.person_id?)))
                        .collect(),
                    outcomes: case
                        .subjects
                        .iter()
                        .filter_map(|s| Some((s.n, s.outcome.clone()?)))
                        .collect(),
                });
                case.members.push(*case_id);
                case.retention = None;
                case.subjects.clone_from(subjects);
                case.deadlines = deadlines.clone();
            });
            let line = facts([
                ("case_id", json!(case_id)),
                ("into", json!(into)),
                ("reason", json!(reason)),
            ]);
            tell(tables, recorded, *case_id, line.clone(), reasons.clone());
            tell(tables, recorded, *into, line, reasons.clone());
            vec![*case_id, *into]
        }
        Event::CasesUnmerged {
            survivor,
            case,
            moved,
            reason,
        } => {
            put_both(tables, recorded, survivor, case, moved);
            let line = facts([
                ("case_id", json!(case.id)),
                ("survivor", json!(survivor.id)),
                ("reason", json!(reason)),
            ]);
            tell(tables, recorded, survivor.id, line.clone(), Vec::new());
            tell(tables, recorded, case.id, line, Vec::new());
            vec![survivor.id, case.id]
        }
        Event::CaseSplit {
            from,
            to,
            sightings,
            moved,
            reason,
            ..
        } => {
            let mut all_moved = moved.clone();
            all_moved.extend(sightings.iter().map(|id| id.0));
            put_both(tables, recorded, from, to, &all_moved);
            let line = facts([
                ("from", json!(from.id)),
                ("to", json!(to.id)),
                ("sightings", json!(sightings)),
                ("reason", json!(reason)),
            ]);
            tell(tables, recorded, from.id, line.clone(), Vec::new());
            tell(tables, recorded, to.id, line, Vec::new());
            vec![from.id, to.id]
        }
        _ => Vec::new(),
    }
}

/// Writes two cases as an event gives them, and moves the home of what moved from the first to the second.
fn put_both(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    first: &model::case::Case,
    second: &model::case::Case,
    moved: &[uuid::Uuid],
) {
    for id in moved {
        if let Some(known) = tables.sightings.get(&model::id::SightingId(*id)) {
            let mut sighting = (**known).clone();
            sighting.case_id = second.id;
            tables.sightings.insert(sighting.id, Arc::new(sighting));
        }
        if let Some(known) = tables.tasks.get(&model::id::TaskId(*id)) {
            let mut task = (**known).clone();
            task.case_id = Some(second.id);
            tables.put_task(task);
        }
        if let Some(known) = tables.escalations.get(&model::id::EscalationId(*id)) {
            let mut escalation = (**known).clone();
            escalation.case_id = Some(second.id);
            tables.put_escalation(escalation);
        }
    }
    for side in [first, second] {
        let mut case = side.clone();
        case.seq = recorded.seq;
        case.retention = None;
        tables.put_case(case);
    }
}
