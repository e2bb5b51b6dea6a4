//! Laws over random nights of reports, visits, outcomes, merges, undos and splits: nothing is lost or counted twice, a
//! case is never without somebody, a merge that is undone at once leaves both sides as they were.

use std::collections::BTreeMap;

use model::case::{Case, CaseState};
use model::command::{Command, ReportSighting};
use model::id::{CaseId, SightingId, TaskId};
use model::sign::Sign;
use model::task::TaskState;
use model::time::Span;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use proptest::test_runner::{Config, RngSeed};
use spatial::position::Position;

use crate::testing::{District, Order, command_desk, patrol, report_at, street_centre};

/// One thing that somebody does; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Report {
        metres: u8,
        signs: u8,
        n_people: u8,
    },
    Work {
        task: usize,
    },
    Merge {
        a: usize,
        b: usize,
    },
    Undo {
        which: usize,
    },
    Split {
        case: usize,
        sighting: usize,
        to: usize,
    },
    Wait {
        minutes: u8,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (any::<u8>(), 0..6_u8, 0..4_u8).prop_map(|(metres, signs, n_people)| Step::Report {
            metres,
            signs,
            n_people
        }),
        3 => any::<usize>().prop_map(|task| Step::Work { task }),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Step::Merge { a, b }),
        2 => any::<usize>().prop_map(|which| Step::Undo { which }),
        2 => (any::<usize>(), any::<usize>(), any::<usize>())
            .prop_map(|(case, sighting, to)| Step::Split { case, sighting, to }),
        1 => (1..90_u8).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

fn pick<T: Clone>(all: &[T], n: usize) -> Option<T> {
    all.get(n.checked_rem(all.len())?).cloned()
}

fn cases(district: &District) -> Vec<Case> {
    let all = district.state.tables.cases.values();
    all.map(|case| (**case).clone()).collect()
}

fn roots(district: &District) -> Vec<Case> {
    let all = cases(district).into_iter();
    all.filter(|case| case.merged_into.is_none()).collect()
}

fn take(district: &mut District, step: &Step, n: u128) {
    let by_command = |command| Order::by(command_desk(), command);
    let order = match *step {
        Step::Report {
            metres,
            signs,
            n_people,
        } => {
            let centre = street_centre(0);
            let north = f64::from(metres) / 111_195.0;
            let at = Position::new(centre.lon(), centre.lat() + north).unwrap();
            let signs = pick(
                &[
                    vec![Sign::BeddedDown],
                    vec![Sign::BeddedDown],
                    vec![],
                    vec![Sign::Disabled],
                    vec![Sign::WetClothing],
                    vec![Sign::Unconscious],
                ],
                usize::from(signs),
            )
            .unwrap();
            let seen = ReportSighting {
                n_people: u32::from(n_people),
                more_people: n_people == 1,
                ..report_at(n, at, district.now, &signs)
            };
            Some(Order::by(patrol(1), Command::ReportSighting(seen)))
        }
        Step::Work { task } => work(district, task),
        Step::Merge { a, b } => {
            let roots = roots(district);
            pick(&roots, a).zip(pick(&roots, b)).map(|(case, into)| {
                by_command(Command::MergeCases {
                    case_id: case.id,
                    into: into.id,
                    same: Vec::new(),
                    reason: "x".to_owned(),
                })
            })
        }
        Step::Undo { which } => {
            let merged: Vec<(CaseId, CaseId)> = cases(district)
                .iter()
                .filter_map(|case| Some((case.merged_into?, case.id)))
                .collect();
            pick(&merged, which).map(|(survivor, case_id)| {
                by_command(Command::UnmergeCase {
                    survivor,
                    case_id,
                    take: Vec::new(),
                    reason: "x".to_owned(),
                })
            })
        }
        Step::Split { case, sighting, to } => {
            let roots = roots(district);
            pick(&roots, case).and_then(|case| {
                let to_case = pick(&roots, to).map(|to| to.id).filter(|id| *id != case.id);
                Some(by_command(Command::SplitCase {
                    case_id: case.id,
                    sightings: vec![pick(&case.sightings, sighting)?],
                    to_case: if to.is_multiple_of(2) { to_case } else { None },
                    reason: "x".to_owned(),
                }))
            })
        }
        Step::Wait { minutes } => {
            district.advance(Span::from_mins(i64::from(minutes)));
            None
        }
    };
    if let Some(order) = order {
        // What is refused changes nothing, which the laws see too.
        drop(district.run(order));
    }
}

/// The next step of a task by the unit that has it.
fn work(district: &District, n: usize) -> Option<Order> {
    let open: Vec<(TaskId, TaskState, usize)> = district
        .state
        .tables
        .tasks
        .values()
        .filter(|task| !task.state.is_over())
        .filter_map(|task| {
            let unit = task.unit.as_ref()?.as_str().trim_start_matches("u-");
            Some((task.id, task.state, unit.parse().ok()?))
        })
        .collect();
    let (task_id, state, unit) = pick(&open, n)?;
    let kinds = ["refused", "not_found", "street_aid", "not_a_subject"];
    let command = if state == TaskState::Offered {
        Command::AcceptTask { task_id }
    } else if n.is_multiple_of(3) {
        Command::SeeTask { task_id }
    } else {
        let outcome = serde_json::from_value(serde_json::json!({
            "outcome": pick(&kinds, n / 3)?, "informed": true, "offered": ["station"],
            "capacity": "has", "searched": ["deck"], "n_met": 1
        }));
        Command::RecordOutcome {
            task_id,
            outcome: outcome.unwrap(),
        }
    };
    Some(Order::by(patrol(unit), command))
}

