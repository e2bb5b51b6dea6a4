//! Counters and gauges of one district, as plain numbers. How they are shown is the web's.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that is counted or set from several tasks.
#[derive(Debug, Default)]
pub struct Number(AtomicU64);

impl Number {
    /// Adds one.
    pub fn count(&self) {
        self.add(1);
    }

    /// Adds some.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// Sets it.
    pub fn set(&self, n: u64) {
        self.0.store(n, Ordering::Relaxed);
    }

    /// As it stands.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted about one district.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Commands that were accepted.
    pub n_accepted: Number,
    /// Commands that were answered with their first answer.
    pub n_repeated: Number,
    /// Commands that a rule refused.
    pub n_refused: Number,
    /// Commands that found the queue full.
    pub n_queue_full: Number,
    /// Commands that the disk did not take.
    pub n_storage_unavailable: Number,
    /// Events committed since the start.
    pub n_events: Number,
    /// Commits.
    pub n_commits: Number,
    /// Commits that failed or whose outcome was unknown.
    pub n_commits_failed: Number,
    /// Timers that fired.
    pub n_timers_fired: Number,
    /// Timers that were refused as stale.
    pub n_timers_refused: Number,
    /// Commands in the last batch.
    pub batch_size: Number,
    /// Microseconds that the last commit took.
    pub commit_us: Number,
    /// Microseconds that commits took in all.
    pub commit_us_total: Number,
    /// Seq of the last event.
    pub head: Number,
    /// Snapshots kept.
    pub n_snapshots: Number,
    /// Records whose key is missing although nothing erased them.
    pub n_details_lost: Number,
    /// Open feeds.
    pub n_connections: Number,
    /// Groups of feeds with equal rights.
    pub n_audiences: Number,
    /// Seq of the last event that the feed has.
    pub feed_head: Number,
    /// Frames built.
    pub n_frames_built: Number,
    /// Frames handed to connections.
    pub n_frames_sent: Number,
    /// Feeds closed because their reader was too slow.
    pub n_closed_slow: Number,
    /// Resumes that were served from memory.
    pub n_resumed: Number,
    /// Clients told to take a new snapshot.
    pub n_resyncs: Number,
    /// Notices handed out.
    pub n_notices_handed_out: Number,
    /// Notices that no channel could hand out.
    pub n_notices_failed: Number,
    /// Notices that wait.
    pub n_notices_queued: Number,
    /// Position reports taken.
    pub n_positions: Number,
}
