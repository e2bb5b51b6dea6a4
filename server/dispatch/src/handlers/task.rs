//! Decides commands about: task.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn accept(
    _draft: &mut Draft<'_, '_>,
    _task_id: model::id::TaskId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn depart(
    _draft: &mut Draft<'_, '_>,
    _task_id: model::id::TaskId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn arrive(
    _draft: &mut Draft<'_, '_>,
    _task_id: model::id::TaskId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn outcome(
    _draft: &mut Draft<'_, '_>,
    _task_id: model::id::TaskId,
    _outcome: &model::outcome::Outcome,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn give_back(
    _draft: &mut Draft<'_, '_>,
    _task_id: model::id::TaskId,
    _reason: model::task::ReturnReason,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn see(_draft: &mut Draft<'_, '_>, _task_id: model::id::TaskId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn assign(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _unit: &model::id::UnitId,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
