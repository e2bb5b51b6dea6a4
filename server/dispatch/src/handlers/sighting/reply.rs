//! Decides that the other system's ticket was answered: once, by name, also when the case is merged or closed.

use model::event::Event;
use model::id::SightingId;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::Reply;
use model::time::Instant;
use policy::action::Action;

use crate::draft::Draft;
use crate::handlers::form::check_name;
use crate::rights::permit_sighting;

/// Takes down who answered. A time that is still to come counts as now.
///
/// # Errors
/// `not_found`; `no_reply_wanted` for a report that no other system sent; `already_replied`.
pub(crate) fn reply(
    draft: &mut Draft<'_, '_>,
    sighting_id: SightingId,
    name: &str,
    at: Option<Instant>,
) -> Result<(), Refusal> {
    permit_sighting(draft, sighting_id, Action::SightingReply)?;
    check_name(name, "/by")?;
    let sighting = draft
        .tables
        .sightings
        .get(&sighting_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    if !sighting.wants_reply() {
        return Err(RefusalCode::NoReplyWanted.into());
    }
    if sighting.reply.is_some() {
        return Err(RefusalCode::AlreadyReplied.into());
    }
    draft.heading.drill |= sighting.drill;
    let now = draft.now();
    let reply = Reply {
        by: draft.heading.actor.account.clone(),
        name: name.to_owned(),
        at: at.map_or(now, |at| at.min(now)),
    };
    draft.push(Event::SightingReplied { sighting_id, reply });
    Ok(())
}
