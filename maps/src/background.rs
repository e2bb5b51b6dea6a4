//! Background: streets, places, units, resources, departments.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::view::background::{
    DepartmentView, JurisdictionView, PlaceView, ResourceView, UnitView,
};
use serde::Serialize;
use utoipa::ToSchema;
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

/// The streets as a map shows them: GeoJSON (RFC 7946), one feature a street with `code`, `name` and `sketch`. Imported
/// boundaries, else a sketch of the ground that is guessed for each street; the district's own outline, where the program
/// has it, is one more feature with `kind: "district"`. Only for showing.
#[utoipa::path(get, path = "/api/v1/jurisdictions/outlines", tag = "background",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer"), ReadParams),
    responses((status = 200, description = "A FeatureCollection, at most 150 KB", body = OutlinesCollection, content_type = "application/geo+json"),
              (status = 304, description = "As it was under that tag"), ReadProblems))]
pub async fn outlines(reading: Reading, headers: HeaderMap) -> Result<Response, Problem> {
    let drawn = reading.view().outlines(reading.actor())?;
    let tag = format!("\"{}\"", drawn.tag);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|one| one.trim().ends_with(&tag)));
    let about = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    Ok((about, kind, drawn.text.clone()).into_response())
}

/// The streets as GeoJSON.
#[derive(Serialize, ToSchema)]
#[schema(as = OutlinesCollection)]
pub struct OutlinesCollection {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In the order of the codes; the district last.
    pub features: Vec<OutlineFeature>,
}

/// One street, or the district.
#[derive(Serialize, ToSchema)]
pub struct OutlineFeature {
    /// `Feature`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is.
    pub properties: OutlineProperties,
    /// Polygon or MultiPolygon in WGS-84.
    #[schema(value_type = Object)]
    pub geometry: serde_json::Value,
}

/// What a feature is.
#[derive(Serialize, ToSchema)]
pub struct OutlineProperties {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether nobody has imported it: drawn from label points or a small-scale map.
    pub sketch: bool,
    /// `district` for the outline of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
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
