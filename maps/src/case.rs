//! Cases: the list with its filters, and one with its timeline.

use axum::Json;
use model::case::CaseState;
use model::grade::{Level, Priority, Tier};
use model::id::{CaseId, JurisdictionCode};
use model::refusal::{Refusal, RefusalCode};
use model::view::case::{CaseRow, CaseView, TimelineView};
use runtime::reads::cases::{BoundingBox, CaseFilter};
use uuid::Uuid;
use web::answers::Page;
use web::call::{Queries, Reading};
use web::documents::{ReadParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;

/// Items of a page where the caller names no number.
const PAGE_USUAL: usize = 100;

/// Cases that the account may see, the most urgent first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases",
    params(("bbox" = Option<String>, Query, description = "west,south,east,north in degrees of WGS-84"),
           ("level" = Option<String>, Query, description = "none, blue, yellow, orange; several with commas"),
           ("tier" = Option<String>, Query, description = "3, 2, 1; several with commas"),
           ("priority" = Option<String>, Query, description = "P0 to P3; several with commas"),
           ("jurisdiction" = Option<String>, Query, description = "Codes of streets, with commas"),
           ("state" = Option<String>, Query, description = "open, follow_up, closed; several with commas"),
           ("open" = Option<bool>, Query, description = "true: not closed; false: closed"),
           ("drill" = Option<bool>, Query, description = "Only drill cases, or only real ones"),
           ("limit" = Option<usize>, Query, description = "Items of a page"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before"), ReadParams),
    responses((status = 200, description = "One page", body = Page<CaseRow>), ReadProblems))]
pub async fn list(reading: Reading) -> Result<Json<Page<CaseRow>>, Problem> {
    let filter = filter_of(&reading.queries)?;
    let limit = limit_of(&reading)?;
    let cursor = reading
        .queries
        .one("cursor")
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| Refusal::new(RefusalCode::BadId).with("parameter", "cursor"))?
        .map(CaseId);
    let (items, next) = reading
        .view()
        .cases(reading.actor(), &filter, cursor, limit)?;
    Ok(Json(Page {
        items,
        next: next.map(|id| id.to_string()),
    }))
}

/// One case with its timeline.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases",
    params(("id" = Uuid, Path, description = "The case; a merged one answers with `merged_into`"), ReadParams),
    responses((status = 200, description = "The case", body = CaseView), ReadProblems))]
pub async fn one(reading: Reading, PathId(id): PathId<CaseId>) -> Result<Json<CaseView>, Problem> {
    Ok(Json(reading.view().case(reading.actor(), id)?))
}

/// The story of a case, oldest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/timeline", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), ReadParams),
    responses((status = 200, description = "The story", body = Page<TimelineView>), ReadProblems))]
pub async fn timeline(
    reading: Reading,
    PathId(id): PathId<CaseId>,
) -> Result<Json<Page<TimelineView>>, Problem> {
    let case = reading.view().case(reading.actor(), id)?;
    Ok(Json(Page::whole(case.timeline)))
}

fn filter_of(queries: &Queries) -> Result<CaseFilter, Refusal> {
    Ok(CaseFilter {
        bounds: queries.one("bbox").map(bounds_of).transpose()?,
        levels: queries.words::<Level>("level")?,
        tiers: tiers_of(queries)?,
        priorities: queries.words::<Priority>("priority")?,
        jurisdictions: queries
            .words::<String>("jurisdiction")?
            .into_iter()
            .map(JurisdictionCode)
            .collect(),
        states: queries.words::<CaseState>("state")?,
        open: queries.flag("open")?,
        drill: queries.flag("drill")?,
    })
}

fn tiers_of(queries: &Queries) -> Result<Vec<Tier>, Refusal> {
    queries
        .words::<u8>("tier")?
        .into_iter()
        .map(|number| {
            Tier::from_number(number).ok_or_else(|| {
                Refusal::new(RefusalCode::UnknownWordGiven).with("parameter", "tier")
            })
        })
        .collect()
}

fn limit_of(reading: &Reading) -> Result<usize, Refusal> {
    let limit: usize = reading.queries.word("limit")?.unwrap_or(PAGE_USUAL);
    if limit == 0 || limit > reading.services.limits.page_max {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .with("parameter", "limit")
            .with("max", reading.services.limits.page_max));
    }
    Ok(limit)
}

fn bounds_of(text: &str) -> Result<BoundingBox, Refusal> {
    let wrong = || Refusal::new(RefusalCode::OutOfRange).with("parameter", "bbox");
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>())
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let [west, south, east, north] = numbers.as_slice() else {
        return Err(wrong());
    };
    BoundingBox::new(*west, *south, *east, *north).ok_or_else(wrong)
}
