//! The next visits by the table, the look at night, tries that end, thirty days, special care.

use model::person::NameQuality;
use model::sign::AgeBand;
use model::task::TaskKind;
use model::time::Span;

use super::*;
use crate::testing::{command_desk, street_duty};

/// The plan after an outcome recorded at 20:00 on Monday 2026-01-12 under a colour.
fn due_after(signs: &[Sign], level: Level, outcome: Outcome) -> (District, CaseId, Vec<Instant>) {
    let mut district = District::putuo();
    colour(&mut district, 2, level);
    let case_id = reported(&mut district, 1, 2, signs);
    visited(&mut district, case_id, outcome);
    let due = case(&district, case_id)
        .revisit
        .map(|plan| plan.due)
        .unwrap_or_default();
    (district, case_id, due)
}

#[test]
fn refused_and_street_aid_give_the_next_visit_by_the_table() {
    let p2: &[Sign] = &[Sign::BeddedDown];
    let p1: &[Sign] = &[Sign::Aged60OrOlder];
    let aid = || bare(OutcomeKind::StreetAid);
    let rows: [(&[Sign], Level, Outcome, &[&str]); 10] = [
        (p2, Level::None, refused(), &["2026-01-15 20:00"]),
        (p2, Level::Blue, refused(), &["2026-01-13 20:00"]),
        (
            p2,
            Level::Yellow,
            refused(),
            &["2026-01-12 23:00", "2026-01-13 10:00"],
        ),
        (p2, Level::Orange, refused(), &["2026-01-13 00:00"]),
        (p1, Level::None, refused(), &["2026-01-13 20:00"]),
        (p1, Level::Blue, refused(), &["2026-01-13 08:00"]),
        (p1, Level::Yellow, refused(), &["2026-01-13 00:00"]),
        (p1, Level::Orange, refused(), &["2026-01-12 22:00"]),
        (p1, Level::None, aid(), &["2026-01-15 20:00"]),
        (p1, Level::Blue, aid(), &["2026-01-13 20:00"]),
    ];
    for (signs, level, outcome, expected) in rows {
        let name = format!("{signs:?} {level:?} {:?}", outcome.outcome);
        let (district, case_id, due) = due_after(signs, level, outcome);
        let expected: Vec<Instant> = expected.iter().map(|at| local(&district, at)).collect();
        assert_eq!(due, expected, "{name}");
        let case = case(&district, case_id);
        assert_eq!(case.state, CaseState::FollowUp, "{name}");
        let plan = case.revisit.unwrap();
        assert_eq!(
            plan.task_from,
            due.first().map(|at| *at - Span::from_mins(60)),
            "{name}"
        );
        assert_eq!(
            case.follow_up_ends_at,
            Some(district.now + Span::from_days(30)),
            "{name}"
        );
        district.assert_replays();
    }
}

#[test]
fn not_found_gives_its_tries_by_the_table() {
    let rows: [(Level, &[&str]); 4] = [
        (
            Level::None,
            &["2026-01-13 20:00", "2026-01-14 20:00", "2026-01-15 20:00"],
        ),
        (
            Level::Blue,
            &["2026-01-12 23:00", "2026-01-13 20:00", "2026-01-14 20:00"],
        ),
        (Level::Yellow, &["2026-01-12 23:20", "2026-01-13 02:40"]),
        (
            Level::Orange,
            &["2026-01-12 22:30", "2026-01-13 01:00", "2026-01-13 03:30"],
        ),
    ];
    for (level, expected) in rows {
        let (district, case_id, due) = due_after(&[Sign::BeddedDown], level, not_found());
        let expected: Vec<Instant> = expected.iter().map(|at| local(&district, at)).collect();
        assert_eq!(due, expected, "{level:?}");
        assert_eq!(
            case(&district, case_id).follow_up_ends_at,
            None,
            "{level:?}"
        );
    }
}

