//! Persons of special concern (特殊关爱对象): when the next visit is due, when it becomes a task, and what is said when
//! nobody can be sent. How often is for policy to say.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use model::case::{Case, CaseState};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::Level;
use model::id::{CaseId, DepartmentId, JurisdictionCode, PersonId};
use model::person::Person;
use model::task::TaskKind;
use model::time::Instant;
use policy::facts::CareFacts;
use policy::revisit::{only_a_look, task_from};
use policy::special_care::{CareVerdict, care_rate, verdict_for_care};

use crate::draft::Draft;
use crate::settle::grade::judge::colour_for;
use crate::settle::tasks;
use crate::tables::Tables;

/// How far ahead the calendar is searched for a day on which care is more frequent; no week is longer.
const DAYS_AHEAD_AT_MOST: u32 = 15;

/// Plans the next visit of a person anew: opened, joined, separated, linked, or the colour of the street changed.
pub(crate) fn plan(draft: &mut Draft<'_, '_>, person_id: PersonId) {
    let Some(person) = head(&draft.tables, person_id).filter(|person| person.special_care) else {
        return;
    };
    let case = case_of(&draft.tables, person.id);
    let verdict = verdict(draft, &person, case.as_deref());
    let look_at = look_at(draft, &verdict, case.as_deref());
    if person.next_due == Some(verdict.due)
        && person.look_at == Some(look_at)
        && person.case_id == case.as_ref().map(|case| case.id)
    {
        return;
    }
    draft.push(Event::PersonCared {
        person_id: person.id,
        visited_at: None,
        next_due: Some(verdict.due),
        look_at: Some(look_at),
        case_id: case.map(|case| case.id),
    });
}

/// Records a visit that met the persons to whom these subjects of a case are linked.
pub(crate) fn visited(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    subjects: &[u32],
    visited_at: Instant,
) {
    let Some(case) = draft.case(case_id) else {
        return;
    };
    let persons: BTreeSet<PersonId> = case
        .subjects
        .iter()
        .filter(|subject| subjects.contains(&subject.n))
        .filter_map(|subject| subject.person_id)
        .filter_map(|id| head(&draft.tables, id).map(|person| person.id))
        .collect();
    for id in persons {
        let Some(known) = draft.tables.persons.get(&id).cloned() else {
            continue;
        };
        let mut person = (*known).clone();
        person.visited_at.push(visited_at);
        let (next_due, look) = if person.special_care {
            let verdict = verdict(draft, &person, Some(&case));
            let look = look_at(draft, &verdict, Some(&case));
            (Some(verdict.due), Some(look))
        } else {
            (None, None)
        };
        draft.push(Event::PersonCared {
            person_id: id,
            visited_at: Some(visited_at),
            next_due,
            look_at: look,
            case_id: Some(case.id),
        });
    }
}

/// The time to look has come: the visit becomes a task of the person's case; without one, or when it is overdue, the
/// street's duty is told.
pub(crate) fn look(draft: &mut Draft<'_, '_>, person_id: PersonId) {
    let Some(person) = head(&draft.tables, person_id) else {
        return;
    };
    let case = case_of(&draft.tables, person.id);
    let verdict = verdict(draft, &person, case.as_deref());
    let due = verdict.due;
    if task_from(&draft.policy, due) <= draft.now() {
        let sent = case.as_ref().is_some_and(|case| send(draft, case, due));
        if !sent || due <= draft.now() {
            tell(draft, case.as_deref());
        }
    }
    let look_at = look_at(draft, &verdict, case.as_deref());
    draft.push(Event::PersonCared {
        person_id: person.id,
        visited_at: None,
        next_due: Some(due),
        look_at: Some(look_at),
        case_id: case.map(|case| case.id),
    });
}

/// The colour of a street changed: care of the persons there is planned anew.
pub(crate) fn on_area_level(draft: &mut Draft<'_, '_>, code: &JurisdictionCode) {
    let there: Vec<PersonId> = draft
        .tables
        .persons
        .values()
        .filter(|person| person.special_care && person.joined_to.is_none())
        .filter(|person| {
            case_of(&draft.tables, person.id).is_some_and(|case| case.jurisdiction.code == *code)
        })
        .map(|person| person.id)
        .collect();
    for id in there {
        plan(draft, id);
    }
}

/// The person that answers for an id: itself, or the one it was joined to.
fn head(tables: &Tables, id: PersonId) -> Option<Arc<Person>> {
    let mut person = tables.persons.get(&id)?;
    // A chain of joins is never longer than the number of persons; a ring cannot be made.
    for _ in 0..=tables.persons.len() {
        match person.joined_to {
            Some(next) => person = tables.persons.get(&next)?,
            None => return Some(Arc::clone(person)),
        }
    }
    None
}

