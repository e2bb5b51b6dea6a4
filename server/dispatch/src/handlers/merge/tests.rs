//! Merging, undo and split with work under way, outcomes and answers made meanwhile.

use model::case::{Case, CaseState};
use model::command::{Command, Description, OwnVisit, ReportSighting};
use model::escalation::Escalation;
use model::event::Event;
use model::grade::{Priority, Tier};
use model::id::{CaseId, SightingId, TaskId};
use model::outcome::{Outcome, OutcomeKind};
use model::refusal::RefusalCode;
use model::sign::{Sex, Sign};
use model::task::{Task, TaskState};
use model::time::Span;
use spatial::position::Position;
use uuid::Uuid;

use crate::testing::{
    District, EVENING, Order, command_desk, department, id, patrol, report, report_at,
    street_centre, street_duty,
};

fn reported(by: usize, report: ReportSighting) -> Order {
    Order::by(patrol(by), Command::ReportSighting(report))
}

/// A point this many metres north of the middle of the first street.
fn north(metres: f64) -> Position {
    let centre = street_centre(0);
    Position::new(centre.lon(), centre.lat() + metres / 111_195.0).unwrap()
}

fn home_of(district: &District, n: u128) -> CaseId {
    let tables = &district.state.tables;
    tables.sightings.get(&SightingId(id(n))).unwrap().case_id
}

fn case(district: &District, id: CaseId) -> Case {
    (**district.state.tables.cases.get(&id).unwrap()).clone()
}

fn tasks(district: &District, root: CaseId) -> Vec<Task> {
    let all = district.state.tables.tasks_of(root);
    all.into_iter().map(|task| (**task).clone()).collect()
}

fn escalation(district: &District, home: CaseId, department: &str) -> Escalation {
    let tables = &district.state.tables;
    let case = tables.cases.get(&home).unwrap();
    case.escalations
        .iter()
        .filter_map(|id| tables.escalations.get(id))
        .find(|e| e.department.as_str() == department)
        .map(|e| (**e).clone())
        .unwrap()
}

fn merge(case_id: CaseId, into: CaseId) -> Order {
    Order::by(
        street_duty(0),
        Command::MergeCases {
            case_id,
            into,
            same: Vec::new(),
            reason: "同一人".to_owned(),
        },
    )
}

fn unmerge(survivor: CaseId, case_id: CaseId, take: Vec<Uuid>) -> Order {
    Order::by(
        street_duty(0),
        Command::UnmergeCase {
            survivor,
            case_id,
            take,
            reason: "不是同一人".to_owned(),
        },
    )
}

fn split(case_id: CaseId, sightings: &[u128], to_case: Option<CaseId>) -> Order {
    Order::by(
        street_duty(0),
        Command::SplitCase {
            case_id,
            sightings: sightings.iter().map(|n| SightingId(id(*n))).collect(),
            to_case,
            reason: "另一人".to_owned(),
        },
    )
}

/// The unit that holds or is offered a task does something with it.
fn by_unit(district: &District, task_id: TaskId, command: Command) -> Order {
    let task = district.state.tables.tasks.get(&task_id).unwrap();
    let unit = task.unit.clone().unwrap();
    let n: usize = unit.as_str().trim_start_matches("u-").parse().unwrap();
    Order::by(patrol(n), command)
}

fn visit_of(district: &District, root: CaseId) -> Task {
    tasks(district, root)
        .into_iter()
        .find(|task| !task.state.is_over())
        .unwrap()
}

fn refused() -> Outcome {
    serde_json::from_value(serde_json::json!({
        "outcome": "refused", "detail": "belongings", "informed": true,
        "offered": ["station", "quilt"], "capacity": "has"
    }))
    .unwrap()
}

fn outcome(task_id: TaskId, outcome: Outcome) -> Command {
    Command::RecordOutcome { task_id, outcome }
}

/// Two protected people 70 m apart in the first street, ten minutes apart: the patrol that goes to the first is on its
/// way, the second waits for the other patrol's word.
fn two_cases() -> (District, CaseId, CaseId) {
    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[Sign::Disabled]))]);
    district.at("20:05");
    let now = district.now;
    district.given([reported(
        11,
        report_at(2, north(70.0), now, &[Sign::SuspectedLost]),
    )]);
    let (first, second) = (home_of(&district, 1), home_of(&district, 2));
    assert_ne!(first, second);
    (district, first, second)
}

