//! Personal fields: the only way out. A read that cannot be logged is refused.

use axum::Json;
use model::command::{PersonalKind, Purpose};
use model::id::{CaseId, PersonId, RecordId, SightingId};
use model::refusal::{Refusal, RefusalCode};
use runtime::personal::{BelongsTo, OpenedField};
use serde::Serialize;
use utoipa::ToSchema;
use web::call::Call;
use web::documents::{CommandParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;

/// What was read, for which purpose.
#[derive(Serialize, ToSchema)]
pub struct PersonalFields {
    /// Of which case.
    pub case_id: CaseId,
    /// Why.
    pub purpose: Purpose,
    /// What this account may read for this purpose, oldest first.
    pub items: Vec<PersonalFieldView>,
}

/// One personal field.
#[derive(Serialize, ToSchema)]
pub struct PersonalFieldView {
    /// Which.
    pub kind: PersonalKind,
    /// Its record.
    pub record: RecordId,
    /// The sighting that it belongs to.
    pub sighting_id: Option<SightingId>,
    /// The person that it belongs to.
    pub person_id: Option<PersonId>,
    /// The text; for a photo its id.
    pub text: String,
}

/// Notes, looks and names of a case, for a purpose. The read stands in the case's timeline before anything is given.
#[utoipa::path(get, path = "/api/v1/cases/{id}/personal", tag = "personal",
    params(("id" = uuid::Uuid, Path, description = "The case"),
           ("purpose" = Purpose, Query, description = "Why"), CommandParams),
    responses((status = 200, description = "What this account may read for this purpose", body = PersonalFields), ReadProblems))]
pub async fn read(
    call: Call,
    PathId(case_id): PathId<CaseId>,
) -> Result<Json<PersonalFields>, Problem> {
    let purpose: Purpose = call
        .reading
        .queries
        .word("purpose")?
        .ok_or_else(|| Refusal::new(RefusalCode::MissingField).with("parameter", "purpose"))?;
    let id = call.id();
    let fields = call
        .reading
        .district
        .read_personal(id, call.actor().clone(), case_id, purpose)
        .await?;
    Ok(Json(PersonalFields {
        case_id,
        purpose,
        items: fields.into_iter().map(view_of).collect(),
    }))
}

fn view_of(field: OpenedField) -> PersonalFieldView {
    let (sighting_id, person_id) = match field.belongs_to {
        BelongsTo::Sighting(id) => (Some(id), None),
        BelongsTo::Person(id) => (None, Some(id)),
        BelongsTo::Note => (None, None),
    };
    PersonalFieldView {
        kind: field.kind,
        record: field.record,
        sighting_id,
        person_id,
        text: field.text.to_string(),
    }
}
