//! Draws consequences: calls.

use model::id::CaseId;
use model::refusal::Refusal;

use crate::draft::Draft;

pub(crate) fn settle(_draft: &mut Draft<'_, '_>, _roots: &[CaseId]) -> Result<(), Refusal> {
    Ok(())
}
