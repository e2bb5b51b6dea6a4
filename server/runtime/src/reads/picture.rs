//! The picture as of now, and the figures of a time.

use model::actor::Actor;
use model::refusal::Refusal;
use model::time::{Instant, Span};
use model::view::background::UnitPositionView;
use model::view::figures::FiguresView;
use model::view::live::SnapshotView;
use policy::action::Action;

use crate::published::ReadView;

impl ReadView {
    /// Everything that an actor may see of what goes on now, as of one position of the feed.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn snapshot(&self, actor: &Actor) -> Result<SnapshotView, Refusal> {
        self.permit_listing(actor, Action::SnapshotRead)?;
        let audience = self.audience(actor);
        let mut snapshot = dispatch::projections::snapshot::snapshot(&self.shown(), &audience);
        snapshot.positions = self.positions_for(actor);
        Ok(snapshot)
    }

    /// Whether an actor may listen at all.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn permit_feed(&self, actor: &Actor) -> Result<(), Refusal> {
        self.permit_listing(actor, Action::LiveRead)
    }

    /// The newest positions that an actor may see.
    pub(crate) fn positions_for(&self, actor: &Actor) -> Vec<UnitPositionView> {
        let fixes: Vec<_> = self
            .positions
            .all()
            .into_iter()
            .map(|(unit, fix)| (unit, fix.as_seen()))
            .collect();
        dispatch::projections::snapshot::positions(
            &self.shown(),
            &self.audience(actor),
            fixes.iter().map(|(unit, fix)| (unit, fix)),
        )
    }

    /// The figures of the cases opened in a time, as far as the actor sees the cases; without drills.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn figures(
        &self,
        actor: &Actor,
        from: Option<Instant>,
        to: Option<Instant>,
    ) -> Result<FiguresView, Refusal> {
        self.permit_listing(actor, Action::FiguresRead)?;
        let audience = self.audience(actor);
        let from = from.unwrap_or(Instant::from_ms(0));
        // What happens in this very moment counts.
        let to = to.unwrap_or(self.now + Span::from_ms(1));
        Ok(self.shown().figures(from, to, |case| {
            audience.sees_case(self.policy(), self.tables(), case)
        }))
    }
}
