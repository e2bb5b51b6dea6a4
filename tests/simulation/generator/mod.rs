//! What people do in a night: commands drawn from what is known, mostly sensible, sometimes by the wrong person, on the
//! wrong thing, or twice.

mod background;
mod cases;
mod departments;
mod reports;
mod tasks;

use std::sync::Arc;

use dispatch::Tables;
use dispatch::testing::{self, STREETS};
use model::actor::{Actor, Role};
use model::case::{Case, CaseState};
use model::command::{Command, PersonalKind};
use model::id::{AccountName, CommandId, DepartmentId, JurisdictionCode, RecordId, UnitId};
use model::time::Instant;
use runtime::submission::{PersonalField, Submission};
use uuid::Uuid;

use crate::chance::Chance;

/// Stands in every personal field and must stand nowhere else.
pub const SECRET: &str = "隐秘特征";

/// Draws the commands of one night.
pub struct Generator {
    /// The stream of choices.
    pub chance: Chance,
    ids: Ids,
    /// Most reports come from these streets, so that some are about the same people.
    hot: [usize; 3],
}

/// Ids that senders made.
struct Ids(u128);

impl Ids {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        testing::id(self.0)
    }

    fn by(&mut self, actor: Actor, command: Command) -> Submission {
        Submission::new(CommandId(self.next()), actor, command)
    }
}

impl Generator {
    /// For one seed.
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 10);
        let hot = [chance.below(10), chance.below(10), chance.below(10)];
        Self {
            chance,
            ids: Ids(0),
            hot,
        }
    }

    /// The same kind of account, where most things happen.
    pub fn near(&self, actor: Actor) -> Actor {
        match actor.role {
            Role::Street => testing::street_duty(self.hot[0]),
            Role::Patrol => testing::patrol(self.hot[0] + 1),
            Role::Department | Role::Command | Role::Auditor | Role::Admin | Role::System => actor,
        }
    }

    /// A command for what is known now. Sometimes there is nothing to do.
    pub fn next(&mut self, tables: &Tables, now: Instant) -> Option<Submission> {
        let what = self.chance.weighted(&[
            (8, Draw::Report),
            (4, Draw::Addition),
            (1, Draw::Same),
            (1, Draw::Reply),
            (36, Draw::TaskStep),
            (4, Draw::Return),
            (2, Draw::Unasked),
            (4, Draw::Sync),
            (3, Draw::Raise),
            (2, Draw::Lower),
            (2, Draw::Assign),
            (2, Draw::Take),
            (2, Draw::Merge),
            (1, Draw::Unmerge),
            (1, Draw::Split),
            (1, Draw::Relocate),
            (1, Draw::Note),
            (8, Draw::Close),
            (1, Draw::EmergencyCall),
            (1, Draw::HandOver),
            (2, Draw::Arrivals),
            (2, Draw::Subject),
            (2, Draw::Person),
            (4, Draw::ReadPersonal),
            (18, Draw::Answer),
            (3, Draw::LateAnswer),
            (1, Draw::Signal),
            (2, Draw::Area),
            (1, Draw::Confirm),
            (2, Draw::Resource),
            (2, Draw::Hold),
            (3, Draw::Shift),
            (1, Draw::Import),
            (1, Draw::Erase),
        ]);
        match what {
            Draw::Report => Some(self.report(tables, now)),
            Draw::Addition => self.addition(tables, now),
            Draw::Same => self.same(tables),
            Draw::Reply => self.reply(tables, now),
            Draw::TaskStep => self.task_step(tables, now),
            Draw::Return => self.give_back(tables),
            Draw::Unasked => self.unasked(tables, now),
            Draw::Sync => Some(self.outbox(tables, now)),
            Draw::Raise => self.raise(tables),
            Draw::Lower => self.lower(tables),
            Draw::Assign => self.assign(tables),
            Draw::Take => self.take(tables),
            Draw::Merge => self.merge(tables),
            Draw::Unmerge => self.unmerge(tables),
            Draw::Split => self.split(tables),
            Draw::Relocate => self.relocate(tables),
            Draw::Note => self.note(tables),
            Draw::Close => self.close(tables),
            Draw::EmergencyCall => self.emergency_call(tables, now),
            Draw::HandOver => self.hand_over(tables),
            Draw::Arrivals => self.arrivals(tables, now),
            Draw::Subject => self.subject(tables),
            Draw::Person => self.person(tables),
            Draw::ReadPersonal => self.read_personal(tables),
            Draw::Answer => self.answer(tables),
            Draw::LateAnswer => self.late_answer(tables),
            Draw::Signal => Some(self.signal(now)),
            Draw::Area => Some(self.area(now)),
            Draw::Confirm => self.confirm(tables),
            Draw::Resource => Some(self.resource()),
            Draw::Hold => self.hold(tables, now),
            Draw::Shift => Some(self.shift(now)),
            Draw::Import => Some(self.import(tables, now)),
            Draw::Erase => self.erase(tables),
        }
    }

    /// An id that a sender makes.
    pub fn id(&mut self) -> Uuid {
        self.ids.next()
    }

    /// A few words that must stay sealed.
    fn secret(&mut self, record: RecordId, kind: PersonalKind) -> PersonalField {
        PersonalField {
            record,
            kind,
            text: format!("{SECRET}{}", self.chance.below(1000)),
        }
    }

    /// An active case; rarely one that is closed or merged.
    fn case(&mut self, tables: &Tables) -> Option<Arc<Case>> {
        if self.chance.permille(60) {
            return self.chance.one(tables.cases.values().cloned());
        }
        let id = self.chance.one(tables.active.values().flatten().copied())?;
        tables.cases.get(&id).cloned()
    }

    fn open_case(&mut self, tables: &Tables) -> Option<Arc<Case>> {
        let open = tables
            .active
            .values()
            .flatten()
            .filter_map(|id| tables.cases.get(id))
            .filter(|case| case.state == CaseState::Open)
            .cloned();
        self.chance.one(open)
    }

    /// Somebody who decides about a case: mostly its street's duty or the command desk.
    fn decider(&mut self, case: &Case) -> Actor {
        match self.chance.weighted(&[(50, 0), (42, 1), (8, 2)]) {
            0 => testing::street_duty(street_of(&case.jurisdiction.code)),
            1 => testing::command_desk(),
            _ => self.anybody(),
        }
    }

    /// Anybody who has an account.
    pub fn anybody(&mut self) -> Actor {
        match self.chance.below(6) {
            0 => testing::patrol(1 + self.chance.below(11)),
            1 => testing::street_duty(self.chance.below(10)),
            2 => testing::department(self.chance.of(&testing::DEPARTMENTS)),
            3 => testing::command_desk(),
            4 => testing::auditor(),
            _ => admin(),
        }
    }

    fn words(&mut self) -> String {
        self.chance
            .of(&["夜间巡查发现", "已经联系", "按预案处理", "请尽快"])
            .to_owned()
    }
}

