//! Decides commands about persons: opening, joining, separating, and reads of personal fields. Names and looks never
//! come here; both ids of joined persons stay valid.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::actor::Role;
use model::case::CaseState;
use model::command::{PersonalKind, Purpose};
use model::event::Event;
use model::id::{CaseId, DepartmentId, PersonId, RecordId};
use model::person::{NameQuality, Person};
use model::refusal::{Refusal, RefusalCode};
use model::sign::AgeBand;
use policy::action::Action;
use policy::personal::{PersonalFacts, verdict_for_personal_read};

use super::form::check_text;
use super::special_care;
use crate::draft::Draft;
use crate::rights::{permit_call, permit_case, permit_person};

/// Opens a person.
///
/// # Errors
/// `role_may_not`; `command_id_reused` for an id that is taken.
pub(crate) fn open(
    draft: &mut Draft<'_, '_>,
    person_id: PersonId,
    name_quality: NameQuality,
    age_band: AgeBand,
    special_care: bool,
) -> Result<(), Refusal> {
    permit_call(draft, Action::PersonOpen)?;
    if draft.tables.persons.contains_key(&person_id) {
        return Err(Refusal::new(RefusalCode::CommandIdReused).at("/id"));
    }
    let person = Person {
        id: person_id,
        record: RecordId(person_id.0),
        name_quality,
        age_band,
        special_care,
        joined_to: None,
        opened_at: draft.now(),
        by: draft.heading.actor.account.clone(),
        visited_at: Vec::new(),
        case_id: None,
        next_due: None,
        look_at: None,
        seq: 0,
    };
    let personal = draft.heading.personal.iter().copied().collect();
    draft.push(Event::PersonOpened {
        person: Box::new(person),
        personal,
    });
    special_care::plan(draft, person_id);
    Ok(())
}

/// Says that two persons are one. Where only one of them is of special concern, that one answers for both.
///
/// # Errors
/// `not_found`, the refusals of rights, `text_length`; `persons_not_joined` when it would make a ring or the person is
/// joined already.
pub(crate) fn join(
    draft: &mut Draft<'_, '_>,
    person_id: PersonId,
    with: PersonId,
    reason: &str,
) -> Result<(), Refusal> {
    permit_person(draft, person_id, Action::PersonJoin)?;
    permit_person(draft, with, Action::PersonJoin)?;
    check_text(reason, "/reason")?;
    let person = known(draft, person_id)?;
    let head = head_of(draft, with)?;
    if person.joined_to.is_some() || draft.tables.identity_of(person_id).contains(&with) {
        return Err(RefusalCode::PersonsNotJoined.into());
    }
    let (joined, to) = if person.special_care && !head.special_care {
        (head.id, person.id)
    } else {
        (person.id, head.id)
    };
    draft.push(Event::PersonsJoined {
        person_id: joined,
        with: to,
        reason: reason.to_owned(),
    });
    special_care::plan(draft, to);
    concern_cases(draft, to);
    Ok(())
}

/// Says that two persons are not one after all.
///
/// # Errors
/// `not_found`, the refusals of rights, `text_length`; `persons_not_joined` when nothing is joined.
pub(crate) fn separate(
    draft: &mut Draft<'_, '_>,
    person_id: PersonId,
    reason: &str,
) -> Result<(), Refusal> {
    permit_person(draft, person_id, Action::PersonSeparate)?;
    check_text(reason, "/reason")?;
    let person = known(draft, person_id)?;
    let leaving = if person.joined_to.is_some() {
        person.id
    } else {
        // The other one may have been joined to this one; with several, each must be named itself.
        let mut joined = draft
            .tables
            .persons
            .values()
            .filter(|other| other.joined_to == Some(person_id));
        match (joined.next(), joined.next()) {
            (Some(only), None) => only.id,
            (None | Some(_), _) => return Err(RefusalCode::PersonsNotJoined.into()),
        }
    };
    let stayed = known(draft, leaving)?.joined_to;
    draft.push(Event::PersonsSeparated {
        person_id: leaving,
        reason: reason.to_owned(),
    });
    for id in [Some(leaving), stayed].into_iter().flatten() {
        special_care::plan(draft, id);
        concern_cases(draft, id);
    }
    Ok(())
}

