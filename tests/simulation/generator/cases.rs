//! Named people decide about cases: raise, lower, send, take, merge and undo, split, move, close, hand over, link.

use dispatch::Tables;
use dispatch::testing::{self, STREETS};
use model::case::ClosingDecision;
use model::command::{Command, GradeDecision, PersonalKind, Relocation, SubjectBody};
use model::grade::{Level, Priority, Tier};
use model::id::{JurisdictionCode, PersonId, RecordId, UnitId};
use model::outcome::OutcomeKind;
use model::person::NameQuality;
use model::sign::{AgeBand, Sex};
use model::time::Instant;
use runtime::submission::Submission;

use super::Generator;
use super::reports::call;

impl Generator {
    fn decision(&mut self) -> GradeDecision {
        GradeDecision {
            tier: self.chance.permille(300).then(|| self.chance.of(Tier::ALL)),
            priority: self
                .chance
                .permille(600)
                .then(|| self.chance.of(Priority::ALL)),
            warning_level: self
                .chance
                .permille(300)
                .then(|| self.chance.of(&[Level::Blue, Level::Yellow, Level::Orange])),
            reason: self.words(),
        }
    }

    pub(super) fn raise(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.open_case(tables)?;
        let (actor, to) = (self.decider(&case), self.decision());
        Some(self.seeing(
            case.seq,
            actor,
            Command::RaiseCase {
                case_id: case.id,
                to,
            },
        ))
    }

    pub(super) fn lower(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.open_case(tables)?;
        let (actor, to) = (self.decider(&case), self.decision());
        Some(self.seeing(
            case.seq,
            actor,
            Command::LowerCase {
                case_id: case.id,
                to,
            },
        ))
    }

    /// A decision made on a case as of a seq; rarely of an earlier one.
    fn seeing(&mut self, seq: u64, actor: model::actor::Actor, command: Command) -> Submission {
        let mut submission = self.ids.by(actor, command);
        if self.chance.permille(500) {
            submission.seen_seq = Some(if self.chance.permille(900) {
                seq
            } else {
                seq.saturating_sub(9)
            });
        }
        submission
    }

