//! Routes of the picture: cases and decisions on them, people, areas and weather, background, figures, the live feed.
//! A handler turns a request into one command or one read; nothing is judged here.

#![expect(
    clippy::missing_errors_doc,
    reason = "every handler answers with a problem document; the API document lists its codes"
)]

pub mod area;
pub mod background;
pub mod basemap;
pub mod case;
pub mod decision;
pub mod figures;
pub mod hand_over;
pub mod live;
pub mod merge;
pub mod person;
pub mod settings;
pub mod weather;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::services::Services;

/// All routes of this package, with their part of the API document.
pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(case::list))
        .routes(routes!(case::one))
        .routes(routes!(case::timeline))
        .routes(routes!(case::candidates))
        .routes(routes!(decision::raise))
        .routes(routes!(decision::lower))
        .routes(routes!(decision::assign))
        .routes(routes!(decision::take))
        .routes(routes!(decision::relocate))
        .routes(routes!(decision::note))
        .routes(routes!(decision::close))
        .routes(routes!(decision::emergency_calls))
        .routes(routes!(decision::arrivals))
        .routes(routes!(decision::subjects))
        .routes(routes!(merge::merge))
        .routes(routes!(merge::unmerge))
        .routes(routes!(merge::split))
        .routes(routes!(hand_over::offer))
        .routes(routes!(hand_over::accept))
        .routes(routes!(hand_over::decline))
        .routes(routes!(person::open))
        .routes(routes!(person::join))
        .routes(routes!(person::separate))
        .routes(routes!(person::revisits))
        .routes(routes!(area::list))
        .routes(routes!(area::raise))
        .routes(routes!(area::lower))
        .routes(routes!(area::confirm))
        .routes(routes!(weather::signal))
        .routes(routes!(background::jurisdictions))
        .routes(routes!(background::outlines))
        .routes(routes!(background::places))
        .routes(routes!(background::units))
        .routes(routes!(background::resources))
        .routes(routes!(background::departments))
        .routes(routes!(basemap::basemap))
        .routes(routes!(basemap::tile))
        .routes(routes!(basemap::archive))
        .routes(routes!(figures::figures))
        .routes(routes!(live::snapshot))
        .routes(routes!(live::live))
        .routes(routes!(settings::drill))
        .routes(routes!(settings::adopt))
}
