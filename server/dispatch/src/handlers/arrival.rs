//! Decides the confirmation of a receiver: a named person of the receiving place says who arrived.

use model::case::CaseState;
use model::event::Event;
use model::id::CaseId;
use model::outcome::HandedTo;
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::action::Action;

use crate::draft::Draft;
use crate::handlers::task::follow_up;
use crate::rights::permit_case;

pub(crate) fn arrivals(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    named: &[u32],
    organisation: &str,
    name: &str,
    at: Option<Instant>,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseArrivals)?;
    draft.check_seen(&case)?;
    if case.state == CaseState::Closed {
        return Err(RefusalCode::CaseAlreadyClosed.into());
    }
    draft.heading.drill = case.drill;
    if organisation.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::MissingField).at("/organisation"));
    }
    if name.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::MissingField).at("/name"));
    }
    let mut subjects = case.subjects.clone();
    let mut n_confirmed = 0_u32;
    let confirmed_at = at.map_or_else(|| draft.happened_at(), |at| at.min(draft.now()));
    let by = HandedTo {
        organisation: organisation.to_owned(),
        name: name.to_owned(),
        at: Some(confirmed_at),
        confirmed_at: Some(confirmed_at),
    };
    for subject in &mut subjects {
        let meant = named.is_empty() || named.contains(&subject.n);
        if let Some(outcome) = &mut subject.outcome
            && meant
            && outcome.outcome.outcome.needs_receiver()
            && !outcome.closing
        {
            outcome.handed_to = Some(HandedTo {
                at: outcome
                    .handed_to
                    .as_ref()
                    .and_then(|known| known.at)
                    .or(by.at),
                ..by.clone()
            });
            outcome.closing = true;
            outcome.ask_receiver_at = None;
            n_confirmed += 1;
        }
    }
    let unknown = named
        .iter()
        .find(|n| subjects.iter().all(|subject| subject.n != **n));
    if let Some(unknown) = unknown {
        return Err(Refusal::new(RefusalCode::NotOfThisCase)
            .at("/subjects")
            .with("subject", *unknown));
    }
    if n_confirmed == 0 {
        return Err(Refusal::new(RefusalCode::NothingToConfirm).at("/subjects"));
    }
    draft.push(Event::ReceiverConfirmed {
        case_id: case.id,
        subjects,
        by,
    });
    follow_up::becomes(draft, case.id);
    draft.concern(case.id);
    Ok(())
}