    pub(super) fn assign(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let unit = UnitId(format!("u-{}", self.chance.few(1, 11)));
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::AssignUnit {
                case_id: case.id,
                unit,
                reason,
            },
        ))
    }

    pub(super) fn take(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.open_case(tables)?;
        let actor = self.decider(&case);
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::TakeCase {
                case_id: case.id,
                name: "张".to_owned(),
                reason,
            },
        ))
    }

    pub(super) fn merge(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let beside = tables
            .active
            .get(&case.jurisdiction.code)
            .into_iter()
            .flatten()
            .filter(|id| **id != case.id)
            .copied();
        let into = self.chance.one(beside)?;
        let reason = self.words();
        let actor = self.decider(&case);
        Some(self.ids.by(
            actor,
            Command::MergeCases {
                case_id: case.id,
                into,
                same: Vec::new(),
                reason,
            },
        ))
    }

    pub(super) fn unmerge(&mut self, tables: &Tables) -> Option<Submission> {
        let merged = tables
            .cases
            .values()
            .filter(|case| case.merged_into.is_some())
            .cloned();
        let case = self.chance.one(merged)?;
        let actor = self.decider(&case);
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::UnmergeCase {
                survivor: case.merged_into?,
                case_id: case.id,
                take: Vec::new(),
                reason,
            },
        ))
    }

    pub(super) fn split(&mut self, tables: &Tables) -> Option<Submission> {
        let with_several = tables
            .cases
            .values()
            .filter(|case| case.sightings.len() > 1)
            .cloned();
        let case = self.chance.one(with_several)?;
        let sighting = self.chance.one(case.sightings.iter().copied())?;
        let other = self.case(tables).map(|case| case.id);
        let actor = self.decider(&case);
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::SplitCase {
                case_id: case.id,
                sightings: vec![sighting],
                to_case: other.filter(|_| self.chance.permille(200)),
                reason,
            },
        ))
    }

    pub(super) fn relocate(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let (code, _) = self.chance.of(&STREETS);
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::RelocateCase {
                case_id: case.id,
                to: Relocation {
                    place: None,
                    position: None,
                    jurisdiction: Some(JurisdictionCode::from(code)),
                    reason,
                },
            },
        ))
    }

    pub(super) fn note(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let mut submission = self.ids.by(actor, Command::NoteCase { case_id: case.id });
        let record = RecordId(submission.id.0);
        submission
            .personal
            .push(self.secret(record, PersonalKind::Note));
        Some(submission)
    }

    pub(super) fn close(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let reason = self.words();
        let outcome = self.chance.permille(500).then(|| {
            self.chance
                .of(&[OutcomeKind::NotASubject, OutcomeKind::Duplicate])
        });
        Some(self.ids.by(
            actor,
            Command::CloseCase {
                case_id: case.id,
                reason,
                outcome,
                decision: (outcome.is_none() && self.chance.permille(800)).then(|| {
                    ClosingDecision {
                        by: "值班长".to_owned(),
                        ground: "本人自愿离开".to_owned(),
                    }
                }),
            },
        ))
    }

    pub(super) fn emergency_call(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let case = self.open_case(tables)?;
        let actor = self.decider(&case);
        Some(self.ids.by(
            actor,
            Command::RecordEmergencyCall {
                case_id: case.id,
                call: call(now),
            },
        ))
    }

    pub(super) fn hand_over(&mut self, tables: &Tables) -> Option<Submission> {
        let running: Vec<_> = tables
            .hand_overs
            .values()
            .filter(|hand_over| hand_over.answer.is_none())
            .cloned()
            .collect();
        if let Some(hand_over) = self.chance.one(running)
            && self.chance.permille(500)
        {
            return Some(self.ids.by(
                testing::command_desk(),
                Command::AnswerHandOver {
                    hand_over_id: hand_over.id,
                    accept: self.chance.permille(600),
                    name: "对方值班员".to_owned(),
                },
            ));
        }
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let reason = self.words();
        Some(self.ids.by(
            actor,
            Command::OfferHandOver {
                case_id: case.id,
                to: "静安区救助站".to_owned(),
                reason,
            },
        ))
    }

    pub(super) fn arrivals(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let waiting = tables
            .active
            .values()
            .flatten()
            .filter_map(|id| tables.cases.get(id))
            .filter(|case| {
                case.subjects
                    .iter()
                    .filter_map(|subject| subject.outcome.as_ref())
                    .any(|outcome| !outcome.closing && outcome.outcome.outcome.needs_receiver())
            })
            .cloned();
        let case = self.chance.one(waiting)?;
        let actor = self.decider(&case);
        Some(self.ids.by(
            actor,
            Command::RecordArrivals {
                case_id: case.id,
                subjects: Vec::new(),
                organisation: "区救助管理站".to_owned(),
                name: "赵".to_owned(),
                at: self.chance.permille(500).then_some(now),
            },
        ))
    }

    pub(super) fn subject(&mut self, tables: &Tables) -> Option<Submission> {
        let case = self.case(tables)?;
        let actor = self.decider(&case);
        let person = self
            .chance
            .one(tables.persons.keys().copied())
            .filter(|_| self.chance.permille(700));
        let n = self
            .chance
            .one(case.subjects.iter().map(|subject| subject.n))
            .filter(|_| self.chance.permille(800));
        Some(self.ids.by(
            actor,
            Command::SetSubject {
                case_id: case.id,
                subject: SubjectBody {
                    n,
                    person_id: person,
                    unlink: person.is_none() && self.chance.permille(200),
                    sex: self.chance.permille(200).then_some(Sex::Male),
                    age_band: self.chance.permille(200).then_some(AgeBand::From60To79),
                },
            },
        ))
    }

    pub(super) fn person(&mut self, tables: &Tables) -> Option<Submission> {
        let known = self.chance.one(tables.persons.keys().copied());
        let other = self.chance.one(tables.persons.keys().copied());
        let reason = self.words();
        match (
            self.chance.weighted(&[(60, 0), (25, 1), (15, 2)]),
            known,
            other,
        ) {
            (1, Some(person_id), Some(with)) => Some(self.ids.by(
                testing::command_desk(),
                Command::JoinPersons {
                    person_id,
                    with,
                    reason,
                },
            )),
            (2, _, _) => {
                let joined = tables
                    .persons
                    .values()
                    .filter(|person| person.joined_to.is_some())
                    .map(|person| person.id);
                let person_id = self.chance.one(joined)?;
                Some(self.ids.by(
                    testing::command_desk(),
                    Command::SeparatePersons { person_id, reason },
                ))
            }
            _ => {
                let person_id = PersonId(self.id());
                let mut submission = self.ids.by(
                    testing::street_duty(self.hot[0]),
                    Command::OpenPerson {
                        person_id,
                        name_quality: self.chance.of(NameQuality::ALL),
                        age_band: self.chance.of(AgeBand::ALL),
                        special_care: self.chance.permille(500),
                    },
                );
                submission
                    .personal
                    .push(self.secret(RecordId(person_id.0), PersonalKind::Name));
                Some(submission)
            }
        }
    }
}
