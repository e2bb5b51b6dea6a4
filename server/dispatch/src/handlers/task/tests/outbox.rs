//! Work without signal: both are kept when two units acted on one task, and the label says so.

use model::command::Operation;
use model::event::SyncLabel;
use model::id::CommandId;
use model::time::Span;

use super::*;
use crate::decide::{OperationAnswer, OperationResult};
use crate::testing::Happened;

fn operation(n: u128, at: Instant, seen: Option<u64>, command: Command) -> Operation {
    Operation {
        id: CommandId(id(n)),
        device_seq: u64::try_from(n).unwrap(),
        recorded_at: at,
        seen_seq: seen,
        needs: Vec::new(),
        content_tag: "tag".to_owned(),
        personal: std::collections::BTreeSet::new(),
        repeated: false,
        command: Ok(Box::new(command)),
    }
}

fn sync(district: &District, n: usize, operations: Vec<Operation>) -> Order {
    Order::by(
        patrol(n),
        Command::Sync {
            device: "phone".to_owned(),
            sent_at: district.now,
            operations,
        },
    )
}

fn answers(happened: &Happened) -> Vec<OperationAnswer> {
    happened.decision.clone().unwrap().operations
}

fn labels(happened: &Happened) -> Vec<SyncLabel> {
    answers(happened).into_iter().map(|a| a.label).collect()
}

#[test]
fn a_whole_visit_without_signal_counts_at_the_times_it_was_written_down() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let task_id = last_task(&district, case_id).id;
    let seen = Some(case(&district, case_id).seq);
    let began = district.now;
    district.advance(Span::from_mins(25));
    let minutes = |m: i64| began + Span::from_mins(m);
    let order = sync(
        &district,
        3,
        vec![
            operation(11, minutes(2), seen, Command::AcceptTask { task_id }),
            operation(12, minutes(9), seen, Command::ArriveTask { task_id }),
            operation(
                13,
                minutes(20),
                seen,
                Command::RecordOutcome {
                    task_id,
                    outcome: refused(),
                },
            ),
        ],
    );
    let happened = district.when(order);
    assert!(
        answers(&happened)
            .iter()
            .all(|a| a.result == OperationResult::Accepted)
    );
    assert_eq!(labels(&happened), [SyncLabel::Clean; 3]);
    let case = case(&district, case_id);
    assert_eq!(case.deadlines.acknowledge.met_at, Some(minutes(2)));
    assert_eq!(case.deadlines.on_site.met_at, Some(minutes(9)));
    assert_eq!(case.deadlines.outcome.met_at, Some(minutes(20)));
    assert_eq!(
        case.revisit.unwrap().due,
        [minutes(20) + Span::from_hours(72)]
    );
    district.assert_replays();
}

#[test]
fn an_arrival_for_work_that_another_unit_took_meanwhile_is_kept_beside_it_as_a_conflict() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let task_id = last_task(&district, case_id).id;
    let seen = Some(case(&district, case_id).seq);
    let accepted_at = district.now + Span::from_mins(5);
    // The offer lapses, u-11 takes the work and arrives.
    district.advance(Span::from_mins(30));
    district.given([accept(11, task_id), arrive(11, task_id)]);
    district.advance(Span::from_mins(5));
    let order = sync(
        &district,
        1,
        vec![
            operation(21, accepted_at, seen, Command::AcceptTask { task_id }),
            operation(
                22,
                accepted_at + Span::from_mins(10),
                seen,
                Command::ArriveTask { task_id },
            ),
            operation(
                23,
                accepted_at + Span::from_mins(20),
                seen,
                Command::RecordOutcome {
                    task_id,
                    outcome: refused(),
                },
            ),
        ],
    );
    let happened = district.when(order);
    assert_eq!(labels(&happened), [SyncLabel::Conflict; 3]);
    assert!(
        answers(&happened)
            .iter()
            .all(|a| a.result == OperationResult::Accepted)
    );
    assert!(kinds(&happened.events).contains(&"sync.labelled"));
    assert_eq!(told(&happened.events, NoticeAbout::NeedsPerson).len(), 3);
    let theirs = task(&district, task_id);
    assert_eq!(
        (theirs.state, unit_of(&theirs)),
        (TaskState::Arrived, "u-11")
    );
    let ours = last_task(&district, case_id);
    assert_eq!(ours.beside, Some(task_id));
    assert_eq!((ours.state, unit_of(&ours)), (TaskState::Done, "u-1"));
    assert_eq!(ours.outcomes.len(), 1);
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    district.assert_replays();
}

