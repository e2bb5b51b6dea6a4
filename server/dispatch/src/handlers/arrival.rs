//! Decides commands about the confirmation of a receiving place.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn arrivals(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _subjects: &[u32],
    _organisation: &str,
    _name: &str,
    _at: Option<model::time::Instant>,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
