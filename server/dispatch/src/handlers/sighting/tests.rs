//! A report from the moment it is sent: form, time, place, doubts, street, duplicates, the own visit, what is learnt
//! later.

use model::case::{Case, CaseState};
use model::command::{AdditionBody, Command, Description, OwnVisit, PlaceBody, ReportSighting};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::{Priority, Tier};
use model::id::{CaseId, PlaceId, RecordId, SightingId, TaskId};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::{EmergencyCall, SameAnswer, Sighting};
use model::sign::{AgeBand, Doubt, PlaceLevel, Sex, Sign, Source};
use model::task::TaskState;
use model::time::{Instant, Span};
use spatial::crs::DeclaredPosition;
use spatial::position::Position;

use crate::projections::shown::Shown;
use crate::testing::{
    District, EVENING, Happened, Order, STREETS, command_desk, department, id, patrol, report,
    report_at, street_centre, street_duty,
};

fn reported(n: usize, report: ReportSighting) -> Order {
    Order::by(patrol(n), Command::ReportSighting(report))
}

/// A point this many metres north of the middle of a street.
fn north_of(street: usize, metres: f64) -> Position {
    let centre = street_centre(street);
    Position::new(centre.lon(), centre.lat() + metres / 111_195.0).unwrap()
}

fn sighting(district: &District, n: u128) -> Sighting {
    let tables = &district.state.tables;
    (**tables.sightings.get(&SightingId(id(n))).unwrap()).clone()
}

fn case_of(district: &District, n: u128) -> Case {
    let tables = &district.state.tables;
    (**tables.root(sighting(district, n).case_id).unwrap()).clone()
}

fn refusal(happened: &Happened) -> Refusal {
    happened.decision.clone().unwrap_err()
}

fn notices(happened: &Happened, about: NoticeAbout) -> Vec<Addressee> {
    happened
        .events
        .iter()
        .filter_map(|e| {
            if let Event::DutyNotified { notice } = &e.new.event {
                (notice.about == about).then(|| notice.addressee.clone())
            } else {
                None
            }
        })
        .collect()
}

fn added(n: u128, by: usize, body: AdditionBody) -> Order {
    let command = Command::AddToSighting {
        sighting_id: SightingId(id(n)),
        addition: body,
    };
    Order::by(patrol(by), command)
}

fn nothing_more() -> AdditionBody {
    AdditionBody {
        id: None,
        signs_added: Vec::new(),
        signs_withdrawn: Vec::new(),
        n_people: None,
        place: None,
        position: None,
        description: None,
        emergency_calls: Vec::new(),
        reason: None,
    }
}

#[test]
fn a_report_opens_a_case_in_the_street_that_holds_the_point_with_reasons_and_deadlines_from_now() {
    let mut district = District::putuo();
    let happened = district.when(reported(3, report(1, 4, EVENING, &[Sign::BeddedDown])));
    happened.then_among(&["case.opened", "sighting.accepted"]);
    let case = case_of(&district, 1);
    assert_eq!(case.jurisdiction.code.as_str(), STREETS[4].0);
    assert!(!case.jurisdiction.guessed);
    assert_eq!(case.grade.priority.value, Priority::P2);
    assert_eq!(case.deadlines.acknowledge.by, EVENING + Span::from_mins(30));
    assert_eq!(case.deadlines.on_site.by, EVENING + Span::from_hours(2));
    assert_eq!(case.deadlines.outcome.by, EVENING + Span::from_hours(6));
    assert!(!case.grade.priority.reasons.is_empty());
    assert_eq!(case.subjects.len(), 1);
    district.assert_replays();
}

#[test]
fn signs_stand_in_details_and_in_no_body() {
    let mut district = District::putuo();
    let happened = district.when(reported(
        1,
        ReportSighting {
            description: Some(Description {
                sex: Some(Sex::Female),
                age_band: Some(AgeBand::From60To79),
            }),
            ..report(1, 0, EVENING, &[Sign::Unconscious])
        },
    ));
    for recorded in &happened.events {
        let body = serde_json::to_string(&recorded.new.event).unwrap();
        assert!(
            !body.contains("unconscious") && !body.contains("60_79"),
            "{body}"
        );
        assert!(
            !body.contains("female") && !body.contains("121.39"),
            "{body}"
        );
    }
    let tables = &district.state.tables;
    let details = tables.details.get(&RecordId(id(1))).unwrap();
    assert_eq!(details.signs, [Sign::Unconscious]);
    assert!(!details.quotes.is_empty());
}

