//! Decides commands about: shift.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn start(
    _draft: &mut Draft<'_, '_>,
    _ends_at: Option<model::time::Instant>,
    _lone: bool,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn check_in(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn end(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn panic(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
