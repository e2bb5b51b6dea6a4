//! A wild night: orders made from plain numbers, as a generator of tests gives them. Each number means something
//! against the state as it stands, so that most orders are accepted and every kind of event comes about.

use model::actor::{Actor, Role};
use model::case::ClosingDecision;
use model::command::{
    AdditionBody, Command, GradeDecision, PlaceBody, Purpose, Relocation, SubjectBody,
};
use model::escalation::DeclineReason;
use model::grade::{Level, Priority, SignalColour, Tier};
use model::id::{
    CaseId, DepartmentId, HandOverId, HoldId, JurisdictionCode, PersonId, PlaceId, RecordId,
    ResourceId, UnitId,
};
use model::outcome::{HandedTo, Outcome, OutcomeDetail, OutcomeKind};
use model::person::NameQuality;
use model::sighting::{EmergencyCall, SameAnswer};
use model::sign::{AgeBand, PlaceLevel, Sex, Sign, Source};
use model::task::{ReturnReason, Task, TaskState};
use model::time::Span;
use spatial::crs::{Crs, DeclaredPosition};
use spatial::position::Position;

use super::background::{STREETS, street_centre};
use super::orders::{command_desk, department, patrol, report_at, signal, street_duty};
use super::{District, Happened, id};

/// One step of a wild night: what, and two numbers that choose among what is there.
pub type Step = (u8, u16, u16);

/// How many kinds of steps there are.
pub const N_KINDS: u8 = 35;

fn pick<T: Clone>(all: &[T], n: u16) -> Option<T> {
    let i = usize::from(n).checked_rem(all.len())?;
    all.get(i).cloned()
}

impl District {
    /// Does one step; none when there is nothing that it could be about. A refusal is as good as an acceptance.
    pub fn wild_step(&mut self, n: usize, step: Step) -> Option<Happened> {
        let (kind, a, b) = step;
        if kind % N_KINDS == 0 {
            let minutes = 1 + i64::from(a % 150);
            self.advance(Span::from_mins(minutes));
            return None;
        }
        let (actor, command) = self.wild_order(n, step)?;
        if kind % 5 == 1 {
            self.now = self.now + Span::from_secs(i64::from(b % 90));
        }
        let happened = self.run((actor, command));
        Some(happened)
    }

