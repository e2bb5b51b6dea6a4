//! Colours of areas: one change is one event, cases follow, lowering obeys its rule.

use model::command::Command;
use model::deadline::{Addressee, NoticeAbout};
use model::escalation::EscalationEnd;
use model::event::Event;
use model::grade::{Level, Priority, SignalColour, Tier};
use model::id::CaseId;
use model::refusal::RefusalCode;
use model::sign::Sign;
use model::time::Span;

use super::{
    area_escalations, asked, case, case_in, code, colour, escalation, grade, kinds, mins, notices,
    raise,
};
use crate::testing::{District, Order, command_desk, department, signal};

fn level(district: &District, street: usize) -> Level {
    district.state.tables.area_level(&code(street))
}

fn lower(street: usize, level: Level) -> Command {
    Command::LowerArea {
        jurisdiction: code(street),
        level,
        reason: "误报".to_owned(),
    }
}

#[test]
fn one_signal_is_one_change_one_confirmation_and_one_escalation_for_each_department() {
    let mut district = District::putuo();
    let events = colour(&mut district, "cold", SignalColour::Yellow);
    assert_eq!(kinds(&events, "area_warning.changed"), 1);
    assert_eq!(notices(&events, NoticeAbout::ConfirmColour).len(), 1);
    let opened = area_escalations(&district);
    let mut departments: Vec<&str> = opened.iter().map(|e| e.department.as_str()).collect();
    departments.sort_unstable();
    assert_eq!(
        departments.len(),
        13,
        "ten street offices, station, police, city management"
    );
    departments.dedup();
    assert_eq!(departments.len(), 13);
    for e in &opened {
        assert_eq!((e.case_id, e.tier, e.within), (None, Tier::Two, mins(5)));
    }
}

#[test]
fn forty_cases_aged_eight_hours_going_from_blue_to_orange_fire_no_missed_step_in_the_first_minute()
{
    let mut district = District::putuo();
    colour(&mut district, "cold", SignalColour::Blue);
    let cases: Vec<CaseId> = (0..40)
        .map(|n| {
            let signs = match n % 4 {
                0 => [Sign::Disabled],
                1 => [Sign::BeddedDown],
                2 => [Sign::Pregnant],
                _ => [Sign::BeddingOnly],
            };
            case_in(&mut district, n, usize::try_from(n % 3).unwrap(), &signs)
        })
        .collect();
    district.advance(Span::from_hours(8));
    let before = district.now;
    let events = colour(&mut district, "colder", SignalColour::Orange);
    assert_eq!(kinds(&events, "area_warning.changed"), 1);
    assert!(district.state.tables.regrade.is_empty());
    let first_minute: Vec<_> = events
        .into_iter()
        .chain(district.advance_to(before + Span::from_secs(60)))
        .collect();
    for kind in ["deadline.missed", "deadline.step_fired"] {
        assert_eq!(kinds(&first_minute, kind), 0, "{kind}");
    }
    for id in &cases {
        let case = case(&district, *id);
        let expected = match case.grade.priority.value {
            Priority::P3 => Level::Yellow,
            Priority::P0 | Priority::P1 | Priority::P2 => Level::Orange,
        };
        assert_eq!(case.grade.warning_level.value, expected);
    }
    let changed: Vec<CaseId> = first_minute
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::CaseLevelChanged {
                case_id,
                change_id: Some(_),
                ..
            } => Some(*case_id),
            _ => None,
        })
        .collect();
    let mut once = changed.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), changed.len(), "one event a case");
    let urgency: Vec<Priority> = changed.iter().map(|id| grade(&district, *id).0).collect();
    assert!(urgency.is_sorted(), "most urgent first");
    district.assert_replays();
}

#[test]
fn deadlines_that_are_not_met_move_to_the_earlier_and_a_fall_moves_nothing() {
    let mut district = District::putuo();
    let id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    let opened = district.now;
    district.advance(mins(5));
    raise(&mut district, 0, Level::Orange);
    let deadlines = case(&district, id).deadlines.clone();
    assert_eq!(
        deadlines.acknowledge.by,
        opened + mins(10),
        "five minutes from the re-grade"
    );
    assert_eq!(deadlines.on_site.by, opened + mins(35));
    district.given([Order::by(command_desk(), lower(0, Level::None))]);
    district.catch_up();
    assert_eq!(level(&district, 0), Level::None, "undone within 15 minutes");
    assert_eq!(case(&district, id).deadlines, deadlines);
    assert_eq!(grade(&district, id).2, Tier::One, "the tier reached stays");
}