#[test]
fn a_merge_keeps_the_earlier_deadlines_and_withdraws_only_the_offer_that_is_one_too_many() {
    let (mut district, first, second) = two_cases();
    let (old, new) = (case(&district, first), case(&district, second));
    let kept = visit_of(&district, first);
    let double = visit_of(&district, second);
    assert_eq!(
        (kept.state, double.state),
        (TaskState::Offered, TaskState::Offered)
    );
    district
        .when(merge(second, first))
        .then_among(&["task.withdrawn", "case.merged"]);
    let survivor = case(&district, first);
    assert_eq!(
        survivor.deadlines.acknowledge.by,
        old.deadlines.acknowledge.by
    );
    assert!(old.deadlines.acknowledge.by < new.deadlines.acknowledge.by);
    assert_eq!(case(&district, second).merged_into, Some(first));
    assert_eq!(survivor.members, [second]);
    assert_eq!(survivor.subjects.len(), 1);
    assert_eq!(survivor.subjects.first().unwrap().brought_by.len(), 2);
    let left: Vec<(TaskId, TaskState)> = tasks(&district, first)
        .into_iter()
        .map(|task| (task.id, task.state))
        .collect();
    assert_eq!(
        left,
        [
            (kept.id, TaskState::Offered),
            (double.id, TaskState::Withdrawn)
        ]
    );
    district.assert_replays();
}

#[test]
fn what_cannot_be_one_case_is_refused() {
    let (mut district, first, second) = two_cases();
    district
        .when(merge(first, first))
        .refused(RefusalCode::CannotMerge);
    let outsider = Order::by(
        street_duty(3),
        Command::MergeCases {
            case_id: second,
            into: first,
            same: Vec::new(),
            reason: "x".to_owned(),
        },
    );
    district.when(outsider).refused(RefusalCode::NotFound);
    district
        .when(unmerge(first, second, Vec::new()))
        .refused(RefusalCode::NotMerged);
    let drill = ReportSighting {
        drill: true,
        ..report(3, 0, district.now, &[])
    };
    district.given([reported(1, drill)]);
    let exercise = home_of(&district, 3);
    district
        .when(merge(exercise, first))
        .refused(RefusalCode::DrillDoesNotMix);
    district.given([merge(second, first)]);
    let again = district.when(merge(second, first));
    again.refused(RefusalCode::CaseMerged);
    let refusal = again.decision.unwrap_err();
    assert_eq!(
        refusal.facts.get("merged_into").unwrap(),
        &serde_json::json!(first.to_string())
    );
    district
        .when(merge(first, second))
        .refused(RefusalCode::CannotMerge);
    let stale = merge(first, exercise).having_seen(1);
    assert!(district.when(stale).decision.is_err());
}

#[test]
fn a_visit_under_way_on_either_side_is_kept() {
    let (mut district, first, second) = two_cases();
    for case_id in [first, second] {
        let task_id = visit_of(&district, case_id).id;
        let accept = by_unit(&district, task_id, Command::AcceptTask { task_id });
        district.given([accept]);
    }
    district
        .when(merge(second, first))
        .then_none_of(&["task.withdrawn"])
        .then_among(&["case.merged", "task.amended", "task.amended"]);
    let states: Vec<TaskState> = tasks(&district, first).iter().map(|t| t.state).collect();
    assert_eq!(states, [TaskState::Accepted, TaskState::Accepted]);
    // Met on either side is met for both.
    assert!(
        case(&district, first)
            .deadlines
            .acknowledge
            .met_at
            .is_some()
    );
}

