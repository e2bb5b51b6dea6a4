//! Reports of patrols, streets, desks and the hotline; what is learnt later; and the outbox of a phone.

use dispatch::Tables;
use dispatch::testing::{self, street_centre};
use model::command::{
    AdditionBody, Command, Description, Operation, OwnVisit, PersonalKind, PlaceBody,
    ReportSighting,
};
use model::id::{CommandId, PlaceId, RecordId, TaskId};
use model::outcome::OutcomeKind;
use model::sighting::{EmergencyCall, SameAnswer};
use model::sign::{AgeBand, PlaceLevel, Sex, Sign, Source};
use model::task::TaskState;
use model::time::{Instant, Span};
use runtime::submission::Submission;
use spatial::crs::{Crs, DeclaredPosition};

use super::{Generator, patrol_of};

const P0: [Sign; 4] = [
    Sign::Unconscious,
    Sign::SuspectedHypothermia,
    Sign::Violence,
    Sign::DrowningDanger,
];
const P1: [Sign; 5] = [
    Sign::Minor,
    Sign::SuspectedDementia,
    Sign::Immobile,
    Sign::Aged60OrOlder,
    Sign::SuspectedLost,
];
const P2: [Sign; 2] = [Sign::BeddedDown, Sign::AboutToBedDown];
const P3: [Sign; 4] = [
    Sign::BeddingOnly,
    Sign::SecondHand,
    Sign::Vague,
    Sign::WelfareRecheck,
];
const WORSE: [Sign; 3] = [Sign::WetClothing, Sign::NoBedding, Sign::Intoxicated];

impl Generator {
    pub(super) fn signs(&mut self) -> Vec<Sign> {
        let mut signs = vec![
            match self.chance.weighted(&[(10, 0), (20, 1), (50, 2), (20, 3)]) {
                0 => self.chance.of(&P0),
                1 => self.chance.of(&P1),
                2 => self.chance.of(&P2),
                _ => self.chance.of(&P3),
            },
        ];
        if self.chance.permille(250) {
            signs.push(self.chance.of(&WORSE));
        }
        signs
    }

    fn place(&mut self) -> (usize, DeclaredPosition) {
        let street = if self.chance.permille(800) {
            let hot = self.hot;
            self.chance.of(&hot)
        } else {
            self.chance.below(10)
        };
        let middle = street_centre(street);
        // Most of them within a hundred metres: some are the same people, some are not.
        let spread = self.chance.of(&[0.0001, 0.0004, 0.002, 0.009]);
        let (lon, lat) = (
            middle.lon() + spread * self.chance.offset(),
            middle.lat() + spread * self.chance.offset(),
        );
        let accuracy = self.chance.of(&[5.0, 12.0, 25.0, 60.0, 150.0]);
        (
            street,
            DeclaredPosition::new(lon, lat, Some(accuracy), Some(Crs::Wgs84)),
        )
    }

    pub(super) fn new_report(&mut self, now: Instant) -> (usize, ReportSighting) {
        let (street, position) = self.place();
        let signs = self.signs();
        let seen_at = if self.chance.permille(900) {
            now - Span::from_mins(self.chance.between(0, 20))
        } else {
            now - Span::from_hours(self.chance.between(1, 30))
        };
        let mut report = ReportSighting {
            position: Some(position),
            n_people: self.chance.weighted(&[(80, 1), (15, 2), (5, 3)]),
            more_people: self.chance.permille(30),
            ..testing::report(0, street, seen_at, &signs)
        };
        report.id = self.id().into();
        if self.chance.permille(300) {
            report.description = Some(Description {
                sex: Some(self.chance.of(Sex::ALL)),
                age_band: Some(self.chance.of(AgeBand::ALL)),
            });
        }
        if self.chance.permille(150) {
            report.place = Some(PlaceBody {
                id: self
                    .chance
                    .permille(500)
                    .then(|| PlaceId::from("p-caoyang")),
                name: Some("桥下东侧".to_owned()),
                level: Some(PlaceLevel::Underside),
            });
            if self.chance.permille(200) {
                report.position = None;
            }
        }
        if self.chance.permille(60) {
            report.emergency_calls.push(call(now));
        }
        (street, report)
    }

    /// A report by whoever comes first.
    pub(super) fn report(&mut self, tables: &Tables, now: Instant) -> Submission {
        let (street, mut report) = self.new_report(now);
        let actor = match self.chance.weighted(&[(60, 0), (10, 1), (25, 2), (5, 3)]) {
            0 => {
                if self.chance.permille(300) {
                    report.task = Some(OwnVisit {
                        id: TaskId(self.id()),
                        state: self.chance.of(&[
                            TaskState::Accepted,
                            TaskState::Departed,
                            TaskState::Arrived,
                        ]),
                    });
                }
                testing::patrol(street + 1)
            }
            1 => {
                report.source = Source::Public;
                testing::street_duty(street)
            }
            2 => {
                report.source = self.chance.of(&[Source::Hotline, Source::SelfReport]);
                report.source_ref = Some(format!("12345-{}", self.chance.below(100_000)));
                testing::command_desk()
            }
            _ => {
                report.source = Source::Department;
                testing::department("police")
            }
        };
        report.drill = !tables.drill && self.chance.permille(20);
        let record = RecordId::from(report.id);
        let mut submission =
            Submission::new(report.id.into(), actor, Command::ReportSighting(report));
        if self.chance.permille(400) {
            submission
                .personal
                .push(self.secret(record, PersonalKind::Looks));
        }
        if self.chance.permille(300) {
            submission
                .personal
                .push(self.secret(record, PersonalKind::Note));
        }
        submission
    }

