//! Persons, known or nameless, and who is due a visit.

use axum::Json;
use model::command::Command;
use model::id::PersonId;
use model::person::NameQuality;
use model::sign::AgeBand;
use model::time::Instant;
use model::view::answer::ChangesAnswer;
use model::view::person::RevisitRow;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::{Answered, Page};
use web::call::{Call, Reading};
use web::content::{Form, PersonalForm};
use web::documents::{CommandParams, CommandProblems, ReadParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;
use web::words::Words;

/// A person to open.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// Their id, made by the sender; absent = the command's.
    #[serde(default)]
    pub id: Option<PersonId>,
    /// How sure the name is.
    #[serde(default = "no_name")]
    pub name_quality: NameQuality,
    /// Age.
    #[serde(default = "age_unknown")]
    pub age_band: AgeBand,
    /// 特殊关爱对象
    #[serde(default)]
    pub special_care: bool,
}

const fn no_name() -> NameQuality {
    NameQuality::None
}

const fn age_unknown() -> AgeBand {
    AgeBand::Unknown
}

/// With whom.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// The other person.
    pub with: PersonId,
    /// Why.
    pub reason: Words,
}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeparateBody {
    /// Why.
    pub reason: Words,
}

/// Opens a person.
#[utoipa::path(post, path = "/api/v1/persons", tag = "people", params(CommandParams),
    request_body(content = PersonBody, description = "`person_name`, `looks` and `note` may stand here too; they are kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn open(
    call: Call,
    PersonalForm(form): PersonalForm<PersonBody>,
) -> Result<Answered, Problem> {
    let body = form.value;
    let id = call.id();
    let command = Command::OpenPerson {
        // A repeat under the same id of the command opens the same person.
        person_id: body.id.unwrap_or(PersonId(id.0)),
        name_quality: body.name_quality,
        age_band: body.age_band,
        special_care: body.special_care,
    };
    call.submit_as(id, None, form.sent, command).await
}

/// Two persons are one.
#[utoipa::path(post, path = "/api/v1/persons/{id}/join", tag = "people",
    params(("id" = uuid::Uuid, Path, description = "The person"), CommandParams), request_body = JoinBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn join(
    call: Call,
    PathId(person_id): PathId<PersonId>,
    form: Form<JoinBody>,
) -> Result<Answered, Problem> {
    let JoinBody { with, reason } = form.value;
    let command = Command::JoinPersons {
        person_id,
        with,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// They are not.
#[utoipa::path(post, path = "/api/v1/persons/{id}/separate", tag = "people",
    params(("id" = uuid::Uuid, Path, description = "The person"), CommandParams), request_body = SeparateBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn separate(
    call: Call,
    PathId(person_id): PathId<PersonId>,
    form: Form<SeparateBody>,
) -> Result<Answered, Problem> {
    let command = Command::SeparatePersons {
        person_id,
        reason: form.value.reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Who is due a visit.
#[utoipa::path(get, path = "/api/v1/revisits", tag = "people",
    params(("due_by" = Option<String>, Query, description = "RFC 3339 with offset; absent = all that are planned"), ReadParams),
    responses((status = 200, description = "The earliest first", body = Page<RevisitRow>), ReadProblems))]
pub async fn revisits(reading: Reading) -> Result<Json<Page<RevisitRow>>, Problem> {
    let due_by: Option<Instant> = reading.queries.time("due_by")?;
    let revisits = reading.view().revisits(reading.actor(), due_by)?;
    Ok(Json(Page::whole(revisits)))
}