#[test]
fn a_departments_answer_on_one_case_counts_for_both() {
    let mut district = District::putuo();
    let danger = |n: u128, metres: f64| {
        reported(
            1,
            report_at(n, north(metres), EVENING, &[Sign::Unconscious]),
        )
    };
    district.given([danger(1, 0.0), danger(2, 40.0)]);
    let (first, second) = (home_of(&district, 1), home_of(&district, 2));
    let asked = escalation(&district, first, "police");
    let acknowledge = |escalation_id| {
        Order::by(
            department("police"),
            Command::AcknowledgeEscalation {
                escalation_id,
                name: "张".to_owned(),
                eta_min: Some(10),
            },
        )
    };
    district.given([acknowledge(asked.id), merge(second, first)]);
    let twin = escalation(&district, second, "police");
    assert!(twin.acknowledged_at.is_some());
    assert_eq!(twin.acknowledged_by.as_deref(), Some("张"));
    let other = escalation(&district, second, "health");
    assert!(other.acknowledged_at.is_none(), "nobody else is silenced");
    // While they are one, an answer on either escalation is an answer on both.
    let health = |escalation_id| {
        Order::by(
            department("health"),
            Command::AcknowledgeEscalation {
                escalation_id,
                name: "李".to_owned(),
                eta_min: None,
            },
        )
    };
    district.given([health(other.id)]);
    assert!(
        escalation(&district, first, "health")
            .acknowledged_at
            .is_some()
    );
}

#[test]
fn an_undo_gives_each_side_what_was_recorded_on_its_own_work() {
    let (mut district, first, second) = two_cases();
    let task_id = visit_of(&district, second).id;
    let accept = by_unit(&district, task_id, Command::AcceptTask { task_id });
    district.given([accept, merge(second, first)]);
    // The visit that was made for the second case finds somebody, while both are one.
    district.at("20:20");
    let see = by_unit(&district, task_id, Command::SeeTask { task_id });
    let came = by_unit(&district, task_id, outcome(task_id, refused()));
    district.given([see, came]);
    let survivor = case(&district, first);
    assert_eq!(survivor.state, CaseState::FollowUp);
    assert_eq!(survivor.refused_at.len(), 1);
    district.at("20:40");
    let happened = district.when(unmerge(first, second, Vec::new()));
    happened.then_among(&["case.unmerged", "case.followed_up"]);
    let (rest, back) = (case(&district, first), case(&district, second));
    assert_eq!(
        (rest.state, back.state),
        (CaseState::Open, CaseState::FollowUp)
    );
    assert!(rest.subjects.iter().all(|s| s.outcome.is_none()));
    let last = back.subjects.first().unwrap().outcome.clone().unwrap();
    assert_eq!(last.outcome.outcome, OutcomeKind::Refused);
    assert_eq!(last.task_id, Some(task_id));
    assert_eq!((rest.refused_at.len(), back.refused_at.len()), (0, 1));
    assert!(back.revisit.is_some() && rest.revisit.is_none());
    // Nobody is on the way to the first any more: its visit is offered again, and its deadlines count from the undo.
    assert_eq!(rest.deadlines.acknowledge.from, district.now);
    assert_eq!(rest.deadlines.acknowledge.met_at, None);
    assert_eq!(visit_of(&district, first).state, TaskState::Offered);
    assert!(rest.members.is_empty() && rest.alone.is_none());
    assert!(back.merged_into.is_none() && back.merge.is_none());
    district.assert_replays();
}

#[test]
fn an_undo_grades_each_side_from_its_own_sightings_and_the_tier_it_had_itself_reached() {
    let mut district = District::putuo();
    district.given([
        reported(1, report(1, 0, EVENING, &[Sign::BeddedDown])),
        reported(11, report_at(2, north(30.0), EVENING, &[Sign::Unconscious])),
    ]);
    let (first, second) = (home_of(&district, 1), home_of(&district, 2));
    district.given([merge(second, first)]);
    let both = case(&district, first);
    assert_eq!(
        (both.grade.priority.value, both.tier_reached),
        (Priority::P0, Tier::One)
    );
    district.given([unmerge(first, second, Vec::new())]);
    let (rest, back) = (case(&district, first), case(&district, second));
    assert_eq!(
        (rest.grade.priority.value, rest.tier_reached),
        (Priority::P2, Tier::Three)
    );
    assert_eq!(
        (back.grade.priority.value, back.tier_reached),
        (Priority::P0, Tier::One)
    );
    district.assert_replays();
}