#[test]
fn a_revisit_becomes_a_task_an_hour_before_it_is_due_and_only_one() {
    let (mut district, case_id, _) = due_after(&[Sign::BeddedDown], Level::Blue, refused());
    let first = last_task(&district, case_id).id;
    district.at("18:59");
    assert_eq!(last_task(&district, case_id).id, first);
    district.at("19:00");
    let revisit = last_task(&district, case_id);
    assert_ne!(revisit.id, first);
    assert_eq!(
        (revisit.kind, revisit.state),
        (TaskKind::Revisit, TaskState::Offered)
    );
    assert_eq!(
        revisit.outcome_by,
        Some(local(&district, "2026-01-13 20:00"))
    );
    district.advance(Span::from_hours(3));
    let n = district.state.tables.tasks_of(case_id).len();
    assert_eq!(n, 2, "however often the offer goes on, it is one task");
}

#[test]
fn a_revisit_that_is_given_back_goes_to_another_unit() {
    let (mut district, case_id, _) = due_after(&[Sign::BeddedDown], Level::Blue, refused());
    district.at("19:00");
    let revisit = last_task(&district, case_id);
    let n = number_of(&revisit);
    district
        .when(give_back(n, revisit.id, ReturnReason::Busy))
        .then(&[
            "task.returned",
            "notice.cancelled",
            "task.offered",
            "duty.notified",
        ]);
    let next = last_task(&district, case_id);
    assert_eq!(next.kind, TaskKind::Revisit);
    assert_ne!(unit_of(&next), unit_of(&revisit));
    assert_eq!(
        case(&district, case_id).revisit.unwrap().task_id,
        Some(next.id)
    );
}

#[test]
fn a_revisit_to_a_refuser_between_midnight_and_six_is_a_look() {
    let mut district = District::putuo();
    colour(&mut district, 2, Level::Yellow);
    let case_id = reported(&mut district, 1, 2, &[Sign::Aged60OrOlder]);
    district.at("20:30");
    visited(&mut district, case_id, refused());
    let plan = case(&district, case_id).revisit.unwrap();
    assert_eq!(plan.due, [local(&district, "2026-01-13 00:30")]);
    assert!(plan.look);
    district.at("23:30");
    let look = last_task(&district, case_id);
    assert_eq!((look.kind, look.look), (TaskKind::WelfareCheck, true));
}

#[test]
fn a_look_for_somebody_who_never_refused_is_a_visit() {
    let (mut district, case_id, _) = due_after(&[Sign::BeddedDown], Level::Orange, not_found());
    district.at("21:30");
    visited(&mut district, case_id, not_found());
    let plan = case(&district, case_id).revisit.unwrap();
    assert!(!plan.look);
}

#[test]
fn not_found_closes_after_its_tries() {
    let (mut district, case_id, due) = due_after(&[Sign::BeddedDown], Level::Yellow, not_found());
    assert_eq!(due.len(), 2);
    district.advance_to(*due.first().unwrap());
    visited(&mut district, case_id, not_found());
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    let plan = case(&district, case_id).revisit.unwrap();
    assert_eq!(plan.due.len(), 1, "one try is left");
    district.advance_to(*plan.due.first().unwrap());
    visited(&mut district, case_id, not_found());
    assert_eq!(state(&district, case_id), CaseState::Closed);
}

#[test]
fn after_a_refusal_not_found_does_not_close_but_thirty_days_without_contact_do() {
    let (mut district, case_id, due) = due_after(&[Sign::BeddedDown], Level::Blue, refused());
    let refused_at = district.now;
    district.advance_to(*due.first().unwrap());
    for _ in 0..4 {
        visited(&mut district, case_id, not_found());
        let plan = case(&district, case_id).revisit.unwrap();
        district.advance_to(*plan.due.first().unwrap());
    }
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    let ends_at = refused_at + Span::from_days(30);
    assert_eq!(case(&district, case_id).follow_up_ends_at, Some(ends_at));
    district.advance_to(ends_at);
    assert_eq!(state(&district, case_id), CaseState::Closed);
}

