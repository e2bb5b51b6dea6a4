//! Decides commands about the subjects of a case: adding one, linking one to a person, ending a link, its bands.

use model::case::{CaseState, Subject};
use model::command::SubjectBody;
use model::details::RecordDetails;
use model::event::Event;
use model::id::{CaseId, PersonId, RecordId};
use model::limits::N_SUBJECTS_MAX;
use model::refusal::{Refusal, RefusalCode};
use policy::action::Action;

use super::sighting::follow_up::open_for_whoever_waits;
use super::sighting::people::{new_subject, next_number};
use super::special_care;
use crate::draft::Draft;
use crate::rights::permit_case;

/// Adds a subject (without a number) or changes one.
///
/// # Errors
/// `not_found` and the refusals of rights; `not_of_this_case` for a number that is not there; `unknown_reference` for a
/// person who is not known; `case_already_closed` for a new subject of a closed case; `out_of_range`.
pub(crate) fn set(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    body: &SubjectBody,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseSubjects)?;
    draft.check_seen(&case)?;
    if let Some(person_id) = body.person_id
        && !draft.tables.persons.contains_key(&person_id)
    {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/person_id"));
    }
    let mut subjects = case.subjects.clone();
    let n = match body.n {
        Some(n) => n,
        None => add(&mut subjects, case.state)?,
    };
    let Some(subject) = subjects.iter_mut().find(|s| s.n == n) else {
        return Err(Refusal::new(RefusalCode::NotOfThisCase).at("/n"));
    };
    let was = subject.person_id;
    if body.unlink {
        subject.person_id = None;
    }
    if body.person_id.is_some() {
        subject.person_id = body.person_id;
    }
    let is = subject.person_id;
    bands(draft, subject, body);
    draft.heading.drill |= case.drill;
    draft.push(Event::SubjectsChanged {
        case_id: case.id,
        subjects,
    });
    if was != is {
        relinked(draft, was.into_iter().chain(is));
    }
    open_for_whoever_waits(draft, case.id);
    draft.concern(case.id);
    Ok(())
}

fn add(subjects: &mut Vec<Subject>, state: CaseState) -> Result<u32, Refusal> {
    if state == CaseState::Closed {
        return Err(RefusalCode::CaseAlreadyClosed.into());
    }
    let n = next_number(subjects);
    if n > N_SUBJECTS_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at("/n")
            .with("max", N_SUBJECTS_MAX));
    }
    subjects.push(new_subject(n, None));
    Ok(n)
}

/// Bands that are said about a subject stand in a record of their own: those of a sighting stay as they were seen.
fn bands(draft: &mut Draft<'_, '_>, subject: &mut Subject, body: &SubjectBody) {
    if body.sex.is_none() && body.age_band.is_none() {
        return;
    }
    let known = subject
        .record
        .and_then(|record| draft.tables.details.get(&record).cloned());
    let record = RecordId(draft.heading.command_id.0);
    draft.attach(
        record,
        RecordDetails {
            sex: body.sex.or_else(|| known.as_ref().and_then(|d| d.sex)),
            age_band: body
                .age_band
                .or_else(|| known.as_ref().and_then(|d| d.age_band)),
            ..RecordDetails::default()
        },
    );
    subject.record = Some(record);
}

/// Care of a person follows the cases that they are a subject of.
fn relinked(draft: &mut Draft<'_, '_>, persons: impl Iterator<Item = PersonId>) {
    for person_id in persons {
        special_care::plan(draft, person_id);
    }
}
