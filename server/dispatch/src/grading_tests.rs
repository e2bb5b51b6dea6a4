//! Proves grading, ladders, departments, colours and decisions together, through the doors of the core.

mod area;
mod decisions;
mod departments;
mod ladders;
#[cfg(test)]
use std::sync::Arc;

use model::case::Case;
use model::command::Command;
use model::deadline::{Addressee, Notice, NoticeAbout};
use model::escalation::Escalation;
use model::event::{Event, RecordedEvent};
use model::grade::{Level, Priority, SignalColour, Tier};
use model::id::{CaseId, DepartmentId, JurisdictionCode};
use model::outcome::OutcomeKind;
use model::sign::Sign;
use model::time::{Instant, Span};

use crate::testing::{
    District, Order, STREETS, command_desk, patrol, report_at, signal, street_centre,
};

fn code(street: usize) -> JurisdictionCode {
    JurisdictionCode::from(STREETS.get(street).unwrap().0)
}

/// Reports one person in a street, each some 90 m from the last, so that no two reports are the same.
fn case_in(district: &mut District, n: u128, street: usize, signs: &[Sign]) -> CaseId {
    let place = place_of(n, street);
    let body = report_at(n, place, district.now, signs);
    let happened = district.run(Order::by(patrol(1), Command::ReportSighting(body)));
    if let Err(refusal) = &happened.decision {
        panic!("the report was refused: {refusal}");
    }
    happened
        .events
        .iter()
        .find_map(|e| match &e.new.event {
            Event::CaseOpened { case } => Some(case.id),
            _ => None,
        })
        .expect("a case of its own")
}

fn place_of(n: u128, street: usize) -> spatial::position::Position {
    let centre = street_centre(street);
    let step = f64::from(u32::try_from(n % 100).unwrap());
    spatial::position::Position::new(
        centre.lon() - 0.008 + 0.0016 * (step % 10.0),
        centre.lat() - 0.008 + 0.0016 * (step / 10.0).floor(),
    )
    .unwrap()
}

fn case(district: &District, id: CaseId) -> Arc<Case> {
    Arc::clone(district.state.tables.cases.get(&id).unwrap())
}

fn grade(district: &District, id: CaseId) -> (Priority, Level, Tier) {
    let case = case(district, id);
    (
        case.grade.priority.value,
        case.grade.warning_level.value,
        case.grade.tier.value,
    )
}

/// All streets get the colour of a cold-wave signal.
fn colour(district: &mut District, name: &str, colour: SignalColour) -> Vec<RecordedEvent> {
    let signal = signal(name, colour, district.now);
    let happened = district.run(Order::by(command_desk(), Command::ReceiveSignal(signal)));
    assert!(happened.decision.is_ok(), "{:?}", happened.decision);
    let mut events = happened.events;
    events.extend(district.catch_up());
    events
}

fn raise(district: &mut District, street: usize, level: Level) -> Vec<RecordedEvent> {
    let happened = district.run(Order::by(
        command_desk(),
        Command::RaiseArea {
            jurisdiction: code(street),
            level,
            until: None,
            reason: "冷".to_owned(),
        },
    ));
    assert!(happened.decision.is_ok(), "{:?}", happened.decision);
    let mut events = happened.events;
    events.extend(district.catch_up());
    events
}

fn kinds(events: &[RecordedEvent], kind: &str) -> usize {
    events.iter().filter(|e| e.new.event.kind() == kind).count()
}

/// The calls of ladders among events: minutes since `from`, whom, which step.
fn calls(events: &[RecordedEvent], from: Instant) -> Vec<(i64, Addressee, u32)> {
    notices(events, NoticeAbout::LadderStep)
        .into_iter()
        .map(|(at, notice)| {
            (
                at.since(from).as_ms() / 60_000,
                notice.addressee,
                notice.step.unwrap().percent,
            )
        })
        .collect()
}

fn notices(events: &[RecordedEvent], about: NoticeAbout) -> Vec<(Instant, Notice)> {
    events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::DutyNotified { notice } if notice.about == about => {
                Some((e.at, (**notice).clone()))
            }
            _ => None,
        })
        .collect()
}

fn escalation(district: &District, case_id: CaseId, department: &str) -> Arc<Escalation> {
    district
        .state
        .tables
        .escalations_of(case_id)
        .into_iter()
        .find(|e| e.department.as_str() == department)
        .cloned()
        .unwrap_or_else(|| panic!("{department} was not asked"))
}

fn asked(district: &District, case_id: CaseId) -> Vec<String> {
    district
        .state
        .tables
        .escalations_of(case_id)
        .into_iter()
        .map(|e| e.department.to_string())
        .collect()
}

fn area_escalations(district: &District) -> Vec<Arc<Escalation>> {
    district
        .state
        .tables
        .escalations
        .values()
        .filter(|e| e.change_id.is_some())
        .cloned()
        .collect()
}

fn mins(m: i64) -> Span {
    Span::from_mins(m)
}

fn street_desk(street: usize) -> Addressee {
    Addressee::Department {
        department: DepartmentId::street(&code(street)),
    }
}

fn desk(name: &str) -> Addressee {
    Addressee::Department {
        department: DepartmentId::from(name),
    }
}

/// Nobody is there to be sent: every patrol has ended its shift, so that work waits in the list.
fn close_case(district: &mut District, id: CaseId) -> Vec<RecordedEvent> {
    let happened = district.run(Order::by(
        command_desk(),
        Command::CloseCase {
            case_id: id,
            reason: "核实".to_owned(),
            outcome: Some(OutcomeKind::NotASubject),
            decision: None,
        },
    ));
    assert!(happened.decision.is_ok(), "{:?}", happened.decision);
    happened.events
}
