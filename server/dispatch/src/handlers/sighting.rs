//! Decides commands about: sighting.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn report(
    _draft: &mut Draft<'_, '_>,
    _report: &model::command::ReportSighting,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn add(
    _draft: &mut Draft<'_, '_>,
    _sighting_id: model::id::SightingId,
    _addition: &model::command::AdditionBody,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn same(
    _draft: &mut Draft<'_, '_>,
    _sighting_id: model::id::SightingId,
    _case_id: model::id::CaseId,
    _answer: model::sighting::SameAnswer,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