#[test]
fn a_tier_that_a_ladder_reached_while_merged_stays_with_the_survivor_and_fired_steps_stay_fired() {
    let (mut district, first, second) = two_cases();
    district.given([merge(second, first)]);
    district.at("20:30");
    let both = case(&district, first);
    let fired = |case: &Case| {
        let steps = &case.deadlines.acknowledge.steps;
        steps.iter().filter(|s| s.fired_at.is_some()).count()
    };
    let (tier, n_fired) = (both.tier_reached, fired(&both));
    assert!(n_fired > 0 && tier > Tier::Two, "{tier:?} {n_fired}");
    district.given([unmerge(first, second, Vec::new())]);
    let (rest, back) = (case(&district, first), case(&district, second));
    assert_eq!((rest.tier_reached, fired(&rest)), (tier, n_fired));
    assert_eq!((back.tier_reached, fired(&back)), (Tier::Two, 0));
    district.advance(Span::from_hours(1));
    district.assert_replays();
}

#[test]
fn what_was_newly_made_while_merged_stays_unless_it_is_named() {
    for named in [false, true] {
        let mut district = District::putuo();
        for (n, metres, sex) in [(1_u128, 0.0, Sex::Male), (2, 20.0, Sex::Female)] {
            let seen = ReportSighting {
                description: Some(Description {
                    sex: Some(sex),
                    age_band: None,
                }),
                ..report_at(n, north(metres), EVENING, &[Sign::BeddedDown])
            };
            district.given([reported(1, seen)]);
        }
        let (first, second) = (home_of(&district, 1), home_of(&district, 2));
        district.given([merge(second, first)]);
        district.at("20:08");
        let visit = OwnVisit {
            id: TaskId(id(900)),
            state: TaskState::Arrived,
        };
        let third = ReportSighting {
            task: Some(visit.clone()),
            ..report_at(3, north(20.0), district.now, &[Sign::BeddedDown])
        };
        district.given([reported(11, third)]);
        assert_eq!(home_of(&district, 3), first, "it joined the survivor");
        district.at("20:10");
        let take = if named {
            vec![id(3), visit.id.0]
        } else {
            Vec::new()
        };
        district.given([unmerge(first, second, take)]);
        let owner = if named { second } else { first };
        assert_eq!(home_of(&district, 3), owner);
        let task = district.state.tables.tasks.get(&visit.id).unwrap();
        assert_eq!(task.case_id, Some(owner));
        // Whoever has nobody on the way counts from the undo; the other was met by the visit that is its own.
        for id in [first, second] {
            let case = case(&district, id);
            let met = case.deadlines.on_site.met_at.is_some();
            assert_eq!(met, id == owner);
            assert_eq!(case.deadlines.on_site.from == district.now, id != owner);
        }
        // What was there before the merge cannot be named.
        district.given([merge(second, first)]);
        district
            .when(unmerge(first, second, vec![id(1)]))
            .refused(RefusalCode::NotOfThisCase);
        district.assert_replays();
    }
}

#[test]
fn three_cases_come_apart_in_any_order() {
    for order in [[2_u128, 3], [3, 2]] {
        let mut district = District::putuo();
        for (n, metres) in [(1_u128, 0.0), (2, 20.0), (3, 40.0)] {
            let seen = report_at(n, north(metres), EVENING, &[Sign::Disabled]);
            district.given([reported(1, seen)]);
        }
        let homes: Vec<CaseId> = (1..=3).map(|n| home_of(&district, n)).collect();
        let [first, second, third] = homes[..] else {
            panic!("three cases")
        };
        district.given([merge(second, first), merge(third, first)]);
        assert_eq!(case(&district, first).subjects.len(), 1);
        for n in order {
            let case_id = if n == 2 { second } else { third };
            district.given([unmerge(first, case_id, Vec::new())]);
        }
        for id in homes {
            let case = case(&district, id);
            assert_eq!((case.state, case.subjects.len()), (CaseState::Open, 1));
            assert_eq!(case.subjects.first().unwrap().brought_by, case.sightings);
            assert!(case.members.is_empty() && case.merged_into.is_none());
        }
        district.assert_replays();
    }
}

/// Five plain reports of one spot, which are one case; the last two turn out to be about somebody else.
fn five_reports() -> (District, CaseId) {
    let mut district = District::putuo();
    for n in 1..=5_u8 {
        let seen = report_at(
            u128::from(n),
            north(5.0 * f64::from(n)),
            district.now,
            &[Sign::BeddedDown],
        );
        district.given([reported(1, seen)]);
        district.advance(Span::from_secs(60));
    }
    let root = home_of(&district, 1);
    (district, root)
}