#[derive(Clone, Copy)]
enum Draw {
    Report,
    Addition,
    Same,
    Reply,
    TaskStep,
    Return,
    Unasked,
    Sync,
    Raise,
    Lower,
    Assign,
    Take,
    Merge,
    Unmerge,
    Split,
    Relocate,
    Note,
    Close,
    EmergencyCall,
    HandOver,
    Arrivals,
    Subject,
    Person,
    ReadPersonal,
    Answer,
    LateAnswer,
    Signal,
    Area,
    Confirm,
    Resource,
    Hold,
    Shift,
    Import,
    Erase,
}

/// The administrator.
pub fn admin() -> Actor {
    Actor {
        account: AccountName::from("admin"),
        role: Role::Admin,
        ..testing::command_desk()
    }
}

/// The index of a street; the first for one that is not known.
pub fn street_of(code: &JurisdictionCode) -> usize {
    STREETS
        .iter()
        .position(|(known, _)| *known == code.as_str())
        .unwrap_or(0)
}

/// The account of a unit.
pub fn patrol_of(unit: &UnitId) -> Actor {
    let n = unit
        .as_str()
        .trim_start_matches("u-")
        .parse()
        .unwrap_or(1_usize);
    testing::patrol(n)
}

/// The account that answers for a department.
pub fn desk_of(department: &DepartmentId) -> Actor {
    match department.as_str().strip_prefix("street_") {
        Some(code) => testing::street_duty(street_of(&JurisdictionCode::from(code))),
        None => testing::department(department.as_str()),
    }
}

/// The name of a command, for the counts.
pub fn name_of(command: &Command) -> String {
    serde_json::to_value(command)
        .ok()
        .and_then(|value| Some(value.get("command")?.as_str()?.to_owned()))
        .unwrap_or_default()
}
