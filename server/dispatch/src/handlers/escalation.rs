//! Decides commands about: escalation.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn acknowledge(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
    _name: &str,
    _eta_min: Option<u32>,
    _part: Option<&str>,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn accept_part(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
    _name: &str,
    _part: &str,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn report(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
    _text: &str,
    _completes: bool,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn transfer(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
    _to: &model::id::DepartmentId,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn decline(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
    _reason: model::escalation::DeclineReason,
    _text: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn step(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn ask_again(
    _draft: &mut Draft<'_, '_>,
    _escalation_id: model::id::EscalationId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
