//! What happened during the night, counted by those who did it.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// Counts of one night, as the simulated people saw it.
#[derive(Debug, Default)]
pub struct NightCounts {
    /// Reports sent and accepted, by patrols with signal.
    pub reports: AtomicU64,
    /// Reports that came with an outbox, late.
    pub synced: AtomicU64,
    /// Calls typed in at the desk.
    pub calls: AtomicU64,
    /// Tasks accepted.
    pub accepted: AtomicU64,
    /// Tasks given back.
    pub returned: AtomicU64,
    /// Outcomes recorded.
    pub outcomes: AtomicU64,
    /// Escalations acknowledged.
    pub acknowledged: AtomicU64,
    /// Escalations left unanswered on purpose.
    pub ignored: AtomicU64,
    /// Weather signals sent.
    pub signals: AtomicU64,
    /// Requests that the server refused by a rule.
    pub refused: AtomicU64,
    /// Requests that failed otherwise.
    pub failed: AtomicU64,
}

/// The counts, ready to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of NightCounts")]
pub struct NightFigures {
    pub reports: u64,
    pub synced: u64,
    pub calls: u64,
    pub accepted: u64,
    pub returned: u64,
    pub outcomes: u64,
    pub acknowledged: u64,
    pub ignored: u64,
    pub signals: u64,
    pub refused: u64,
    pub failed: u64,
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl NightCounts {
    /// The counts as they stand.
    pub fn figures(&self) -> NightFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        NightFigures {
            reports: read(&self.reports),
            synced: read(&self.synced),
            calls: read(&self.calls),
            accepted: read(&self.accepted),
            returned: read(&self.returned),
            outcomes: read(&self.outcomes),
            acknowledged: read(&self.acknowledged),
            ignored: read(&self.ignored),
            signals: read(&self.signals),
            refused: read(&self.refused),
            failed: read(&self.failed),
        }
    }
}