#[test]
fn an_acceptance_of_what_another_unit_was_only_offered_is_taken_and_parallel() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 0, &[Sign::BeddedDown]);
    let task_id = last_task(&district, case_id).id;
    let seen = Some(case(&district, case_id).seq);
    let accepted_at = district.now + Span::from_mins(5);
    district.advance(Span::from_mins(31));
    assert_eq!(unit_of(&last_task(&district, case_id)), "u-11");
    let order = sync(
        &district,
        1,
        vec![operation(
            31,
            accepted_at,
            seen,
            Command::AcceptTask { task_id },
        )],
    );
    let happened = district.when(order);
    assert_eq!(labels(&happened), [SyncLabel::Parallel]);
    let taken = task(&district, task_id);
    assert_eq!((taken.state, unit_of(&taken)), (TaskState::Accepted, "u-1"));
    assert_eq!(
        told(&happened.events, NoticeAbout::TaskChanged),
        [unit("u-11")]
    );
    assert_eq!(told(&happened.events, NoticeAbout::NeedsPerson), []);
}

#[test]
fn a_refused_operation_leaves_no_event_and_blocks_only_what_needs_it() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let task_id = last_task(&district, case_id).id;
    let seen = Some(case(&district, case_id).seq);
    let at = district.now;
    let not_informed = Outcome {
        informed: false,
        ..refused()
    };
    let outcome = |outcome: Outcome| Command::RecordOutcome { task_id, outcome };
    let mut needing = operation(
        43,
        at,
        seen,
        Command::LookAtPlace {
            place: model::id::PlaceId::from("p-caoyang"),
        },
    );
    needing.needs = vec![CommandId(id(42))];
    let order = sync(
        &district,
        3,
        vec![
            operation(41, at, seen, Command::AcceptTask { task_id }),
            operation(42, at, seen, outcome(not_informed)),
            needing,
            operation(44, at, seen, outcome(refused())),
            operation(
                45,
                at,
                seen,
                Command::TakeCase {
                    case_id,
                    name: "某".to_owned(),
                    reason: "某".to_owned(),
                },
            ),
        ],
    );
    let happened = district.when(order);
    let results: Vec<OperationResult> = answers(&happened).into_iter().map(|a| a.result).collect();
    assert!(matches!(
        results.as_slice(),
        [
            OperationResult::Accepted,
            OperationResult::Refused(_),
            OperationResult::Held,
            OperationResult::Accepted,
            OperationResult::Refused(_),
        ]
    ));
    let under = |n: u128| {
        happened
            .events
            .iter()
            .filter(|e| e.new.command_id == CommandId(id(n)))
            .count()
    };
    assert!(under(41) > 0 && under(44) > 0);
    assert_eq!((under(42), under(43), under(45)), (0, 0, 0));
}

#[test]
fn an_outcome_for_a_case_that_was_closed_meanwhile_is_kept_and_a_person_decides() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let task_id = last_task(&district, case_id).id;
    district.given([accept(3, task_id)]);
    let seen = Some(case(&district, case_id).seq);
    let at = district.now;
    district.given([Order::by(
        crate::testing::command_desk(),
        Command::CloseCase {
            case_id,
            reason: "误报".to_owned(),
            outcome: None,
            decision: Some(model::case::ClosingDecision {
                by: "值班长".to_owned(),
                ground: "误报".to_owned(),
            }),
        },
    )]);
    let order = sync(
        &district,
        3,
        vec![operation(
            51,
            at,
            seen,
            Command::RecordOutcome {
                task_id,
                outcome: refused(),
            },
        )],
    );
    let happened = district.when(order);
    assert_eq!(labels(&happened), [SyncLabel::Conflict]);
    let answer = answers(&happened);
    assert_eq!(answer.first().unwrap().result, OperationResult::Accepted);
    assert!(kinds(&happened.events).contains(&"task.outcome_recorded"));
    assert_eq!(state(&district, case_id), CaseState::Closed);
}