#[test]
fn the_same_sighting_id_with_another_command_is_refused() {
    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[]))]);
    district
        .when(reported(1, report(1, 0, EVENING, &[])))
        .refused(RefusalCode::SightingIdReused);
}

#[test]
fn impossible_values_are_refused_with_a_pointer() {
    let mut district = District::putuo();
    let mut refused = |report: ReportSighting, code: RefusalCode, pointer: &str| {
        let happened = district.when(reported(1, report));
        happened.refused(code);
        assert_eq!(refusal(&happened).pointer.as_deref(), Some(pointer));
    };
    let at = |lon: f64, lat: f64, accuracy_m: Option<f64>| ReportSighting {
        position: Some(DeclaredPosition::new(lon, lat, accuracy_m, None)),
        ..report(1, 0, EVENING, &[])
    };
    refused(
        at(121.4, 131.0, None),
        RefusalCode::ImpossiblePosition,
        "/position/lat",
    );
    refused(
        at(f64::NAN, 31.2, None),
        RefusalCode::ImpossiblePosition,
        "/position/lon",
    );
    refused(
        at(121.4, 31.2, Some(-3.0)),
        RefusalCode::ImpossiblePosition,
        "/position/accuracy_m",
    );
    refused(
        ReportSighting {
            n_people: 1_000_000,
            ..report(1, 0, EVENING, &[])
        },
        RefusalCode::OutOfRange,
        "/n_people",
    );
    refused(
        ReportSighting {
            position: None,
            ..report(1, 0, EVENING, &[])
        },
        RefusalCode::NowhereGiven,
        "/position",
    );
}

#[test]
fn a_patrols_wrong_clock_is_corrected_and_marked_and_the_duty_officer_sees_it() {
    let mut district = District::putuo();
    let ahead = EVENING + Span::from_hours(3);
    let happened = district.when(reported(
        1,
        ReportSighting {
            recorded_at: Some(ahead),
            ..report(1, 0, ahead - Span::from_mins(4), &[Sign::BeddedDown])
        },
    ));
    let kept = sighting(&district, 1);
    assert_eq!(kept.doubts, [Doubt::Time]);
    assert_eq!(kept.seen_at, EVENING - Span::from_mins(4));
    assert_eq!(
        notices(&happened, NoticeAbout::NeedsPerson),
        [Addressee::DutyOfficer]
    );

    let behind = EVENING - Span::from_hours(1);
    district.given([reported(
        2,
        ReportSighting {
            recorded_at: Some(behind),
            ..report(2, 1, behind, &[])
        },
    )]);
    assert_eq!(sighting(&district, 2).doubts, [Doubt::Time]);
    assert_eq!(sighting(&district, 2).seen_at, EVENING);
}

#[test]
fn a_point_outside_the_district_is_given_to_the_reporters_street_and_used_for_no_duplicate() {
    let mut district = District::putuo();
    let outside = Position::new(121.30, 31.25).unwrap();
    let happened = district.when(reported(5, report_at(1, outside, EVENING, &[])));
    let kept = sighting(&district, 1);
    assert_eq!(kept.doubts, [Doubt::Position]);
    assert_eq!(kept.jurisdiction.code.as_str(), STREETS[4].0);
    assert!(kept.jurisdiction.guessed);
    assert_eq!(
        notices(&happened, NoticeAbout::NeedsPerson),
        [Addressee::DutyOfficer]
    );
    // A second report of the very same point is compared with nothing.
    district.given([reported(5, report_at(2, outside, EVENING, &[]))]);
    assert!(sighting(&district, 2).may_duplicate.is_empty());
    assert_ne!(
        sighting(&district, 1).case_id,
        sighting(&district, 2).case_id
    );
}

#[test]
fn a_reporter_without_a_street_gives_a_doubted_point_to_the_command_desk() {
    let mut district = District::putuo();
    let outside = Position::new(121.30, 31.25).unwrap();
    district.given([Order::by(
        command_desk(),
        Command::ReportSighting(report_at(1, outside, EVENING, &[])),
    )]);
    assert_eq!(sighting(&district, 1).jurisdiction.code.as_str(), "310107");
}

