//! Hand-overs to another district or organisation, and the answers to them.

use model::command::Command;
use model::id::{CaseId, HandOverId};
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::{Form, PersonalForm};
use web::documents::{CommandParams, CommandProblems};
use web::path::PathId;
use web::problem::Problem;
use web::words::Words;

/// To whom.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverBody {
    /// District or organisation.
    pub to: Words,
    /// Why.
    pub reason: Words,
}

/// Who of the other side says so.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverAnswerBody {
    /// The name.
    pub name: Words,
}

/// Offers a case to another district or organisation. It stays ours until a named person there accepts.
#[utoipa::path(post, path = "/api/v1/cases/{id}/hand_over", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = HandOverBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn offer(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<HandOverBody>,
) -> Result<Answered, Problem> {
    let HandOverBody { to, reason } = form.value;
    let command = Command::OfferHandOver {
        case_id,
        to: to.into(),
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// A named person of the other side takes the case.
#[utoipa::path(post, path = "/api/v1/hand-overs/{id}/accept", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The hand-over"), CommandParams),
    request_body(content = HandOverAnswerBody, description = "`note` may stand here too; it is kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn accept(
    call: Call,
    PathId(id): PathId<HandOverId>,
    PersonalForm(form): PersonalForm<HandOverAnswerBody>,
) -> Result<Answered, Problem> {
    let command = answer(id, form.value, Said::Yes);
    call.submit(form.sent, command).await
}

/// A named person of the other side does not take the case.
#[utoipa::path(post, path = "/api/v1/hand-overs/{id}/decline", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The hand-over"), CommandParams),
    request_body(content = HandOverAnswerBody, description = "`note` may stand here too; it is kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn decline(
    call: Call,
    PathId(id): PathId<HandOverId>,
    PersonalForm(form): PersonalForm<HandOverAnswerBody>,
) -> Result<Answered, Problem> {
    let command = answer(id, form.value, Said::No);
    call.submit(form.sent, command).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Yes,
    No,
}

fn answer(hand_over_id: HandOverId, body: HandOverAnswerBody, said: Said) -> Command {
    Command::AnswerHandOver {
        hand_over_id,
        accept: said == Said::Yes,
        name: body.name.into(),
    }
}
