//! Decides commands about: area.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn signal(
    _draft: &mut Draft<'_, '_>,
    _signal: &model::area::WeatherSignal,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn raise(
    _draft: &mut Draft<'_, '_>,
    _jurisdiction: &model::id::JurisdictionCode,
    _level: model::grade::Level,
    _until: Option<model::time::Instant>,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn lower(
    _draft: &mut Draft<'_, '_>,
    _jurisdiction: &model::id::JurisdictionCode,
    _level: model::grade::Level,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn confirm(
    _draft: &mut Draft<'_, '_>,
    _jurisdiction: &model::id::JurisdictionCode,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn look(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn confirm_lapses(
    _draft: &mut Draft<'_, '_>,
    _change_id: model::id::ColourChangeId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn signal_ends(
    _draft: &mut Draft<'_, '_>,
    _signal_id: &model::id::SignalId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
