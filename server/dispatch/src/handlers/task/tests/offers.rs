//! Offers, acceptance, arrival, returns, sending by hand.

use model::deadline::NoticeAbout;
use model::refusal::RefusalCode;
use model::task::{ReturnReason, TaskKind, TaskState};
use model::time::Span;

use super::*;
use crate::testing::{command_desk, street_duty};

#[test]
fn a_new_case_is_offered_to_the_nearest_unit_and_only_to_it() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let offered = last_task(&district, case_id);
    assert_eq!(
        (offered.state, offered.kind, unit_of(&offered)),
        (TaskState::Offered, TaskKind::Visit, "u-3")
    );
    assert_eq!(
        offered.offered_until,
        Some(district.now + Span::from_mins(30))
    );
    assert_eq!(
        told(&district.journal, NoticeAbout::TaskOffered),
        [unit("u-3")]
    );
    assert!(!offered.reasons.is_empty());
    assert!(
        offered
            .reasons
            .iter()
            .all(|reason| reason.quoted.is_empty()),
        "distances stand among the details"
    );
    district.assert_replays();
}

#[test]
fn the_first_acceptance_meets_acknowledge_and_the_arrival_meets_on_site() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.advance(Span::from_mins(3));
    district
        .when(accept(3, id))
        .then_among(&["task.accepted", "deadline.met"]);
    assert_eq!(
        case(&district, case_id).deadlines.acknowledge.met_at,
        Some(district.now)
    );
    district.when(depart(3, id)).then(&["task.departed"]);
    district.advance(Span::from_mins(9));
    district
        .when(arrive(3, id))
        .then(&["task.arrived", "deadline.met"]);
    let deadlines = case(&district, case_id).deadlines;
    assert_eq!(deadlines.on_site.met_at, Some(district.now));
    assert_eq!(deadlines.outcome.met_at, None);
}

#[test]
fn a_step_in_the_wrong_state_is_refused_and_so_is_another_unit() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district
        .when(arrive(3, id))
        .refused(RefusalCode::TaskNotInState);
    district.when(accept(4, id)).refused(RefusalCode::NotFound);
    district.given([accept(3, id)]);
    district
        .when(accept(3, id))
        .refused(RefusalCode::TaskNotInState);
    district
        .when(Order::by(
            command_desk(),
            Command::AcceptTask { task_id: id },
        ))
        .refused(RefusalCode::RoleMayNot);
}

#[test]
fn an_offer_that_nobody_takes_goes_to_the_next_best_unit() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let first = last_task(&district, case_id);
    assert_eq!(unit_of(&first), "u-1");
    let events = district.advance(Span::from_mins(30));
    assert!(kinds(&events).contains(&"task.offer_lapsed"));
    let second = last_task(&district, case_id);
    assert_eq!(
        (second.id, second.state, unit_of(&second)),
        (first.id, TaskState::Offered, "u-11")
    );
    district
        .when(accept(1, first.id))
        .refused(RefusalCode::TaskNotYours);
    district
        .when(accept(11, first.id))
        .then_among(&["task.accepted"]);
    district.assert_replays();
}

#[test]
fn when_every_unit_let_the_offer_lapse_the_next_step_of_the_ladder_asks_them_again() {
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    district.advance(Span::from_mins(44));
    assert_eq!(last_task(&district, case_id).state, TaskState::Waiting);
    district.advance(Span::from_mins(1));
    let again = last_task(&district, case_id);
    assert_eq!((again.state, unit_of(&again)), (TaskState::Offered, "u-1"));
}

#[test]
fn a_unit_holds_one_task_under_way_and_is_offered_no_second_one_meanwhile() {
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    let first = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, first).id;
    district.given([accept(1, id)]);
    let second = reported(&mut district, 2, 1, &[Sign::BeddedDown]);
    assert_eq!(last_task(&district, second).state, TaskState::Waiting);
    district.given([arrive(1, id), record(1, id, refused())]);
    let offered = last_task(&district, second);
    assert_eq!(
        (offered.state, unit_of(&offered)),
        (TaskState::Offered, "u-1")
    );
}

