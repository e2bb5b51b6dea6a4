//! Stores events about weather and area colours.

use std::sync::Arc;

use model::deadline::Timer;
use model::event::{Event, RecordedEvent};
use model::id::CaseId;
use model::time::Instant;

use crate::tables::Tables;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of variants stands in `apply_to_tables`"
)]
pub(super) fn apply(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    match &recorded.new.event {
        Event::SignalReceived { signal } => {
            if signal.cancelled {
                tables.remove_signal(&signal.id);
            } else {
                tables.put_signal((**signal).clone());
            }
        }
        Event::SignalEnded { signal_id } => tables.remove_signal(signal_id),
        Event::AreaWarningChanged { change, regrade } => {
            for street in &change.streets {
                tables.put_area(street.warning.clone());
            }
            tables.put_change((**change).clone());
            for id in regrade {
                tables.await_regrade(*id, change.id);
            }
            settle_regrade_timer(tables);
        }
        Event::AreaWarningLooked { streets } => {
            for street in streets {
                tables.put_area(street.warning.clone());
            }
        }
        Event::AreaWarningConfirmed { change_id } => {
            if let Some(known) = tables.changes.get(change_id) {
                let mut change = (**known).clone();
                change.confirmed_by = Some(recorded.new.actor.clone());
                tables.put_change(change);
            }
        }
        Event::AreaConfirmLapsed {
            change_id,
            confirm_by,
        } => {
            if let Some(known) = tables.changes.get(change_id) {
                let mut change = (**known).clone();
                change.confirm_by = *confirm_by;
                change.n_asked += 1;
                tables.put_change(change);
            }
        }
        Event::CaseRegraded { cases } => {
            for id in cases {
                tables.regraded(*id);
            }
            settle_regrade_timer(tables);
        }
        _ => {}
    }
    Vec::new()
}

/// While cases wait to be re-graded a timer is due at once.
pub(super) fn settle_regrade_timer(tables: &mut Tables) {
    let timer = (Instant::from_ms(0), Timer::Regrade);
    if tables.regrade.is_empty() {
        tables.timers.remove(&timer);
    } else {
        tables.timers.insert(timer);
    }
}

/// Keeps `Arc` out of the callers' way.
pub(super) fn shared<T>(value: &T) -> Arc<T>
where
    T: Clone,
{
    Arc::new(value.clone())
}