#[test]
fn an_import_of_a_doubted_row_is_refused_and_named() {
    let mut district = District::putuo();
    let imported = |report: ReportSighting| {
        Order::by(
            model::actor::Actor::system(),
            Command::ReportSighting(report),
        )
    };
    let late = district.when(imported(report(1, 0, EVENING + Span::from_hours(5), &[])));
    late.refused(RefusalCode::ImpossibleTime);
    assert_eq!(refusal(&late).pointer.as_deref(), Some("/seen_at"));
    let outside = Position::new(121.30, 31.25).unwrap();
    district
        .when(imported(report_at(1, outside, EVENING, &[])))
        .refused(RefusalCode::ImpossiblePosition);
    // History may be old; it opens a closed case and asks nobody.
    let old = ReportSighting {
        history: true,
        ..report(1, 0, EVENING - Span::from_days(400), &[Sign::BeddedDown])
    };
    district
        .when(imported(old))
        .then(&["case.opened", "sighting.accepted"]);
    let case = case_of(&district, 1);
    assert_eq!(case.state, CaseState::Closed);
    assert_eq!(case.closed_at, Some(EVENING - Span::from_days(400)));
    // And it is compared with nothing.
    district.given([reported(1, report(2, 0, EVENING, &[]))]);
    assert!(sighting(&district, 2).may_duplicate.is_empty());
}

#[test]
fn a_bad_fix_or_a_point_under_a_deck_asks_for_a_place() {
    let mut district = District::putuo();
    let vague = ReportSighting {
        position: Some(DeclaredPosition::new(121.39, 31.21, Some(180.0), None)),
        ..report(1, 0, EVENING, &[])
    };
    district.given([reported(1, vague.clone())]);
    assert_eq!(sighting(&district, 1).doubts, [Doubt::Place]);
    let under = ReportSighting {
        place: Some(PlaceBody {
            id: None,
            name: None,
            level: Some(PlaceLevel::Underside),
        }),
        ..report_at(2, north_of(0, 500.0), EVENING, &[])
    };
    district.given([reported(1, under)]);
    assert_eq!(sighting(&district, 2).doubts, [Doubt::Place]);
    let named = ReportSighting {
        id: SightingId(id(3)),
        place: Some(PlaceBody {
            id: None,
            name: Some("曹杨路桥 南岸".to_owned()),
            level: None,
        }),
        ..vague
    };
    district.given([reported(1, named)]);
    assert!(sighting(&district, 3).doubts.is_empty());
}

#[test]
fn the_owner_of_a_chosen_place_decides_the_street_and_a_place_needs_no_position() {
    let mut district = District::putuo();
    let places: Vec<_> = district.state.tables.places.values().cloned().collect();
    let place = places.iter().find(|p| p.jurisdiction.is_some()).unwrap();
    district.given([reported(
        9,
        ReportSighting {
            position: None,
            place: Some(PlaceBody {
                id: Some(place.id.clone()),
                ..PlaceBody::default()
            }),
            ..report(1, 0, EVENING, &[])
        },
    )]);
    let kept = sighting(&district, 1);
    assert_eq!(Some(&kept.jurisdiction.code), place.jurisdiction.as_ref());
    assert_eq!(kept.place_id.as_ref(), Some(&place.id));
    // A place that the gazetteer does not have is accepted from a phone, and doubted.
    district.given([reported(
        9,
        ReportSighting {
            position: None,
            place: Some(PlaceBody {
                id: Some(PlaceId::from("nowhere")),
                ..PlaceBody::default()
            }),
            ..report(2, 0, EVENING, &[])
        },
    )]);
    assert_eq!(sighting(&district, 2).doubts, [Doubt::Place]);
}

#[test]
fn a_case_known_by_words_alone_shows_what_was_said_last_about_where_it_is() {
    let mut district = District::putuo();
    let words = |name: &str| PlaceBody {
        name: Some(name.to_owned()),
        ..PlaceBody::default()
    };
    let shown = |district: &District| {
        let row = Shown::new(&district.state.tables, &district.policies)
            .case_row(case_of(district, 1).id)
            .unwrap();
        row.place.and_then(|place| place.name)
    };
    district.given([reported(
        9,
        ReportSighting {
            position: None,
            place: Some(words("药店门口")),
            ..report(1, 0, EVENING, &[])
        },
    )]);
    assert_eq!(shown(&district).as_deref(), Some("药店门口"));
    let better = AdditionBody {
        place: Some(words("药店后门台阶")),
        ..nothing_more()
    };
    district.given([added(1, 9, better)]);
    assert_eq!(shown(&district).as_deref(), Some("药店后门台阶"));
}

#[test]
fn without_boundaries_the_nearest_street_is_a_guess() {
    let mut district = District::putuo();
    district.areas = None;
    district.given([reported(8, report(1, 7, EVENING, &[]))]);
    let kept = sighting(&district, 1).jurisdiction;
    assert_eq!((kept.code.as_str(), kept.guessed), (STREETS[7].0, true));
}

