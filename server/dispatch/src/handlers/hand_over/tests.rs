//! Hand-overs: ours until a named person of the other side accepts.

use model::actor::Actor;
use model::case::CaseState;
use model::command::Command;
use model::deadline::{Addressee, NoticeAbout};
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, DistrictId, HandOverId, SightingId, TaskId};
use model::outcome::OutcomeKind;
use model::refusal::RefusalCode;
use model::sign::Sign;
use model::time::Span;

use crate::effect::{Effect, effects};
use crate::testing::{District, Happened, Order, command_desk, id, patrol, report, street_duty};

fn reported(district: &mut District, signs: &[Sign]) -> (CaseId, TaskId) {
    let report = report(1, 2, district.now, signs);
    district.given([Order::by(command_desk(), Command::ReportSighting(report))]);
    let case_id = case_of(district);
    let task_id = district
        .state
        .tables
        .tasks_of(case_id)
        .last()
        .map(|task| task.id)
        .unwrap();
    (case_id, task_id)
}

fn case_of(district: &District) -> CaseId {
    let sighting = SightingId(id(1));
    let tables = &district.state.tables;
    tables.sightings.get(&sighting).unwrap().case_id
}

fn offer(case_id: CaseId, to: &str) -> Order {
    Order::by(
        street_duty(2),
        Command::OfferHandOver {
            case_id,
            to: to.to_owned(),
            reason: "在静安一侧".to_owned(),
        },
    )
}

fn answer(hand_over_id: HandOverId, accept: bool, name: &str) -> Order {
    Order::by(
        street_duty(2),
        Command::AnswerHandOver {
            hand_over_id,
            accept,
            name: name.to_owned(),
        },
    )
}

fn offered(happened: &Happened) -> HandOverId {
    happened
        .events
        .iter()
        .find_map(|e| match &e.new.event {
            Event::HandOverOffered { hand_over } => Some(hand_over.id),
            _ => None,
        })
        .unwrap()
}

fn told(events: &[RecordedEvent]) -> Vec<Addressee> {
    events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::DutyNotified { notice } if notice.about == NoticeAbout::HandOver => {
                Some(notice.addressee.clone())
            }
            _ => None,
        })
        .collect()
}

fn state(district: &District) -> CaseState {
    district.state.tables.root(case_of(district)).unwrap().state
}

#[test]
fn a_case_stays_ours_until_a_named_person_accepts_and_then_closes_as_other_district() {
    let mut district = District::putuo();
    let (case_id, _) = reported(&mut district, &[Sign::BeddedDown]);
    let happened = district.when(offer(case_id, "静安区救助站"));
    happened.then(&["hand_over.offered"]);
    assert_eq!(state(&district), CaseState::Open);
    district
        .when(offer(case_id, "长宁区"))
        .refused(RefusalCode::HandOverRunning);
    let hand_over_id = offered(&happened);
    district
        .when(answer(hand_over_id, true, " "))
        .refused(RefusalCode::MissingField);
    district
        .when(answer(hand_over_id, true, "静安 刘科"))
        .then_among(&["hand_over.answered", "case.closed"]);
    assert_eq!(state(&district), CaseState::Closed);
    let case = district.state.tables.root(case_id).unwrap();
    let outcome = case.subjects.first().unwrap().outcome.clone().unwrap();
    assert_eq!(outcome.outcome.outcome, OutcomeKind::OtherDistrict);
    assert_eq!(outcome.handed_to.unwrap().name, "静安 刘科");
    district
        .when(answer(hand_over_id, true, "静安 刘科"))
        .refused(RefusalCode::HandOverAnswered);
    district.assert_replays();
}

#[test]
fn silence_past_the_acknowledge_time_returns_it_to_our_duty_officer() {
    let mut district = District::putuo();
    let (case_id, _) = reported(&mut district, &[Sign::BeddedDown]);
    let happened = district.when(offer(case_id, "310106"));
    let events = district.advance(Span::from_mins(30));
    assert_eq!(told(&events), [Addressee::DutyOfficer]);
    assert_eq!(state(&district), CaseState::Open);
    assert_eq!(district.state.tables.root(case_id).unwrap().hand_over, None);
    district
        .when(answer(offered(&happened), true, "刘科"))
        .refused(RefusalCode::HandOverAnswered);
}

#[test]
fn a_decline_by_name_leaves_the_case_with_us() {
    let mut district = District::putuo();
    let (case_id, _) = reported(&mut district, &[Sign::BeddedDown]);
    let happened = district.when(offer(case_id, "静安区"));
    let declined = district.when(answer(offered(&happened), false, "刘科"));
    assert_eq!(told(&declined.events), [Addressee::DutyOfficer]);
    assert_eq!(state(&district), CaseState::Open);
}

#[test]
fn a_p0_is_not_handed_over_before_somebody_is_on_site() {
    let mut district = District::putuo();
    let (case_id, task_id) = reported(&mut district, &[Sign::Unconscious]);
    district
        .when(offer(case_id, "静安区"))
        .refused(RefusalCode::HandOverNeedsSomeoneOnSite);
    district.given([
        Order::by(patrol(3), Command::AcceptTask { task_id }),
        Order::by(patrol(3), Command::ArriveTask { task_id }),
        offer(case_id, "静安区"),
    ]);
}

#[test]
fn a_district_hosted_here_is_asked_with_the_key_of_the_hand_over() {
    let mut district = District::putuo();
    let (case_id, _) = reported(&mut district, &[Sign::BeddedDown]);
    let happened = district.when(offer(case_id, "310106"));
    let asked: Vec<Effect> = happened
        .events
        .iter()
        .flat_map(|e| effects(&district.state, e))
        .collect();
    assert_eq!(
        asked,
        [Effect::OfferToDistrict {
            hand_over_id: offered(&happened),
            district: DistrictId::from("310106"),
        }]
    );
}

fn received(district: &mut District, actor: Actor) -> Happened {
    let report = report(1, 2, district.now, &[Sign::BeddedDown]);
    district.when(Order::by(
        actor,
        Command::ReceiveHandOver {
            hand_over_id: HandOverId(id(70)),
            from_district: DistrictId::from("310106"),
            report: Box::new(report),
            reason: "在普陀一侧".to_owned(),
        },
    ))
}

#[test]
fn what_another_district_offers_opens_a_case_here_and_its_answer_goes_back() {
    let mut district = District::putuo();
    received(&mut district, command_desk()).refused(RefusalCode::RoleMayNot);
    let happened = received(&mut district, Actor::system());
    happened.then_among(&["case.opened", "sighting.accepted", "hand_over.received"]);
    assert_eq!(state(&district), CaseState::Open);
    let happened = district.when(answer(HandOverId(id(70)), true, "街道 张科"));
    let answered: Vec<Effect> = happened
        .events
        .iter()
        .flat_map(|e| effects(&district.state, e))
        .filter(|effect| matches!(effect, Effect::AnswerToDistrict { .. }))
        .collect();
    assert_eq!(answered.len(), 1);
    assert_eq!(state(&district), CaseState::Open, "now it is ours");
}

#[test]
fn what_we_decline_by_name_is_over_here() {
    let mut district = District::putuo();
    received(&mut district, Actor::system());
    district.given([answer(HandOverId(id(70)), false, "街道 张科")]);
    assert_eq!(state(&district), CaseState::Closed);
}
