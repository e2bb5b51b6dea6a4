//! Decides the reporter's answer to `may_duplicate`: the own fresh case is merged when nothing grave stands on either
//! side, everything else goes to the street's duty as a suggestion.

use model::case::{Case, CaseState};
use model::event::Event;
use model::grade::Priority;
use model::id::{CaseId, SightingId};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::{SameAnswer, Sighting};
use policy::action::Action;

use super::suggest;
use crate::draft::Draft;
use crate::handlers::merge::{Merging, merge_cases};
use crate::rights::permit_sighting;

/// Takes the reporter's answer.
///
/// # Errors
/// `not_found`, `nothing_to_compare` for a case that was not suggested.
pub(crate) fn same(
    draft: &mut Draft<'_, '_>,
    sighting_id: SightingId,
    case_id: CaseId,
    answer: SameAnswer,
) -> Result<(), Refusal> {
    let sighting = draft
        .tables
        .sightings
        .get(&sighting_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    permit_sighting(draft, sighting_id, Action::SightingSame)?;
    if sighting.may_duplicate.iter().all(|s| s.case_id != case_id) {
        return Err(Refusal::new(RefusalCode::NothingToCompare).at("/case_id"));
    }
    draft.heading.drill |= sighting.drill;
    draft.push(Event::SameAnswered {
        sighting_id,
        case_id,
        answer,
    });
    if answer != SameAnswer::Another {
        let own = draft.root(sighting.case_id)?;
        let other = draft.root(case_id)?;
        let over = own.state == CaseState::Closed || other.state == CaseState::Closed;
        if own.id != other.id && !over {
            answered(draft, &sighting, &own, &other, answer)?;
        }
    }
    Ok(())
}

fn answered(
    draft: &mut Draft<'_, '_>,
    sighting: &Sighting,
    own: &Case,
    other: &Case,
    answer: SameAnswer,
) -> Result<(), Refusal> {
    let grave = |case: &Case| case.grade.priority.value <= Priority::P1;
    let merges = answer == SameAnswer::Same
        && is_fresh(draft, sighting, own)
        && !grave(own)
        && !grave(other)
        && own.drill == other.drill;
    if merges {
        return merge_cases(
            draft,
            &Merging {
                case_id: own.id,
                into: other.id,
                same: &[],
                reason: "same",
            },
        );
    }
    let streets = vec![
        own.jurisdiction.code.clone(),
        other.jurisdiction.code.clone(),
    ];
    suggest(draft, own.id, other.id, streets);
    Ok(())
}

/// Whether the case is the reporter's own and nobody else had to do with it yet.
fn is_fresh(draft: &Draft<'_, '_>, sighting: &Sighting, own: &Case) -> bool {
    own.id == sighting.case_id
        && own.state == CaseState::Open
        && own.members.is_empty()
        && own
            .sightings
            .iter()
            .filter_map(|id| draft.tables.sightings.get(id))
            .all(|s| s.reporter == sighting.reporter)
}