fn assert_laws(district: &District) {
    let tables = &district.state.tables;
    let mut homes: BTreeMap<SightingId, u32> = BTreeMap::new();
    for case in tables.cases.values() {
        assert!(!case.subjects.is_empty(), "{} is about nobody", case.id);
        let mut numbers: Vec<u32> = case.subjects.iter().map(|s| s.n).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), case.subjects.len(), "numbers are given once");
        assert!(!case.sightings.is_empty(), "{} has no sighting", case.id);
        for id in &case.sightings {
            *homes.entry(*id).or_default() += 1;
            assert_eq!(tables.sightings.get(id).unwrap().case_id, case.id);
        }
        for id in &case.tasks {
            assert_eq!(tables.tasks.get(id).unwrap().case_id, Some(case.id));
        }
        for id in &case.escalations {
            assert_eq!(tables.escalations.get(id).unwrap().case_id, Some(case.id));
        }
        match case.merged_into {
            Some(into) => {
                assert!(tables.cases.get(&into).unwrap().members.contains(&case.id));
                assert!(case.merge.is_some());
            }
            None => assert_watched(district, case),
        }
        assert_eq!(case.alone.is_some(), !case.members.is_empty());
    }
    assert!(homes.values().all(|n| *n == 1));
    assert_eq!(homes.len(), tables.sightings.len());
}

/// An open or followed-up case has work in hand, a list that it waits in, somebody who took it, or a running timer.
fn assert_watched(district: &District, case: &Case) {
    let tables = &district.state.tables;
    let live = tables.tasks_of(case.id).iter().any(|t| !t.state.is_over());
    let timer = !crate::timers::of_case(case).is_empty();
    let watched = match case.state {
        CaseState::Open | CaseState::FollowUp => live || timer || case.taken.is_some(),
        CaseState::Closed => true,
    };
    assert!(watched, "nobody looks after {} ({})", case.id, case.state);
}

/// What a case has of its own, without its story and without what an undo may count anew.
fn own(case: &Case) -> Case {
    let mut own = case.clone();
    own.seq = 0;
    own.timeline = Vec::new();
    own.deadlines.acknowledge = own.deadlines.outcome.clone();
    own.deadlines.on_site = own.deadlines.outcome.clone();
    own.grade.priority.reasons = Vec::new();
    own.grade.warning_level.reasons = Vec::new();
    own.grade.tier.reasons = Vec::new();
    own.tasks = Vec::new();
    own.escalations = Vec::new();
    own.revisit = None;
    own.follow_up_since = None;
    own
}

proptest! {
    #![proptest_config(Config { rng_seed: RngSeed::Fixed(2026), ..Config::with_cases(24) })]

    #[test]
    fn nothing_is_lost_and_nobody_is_forgotten(steps in proptest::collection::vec(step(), 1..40)) {
        let mut district = District::putuo();
        for (n, step) in steps.iter().enumerate() {
            district.advance(Span::from_secs(20));
            take(&mut district, step, u128::try_from(n).unwrap() + 1);
            assert_laws(&district);
        }
        district.assert_replays();
    }

    #[test]
    fn a_merge_that_is_undone_at_once_leaves_both_sides_as_they_were(
        steps in proptest::collection::vec(step(), 2..30),
        a in any::<usize>(),
        b in any::<usize>(),
    ) {
        let mut district = District::putuo();
        for (n, step) in steps.iter().enumerate() {
            district.advance(Span::from_secs(20));
            take(&mut district, step, u128::try_from(n).unwrap() + 1);
        }
        let roots = roots(&district);
        let (Some(first), Some(second)) = (pick(&roots, a), pick(&roots, b)) else {
            return Ok(());
        };
        let merge = Command::MergeCases {
            case_id: first.id,
            into: second.id,
            same: Vec::new(),
            reason: "x".to_owned(),
        };
        if district.run(Order::by(command_desk(), merge)).decision.is_err() {
            return Ok(());
        }
        let undo = Command::UnmergeCase {
            survivor: second.id,
            case_id: first.id,
            take: Vec::new(),
            reason: "x".to_owned(),
        };
        district.given([Order::by(command_desk(), undo)]);
        for side in [first, second] {
            let after = cases(&district).into_iter().find(|c| c.id == side.id).unwrap();
            let (mut was, mut is) = (own(&side), own(&after));
            if side.state == CaseState::Open {
                // The deadlines of a side that nobody is on the way to count from the undo.
                was.deadlines = is.deadlines.clone();
            }
            was.alone = None;
            is.alone = None;
            let same = was == is;
            assert!(same, "{}", first_difference(&was, &is));
        }
        assert_laws(&district);
        district.assert_replays();
    }
}

/// The fields in which two cases differ.
fn first_difference(was: &Case, is: &Case) -> String {
    let (was, is) = (
        serde_json::to_value(was).unwrap(),
        serde_json::to_value(is).unwrap(),
    );
    let fields = was.as_object().unwrap().iter();
    fields
        .filter(|(name, value)| is.get(name) != Some(value))
        .map(|(name, value)| format!("{name}: {value}\n  now {}", is.get(name).unwrap()))
        .collect::<Vec<_>>()
        .join("\n")
}
