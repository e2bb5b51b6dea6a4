//! Forgetting in its time: details of closed cases, personal fields taken under a warning, persons by name.

use model::actor::Actor;
use model::case::{Case, ClosingDecision};
use model::command::{Command, PersonalKind, ReportSighting, SubjectBody};
use model::event::{Event, RecordedEvent};
use model::grade::{Level, SignalColour};
use model::id::{CaseId, JurisdictionCode, PersonId, RecordId, SightingId};
use model::person::NameQuality;
use model::refusal::RefusalCode;
use model::sign::{AgeBand, Sign};
use model::time::{Instant, Span};
use policy::deadline::regrade_portion;

use crate::apply::apply;
use crate::state::State;
use crate::tables::Tables;
use crate::testing::{
    District, EVENING, Order, STREETS, command_desk, id, patrol, report, signal, street_duty,
};
use crate::timers::next_deadline;

const ERASED: &str = "details.erased";
const PLANNED: &str = "case.retention_planned";
const PERSONAL: &str = "personal.erased";

fn system(command: Command) -> Order {
    Order::by(Actor::system(), command)
}

fn reported(n: u128) -> ReportSighting {
    report(n, 0, EVENING, &[Sign::BeddedDown])
}

fn by_patrol(report: ReportSighting) -> Order {
    Order::by(patrol(1), Command::ReportSighting(report))
        .with_personal(&[PersonalKind::Note, PersonalKind::Looks])
}

fn record(n: u128) -> RecordId {
    RecordId(id(n))
}

fn case_of(district: &District, n: u128) -> Case {
    let tables = &district.state.tables;
    let sighting = tables.sightings.get(&SightingId(id(n))).unwrap();
    (**tables.root(sighting.case_id).unwrap()).clone()
}

fn close(case_id: CaseId) -> Order {
    Order::by(
        street_duty(0),
        Command::CloseCase {
            case_id,
            reason: "已离开辖区".to_owned(),
            outcome: None,
            decision: Some(ClosingDecision {
                by: "周".to_owned(),
                ground: "本人离沪".to_owned(),
            }),
        },
    )
}

fn person(n: u128) -> Order {
    Order::by(
        street_duty(0),
        Command::OpenPerson {
            person_id: PersonId(id(n)),
            name_quality: NameQuality::Full,
            age_band: AgeBand::From60To79,
            special_care: false,
        },
    )
}

fn link(case_id: CaseId, n: u32, person: Option<u128>) -> Order {
    let subject = SubjectBody {
        n: Some(n),
        person_id: person.map(|n| PersonId(id(n))),
        unlink: person.is_none(),
        sex: None,
        age_band: None,
    };
    Order::by(street_duty(0), Command::SetSubject { case_id, subject })
}

fn forget(person: u128, named: &[&str]) -> Order {
    system(Command::ErasePerson {
        person_id: PersonId(id(person)),
        named: named.iter().map(|name| (*name).to_owned()).collect(),
        ground: "本人书面要求".to_owned(),
    })
}

fn times(events: &[RecordedEvent], kind: &str) -> Vec<Instant> {
    events
        .iter()
        .filter(|event| event.new.event.kind() == kind)
        .map(|event| event.at)
        .collect()
}

fn records_erased(events: &[RecordedEvent]) -> Vec<RecordId> {
    events
        .iter()
        .filter_map(|event| {
            if let Event::DetailsErased { records, .. } = &event.new.event {
                Some(records.clone())
            } else {
                None
            }
        })
        .flatten()
        .collect()
}

#[test]
fn ninety_days_after_its_case_closed_a_sighting_is_forgotten_once_and_its_bare_facts_stay() {
    let mut district = District::putuo();
    district.given([by_patrol(reported(1))]);
    let case = case_of(&district, 1);
    district.given([close(case.id)]);
    let closed_at = district.now;
    let events = district.catch_up();
    assert_eq!(times(&events, PLANNED), [closed_at]);

    let before = closed_at + Span::from_days(90) - Span::from_secs(1);
    assert!(times(&district.advance_to(before), ERASED).is_empty());
    assert!(district.state.tables.details.contains_key(&record(1)));

    let events = district.advance(Span::from_secs(1));
    assert_eq!(times(&events, ERASED), [closed_at + Span::from_days(90)]);
    assert_eq!(records_erased(&events), [record(1)]);
    let tables = &district.state.tables;
    assert!(tables.details.is_empty(), "nothing that quotes it is left");
    let kept = case_of(&district, 1);
    assert!(kept.details_erased);
    assert_eq!(
        (kept.grade, kept.deadlines, kept.jurisdiction),
        (case.grade, case.deadlines, case.jurisdiction)
    );
    assert_eq!(
        tables.sightings.get(&SightingId(id(1))).unwrap().n_people,
        1
    );

    let events = district.advance(Span::from_days(400));
    assert!(times(&events, ERASED).is_empty(), "it fires once");
    assert!(next_deadline(&district.state).is_none());
    district.assert_replays();
}