#[test]
fn a_split_makes_a_case_that_counts_from_the_split() {
    let (mut district, root) = five_reports();
    district.given([split(root, &[4, 5], None)]);
    let other = home_of(&district, 5);
    assert_ne!(other, root);
    assert_eq!(home_of(&district, 4), other);
    let (rest, new) = (case(&district, root), case(&district, other));
    assert_eq!((rest.sightings.len(), new.sightings.len()), (3, 2));
    assert_eq!((rest.subjects.len(), new.subjects.len()), (1, 1));
    assert_eq!(new.opened_at, district.now);
    assert_eq!(new.deadlines.acknowledge.from, district.now);
    assert_eq!(new.located_by, Some(SightingId(id(5)).into()));
    assert_eq!(new.grade.priority.value, Priority::P2);
    assert!(rest.deadlines.acknowledge.from < district.now);
    assert!(!tasks(&district, other).is_empty(), "its visit is made");
    district.assert_replays();
}

#[test]
fn a_split_into_another_existing_case_moves_sightings_people_and_what_was_made_for_them() {
    let (mut district, root) = five_reports();
    // The sixth report carries a visit of its own and two people; it joins, and belongs elsewhere.
    let elsewhere = report_at(7, north(600.0), district.now, &[Sign::Pregnant]);
    district.given([reported(1, elsewhere)]);
    let other = home_of(&district, 7);
    district.advance(Span::from_secs(60));
    let visit = OwnVisit {
        id: TaskId(id(900)),
        state: TaskState::Arrived,
    };
    let sixth = ReportSighting {
        task: Some(visit.clone()),
        ..report_at(6, north(20.0), district.now, &[Sign::BeddedDown])
    };
    district.given([reported(11, sixth)]);
    assert_eq!(home_of(&district, 6), root);
    district.advance(Span::from_secs(60));
    let before = case(&district, root);
    let happened = district.when(split(root, &[6], Some(other)));
    happened.then_among(&["case.split"]);
    let (rest, grown) = (case(&district, root), case(&district, other));
    assert_eq!(home_of(&district, 6), other);
    assert_eq!(rest.sightings.len(), before.sightings.len() - 1);
    assert_eq!(grown.sightings.len(), 2);
    assert!(grown.tasks.contains(&visit.id) && !rest.tasks.contains(&visit.id));
    let moved = district.state.tables.tasks.get(&visit.id).unwrap();
    assert_eq!(moved.case_id, Some(other));
    // Somebody beside the person met the first case's deadlines; without that visit they count anew.
    assert_eq!(rest.deadlines.acknowledge.met_at, None);
    let brought = grown.subjects.first().unwrap();
    assert_eq!(brought.brought_by.len(), 2);
    district.assert_replays();
}

#[test]
fn a_split_of_nothing_of_everything_or_of_others_is_refused() {
    let (mut district, root) = five_reports();
    district
        .when(split(root, &[], None))
        .refused(RefusalCode::OutOfRange);
    district
        .when(split(root, &[1, 2, 3, 4, 5], None))
        .refused(RefusalCode::OutOfRange);
    district
        .when(split(root, &[1, 99], None))
        .refused(RefusalCode::NotOfThisCase);
    district
        .when(split(root, &[1], Some(root)))
        .refused(RefusalCode::CannotMerge);
}

#[test]
fn a_split_lowers_what_only_the_moved_sighting_made_grave() {
    let (mut district, root) = five_reports();
    let command = Command::AddToSighting {
        sighting_id: SightingId(id(5)),
        addition: model::command::AdditionBody {
            id: None,
            signs_added: vec![Sign::Minor],
            signs_withdrawn: Vec::new(),
            n_people: None,
            place: None,
            position: None,
            description: None,
            emergency_calls: Vec::new(),
            reason: None,
        },
    };
    district.given([Order::by(patrol(1), command)]);
    assert_eq!(case(&district, root).grade.priority.value, Priority::P1);
    district.given([split(root, &[5], None)]);
    assert_eq!(case(&district, root).grade.priority.value, Priority::P2);
    let other = home_of(&district, 5);
    assert_eq!(case(&district, other).grade.priority.value, Priority::P1);
}

