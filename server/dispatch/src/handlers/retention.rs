//! Decides what has to be forgotten when its time has come: the details of closed cases, the personal fields that were
//! taken under a warning, and what a named erasure is about.

use std::collections::BTreeSet;

use model::actor::Role;
use model::area::{EndedWarning, StreetChange};
use model::case::{Case, RetentionPlan};
use model::deadline::Timer;
use model::event::{Event, PlannedRetention};
use model::grade::Level;
use model::id::{CaseId, JurisdictionCode, PersonId, RecordId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::retention::{RetentionFacts, details_erased_at, emergency_only_erased_at};

use super::form::check_text;
use super::timer_case::due_now;
use crate::draft::Draft;
use crate::tables::Tables;

/// The ground of what time erases.
const BY_TIME: &str = "retention";
/// How many people have to stand by the erasure of a person.
const N_NAMED: usize = 2;

/// Looks at the closed cases that are due, at most one portion: what is over is erased, for the others it is written
/// down when.
pub(crate) fn reached(draft: &mut Draft<'_, '_>, case_id: CaseId) {
    let mut due = BTreeSet::from([case_id]);
    due.extend(due_now(draft, |timer| match timer {
        Timer::Retention { case_id } => Some(*case_id),
        Timer::Regrade
        | Timer::CaseStep { .. }
        | Timer::DutyCall
        | Timer::CapacityRepeat
        | Timer::OfferLapses { .. }
        | Timer::RevisitDue { .. }
        | Timer::ReceiverUnconfirmed { .. }
        | Timer::FollowUpEnds { .. }
        | Timer::EscalationStep { .. }
        | Timer::EscalationAskAgain { .. }
        | Timer::AreaLook
        | Timer::ConfirmLapses { .. }
        | Timer::SignalEnds { .. }
        | Timer::CheckInMissed { .. }
        | Timer::ShiftEnds { .. }
        | Timer::HandOverLapses { .. }
        | Timer::HoldEnds { .. }
        | Timer::SpecialCare { .. }
        | Timer::EmergencyData { .. } => None,
    }));
    // Every event says whether it is a drill: those of one kind are decided together, the others follow.
    let drill = draft.case(case_id).is_some_and(|case| case.drill);
    let mut over = Over::default();
    let mut plans = Vec::new();
    for id in due {
        let Some(case) = draft.case(id).filter(|case| case.drill == drill) else {
            continue;
        };
        match erase_at(draft, &case) {
            Some((at, records)) if at <= draft.now() => {
                over.records.extend(records);
                over.cases
                    .extend(draft.tables.group(id).into_iter().map(|member| member.id));
            }
            planned => plans.push(PlannedRetention {
                case_id: id,
                plan: RetentionPlan {
                    erase_at: planned.map(|(at, _)| at),
                },
            }),
        }
    }
    draft.marked(drill, |draft| {
        if !over.cases.is_empty() {
            draft.push(Event::DetailsErased {
                records: over.records.into_iter().collect(),
                cases: over.cases.into_iter().collect(),
                ground: BY_TIME.to_owned(),
                named: Vec::new(),
            });
        }
        if !plans.is_empty() {
            draft.push(Event::RetentionPlanned { plans });
        }
    });
}

/// What is over.
#[derive(Default)]
struct Over {
    records: BTreeSet<RecordId>,
    cases: BTreeSet<CaseId>,
}

/// When the details of a closed case go, and which; none when there is nothing that time erases.
fn erase_at(draft: &Draft<'_, '_>, case: &Case) -> Option<(Instant, BTreeSet<RecordId>)> {
    let tables = &draft.tables;
    let of_persons = tables.records_of_persons(case.id);
    let left: BTreeSet<RecordId> = tables
        .records_of(case.id)
        .into_iter()
        .filter(|record| !tables.erased.contains(record))
        .collect();
    if left.is_empty() {
        return None;
    }
    let free: BTreeSet<RecordId> = left.difference(&of_persons).copied().collect();
    let facts = RetentionFacts {
        closed_at: case.closed_at,
        has_person: free.is_empty(),
        taken_under_warning: None,
        kept_with_reason: false,
    };
    Some((details_erased_at(&draft.policy, &facts)?, free))
}

/// A street that falls to no colour: the end of its warning is kept until the personal fields taken under it are gone.
pub(crate) fn note_end(draft: &Draft<'_, '_>, street: &mut StreetChange) {
    if street.from == Level::None || street.warning.level != Level::None {
        return;
    }
    let before = draft.tables.areas.get(&street.warning.jurisdiction);
    let Some(since) = before.and_then(|area| area.warned_since) else {
        return;
    };
    let ended_at = draft.now();
    street.warning.ended.push(EndedWarning {
        since,
        ended_at,
        erase_at: emergency_only_erased_at(&draft.policy, ended_at),
    });
}

/// Erases the personal fields that were taken in a street under warnings that are long over.
///
/// # Errors
/// `stale_deadline` when no such warning is known.
pub(crate) fn warning_long_over(
    draft: &mut Draft<'_, '_>,
    street: &JurisdictionCode,
) -> Result<(), Refusal> {
    let now = draft.now();
    let over: Vec<EndedWarning> = draft
        .tables
        .areas
        .get(street)
        .map(|area| {
            area.ended
                .iter()
                .filter(|ended| ended.erase_at <= now)
                .copied()
                .collect()
        })
        .unwrap_or_default();
    let Some(ended_at) = over.iter().map(|ended| ended.ended_at).max() else {
        return Err(RefusalCode::StaleDeadline.into());
    };
    let taken_under = |at: Instant| over.iter().any(|w| w.since <= at && at <= w.ended_at);
    let mut records = BTreeSet::new();
    let mut cases = BTreeSet::new();
    for id in kept_cases(&draft.tables) {
        let found = personal_taken(&draft.tables, id, street, &taken_under);
        if !found.is_empty() {
            cases.insert(id);
            records.extend(found);
        }
    }
    draft.push(Event::PersonalErased {
        records: records.into_iter().collect(),
        cases: cases.into_iter().collect(),
        jurisdiction: street.clone(),
        ended_at,
    });
    Ok(())
}

/// Cases whose details are there: those that are not closed, and those whose time has not come.
fn kept_cases(tables: &Tables) -> BTreeSet<CaseId> {
    let active = tables.active.values().flatten().copied();
    let closed = tables.timers.iter().filter_map(|(_, timer)| {
        if let Timer::Retention { case_id } = timer {
            Some(*case_id)
        } else {
            None
        }
    });
    active.chain(closed).collect()
}

/// The records of a case without a known person that were made in a street at such a time, as far as their personal
/// fields were not erased before.
fn personal_taken(
    tables: &Tables,
    root: CaseId,
    street: &JurisdictionCode,
    taken_under: &impl Fn(Instant) -> bool,
) -> BTreeSet<RecordId> {
    let mut found = BTreeSet::new();
    for sighting in tables.sightings_of(root) {
        if sighting.history || sighting.jurisdiction.code != *street {
            continue;
        }
        if taken_under(sighting.accepted_at) {
            found.insert(RecordId::from(sighting.id));
        }
        let later = sighting.additions.iter().filter(|a| taken_under(a.at));
        found.extend(later.map(|addition| addition.id));
    }
    for case in tables.group(root) {
        if case.jurisdiction.code == *street {
            let notes = case.notes.iter().filter(|note| taken_under(note.at));
            found.extend(notes.map(|note| note.record));
        }
    }
    if found.is_empty() {
        return found;
    }
    let of_persons = tables.records_of_persons(root);
    found.retain(|record| {
        !of_persons.contains(record)
            && !tables.erased.contains(record)
            && !tables.personal_erased.contains(record)
    });
    found
}

/// Forgets the details of records; what is forgotten already stays so.
///
/// # Errors
/// `role_may_not` for everybody but the program.
pub(crate) fn erase(
    draft: &mut Draft<'_, '_>,
    records: &[RecordId],
    ground: &str,
) -> Result<(), Refusal> {
    if draft.heading.actor.role != Role::System {
        return Err(RefusalCode::RoleMayNot.into());
    }
    let records = records.iter().copied().collect();
    push_erasure(draft, records, ground, Vec::new());
    Ok(())
}

/// Forgets a person: their own record and those of every identity joined to theirs, and what was seen of nobody else.
/// Two named people stand by it.
///
/// # Errors
/// `role_may_not` for everybody but the program; `not_found`; `text_length` for a name or ground that is missing;
/// `missing_field` unless two different people are named.
pub(crate) fn erase_person(
    draft: &mut Draft<'_, '_>,
    person_id: PersonId,
    named: &[String],
    ground: &str,
) -> Result<(), Refusal> {
    if draft.heading.actor.role != Role::System {
        return Err(RefusalCode::RoleMayNot.into());
    }
    check_text(ground, "/ground")?;
    for name in named {
        check_text(name, "/named")?;
    }
    let different: BTreeSet<&str> = named.iter().map(|name| name.trim()).collect();
    if different.len() < N_NAMED {
        return Err(Refusal::new(RefusalCode::MissingField).at("/named"));
    }
    if !draft.tables.persons.contains_key(&person_id) {
        return Err(RefusalCode::NotFound.into());
    }
    let records = draft.tables.records_of_person(person_id);
    push_erasure(draft, records, ground, named.to_vec());
    Ok(())
}

fn push_erasure(
    draft: &mut Draft<'_, '_>,
    mut records: BTreeSet<RecordId>,
    ground: &str,
    named: Vec<String>,
) {
    records.retain(|record| !draft.tables.erased.contains(record));
    if !records.is_empty() {
        draft.push(Event::DetailsErased {
            records: records.into_iter().collect(),
            cases: Vec::new(),
            ground: ground.to_owned(),
            named,
        });
    }
}

#[cfg(test)]
mod tests;
