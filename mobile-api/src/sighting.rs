//! Sightings: report one, add what is learnt later, answer whether it is the same person.

use axum::http::StatusCode;
use model::command::{AdditionBody, Command, ReportSighting};
use model::id::{CaseId, CommandId, RecordId, SightingId};
use model::sighting::SameAnswer;
use model::time::Instant;
use model::view::answer::{ChangesAnswer, SightingAnswer};
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::{Call, personal_of};
use web::content::{Form, PersonalForm};
use web::documents::CommandProblems;
use web::form::{check_addition, check_report};
use web::path::PathId;
use web::problem::Problem;
use web::words::Words;

/// The answer to `may_duplicate`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SameBody {
    /// The suggested case.
    pub case_id: CaseId,
    /// What the reporter says.
    pub answer: SameAnswer,
}

/// Who answered the system that sent the report.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyBody {
    /// The name.
    pub by: Words,
    /// When; absent = now.
    #[serde(default)]
    pub at: Option<Instant>,
}

/// Reports a sighting under the reporter's own id. The same again gets the same answer; other content is refused.
#[utoipa::path(put, path = "/api/v1/sightings/{id}", tag = "sightings",
    params(("id" = uuid::Uuid, Path, description = "The sighting, made by the reporter; also the id of the command"),
           ("preview" = Option<bool>, Query, description = "Only say what would happen"),
           ("district" = Option<String>, Query, description = "Which district, where an account has several")),
    request_body(content = ReportSighting, description = "`note` and `description.looks` may stand here too; they are kept apart."),
    responses((status = 201, description = "Accepted", body = SightingAnswer),
              (status = 200, description = "Accepted earlier: the first answer", body = SightingAnswer), CommandProblems))]
pub async fn report(
    call: Call,
    PathId(id): PathId<SightingId>,
    PersonalForm(form): PersonalForm<ReportSighting>,
) -> Result<Answered, Problem> {
    let mut report = form.value;
    report.id = id;
    check_report(&report, call.actor(), "")?;
    let recorded_at = report.recorded_at;
    let command = Command::ReportSighting(report);
    let id = CommandId::from(id);
    let personal = personal_of(&command, id, form.sent.personal);
    let mut submission = call.submission(id, command, personal);
    submission.recorded_at = recorded_at;
    let answer = call.submit_whole(submission).await?;
    let made = answer.first_time && !call.preview;
    Ok(Answered {
        number: if made {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        },
        body: answer.value,
    })
}

/// Adds what was learnt later: signs seen or taken back, a better place, a corrected number.
#[utoipa::path(post, path = "/api/v1/sightings/{id}/additions", tag = "sightings",
    params(("id" = uuid::Uuid, Path, description = "The sighting"), web::documents::CommandParams),
    request_body(content = AdditionBody, description = "`note` and `description.looks` may stand here too; they are kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn add(
    call: Call,
    PathId(id): PathId<SightingId>,
    PersonalForm(form): PersonalForm<AdditionBody>,
) -> Result<Answered, Problem> {
    let mut addition = form.value;
    check_addition(&addition, call.actor(), "")?;
    let command_id = call.named_id.unwrap_or_else(|| {
        addition
            .id
            .map_or_else(|| call.id(), |record| CommandId(record.0))
    });
    // The record has the id of its command where the sender named none, so that a repeat is the same.
    addition.id.get_or_insert(RecordId(command_id.0));
    let command = Command::AddToSighting {
        sighting_id: id,
        addition,
    };
    call.submit_as(command_id, None, form.sent, command).await
}

/// Answers whether a suggested case is about the same person.
#[utoipa::path(post, path = "/api/v1/sightings/{id}/same", tag = "sightings",
    params(("id" = uuid::Uuid, Path, description = "The sighting"), web::documents::CommandParams),
    request_body = SameBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn same(
    call: Call,
    PathId(id): PathId<SightingId>,
    form: Form<SameBody>,
) -> Result<Answered, Problem> {
    let SameBody { case_id, answer } = form.value;
    let command = Command::AnswerSame {
        sighting_id: id,
        case_id,
        answer,
    };
    call.submit(form.sent, command).await
}

/// Takes down that the system which sent the report was answered; once, also when its case is merged or closed.
#[utoipa::path(post, path = "/api/v1/sightings/{id}/reply", tag = "sightings",
    params(("id" = uuid::Uuid, Path, description = "The sighting"), web::documents::CommandParams),
    request_body = ReplyBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn reply(
    call: Call,
    PathId(sighting_id): PathId<SightingId>,
    form: Form<ReplyBody>,
) -> Result<Answered, Problem> {
    let ReplyBody { by, at } = form.value;
    let command = Command::ReplyToSighting {
        sighting_id,
        name: by.into(),
        at,
    };
    call.submit(form.sent, command).await
}
