//! Stores events about notices, persons, background, shifts, holds, hand-overs and policy.

use std::sync::Arc;

use model::background::Look;
use model::background::ResourceOpen;
use model::deadline::NoticeEnd;
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, NoticeId, PersonId};
use model::person::Person;
use model::task::TaskState;
use serde_json::json;

use super::area::shared;
use super::{change_case, facts, tell};
use crate::tables::Tables;

/// Visits of a person that are kept, newest last; two a week for a year.
const VISITS_KEPT: usize = 100;
/// Looks of a place that are kept, newest last: three a day for a year.
const LOOKS_KEPT: usize = 1_000;
/// In the stories of how many cases one call is told: as many as one decision handles.
const CASES_TOLD: usize = 256;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of variants stands in `apply_to_tables`"
)]
pub(super) fn apply(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    let at = recorded.at;
    match &recorded.new.event {
        Event::DutyNotified { notice } => {
            let known: Vec<CaseId> = tables
                .notices
                .get(&notice.id)
                .map(|earlier| {
                    earlier
                        .cases
                        .iter()
                        .copied()
                        .chain(earlier.case_id)
                        .collect()
                })
                .unwrap_or_default();
            tables.put_notice((**notice).clone());
            let line = facts([
                ("notice_id", json!(notice.id)),
                ("addressee", json!(notice.addressee)),
                ("about", json!(notice.about)),
                ("step", json!(notice.step)),
            ]);
            // A call for very many cases is told in the story of the most urgent one only.
            let told = if notice.cases.len() > CASES_TOLD {
                &[]
            } else {
                notice.cases.as_slice()
            };
            let others = told
                .iter()
                .filter(|id| Some(**id) != notice.case_id && !known.contains(id));
            for case_id in notice.case_id.iter().chain(others) {
                tell(tables, recorded, *case_id, line.clone(), Vec::new());
            }
        }
        Event::DutyCallsSet {
            next_at,
            joined,
            left,
        } => {
            tables.set_duty_call(*next_at);
            tables.duty_call_cases.extend(joined.iter().copied());
            for id in left {
                tables.duty_call_cases.remove(id);
            }
        }
        Event::CapacityShort {
            next_at, notice, ..
        } => {
            tables.set_capacity_word(*next_at);
            if let Some(notice) = notice {
                tables.put_notice((**notice).clone());
            }
        }
        Event::NoticeHandedOut { notice_id, channel } => {
            end_notice(
                tables,
                *notice_id,
                NoticeEnd::HandedOut {
                    at,
                    channel: channel.clone(),
                },
            );
        }
        Event::NoticeFailed { notice_id, why } => {
            end_notice(
                tables,
                *notice_id,
                NoticeEnd::Failed {
                    at,
                    why: why.clone(),
                },
            );
        }
        Event::NoticesCancelled { notices } => {
            for id in notices {
                end_notice(tables, *id, NoticeEnd::Cancelled { at });
            }
        }
        Event::PersonOpened { person, .. } => {
            let mut person = (**person).clone();
            person.seq = recorded.seq;
            tables.put_person(person);
        }
        Event::PersonsJoined {
            person_id, with, ..
        } => {
            change_person(tables, recorded, *person_id, |p| p.joined_to = Some(*with));
        }
        Event::PersonsSeparated { person_id, .. } => {
            change_person(tables, recorded, *person_id, |p| p.joined_to = None);
        }
        Event::PersonCared {
            person_id,
            visited_at,
            next_due,
            look_at,
            case_id,
        } => {
            change_person(tables, recorded, *person_id, |p| {
                p.visited_at.extend(*visited_at);
                let excess = p.visited_at.len().saturating_sub(VISITS_KEPT);
                p.visited_at.drain(..excess);
                p.next_due = *next_due;
                p.look_at = *look_at;
                p.case_id = *case_id;
            });
        }
        Event::ResourceStateChanged {
            resource,
            state,
            ends_task,
        } => {
            tables
                .resource_states
                .insert(resource.clone(), shared(state));
            if let Some(task) = ends_task.and_then(|id| tables.tasks.get(&id)) {
                let mut task = (**task).clone();
                task.state = if state.open == ResourceOpen::Open {
                    TaskState::Done
                } else {
                    TaskState::Withdrawn
                };
                task.ended_at = Some(at);
                tables.put_task(task);
            }
        }
        Event::HoldMade { hold } => tables.put_hold(hold.clone()),
        Event::HoldEnded { hold_id, end } => {
            if let Some(known) = tables.holds.get(hold_id) {
                let mut hold = (**known).clone();
                hold.ended = Some(*end);
                tables.put_hold(hold);
            }
        }
        Event::ShiftStarted { shift } => tables.put_shift(shift.clone()),
        Event::ShiftCheckedIn { unit, next_by } => change_shift(tables, unit, |shift| {
            shift.check_in_by = *next_by;
            shift.check_in_missed = false;
            shift.panic_at = None;
        }),
        Event::CheckInMissed { unit } => {
            change_shift(tables, unit, |shift| shift.check_in_missed = true);
        }
        Event::ShiftEnded { unit } => change_shift(tables, unit, |shift| shift.ended_at = Some(at)),
        Event::PanicRaised { unit } => {
            change_shift(tables, unit, |shift| shift.panic_at = Some(at));
        }
        Event::PlaceLooked { place, unit } => {
            let mut looks = tables
                .place_looks
                .get(place)
                .map(|looks| (**looks).clone())
                .unwrap_or_default();
            looks.looked_at = Some(at);
            looks.looked_by.clone_from(unit);
            looks.n_looked += 1;
            looks.looks.push(Look {
                at,
                unit: unit.clone(),
            });
            let excess = looks.looks.len().saturating_sub(LOOKS_KEPT);
            looks.looks.drain(..excess);
            tables.place_looks.insert(place.clone(), Arc::new(looks));
        }
        Event::HandOverOffered { hand_over } => {
            let (id, case_id) = (hand_over.id, hand_over.case_id);
            tables.put_hand_over(hand_over.clone());
            change_case(tables, recorded, case_id, |case| case.hand_over = Some(id));
            let line = facts([
                ("to", json!(hand_over.to)),
                ("reason", json!(hand_over.reason)),
            ]);
            tell(tables, recorded, case_id, line, Vec::new());
        }
        Event::HandOverReceived { hand_over } => {
            let case_id = hand_over.case_id;
            tables.put_hand_over(hand_over.clone());
            let line = facts([
                ("from", json!(hand_over.from_district)),
                ("reason", json!(hand_over.reason)),
            ]);
            tell(tables, recorded, case_id, line, Vec::new());
        }
        Event::HandOverAnswered {
            hand_over_id,
            answer,
        } => {
            if let Some(known) = tables.hand_overs.get(hand_over_id) {
                let mut hand_over = (**known).clone();
                hand_over.answer = Some(answer.clone());
                let case_id = hand_over.case_id;
                tables.put_hand_over(hand_over);
                change_case(tables, recorded, case_id, |case| case.hand_over = None);
                let line = facts([("answer", json!(answer.kind)), ("name", json!(answer.name))]);
                tell(tables, recorded, case_id, line, Vec::new());
            }
        }
        Event::DrillSwitched { on, .. } => tables.drill = *on,
        Event::PolicyAdopted { policy_id } => tables.policy_id = policy_id.clone(),
        Event::JurisdictionsAdopted {
            jurisdictions,
            boundaries,
        } => {
            tables.boundaries.clone_from(boundaries);
            tables.jurisdictions = jurisdictions
                .iter()
                .map(|j| (j.code.clone(), shared(j)))
                .collect();
        }
        Event::PlacesImported { places } => {
            for place in places {
                tables.places.insert(place.id.clone(), shared(place));
            }
        }
        Event::UnitsImported { units } => {
            for unit in units {
                tables.units.insert(unit.id.clone(), shared(unit));
            }
        }
        Event::DepartmentsImported { departments } => {
            for department in departments {
                tables
                    .departments
                    .insert(department.id.clone(), shared(department));
            }
        }
        Event::ResourcesImported { resources } => {
            for resource in resources {
                tables
                    .resources
                    .insert(resource.id.clone(), shared(resource));
            }
        }
        _ => {}
    }
    Vec::new()
}

fn end_notice(tables: &mut Tables, id: NoticeId, end: NoticeEnd) {
    if let Some(known) = tables.notices.get(&id)
        && known.ended.is_none()
    {
        let mut notice = (**known).clone();
        notice.ended = Some(end);
        tables.put_notice(notice);
    }
}

fn change_person(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    id: PersonId,
    change: impl FnOnce(&mut Person),
) {
    if let Some(known) = tables.persons.get(&id) {
        let mut person = (**known).clone();
        change(&mut person);
        person.seq = recorded.seq;
        tables.put_person(person);
    }
}

fn change_shift(
    tables: &mut Tables,
    unit: &model::id::UnitId,
    change: impl FnOnce(&mut model::background::Shift),
) {
    if let Some(known) = tables.shifts.get(unit) {
        let mut shift = (**known).clone();
        change(&mut shift);
        tables.put_shift(shift);
    }
}
