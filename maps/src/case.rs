//! Cases: the list with its filters, and one with its timeline.

use axum::Json;
use model::grade::{Level, Tier};
use model::id::{CaseId, JurisdictionCode};
use model::refusal::{Refusal, RefusalCode};
use model::view::candidate::CandidateView;
use model::view::case::{CaseRow, CaseView, TimelineView};
use runtime::reads::cases::{Bounds, CaseFilter, PAGE_MAX};
use spatial::position::Position;
use web::answers::Page;
use web::call::Reading;
use web::documents::{ReadParams, ReadProblems};
use web::path::PathId;
use web::problem::Problem;

/// Cases that the account may see, newest first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases",
    params(("bbox" = Option<String>, Query, description = "west,south,east,north in degrees of WGS-84"),
           ("level" = Option<Level>, Query, description = "Warning level"),
           ("tier" = Option<Tier>, Query, description = "3, 2 or 1"),
           ("jurisdiction" = Option<String>, Query, description = "Code of a street"),
           ("open" = Option<bool>, Query, description = "true: open and in follow-up; false: closed"),
           ("limit" = Option<usize>, Query, description = "Items of a page"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before"), ReadParams),
    responses((status = 200, description = "One page", body = Page<CaseRow>), ReadProblems))]
pub async fn list(reading: Reading) -> Result<Json<Page<CaseRow>>, Problem> {
    let filter = filter_of(&reading)?;
    let page = reading.view().cases(reading.actor(), &filter)?;
    Ok(Json(Page {
        items: page.items,
        next: page.next,
    }))
}

/// One case with its timeline.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases",
    params(("id" = uuid::Uuid, Path, description = "The case; a merged one answers with `merged_into`"), ReadParams),
    responses((status = 200, description = "The case", body = CaseView), ReadProblems))]
pub async fn one(reading: Reading, PathId(id): PathId<CaseId>) -> Result<Json<CaseView>, Problem> {
    Ok(Json(reading.view().case(reading.actor(), id)?))
}

/// The story of a case, oldest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/timeline", tag = "cases",
    params(("id" = uuid::Uuid, Path, description = "The case"), ReadParams),
    responses((status = 200, description = "The story", body = Page<TimelineView>), ReadProblems))]
pub async fn timeline(
    reading: Reading,
    PathId(id): PathId<CaseId>,
) -> Result<Json<Page<TimelineView>>, Problem> {
    let case = reading.view().case(reading.actor(), id)?;
    Ok(Json(Page::whole(case.timeline)))
}

/// Who could be sent: every unit as the rule judges it now, the best first, the rejected ones last with their reason.
#[utoipa::path(get, path = "/api/v1/cases/{id}/candidates", tag = "cases",
    params(("id" = uuid::Uuid, Path, description = "The case"), ReadParams),
    responses((status = 200, description = "Every unit, for those who may send one", body = Page<CandidateView>), ReadProblems))]
pub async fn candidates(
    reading: Reading,
    PathId(id): PathId<CaseId>,
) -> Result<Json<Page<CandidateView>>, Problem> {
    let items = reading.view().candidates(reading.actor(), id)?;
    Ok(Json(Page::whole(items)))
}

fn filter_of(reading: &Reading) -> Result<CaseFilter, Refusal> {
    let queries = &reading.queries;
    let tier = queries.word::<u8>("tier")?.map(|number| {
        Tier::from_number(number)
            .ok_or_else(|| Refusal::new(RefusalCode::UnknownWordGiven).with("parameter", "tier"))
    });
    Ok(CaseFilter {
        bounds: queries.one("bbox").map(bounds_of).transpose()?,
        level: queries.word("level")?,
        tier: tier.transpose()?,
        jurisdiction: queries.one("jurisdiction").map(JurisdictionCode::from),
        open: queries.flag("open")?,
        cursor: queries.one("cursor").map(str::to_owned),
        limit: queries.limit(PAGE_MAX)?,
    })
}

/// A box of degrees; none of ours crosses the date line.
fn bounds_of(text: &str) -> Result<Bounds, Refusal> {
    let wrong = || Refusal::new(RefusalCode::OutOfRange).with("parameter", "bbox");
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>())
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let [west, south, east, north] = numbers.as_slice() else {
        return Err(wrong());
    };
    let (west, south, east, north) = (*west, *south, *east, *north);
    let real = Position::new(west, south).is_ok() && Position::new(east, north).is_ok();
    if real && west <= east && south <= north {
        Ok(Bounds {
            west,
            south,
            east,
            north,
        })
    } else {
        Err(wrong())
    }
}
