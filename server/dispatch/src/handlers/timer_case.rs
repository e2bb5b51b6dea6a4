//! Timers of cases: a step of a ladder, the repeated call to the district duty leader, the re-grade after a change of
//! colour.

use model::deadline::DeadlineKind;
use model::id::CaseId;
use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn regrade(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn case_step(
    _draft: &mut Draft<'_, '_>,
    _case_id: CaseId,
    _kind: DeadlineKind,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn duty_call(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
