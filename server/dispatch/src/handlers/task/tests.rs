//! Tasks from the offer to the outcome, as the rules of the field say; each test a sentence.

mod follow_up;
mod laws;
mod lists;
mod offers;
mod outbox;
mod outcomes;

use model::area::AreaWarning;
use model::area::StreetChange;
use model::case::{Case, CaseState};
use model::command::Command;
use model::deadline::{Addressee, NoticeAbout};
use model::event::{Event, RecordedEvent};
use model::grade::Level;
use model::id::{CaseId, JurisdictionCode, SightingId, TaskId, UnitId};
use model::outcome::{Outcome, OutcomeDetail, OutcomeKind};
use model::sign::Sign;
use model::task::{ReturnReason, Task, TaskState};
use model::time::Instant;

use crate::testing::{District, Order, STREETS, command_desk, id, patrol, report};

/// The command desk reports somebody in a street; answers the case.
fn reported(district: &mut District, n: u128, street: usize, signs: &[Sign]) -> CaseId {
    let report = report(n, street, district.now, signs);
    district.given([Order::by(command_desk(), Command::ReportSighting(report))]);
    district
        .state
        .tables
        .sightings
        .get(&SightingId(id(n)))
        .unwrap()
        .case_id
}

/// Leaves only these units on shift: the others' planned hours are over for the day.
fn only_units(district: &mut District, on_shift: &[&str]) {
    let units = district
        .state
        .tables
        .units
        .values()
        .map(|unit| {
            let mut unit = (**unit).clone();
            if !on_shift.contains(&unit.id.as_str()) {
                unit.shift_start = None;
                unit.shift_end = None;
            }
            unit
        })
        .collect();
    district.commit_as_given(Event::UnitsImported { units });
}

/// Gives a street a colour, as a signal would.
fn colour(district: &mut District, street: usize, level: Level) {
    let (code, _) = STREETS.get(street).unwrap();
    let code = JurisdictionCode::from(*code);
    let from = district.state.tables.area_level(&code);
    let now = district.now;
    let warning = AreaWarning {
        jurisdiction: code,
        level,
        extreme: false,
        since: now,
        warned_since: Some(now),
        last_step_at: now,
        last_triggered: std::collections::BTreeMap::new(),
        last_triggered_otherwise: std::collections::BTreeMap::new(),
        triggers: Vec::new(),
        raise: None,
        before_raise: None,
        change_id: None,
        next_look_at: None,
        reasons: Vec::new(),
        night_minima: std::collections::BTreeMap::new(),
        ended: Vec::new(),
    };
    district.commit_as_given(Event::AreaWarningLooked {
        streets: vec![StreetChange { from, warning }],
    });
}

fn case(district: &District, id: CaseId) -> Case {
    (**district.state.tables.root(id).unwrap()).clone()
}

fn state(district: &District, id: CaseId) -> CaseState {
    case(district, id).state
}

fn task(district: &District, id: TaskId) -> Task {
    (**district.state.tables.tasks.get(&id).unwrap()).clone()
}

/// The last task made for a case.
fn last_task(district: &District, case_id: CaseId) -> Task {
    let root = case(district, case_id).id;
    (***district.state.tables.tasks_of(root).last().unwrap()).clone()
}

fn unit_of(task: &Task) -> &str {
    task.unit.as_ref().map_or("nobody", UnitId::as_str)
}

fn accept(n: usize, task_id: TaskId) -> Order {
    Order::by(patrol(n), Command::AcceptTask { task_id })
}

fn depart(n: usize, task_id: TaskId) -> Order {
    Order::by(patrol(n), Command::DepartTask { task_id })
}

fn arrive(n: usize, task_id: TaskId) -> Order {
    Order::by(patrol(n), Command::ArriveTask { task_id })
}

fn give_back(n: usize, task_id: TaskId, reason: ReturnReason) -> Order {
    Order::by(patrol(n), Command::ReturnTask { task_id, reason })
}

fn record(n: usize, task_id: TaskId, outcome: Outcome) -> Order {
    Order::by(patrol(n), Command::RecordOutcome { task_id, outcome })
}

/// An outcome of a kind and nothing more.
fn bare(outcome: OutcomeKind) -> Outcome {
    Outcome {
        outcome,
        detail: None,
        subjects: Vec::new(),
        n_met: Some(1),
        offered: Vec::new(),
        informed: false,
        card_left: false,
        items: Vec::new(),
        legal_basis: None,
        capacity: None,
        assessed_by: None,
        searched: Vec::new(),
        handed_to: None,
        at: None,
    }
}

/// A refusal as the form wants it.
fn refused() -> Outcome {
    Outcome {
        detail: Some(OutcomeDetail::Belongings),
        offered: vec!["station".to_owned(), "quilt".to_owned()],
        informed: true,
        card_left: true,
        ..bare(OutcomeKind::Refused)
    }
}

fn not_found() -> Outcome {
    Outcome {
        detail: Some(OutcomeDetail::NoTrace),
        n_met: Some(0),
        searched: vec!["deck".to_owned()],
        ..bare(OutcomeKind::NotFound)
    }
}

/// The unit that has the offer goes there and records an outcome now.
fn visited(district: &mut District, case_id: CaseId, outcome: Outcome) -> TaskId {
    let offered = last_task(district, case_id);
    assert_eq!(offered.state, TaskState::Offered, "nobody is asked to go");
    let n = number_of(&offered);
    district.given([
        accept(n, offered.id),
        arrive(n, offered.id),
        record(n, offered.id, outcome),
    ]);
    offered.id
}

/// `u-7` → 7.
fn number_of(task: &Task) -> usize {
    unit_of(task).trim_start_matches("u-").parse().unwrap()
}

/// A clock time in Putuo, as `2026-01-13 01:00`.
fn local(district: &District, text: &str) -> Instant {
    let at: jiff::civil::DateTime = text.replace(' ', "T").parse().unwrap();
    district.policy().calendar().at(at.date(), at.time())
}

fn kinds(events: &[RecordedEvent]) -> Vec<&'static str> {
    events.iter().map(|e| e.new.event.kind()).collect()
}

/// Whom notices about something were for.
fn told(events: &[RecordedEvent], about: NoticeAbout) -> Vec<Addressee> {
    events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::DutyNotified { notice } if notice.about == about => {
                Some(notice.addressee.clone())
            }
            Event::CapacityShort {
                notice: Some(notice),
                ..
            } if notice.about == about => Some(notice.addressee.clone()),
            _ => None,
        })
        .collect()
}

fn unit(id: &str) -> Addressee {
    Addressee::Unit {
        unit: UnitId::from(id),
    }
}
