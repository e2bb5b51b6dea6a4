//! Decides commands about: subject.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn set(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _subject: &model::command::SubjectBody,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
