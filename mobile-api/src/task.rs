//! Tasks: the list of one's own, and each step of the work.

use axum::Json;
use model::command::Command;
use model::id::TaskId;
use model::outcome::Outcome;
use model::task::ReturnReason;
use model::view::answer::ChangesAnswer;
use model::view::task::TaskView;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::{Answered, Page};
use web::call::{Call, Reading};
use web::content::{Empty, Form, PersonalForm};
use web::documents::{CommandParams, CommandProblems, ReadParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;

/// Why a task is given back.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// The reason.
    pub reason: ReturnReason,
}

/// Tasks that are not over and that the account may see.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks",
    params(("mine" = Option<bool>, Query, description = "Only those of the account's own unit or department"), ReadParams),
    responses((status = 200, description = "The earliest due first", body = Page<TaskView>), ReadProblems))]
pub async fn list(reading: Reading) -> Result<Json<Page<TaskView>>, Problem> {
    let mine = reading.queries.flag("mine")?.unwrap_or(false);
    let tasks = reading.view().tasks(reading.actor(), mine)?;
    Ok(Json(Page::whole(tasks)))
}

/// "I go."
#[utoipa::path(post, path = "/api/v1/tasks/{id}/accept", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn accept(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::AcceptTask { task_id })
        .await
}

/// Set out.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/depart", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn depart(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::DepartTask { task_id })
        .await
}

/// On site.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/arrive", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn arrive(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::ArriveTask { task_id })
        .await
}

/// What came of it: once, or once for each subject.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/outcome", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams),
    request_body(content = Outcome, description = "`note` may stand here too; it is kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn outcome(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    PersonalForm(form): PersonalForm<Outcome>,
) -> Result<Answered, Problem> {
    let command = Command::RecordOutcome {
        task_id,
        outcome: form.value,
    };
    call.submit(form.sent, command).await
}

/// Gives a task back.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/return", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams),
    request_body(content = ReturnBody, description = "`note` may stand here too; it is kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn give_back(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    PersonalForm(form): PersonalForm<ReturnBody>,
) -> Result<Answered, Problem> {
    let reason = form.value.reason;
    call.submit(form.sent, Command::ReturnTask { task_id, reason })
        .await
}

/// A change of the task was seen.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/seen", tag = "tasks",
    params(("id" = uuid::Uuid, Path, description = "The task"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn seen(
    call: Call,
    PathId(task_id): PathId<TaskId>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::SeeTask { task_id }).await
}
