//! Due timers of the state, fired through the same door as every command, in a lane of their own that a full inbox does
//! not block. A refused timer is not fired again until the state has changed, so nothing spins.

use model::actor::Actor;
use model::command::{Command, Envelope};
use model::deadline::Timer;
use model::id::CommandId;
use model::time::Instant;

use super::DistrictLoop;
use super::batch::Batch;

/// How many timers fire in one batch, so that commands are not kept waiting by a long night without power.
const N_TIMERS_MAX: usize = 64;
/// How many events timers may add to a batch before commands have their turn.
const N_EVENTS_MAX: usize = 512;

impl DistrictLoop {
    /// When the next timer is due that was not refused in the present state.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.next_timer().map(|(due, _)| *due)
    }

    fn next_timer(&self) -> Option<&(Instant, Timer)> {
        let head = self.state.tables.head;
        self.state.tables.timers.iter().find(|key| {
            #[cfg(feature = "planted")]
            if self.forgotten.contains(key) {
                return false;
            }
            self.refused.get(key) != Some(&head)
        })
    }

    /// Fires what is due, in order.
    pub(super) fn fire_timers(&mut self, batch: &mut Batch) {
        let now = self.now;
        if !self.refused.is_empty() {
            let timers = &self.state.tables.timers;
            self.refused.retain(|key, _| timers.contains(key));
        }
        let mut regraded = false;
        for _ in 0..N_TIMERS_MAX {
            let Some((due, timer)) = self.next_timer().cloned() else {
                return;
            };
            let full = batch.n_events() >= N_EVENTS_MAX || batch.reload || batch.spoilt;
            if due > now || full {
                return;
            }
            // Re-grading goes in portions, one a commit, so that a report does not wait for all of it.
            if timer == Timer::Regrade && std::mem::replace(&mut regraded, true) {
                return;
            }
            self.fire(due, timer, batch);
        }
    }

    fn fire(&mut self, due: Instant, timer: Timer, batch: &mut Batch) {
        let key = (due, timer.clone());
        let envelope = Envelope {
            id: CommandId(dispatch::IdSource::next_id(&mut self.ids)),
            actor: Actor::system(),
            recorded_at: None,
            seen_seq: None,
            content_tag: String::new(),
            personal: std::collections::BTreeSet::new(),
            command: Command::DeadlineReached { timer, due },
        };
        match self.decide(&envelope) {
            Ok(decision) => {
                let is_empty = decision.events.is_empty();
                if self.accept(decision, std::iter::empty(), batch).is_err() {
                    return;
                }
                self.shared.metrics.n_timers_fired.count();
                let still_there =
                    key.1 != Timer::Regrade && self.state.tables.timers.contains(&key);
                if is_empty || still_there {
                    tracing::error!(
                        district.id = %self.shared.id,
                        timer = ?key.1,
                        due = %due,
                        "A timer fired and is due all the same; waiting for another change"
                    );
                    self.refused.insert(key, self.state.tables.head);
                }
            }
            Err(refusal) => {
                self.shared.metrics.n_timers_refused.count();
                tracing::warn!(
                    district.id = %self.shared.id,
                    timer = ?key.1,
                    due = %due,
                    %refusal,
                    "A timer was refused; looking again when the state has changed"
                );
                self.refused.insert(key, self.state.tables.head);
            }
        }
    }
}
