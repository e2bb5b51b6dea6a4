//! Colours of areas: what they are, and raising, lowering and confirming them by name.

use axum::Json;
use model::command::Command;
use model::grade::Level;
use model::id::JurisdictionCode;
use model::time::Instant;
use model::view::answer::ChangesAnswer;
use model::view::area::AreaWarningView;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::{Answered, Page};
use web::call::{Call, Reading};
use web::content::{Empty, Form};
use web::documents::{CommandParams, CommandProblems, ReadParams, ReadProblems};
use web::path::PathName;
use web::problem::Problem;
use web::words::Words;

/// A raise.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseBody {
    /// To which colour.
    pub level: Level,
    /// Its named end; absent = until lowered.
    #[serde(default)]
    pub until: Option<Instant>,
    /// Why.
    pub reason: Words,
}

/// A lowering.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LowerBody {
    /// To which colour.
    pub level: Level,
    /// Why.
    pub reason: Words,
}

/// The colours of all streets.
#[utoipa::path(get, path = "/api/v1/area-warnings", tag = "areas", params(ReadParams),
    responses((status = 200, description = "One for each street", body = Page<AreaWarningView>), ReadProblems))]
pub async fn list(reading: Reading) -> Result<Json<Page<AreaWarningView>>, Problem> {
    let areas = reading.view().area_warnings(reading.actor())?;
    Ok(Json(Page::whole(areas)))
}

/// Raises the colour of a street.
#[utoipa::path(post, path = "/api/v1/area-warnings/{jurisdiction}/raise", tag = "areas",
    params(("jurisdiction" = String, Path, description = "Code of the street"), CommandParams), request_body = RaiseBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn raise(
    call: Call,
    PathName(jurisdiction): PathName<JurisdictionCode>,
    form: Form<RaiseBody>,
) -> Result<Answered, Problem> {
    let RaiseBody {
        level,
        until,
        reason,
    } = form.value;
    let command = Command::RaiseArea {
        jurisdiction,
        level,
        until,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Lowers the colour of a street by the rules of lowering.
#[utoipa::path(post, path = "/api/v1/area-warnings/{jurisdiction}/lower", tag = "areas",
    params(("jurisdiction" = String, Path, description = "Code of the street"), CommandParams), request_body = LowerBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn lower(
    call: Call,
    PathName(jurisdiction): PathName<JurisdictionCode>,
    form: Form<LowerBody>,
) -> Result<Answered, Problem> {
    let LowerBody { level, reason } = form.value;
    let command = Command::LowerArea {
        jurisdiction,
        level,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Confirms the colour that the system proposed, for all streets of the change.
#[utoipa::path(post, path = "/api/v1/area-warnings/{jurisdiction}/confirm", tag = "areas",
    params(("jurisdiction" = String, Path, description = "Code of a street of the change"), CommandParams), request_body = Empty,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn confirm(
    call: Call,
    PathName(jurisdiction): PathName<JurisdictionCode>,
    form: Form<Empty>,
) -> Result<Answered, Problem> {
    call.submit(form.sent, Command::ConfirmArea { jurisdiction })
        .await
}
