//! Stores events about forgetting: details and personal fields that were erased, and when that is to be.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::RetentionPlan;
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, RecordId};
use model::sighting::Sighting;

use crate::tables::Tables;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of variants stands in `apply_to_tables`"
)]
pub(super) fn apply(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    match &recorded.new.event {
        Event::DetailsErased { records, cases, .. } => erase(tables, records, cases),
        Event::PersonalErased {
            records,
            jurisdiction,
            ended_at,
            ..
        } => {
            tables.personal_erased.extend(records.iter().copied());
            if let Some(known) = tables.areas.get(jurisdiction) {
                let mut area = (**known).clone();
                area.ended.retain(|ended| ended.ended_at > *ended_at);
                tables.put_area(area);
            }
            Vec::new()
        }
        Event::RetentionPlanned { plans } => {
            for planned in plans {
                tables.change_case(planned.case_id, |case| case.retention = Some(planned.plan));
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Drops the values. The time of the cases is over; where only records are named, every case located by one of them has
/// lost its place and leaves the index.
fn erase(tables: &mut Tables, records: &[RecordId], over: &[CaseId]) -> Vec<CaseId> {
    for record in records {
        tables.details.remove(record);
        tables.erased.insert(*record);
        tables.personal_erased.remove(record);
    }
    for id in over {
        tables.change_case(*id, |case| {
            case.details_erased = true;
            case.retention = Some(RetentionPlan { erase_at: None });
        });
    }
    if !over.is_empty() {
        return over.to_vec();
    }
    let erased: BTreeSet<RecordId> = records.iter().copied().collect();
    let located: Vec<CaseId> = tables
        .cases
        .values()
        .filter(|case| {
            case.located_by
                .is_some_and(|record| erased.contains(&record))
        })
        .map(|case| case.id)
        .collect();
    for id in &located {
        tables.change_case(*id, |case| case.details_erased = true);
    }
    located
}

/// Something of a case has changed that its retention is judged by: it is looked at again. One that is not closed has
/// no plan.
pub(super) fn look_again(tables: &mut Tables, id: CaseId) {
    let Some(root) = tables.root(id) else {
        return;
    };
    if root.retention.is_some() {
        let id = root.id;
        tables.change_case(id, |case| case.retention = None);
    }
}

/// Remembers records of a case that are no sighting's, so that none is left behind when another takes its place.
pub(super) fn keep_records(
    tables: &mut Tables,
    id: CaseId,
    records: impl IntoIterator<Item = RecordId>,
) {
    let Some(case) = tables.cases.get(&id) else {
        return;
    };
    let new: BTreeSet<RecordId> = records
        .into_iter()
        .filter(|record| !case.records.contains(record))
        .filter(|record| {
            let of = |sighting: &Arc<Sighting>| {
                RecordId::from(sighting.id) == *record
                    || sighting
                        .additions
                        .iter()
                        .any(|addition| addition.id == *record)
            };
            !case
                .sightings
                .iter()
                .filter_map(|id| tables.sightings.get(id))
                .any(of)
        })
        .collect();
    if !new.is_empty() {
        tables.change_case(id, |case| case.records.extend(new));
    }
    look_again(tables, id);
}
