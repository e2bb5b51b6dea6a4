//! What named people decide about a grade: floors, ceilings and their ends.

use model::command::{AdditionBody, Command, GradeDecision};
use model::grade::{Level, Priority, Tier};
use model::id::SightingId;
use model::outcome::{Outcome, OutcomeKind};
use model::reason::OverrideDirection;
use model::refusal::RefusalCode;
use model::sign::Sign;
use model::time::Span;

use super::{asked, case, case_in, close_case, grade, mins, place_of, raise};
use crate::testing::{District, Order, command_desk, id, patrol, report_at, street_duty};

pub(super) fn outcome(kind: OutcomeKind) -> Outcome {
    serde_json::from_value(serde_json::json!({ "outcome": kind })).unwrap()
}

fn decision(priority: Option<Priority>, level: Option<Level>, tier: Option<Tier>) -> GradeDecision {
    GradeDecision {
        tier,
        priority,
        warning_level: level,
        reason: "复核".to_owned(),
    }
}

fn addition(n: u128, signs: &[Sign]) -> Command {
    Command::AddToSighting {
        sighting_id: SightingId(id(n)),
        addition: AdditionBody {
            id: None,
            signs_added: signs.to_vec(),
            signs_withdrawn: Vec::new(),
            n_people: None,
            place: None,
            position: None,
            description: None,
            emergency_calls: Vec::new(),
            reason: None,
        },
    }
}

#[test]
fn a_raise_is_a_floor_until_somebody_ends_it_by_name() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    let to = decision(Some(Priority::P1), None, None);
    district.given([Order::by(
        command_desk(),
        Command::RaiseCase { case_id, to },
    )]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P1, Level::Yellow, Tier::Two)
    );
    let shown = case(&district, case_id)
        .grade
        .priority
        .overridden
        .clone()
        .unwrap();
    assert_eq!(shown.direction, OverrideDirection::Raised);
    assert_eq!(
        case(&district, case_id).deadlines.acknowledge.by,
        district.now + mins(10),
        "a rise of priority shortens the deadlines that are not met"
    );
    let again = decision(Some(Priority::P2), None, None);
    district
        .when(Order::by(
            command_desk(),
            Command::RaiseCase {
                case_id,
                to: again.clone(),
            },
        ))
        .refused(RefusalCode::NotARaise);
    district.given([Order::by(
        command_desk(),
        Command::LowerCase { case_id, to: again },
    )]);
    assert_eq!(grade(&district, case_id).0, Priority::P2);
    assert!(
        case(&district, case_id).human.priority.is_none(),
        "nothing stands any more"
    );
    assert_eq!(
        grade(&district, case_id).2,
        Tier::Two,
        "the tier that was reached stays"
    );
}

#[test]
fn a_lowering_ends_at_the_next_worse_sign() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    let to = decision(Some(Priority::P3), None, None);
    district.given([Order::by(
        command_desk(),
        Command::LowerCase { case_id, to },
    )]);
    assert_eq!(grade(&district, case_id).0, Priority::P3);
    let shown = case(&district, case_id)
        .grade
        .priority
        .overridden
        .clone()
        .unwrap();
    assert_eq!(shown.direction, OverrideDirection::Lowered);
    district.advance(mins(1));
    district.given([Order::by(patrol(1), addition(1, &[Sign::WetClothing]))]);
    assert_eq!(
        grade(&district, case_id).0,
        Priority::P3,
        "not worse than what was known"
    );
    district.given([Order::by(patrol(1), addition(1, &[Sign::Unconscious]))]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P0, Level::Orange, Tier::One)
    );
    assert!(case(&district, case_id).human.priority.is_none());
    assert!(asked(&district, case_id).contains(&"health".to_owned()));
    district.assert_replays();
}