    pub(super) fn addition(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let sighting = self.chance.one(tables.sightings.values().cloned())?;
        let case = tables.root(sighting.case_id)?.clone();
        let actor = match &sighting.unit {
            Some(unit) if self.chance.permille(700) => patrol_of(unit),
            _ => self.decider(&case),
        };
        let id = RecordId(self.id());
        let addition = AdditionBody {
            id: Some(id),
            signs_added: if self.chance.permille(500) {
                self.signs()
            } else {
                Vec::new()
            },
            // Taken back within the minute, when a glove slipped.
            signs_withdrawn: if self.chance.permille(200) {
                vec![self.chance.of(&P0)]
            } else {
                Vec::new()
            },
            n_people: self.chance.permille(200).then(|| self.chance.few(1, 3)),
            place: None,
            position: self.chance.permille(200).then(|| self.place().1),
            description: None,
            emergency_calls: if self.chance.permille(100) {
                vec![call(now)]
            } else {
                Vec::new()
            },
            reason: Some("补充".to_owned()),
        };
        let mut submission = self.ids.by(
            actor,
            Command::AddToSighting {
                sighting_id: sighting.id,
                addition,
            },
        );
        if self.chance.permille(300) {
            submission
                .personal
                .push(self.secret(id, PersonalKind::Looks));
        }
        Some(submission)
    }

    pub(super) fn same(&mut self, tables: &Tables) -> Option<Submission> {
        let asked = tables
            .sightings
            .values()
            .filter(|sighting| !sighting.may_duplicate.is_empty())
            .cloned();
        let sighting = self.chance.one(asked)?;
        let suggestion = sighting.may_duplicate.first()?;
        let actor = sighting
            .unit
            .as_ref()
            .map_or_else(testing::command_desk, patrol_of);
        let answer = self.chance.of(SameAnswer::ALL);
        Some(self.ids.by(
            actor,
            Command::AnswerSame {
                sighting_id: sighting.id,
                case_id: suggestion.case_id,
                answer,
            },
        ))
    }

    /// A ticket that is answered, sometimes twice.
    pub(super) fn reply(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let sent = tables
            .sightings
            .values()
            .filter(|sighting| sighting.wants_reply())
            .cloned();
        let sighting = self.chance.one(sent)?;
        let case = tables.root(sighting.case_id)?.clone();
        let actor = self.decider(&case);
        Some(self.ids.by(
            actor,
            Command::ReplyToSighting {
                sighting_id: sighting.id,
                name: "值班员".to_owned(),
                at: Some(now),
            },
        ))
    }

    /// What a phone kept while it had no signal.
    pub(super) fn outbox(&mut self, tables: &Tables, now: Instant) -> Submission {
        let n = 1 + self.chance.below(11);
        let actor = testing::patrol(n);
        let mut operations: Vec<Operation> = Vec::new();
        let mut personal = Vec::new();
        let mut device_seq = 0;
        let seen = self.chance.permille(500).then(|| {
            tables
                .head
                .saturating_sub(u64::from(self.chance.few(0, 60)))
        });
        let ago = self.chance.between(1, 40);
        let mut found_out_later = None;
        for _ in 0..self.chance.few(1, 4) {
            device_seq += 1;
            let recorded_at = now - Span::from_mins(ago) + Span::from_secs(device_seq);
            let ends = found_out_later.take();
            let command = if let Some((_, task_id)) = ends {
                Command::RecordOutcome {
                    task_id,
                    outcome: self.outcome_of(OutcomeKind::NotASubject, recorded_at),
                }
            } else if self.chance.permille(400) {
                let (_, mut report) = self.new_report(recorded_at);
                report.offline = true;
                report.recorded_at = Some(recorded_at);
                if self.chance.permille(600) {
                    let id = TaskId(self.id());
                    report.task = Some(OwnVisit {
                        id,
                        state: TaskState::Arrived,
                    });
                    // What was opened and ended before anybody heard of it.
                    found_out_later = self.chance.permille(400).then(|| (report.id.into(), id));
                }
                personal.push(self.secret(report.id.into(), PersonalKind::Note));
                Command::ReportSighting(report)
            } else {
                match self.step_of_unit(tables, now, n) {
                    Some(command) => command,
                    None => Command::LookAtPlace {
                        place: PlaceId::from("p-changfeng"),
                    },
                }
            };
            let id = match &command {
                Command::ReportSighting(report) => report.id.into(),
                _ => CommandId(self.id()),
            };
            let needs = operations
                .last()
                .filter(|_| self.chance.permille(300))
                .map(|before| before.id)
                .or(ends.map(|(report, _)| report))
                .into_iter()
                .collect();
            operations.push(Operation {
                id,
                device_seq: u64::try_from(device_seq).unwrap_or(0),
                recorded_at,
                seen_seq: seen,
                needs,
                content_tag: String::new(),
                personal: std::collections::BTreeSet::new(),
                repeated: false,
                command: Ok(Box::new(command)),
            });
        }
        let mut submission = self.ids.by(
            actor,
            Command::Sync {
                device: format!("phone-{n}"),
                sent_at: now,
                operations,
            },
        );
        submission.personal = personal;
        submission
    }
}

pub(super) fn call(now: Instant) -> EmergencyCall {
    EmergencyCall {
        number: "120".to_owned(),
        by: "巡查员".to_owned(),
        at: now,
    }
}
