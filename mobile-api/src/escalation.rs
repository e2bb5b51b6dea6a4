//! Escalations: what a department is asked, and its answers.

use axum::Json;
use model::command::Command;
use model::escalation::DeclineReason;
use model::id::{DepartmentId, EscalationId};
use model::view::answer::ChangesAnswer;
use model::view::escalation::EscalationView;
use runtime::reads::cases::PAGE_MAX;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::{Answered, Page};
use web::call::{Call, Reading};
use web::content::Form;
use web::documents::{CommandParams, CommandProblems, ReadParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;
use web::words::Words;

/// "Mine."
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeBody {
    /// The name of who says so.
    pub name: Words,
    /// Minutes until they are there.
    #[serde(default)]
    pub eta_min: Option<u32>,
}

/// Progress, or the end.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// In words, without names.
    pub text: Words,
}

/// Yes, to a part.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptPartBody {
    /// The name of who says so.
    pub name: Words,
    /// Which part.
    pub part: Words,
    /// Why not all.
    pub reason: Words,
}

/// Another department should.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// Which.
    pub to: DepartmentId,
    /// Why.
    pub reason: Words,
}

/// No.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineBody {
    /// Why.
    pub reason: DeclineReason,
    /// In words.
    #[serde(default)]
    pub text: Option<Words>,
}

/// Escalations that the account may see.
#[utoipa::path(get, path = "/api/v1/escalations", tag = "escalations",
    params(("department" = Option<String>, Query, description = "Only those of this department"),
           ("open" = Option<bool>, Query, description = "Only those that are open, or only those that are not"),
           ("limit" = Option<usize>, Query, description = "Items of a page"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before"), ReadParams),
    responses((status = 200, description = "Newest first", body = Page<EscalationView>), ReadProblems))]
pub async fn list(reading: Reading) -> Result<Json<Page<EscalationView>>, Problem> {
    let department = reading.queries.one("department").map(DepartmentId::from);
    let open = reading.queries.flag("open")?;
    let page = reading.view().escalations(
        reading.actor(),
        department.as_ref(),
        open,
        reading.queries.one("cursor"),
        reading.queries.limit(PAGE_MAX)?,
    )?;
    Ok(Json(Page {
        items: page.items,
        next: page.next,
    }))
}

/// A named person of the department says "mine".
#[utoipa::path(post, path = "/api/v1/escalations/{id}/acknowledge", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = AcknowledgeBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn acknowledge(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<AcknowledgeBody>,
) -> Result<Answered, Problem> {
    let command = Command::AcknowledgeEscalation {
        escalation_id,
        name: form.value.name.into(),
        eta_min: form.value.eta_min,
    };
    call.submit(form.sent, command).await
}

/// Progress.
#[utoipa::path(post, path = "/api/v1/escalations/{id}/report", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = TextBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn report(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<TextBody>,
) -> Result<Answered, Problem> {
    let command = Command::ReportEscalation {
        escalation_id,
        text: form.value.text.into(),
    };
    call.submit(form.sent, command).await
}

/// Done.
#[utoipa::path(post, path = "/api/v1/escalations/{id}/complete", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = TextBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn complete(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<TextBody>,
) -> Result<Answered, Problem> {
    let command = Command::CompleteEscalation {
        escalation_id,
        text: form.value.text.into(),
    };
    call.submit(form.sent, command).await
}

/// Takes a part.
#[utoipa::path(post, path = "/api/v1/escalations/{id}/accept_part", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = AcceptPartBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn accept_part(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<AcceptPartBody>,
) -> Result<Answered, Problem> {
    let AcceptPartBody { name, part, reason } = form.value;
    let command = Command::AcceptPart {
        escalation_id,
        name: name.into(),
        part: part.into(),
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Says that another department should.
#[utoipa::path(post, path = "/api/v1/escalations/{id}/transfer", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = TransferBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn transfer(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<TransferBody>,
) -> Result<Answered, Problem> {
    let TransferBody { to, reason } = form.value;
    let command = Command::TransferEscalation {
        escalation_id,
        to,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Says no.
#[utoipa::path(post, path = "/api/v1/escalations/{id}/decline", tag = "escalations",
    params(("id" = uuid::Uuid, Path, description = "The escalation"), CommandParams), request_body = DeclineBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn decline(
    call: Call,
    PathId(escalation_id): PathId<EscalationId>,
    form: Form<DeclineBody>,
) -> Result<Answered, Problem> {
    let DeclineBody { reason, text } = form.value;
    let command = Command::DeclineEscalation {
        escalation_id,
        reason,
        text: text.map_or_else(String::new, Words::into_string),
    };
    call.submit(form.sent, command).await
}