#[test]
fn a_lowering_ends_at_a_rise_of_colour() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    let to = decision(None, Some(Level::Blue), Some(Tier::Three));
    district.given([Order::by(
        command_desk(),
        Command::LowerCase { case_id, to },
    )]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P1, Level::Blue, Tier::Three)
    );
    raise(&mut district, 0, Level::Blue);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P1, Level::Yellow, Tier::Two)
    );
    assert!(
        case(&district, case_id)
            .grade
            .warning_level
            .overridden
            .is_none()
    );
}

#[test]
fn a_street_raises_to_and_lowers_from_no_tier_one() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    let to_one = decision(None, None, Some(Tier::One));
    district
        .when(Order::by(
            street_duty(0),
            Command::RaiseCase {
                case_id,
                to: to_one.clone(),
            },
        ))
        .refused(RefusalCode::RoleMayNot);
    let to_two = decision(None, None, Some(Tier::Two));
    district
        .when(Order::by(
            street_duty(0),
            Command::RaiseCase {
                case_id,
                to: to_two.clone(),
            },
        ))
        .then_among(&["case.decided", "case.tier_raised", "escalation.opened"]);
    district
        .when(Order::by(
            command_desk(),
            Command::RaiseCase {
                case_id,
                to: to_two.clone(),
            },
        ))
        .refused(RefusalCode::TierAlreadyReached);
    district.given([Order::by(
        command_desk(),
        Command::RaiseCase {
            case_id,
            to: to_one,
        },
    )]);
    district
        .when(Order::by(
            street_duty(0),
            Command::LowerCase {
                case_id,
                to: to_two,
            },
        ))
        .refused(RefusalCode::RoleMayNot);
}

#[test]
fn a_case_is_closed_only_with_an_outcome_or_a_named_decision() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    let close = |outcome, decision| Command::CloseCase {
        case_id,
        reason: "无".to_owned(),
        outcome,
        decision,
    };
    district
        .when(Order::by(command_desk(), close(None, None)))
        .refused(RefusalCode::NoClosingOutcome);
    district
        .when(Order::by(
            command_desk(),
            close(Some(OutcomeKind::Refused), None),
        ))
        .refused(RefusalCode::NoClosingOutcome);
    close_case(&mut district, case_id);
    district
        .when(Order::by(
            command_desk(),
            close(Some(OutcomeKind::Duplicate), None),
        ))
        .refused(RefusalCode::CaseAlreadyClosed);
}

#[test]
fn the_third_night_running_moves_priority_level_and_deadlines_but_not_the_tier() {
    let mut district = District::putuo();
    raise(&mut district, 0, Level::Yellow);
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P2, Level::Yellow, Tier::Two)
    );
    let climbed = |district: &District| case(district, case_id).tier_reached;
    for night in 2..=3 {
        district.now = district.now + Span::from_days(1);
        let again = report_at(
            100 + night,
            place_of(1, 0),
            district.now,
            &[Sign::BeddedDown],
        );
        district.given([Order::by(patrol(1), Command::ReportSighting(again))]);
    }
    let reached = climbed(&district);
    let judged = case(&district, case_id);
    assert_eq!(judged.sightings.len(), 3, "the reports joined the case");
    assert_eq!(judged.grade.priority.value, Priority::P1);
    assert_eq!(judged.grade.warning_level.value, Level::Orange);
    assert_eq!(
        judged.grade.priority.reasons[0].rule,
        "priority/step_up_nights"
    );
    assert_eq!((judged.grade.tier.value, reached), (Tier::Two, Tier::Two));
}

#[test]
fn a_fall_of_colour_lowers_the_level_and_leaves_the_priority() {
    let mut district = District::putuo();
    raise(&mut district, 0, Level::Yellow);
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown, Sign::WetClothing]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P1, Level::Orange, Tier::One)
    );
    district.given([Order::by(
        command_desk(),
        Command::LowerArea {
            jurisdiction: super::code(0),
            level: Level::None,
            reason: "误报".to_owned(),
        },
    )]);
    district.catch_up();
    assert_eq!(
        grade(&district, case_id),
        (Priority::P1, Level::Yellow, Tier::One),
        "only an outcome or a named person lowers a priority, only a named person a tier"
    );
    district.assert_replays();
}
