//! The people of a virtual night, as simple as they can be and still make a night: patrols go or do not answer,
//! departments answer or do not, receivers confirm. Every delay and choice follows from the seed.
//!
//! | Who | Does | After |
//! | --- | --- | --- |
//! | patrol | accepts an offer (9 of 10), else lets it lapse | 20 s – 4 min |
//! | patrol | sets out, arrives | 1 min, then 4 – 20 min |
//! | patrol | records an outcome: see `outcomes` | 5 – 20 min on site |
//! | receiver | confirms by name (19 of 20) | 20 – 90 min |
//! | department | acknowledges (17 of 20), later completes; answers when asked again | 30 s – 12 min, then 10 – 40 min |
//! | command desk | confirms a proposed colour | 2 – 10 min |
//! | keeper | opens a shelter that should be open | 10 – 40 min |
//! | district duty leader | takes, by name, each case that nobody took | 3 – 15 min |
//!
//! Nobody reads a notice: in virtual time nothing leaves the house, so notices stay queued until they are pointless.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dispatch::UnitPosition;
use model::actor::{Actor, Role};
use model::case::CaseState;
use model::command::Command;
use model::event::{Event, RecordedEvent};
use model::id::{
    AccountName, CaseId, DepartmentId, EscalationId, JurisdictionCode, ResourceId, TaskId, UnitId,
};
use model::outcome::Outcome;
use model::task::{Task, TaskKind, TaskState};
use model::time::{Instant, Span};

use super::city::City;
use super::dice::Dice;
use super::outcomes;

/// Of a hundred offers these are taken.
const PERCENT_ACCEPTED: u64 = 90;
/// Of a hundred escalations these are acknowledged.
const PERCENT_ACKNOWLEDGED: u64 = 85;
/// Of a hundred arrivals these are confirmed.
const PERCENT_CONFIRMED: u64 = 95;

/// What somebody means to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Intention {
    Accept(TaskId, UnitId),
    Depart(TaskId, UnitId),
    Arrive(TaskId, UnitId),
    Record(TaskId, UnitId),
    Confirm(CaseId),
    Acknowledge(EscalationId),
    Complete(EscalationId),
    ConfirmColour(JurisdictionCode),
    OpenShelter(ResourceId, DepartmentId),
    Take(CaseId),
}

/// Everybody's intentions, in the order of their time.
pub(crate) struct Crew {
    dice: Dice,
    meant: BTreeMap<(Instant, u64), Intention>,
    n_meant: u64,
    /// How often something was done, by its word.
    pub done: BTreeMap<&'static str, u64>,
}