#[test]
fn the_command_desk_may_merge_across_streets() {
    let mut district = District::putuo();
    district.given([
        reported(1, report(1, 0, EVENING, &[])),
        reported(2, report(2, 1, EVENING, &[])),
    ]);
    let (first, second) = (home_of(&district, 1), home_of(&district, 2));
    district
        .when(merge(second, first))
        .refused(RefusalCode::NotFound);
    let order = Order::by(
        command_desk(),
        Command::MergeCases {
            case_id: second,
            into: first,
            same: vec![(1, 1)],
            reason: "同一人，过桥".to_owned(),
        },
    );
    let happened = district.when(order);
    let pairs = happened.events.iter().find_map(|e| {
        if let Event::CasesMerged { same, .. } = &e.new.event {
            Some(same.clone())
        } else {
            None
        }
    });
    assert_eq!(pairs, Some(vec![(1, 1)]));
}

/// Two plain cases of one person 70 m apart; the first was visited and refused help, the second was just reported.
fn refused_and_seen_again(signs: &[Sign]) -> (District, CaseId, CaseId) {
    let mut district = District::putuo();
    district.given([reported(1, report(1, 0, EVENING, &[Sign::BeddedDown]))]);
    let first = home_of(&district, 1);
    let task_id = visit_of(&district, first).id;
    let accept = by_unit(&district, task_id, Command::AcceptTask { task_id });
    let came = by_unit(&district, task_id, outcome(task_id, refused()));
    district.given([accept, came]);
    assert_eq!(case(&district, first).state, CaseState::FollowUp);
    district.advance(Span::from_hours(2));
    let again = report_at(2, north(70.0), district.now, signs);
    district.given([reported(11, again)]);
    let second = home_of(&district, 2);
    assert_ne!(first, second);
    (district, first, second)
}

#[test]
fn somebody_in_follow_up_who_was_seen_again_is_followed_up_whichever_case_survives() {
    for turned in [false, true] {
        let (mut district, first, second) = refused_and_seen_again(&[Sign::BeddedDown]);
        let (merged, survivor) = if turned {
            (first, second)
        } else {
            (second, first)
        };
        district
            .when(merge(merged, survivor))
            .then_none_of(&["case.reopened"]);
        let now = case(&district, survivor);
        assert_eq!(now.state, CaseState::FollowUp, "turned: {turned}");
        assert!(now.revisit.is_some());
        district.given([unmerge(survivor, merged, Vec::new())]);
        assert_eq!(case(&district, first).state, CaseState::FollowUp);
        assert_eq!(case(&district, second).state, CaseState::Open);
        district.assert_replays();
    }
}

#[test]
fn worse_news_keep_or_make_the_case_open() {
    for turned in [false, true] {
        let (mut district, first, second) =
            refused_and_seen_again(&[Sign::BeddedDown, Sign::WetClothing]);
        let (merged, survivor) = if turned {
            (first, second)
        } else {
            (second, first)
        };
        let waiting = case(&district, second).deadlines;
        district.given([merge(merged, survivor)]);
        let now = case(&district, survivor);
        assert_eq!(now.state, CaseState::Open, "turned: {turned}");
        assert_eq!(now.deadlines.outcome.by, waiting.outcome.by);
        assert!(now.subjects.iter().all(|s| s.outcome.is_none()));
        district.given([unmerge(survivor, merged, Vec::new())]);
        let refused = case(&district, first);
        assert_eq!(refused.state, CaseState::FollowUp);
        assert!(refused.subjects.iter().all(|s| s.outcome.is_some()));
        assert_eq!(case(&district, second).state, CaseState::Open);
        district.assert_replays();
    }
}

#[test]
fn what_a_named_person_closed_while_merged_stays_closed_and_the_other_side_opens() {
    let (mut district, first, second) = two_cases();
    district.given([merge(second, first)]);
    let close = Order::by(
        street_duty(0),
        Command::CloseCase {
            case_id: first,
            reason: "本人由家属接走".to_owned(),
            outcome: None,
            decision: Some(model::case::ClosingDecision {
                by: "周".to_owned(),
                ground: "家属到场".to_owned(),
            }),
        },
    );
    district.given([close, unmerge(first, second, Vec::new())]);
    assert_eq!(case(&district, first).state, CaseState::Closed);
    let back = case(&district, second);
    assert_eq!(back.state, CaseState::Open);
    assert_eq!(back.deadlines.acknowledge.from, district.now);
    assert!(!visit_of(&district, second).state.is_over());
    district.assert_replays();
}
