//! What the outside reads: views of the committed state, made by the projections of the core for one actor.
//! Who may see what is judged by the permission rule, asked here once for each call; nothing is remembered.

pub mod background;
pub mod cases;
pub mod lists;
pub mod picture;
pub mod policies;

use std::collections::BTreeSet;

use dispatch::projections::audience::Audience;
use dispatch::projections::shown::Shown;
use model::actor::Actor;
use model::refusal::Refusal;
use policy::action::Action;
use policy::permission::verdict_for_listing;

use crate::published::ReadView;

impl ReadView {
    /// The tables as they are shown.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown::new(self.tables(), self.policies())
    }

    /// Who sees what.
    pub(crate) fn audience(&self, actor: &Actor) -> Audience {
        Audience::of(self.policy(), actor, BTreeSet::new())
    }

    /// Whether a role may make a call at all.
    pub(crate) fn permit_listing(&self, actor: &Actor, action: Action) -> Result<(), Refusal> {
        verdict_for_listing(self.policy(), actor, action).map_err(Refusal::from)
    }
}
