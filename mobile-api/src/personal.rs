//! Personal fields: the only way out. A read that cannot be logged is refused.

use axum::Json;
use model::command::Purpose;
use model::id::CaseId;
use model::refusal::{Refusal, RefusalCode};
use model::view::personal::PersonalView;
use web::call::Call;
use web::documents::{CommandParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;

/// Notes, looks and names of a case, for a purpose. The read stands in the case's timeline before anything is given.
#[utoipa::path(get, path = "/api/v1/cases/{id}/personal", tag = "personal",
    params(("id" = uuid::Uuid, Path, description = "The case"),
           ("purpose" = Purpose, Query, description = "Why"), CommandParams),
    responses((status = 200, description = "What this account may read for this purpose", body = PersonalView), ReadProblems))]
pub async fn read(
    call: Call,
    PathId(case_id): PathId<CaseId>,
) -> Result<Json<PersonalView>, Problem> {
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
    Ok(Json(fields))
}