/// The case in which care of a person goes on: the newest that is not closed with a subject linked to the person.
fn case_of(tables: &Tables, person_id: PersonId) -> Option<Arc<Case>> {
    tables
        .identity_of(person_id)
        .into_iter()
        .filter_map(|id| tables.cases_of_person.get(&id))
        .flatten()
        .filter_map(|id| tables.cases.get(id))
        .filter(|case| case.state != CaseState::Closed && case.merged_into.is_none())
        .max_by_key(|case| (case.opened_at, case.id))
        .cloned()
}

fn area_of(draft: &Draft<'_, '_>, case: Option<&Case>) -> Level {
    case.map_or(Level::None, |case| {
        colour_for(&draft.tables, &case.jurisdiction.code)
    })
}

fn verdict(draft: &Draft<'_, '_>, person: &Person, case: Option<&Case>) -> CareVerdict {
    let seen = case
        .map(|case| {
            draft
                .tables
                .sightings_of(case.id)
                .into_iter()
                .map(|sighting| sighting.seen_at)
                .collect()
        })
        .unwrap_or_default();
    verdict_for_care(
        &draft.policy,
        &CareFacts {
            now: draft.now(),
            area: area_of(draft, case),
            visits: person.visited_at.clone(),
            since: person.opened_at,
            seen,
        },
    )
}

/// When to look again: when the visit becomes a task, when it is due, on the first day with another rate, and, once it
/// is overdue, every day at the same hour.
fn look_at(draft: &Draft<'_, '_>, verdict: &CareVerdict, case: Option<&Case>) -> Instant {
    let now = draft.now();
    let due = verdict.due;
    let task_at = task_from(&draft.policy, due);
    let next = if task_at > now {
        task_at
    } else if due > now {
        due
    } else {
        same_hour_after(draft, due, now)
    };
    match rate_changes_at(draft, verdict, case, next) {
        Some(earlier) => next.min(earlier),
        None => next,
    }
}

fn same_hour_after(draft: &Draft<'_, '_>, hour_of: Instant, now: Instant) -> Instant {
    let calendar = draft.policy.calendar();
    let clock = calendar.local(hour_of).time();
    let today = calendar.at(calendar.date(now), clock);
    if today > now {
        today
    } else {
        calendar.at(next_day(calendar.date(now)), clock)
    }
}

/// The beginning of the first day before `until` on which care is of another rate, as on a special node.
fn rate_changes_at(
    draft: &Draft<'_, '_>,
    verdict: &CareVerdict,
    case: Option<&Case>,
    until: Instant,
) -> Option<Instant> {
    let calendar = draft.policy.calendar();
    let area = area_of(draft, case);
    let mut date = calendar.date(draft.now());
    for _ in 0..DAYS_AHEAD_AT_MOST {
        date = next_day(date);
        let begins = calendar.at(date, jiff::civil::Time::midnight());
        if begins >= until {
            return None;
        }
        if care_rate(&draft.policy, area, date) != verdict.rate {
            return Some(begins);
        }
    }
    None
}

fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// Sends somebody: a revisit of a case in follow-up. An open case, or one with a visit running, has somebody already.
/// Answers whether somebody goes.
fn send(draft: &mut Draft<'_, '_>, case: &Arc<Case>, due: Instant) -> bool {
    let somebody_goes =
        !tasks::live_visits(draft, case.id).is_empty() || tasks::is_wanted(draft, case.id);
    if somebody_goes || case.state != CaseState::FollowUp {
        return somebody_goes;
    }
    let mut task = tasks::new_visit(draft, case);
    let refused = !case.refused_at.is_empty();
    task.kind = if refused && only_a_look(&draft.policy, due, &case.refused_at) {
        TaskKind::WelfareCheck
    } else {
        TaskKind::Revisit
    };
    task.look = task.kind == TaskKind::WelfareCheck;
    task.outcome_by = Some(due);
    draft.wanted.push(task);
    draft.concern(case.id);
    true
}

fn tell(draft: &mut Draft<'_, '_>, case: Option<&Case>) {
    let addressee = case.map_or(Addressee::DutyOfficer, |case| Addressee::Department {
        department: DepartmentId::street(&case.jurisdiction.code),
    });
    let mut notice = draft.notice(addressee, NoticeAbout::SpecialCareDue);
    notice.case_id = case.map(|case| case.id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