#[test]
fn what_is_given_back_goes_to_another_unit_in_the_same_decision_and_not_back() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(1, id)]);
    let on_site_by = case(&district, case_id).deadlines.on_site.by;
    district.when(give_back(1, id, ReturnReason::Busy)).then(&[
        "task.returned",
        "task.offered",
        "duty.notified",
    ]);
    let next = last_task(&district, case_id);
    assert_eq!((next.state, unit_of(&next)), (TaskState::Offered, "u-11"));
    assert_eq!(task(&district, id).state, TaskState::Returned);
    assert_eq!(next.on_site_by, Some(on_site_by), "the deadline runs on");
    // Even when all others let it lapse, the unit that gave it back does not get it.
    for _ in 0..12 {
        district.advance(Span::from_mins(30));
        assert_ne!(unit_of(&last_task(&district, case_id)), "u-1");
    }
}

#[test]
fn a_return_with_no_other_hand_stands_on_the_list_of_the_street() {
    let mut district = District::putuo();
    only_units(&mut district, &["u-1"]);
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(1, id)]);
    district
        .when(give_back(1, id, ReturnReason::Vehicle))
        .then(&["task.returned", "task.waiting"]);
    let waiting = last_task(&district, case_id);
    assert_eq!(
        (waiting.state, waiting.jurisdiction.as_str()),
        (TaskState::Waiting, "310107005")
    );
}

#[test]
fn busy_is_no_reason_after_the_acknowledge_time_but_danger_is_until_the_outcome() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(3, id), arrive(3, id)]);
    district.advance(Span::from_mins(31));
    district
        .when(give_back(3, id, ReturnReason::WrongArea))
        .refused(RefusalCode::ReturnReasonNotAllowed);
    district
        .when(give_back(3, id, ReturnReason::Unsafe))
        .then_among(&["task.returned"]);
    district
        .when(give_back(3, id, ReturnReason::Unsafe))
        .refused(RefusalCode::TaskNotInState);
}

#[test]
fn a_change_has_to_be_seen_before_the_arrival() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district.given([accept(3, id)]);
    district.commit_as_given(Event::TaskAmended {
        task_id: id,
        cause: "case.relocated".to_owned(),
        acknowledge_by: None,
        on_site_by: Some(district.now + Span::from_mins(20)),
        outcome_by: None,
    });
    district
        .when(arrive(3, id))
        .refused(RefusalCode::ChangeNotSeen);
    district
        .when(Order::by(patrol(3), Command::SeeTask { task_id: id }))
        .then(&["task.seen"]);
    district.when(arrive(3, id)).then_among(&["task.arrived"]);
}

#[test]
fn a_named_officer_sends_a_unit_and_the_offer_to_the_other_ends() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    let assign_to = |unit: &str| {
        Order::by(
            street_duty(2),
            Command::AssignUnit {
                case_id,
                unit: UnitId::from(unit),
                reason: "认识此人".to_owned(),
            },
        )
    };
    let happened = district.when(assign_to("u-5"));
    happened.then_among(&["task.offer_lapsed", "task.offered"]);
    assert_eq!(
        told(&happened.events, NoticeAbout::TaskChanged),
        [unit("u-3")]
    );
    let sent = last_task(&district, case_id);
    assert_eq!((sent.id, unit_of(&sent), sent.by_hand), (id, "u-5", true));
    district
        .when(assign_to("u-99"))
        .refused(RefusalCode::UnknownReference);
    district
        .when(assign_to("u-5"))
        .refused(RefusalCode::UnitNotAvailable);
    district
        .when(Order::by(
            street_duty(3),
            Command::AssignUnit {
                case_id,
                unit: UnitId::from("u-4"),
                reason: "近".to_owned(),
            },
        ))
        .refused(RefusalCode::NotFound);
}

#[test]
fn a_unit_off_shift_cannot_be_sent() {
    let mut district = District::putuo();
    only_units(&mut district, &["u-3"]);
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    district
        .when(Order::by(
            command_desk(),
            Command::AssignUnit {
                case_id,
                unit: UnitId::from("u-4"),
                reason: "近".to_owned(),
            },
        ))
        .refused(RefusalCode::UnitNotAvailable);
}