#[test]
fn five_plain_reports_of_one_spot_are_one_case() {
    let mut district = District::putuo();
    for n in 1..=5 {
        district.given([reported(
            usize::try_from(n).unwrap(),
            report_at(
                n,
                north_of(0, 8.0 * f64::from(u8::try_from(n).unwrap())),
                EVENING,
                &[Sign::BeddedDown],
            ),
        )]);
    }
    assert_eq!(district.state.tables.cases.len(), 1);
    let case = case_of(&district, 1);
    assert_eq!((case.sightings.len(), case.subjects.len()), (5, 1));
    assert!((2..=5).all(|n| sighting(&district, n).merged));
    district.assert_replays();
}

#[test]
fn what_contradicts_or_is_grave_opens_a_case_of_its_own_with_scored_suggestions() {
    let mut district = District::putuo();
    let described = |n: u128, metres: f64, sex: Sex, signs: &[Sign]| ReportSighting {
        description: Some(Description {
            sex: Some(sex),
            age_band: None,
        }),
        ..report_at(n, north_of(0, metres), EVENING, signs)
    };
    district.given([
        reported(1, described(1, 0.0, Sex::Male, &[Sign::BeddedDown])),
        reported(2, described(2, 20.0, Sex::Female, &[Sign::BeddedDown])),
        reported(3, described(3, 20.0, Sex::Male, &[Sign::Disabled])),
    ]);
    assert_eq!(district.state.tables.cases.len(), 3);
    let third = sighting(&district, 3);
    assert!(!third.merged);
    let suggested: Vec<CaseId> = third.may_duplicate.iter().map(|s| s.case_id).collect();
    assert_eq!(suggested.len(), 2);
    assert_eq!(suggested.first(), Some(&sighting(&district, 1).case_id));
    // Distance, bands and place of the other case are quoted, never in the body.
    let reason = third
        .may_duplicate
        .first()
        .unwrap()
        .reasons
        .first()
        .unwrap();
    let quote = reason.quote.unwrap();
    let details = district.state.tables.details.get(&quote.record).unwrap();
    let quoted = details.quotes.get(&quote.id).unwrap();
    assert_eq!(quoted.get("sex").unwrap(), "male");
    assert!(quoted.contains_key("distance_m"));
}

#[test]
fn a_drill_never_joins_what_is_real() {
    let mut district = District::putuo();
    district.given([
        reported(1, report(1, 0, EVENING, &[])),
        reported(
            2,
            ReportSighting {
                drill: true,
                ..report(2, 0, EVENING, &[])
            },
        ),
    ]);
    assert_ne!(
        sighting(&district, 1).case_id,
        sighting(&district, 2).case_id
    );
    assert!(sighting(&district, 2).may_duplicate.is_empty());
    assert!(case_of(&district, 2).drill && !case_of(&district, 1).drill);
    let marked = district
        .journal
        .iter()
        .filter(|e| e.new.command_id.0 == id(2))
        .all(|e| e.new.drill);
    assert!(marked);
}

#[test]
fn near_a_border_both_sides_hear_of_a_suggestion() {
    let mut district = District::putuo();
    // The border between the first and the second street runs at 121.40.
    let west = Position::new(121.399_8, 31.21).unwrap();
    let east = Position::new(121.400_2, 31.21).unwrap();
    district.given([reported(1, report_at(1, west, EVENING, &[]))]);
    let happened = district.when(reported(2, report_at(2, east, EVENING, &[])));
    assert!(!sighting(&district, 2).merged);
    assert_eq!(sighting(&district, 2).may_duplicate.len(), 1);
    let told = notices(&happened, NoticeAbout::NeedsPerson);
    let street = |i: usize| Addressee::Department {
        department: model::id::DepartmentId(format!("street_{}", STREETS[i].0)),
    };
    assert_eq!(told, [street(0), street(1)]);
}

