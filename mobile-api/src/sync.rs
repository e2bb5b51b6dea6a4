//! The offline outbox: operations read one by one, handed in as one command, one answer each. A malformed operation is
//! refused alone; the others go on.

mod operation;

use axum::Json;
use model::command::Command;
use model::event::SyncLabel;
use model::id::CommandId;
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use runtime::submission::{Answer, OperationEnd, PersonalField};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::body;
use web::call::Call;
use web::content::LargeJson;
use web::documents::{CommandParams, CommandProblems};
use web::problem::{Problem, ProblemDocument, document_of};
use web::words;

pub use operation::OperationKind;

/// An outbox.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncBody {
    /// Which device.
    pub device: String,
    /// When it was sent, by the device's clock.
    pub sent_at: Instant,
    /// In the device's order.
    #[schema(value_type = Vec<SyncOperation>)]
    pub operations: Vec<Value>,
}

/// One operation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncOperation {
    /// Its id: the id of its command; for a sighting the sighting's.
    pub id: CommandId,
    /// The device's count.
    pub device_seq: u64,
    /// What.
    pub kind: OperationKind,
    /// The id of what it is about: of the sighting, task, case, place, resource or hold.
    #[serde(default)]
    pub target: Option<String>,
    /// When the device wrote it down.
    pub recorded_at: Instant,
    /// What the device had seen of the thing.
    #[serde(default)]
    pub seen_seq: Option<u64>,
    /// Operations of this outbox that must have been accepted.
    #[serde(default)]
    pub needs: Vec<CommandId>,
    /// The body that the call of this kind takes.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
}

/// What became of an outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncAnswers {
    /// One for each operation, in their order.
    pub answers: Vec<SyncAnswer>,
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncAnswer {
    /// Its id; absent when it could not be read.
    pub id: Option<CommandId>,
    /// How.
    pub result: SyncResult,
    /// Whether it was made without knowing the latest.
    pub label: SyncLabel,
    /// The answer, where it was accepted.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
    /// Why not, where it was refused.
    pub problem: Option<ProblemDocument>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncResult {
    /// Now or earlier.
    Accepted,
    /// Its form or a rule says no.
    Refused,
    /// An operation that it needs was not accepted.
    Held,
}

/// Sends an outbox. Safe to repeat; decided whole before any effect leaves.
#[utoipa::path(post, path = "/api/v1/sync", tag = "sightings", params(CommandParams), request_body = SyncBody,
    responses((status = 200, description = "One answer for each operation", body = SyncAnswers), CommandProblems))]
pub async fn sync(call: Call, LargeJson(body): LargeJson) -> Result<Json<SyncAnswers>, Problem> {
    let outbox: SyncBody = body::read(body)?;
    check(&outbox, call.reading.services.limits.operations_max)?;
    let mut readings = Vec::with_capacity(outbox.operations.len());
    let mut operations = Vec::with_capacity(outbox.operations.len());
    let mut personal: Vec<PersonalField> = Vec::new();
    for (i, value) in outbox.operations.into_iter().enumerate() {
        match operation::read(&value, call.actor(), &format!("/operations/{i}")) {
            Ok(mut read) => {
                readings.push(Reading::Whole(read.operation.id));
                personal.append(&mut read.personal);
                operations.push(read.operation);
            }
            Err(unread) => readings.push(Reading::Unread(*unread)),
        }
    }
    let command = Command::Sync {
        device: outbox.device,
        sent_at: outbox.sent_at,
        operations,
    };
    let submission = call.submission(call.id(), command, personal);
    let answer = call.submit_whole(submission).await?;
    Ok(Json(SyncAnswers {
        answers: answers(readings, answer),
    }))
}

/// How far an operation could be read.
enum Reading {
    Whole(CommandId),
    Unread(Unread),
}

/// An operation without a usable heading.
pub struct Unread {
    id: Option<CommandId>,
    refusal: Refusal,
}

fn check(outbox: &SyncBody, operations_max: usize) -> Result<(), Refusal> {
    if !words::fits(&outbox.device) {
        return Err(Refusal::new(RefusalCode::TextLength).at("/device"));
    }
    if outbox.operations.len() > operations_max {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at("/operations")
            .with("max", operations_max));
    }
    Ok(())
}

/// One answer for each operation as it was sent, also for those that never reached the core.
fn answers(readings: Vec<Reading>, answer: Answer) -> Vec<SyncAnswer> {
    let mut outcomes = answer.operations.into_iter();
    readings
        .into_iter()
        .map(|reading| match reading {
            Reading::Unread(unread) => refused(unread.id, SyncLabel::Clean, &unread.refusal),
            Reading::Whole(id) => match outcomes.next() {
                Some(outcome) => match outcome.result {
                    OperationEnd::Accepted { body, .. } => SyncAnswer {
                        id: Some(id),
                        result: SyncResult::Accepted,
                        label: outcome.label,
                        body: Some(body),
                        problem: None,
                    },
                    OperationEnd::Refused(refusal) => refused(Some(id), outcome.label, &refusal),
                    OperationEnd::Held => SyncAnswer {
                        id: Some(id),
                        result: SyncResult::Held,
                        label: outcome.label,
                        body: None,
                        problem: Some(document_of(&RefusalCode::NeedsNotMet.into())),
                    },
                },
                None => refused(Some(id), SyncLabel::Clean, &RefusalCode::Internal.into()),
            },
        })
        .collect()
}

fn refused(id: Option<CommandId>, label: SyncLabel, refusal: &Refusal) -> SyncAnswer {
    SyncAnswer {
        id,
        result: SyncResult::Refused,
        label,
        body: None,
        problem: Some(document_of(refusal)),
    }
}

/// The id of an operation that cannot be read as a whole, if at least that can be.
fn id_of(value: &Value) -> Option<CommandId> {
    let text = value.get("id")?.as_str()?;
    text.parse::<Uuid>().ok().map(CommandId)
}

impl Unread {
    fn new(value: &Value, refusal: Refusal) -> Self {
        Self {
            id: id_of(value),
            refusal,
        }
    }
}