    fn wild_order(&self, n: usize, (kind, a, b): Step) -> Option<(Actor, Command)> {
        let cases: Vec<CaseId> = self.state.tables.cases.keys().copied().collect();
        let case = pick(&cases, a);
        let desk = command_desk();
        let reason = || "试".to_owned();
        let fresh = 0x1_0000 + u128::try_from(n).unwrap_or(0);
        Some(match kind % N_KINDS {
            1..=4 => self.wild_report(fresh, a, b),
            5..=8 => self.wild_task_step(a, b, true)?,
            9 => self.wild_task_step(a, b, false)?,
            10 | 11 => self.wild_escalation(a, b)?,
            12 => (
                desk,
                Command::RaiseArea {
                    jurisdiction: street(a),
                    level: pick(Level::ALL, b)?,
                    until: (b % 3 == 0).then(|| self.now + Span::from_hours(3)),
                    reason: reason(),
                },
            ),
            13 => {
                let mut weather = signal(
                    &format!("w{}", a % 3),
                    pick(SignalColour::ALL, b)?,
                    self.now,
                );
                weather.cancelled = b % 4 == 3;
                (desk, Command::ReceiveSignal(weather))
            }
            14 => (
                desk,
                Command::ConfirmArea {
                    jurisdiction: street(a),
                },
            ),
            15 => (
                desk,
                Command::MergeCases {
                    case_id: case?,
                    into: pick(&cases, b)?,
                    same: Vec::new(),
                    reason: reason(),
                },
            ),
            16 => {
                let merged: Vec<_> = self
                    .state
                    .tables
                    .cases
                    .values()
                    .filter_map(|case| Some((case.merged_into?, case.id)))
                    .collect();
                let (survivor, case_id) = pick(&merged, a)?;
                (
                    desk,
                    Command::UnmergeCase {
                        survivor,
                        case_id,
                        take: Vec::new(),
                        reason: reason(),
                    },
                )
            }
            17 => {
                let sightings = self.state.tables.sightings_of(case?);
                (
                    desk,
                    Command::SplitCase {
                        case_id: case?,
                        sightings: sightings.last().map(|s| s.id).into_iter().collect(),
                        to_case: (b % 2 == 0).then(|| pick(&cases, b)).flatten(),
                        reason: reason(),
                    },
                )
            }
            18 => (
                desk,
                Command::RelocateCase {
                    case_id: case?,
                    to: relocation(b),
                },
            ),
            19 => (
                street_duty(usize::from(a % 10)),
                Command::TakeCase {
                    case_id: case?,
                    name: "值班员".to_owned(),
                    reason: reason(),
                },
            ),
            20 => (
                desk,
                Command::CloseCase {
                    case_id: case?,
                    reason: reason(),
                    outcome: (b % 3 == 0).then_some(OutcomeKind::NotASubject),
                    decision: (b % 3 == 1).then(|| ClosingDecision {
                        by: "负责人".to_owned(),
                        ground: "复核".to_owned(),
                    }),
                },
            ),
            21 => (desk, raise_or_lower(case?, b)),
            22 => (
                desk,
                Command::AssignUnit {
                    case_id: case?,
                    unit: UnitId(format!("u-{}", 1 + b % 11)),
                    reason: reason(),
                },
            ),
            23 => self.wild_addition(fresh, a, b)?,
            24 => self.wild_person(fresh, a, b, case)?,
            25 => self.wild_bed(a, b, case)?,
            26 => self.wild_shift(a, b),
            27 => self.wild_hand_over(a, b, case)?,
            28 => (
                desk,
                Command::RecordEmergencyCall {
                    case_id: case?,
                    call: EmergencyCall {
                        number: "120".to_owned(),
                        by: "巡查员".to_owned(),
                        at: self.now,
                    },
                },
            ),
            29 => (desk, Command::NoteCase { case_id: case? }),
            30 => (
                desk,
                Command::ReadPersonal {
                    case_id: case?,
                    purpose: Purpose::Visit,
                },
            ),
            31 => (
                Actor::system(),
                Command::EraseDetails {
                    records: self
                        .state
                        .tables
                        .sightings_of(case?)
                        .first()
                        .map(|s| RecordId::from(s.id))
                        .into_iter()
                        .collect(),
                    ground: "到期".to_owned(),
                },
            ),
            32 => (
                desk,
                Command::RecordArrivals {
                    case_id: case?,
                    subjects: Vec::new(),
                    organisation: "救助站".to_owned(),
                    name: "接收人".to_owned(),
                    at: None,
                },
            ),
            33 => {
                let waiting: Vec<_> = self
                    .state
                    .tables
                    .sightings
                    .values()
                    .filter(|sighting| sighting.wants_reply())
                    .map(|sighting| sighting.id)
                    .collect();
                (
                    desk,
                    Command::ReplyToSighting {
                        sighting_id: pick(&waiting, a)?,
                        name: "值班员".to_owned(),
                        at: None,
                    },
                )
            }
            _ => (
                patrol(1 + usize::from(a % 11)),
                Command::LookAtPlace {
                    place: pick(
                        &[PlaceId::from("p-caoyang"), PlaceId::from("p-changfeng")],
                        b,
                    )?,
                },
            ),
        })
    }

