//! Routes for patrols and departments, and offline sync. A handler turns a request into one command or one read;
//! nothing is judged here.

#![expect(
    clippy::missing_errors_doc,
    reason = "every handler answers with a problem document; the API document lists its codes"
)]

pub mod escalation;
pub mod hold;
pub mod personal;
pub mod place;
pub mod policy;
pub mod position;
pub mod resource;
pub mod shift;
pub mod sighting;
pub mod sync;
pub mod task;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::services::Services;

/// All routes of this package, with their part of the API document.
pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(sighting::report))
        .routes(routes!(sighting::add))
        .routes(routes!(sighting::same))
        .routes(routes!(sighting::reply))
        .routes(routes!(sync::sync))
        .routes(routes!(position::report))
        .routes(routes!(task::list))
        .routes(routes!(task::accept))
        .routes(routes!(task::depart))
        .routes(routes!(task::arrive))
        .routes(routes!(task::outcome))
        .routes(routes!(task::give_back))
        .routes(routes!(task::seen))
        .routes(routes!(personal::read))
        .routes(routes!(place::round))
        .routes(routes!(place::looked))
        .routes(routes!(shift::start))
        .routes(routes!(shift::check_in))
        .routes(routes!(shift::end))
        .routes(routes!(shift::panic))
        .routes(routes!(resource::set_state))
        .routes(routes!(hold::make))
        .routes(routes!(hold::arrive))
        .routes(routes!(hold::release))
        .routes(routes!(escalation::list))
        .routes(routes!(escalation::acknowledge))
        .routes(routes!(escalation::report))
        .routes(routes!(escalation::complete))
        .routes(routes!(escalation::accept_part))
        .routes(routes!(escalation::transfer))
        .routes(routes!(escalation::decline))
        .routes(routes!(policy::tables))
}
