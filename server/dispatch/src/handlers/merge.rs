//! Decides commands about: merge.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn merge(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _into: model::id::CaseId,
    _same: &[(u32, u32)],
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn unmerge(
    _draft: &mut Draft<'_, '_>,
    _survivor: model::id::CaseId,
    _case_id: model::id::CaseId,
    _take: &[uuid::Uuid],
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn split(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _sightings: &[model::id::SightingId],
    _to_case: Option<model::id::CaseId>,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