    fn wild_report(&self, fresh: u128, a: u16, b: u16) -> (Actor, Command) {
        let street = usize::from(a % 4);
        let centre = street_centre(street);
        let step = 0.000_2 * f64::from(b % 5);
        let place = Position::new(centre.lon() + step, centre.lat()).unwrap_or(centre);
        let signs: &[Sign] = match b % 7 {
            0 => &[Sign::Unconscious],
            1 => &[Sign::Aged60OrOlder, Sign::BeddedDown],
            2 => &[Sign::BeddingOnly],
            3 => &[Sign::BeddedDown, Sign::WetClothing],
            _ => &[Sign::BeddedDown],
        };
        let mut report = report_at(fresh, place, self.now, signs);
        if b % 6 == 5 {
            report.description = Some(model::command::Description {
                sex: Some(Sex::Male),
                age_band: Some(AgeBand::From60To79),
            });
        }
        if b % 11 == 10 {
            report.position = None;
            report.place = Some(PlaceBody {
                id: Some(PlaceId::from("p-caoyang")),
                name: None,
                level: Some(PlaceLevel::Underside),
            });
        }
        let actor = match a % 3 {
            0 => patrol(street + 1),
            1 => street_duty(street),
            _ => command_desk(),
        };
        if actor.role == Role::Patrol && b % 13 == 12 {
            report.task = Some(model::command::OwnVisit {
                id: model::id::TaskId(id(fresh + 0x10_0000)),
                state: TaskState::Arrived,
            });
        }
        if b % 4 == 1 {
            report.source = Source::Hotline;
            report.source_ref = Some(format!("12345-{a}"));
        }
        report.drill = b % 17 == 16;
        (actor, Command::ReportSighting(report))
    }

    fn wild_task_step(&self, a: u16, b: u16, forward: bool) -> Option<(Actor, Command)> {
        let tasks: Vec<Task> = self
            .state
            .tables
            .tasks
            .values()
            .filter(|task| !task.state.is_over() && task.unit.is_some())
            .map(|task| (**task).clone())
            .collect();
        let task = pick(&tasks, a)?;
        let unit = task.unit.clone()?;
        let n: usize = unit.as_str().trim_start_matches("u-").parse().ok()?;
        let task_id = task.id;
        let command = if !forward {
            Command::ReturnTask {
                task_id,
                reason: pick(ReturnReason::ALL, b)?,
            }
        } else if task.amended_seq.is_some() {
            Command::SeeTask { task_id }
        } else {
            match task.state {
                TaskState::Offered => Command::AcceptTask { task_id },
                TaskState::Accepted => Command::DepartTask { task_id },
                TaskState::Departed => Command::ArriveTask { task_id },
                TaskState::Arrived => Command::RecordOutcome {
                    task_id,
                    outcome: outcome(b),
                },
                TaskState::Waiting
                | TaskState::Done
                | TaskState::Returned
                | TaskState::Withdrawn => return None,
            }
        };
        Some((patrol(n), command))
    }

    fn wild_escalation(&self, a: u16, b: u16) -> Option<(Actor, Command)> {
        let all: Vec<_> = self
            .state
            .tables
            .escalations
            .values()
            .filter(|e| e.is_open())
            .map(|e| (e.id, e.department.clone()))
            .collect();
        let (escalation_id, of) = pick(&all, a)?;
        let actor = STREETS
            .iter()
            .position(|(code, _)| DepartmentId::street(&JurisdictionCode::from(*code)) == of)
            .map_or_else(|| department(of.as_str()), street_duty);
        let text = || "已处理".to_owned();
        let command = match b % 8 {
            0..=3 => Command::AcknowledgeEscalation {
                escalation_id,
                name: "值班员".to_owned(),
                eta_min: b.is_multiple_of(3).then_some(20),
            },
            4 => Command::ReportEscalation {
                escalation_id,
                text: text(),
            },
            5 => Command::CompleteEscalation {
                escalation_id,
                text: text(),
            },
            6 => Command::DeclineEscalation {
                escalation_id,
                reason: DeclineReason::NoStaff,
                text: text(),
            },
            _ => Command::TransferEscalation {
                escalation_id,
                to: DepartmentId::from("health"),
                reason: text(),
            },
        };
        Some((actor, command))
    }

