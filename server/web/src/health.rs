//! `/healthz`, `/readyz` and `/metrics`: for machines that watch, without anything personal.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use runtime::metrics::Metrics;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::metrics::{Text, seconds};
use crate::services::Services;

/// Whether all is well.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct HealthView {
    /// Whether it is.
    pub ok: bool,
    /// Promises of the program that do not hold, by name. It serves all the same: whoever watches has to look.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken_promises: Vec<String>,
}

/// The routes for machines that watch.
pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
}

/// Whether commands can be taken and kept: the program does not stop, and the last commit of each district held.
pub fn is_ready(services: &Services) -> bool {
    services
        .runtime
        .districts()
        .all(runtime::handle::DistrictHandle::is_ready)
}

/// The program runs.
#[utoipa::path(get, path = "/healthz", tag = "watching", security(()),
    responses((status = 200, description = "The program runs", body = HealthView)))]
pub async fn healthz() -> Json<HealthView> {
    Json(HealthView {
        ok: true,
        ..HealthView::default()
    })
}

/// Commands are taken and kept.
#[utoipa::path(get, path = "/readyz", tag = "watching", security(()),
    responses((status = 200, description = "Commands are taken", body = HealthView),
              (status = 503, description = "Not now: the disk does not take them, or the program stops", body = HealthView)))]
pub async fn readyz(State(services): State<Services>) -> (StatusCode, Json<HealthView>) {
    let ok = is_ready(&services);
    let code = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut broken_promises: Vec<String> = services
        .runtime
        .districts()
        .flat_map(runtime::handle::DistrictHandle::promises)
        .filter(|promise| promise.broken.is_some())
        .map(|promise| promise.promise.to_owned())
        .collect();
    broken_promises.sort_unstable();
    broken_promises.dedup();
    let view = HealthView {
        ok,
        broken_promises,
    };
    (code, Json(view))
}

/// Numbers in the text form of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "watching", security(()),
    responses((status = 200, description = "Text form 0.0.4", body = String, content_type = "text/plain")))]
pub async fn metrics(State(services): State<Services>) -> Response {
    let mut text = Text::default();
    let districts: Vec<(&str, &Metrics, usize)> = services
        .runtime
        .districts()
        .map(|district| {
            let waiting = district.inbox_depth();
            (district.id().as_str(), district.metrics(), waiting)
        })
        .collect();
    text.family("lamplighter_inbox_depth", "gauge", "Commands that wait.");
    for (id, _, waiting) in &districts {
        let labels = [("district", *id)];
        text.line("lamplighter_inbox_depth", &labels, &waiting.to_string());
    }
    for (name, kind, help, of) in FAMILIES {
        text.family(name, kind, help);
        for (id, metrics, _) in &districts {
            text.line(name, &[("district", id)], &of(metrics).to_string());
        }
    }
    text.family(
        "lamplighter_promise_broken",
        "gauge",
        "1 while a promise of the program does not hold.",
    );
    for district in services.runtime.districts() {
        for view in district.promises() {
            let labels = [
                ("district", district.id().as_str()),
                ("promise", view.promise),
            ];
            let value = if view.broken.is_some() { "1" } else { "0" };
            text.line("lamplighter_promise_broken", &labels, value);
        }
    }
    for (name, kind, help, of) in SECONDS {
        text.family(name, kind, help);
        for (id, metrics, _) in &districts {
            text.line(name, &[("district", id)], &seconds(of(metrics)));
        }
    }
    services.metrics.write(&mut text);
    let media = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (media, text.into_string()).into_response()
}

/// Name, kind, help, and which number of a district.
type Family = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Metrics) -> u64,
);