#[test]
fn what_was_said_about_a_case_later_goes_with_it_wherever_it_was_written_down() {
    let mut district = District::putuo();
    district.given([by_patrol(reported(1))]);
    let case_id = case_of(&district, 1).id;
    let bands = |sex| {
        let subject = SubjectBody {
            n: Some(1),
            person_id: None,
            unlink: false,
            sex: Some(sex),
            age_band: None,
        };
        Order::by(street_duty(0), Command::SetSubject { case_id, subject })
    };
    // The second band takes the place of the first, which must not be left behind.
    district.given([
        bands(model::sign::Sex::Male),
        bands(model::sign::Sex::Female),
        Order::by(street_duty(0), Command::NoteCase { case_id })
            .with_personal(&[PersonalKind::Note]),
        close(case_id),
    ]);
    district.catch_up();
    let events = district.advance(Span::from_days(90));
    assert_eq!(records_erased(&events).len(), 4, "{events:?}");
    assert!(district.state.tables.details.is_empty());
    district.assert_replays();
}

#[test]
fn cases_that_are_over_at_the_same_time_are_forgotten_in_one_event_a_portion() {
    let mut district = District::putuo();
    for n in 1..=300 {
        let mut seen = reported(n);
        seen.history = true;
        seen.seen_at = EVENING - Span::from_days(100);
        district.given([by_patrol(seen)]);
    }
    let events = district.catch_up();
    let portion = regrade_portion(district.policy());
    assert_eq!(times(&events, ERASED).len(), 300_usize.div_ceil(portion));
    assert_eq!(records_erased(&events).len(), 300);
}

#[test]
fn imported_history_is_counted_from_when_it_was_seen() {
    let mut district = District::putuo();
    let mut seen = reported(1);
    seen.history = true;
    seen.seen_at = EVENING - Span::from_days(60);
    district.given([by_patrol(seen)]);
    let events = district.catch_up();
    assert!(times(&events, ERASED).is_empty());
    let events = district.advance(Span::from_days(40));
    assert_eq!(times(&events, ERASED), [EVENING + Span::from_days(30)]);
}

#[test]
fn what_was_seen_of_a_known_person_stays_until_the_link_ends() {
    let mut district = District::putuo();
    district.given([by_patrol(reported(1)), person(50)]);
    let case_id = case_of(&district, 1).id;
    district.given([link(case_id, 1, Some(50)), close(case_id)]);
    let closed_at = district.now;
    let events = district.advance(Span::from_days(200));
    assert!(times(&events, ERASED).is_empty());
    district.given([link(case_id, 1, None)]);
    let events = district.catch_up();
    assert_eq!(times(&events, ERASED), [closed_at + Span::from_days(200)]);
    district.assert_replays();
}

#[test]
fn a_merged_case_is_forgotten_with_its_survivor() {
    let mut district = District::putuo();
    district.given([
        by_patrol(reported(1)),
        Order::by(
            patrol(2),
            Command::ReportSighting(report(2, 1, EVENING, &[Sign::BeddedDown])),
        ),
    ]);
    let (one, two) = (case_of(&district, 1).id, case_of(&district, 2).id);
    district.given([
        Order::by(
            command_desk(),
            Command::MergeCases {
                case_id: two,
                into: one,
                same: Vec::new(),
                reason: "同一人".to_owned(),
            },
        ),
        close(one),
    ]);
    let events = district.advance(Span::from_days(90));
    assert_eq!(records_erased(&events), [record(1), record(2)]);
    for id in [one, two] {
        assert!(district.state.tables.cases.get(&id).unwrap().details_erased);
    }
}

fn cold(issued_at: Instant) -> Order {
    Order::by(
        command_desk(),
        Command::ReceiveSignal(signal("cold", SignalColour::Blue, issued_at)),
    )
}

#[test]
fn thirty_days_after_a_warning_ended_the_personal_fields_taken_under_it_go_and_the_details_stay() {
    let mut district = District::putuo();
    // Before the warning; under it, of nobody known; under it, of a known person.
    district.given([by_patrol(reported(1))]);
    district.advance(Span::from_mins(10));
    district.given([cold(district.now), person(50)]);
    let street = JurisdictionCode::from(STREETS[3].0);
    assert_eq!(district.state.tables.area_level(&street), Level::Blue);
    district.advance(Span::from_mins(10));
    for (n, street) in [(2, 3), (3, 5)] {
        let seen = report(n, street, district.now, &[Sign::BeddedDown]);
        district.given([by_patrol(seen)]);
    }
    let known = case_of(&district, 3).id;
    let desk = |mut order: Order| {
        order.actor = command_desk();
        order
    };
    district.given([desk(link(known, 1, Some(50)))]);
    // Calls for cases that nobody takes are no matter of this test.
    for n in 1..=3 {
        district.given([desk(close(case_of(&district, n).id))]);
    }

    let events = district.advance(Span::from_days(20));
    assert_eq!(district.state.tables.area_level(&street), Level::None);
    let ended_at = events
        .iter()
        .rev()
        .find(|event| event.new.event.kind() == "area_warning.changed")
        .unwrap()
        .at;
    let events = district.advance_to(ended_at + Span::from_days(30));
    let at = times(&events, PERSONAL);
    assert!(!at.is_empty() && at.iter().all(|at| *at == ended_at + Span::from_days(30)));
    let tables = &district.state.tables;
    assert_eq!(
        tables.personal_erased.iter().copied().collect::<Vec<_>>(),
        [record(2)]
    );
    assert!(tables.details.contains_key(&record(2)));
    assert!(tables.areas.values().all(|area| area.ended.is_empty()));
    assert!(times(&district.advance(Span::from_days(100)), PERSONAL).is_empty());
    district.assert_replays();
}

