//! The ladders of cases, by priority, and the repeated call to the district duty leader.

use model::command::Command;
use model::deadline::Addressee;
use model::event::Event;
use model::grade::{Priority, SignalColour, Tier};
use model::id::TaskId;
use model::sign::Sign;

use super::{calls, case, case_in, colour, desk, grade, kinds, mins, street_desk};
use crate::testing::{District, Order, command_desk, patrol};

/// Takes the first task of a case by the unit that has the offer.
fn accept(district: &mut District, id: model::id::CaseId) {
    let task = district
        .state
        .tables
        .tasks_of(id)
        .into_iter()
        .find(|t| t.state == model::task::TaskState::Offered)
        .cloned()
        .expect("an offer");
    let n: usize = task
        .unit
        .as_ref()
        .unwrap()
        .as_str()
        .trim_start_matches("u-")
        .parse()
        .unwrap();
    let happened = district.run(Order::by(
        patrol(n),
        Command::AcceptTask {
            task_id: TaskId(task.id.0),
        },
    ));
    assert!(happened.decision.is_ok(), "{:?}", happened.decision);
}

#[test]
fn a_p1_case_that_nobody_takes_climbs_to_tier_one_and_the_district_leader_is_called_until_it_is_taken()
 {
    let mut district = District::putuo();
    colour(&mut district, "cold", SignalColour::Blue);
    let from = district.now;
    let id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    assert_eq!(grade(&district, id).0, Priority::P1);
    assert_eq!(grade(&district, id).2, Tier::Two);

    let events = district.advance(mins(29));
    let acknowledge: Vec<(i64, Addressee, u32)> = calls(&events, from)
        .into_iter()
        .filter(|(_, to, _)| {
            matches!(
                to,
                Addressee::UnitLeader { .. } | Addressee::DistrictDutyLeader
            ) || *to == desk("rescue_station")
        })
        .collect();
    let expected = [
        (7, desk("rescue_station"), 150),
        (10, Addressee::DistrictDutyLeader, 200),
        (20, Addressee::DistrictDutyLeader, 201),
    ];
    for call in &expected {
        assert!(
            acknowledge.contains(call),
            "{call:?} is missing in {acknowledge:?}"
        );
    }
    assert!(
        acknowledge.iter().any(|(at, to, step)| *at == 5
            && *step == 100
            && matches!(to, Addressee::UnitLeader { .. })),
        "{acknowledge:?}"
    );
    assert_eq!(grade(&district, id).2, Tier::One);
    assert_eq!(
        kinds(&events, "case.tier_raised"),
        1,
        "it began in the second tier"
    );
    assert_eq!(
        kinds(&events, "deadline.missed"),
        1,
        "only the first deadline is past"
    );

    accept(&mut district, id);
    assert!(district.state.tables.duty_call_cases.is_empty());
    let events = district.advance(mins(30));
    assert!(
        calls(&events, from).iter().all(|(_, _, step)| *step != 201),
        "taken: no repeated call until the next deadline is late"
    );
    // On site was due at 30 minutes; its last step, at 60, starts the calls anew.
    let events = district.advance(mins(22));
    let again: Vec<i64> = calls(&events, from)
        .into_iter()
        .filter(|(_, to, step)| *to == Addressee::DistrictDutyLeader && *step >= 200)
        .map(|(at, _, _)| at)
        .collect();
    assert!(again.contains(&60) && again.contains(&70), "{again:?}");
    district.assert_replays();
}

#[test]
fn all_three_steps_of_a_p0_come_at_once_and_its_leader_is_called_every_two_minutes() {
    let mut district = District::putuo();
    let from = district.now;
    let id = case_in(&mut district, 1, 2, &[Sign::Unconscious]);
    assert_eq!(grade(&district, id).2, Tier::One);
    let events = district.advance(mins(7));
    let to_leader: Vec<(i64, u32)> = calls(&events, from)
        .into_iter()
        .filter(|(_, to, _)| *to == Addressee::DistrictDutyLeader)
        .map(|(at, _, step)| (at, step))
        .filter(|(_, step)| *step >= 150)
        .collect();
    let own: Vec<(i64, u32)> = to_leader
        .iter()
        .copied()
        .filter(|(at, _)| [2, 4, 6].contains(at))
        .collect();
    assert_eq!(
        own.first(),
        Some(&(2, 200)),
        "two steps to one person are one call"
    );
    assert_eq!(own.iter().filter(|(at, _)| *at == 2).count(), 1);
    assert!(
        own.contains(&(4, 201)) && own.contains(&(6, 201)),
        "{own:?}"
    );
    assert_eq!(
        kinds(&events, "case.tier_raised"),
        0,
        "there is no higher tier"
    );
    district.assert_replays();
}

