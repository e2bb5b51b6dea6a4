//! Orders for the test district: who, what, and the rarer things around a command.

use std::collections::BTreeSet;

use model::actor::{Actor, Role};
use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::command::{Command, PersonalKind, ReportSighting};
use model::grade::SignalColour;
use model::id::{
    AccountName, CommandId, DepartmentId, JurisdictionCode, SightingId, SignalId, UnitId,
};
use model::sign::{Sign, Source};
use model::time::{Instant, Span};
use spatial::crs::{Crs, DeclaredPosition};
use spatial::position::Position;

use super::background::{STREETS, street_centre};
use super::id;

/// A command with who gives it.
#[derive(Clone, Debug)]
pub struct Order {
    pub(crate) actor: Actor,
    pub(super) command: Command,
    pub(super) id: Option<CommandId>,
    pub(super) recorded_at: Option<Instant>,
    pub(super) seen_seq: Option<u64>,
    pub(super) personal: BTreeSet<PersonalKind>,
}

impl Order {
    /// By somebody.
    pub fn by(actor: Actor, command: Command) -> Self {
        Self {
            actor,
            command,
            id: None,
            recorded_at: None,
            seen_seq: None,
            personal: BTreeSet::new(),
        }
    }

    /// Under an id of the sender's.
    #[must_use]
    pub fn under(mut self, id: CommandId) -> Self {
        self.id = Some(id);
        self
    }

    /// Written down earlier.
    #[must_use]
    pub fn recorded(mut self, at: Instant) -> Self {
        self.recorded_at = Some(at);
        self
    }

    /// Having seen the case as of a seq.
    #[must_use]
    pub fn having_seen(mut self, seq: u64) -> Self {
        self.seen_seq = Some(seq);
        self
    }

    /// With personal fields, which the inbox took off.
    #[must_use]
    pub fn with_personal(mut self, kinds: &[PersonalKind]) -> Self {
        self.personal = kinds.iter().copied().collect();
        self
    }
}

impl From<(Actor, Command)> for Order {
    fn from((actor, command): (Actor, Command)) -> Self {
        Self::by(actor, command)
    }
}

fn code_of(street: usize) -> JurisdictionCode {
    let (code, _) = STREETS.get(street).expect("one of the ten streets");
    JurisdictionCode::from(*code)
}

fn actor(account: String, role: Role) -> Actor {
    Actor {
        account: AccountName(account),
        role,
        jurisdictions: BTreeSet::new(),
        department: None,
        unit: None,
    }
}

/// `patrol1` of unit `u-1` belongs to the first street; `patrol11` of `u-11` too.
pub fn patrol(n: usize) -> Actor {
    Actor {
        jurisdictions: BTreeSet::from([code_of((n + 9) % 10)]),
        unit: Some(UnitId(format!("u-{n}"))),
        ..actor(format!("patrol{n}"), Role::Patrol)
    }
}

/// The duty of a street, by its index.
pub fn street_duty(street: usize) -> Actor {
    Actor {
        jurisdictions: BTreeSet::from([code_of(street)]),
        ..actor(format!("street{}", street + 1), Role::Street)
    }
}

/// A department desk: `police`, `rescue_station`, …
pub fn department(name: &str) -> Actor {
    Actor {
        department: Some(DepartmentId::from(name)),
        ..actor(name.to_owned(), Role::Department)
    }
}

/// The command centre.
pub fn command_desk() -> Actor {
    actor("command".to_owned(), Role::Command)
}

/// The auditor.
pub fn auditor() -> Actor {
    actor("auditor".to_owned(), Role::Auditor)
}

/// A patrol's report of one person in the middle of a street, seen now; more is set on the result.
pub fn report(n: u128, street: usize, seen_at: Instant, signs: &[Sign]) -> ReportSighting {
    report_at(n, street_centre(street), seen_at, signs)
}

/// The same somewhere else.
pub fn report_at(n: u128, place: Position, seen_at: Instant, signs: &[Sign]) -> ReportSighting {
    ReportSighting {
        id: SightingId(id(n)),
        position: Some(DeclaredPosition::new(
            place.lon(),
            place.lat(),
            Some(10.0),
            Some(Crs::Wgs84),
        )),
        seen_at,
        signs: signs.to_vec(),
        n_people: 1,
        more_people: false,
        place: None,
        description: None,
        source: Source::Patrol,
        source_ref: None,
        reply_by: None,
        task: None,
        emergency_calls: Vec::new(),
        offline: false,
        recorded_at: None,
        device_seq: None,
        drill: false,
        history: false,
    }
}

/// A cold wave over the whole district, for a day.
pub fn signal(name: &str, colour: SignalColour, issued_at: Instant) -> WeatherSignal {
    WeatherSignal {
        id: SignalId::from(name),
        kind: SignalKind::ColdWave,
        colour: Some(colour),
        issued_at,
        expires_at: Some(issued_at + Span::from_days(1)),
        station: "上海中心气象台".to_owned(),
        areas: vec![JurisdictionCode::from("310107")],
        values: WeatherValues::default(),
        cancelled: false,
    }
}
