//! Shelters, beds, looks at places.

use model::background::{Resource, ResourceOpen, ResourceState};
use model::command::Command;
use model::event::Event;
use model::grade::Level;
use model::id::{CaseId, HoldId, JurisdictionCode, PlaceId, ResourceId, SightingId};
use model::refusal::RefusalCode;
use model::sign::Sign;
use model::task::{TaskKind, TaskState};
use model::time::Span;

use crate::testing::{
    District, Happened, Order, command_desk, department, id, patrol, report, street_duty,
};

const SHELTER: &str = "r-shelter";
const STATION: &str = "r-station";

fn raise(level: Level) -> Order {
    Order::by(
        command_desk(),
        Command::RaiseArea {
            jurisdiction: JurisdictionCode::from("310107017"),
            level,
            until: None,
            reason: "寒潮".to_owned(),
        },
    )
}

fn said(open: bool, beds_free: u32, n_guests: u32) -> Order {
    Order::by(
        street_duty(4),
        Command::SetResourceState {
            resource: ResourceId::from(SHELTER),
            open,
            beds_free: Some(beds_free),
            n_guests: Some(n_guests),
        },
    )
}

fn state(district: &District, resource: &str) -> ResourceState {
    let resource = ResourceId::from(resource);
    (**district
        .state
        .tables
        .resource_states
        .get(&resource)
        .unwrap())
    .clone()
}

#[test]
fn a_colour_that_opens_a_shelter_asks_its_keeper_and_it_is_unconfirmed_until_the_keeper_says_so() {
    let mut district = District::putuo();
    let happened = district.when(raise(Level::Yellow));
    assert!(happened.kinds().contains(&"resource.state_changed"));
    let asked = state(&district, SHELTER);
    assert_eq!(asked.open, ResourceOpen::ShouldBeOpen);
    let task_id = asked.task_id.unwrap();
    let task = district.state.tables.tasks.get(&task_id).unwrap();
    assert_eq!(
        (
            task.kind,
            task.state,
            task.department.as_ref().unwrap().as_str()
        ),
        (
            TaskKind::OpenShelter,
            TaskState::Offered,
            "street_310107017"
        )
    );
    let case_id = reported(&mut district);
    district
        .when(hold_for(case_id, SHELTER, 1))
        .refused(RefusalCode::ResourceNotOpen);
    district.given([said(true, 5, 0)]);
    assert_eq!(state(&district, SHELTER).open, ResourceOpen::Open);
    let task = district.state.tables.tasks.get(&task_id).unwrap();
    assert_eq!(task.state, TaskState::Done);
    // A further rise asks nobody again.
    district.given([raise(Level::Orange)]);
    assert_eq!(state(&district, SHELTER).open, ResourceOpen::Open);
    district.assert_replays();
}

#[test]
fn blue_does_not_open_a_shelter_that_opens_at_yellow_nor_does_another_street() {
    let mut district = District::putuo();
    district.given([raise(Level::Blue)]);
    district.given([Order::by(
        command_desk(),
        Command::RaiseArea {
            jurisdiction: JurisdictionCode::from("310107005"),
            level: Level::Orange,
            until: None,
            reason: "寒潮".to_owned(),
        },
    )]);
    assert!(
        !district
            .state
            .tables
            .resource_states
            .contains_key(&ResourceId::from(SHELTER))
    );
}

#[test]
fn when_the_colour_falls_before_the_keeper_confirmed_the_task_is_withdrawn() {
    let mut district = District::putuo();
    district.given([raise(Level::Yellow)]);
    let task_id = state(&district, SHELTER).task_id.unwrap();
    district.advance(Span::from_mins(10));
    // A raise by hand may be undone within fifteen minutes.
    district.given([lower(Level::None)]);
    let after = state(&district, SHELTER);
    assert_eq!((after.open, after.task_id), (ResourceOpen::Closed, None));
    let task = district.state.tables.tasks.get(&task_id).unwrap();
    assert_eq!(task.state, TaskState::Withdrawn);
}

fn lower(level: Level) -> Order {
    Order::by(
        command_desk(),
        Command::LowerArea {
            jurisdiction: JurisdictionCode::from("310107017"),
            level,
            reason: "误报".to_owned(),
        },
    )
}

#[test]
fn a_place_with_people_inside_stays_open_until_eight_and_until_each_chose_where_to_go() {
    let mut district = District::putuo();
    district.given([raise(Level::Yellow), said(true, 5, 3)]);
    district.advance(Span::from_mins(10));
    district.given([lower(Level::None)]);
    let kept = state(&district, SHELTER);
    assert_eq!(kept.open, ResourceOpen::Open);
    let eight = district
        .policy()
        .calendar()
        .at("2026-01-13".parse().unwrap(), "08:00".parse().unwrap());
    assert_eq!(kept.stays_open_until, Some(eight));
    district
        .when(said(false, 5, 0))
        .refused(RefusalCode::GuestsStillInside);
    district.advance_to(eight);
    district
        .when(said(false, 5, 1))
        .refused(RefusalCode::GuestsStillInside);
    district
        .when(said(false, 5, 0))
        .then(&["resource.state_changed"]);
    assert_eq!(state(&district, SHELTER).open, ResourceOpen::Closed);
}

