//! Decides commands about: person.

use model::refusal::{Refusal, RefusalCode};

use crate::draft::Draft;

pub(crate) fn open(
    _draft: &mut Draft<'_, '_>,
    _person_id: model::id::PersonId,
    _quality: model::person::NameQuality,
    _age_band: model::sign::AgeBand,
    _special_care: bool,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn join(
    _draft: &mut Draft<'_, '_>,
    _person_id: model::id::PersonId,
    _with: model::id::PersonId,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn separate(
    _draft: &mut Draft<'_, '_>,
    _person_id: model::id::PersonId,
    _reason: &str,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}

pub(crate) fn read(
    _draft: &mut Draft<'_, '_>,
    _case_id: model::id::CaseId,
    _purpose: model::command::Purpose,
) -> Result<(), Refusal> {
    Err(RefusalCode::Internal.into())
}