#[test]
fn a_further_rise_widens_what_is_open_and_asks_only_those_not_asked_yet() {
    let mut district = District::putuo();
    colour(&mut district, "cold", SignalColour::Blue);
    assert_eq!(
        area_escalations(&district).len(),
        11,
        "ten offices and the station"
    );
    let station = area_escalations(&district)
        .into_iter()
        .find(|e| e.department.as_str() == "rescue_station")
        .unwrap();
    district.given([Order::by(
        department("rescue_station"),
        Command::AcknowledgeEscalation {
            escalation_id: station.id,
            name: "陈".to_owned(),
            eta_min: None,
        },
    )]);
    district.advance(mins(2));
    let events = colour(&mut district, "colder", SignalColour::Orange);
    let opened: Vec<String> = events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::EscalationOpened { escalation } => Some(escalation.department.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(
        opened,
        [
            "police",
            "city_management",
            "civil_affairs",
            "health",
            "emergency"
        ]
    );
    let after = district.state.tables.escalations.get(&station.id).unwrap();
    assert!(after.acknowledged_at.is_some() && after.tier == Tier::One);
    let office = area_escalations(&district)
        .into_iter()
        .find(|e| e.department.as_str() == "street_310107005")
        .unwrap();
    assert_eq!(
        office.acknowledge_by,
        office.opened_at + mins(5),
        "its clock goes on"
    );
}

#[test]
fn unanswered_case_escalations_join_the_area_and_a_p0_keeps_its_own() {
    let mut district = District::putuo();
    let plain = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    let danger = case_in(&mut district, 2, 0, &[Sign::Violence]);
    raise(&mut district, 0, Level::Yellow);
    let joined = escalation(&district, plain, "police");
    assert_eq!(joined.ended, Some(EscalationEnd::JoinedArea));
    assert!(escalation(&district, danger, "police").is_unanswered());
    let of_area = area_escalations(&district)
        .into_iter()
        .find(|e| e.department.as_str() == "police")
        .unwrap();
    assert!(of_area.cases.contains(&plain) && of_area.cases.contains(&danger));

    let later = case_in(&mut district, 3, 0, &[Sign::BeddedDown]);
    assert!(
        asked(&district, later).is_empty(),
        "its tier is not above its area's"
    );
    let of_area = district.state.tables.escalations.get(&of_area.id).unwrap();
    assert!(of_area.cases.contains(&later), "later cases join the list");
    district.assert_replays();
}

#[test]
fn an_area_escalation_ends_when_its_streets_have_fallen_below_its_tier() {
    let mut district = District::putuo();
    raise(&mut district, 0, Level::Yellow);
    district.given([Order::by(command_desk(), lower(0, Level::None))]);
    assert!(!area_escalations(&district).is_empty());
    for e in area_escalations(&district) {
        assert_eq!(e.ended, Some(EscalationEnd::ColourFell));
    }
    assert!(district.state.tables.queued_of_escalation.is_empty());
}

#[test]
fn a_colour_falls_one_step_at_a_time_after_six_clear_hours_by_day() {
    let mut district = District::putuo();
    let mut cold = signal("cold", SignalColour::Orange, district.now);
    cold.expires_at = Some(district.now + Span::from_hours(1));
    district.given([Order::by(command_desk(), Command::ReceiveSignal(cold))]);
    assert_eq!(level(&district, 0), Level::Orange);
    // It ends at 21:00; six clear hours later it is night, so the first step comes at 08:00 and the next at 14:00.
    for (clock, expected) in [
        ("07:59", Level::Orange),
        ("08:00", Level::Yellow),
        ("13:59", Level::Yellow),
        ("14:00", Level::Blue),
        ("23:00", Level::Blue),
        ("08:00", Level::None),
    ] {
        district.at(clock);
        assert_eq!(level(&district, 3), expected, "{clock}");
    }
    district.assert_replays();
}

#[test]
fn lowering_by_hand_obeys_the_same_rule_and_says_when_it_is_allowed() {
    let mut district = District::putuo();
    colour(&mut district, "cold", SignalColour::Yellow);
    let refused = district.when(Order::by(command_desk(), lower(0, Level::Blue)));
    refused.refused(RefusalCode::LoweringNotAllowedNow);
    let facts = &refused.decision.as_ref().unwrap_err().facts;
    assert!(facts.contains_key("allowed_at"), "{facts:?}");
    district
        .when(Order::by(command_desk(), lower(0, Level::Orange)))
        .refused(RefusalCode::NotALowering);

    let mut district = District::putuo();
    raise(&mut district, 0, Level::Orange);
    district.advance(mins(16));
    district
        .when(Order::by(command_desk(), lower(0, Level::None)))
        .refused(RefusalCode::LoweringNotAllowedNow);
}

#[test]
fn a_colour_that_nobody_confirms_goes_to_the_next_officer_and_waits_for_nobody() {
    let mut district = District::putuo();
    colour(&mut district, "cold", SignalColour::Blue);
    let events = district.advance(mins(16));
    assert_eq!(kinds(&events, "area_warning.confirm_lapsed"), 1);
    let told: Vec<Addressee> = notices(&events, NoticeAbout::ConfirmColour)
        .into_iter()
        .map(|(_, notice)| notice.addressee)
        .collect();
    assert_eq!(told, [Addressee::NextOfficer]);
    assert_eq!(level(&district, 0), Level::Blue);
    let confirm = |street| Command::ConfirmArea {
        jurisdiction: code(street),
    };
    district.given([Order::by(command_desk(), confirm(4))]);
    district
        .when(Order::by(command_desk(), confirm(5)))
        .refused(RefusalCode::NothingToConfirm);
    let events = district.advance(mins(60));
    assert_eq!(kinds(&events, "area_warning.confirm_lapsed"), 0);
}

#[test]
fn a_raise_ends_at_its_named_end_and_a_cancelled_signal_lets_the_colour_fall_by_its_rule() {
    let mut district = District::putuo();
    let until = district.now + Span::from_hours(10);
    district.given([Order::by(
        command_desk(),
        Command::RaiseArea {
            jurisdiction: code(2),
            level: Level::Blue,
            until: Some(until),
            reason: "演出散场".to_owned(),
        },
    )]);
    district.advance_to(until);
    assert_eq!(
        level(&district, 2),
        Level::Blue,
        "six hours have to be clear first"
    );
    district.advance(Span::from_hours(6));
    assert_eq!(level(&district, 2), Level::None);
}