#[test]
fn only_the_keeper_its_street_and_command_say_how_it_is_and_never_more_beds_than_there_are() {
    let mut district = District::putuo();
    let by = |actor, beds_free| {
        Order::by(
            actor,
            Command::SetResourceState {
                resource: ResourceId::from(STATION),
                open: true,
                beds_free: Some(beds_free),
                n_guests: None,
            },
        )
    };
    district.given([by(department("rescue_station"), 7), by(command_desk(), 8)]);
    district
        .when(by(patrol(1), 7))
        .refused(RefusalCode::RoleMayNot);
    district
        .when(by(department("police"), 7))
        .refused(RefusalCode::OutsideYourJurisdiction);
    district
        .when(by(command_desk(), 21))
        .refused(RefusalCode::OutOfRange);
    assert_eq!(state(&district, STATION).beds_free, Some(8));
}

fn reported(district: &mut District) -> CaseId {
    let report = report(1, 2, district.now, &[Sign::BeddedDown]);
    district.given([Order::by(patrol(3), Command::ReportSighting(report))]);
    let sighting = SightingId(id(1));
    district
        .state
        .tables
        .sightings
        .get(&sighting)
        .unwrap()
        .case_id
}

/// A hold by the reporter.
fn hold_for(case_id: CaseId, resource: &str, n: u32) -> Order {
    Order::by(
        patrol(3),
        Command::HoldBeds {
            resource: ResourceId::from(resource),
            case_id,
            n,
            until: crate::testing::EVENING + Span::from_hours(3),
        },
    )
}

fn hold_id(happened: &Happened) -> HoldId {
    happened
        .events
        .iter()
        .find_map(|e| match &e.new.event {
            Event::HoldMade { hold } => Some(hold.id),
            _ => None,
        })
        .unwrap()
}

#[test]
fn holds_are_never_more_than_the_free_beds_and_end_by_arrival_release_or_time() {
    let mut district = District::putuo();
    let case_id = reported(&mut district);
    district
        .when(hold_for(case_id, SHELTER, 1))
        .refused(RefusalCode::ResourceNotOpen);
    district.given([Order::by(
        department("rescue_station"),
        Command::SetResourceState {
            resource: ResourceId::from(STATION),
            open: true,
            beds_free: Some(3),
            n_guests: None,
        },
    )]);
    let first = district.when(hold_for(case_id, STATION, 2));
    first.then(&["hold.made"]);
    district
        .when(hold_for(case_id, STATION, 2))
        .refused(RefusalCode::NoFreeBeds);
    district
        .when(hold_for(case_id, STATION, 0))
        .refused(RefusalCode::OutOfRange);
    let second = district.when(hold_for(case_id, STATION, 1));
    let arrive = |actor, hold_id| Order::by(actor, Command::ArriveHold { hold_id });
    district.given([arrive(department("rescue_station"), hold_id(&first))]);
    let after = state(&district, STATION);
    assert_eq!((after.beds_free, after.n_guests), (Some(1), 2));
    district
        .when(arrive(department("rescue_station"), hold_id(&first)))
        .refused(RefusalCode::HoldEnded);
    let release = Command::ReleaseHold {
        hold_id: hold_id(&second),
    };
    district.given([Order::by(department("rescue_station"), release)]);
    let third = district.when(hold_for(case_id, STATION, 1));
    let events = district.advance(Span::from_hours(3));
    assert!(events.iter().any(|e| matches!(
        &e.new.event,
        Event::HoldEnded { hold_id: ended, end: model::background::HoldEnd::Lapsed }
            if *ended == hold_id(&third)
    )));
    district.assert_replays();
}

#[test]
fn a_look_at_a_place_is_counted() {
    let mut district = District::putuo();
    let look = |place: &str| {
        Order::by(
            patrol(1),
            Command::LookAtPlace {
                place: PlaceId::from(place),
            },
        )
    };
    district.given([look("p-caoyang"), look("p-caoyang")]);
    district
        .when(look("p-nowhere"))
        .refused(RefusalCode::NotFound);
    let place = PlaceId::from("p-caoyang");
    assert_eq!(
        district
            .state
            .tables
            .place_looks
            .get(&place)
            .unwrap()
            .n_looked,
        2
    );
}

#[test]
fn a_shelter_imported_under_a_colour_that_opens_it_is_asked_for_at_once() {
    let mut district = District::putuo();
    district.given([raise(Level::Yellow)]);
    let known = ResourceId::from(SHELTER);
    let mut another: Resource = (**district.state.tables.resources.get(&known).unwrap()).clone();
    another.id = ResourceId::from("r-new");
    let import = || {
        Order::by(
            model::actor::Actor::system(),
            Command::ImportResources {
                resources: vec![another.clone()],
            },
        )
    };
    district.given([import()]);
    assert_eq!(state(&district, "r-new").open, ResourceOpen::ShouldBeOpen);
    district.when(import()).then(&[]);
}
