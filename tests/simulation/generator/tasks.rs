//! Units go: accept, set out, arrive, record what came of it, give back; shifts and beds.

use std::sync::Arc;

use dispatch::Tables;
use dispatch::testing;
use model::command::{Command, PersonalKind};
use model::id::{HoldId, PlaceId, RecordId, ResourceId, TaskId, UnitId};
use model::outcome::{HandedTo, Item, LegalBasis, NamedPerson, Outcome, OutcomeKind};
use model::task::{ReturnReason, Task, TaskState};
use model::time::{Instant, Span};
use runtime::submission::Submission;

use super::{Generator, desk_of, patrol_of};

impl Generator {
    fn running_task(&mut self, tables: &Tables) -> Option<Arc<Task>> {
        let held = tables.tasks_of_unit.values().flatten().copied();
        let id: TaskId = self.chance.one(held)?;
        tables.tasks.get(&id).cloned()
    }

    /// The next step of some task.
    pub(super) fn task_step(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let task = if self.chance.permille(60) {
            let of_departments = tables
                .tasks
                .values()
                .filter(|task| task.department.is_some() && !task.state.is_over())
                .cloned();
            self.chance.one(of_departments)?
        } else {
            self.running_task(tables)?
        };
        let actor = match (&task.unit, &task.department) {
            _ if self.chance.permille(30) => self.anybody(),
            (Some(unit), _) => patrol_of(unit),
            (None, Some(department)) => desk_of(department),
            (None, None) => testing::patrol(1 + self.chance.below(11)),
        };
        let command = self.step(&task, now);
        let with_note =
            matches!(command, Command::RecordOutcome { .. }) && self.chance.permille(400);
        let mut submission = self.ids.by(actor, command);
        if with_note {
            let record = RecordId(submission.id.0);
            submission
                .personal
                .push(self.secret(record, PersonalKind::Note));
        }
        Some(submission)
    }

    fn step(&mut self, task: &Task, now: Instant) -> Command {
        let task_id = task.id;
        if task.amended_seq.is_some() && self.chance.permille(300) {
            return Command::SeeTask { task_id };
        }
        match task.state {
            TaskState::Waiting | TaskState::Offered => Command::AcceptTask { task_id },
            TaskState::Accepted if self.chance.permille(800) => Command::DepartTask { task_id },
            TaskState::Accepted | TaskState::Departed if self.chance.permille(850) => {
                Command::ArriveTask { task_id }
            }
            TaskState::Accepted
            | TaskState::Departed
            | TaskState::Arrived
            | TaskState::Done
            | TaskState::Returned
            | TaskState::Withdrawn => Command::RecordOutcome {
                task_id,
                outcome: self.outcome(now),
            },
        }
    }

    /// The next step of a task that a unit holds.
    pub(super) fn step_of_unit(
        &mut self,
        tables: &Tables,
        now: Instant,
        n: usize,
    ) -> Option<Command> {
        let held = tables.tasks_of_unit.get(&UnitId(format!("u-{n}")))?;
        let id = self.chance.one(held.iter().copied())?;
        let task = tables.tasks.get(&id)?.clone();
        Some(self.step(&task, now))
    }

    pub(super) fn outcome(&mut self, now: Instant) -> Outcome {
        let kind = self.chance.weighted(&[
            (30, OutcomeKind::Refused),
            (18, OutcomeKind::NotFound),
            (12, OutcomeKind::StreetAid),
            (14, OutcomeKind::Accepted),
            (5, OutcomeKind::Treated),
            (4, OutcomeKind::Police),
            (2, OutcomeKind::MinorHandOver),
            (2, OutcomeKind::OtherDistrict),
            (8, OutcomeKind::NotASubject),
            (3, OutcomeKind::Duplicate),
            (2, OutcomeKind::DeathOrInjury),
        ]);
        self.outcome_of(kind, now)
    }

