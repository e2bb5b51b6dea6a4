//! Own positions of patrols. The newest wins; they are no events.

use axum::Json;
use model::id::UnitId;
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use runtime::positions::Fix;
use serde::{Deserialize, Serialize};
use spatial::crs::DeclaredPosition;
use utoipa::ToSchema;
use web::call::Reading;
use web::content::Form;
use web::documents::{CommandProblems, ReadParams};
use web::form::check_position;
use web::problem::Problem;

/// Positions in one report, at most; a phone that was away sends its last ones.
const POSITIONS_MAX: usize = 500;

/// Where units were.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionsBody {
    /// In any order.
    pub positions: Vec<UnitFix>,
}

/// Where one unit was.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitFix {
    /// Which; absent = the account's own.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// Where.
    #[schema(value_type = Object)]
    pub position: DeclaredPosition,
    /// When.
    pub at: Instant,
}

/// How many were taken.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PositionsTaken {
    /// Newer than what was known.
    pub taken: usize,
    /// Older than what was known; they say only that the unit was heard.
    pub passed_over: usize,
}

/// Reports own positions.
#[utoipa::path(post, path = "/api/v1/positions", tag = "units", params(ReadParams), request_body = PositionsBody,
    responses((status = 200, description = "How many were newer than what was known", body = PositionsTaken), CommandProblems))]
pub async fn report(
    reading: Reading,
    form: Form<PositionsBody>,
) -> Result<Json<PositionsTaken>, Problem> {
    let positions = form.value.positions;
    if positions.len() > POSITIONS_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at("/positions")
            .with("max", POSITIONS_MAX)
            .into());
    }
    let view = reading.view();
    let mut fixes = Vec::with_capacity(positions.len());
    for (i, fix) in positions.into_iter().enumerate() {
        let pointer = format!("/positions/{i}/position");
        check_position(&fix.position, reading.actor(), &pointer)?;
        let converted = fix.position.convert().map_err(|wrong| {
            Refusal::new(RefusalCode::ImpossiblePosition)
                .at(format!("{pointer}/{}", wrong.member()))
        })?;
        let unit = view.unit_of_position(reading.actor(), fix.unit)?;
        let fix = Fix {
            position: converted.position,
            accuracy_m: converted.accuracy.map(spatial::metres::Metres::as_f64),
            at: fix.at,
            heard_at: None,
        };
        fixes.push((unit, fix));
    }
    let n = fixes.len();
    let taken = fixes
        .into_iter()
        .filter(|(unit, fix)| reading.district.report_position(unit.clone(), *fix))
        .count();
    Ok(Json(PositionsTaken {
        taken,
        passed_over: n - taken,
    }))
}