    fn wild_addition(&self, fresh: u128, a: u16, b: u16) -> Option<(Actor, Command)> {
        let sightings: Vec<_> = self.state.tables.sightings.values().cloned().collect();
        let sighting = pick(&sightings, a)?;
        let actor = match sighting.reporter_role {
            Role::Patrol => patrol(
                sighting
                    .reporter
                    .as_str()
                    .trim_start_matches("patrol")
                    .parse()
                    .ok()?,
            ),
            Role::Street
            | Role::Department
            | Role::Command
            | Role::Auditor
            | Role::Admin
            | Role::System => command_desk(),
        };
        if b % 4 == 3 {
            let other = sighting.may_duplicate.first()?.case_id;
            return Some((
                actor,
                Command::AnswerSame {
                    sighting_id: sighting.id,
                    case_id: other,
                    answer: pick(SameAnswer::ALL, b)?,
                },
            ));
        }
        let addition = AdditionBody {
            id: Some(RecordId(id(fresh + 0x20_0000))),
            signs_added: pick(&[vec![Sign::Immobile], vec![Sign::Violence], Vec::new()], b)?,
            signs_withdrawn: if b.is_multiple_of(5) {
                vec![Sign::Unconscious]
            } else {
                Vec::new()
            },
            n_people: b.is_multiple_of(3).then_some(2),
            place: None,
            position: None,
            description: None,
            emergency_calls: Vec::new(),
            reason: Some("补充".to_owned()),
        };
        Some((
            actor,
            Command::AddToSighting {
                sighting_id: sighting.id,
                addition,
            },
        ))
    }

    fn wild_person(
        &self,
        fresh: u128,
        a: u16,
        b: u16,
        case: Option<CaseId>,
    ) -> Option<(Actor, Command)> {
        let persons: Vec<PersonId> = self.state.tables.persons.keys().copied().collect();
        let command = match b % 4 {
            0 => Command::OpenPerson {
                person_id: PersonId(id(fresh + 0x30_0000)),
                name_quality: NameQuality::CodeName,
                age_band: AgeBand::From60To79,
                special_care: a.is_multiple_of(2),
            },
            1 => Command::SetSubject {
                case_id: case?,
                subject: SubjectBody {
                    n: Some(1),
                    person_id: pick(&persons, a),
                    unlink: false,
                    sex: None,
                    age_band: None,
                },
            },
            2 => Command::JoinPersons {
                person_id: pick(&persons, a)?,
                with: pick(&persons, b)?,
                reason: "同一人".to_owned(),
            },
            _ => Command::SeparatePersons {
                person_id: pick(&persons, a)?,
                reason: "不是".to_owned(),
            },
        };
        Some((command_desk(), command))
    }

    fn wild_bed(&self, a: u16, b: u16, case: Option<CaseId>) -> Option<(Actor, Command)> {
        let resource = pick(
            &[ResourceId::from("r-station"), ResourceId::from("r-shelter")],
            a,
        )?;
        let holds: Vec<HoldId> = self.state.tables.holds.keys().copied().collect();
        Some(match b % 4 {
            0 | 1 => (
                command_desk(),
                Command::SetResourceState {
                    resource,
                    open: b % 8 != 1,
                    beds_free: Some(u32::from(b % 20)),
                    n_guests: None,
                },
            ),
            2 => (
                department("rescue_station"),
                Command::HoldBeds {
                    resource,
                    case_id: case?,
                    n: 1,
                    until: self.now + Span::from_hours(1),
                },
            ),
            _ => (
                department("rescue_station"),
                if a.is_multiple_of(2) {
                    Command::ArriveHold {
                        hold_id: pick(&holds, a)?,
                    }
                } else {
                    Command::ReleaseHold {
                        hold_id: pick(&holds, a)?,
                    }
                },
            ),
        })
    }