impl Crew {
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            meant: BTreeMap::new(),
            n_meant: 0,
            done: BTreeMap::new(),
        }
    }

    /// When somebody does something next.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.meant.keys().next().map(|(at, _)| *at)
    }

    fn mean(&mut self, at: Instant, intention: Intention) {
        self.n_meant += 1;
        self.meant.insert((at, self.n_meant), intention);
    }

    fn mean_after(&mut self, now: Instant, from: Span, to: Span, intention: Intention) {
        let after = self.dice.between(from, to);
        self.mean(now + after, intention);
    }

    /// Takes in what happened.
    pub(crate) fn see(&mut self, events: &[Arc<RecordedEvent>]) {
        for recorded in events {
            self.see_one(recorded.at, &recorded.new.event);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "these people react to the nine kinds that are named and to nothing else"
    )]
    fn see_one(&mut self, now: Instant, event: &Event) {
        match event {
            Event::TaskOffered { task } => self.see_offer(now, task),
            Event::TaskAccepted {
                task_id,
                unit: Some(unit),
                ..
            } => {
                let minute = Span::from_mins(1);
                self.mean(now + minute, Intention::Depart(*task_id, unit.clone()));
            }
            Event::TaskOutcomeRecorded {
                outcome,
                case_id: Some(case_id),
                ..
            } if outcome.outcome.outcome.needs_receiver()
                && self.dice.percent(PERCENT_CONFIRMED) =>
            {
                let (from, to) = (Span::from_mins(20), Span::from_mins(90));
                self.mean_after(now, from, to, Intention::Confirm(*case_id));
            }
            Event::EscalationOpened { escalation } if self.dice.percent(PERCENT_ACKNOWLEDGED) => {
                let (from, to) = (Span::from_secs(30), Span::from_mins(12));
                self.mean_after(now, from, to, Intention::Acknowledge(escalation.id));
            }
            Event::EscalationAcknowledged {
                escalation_id,
                late: false,
                ..
            } => {
                let (from, to) = (Span::from_mins(10), Span::from_mins(40));
                self.mean_after(now, from, to, Intention::Complete(*escalation_id));
            }
            Event::EscalationAskedAgain { escalation_id, .. } => {
                let (from, to) = (Span::from_secs(30), Span::from_mins(12));
                self.mean_after(now, from, to, Intention::Acknowledge(*escalation_id));
            }
            Event::AreaWarningChanged { change, .. } if change.confirm_by.is_some() => {
                if let Some(street) = change.streets.first() {
                    let code = street.warning.jurisdiction.clone();
                    let (from, to) = (Span::from_mins(2), Span::from_mins(10));
                    self.mean_after(now, from, to, Intention::ConfirmColour(code));
                }
            }
            Event::DutyCallsSet { joined, .. } => {
                for case_id in joined {
                    let (from, to) = (Span::from_mins(3), Span::from_mins(15));
                    self.mean_after(now, from, to, Intention::Take(*case_id));
                }
            }
            Event::TaskWaiting { task } if task.kind == TaskKind::OpenShelter => {
                self.see_offer(now, task);
            }
            _ => {}
        }
    }

    fn see_offer(&mut self, now: Instant, task: &Task) {
        if let Some(unit) = &task.unit
            && self.dice.percent(PERCENT_ACCEPTED)
        {
            let (from, to) = (Span::from_secs(20), Span::from_mins(4));
            self.mean_after(now, from, to, Intention::Accept(task.id, unit.clone()));
        }
        if let (TaskKind::OpenShelter, Some(resource), Some(keeper)) =
            (task.kind, &task.resource, &task.department)
        {
            let (from, to) = (Span::from_mins(10), Span::from_mins(40));
            let opens = Intention::OpenShelter(resource.clone(), keeper.clone());
            self.mean_after(now, from, to, opens);
        }
    }

    /// Does the next thing at its time. What is not to the point any more is left.
    pub(crate) fn act(&mut self, city: &mut City) -> Vec<Arc<RecordedEvent>> {
        let Some(((at, _), intention)) = self.meant.pop_first() else {
            return Vec::new();
        };
        city.now = city.now.max(at);
        let (word, events) = self.attempt(city, intention);
        if !events.is_empty() {
            *self.done.entry(word).or_default() += 1;
        }
        events
    }

    fn attempt(
        &mut self,
        city: &mut City,
        intention: Intention,
    ) -> (&'static str, Vec<Arc<RecordedEvent>>) {
        match intention {
            Intention::Accept(task, unit) => {
                let still = has_task(city, task, &unit, &[TaskState::Offered]);
                let command = Command::AcceptTask { task_id: task };
                ("accepted", run_if(still, city, patrol(&unit), command))
            }
            Intention::Depart(task, unit) => {
                let still = has_task(city, task, &unit, &[TaskState::Accepted]);
                let command = Command::DepartTask { task_id: task };
                let events = run_if(still, city, patrol(&unit), command);
                if still {
                    let (from, to) = (Span::from_mins(4), Span::from_mins(20));
                    self.mean_after(city.now, from, to, Intention::Arrive(task, unit));
                }
                ("departed", events)
            }
            Intention::Arrive(task, unit) => ("arrived", self.arrive(city, task, unit)),
            Intention::Record(task, unit) => ("outcome", self.record(city, task, &unit)),
            Intention::Confirm(case_id) => {
                let tables = &city.state.tables;
                let over = tables
                    .root(case_id)
                    .is_none_or(|case| case.state == CaseState::Closed);
                let command = Command::RecordArrivals {
                    case_id,
                    subjects: Vec::new(),
                    organisation: "接收单位".to_owned(),
                    name: "值班员".to_owned(),
                    at: None,
                };
                ("confirmed", run_if(!over, city, command_desk(), command))
            }
            Intention::Acknowledge(escalation_id) => {
                let command = Command::AcknowledgeEscalation {
                    escalation_id,
                    name: "值班员".to_owned(),
                    eta_min: None,
                };
                (
                    "acknowledged",
                    self.as_department(city, escalation_id, command),
                )
            }
            Intention::Complete(escalation_id) => {
                let command = Command::CompleteEscalation {
                    escalation_id,
                    text: "已处置".to_owned(),
                };
                (
                    "completed",
                    self.as_department(city, escalation_id, command),
                )
            }
            Intention::ConfirmColour(jurisdiction) => {
                let command = Command::ConfirmArea { jurisdiction };
                ("colour_confirmed", run(city, command_desk(), command))
            }
            Intention::Take(case_id) => {
                let still = city.state.tables.duty_call_cases.contains(&case_id);
                let command = Command::TakeCase {
                    case_id,
                    name: "区值班长".to_owned(),
                    reason: "无人应答".to_owned(),
                };
                ("taken", run_if(still, city, command_desk(), command))
            }
            Intention::OpenShelter(resource, keeper) => {
                let beds_free = city
                    .state
                    .tables
                    .resources
                    .get(&resource)
                    .and_then(|known| known.beds);
                let command = Command::SetResourceState {
                    resource,
                    open: true,
                    beds_free,
                    n_guests: None,
                };
                let actor = desk_of(&keeper);
                ("shelter_opened", run(city, actor, command))
            }
        }
    }

    fn arrive(&mut self, city: &mut City, task: TaskId, unit: UnitId) -> Vec<Arc<RecordedEvent>> {
        if !has_task(city, task, &unit, &[TaskState::Departed]) {
            return Vec::new();
        }
        let mut events = Vec::new();
        let tables = &city.state.tables;
        let known = tables.tasks.get(&task);
        let amended = known.is_some_and(|known| known.amended_seq.is_some());
        let place = known
            .and_then(|known| tables.cases.get(&known.case_id?))
            .and_then(|case| tables.position_of(case));
        if amended {
            let seen = Command::SeeTask { task_id: task };
            events.extend(run(city, patrol(&unit), seen));
        }
        if let Some(place) = place {
            let fix = UnitPosition {
                position: place.position,
                accuracy_m: Some(10.0),
                at: city.now,
                heard_at: city.now,
            };
            city.positions.insert(unit.clone(), fix);
        }
        let command = Command::ArriveTask { task_id: task };
        events.extend(run(city, patrol(&unit), command));
        let (from, to) = (Span::from_mins(5), Span::from_mins(20));
        self.mean_after(city.now, from, to, Intention::Record(task, unit));
        events
    }

    /// Records an outcome; where the rules do not take it of this case, the next that they may take.
    fn record(&mut self, city: &mut City, task: TaskId, unit: &UnitId) -> Vec<Arc<RecordedEvent>> {
        if !has_task(city, task, unit, &[TaskState::Arrived]) {
            return Vec::new();
        }
        let tables = &city.state.tables;
        let case = tables
            .tasks
            .get(&task)
            .and_then(|known| tables.root(known.case_id?));
        let Some(priority) = case.map(|case| case.grade.priority.value) else {
            return Vec::new();
        };
        for outcome in outcomes::tried(&mut self.dice, priority) {
            if let Some(events) = record_one(city, task, unit, outcome) {
                return events;
            }
        }
        Vec::new()
    }

    fn as_department(
        &self,
        city: &mut City,
        escalation_id: EscalationId,
        command: Command,
    ) -> Vec<Arc<RecordedEvent>> {
        let Some(escalation) = city.state.tables.escalations.get(&escalation_id) else {
            return Vec::new();
        };
        if !escalation.is_open() {
            return Vec::new();
        }
        let actor = desk_of(&escalation.department);
        run(city, actor, command)
    }
}