const FAMILIES: &[Family] = &[
    (
        "lamplighter_commands_accepted_total",
        "counter",
        "Accepted commands.",
        |m| m.n_accepted.get(),
    ),
    (
        "lamplighter_commands_repeated_total",
        "counter",
        "Commands answered with their first answer.",
        |m| m.n_repeated.get(),
    ),
    (
        "lamplighter_commands_refused_total",
        "counter",
        "Commands that a rule refused.",
        |m| m.n_refused.get(),
    ),
    (
        "lamplighter_commands_queue_full_total",
        "counter",
        "Commands that found the queue full.",
        |m| m.n_queue_full.get(),
    ),
    (
        "lamplighter_commands_storage_unavailable_total",
        "counter",
        "Commands that the disk did not take.",
        |m| m.n_storage_unavailable.get(),
    ),
    (
        "lamplighter_events_total",
        "counter",
        "Events committed since the start.",
        |m| m.n_events.get(),
    ),
    ("lamplighter_commits_total", "counter", "Commits.", |m| {
        m.n_commits.get()
    }),
    (
        "lamplighter_commits_failed_total",
        "counter",
        "Commits that failed or whose outcome was unknown.",
        |m| m.n_commits_failed.get(),
    ),
    (
        "lamplighter_timers_fired_total",
        "counter",
        "Timers that fired.",
        |m| m.n_timers_fired.get(),
    ),
    (
        "lamplighter_timers_refused_total",
        "counter",
        "Timers that were refused as stale.",
        |m| m.n_timers_refused.get(),
    ),
    (
        "lamplighter_batch_size",
        "gauge",
        "Commands in the last batch.",
        |m| m.batch_size.get(),
    ),
    ("lamplighter_head", "gauge", "Seq of the last event.", |m| {
        m.head.get()
    }),
    (
        "lamplighter_snapshots_total",
        "counter",
        "Snapshots kept.",
        |m| m.n_snapshots.get(),
    ),
    (
        "lamplighter_details_lost",
        "gauge",
        "Records whose key is missing although nothing erased them.",
        |m| m.n_details_lost.get(),
    ),
    (
        "lamplighter_feed_connections",
        "gauge",
        "Open feeds.",
        |m| m.n_connections.get(),
    ),
    (
        "lamplighter_feed_audiences",
        "gauge",
        "Groups of feeds with equal rights.",
        |m| m.n_audiences.get(),
    ),
    (
        "lamplighter_feed_frames_built_total",
        "counter",
        "Frames built.",
        |m| m.n_frames_built.get(),
    ),
    (
        "lamplighter_feed_frames_sent_total",
        "counter",
        "Frames handed to connections.",
        |m| m.n_frames_sent.get(),
    ),
    (
        "lamplighter_feed_closed_slow_total",
        "counter",
        "Feeds closed because their reader was too slow.",
        |m| m.n_closed_slow.get(),
    ),
    (
        "lamplighter_feed_resumed_total",
        "counter",
        "Resumes served from memory.",
        |m| m.n_resumed.get(),
    ),
    (
        "lamplighter_feed_resyncs_total",
        "counter",
        "Clients told to take a new snapshot.",
        |m| m.n_resyncs.get(),
    ),
    (
        "lamplighter_notices_handed_out_total",
        "counter",
        "Notices handed out.",
        |m| m.n_notices_handed_out.get(),
    ),
    (
        "lamplighter_notices_failed_total",
        "counter",
        "Notices that no channel could hand out.",
        |m| m.n_notices_failed.get(),
    ),
    (
        "lamplighter_notices_queued",
        "gauge",
        "Notices that wait.",
        |m| m.n_notices_queued.get(),
    ),
    (
        "lamplighter_positions_total",
        "counter",
        "Position reports taken.",
        |m| m.n_positions.get(),
    ),
];

const SECONDS: &[Family] = &[
    (
        "lamplighter_commit_seconds",
        "gauge",
        "How long the last commit took.",
        |m| m.commit_us.get(),
    ),
    (
        "lamplighter_commit_seconds_total",
        "counter",
        "How long commits took in all.",
        |m| m.commit_us_total.get(),
    ),
];
