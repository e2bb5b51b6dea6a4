//! Decides commands about: hand_over.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn offer(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _to: &str,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn answer(
    _draft: &mut Draft<'_, '_>,
    _hand_over_id: model::id::HandOverId,
    _accept: bool,
    _name: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn receive(
    _draft: &mut Draft<'_, '_>,
    _hand_over_id: model::id::HandOverId,
    _from: &model::id::DistrictId,
    _report: &model::command::ReportSighting,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