#[test]
fn a_p2_with_a_unit_climbs_two_tiers_and_a_p3_none() {
    let mut district = District::putuo();
    let from = district.now;
    let id = case_in(&mut district, 1, 3, &[Sign::BeddedDown]);
    let events = district.advance(mins(61));
    let steps: Vec<(i64, Addressee, u32)> = calls(&events, from);
    assert!(
        steps.contains(&(45, desk("rescue_station"), 150)),
        "{steps:?}"
    );
    assert!(
        steps.contains(&(60, Addressee::DistrictDutyLeader, 200)),
        "{steps:?}"
    );
    assert_eq!(grade(&district, id).2, Tier::One);
    assert_eq!(kinds(&events, "case.tier_raised"), 2);

    let mut district = District::putuo();
    let from = district.now;
    let id = case_in(&mut district, 1, 3, &[Sign::BeddingOnly]);
    let events = district.advance(mins(125));
    let steps = calls(&events, from);
    let of_case: Vec<_> = steps
        .iter()
        .filter(|(_, to, _)| *to == street_desk(3) || *to == desk("rescue_station"))
        .collect();
    assert_eq!(
        of_case,
        [
            &(60, street_desk(3), 100),
            &(90, desk("rescue_station"), 150)
        ]
    );
    assert_eq!(grade(&district, id).2, Tier::Three);
    assert_eq!(kinds(&events, "case.tier_raised"), 0);
    assert!(district.state.tables.duty_call_cases.is_empty());
}

#[test]
fn while_a_p2_waits_in_the_list_its_miss_is_recorded_and_nothing_else_fires() {
    let mut district = District::putuo();
    // Eleven units have an offer each, so the twelfth case waits.
    for n in 0..12 {
        case_in(&mut district, 10 + n, 4, &[Sign::BeddedDown]);
    }
    let waiting = district
        .state
        .tables
        .waiting
        .iter()
        .find_map(|task| district.state.tables.tasks.get(task)?.case_id)
        .expect("one waits");
    let events = district.advance(mins(30));
    let told: Vec<&str> = case(&district, waiting)
        .timeline
        .iter()
        .filter(|line| line.at == district.now)
        // The departments that were asked have ladders of their own, and the unit hears of its offer.
        .filter(|line| line.kind != "escalation.step_fired")
        .filter(|line| {
            line.facts
                .get("about")
                .is_none_or(|about| about == "ladder_step")
        })
        .filter(|line| {
            line.facts
                .get("step")
                .is_none_or(|step| !step["deadline"].is_null())
        })
        .map(|line| line.kind.clone())
        .filter(|kind| !kind.starts_with("task."))
        .map(|kind| Event::KINDS.iter().copied().find(|k| *k == kind).unwrap())
        .collect();
    assert_eq!(told, ["deadline.missed", "deadline.step_fired"]);
    assert_eq!(kinds(&events, "capacity.short"), 1);
    assert_eq!(grade(&district, waiting).2, Tier::Three);
    district.assert_replays();
}

#[test]
fn an_officer_who_takes_a_case_ends_the_calls_for_it_and_not_for_others() {
    let mut district = District::putuo();
    let first = case_in(&mut district, 1, 0, &[Sign::Unconscious]);
    let second = case_in(&mut district, 2, 1, &[Sign::Violence]);
    district.advance(mins(3));
    assert_eq!(district.state.tables.duty_call_cases.len(), 2);
    let happened = district.when(Order::by(
        command_desk(),
        Command::TakeCase {
            case_id: first,
            name: "王".to_owned(),
            reason: "已联系".to_owned(),
        },
    ));
    happened.then_among(&["case.taken", "duty.calls_set"]);
    assert!(!district.state.tables.duty_call_cases.contains(&first));
    assert!(district.state.tables.duty_call_cases.contains(&second));
    let from = district.now;
    let events = district.advance(mins(3));
    assert!(calls(&events, from).iter().any(|(_, _, step)| *step == 201));
    district.assert_replays();
}

#[test]
fn steps_that_passed_while_the_program_was_down_fire_once_and_together() {
    let mut district = District::putuo();
    let id = case_in(&mut district, 1, 5, &[Sign::Disabled]);
    district.now = district.now + mins(30);
    let events = district.catch_up();
    assert_eq!(kinds(&events, "deadline.missed"), 1);
    assert_eq!(
        events
            .iter()
            .filter(
                |e| matches!(&e.new.event, Event::LadderStepFired { case_id, .. } if *case_id == id)
            )
            .count(),
        1
    );
    assert_eq!(grade(&district, id).2, Tier::One);
    assert!(district.catch_up().is_empty());
}