#[test]
fn a_reporter_beside_the_person_meets_acknowledge_and_on_site_when_it_was_written_down() {
    let mut district = District::putuo();
    district.at("20:30");
    let written = district.now - Span::from_mins(12);
    let visit = OwnVisit {
        id: TaskId(id(900)),
        state: TaskState::Arrived,
    };
    let happened = district.when(reported(
        1,
        ReportSighting {
            task: Some(visit.clone()),
            offline: true,
            recorded_at: Some(written),
            ..report(1, 0, written, &[Sign::BeddedDown])
        },
    ));
    happened.then_among(&[
        "case.opened",
        "sighting.accepted",
        "task.offered",
        "task.accepted",
        "task.arrived",
        "deadline.met",
    ]);
    let task = district.state.tables.tasks.get(&visit.id).cloned().unwrap();
    assert_eq!((task.state, task.self_made), (TaskState::Arrived, true));
    let case = case_of(&district, 1);
    assert_eq!(case.deadlines.acknowledge.met_at, Some(written));
    assert_eq!(case.deadlines.on_site.met_at, Some(written));
    assert_eq!(case.deadlines.outcome.met_at, None);
    // The same task id again, and a state that no visit begins with.
    let again = |n: u128, visit: OwnVisit| {
        reported(
            2,
            ReportSighting {
                task: Some(visit),
                ..report(n, 5, EVENING, &[])
            },
        )
    };
    district
        .when(again(2, visit))
        .refused(RefusalCode::CommandIdReused);
    let done = OwnVisit {
        id: TaskId(id(901)),
        state: TaskState::Done,
    };
    district
        .when(again(3, done))
        .refused(RefusalCode::UnknownWordGiven);
}

#[test]
fn what_a_ticket_needs_is_kept() {
    let mut district = District::putuo();
    let call = EmergencyCall {
        number: "120".to_owned(),
        by: "王".to_owned(),
        at: EVENING,
    };
    district.given([Order::by(
        department("police"),
        Command::ReportSighting(ReportSighting {
            source: Source::Hotline,
            source_ref: Some("12345-0007".to_owned()),
            reply_by: Some(EVENING + Span::from_hours(48)),
            emergency_calls: vec![call.clone()],
            ..report(1, 0, EVENING, &[])
        }),
    )]);
    let kept = sighting(&district, 1);
    assert_eq!(kept.source_ref.as_deref(), Some("12345-0007"));
    assert_eq!(kept.reply_by, Some(EVENING + Span::from_hours(48)));
    assert_eq!(case_of(&district, 1).emergency_calls, [call]);
}

#[test]
fn a_ticket_is_answered_once_by_name_also_when_its_case_is_merged_and_closed() {
    let mut district = District::putuo();
    district.given([
        Order::by(
            command_desk(),
            Command::ReportSighting(ReportSighting {
                source: Source::Hotline,
                source_ref: Some("12345-0007".to_owned()),
                ..report(1, 0, EVENING, &[Sign::Minor])
            }),
        ),
        reported(1, report(2, 0, EVENING, &[Sign::Minor])),
    ]);
    let (ticket, merged) = (sighting(&district, 1), case_of(&district, 1).id);
    let survivor = case_of(&district, 2).id;
    district.given([
        Order::by(
            command_desk(),
            Command::MergeCases {
                case_id: merged,
                into: survivor,
                same: Vec::new(),
                reason: "同一人".to_owned(),
            },
        ),
        Order::by(
            command_desk(),
            Command::CloseCase {
                case_id: survivor,
                reason: "误报".to_owned(),
                outcome: Some(model::outcome::OutcomeKind::NotASubject),
                decision: None,
            },
        ),
    ]);
    let reply = |sighting_id: SightingId, at: Option<Instant>| Command::ReplyToSighting {
        sighting_id,
        name: "王".to_owned(),
        at,
    };
    let other = sighting(&district, 2).id;
    district
        .when(Order::by(command_desk(), reply(other, None)))
        .refused(RefusalCode::NoReplyWanted);
    district
        .when(Order::by(patrol(1), reply(ticket.id, None)))
        .refused(RefusalCode::RoleMayNot);
    let before = EVENING - Span::from_mins(2);
    district
        .when(Order::by(street_duty(0), reply(ticket.id, Some(before))))
        .then(&["sighting.replied"]);
    district
        .when(Order::by(command_desk(), reply(ticket.id, None)))
        .refused(RefusalCode::AlreadyReplied);
    let shown = Shown::new(&district.state.tables, &district.policies);
    let replies = shown.case_row(survivor).unwrap().replies;
    assert_eq!(replies.len(), 1);
    let answered = replies.first().unwrap();
    assert_eq!(answered.sighting_id, ticket.id);
    assert_eq!(answered.source_ref.as_deref(), Some("12345-0007"));
    assert_eq!(answered.answered_by.as_deref(), Some("王"));
    assert_eq!(answered.answered_at.map(|at| at.instant()), Some(before));
    let story = shown.case(survivor).unwrap().timeline;
    let line = story.iter().find(|line| line.kind == "sighting.replied");
    assert_eq!(
        line.map(|line| line.text.as_str()),
        Some("已答复来源 12345-0007（王）")
    );
    district.assert_replays();
}

