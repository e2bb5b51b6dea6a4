//! Draws consequences: escalations.

use model::id::CaseId;
use model::refusal::Refusal;

use crate::draft::Draft;

pub(crate) fn settle_case(_draft: &mut Draft<'_, '_>, _root: CaseId) -> Result<(), Refusal> {
    Ok(())
}