fn record_one(
    city: &mut City,
    task_id: TaskId,
    unit: &UnitId,
    outcome: Outcome,
) -> Option<Vec<Arc<RecordedEvent>>> {
    let id = city.next_id();
    let command = Command::RecordOutcome { task_id, outcome };
    city.submit(id, patrol(unit), BTreeSet::new(), command).ok()
}

fn has_task(city: &City, task: TaskId, unit: &UnitId, states: &[TaskState]) -> bool {
    city.state
        .tables
        .tasks
        .get(&task)
        .is_some_and(|known| known.unit.as_ref() == Some(unit) && states.contains(&known.state))
}

fn run_if(still: bool, city: &mut City, actor: Actor, command: Command) -> Vec<Arc<RecordedEvent>> {
    if still {
        run(city, actor, command)
    } else {
        Vec::new()
    }
}

/// Hands a command in. A refusal is counted by the city: people may be too late.
fn run(city: &mut City, actor: Actor, command: Command) -> Vec<Arc<RecordedEvent>> {
    let id = city.next_id();
    city.submit(id, actor, BTreeSet::new(), command)
        .unwrap_or_default()
}

fn actor(account: &str, role: Role) -> Actor {
    Actor {
        account: AccountName::from(account),
        role,
        jurisdictions: BTreeSet::new(),
        department: None,
        unit: None,
    }
}

/// The command centre, which also takes down what comes in by telephone.
pub(crate) fn command_desk() -> Actor {
    actor("command", Role::Command)
}

fn patrol(unit: &UnitId) -> Actor {
    Actor {
        unit: Some(unit.clone()),
        ..actor(&format!("patrol_{unit}"), Role::Patrol)
    }
}

/// The desk of a department; of a street office the duty of that street.
fn desk_of(department: &DepartmentId) -> Actor {
    match department.as_str().strip_prefix("street_") {
        Some(code) => Actor {
            jurisdictions: BTreeSet::from([JurisdictionCode::from(code)]),
            ..actor(department.as_str(), Role::Street)
        },
        None => Actor {
            department: Some(department.clone()),
            ..actor(department.as_str(), Role::Department)
        },
    }
}