#[test]
fn an_addition_raises_the_priority_and_the_number_of_people() {
    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[Sign::BeddedDown]))]);
    district.at("20:05");
    let happened = district.when(added(
        1,
        1,
        AdditionBody {
            signs_added: vec![Sign::Minor],
            n_people: Some(2),
            ..nothing_more()
        },
    ));
    happened.then_among(&[
        "sighting.added",
        "case.subjects_changed",
        "case.level_changed",
    ]);
    let case = case_of(&district, 1);
    assert_eq!(case.grade.priority.value, Priority::P1);
    assert_eq!(case.subjects.len(), 2);
    assert_eq!(
        sighting(&district, 1).n_people,
        1,
        "the sighting stays as it was"
    );
    // Fewer people take no subject away; a stranger to the sighting does not add to it.
    district.given([added(
        1,
        1,
        AdditionBody {
            n_people: Some(1),
            ..nothing_more()
        },
    )]);
    assert_eq!(case_of(&district, 1).subjects.len(), 2);
    district
        .when(added(1, 4, nothing_more()))
        .refused(RefusalCode::NotFound);
    district.assert_replays();
}

#[test]
fn a_better_fix_moves_the_case_that_the_sighting_itself_located() {
    let mut district = District::putuo();
    let outside = Position::new(121.30, 31.25).unwrap();
    district.given([reported(5, report_at(1, outside, EVENING, &[]))]);
    assert_eq!(
        case_of(&district, 1).jurisdiction.code.as_str(),
        STREETS[4].0
    );
    let fix = street_centre(6);
    let record = RecordId(id(77));
    district
        .when(added(
            1,
            5,
            AdditionBody {
                id: Some(record),
                position: Some(DeclaredPosition::new(fix.lon(), fix.lat(), Some(5.0), None)),
                ..nothing_more()
            },
        ))
        .then_among(&["sighting.added", "case.relocated"]);
    let case = case_of(&district, 1);
    assert_eq!(case.jurisdiction.code.as_str(), STREETS[6].0);
    assert_eq!(case.located_by, Some(record));
    // Now it can be found by the next report there.
    district.given([reported(5, report_at(2, fix, EVENING, &[]))]);
    assert_eq!(sighting(&district, 2).case_id, case.id);
    // The record's id belongs to the first addition.
    district
        .when(added(
            1,
            5,
            AdditionBody {
                id: Some(record),
                ..nothing_more()
            },
        ))
        .refused(RefusalCode::CommandIdReused);
}

#[test]
fn a_slip_taken_back_within_a_minute_is_judged_as_if_not_given_and_whoever_was_called_is_told() {
    let mut district = District::putuo();
    district.given([reported(
        1,
        report(1, 0, EVENING, &[Sign::Unconscious, Sign::BeddedDown]),
    )]);
    let case = case_of(&district, 1);
    assert_eq!(
        (case.grade.priority.value, case.tier_reached),
        (Priority::P0, Tier::One)
    );
    district.now = EVENING + Span::from_secs(50);
    let slip = AdditionBody {
        signs_withdrawn: vec![Sign::Unconscious],
        reason: Some("slip".to_owned()),
        ..nothing_more()
    };
    let happened = district.when(added(1, 1, slip.clone()));
    let case = case_of(&district, 1);
    assert_eq!(
        (case.grade.priority.value, case.tier_reached),
        (Priority::P2, Tier::Three)
    );
    assert_eq!(case.grade.tier.value, Tier::Three);
    assert_eq!(case.deadlines.acknowledge.by, EVENING + Span::from_mins(30));
    let told = notices(&happened, NoticeAbout::SignWithdrawn);
    assert!(told.contains(&Addressee::DutyOfficer), "{told:?}");
    let called: Vec<Addressee> = district
        .state
        .tables
        .notices
        .values()
        .filter(|n| n.case_id == Some(case.id) && n.about != NoticeAbout::SignWithdrawn)
        .filter(|n| n.queued_at == EVENING)
        .map(|n| n.addressee.clone())
        .collect();
    for addressee in called {
        assert!(
            told.contains(&addressee),
            "{addressee:?} was called and not told"
        );
    }
    district.assert_replays();
}

