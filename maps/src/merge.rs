//! Merging of cases, its undoing, and splitting.

use model::command::Command;
use model::id::{CaseId, SightingId};
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::answers::Answered;
use web::call::Call;
use web::content::Form;
use web::documents::{CommandParams, CommandProblems};
use web::path::PathId;
use web::problem::Problem;
use web::words::Words;

/// Into which case.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The survivor.
    pub into: CaseId,
    /// Pairs of subjects, of this case and of the survivor; absent = n-th with n-th.
    #[serde(default)]
    pub same: Vec<(u32, u32)>,
    /// Why.
    pub reason: Words,
}

/// Which merge is undone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmergeBody {
    /// The case to give back.
    pub case_id: CaseId,
    /// Ids of sightings, tasks and escalations made while merged that go with it.
    #[serde(default)]
    pub take: Vec<Uuid>,
    /// Why.
    pub reason: Words,
}

/// What is split off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitBody {
    /// Which sightings.
    pub sightings: Vec<SightingId>,
    /// To which case; absent = a new one.
    #[serde(default)]
    pub to_case: Option<CaseId>,
    /// Why.
    pub reason: Words,
}

/// Merges this case into another.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge", tag = "decisions",
    params(("id" = Uuid, Path, description = "The case that is merged"), CommandParams), request_body = MergeBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn merge(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<MergeBody>,
) -> Result<Answered, Problem> {
    let MergeBody { into, same, reason } = form.value;
    let command = Command::MergeCases {
        case_id,
        into,
        same,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Undoes a merge.
#[utoipa::path(post, path = "/api/v1/cases/{id}/unmerge", tag = "decisions",
    params(("id" = Uuid, Path, description = "The survivor"), CommandParams), request_body = UnmergeBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn unmerge(
    call: Call,
    PathId(survivor): PathId<CaseId>,
    form: Form<UnmergeBody>,
) -> Result<Answered, Problem> {
    let UnmergeBody {
        case_id,
        take,
        reason,
    } = form.value;
    let command = Command::UnmergeCase {
        survivor,
        case_id,
        take,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Moves sightings to a case of their own, or to another.
#[utoipa::path(post, path = "/api/v1/cases/{id}/split", tag = "decisions",
    params(("id" = Uuid, Path, description = "The case"), CommandParams), request_body = SplitBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn split(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<SplitBody>,
) -> Result<Answered, Problem> {
    let SplitBody {
        sightings,
        to_case,
        reason,
    } = form.value;
    let command = Command::SplitCase {
        case_id,
        sightings,
        to_case,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}
