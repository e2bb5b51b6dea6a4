//! Decides what a named person decides about a case: raise, lower, take, close.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn raise(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _to: &model::command::GradeDecision,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn lower(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _to: &model::command::GradeDecision,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn take(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _name: &str,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn close(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _reason: &str,
    _outcome: Option<model::outcome::OutcomeKind>,
    _decision: Option<&model::case::ClosingDecision>,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
