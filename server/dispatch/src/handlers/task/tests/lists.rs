//! More work than hands: the order of the list, units taken off their way, one word about hands, the end of a shift.

use model::deadline::NoticeAbout;
use model::task::TaskState;
use model::time::Span;

use super::*;
use crate::testing::{Happened, department};

fn capacity_words(district: &District) -> Vec<(usize, bool)> {
    district
        .journal
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::CapacityShort { cases, next_at, .. } => Some((cases.len(), next_at.is_some())),
            _ => None,
        })
        .collect()
}

/// `u-1` is under way to a P2 and nobody else is on shift.
fn busy_night() -> (District, CaseId, TaskId) {
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(1, id), depart(1, id)]);
    (district, case_id, id)
}

#[test]
fn what_waits_is_offered_by_priority_then_exposure_then_waiting_time() {
    let (mut district, _, busy) = busy_night();
    let dry = reported(&mut district, 2, 1, &[Sign::BeddedDown]);
    district.advance(Span::from_mins(1));
    let wet = reported(&mut district, 3, 2, &[Sign::BeddedDown, Sign::WetClothing]);
    district.advance(Span::from_mins(1));
    let vague = reported(&mut district, 4, 3, &[Sign::Vague]);
    let old = reported(&mut district, 5, 4, &[Sign::Aged60OrOlder]);
    let mut order = Vec::new();
    let mut done = busy;
    for _ in 0..4 {
        district.given([arrive(1, done), record(1, done, refused())]);
        let next = [dry, wet, vague, old]
            .into_iter()
            .find(|id| last_task(&district, *id).state == TaskState::Offered)
            .unwrap();
        order.push(next);
        done = last_task(&district, next).id;
        district.given([accept(1, done)]);
    }
    assert_eq!(order, [old, wet, dry, vague]);
}

#[test]
fn a_p0_takes_a_unit_off_its_way_to_a_p2_and_the_case_left_returns_to_the_list() {
    let (mut district, left_case, left) = busy_night();
    let danger = reported(&mut district, 2, 1, &[Sign::Unconscious]);
    let offered = last_task(&district, danger);
    assert_eq!(
        (offered.state, unit_of(&offered)),
        (TaskState::Offered, "u-1")
    );
    assert_eq!(task(&district, left).state, TaskState::Returned);
    let waits = last_task(&district, left_case);
    assert_eq!(waits.state, TaskState::Waiting);
    assert_eq!(
        told(&district.journal, NoticeAbout::TaskChanged),
        [unit("u-1")]
    );
    district
        .when(accept(1, offered.id))
        .then_among(&["task.accepted"]);
    // Once the emergency is over the case left is offered to the same unit again.
    district.given([
        arrive(1, offered.id),
        record(
            1,
            offered.id,
            Outcome {
                handed_to: Some(model::outcome::HandedTo {
                    organisation: "120".to_owned(),
                    name: "王医生".to_owned(),
                    at: None,
                    confirmed_at: None,
                }),
                ..bare(OutcomeKind::Treated)
            },
        ),
    ]);
    assert_eq!(unit_of(&last_task(&district, left_case)), "u-1");
    district.assert_replays();
}

#[test]
fn a_p0_takes_nobody_off_who_is_on_site_or_on_the_way_to_a_p1() {
    let (mut district, _, id) = busy_night();
    district.given([arrive(1, id)]);
    let danger = reported(&mut district, 2, 1, &[Sign::Unconscious]);
    assert_eq!(last_task(&district, danger).state, TaskState::Waiting);

    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    let protected = reported(&mut district, 1, 0, &[Sign::Minor]);
    let id = last_task(&district, protected).id;
    district.given([accept(1, id)]);
    let danger = reported(&mut district, 2, 1, &[Sign::Unconscious]);
    assert_eq!(last_task(&district, danger).state, TaskState::Waiting);
}

#[test]
fn a_p1_takes_nobody_off() {
    let (mut district, _, id) = busy_night();
    let protected = reported(&mut district, 2, 1, &[Sign::Minor]);
    assert_eq!(last_task(&district, protected).state, TaskState::Waiting);
    assert_eq!(task(&district, id).state, TaskState::Departed);
}