#[test]
fn somebody_found_again_starts_the_count_of_tries_anew() {
    let (mut district, case_id, due) = due_after(&[Sign::BeddedDown], Level::Yellow, not_found());
    district.advance_to(*due.first().unwrap());
    visited(&mut district, case_id, bare(OutcomeKind::StreetAid));
    let case = case(&district, case_id);
    assert_eq!(case.subjects.first().unwrap().n_not_found, 0);
    assert_eq!(case.last_contact_at, Some(district.now));
}

fn special(n: u128) -> Order {
    Order::by(
        command_desk(),
        Command::OpenPerson {
            person_id: model::id::PersonId(id(n)),
            name_quality: NameQuality::CodeName,
            age_band: AgeBand::From60To79,
            special_care: true,
        },
    )
}

fn next_due(district: &District, n: u128) -> Option<Instant> {
    let person = model::id::PersonId(id(n));
    district.state.tables.persons.get(&person).unwrap().next_due
}

#[test]
fn a_person_of_special_concern_is_due_by_wednesday_and_by_sunday() {
    let mut district = District::putuo();
    district.given([special(900)]);
    let wednesday = local(&district, "2026-01-14 22:00");
    assert_eq!(next_due(&district, 900), Some(wednesday));
    // Nobody went: it stays shown as due, and somebody is told when it becomes due, and every day after.
    let events = district.advance_to(wednesday - Span::from_mins(60));
    assert_eq!(
        told(&events, NoticeAbout::SpecialCareDue),
        [Addressee::DutyOfficer]
    );
    let events = district.advance_to(local(&district, "2026-01-16 12:00"));
    assert_eq!(told(&events, NoticeAbout::SpecialCareDue).len(), 2);
    assert_eq!(next_due(&district, 900), Some(wednesday));
    district.assert_replays();
}

/// A case in follow-up with the person of special concern as its subject.
fn linked() -> (District, CaseId) {
    let (mut district, case_id, _) = due_after(&[Sign::BeddedDown], Level::None, refused());
    district.given([
        special(900),
        Order::by(
            street_duty(2),
            Command::SetSubject {
                case_id,
                subject: model::command::SubjectBody {
                    n: Some(1),
                    person_id: Some(model::id::PersonId(id(900))),
                    unlink: false,
                    sex: None,
                    age_band: None,
                },
            },
        ),
    ]);
    (district, case_id)
}

#[test]
fn visits_recorded_on_a_linked_case_count_and_two_a_week_are_enough() {
    let (mut district, case_id) = linked();
    let wednesday = local(&district, "2026-01-14 22:00");
    district.advance_to(wednesday - Span::from_mins(60));
    let revisit = last_task(&district, case_id);
    assert_eq!(
        (revisit.kind, revisit.state, revisit.outcome_by),
        (TaskKind::Revisit, TaskState::Offered, Some(wednesday))
    );
    visited(&mut district, case_id, refused());
    assert_eq!(
        next_due(&district, 900),
        Some(local(&district, "2026-01-18 22:00"))
    );
    district.advance_to(local(&district, "2026-01-17 20:00"));
    visited(&mut district, case_id, refused());
    assert_eq!(
        next_due(&district, 900),
        Some(local(&district, "2026-01-21 22:00"))
    );
}

#[test]
fn care_is_daily_under_yellow_and_on_special_nodes() {
    let (mut district, _) = linked();
    district.given([Order::by(
        command_desk(),
        Command::RaiseArea {
            jurisdiction: JurisdictionCode::from("310107015"),
            level: Level::Yellow,
            until: None,
            reason: "寒潮".to_owned(),
        },
    )]);
    assert_eq!(
        next_due(&district, 900),
        Some(local(&district, "2026-01-12 22:00"))
    );

    // 2026-02-16 is the eve of the Spring Festival, a Monday.
    let mut district = District::putuo();
    district.advance_to(local(&district, "2026-02-15 23:00"));
    district.given([special(901)]);
    assert_eq!(
        next_due(&district, 901),
        Some(local(&district, "2026-02-18 22:00"))
    );
    district.advance_to(local(&district, "2026-02-16 01:00"));
    assert_eq!(
        next_due(&district, 901),
        Some(local(&district, "2026-02-16 22:00"))
    );
}
