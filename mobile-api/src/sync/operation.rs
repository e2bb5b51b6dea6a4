//! One operation of an outbox: its heading, its body by its kind, its personal fields taken off.

use std::collections::BTreeSet;

use model::actor::Actor;
use model::command::{AdditionBody, Command, Operation, ReportSighting};
use model::id::{CommandId, HoldId, PlaceId, RecordId, ResourceId, SightingId, TaskId};
use model::outcome::Outcome;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::EmergencyCall;
use runtime::submission::PersonalField;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;
use web::body::{read_below, take_personal};
use web::call::personal_of;
use web::content::Empty;
use web::form::{check_addition, check_calls, check_report};

use super::{SyncOperation, Unread};
use crate::hold::HoldBody;
use crate::shift::ShiftBody;
use crate::sighting::SameBody;
use crate::task::ReturnBody;

/// What an operation does: the calls of a patrol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// `PUT /sightings/{id}`; the operation's id is the sighting's.
    Sighting,
    /// `POST /sightings/{target}/additions`
    Addition,
    /// `POST /sightings/{target}/same`
    Same,
    /// `POST /tasks/{target}/accept`
    Accept,
    /// `POST /tasks/{target}/depart`
    Depart,
    /// `POST /tasks/{target}/arrive`
    Arrive,
    /// `POST /tasks/{target}/outcome`
    Outcome,
    /// `POST /tasks/{target}/return`
    Return,
    /// `POST /tasks/{target}/seen`
    Seen,
    /// `POST /cases/{target}/emergency_calls`
    EmergencyCall,
    /// `POST /places/{target}/looked`
    Looked,
    /// `POST /shifts/start`
    ShiftStart,
    /// `POST /shifts/check_in`
    ShiftCheckIn,
    /// `POST /shifts/end`
    ShiftEnd,
    /// `POST /panic`
    Panic,
    /// `POST /resources/{target}/holds`
    Hold,
    /// `POST /holds/{target}/arrive`
    HoldArrive,
    /// `POST /holds/{target}/release`
    HoldRelease,
}

impl OperationKind {
    /// Whether note and looks may stand in its body.
    const fn has_personal_fields(self) -> bool {
        match self {
            Self::Sighting | Self::Addition | Self::Outcome | Self::Return => true,
            Self::Same
            | Self::Accept
            | Self::Depart
            | Self::Arrive
            | Self::Seen
            | Self::EmergencyCall
            | Self::Looked
            | Self::ShiftStart
            | Self::ShiftCheckIn
            | Self::ShiftEnd
            | Self::Panic
            | Self::Hold
            | Self::HoldArrive
            | Self::HoldRelease => false,
        }
    }
}

/// An operation as the core takes it, with the personal fields that came with it.
pub struct ReadOperation {
    /// For the core.
    pub operation: Operation,
    /// For the store.
    pub personal: Vec<PersonalField>,
}

/// Reads one operation. A body of a wrong form is a refusal of this operation alone.
///
/// # Errors
/// When not even the heading can be read.
pub fn read(value: &Value, actor: &Actor, below: &str) -> Result<ReadOperation, Box<Unread>> {
    let heading: SyncOperation = read_below(value.clone(), below)
        .map_err(|refusal| Box::new(Unread::new(value, refusal)))?;
    let id = heading.id;
    let mut body = heading.body.unwrap_or_else(|| Value::Object(Map::new()));
    let below = format!("{below}/body");
    let target = heading.target.as_deref();
    let taken = if heading.kind.has_personal_fields() {
        take_personal(&mut body).map_err(|refusal| below_of(refusal, &below))
    } else {
        Ok(Vec::new())
    };
    let read = taken.and_then(|taken| {
        let command = command_of(heading.kind, id, target, body, actor, &below)?;
        let personal = personal_of(&command, id, taken);
        Ok((command, personal))
    });
    let (command, personal) = match read {
        Ok((command, personal)) => (Ok(Box::new(command)), personal),
        Err(refusal) => (Err(refusal), Vec::new()),
    };
    Ok(ReadOperation {
        operation: Operation {
            id,
            device_seq: heading.device_seq,
            recorded_at: heading.recorded_at,
            seen_seq: heading.seen_seq,
            needs: heading.needs,
            content_tag: String::new(),
            personal: BTreeSet::new(),
            repeated: false,
            command,
        },
        personal,
    })
}