/// Nights and refusals are counted per person: the cases that a person is a subject of are graded anew.
fn concern_cases(draft: &mut Draft<'_, '_>, person_id: PersonId) {
    let cases: BTreeSet<CaseId> = draft
        .tables
        .identity_of(person_id)
        .into_iter()
        .filter_map(|id| draft.tables.cases_of_person.get(&id))
        .flatten()
        .copied()
        .collect();
    for id in cases {
        draft.concern(id);
    }
}

/// Decides a read of personal fields: which kinds may be given out, before anything is.
///
/// # Errors
/// `not_found`, `role_may_not`, `purpose_not_allowed`; `no_shift` for a patrol whose shift has ended.
pub(crate) fn read(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    purpose: Purpose,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::PersonalRead)?;
    let actor = draft.heading.actor.clone();
    let shift = actor
        .unit
        .as_ref()
        .and_then(|unit| draft.tables.shifts.get(unit));
    if shift.is_some_and(|shift| shift.ended_at.is_some()) {
        // With the shift ends what the patrol may read, even if it goes on with a visit.
        return Err(RefusalCode::NoShift.into());
    }
    let own_task_open =
        draft.tables.tasks_of(case.id).into_iter().any(|task| {
            task.state.is_under_way() && task.unit.is_some() && task.unit == actor.unit
        });
    let escalated_to: Vec<DepartmentId> = draft
        .tables
        .escalations_of(case.id)
        .into_iter()
        .filter(|escalation| escalation.is_open() && !escalation.for_information)
        .map(|escalation| escalation.department.clone())
        .collect();
    let state = if case.history {
        CaseState::Closed
    } else {
        case.state
    };
    let kinds: BTreeSet<PersonalKind> = verdict_for_personal_read(&PersonalFacts {
        actor: &actor,
        purpose,
        state,
        own_task_open,
        escalated_to: &escalated_to,
    })
    .map_err(Refusal::from)?;
    draft.heading.drill |= case.drill;
    draft.push(Event::PersonalRead {
        case_id: case.id,
        purpose,
        kinds: kinds.into_iter().collect(),
    });
    Ok(())
}

/// Writes down that a person gets what is kept of them, in each case in which they are a subject.
///
/// # Errors
/// `role_may_not` for everybody but the program; `not_found` for a person who is not known, or is in no case in which
/// it could be written down.
pub(crate) fn hand_out(draft: &mut Draft<'_, '_>, person_id: PersonId) -> Result<(), Refusal> {
    if draft.heading.actor.role != Role::System {
        return Err(RefusalCode::RoleMayNot.into());
    }
    known(draft, person_id)?;
    let cases: BTreeSet<CaseId> = draft
        .tables
        .identity_of(person_id)
        .into_iter()
        .filter_map(|id| draft.tables.cases_of_person.get(&id))
        .flatten()
        .filter_map(|id| draft.tables.root(*id))
        .map(|case| case.id)
        .collect();
    if cases.is_empty() {
        return Err(RefusalCode::NotFound.into());
    }
    for case_id in cases {
        draft.push(Event::PersonalRead {
            case_id,
            purpose: Purpose::HandOver,
            kinds: PersonalKind::ALL.to_vec(),
        });
    }
    Ok(())
}

fn known(draft: &Draft<'_, '_>, id: PersonId) -> Result<Arc<Person>, Refusal> {
    draft
        .tables
        .persons
        .get(&id)
        .cloned()
        .ok_or_else(|| RefusalCode::NotFound.into())
}

/// The person that answers for an id: itself, or the one it was joined to.
fn head_of(draft: &Draft<'_, '_>, id: PersonId) -> Result<Arc<Person>, Refusal> {
    let head = draft.tables.identity_of(id).first().copied().unwrap_or(id);
    known(draft, head)
}

#[cfg(test)]
mod tests;
