//! Timers of tasks, follow-up, shifts, holds, hand-overs and special care.

use model::id::{CaseId, HandOverId, HoldId, PersonId, TaskId, UnitId};
use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn capacity_repeat(_draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn offer_lapses(_draft: &mut Draft<'_, '_>, _task_id: TaskId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn revisit_due(_draft: &mut Draft<'_, '_>, _case_id: CaseId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn receiver_unconfirmed(
    _draft: &mut Draft<'_, '_>,
    _case_id: CaseId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn follow_up_ends(_draft: &mut Draft<'_, '_>, _case_id: CaseId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn check_in_missed(_draft: &mut Draft<'_, '_>, _unit: &UnitId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn shift_ends(_draft: &mut Draft<'_, '_>, _unit: &UnitId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn hand_over_lapses(
    _draft: &mut Draft<'_, '_>,
    _hand_over_id: HandOverId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn hold_ends(_draft: &mut Draft<'_, '_>, _hold_id: HoldId) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn special_care(
    _draft: &mut Draft<'_, '_>,
    _person_id: PersonId,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
