//! Departments answer, in time, late, in part or not at all; and who reads what must stay sealed.

use std::sync::Arc;

use dispatch::Tables;
use dispatch::testing::{self, DEPARTMENTS};
use model::command::{Command, Purpose};
use model::escalation::{DeclineReason, Escalation};
use model::id::DepartmentId;
use runtime::submission::Submission;

use super::{Generator, desk_of, patrol_of};

impl Generator {
    pub(super) fn answer(&mut self, tables: &Tables) -> Option<Submission> {
        let open = tables.open_escalations.values().flatten().copied();
        let id = self.chance.one(open)?;
        let escalation = tables.escalations.get(&id)?.clone();
        Some(self.answer_to(&escalation))
    }

    pub(super) fn late_answer(&mut self, tables: &Tables) -> Option<Submission> {
        let over = tables
            .escalations
            .values()
            .filter(|escalation| escalation.ended.is_some())
            .cloned();
        let escalation = self.chance.one(over)?;
        Some(self.answer_to(&escalation))
    }

    fn answer_to(&mut self, escalation: &Arc<Escalation>) -> Submission {
        let actor = if self.chance.permille(950) {
            desk_of(&escalation.department)
        } else {
            self.anybody()
        };
        let escalation_id = escalation.id;
        let acknowledged = escalation.acknowledged_at.is_some();
        let what = if acknowledged {
            self.chance
                .weighted(&[(10, 0), (50, 1), (30, 2), (5, 4), (5, 5)])
        } else {
            self.chance
                .weighted(&[(70, 0), (3, 1), (2, 2), (8, 3), (9, 4), (8, 5)])
        };
        let text = self.words();
        let command = match what {
            0 => Command::AcknowledgeEscalation {
                escalation_id,
                name: "值班员".to_owned(),
                eta_min: self.chance.permille(500).then(|| self.chance.few(5, 40)),
            },
            1 => Command::ReportEscalation {
                escalation_id,
                text,
            },
            2 => Command::CompleteEscalation {
                escalation_id,
                text,
            },
            3 => Command::AcceptPart {
                escalation_id,
                name: "值班员".to_owned(),
                part: "送医".to_owned(),
                reason: text,
            },
            4 => Command::TransferEscalation {
                escalation_id,
                to: DepartmentId::from(self.chance.of(&DEPARTMENTS)),
                reason: text,
            },
            _ => Command::DeclineEscalation {
                escalation_id,
                reason: self.chance.of(DeclineReason::ALL),
                text,
            },
        };
        self.ids.by(actor, command)
    }

    pub(super) fn read_personal(&mut self, tables: &Tables) -> Option<Submission> {
        if self.chance.permille(150) {
            return self.read_off_duty(tables);
        }
        let case = self.case(tables)?;
        let unit = tables
            .tasks_of(case.id)
            .into_iter()
            .find_map(|task| task.unit.clone());
        let actor = match (
            self.chance.weighted(&[(25, 0), (25, 1), (20, 2), (30, 3)]),
            unit,
        ) {
            (0, Some(unit)) => patrol_of(&unit),
            (1, _) => self.decider(&case),
            (2, _) => testing::department(self.chance.of(&[
                "police",
                "health",
                "rescue_station",
                "city_management",
            ])),
            _ => self.anybody(),
        };
        let purpose = self.chance.of(Purpose::ALL);
        Some(self.ids.by(
            actor,
            Command::ReadPersonal {
                case_id: case.id,
                purpose,
            },
        ))
    }
    /// A patrol that went home asks for a case that it had.
    fn read_off_duty(&mut self, tables: &Tables) -> Option<Submission> {
        let off_duty = tables
            .shifts
            .values()
            .filter(|shift| shift.ended_at.is_some())
            .map(|shift| shift.unit.clone());
        let unit = self.chance.one(off_duty)?;
        let had = tables
            .tasks
            .values()
            .filter(|task| task.unit.as_ref() == Some(&unit))
            .filter_map(|task| task.case_id);
        let case_id = self.chance.one(had)?;
        let purpose = self.chance.of(Purpose::ALL);
        Some(
            self.ids
                .by(patrol_of(&unit), Command::ReadPersonal { case_id, purpose }),
        )
    }
}
