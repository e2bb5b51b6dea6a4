//! Decides commands about: resource.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn set_state(
    _draft: &mut Draft<'_, '_>,
    _resource: &model::id::ResourceId,
    _open: bool,
    _beds_free: Option<u32>,
    _n_guests: Option<u32>,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn hold(
    _draft: &mut Draft<'_, '_>,
    _resource: &model::id::ResourceId,
    _case_id: model::id::CaseId,
    _n: u32,
    _until: model::time::Instant,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn hold_arrived(
    _draft: &mut Draft<'_, '_>,
    _hold_id: model::id::HoldId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn release(
    _draft: &mut Draft<'_, '_>,
    _hold_id: model::id::HoldId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn look(_draft: &mut Draft<'_, '_>, _place: &model::id::PlaceId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
