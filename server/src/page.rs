//! `/` chooses the page of a role; who is not signed in gets a small honest page: whether all is well, how much there is,
//! where pages and API documents are. Works without script; it is always at `/about`.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use model::actor::Role;
use model::case::CaseState;
use runtime::published::ReadView;
use web::services::Services;
use web::session;

use crate::console;

const PAGE: &str = include_str!("pages/index.html");
const PAGE_STYLE: &str = include_str!("pages/page.css");
const MARK: &str = include_str!("pages/mark.svg");

/// Media type of a style.
const STYLE: &str = "text/css; charset=utf-8";
/// Media type of a script.
pub const SCRIPT: &str = "text/javascript; charset=utf-8";

/// `/` and what it needs.
pub fn router() -> Router<Services> {
    Router::new()
        .route("/", get(choose))
        .route("/about", get(about))
        .route("/assets/page.css", get(style))
        .route("/assets/mark.svg", get(mark))
}

/// A file of the program as an answer.
pub fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text).into_response()
}

async fn style() -> Response {
    asset(STYLE, PAGE_STYLE)
}

async fn mark() -> Response {
    asset("image/svg+xml", MARK)
}

/// The page of the role that is signed in, else the honest one.
async fn choose(State(services): State<Services>, headers: HeaderMap) -> Response {
    let page = match session::cookie_of(&headers) {
        Some(token) => match session::enter(&services, &token).await {
            Ok(who) => page_of(who.actor.role),
            Err(_) => None,
        },
        None => None,
    };
    match page {
        Some(page) => Redirect::to(page).into_response(),
        None => about(State(services)).await.into_response(),
    }
}

/// Where a role works, as far as it has a page.
fn page_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Command | Role::Street | Role::Auditor | Role::Department => Some(console::PATH),
        Role::Patrol | Role::Admin | Role::System => None,
    }
}

async fn about(State(services): State<Services>) -> (StatusCode, Html<String>) {
    let ready = web::health::is_ready(&services);
    let mut districts = String::new();
    for district in services.runtime.districts() {
        write_district(&mut districts, district.id().as_str(), &district.read());
    }
    let (word, word_en, class) = if ready {
        ("运行正常", "All is well", "well")
    } else {
        ("暂时无法保存", "Nothing can be saved now", "unwell")
    };
    let page = PAGE
        .replace("{{class}}", class)
        .replace("{{state}}", word)
        .replace("{{state_en}}", word_en)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{districts}}", &districts);
    let code = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (code, Html(page))
}

/// The counts of one district: no place, no person, no case by itself.
fn write_district(page: &mut String, id: &str, view: &ReadView) {
    let tables = view.tables();
    let real = || {
        tables
            .cases
            .values()
            .filter(|case| !case.drill && case.merged_into.is_none())
    };
    let in_state = |state: CaseState| real().filter(|case| case.state == state).count();
    let n_open_escalations: usize = tables
        .open_escalations
        .values()
        .map(|open| open.iter().count())
        .sum();
    let rows = [
        ("辖区", "Streets", tables.jurisdictions.len()),
        ("巡查力量", "Units", tables.units.len()),
        ("处置中个案", "Open cases", in_state(CaseState::Open)),
        (
            "回访中个案",
            "Cases in follow-up",
            in_state(CaseState::FollowUp),
        ),
        ("待派任务", "Tasks waiting", tables.waiting.len()),
        ("未结升级", "Open escalations", n_open_escalations),
        (
            "事件",
            "Events",
            usize::try_from(view.seq()).unwrap_or(usize::MAX),
        ),
    ];
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<section><h2>{}</h2><p class=\"time\">{}（{}）</p><dl>",
        escaped(id),
        view.policy()
            .calendar()
            .local(view.now)
            .strftime("%Y-%m-%d %H:%M"),
        view.policy()
            .calendar()
            .zone()
            .iana_name()
            .unwrap_or_default(),
    );
    for (name, name_en, n) in rows {
        let _ = write!(
            page,
            "<div><dt>{name} <span lang=\"en\">{name_en}</span></dt><dd>{n}</dd></div>"
        );
    }
    page.push_str("</dl>");
    if tables.drill {
        page.push_str("<p class=\"drill\">演练进行中 <span lang=\"en\">A drill is on</span></p>");
    }
    page.push_str("</section>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