/// A refusal whose pointer begins at the operation's body.
fn below_of(mut refusal: Refusal, below: &str) -> Refusal {
    refusal.pointer = refusal.pointer.map(|pointer| format!("{below}{pointer}"));
    refusal
}

fn command_of(
    kind: OperationKind,
    id: CommandId,
    target: Option<&str>,
    body: Value,
    actor: &Actor,
    below: &str,
) -> Result<Command, Refusal> {
    let task = || uuid_of(target, below).map(TaskId);
    let nothing = |body| read_below::<Empty>(body, below);
    Ok(match kind {
        OperationKind::Sighting => {
            let mut report: ReportSighting = read_below(body, below)?;
            report.id = SightingId(id.0);
            report.offline = true;
            check_report(&report, actor, below)?;
            Command::ReportSighting(report)
        }
        OperationKind::Addition => {
            let mut addition: AdditionBody = read_below(body, below)?;
            check_addition(&addition, actor, below)?;
            addition.id.get_or_insert(RecordId(id.0));
            Command::AddToSighting {
                sighting_id: uuid_of(target, below)?.into(),
                addition,
            }
        }
        OperationKind::Same => {
            let SameBody { case_id, answer } = read_below(body, below)?;
            Command::AnswerSame {
                sighting_id: uuid_of(target, below)?.into(),
                case_id,
                answer,
            }
        }
        OperationKind::Accept => {
            nothing(body)?;
            Command::AcceptTask { task_id: task()? }
        }
        OperationKind::Depart => {
            nothing(body)?;
            Command::DepartTask { task_id: task()? }
        }
        OperationKind::Arrive => {
            nothing(body)?;
            Command::ArriveTask { task_id: task()? }
        }
        OperationKind::Outcome => {
            let outcome: Outcome = read_below(body, below)?;
            Command::RecordOutcome {
                task_id: task()?,
                outcome,
            }
        }
        OperationKind::Return => {
            let ReturnBody { reason } = read_below(body, below)?;
            Command::ReturnTask {
                task_id: task()?,
                reason,
            }
        }
        OperationKind::Seen => {
            nothing(body)?;
            Command::SeeTask { task_id: task()? }
        }
        OperationKind::EmergencyCall => {
            let call: EmergencyCall = read_below(body, below)?;
            check_calls(std::slice::from_ref(&call), below)?;
            Command::RecordEmergencyCall {
                case_id: uuid_of(target, below)?.into(),
                call,
            }
        }
        OperationKind::Looked => {
            nothing(body)?;
            Command::LookAtPlace {
                place: PlaceId::from(name_of(target, below)?),
            }
        }
        OperationKind::ShiftStart => {
            let ShiftBody { ends_at, lone } = read_below(body, below)?;
            Command::StartShift { ends_at, lone }
        }
        OperationKind::ShiftCheckIn => {
            nothing(body)?;
            Command::CheckIn
        }
        OperationKind::ShiftEnd => {
            nothing(body)?;
            Command::EndShift
        }
        OperationKind::Panic => {
            nothing(body)?;
            Command::RaisePanic
        }
        OperationKind::Hold => {
            let HoldBody { case_id, n, until } = read_below(body, below)?;
            Command::HoldBeds {
                resource: ResourceId::from(name_of(target, below)?),
                case_id,
                n,
                until,
            }
        }
        OperationKind::HoldArrive => {
            nothing(body)?;
            let hold_id: HoldId = uuid_of(target, below)?.into();
            Command::ArriveHold { hold_id }
        }
        OperationKind::HoldRelease => {
            nothing(body)?;
            let hold_id: HoldId = uuid_of(target, below)?.into();
            Command::ReleaseHold { hold_id }
        }
    })
}

/// The pointer of the target beside a body.
fn target_pointer(below: &str) -> String {
    format!("{}/target", below.strip_suffix("/body").unwrap_or(below))
}

fn name_of<'a>(target: Option<&'a str>, below: &str) -> Result<&'a str, Refusal> {
    target.ok_or_else(|| Refusal::new(RefusalCode::MissingField).at(target_pointer(below)))
}

fn uuid_of(target: Option<&str>, below: &str) -> Result<Uuid, Refusal> {
    name_of(target, below)?
        .parse()
        .map_err(|_| Refusal::new(RefusalCode::BadId).at(target_pointer(below)))
}
