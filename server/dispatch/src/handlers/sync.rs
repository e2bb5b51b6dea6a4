//! Decides commands about: sync.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn permit_sync(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn handle_operation(
    _draft: &mut Draft<'_, '_>,
    _command: &model::command::Command,
    _label: model::event::SyncLabel,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn label_of(
    _draft: &Draft<'_, '_>,
    _command: &model::command::Command,
    _seen: Option<u64>,
) -> model::event::SyncLabel {
    model::event::SyncLabel::Clean
}