#[test]
fn after_a_minute_or_by_another_hand_a_sign_is_not_taken_back() {
    let mut district = District::putuo();
    district.given([reported(
        1,
        report(1, 0, EVENING, &[Sign::Unconscious, Sign::Minor]),
    )]);
    let back = |sign: Sign| AdditionBody {
        signs_withdrawn: vec![sign],
        ..nothing_more()
    };
    let street = Order::by(
        street_duty(0),
        Command::AddToSighting {
            sighting_id: SightingId(id(1)),
            addition: back(Sign::Unconscious),
        },
    );
    district.when(street).refused(RefusalCode::RoleMayNot);
    district
        .when(added(1, 1, back(Sign::Minor)))
        .refused(RefusalCode::TooLateToWithdraw);
    district
        .when(added(1, 1, back(Sign::Violence)))
        .refused(RefusalCode::NotOfThisCase);
    district.now = EVENING + Span::from_secs(61);
    district
        .when(added(1, 1, back(Sign::Unconscious)))
        .refused(RefusalCode::TooLateToWithdraw);
    // A device without signal counts by its own clock.
    district.given([reported(
        1,
        ReportSighting {
            offline: true,
            recorded_at: Some(EVENING),
            ..report(2, 5, EVENING, &[Sign::Unconscious])
        },
    )]);
    district.now = EVENING + Span::from_mins(20);
    district.given([added(2, 1, back(Sign::Unconscious)).recorded(EVENING + Span::from_secs(30))]);
    assert_ne!(case_of(&district, 2).grade.priority.value, Priority::P0);
}

fn answered(n: u128, by: usize, case_id: CaseId, answer: SameAnswer) -> Order {
    let command = Command::AnswerSame {
        sighting_id: SightingId(id(n)),
        case_id,
        answer,
    };
    Order::by(patrol(by), command)
}

#[test]
fn the_same_person_said_by_the_reporter_merges_the_own_fresh_case() {
    let mut district = District::putuo();
    district.given([
        reported(1, report(1, 0, EVENING, &[Sign::BeddedDown])),
        reported(
            2,
            report_at(2, north_of(0, 70.0), EVENING, &[Sign::BeddedDown]),
        ),
    ]);
    let (first, second) = (case_of(&district, 1), case_of(&district, 2));
    assert_ne!(first.id, second.id);
    district
        .when(answered(2, 2, first.id, SameAnswer::Same))
        .then_among(&["sighting.same_answered", "case.merged"]);
    assert_eq!(case_of(&district, 2).id, first.id);
    district
        .when(answered(2, 2, second.id, SameAnswer::Same))
        .refused(RefusalCode::NothingToCompare);
}

#[test]
fn with_a_protected_person_on_either_side_the_answer_goes_to_the_streets_duty() {
    let mut district = District::putuo();
    district.given([
        reported(1, report(1, 0, EVENING, &[Sign::Disabled])),
        reported(
            2,
            report_at(2, north_of(0, 20.0), EVENING, &[Sign::BeddedDown]),
        ),
    ]);
    let first = case_of(&district, 1);
    let happened = district.when(answered(2, 2, first.id, SameAnswer::Same));
    happened.then_none_of(&["case.merged"]);
    assert_eq!(notices(&happened, NoticeAbout::NeedsPerson).len(), 1);
    assert_ne!(case_of(&district, 2).id, first.id);
    district
        .when(answered(2, 2, first.id, SameAnswer::Another))
        .then(&["sighting.same_answered"]);
}

#[test]
fn a_sighting_of_a_case_in_follow_up_brings_the_visit_forward_or_opens_it_again() {
    for (signs, source, opens) in [
        (vec![Sign::BeddedDown], Source::Patrol, false),
        (
            vec![Sign::BeddedDown, Sign::WetClothing],
            Source::Patrol,
            true,
        ),
        (vec![Sign::BeddedDown], Source::SelfReport, true),
    ] {
        let mut district = followed_up();
        let before = case_of(&district, 1);
        district.now = EVENING + Span::from_hours(26);
        let again = ReportSighting {
            source,
            ..report(2, 0, district.now, &signs)
        };
        let happened = district.when(reported(1, again));
        assert_eq!(sighting(&district, 2).case_id, before.id);
        let after = case_of(&district, 1);
        if opens {
            happened.then_among(&["case.joined", "case.reopened"]);
            assert_eq!(after.state, CaseState::Open);
            assert_eq!(after.deadlines.acknowledge.from, district.now);
        } else {
            happened.then_none_of(&["case.reopened"]);
            assert_eq!(after.state, CaseState::FollowUp);
        }
        district.assert_replays();
    }
}