    fn wild_shift(&self, a: u16, b: u16) -> (Actor, Command) {
        let command = match b % 4 {
            0 => Command::StartShift {
                ends_at: Some(self.now + Span::from_hours(6)),
                lone: a.is_multiple_of(2),
            },
            1 => Command::CheckIn,
            2 => Command::RaisePanic,
            _ => Command::EndShift,
        };
        (patrol(1 + usize::from(a % 11)), command)
    }

    fn wild_hand_over(&self, a: u16, b: u16, case: Option<CaseId>) -> Option<(Actor, Command)> {
        let open: Vec<HandOverId> = self
            .state
            .tables
            .hand_overs
            .values()
            .filter(|hand_over| hand_over.answer.is_none())
            .map(|hand_over| hand_over.id)
            .collect();
        let command = match pick(&open, a) {
            Some(hand_over_id) if b.is_multiple_of(2) => Command::AnswerHandOver {
                hand_over_id,
                accept: b.is_multiple_of(4),
                name: "对方值班".to_owned(),
            },
            Some(_) | None => Command::OfferHandOver {
                case_id: case?,
                to: "静安区".to_owned(),
                reason: "跨区".to_owned(),
            },
        };
        Some((command_desk(), command))
    }
}

fn street(n: u16) -> JurisdictionCode {
    pick(&STREETS, n).map_or_else(
        || JurisdictionCode::from("310107005"),
        |(code, _)| JurisdictionCode::from(code),
    )
}

fn relocation(b: u16) -> Relocation {
    let centre = street_centre(usize::from(b % 10));
    Relocation {
        place: None,
        position: b.is_multiple_of(2).then(|| {
            DeclaredPosition::new(centre.lon(), centre.lat(), Some(8.0), Some(Crs::Wgs84))
        }),
        jurisdiction: (b % 2 == 1).then(|| street(b)),
        reason: "更正".to_owned(),
    }
}

fn raise_or_lower(case_id: CaseId, b: u16) -> Command {
    let to = GradeDecision {
        tier: pick(
            &[None, Some(Tier::One), Some(Tier::Two), Some(Tier::Three)],
            b,
        )
        .flatten(),
        priority: b.is_multiple_of(3).then_some(Priority::P1),
        warning_level: b.is_multiple_of(5).then_some(Level::Orange),
        reason: "研判".to_owned(),
    };
    if b.is_multiple_of(2) {
        Command::RaiseCase { case_id, to }
    } else {
        Command::LowerCase { case_id, to }
    }
}

fn outcome(b: u16) -> Outcome {
    let (kind, detail) = match b % 8 {
        0 => (OutcomeKind::Refused, Some(OutcomeDetail::Belongings)),
        1 => (OutcomeKind::NotFound, Some(OutcomeDetail::NoTrace)),
        2 => (OutcomeKind::Accepted, Some(OutcomeDetail::Station)),
        3 => (OutcomeKind::StreetAid, None),
        4 => (OutcomeKind::Treated, Some(OutcomeDetail::Hospital)),
        5 => (OutcomeKind::NotASubject, None),
        6 => (OutcomeKind::DeathOrInjury, None),
        _ => (OutcomeKind::Police, Some(OutcomeDetail::Lost)),
    };
    Outcome {
        outcome: kind,
        detail,
        subjects: Vec::new(),
        n_met: Some(1),
        offered: vec!["station".to_owned()],
        informed: true,
        card_left: true,
        items: Vec::new(),
        legal_basis: None,
        capacity: None,
        assessed_by: None,
        searched: vec!["deck".to_owned()],
        handed_to: b.is_multiple_of(3).then(|| HandedTo {
            organisation: "救助站".to_owned(),
            name: "接收人".to_owned(),
            at: None,
            confirmed_at: None,
        }),
        at: None,
    }
}
