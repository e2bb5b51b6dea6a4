//! Decides commands about: timer.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn reached(
    _draft: &mut Draft<'_, '_>,
    _timer: &model::deadline::Timer,
    _due: model::time::Instant,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
