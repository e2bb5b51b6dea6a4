//! Laws that hold after anything: no case without a hand, a list or a timer; no unit with more than it can hold; replay.

use model::case::CaseState;
use model::command::Command;
use model::outcome::HandedTo;
use model::task::TaskState;
use model::time::Span;
use proptest::prelude::*;

use super::*;
use crate::testing::street_duty;

/// What may happen in a night, by small numbers.
#[derive(Clone, Debug)]
enum Act {
    Report { street: usize, signs: usize },
    Accept { task: usize },
    Arrive { task: usize },
    Outcome { task: usize, kind: usize },
    Return { task: usize, reason: usize },
    Assign { case: usize, unit: usize },
    Shift { unit: usize, start: bool },
    Colour { street: usize, level: usize },
    Take { case: usize },
    Wait { minutes: i64 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..4usize, 0..6usize).prop_map(|(street, signs)| Act::Report { street, signs }),
        5 => (0..40usize).prop_map(|task| Act::Accept { task }),
        4 => (0..40usize).prop_map(|task| Act::Arrive { task }),
        5 => (0..40usize, 0..7usize).prop_map(|(task, kind)| Act::Outcome { task, kind }),
        2 => (0..40usize, 0..3usize).prop_map(|(task, reason)| Act::Return { task, reason }),
        1 => (0..20usize, 0..4usize).prop_map(|(case, unit)| Act::Assign { case, unit }),
        1 => (0..4usize, any::<bool>()).prop_map(|(unit, start)| Act::Shift { unit, start }),
        1 => (0..4usize, 0..4usize).prop_map(|(street, level)| Act::Colour { street, level }),
        1 => (0..20usize).prop_map(|case| Act::Take { case }),
        4 => (1..400i64).prop_map(|minutes| Act::Wait { minutes }),
    ]
}

fn signs(n: usize) -> Vec<Sign> {
    match n {
        0 => vec![Sign::Unconscious],
        1 => vec![Sign::Minor],
        2 => vec![Sign::BeddedDown, Sign::WetClothing],
        3 => vec![Sign::BeddingOnly],
        4 => vec![Sign::InfantWithAdult],
        _ => vec![Sign::BeddedDown],
    }
}

fn outcome(n: usize) -> Outcome {
    match n {
        0 => refused(),
        1 => not_found(),
        2 => bare(OutcomeKind::StreetAid),
        3 => bare(OutcomeKind::Accepted),
        4 => bare(OutcomeKind::Treated),
        5 => Outcome {
            handed_to: Some(HandedTo {
                organisation: "派出所".to_owned(),
                name: "周警官".to_owned(),
                at: None,
                confirmed_at: None,
            }),
            ..bare(OutcomeKind::Police)
        },
        _ => bare(OutcomeKind::NotASubject),
    }
}

fn pick<T: Clone>(all: &[T], n: usize) -> Option<T> {
    (!all.is_empty())
        .then(|| all.get(n % all.len()).cloned())
        .flatten()
}

/// What is not over, newest last; so small numbers find work that can go on.
fn live(district: &District) -> Vec<Task> {
    district
        .state
        .tables
        .tasks
        .values()
        .filter(|task| !task.state.is_over() && task.unit.is_some())
        .map(|task| (**task).clone())
        .collect()
}

fn cases(district: &District) -> Vec<CaseId> {
    district.state.tables.cases.keys().copied().collect()
}

fn perform(district: &mut District, n: u128, act: &Act) {
    let order = match *act {
        Act::Wait { minutes } => {
            district.advance(Span::from_mins(minutes));
            return;
        }
        Act::Colour { street, level } => {
            let level = Level::ALL.get(level).copied().unwrap_or(Level::None);
            colour(district, street, level);
            return;
        }
        Act::Report { street, signs: of } => Some(Order::by(
            command_desk(),
            Command::ReportSighting(report(n, street, district.now, &signs(of))),
        )),
        Act::Accept { task } => {
            pick(&live(district), task).map(|task| accept(number_of(&task), task.id))
        }
        Act::Arrive { task } => {
            pick(&live(district), task).map(|task| arrive(number_of(&task), task.id))
        }
        Act::Outcome { task, kind } => {
            pick(&live(district), task).map(|task| record(number_of(&task), task.id, outcome(kind)))
        }
        Act::Return { task, reason } => pick(&live(district), task).map(|task| {
            let reason = match reason {
                0 => ReturnReason::Busy,
                1 => ReturnReason::Vehicle,
                _ => ReturnReason::Unsafe,
            };
            give_back(number_of(&task), task.id, reason)
        }),
        Act::Assign { case, unit } => pick(&cases(district), case).map(|case_id| {
            Order::by(
                command_desk(),
                Command::AssignUnit {
                    case_id,
                    unit: UnitId(format!("u-{}", unit + 1)),
                    reason: "近".to_owned(),
                },
            )
        }),
        Act::Shift { unit, start } => Some(Order::by(
            patrol(unit + 1),
            if start {
                Command::StartShift {
                    ends_at: Some(district.now + Span::from_hours(6)),
                    lone: unit == 0,
                }
            } else {
                Command::EndShift
            },
        )),
        Act::Take { case } => pick(&cases(district), case).map(|case_id| {
            Order::by(
                street_duty(0),
                Command::TakeCase {
                    case_id,
                    name: "张科".to_owned(),
                    reason: "已联系".to_owned(),
                },
            )
        }),
    };
    if let Some(order) = order {
        // Refusals are part of a night.
        let _ = district.when(order);
    }
    district.catch_up();
}

/// Every case has an owner or a running timer, and nobody holds too much.
fn check(district: &District) {
    let tables = &district.state.tables;
    for case in tables.cases.values() {
        if case.merged_into.is_some() || case.history {
            continue;
        }
        let live = tables
            .tasks_of(case.id)
            .iter()
            .any(|task| !task.state.is_over());
        match case.state {
            CaseState::Closed => assert!(!live, "closed, but somebody is sent: {}", case.id),
            CaseState::Open => assert!(
                live || case.taken.is_some(),
                "open, and nobody has it: {}",
                case.id
            ),
            CaseState::FollowUp => {
                let timer = tables.timers.iter().any(|(_, timer)| {
                    use model::deadline::Timer;
                    match timer {
                        Timer::RevisitDue { case_id }
                        | Timer::ReceiverUnconfirmed { case_id }
                        | Timer::FollowUpEnds { case_id } => *case_id == case.id,
                        _ => false,
                    }
                });
                assert!(live || timer, "followed up by nothing: {}", case.id);
            }
        }
    }
    for unit in tables.units.keys() {
        let held: Vec<&Task> = tables
            .tasks_of_unit
            .get(unit)
            .into_iter()
            .flatten()
            .filter_map(|id| tables.tasks.get(id))
            .map(|task| &**task)
            .collect();
        let under_way = held
            .iter()
            .filter(|task| task.state.is_under_way() && !task.self_made)
            .count();
        let offered = held
            .iter()
            .filter(|task| task.state == TaskState::Offered)
            .count();
        assert!(under_way <= 1, "{unit} has {under_way} under way");
        assert!(offered <= 1, "{unit} is offered {offered}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_in_a_night_each_case_has_a_hand_a_list_or_a_timer(
        acts in proptest::collection::vec(act(), 1..60)
    ) {
        let mut district = District::putuo();
        only_units(&mut district, &["u-1", "u-2", "u-3"]);
        for (n, act) in acts.into_iter().enumerate() {
            perform(&mut district, 1_000 + u128::try_from(n).unwrap(), &act);
            check(&district);
        }
        district.assert_replays();
    }
}