#[test]
fn details_are_forgotten_once_and_only_by_the_program() {
    let mut district = District::putuo();
    district.given([by_patrol(reported(1))]);
    let erase = || Command::EraseDetails {
        records: vec![record(1)],
        ground: "retention".to_owned(),
    };
    district
        .when(Order::by(command_desk(), erase()))
        .refused(RefusalCode::RoleMayNot);
    district.when(system(erase())).then(&[ERASED]);
    district.when(system(erase())).then(&[]);
    district.assert_replays();
}

#[test]
fn a_person_is_forgotten_by_two_named_people_with_what_was_seen_of_nobody_else() {
    let mut district = District::putuo();
    let mut two_people = report(2, 3, EVENING, &[Sign::BeddedDown]);
    two_people.n_people = 2;
    district.given([by_patrol(reported(1)), by_patrol(two_people), person(50)]);
    let (alone, with_another) = (case_of(&district, 1).id, case_of(&district, 2).id);
    let mut in_another_street = link(with_another, 1, Some(50));
    in_another_street.actor = command_desk();
    district.given([link(alone, 1, Some(50)), in_another_street]);

    for named in [&[][..], &["周"], &["周", "周"], &["周", " 周 "]] {
        district
            .when(forget(50, named))
            .refused(RefusalCode::MissingField);
    }
    district
        .when(forget(51, &["周", "吴"]))
        .refused(RefusalCode::NotFound);
    let mut by_desk = forget(50, &["周", "吴"]);
    by_desk.actor = command_desk();
    district.when(by_desk).refused(RefusalCode::RoleMayNot);

    let happened = district.when(forget(50, &["周", "吴"]));
    happened.then(&[ERASED]);
    assert_eq!(records_erased(&happened.events), [record(1), record(50)]);
    assert!(
        district.state.tables.details.contains_key(&record(2)),
        "it is the other one's too"
    );
    let Event::DetailsErased { named, ground, .. } = &happened.events[0].new.event else {
        panic!("{happened:?}");
    };
    assert_eq!((named.len(), ground.as_str()), (2, "本人书面要求"));
    district.when(forget(50, &["周", "吴"])).then(&[]);
    district.assert_replays();
}

/// Months with reports, a warning, a person, closings: some details are erased by time, some by name, some are kept.
fn months() -> District {
    let mut district = District::putuo();
    for (n, street, days) in [(1, 0, 3), (2, 4, 20), (3, 6, 20), (4, 8, 40), (5, 2, 30)] {
        if n == 2 {
            district.given([cold(district.now)]);
        }
        let seen = report(
            n,
            street,
            district.now,
            &[Sign::BeddedDown, Sign::WetClothing],
        );
        district.given([by_patrol(seen), person(50 + n)]);
        let case_id = case_of(&district, n).id;
        let mut orders = vec![close(case_id)];
        if n % 2 == 1 {
            orders.insert(0, link(case_id, 1, Some(50 + n)));
        }
        for mut order in orders {
            order.actor = command_desk();
            district.given([order]);
        }
        district.advance(Span::from_days(days));
    }
    district.given([forget(53, &["周", "吴"])]);
    district.advance(Span::from_days(30));
    district
}

#[test]
fn months_later_a_replay_from_the_start_and_from_every_snapshot_with_and_without_erased_keys_gives_the_same_state()
 {
    let district = months();
    let live = &district.state;
    let erased = &live.tables.erased;
    assert_eq!((erased.len(), live.tables.details.len()), (4, 2));
    let hashes = |state: &State| (state.hash().unwrap(), state.details_hash().unwrap());
    let readable = |record: &RecordId, has_keys: bool| has_keys || !erased.contains(record);
    for has_keys in [true, false] {
        for (n, then) in district.history.iter().enumerate() {
            // A snapshot has the tables in plain and the details as far as their keys open them.
            let text = serde_json::to_vec(then).unwrap();
            let mut tables: Tables = serde_json::from_slice(&text).unwrap();
            tables.details = then
                .details
                .iter()
                .filter(|(record, _)| readable(record, has_keys))
                .map(|(record, details)| (*record, details.clone()))
                .collect();
            let mut state = State::from_tables(tables);
            for event in district.journal.iter().skip(n + 1) {
                let mut event = event.clone();
                event
                    .new
                    .details
                    .retain(|record, _| readable(record, has_keys));
                apply(&mut state, &event);
            }
            assert_eq!(hashes(&state), hashes(live), "from {n}, keys: {has_keys}");
            assert_eq!(next_deadline(&state), next_deadline(live));
        }
    }
    district.assert_replays();
}
