//! The base map under the cases: what there is, its tiles, its file. Pages ask only our own origin; where tiles come from
//! elsewhere the server fetches them.

pub mod file;
pub mod source;

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use model::refusal::RefusalCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::problem::Problem;

use self::source::{Basemap, Origin, TileAt, TileFault};

/// What the base map is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BasemapView {
    /// `none`, `xyz`, `pmtiles`, `tianditu`.
    pub kind: String,
    /// Where a page asks for tiles, the lowest layer first.
    pub tiles: Vec<String>,
    /// Where a page reads the file of a PMTiles archive, with ranges.
    pub file: Option<String>,
    /// Whom a map has to name.
    pub attribution: String,
    /// The coarsest zoom.
    pub min_zoom: u8,
    /// The finest zoom.
    pub max_zoom: u8,
}

/// What the base map is, and where a page asks for it.
#[utoipa::path(get, path = "/api/v1/basemap", tag = "background", params(ReadParams),
    responses((status = 200, description = "The base map", body = BasemapView), ReadProblems))]
pub async fn basemap(
    _reading: Reading,
    Extension(basemap): Extension<Arc<Basemap>>,
) -> Json<BasemapView> {
    let tiles = basemap
        .layers()
        .map(|layer| format!("/api/v1/basemap/tiles/{layer}/{{z}}/{{x}}/{{y}}"));
    Json(BasemapView {
        kind: basemap.kind().to_owned(),
        tiles: tiles.collect(),
        file: matches!(basemap.origin(), Origin::File(_))
            .then(|| "/api/v1/basemap/file".to_owned()),
        attribution: basemap.attribution().to_owned(),
        min_zoom: basemap.zooms().0,
        max_zoom: basemap.zooms().1,
    })
}

/// One tile.
#[utoipa::path(get, path = "/api/v1/basemap/tiles/{layer}/{z}/{x}/{y}", tag = "background",
    params(("layer" = String, Path, description = "As `tiles` of the base map names it"),
           ("z" = u8, Path, description = "Zoom"), ("x" = u32, Path, description = "Column"),
           ("y" = u32, Path, description = "Row, from the north"), ReadParams),
    responses((status = 200, description = "The tile", content_type = "image/png", body = Vec<u8>),
              (status = 502, description = "`basemap_unavailable` The source of the base map failed", body = web::problem::ProblemDocument, content_type = "application/problem+json"),
              (status = 504, description = "`basemap_too_slow` The source of the base map is too slow", body = web::problem::ProblemDocument, content_type = "application/problem+json"),
              ReadProblems))]
pub async fn tile(
    _reading: Reading,
    Extension(basemap): Extension<Arc<Basemap>>,
    Path((layer, z, x, y)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    let at = TileAt::read(&z, &x, &y).ok_or(RefusalCode::NotFound)?;
    let tile = basemap
        .tile(&layer, at)
        .await
        .map_err(|fault| match fault {
            TileFault::Unknown => RefusalCode::NotFound,
            TileFault::Failed => RefusalCode::BasemapUnavailable,
            TileFault::Slow => RefusalCode::BasemapTooSlow,
        })?;
    let about = [
        (header::CONTENT_TYPE, tile.media_type),
        (header::CACHE_CONTROL, "private, max-age=86400".to_owned()),
    ];
    Ok((about, tile.bytes).into_response())
}

/// The file of a PMTiles archive, whole or a range of it.
#[utoipa::path(get, path = "/api/v1/basemap/file", tag = "background",
    params(("Range" = Option<String>, Header, description = "One range of bytes"), ReadParams),
    responses((status = 200, description = "All of it", content_type = "application/vnd.pmtiles", body = Vec<u8>),
              (status = 206, description = "The range", content_type = "application/vnd.pmtiles", body = Vec<u8>),
              (status = 416, description = "No such range"), ReadProblems))]
pub async fn archive(
    _reading: Reading,
    Extension(basemap): Extension<Arc<Basemap>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Origin::File(path) = basemap.origin() else {
        return Err(RefusalCode::NotFound.into());
    };
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    file::send(path, range).await.map_err(|fault| {
        tracing::warn!(%fault, "The file of the base map cannot be read");
        RefusalCode::BasemapUnavailable.into()
    })
}