    pub(super) fn outcome_of(&mut self, kind: OutcomeKind, now: Instant) -> Outcome {
        let detail = self.chance.one(kind.details().iter().copied());
        let complete = self.chance.permille(930);
        Outcome {
            outcome: kind,
            detail: detail.filter(|_| self.chance.permille(900)),
            subjects: if self.chance.permille(120) {
                vec![1]
            } else {
                Vec::new()
            },
            n_met: Some(1),
            offered: if complete {
                vec!["station".to_owned(), "quilt".to_owned()]
            } else {
                Vec::new()
            },
            informed: complete,
            card_left: true,
            items: vec![Item {
                name: "棉被".to_owned(),
                n: 1,
            }],
            legal_basis: self.chance.permille(60).then(|| LegalBasis {
                ground: self
                    .chance
                    .of(&[
                        "emergency_treatment",
                        "danger_with_mental_disorder",
                        "minor",
                    ])
                    .to_owned(),
                article: "30".to_owned(),
                decided_by: self.chance.of(&["police", "health", "patrol"]).to_owned(),
            }),
            capacity: None,
            assessed_by: Some(NamedPerson {
                organisation: "120".to_owned(),
                name: "王".to_owned(),
            }),
            searched: Vec::new(),
            handed_to: (kind.needs_receiver() && self.chance.permille(700)).then(|| HandedTo {
                organisation: "救助站".to_owned(),
                name: "李".to_owned(),
                at: Some(now),
                confirmed_at: self.chance.permille(500).then_some(now),
            }),
            at: None,
        }
    }

    pub(super) fn give_back(&mut self, tables: &Tables) -> Option<Submission> {
        let task = self.running_task(tables)?;
        let actor = patrol_of(task.unit.as_ref()?);
        let reason = self.chance.of(ReturnReason::ALL);
        Some(self.ids.by(
            actor,
            Command::ReturnTask {
                task_id: task.id,
                reason,
            },
        ))
    }

    /// A step of a task that is over, or somebody else's.
    pub(super) fn unasked(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let task = self.chance.one(tables.tasks.values().cloned())?;
        let actor = match &task.unit {
            Some(unit) if self.chance.permille(600) => patrol_of(unit),
            _ => self.anybody(),
        };
        let task_id = task.id;
        let command = match self.chance.below(4) {
            0 => Command::AcceptTask { task_id },
            1 => Command::SeeTask { task_id },
            2 => Command::ArriveTask { task_id },
            _ => Command::RecordOutcome {
                task_id,
                outcome: self.outcome(now),
            },
        };
        Some(self.ids.by(actor, command))
    }

    pub(super) fn shift(&mut self, now: Instant) -> Submission {
        let actor = testing::patrol(1 + self.chance.below(11));
        let command = match self
            .chance
            .weighted(&[(50, 0), (15, 1), (12, 2), (4, 3), (20, 4)])
        {
            0 => Command::StartShift {
                ends_at: self
                    .chance
                    .permille(600)
                    .then(|| now + Span::from_hours(self.chance.between(1, 9))),
                lone: self.chance.permille(300),
            },
            1 => Command::CheckIn,
            2 => Command::EndShift,
            3 => Command::RaisePanic,
            _ => Command::LookAtPlace {
                place: PlaceId::from(self.chance.of(&["p-caoyang", "p-changfeng", "p-changshou"])),
            },
        };
        self.ids.by(actor, command)
    }

    pub(super) fn hold(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let running: Vec<HoldId> = tables
            .holds
            .values()
            .filter(|hold| hold.ended.is_none())
            .map(|hold| hold.id)
            .collect();
        let station = testing::department("rescue_station");
        if let Some(hold_id) = self.chance.one(running)
            && self.chance.permille(500)
        {
            let command = if self.chance.permille(500) {
                Command::ArriveHold { hold_id }
            } else {
                Command::ReleaseHold { hold_id }
            };
            return Some(self.ids.by(station, command));
        }
        let case = self.case(tables)?;
        let unit = tables
            .tasks_of(case.id)
            .into_iter()
            .find_map(|task| task.unit.clone());
        let actor = match unit {
            Some(unit) if self.chance.permille(600) => patrol_of(&unit),
            _ => station,
        };
        Some(self.ids.by(
            actor,
            Command::HoldBeds {
                resource: ResourceId::from("r-station"),
                case_id: case.id,
                n: self.chance.few(1, 2),
                until: now + Span::from_mins(self.chance.between(10, 180)),
            },
        ))
    }
}