#[test]
fn waiting_cases_past_their_time_make_one_word_for_all_streets_again_after_half_an_hour() {
    let (mut district, _, id) = busy_night();
    for (n, street) in [(2, 1), (3, 2), (4, 3)] {
        reported(&mut district, n, street, &[Sign::BeddedDown]);
    }
    district.advance(Span::from_mins(29));
    assert_eq!(capacity_words(&district), []);
    district.advance(Span::from_mins(1));
    assert_eq!(
        capacity_words(&district).len(),
        1,
        "one word for all streets"
    );
    assert_eq!(told(&district.journal, NoticeAbout::CapacityShort).len(), 1);
    district.advance(Span::from_mins(29));
    assert_eq!(capacity_words(&district).len(), 1);
    district.advance(Span::from_mins(1));
    assert_eq!(capacity_words(&district).last(), Some(&(3, true)));
    assert_eq!(capacity_words(&district).len(), 2);
    let raised = district
        .journal
        .iter()
        .any(|e| e.new.event.kind() == "case.tier_raised");
    assert!(!raised, "hands are short; no tier rises for that");
    // The list empties: the word ends.
    let mut done = id;
    for _ in 0..3 {
        district.given([arrive(1, done), record(1, done, refused())]);
        let next = district
            .state
            .tables
            .tasks_of_unit
            .get(&UnitId::from("u-1"))
            .and_then(|tasks| tasks.iter().next().copied())
            .unwrap();
        district.given([accept(1, next)]);
        done = next;
    }
    assert_eq!(capacity_words(&district).last(), Some(&(0, false)));
    assert_eq!(district.state.tables.capacity_word_at, None);
}

#[test]
fn unfinished_tasks_return_to_the_list_before_the_unit_leaves() {
    let (mut district, case_id, id) = busy_night();
    let happened: Happened = district.when(Order::by(patrol(1), Command::EndShift));
    happened.refused(model::refusal::RefusalCode::NoShift);
    district.given([Order::by(
        patrol(1),
        Command::StartShift {
            ends_at: None,
            lone: false,
        },
    )]);
    district
        .when(Order::by(patrol(1), Command::EndShift))
        .then(&["task.returned", "shift.ended", "task.waiting"]);
    assert_eq!(task(&district, id).state, TaskState::Returned);
    assert_eq!(last_task(&district, case_id).state, TaskState::Waiting);
    assert!(
        district
            .state
            .tables
            .tasks_of_unit
            .get(&UnitId::from("u-1"))
            .is_none_or(imbl::OrdSet::is_empty)
    );
}

#[test]
fn a_planned_end_returns_what_is_on_the_way_but_calls_nobody_away_from_a_person() {
    let start = |district: &District| {
        Order::by(
            patrol(1),
            Command::StartShift {
                ends_at: Some(district.now + Span::from_mins(20)),
                lone: false,
            },
        )
    };
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    district.given([start(&district)]);
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(1, id)]);
    district.advance(Span::from_mins(20));
    assert_eq!(task(&district, id).state, TaskState::Returned);

    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    district.given([start(&district)]);
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(1, id), arrive(1, id)]);
    district.advance(Span::from_mins(20));
    assert_eq!(task(&district, id).state, TaskState::Arrived);
    district.given([record(1, id, refused())]);
    district.advance(Span::from_mins(60));
    let shift = district
        .state
        .tables
        .shifts
        .get(&UnitId::from("u-1"))
        .unwrap();
    assert!(shift.ended_at.is_some());
}

#[test]
fn a_lone_worker_who_does_not_check_in_is_an_alarm_and_gets_no_offers() {
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    district.given([Order::by(
        patrol(1),
        Command::StartShift {
            ends_at: None,
            lone: true,
        },
    )]);
    district.advance(Span::from_mins(69));
    assert_eq!(told(&district.journal, NoticeAbout::CheckInMissed), []);
    let events = district.advance(Span::from_mins(1));
    assert_eq!(kinds(&events).first(), Some(&"shift.check_in_missed"));
    assert_eq!(
        told(&events, NoticeAbout::CheckInMissed),
        [
            Addressee::DutyOfficer,
            Addressee::Department {
                department: model::id::DepartmentId::from("street_310107005")
            }
        ]
    );
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    assert_eq!(last_task(&district, case_id).state, TaskState::Waiting);
    district
        .when(Order::by(patrol(1), Command::CheckIn))
        .then_among(&["shift.checked_in", "task.offered"]);
}

#[test]
fn panic_reaches_the_duty_officer_and_the_street_at_once() {
    let mut district = District::putuo();
    let happened = district.when(Order::by(patrol(4), Command::RaisePanic));
    happened.then(&["panic.raised", "duty.notified", "duty.notified"]);
    assert_eq!(
        told(&happened.events, NoticeAbout::Panic).first(),
        Some(&Addressee::DutyOfficer)
    );
    district
        .when(Order::by(department("police"), Command::RaisePanic))
        .refused(model::refusal::RefusalCode::RoleMayNot);
}
