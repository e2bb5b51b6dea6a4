//! Decides commands about: background.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn drill(_draft: &mut Draft<'_, '_>, _on: bool, _reason: &str) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn adopt_policy(
    _draft: &mut Draft<'_, '_>,
    _policy_id: &model::id::PolicyId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn adopt_jurisdictions(
    _draft: &mut Draft<'_, '_>,
    _jurisdictions: &[model::background::Jurisdiction],
    _boundaries: Option<&str>,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn places(
    _draft: &mut Draft<'_, '_>,
    _places: &[model::background::Place],
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn units(
    _draft: &mut Draft<'_, '_>,
    _units: &[model::background::Unit],
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn departments(
    _draft: &mut Draft<'_, '_>,
    _departments: &[model::background::Department],
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn resources(
    _draft: &mut Draft<'_, '_>,
    _resources: &[model::background::Resource],
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn handed_out(
    _draft: &mut Draft<'_, '_>,
    _notice_id: model::id::NoticeId,
    _channel: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn failed(
    _draft: &mut Draft<'_, '_>,
    _notice_id: model::id::NoticeId,
    _why: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn erase(
    _draft: &mut Draft<'_, '_>,
    _records: &[model::id::RecordId],
    _ground: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