/// A case that ended in a refusal and is followed up in 72 hours.
fn followed_up() -> District {
    use model::case::{RevisitPlan, SubjectOutcome};

    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[Sign::BeddedDown]))]);
    let case = case_of(&district, 1);
    let outcome: model::outcome::Outcome = serde_json::from_value(serde_json::json!({
        "outcome": "refused", "detail": "belongings", "informed": true, "offered": ["station"]
    }))
    .unwrap();
    let mut subjects = case.subjects.clone();
    for subject in &mut subjects {
        subject.outcome = Some(SubjectOutcome {
            outcome: outcome.clone(),
            by: "patrol1".into(),
            at: EVENING,
            task_id: None,
            handed_to: None,
            closing: false,
            ask_receiver_at: None,
        });
    }
    district.commit_as_given(Event::SubjectsChanged {
        case_id: case.id,
        subjects,
    });
    let due: Instant = EVENING + Span::from_hours(72);
    district.commit_as_given(Event::CaseFollowedUp {
        case_id: case.id,
        revisit: Some(RevisitPlan {
            due: vec![due],
            n_done: 0,
            task_from: Some(due - Span::from_hours(1)),
            look: false,
            reasons: Vec::new(),
            task_id: None,
        }),
        ends_at: Some(EVENING + Span::from_days(30)),
    });
    district
}

#[test]
fn an_auditor_reports_nothing() {
    let mut district = District::putuo();
    let order = Order::by(
        crate::testing::auditor(),
        Command::ReportSighting(report(1, 0, EVENING, &[])),
    );
    district.when(order).refused(RefusalCode::RoleMayNot);
}

#[test]
fn what_is_learnt_after_the_close_changes_nothing_and_is_put_before_the_duty_officer() {
    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[Sign::BeddedDown]))]);
    let case = case_of(&district, 1);
    let close = Command::CloseCase {
        case_id: case.id,
        reason: "已离开辖区".to_owned(),
        outcome: None,
        decision: Some(model::case::ClosingDecision {
            by: "周".to_owned(),
            ground: "本人离沪".to_owned(),
        }),
    };
    district.given([Order::by(street_duty(0), close)]);
    let happened = district.when(added(
        1,
        1,
        AdditionBody {
            signs_added: vec![Sign::Unconscious],
            ..nothing_more()
        },
    ));
    happened.then(&["sighting.added", "duty.notified"]);
    assert_eq!(case_of(&district, 1).state, CaseState::Closed);
    assert_eq!(
        notices(&happened, NoticeAbout::NeedsPerson),
        [Addressee::DutyOfficer]
    );
}

#[test]
fn an_outbox_with_a_report_and_its_slip_is_one_decision() {
    use model::command::Operation;
    use model::id::CommandId;

    let mut district = District::putuo();
    district.at("20:40");
    let written = EVENING + Span::from_mins(5);
    let operation = |n: u64, at: Instant, command: Command| Operation {
        id: CommandId(id(u128::from(n))),
        device_seq: n,
        recorded_at: at,
        seen_seq: None,
        needs: Vec::new(),
        content_tag: String::new(),
        personal: std::collections::BTreeSet::new(),
        repeated: false,
        command: Ok(Box::new(command)),
    };
    let first = ReportSighting {
        offline: true,
        recorded_at: Some(written),
        ..report(1, 0, written, &[Sign::Unconscious, Sign::BeddedDown])
    };
    let slip = Command::AddToSighting {
        sighting_id: SightingId(id(1)),
        addition: AdditionBody {
            signs_withdrawn: vec![Sign::Unconscious],
            ..nothing_more()
        },
    };
    let outbox = Command::Sync {
        device: "phone".to_owned(),
        sent_at: district.now,
        operations: vec![
            operation(1, written, Command::ReportSighting(first)),
            operation(2, written + Span::from_secs(20), slip),
        ],
    };
    let happened = district.when(Order::by(patrol(1), outbox));
    let asked: Vec<String> = district
        .state
        .tables
        .escalations
        .values()
        .map(|e| e.department.to_string())
        .collect();
    assert!(happened.decision.is_ok());
    assert!(!asked.contains(&"police".to_owned()), "{asked:?}");
    let case = case_of(&district, 1);
    assert_eq!(
        (case.grade.priority.value, case.tier_reached),
        (Priority::P2, Tier::Three)
    );
    assert_eq!(case.deadlines.acknowledge.from, district.now);
    assert_eq!(sighting(&district, 1).seen_at, written);
    assert!(sighting(&district, 1).doubts.is_empty());
    district.assert_replays();
}
