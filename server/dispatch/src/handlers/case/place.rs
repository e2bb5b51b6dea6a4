//! Decides where a case is, what is noted about it, and that 120 or 110 were called.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn relocate(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _to: &model::command::Relocation,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn note(_draft: &mut Draft<'_, '_>, _case_id: model::id::CaseId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn emergency_call(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _call: &model::sighting::EmergencyCall,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
