//! Draws consequences: capacity.

use model::refusal::Refusal;

use crate::draft::Draft;

pub(crate) fn settle(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Ok(())
}
