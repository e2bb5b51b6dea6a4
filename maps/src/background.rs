//! Background: streets, places, units, resources, departments.

use axum::Json;
use model::view::background::{
    DepartmentView, JurisdictionView, PlaceView, ResourceView, UnitView,
};
use web::answers::Page;
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::problem::Problem;

/// Streets and towns.
#[utoipa::path(get, path = "/api/v1/jurisdictions", tag = "background", params(ReadParams),
    responses((status = 200, description = "By code", body = Page<JurisdictionView>), ReadProblems))]
pub async fn jurisdictions(reading: Reading) -> Result<Json<Page<JurisdictionView>>, Problem> {
    let items = reading.view().jurisdictions(reading.actor())?;
    Ok(Json(Page::whole(items)))
}

/// Named spots.
#[utoipa::path(get, path = "/api/v1/places", tag = "background", params(ReadParams),
    responses((status = 200, description = "By id", body = Page<PlaceView>), ReadProblems))]
pub async fn places(reading: Reading) -> Result<Json<Page<PlaceView>>, Problem> {
    let items = reading.view().places(reading.actor())?;
    Ok(Json(Page::whole(items)))
}

/// Patrols, with their shift, load and newest position.
#[utoipa::path(get, path = "/api/v1/units", tag = "background", params(ReadParams),
    responses((status = 200, description = "By id", body = Page<UnitView>), ReadProblems))]
pub async fn units(reading: Reading) -> Result<Json<Page<UnitView>>, Problem> {
    let items = reading.view().units(reading.actor())?;
    Ok(Json(Page::whole(items)))
}

/// Rescue resources, with whether they are open.
#[utoipa::path(get, path = "/api/v1/resources", tag = "background", params(ReadParams),
    responses((status = 200, description = "By id", body = Page<ResourceView>), ReadProblems))]
pub async fn resources(reading: Reading) -> Result<Json<Page<ResourceView>>, Problem> {
    let items = reading.view().resources(reading.actor())?;
    Ok(Json(Page::whole(items)))
}

/// Departments.
#[utoipa::path(get, path = "/api/v1/departments", tag = "background", params(ReadParams),
    responses((status = 200, description = "By id", body = Page<DepartmentView>), ReadProblems))]
pub async fn departments(reading: Reading) -> Result<Json<Page<DepartmentView>>, Problem> {
    let items = reading.view().departments(reading.actor())?;
    Ok(Json(Page::whole(items)))
}
