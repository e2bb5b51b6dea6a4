//! The night's own time: what the server's clock says, and how fast it runs.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The server's clock as a client keeps it.
#[derive(Clone, Copy, Debug)]
pub struct NightClock {
    anchored_at: Instant,
    anchor: Timestamp,
    rate: f64,
}

/// The slowest rate that a client believes; a stopped clock would never let anything happen.
const RATE_MIN: f64 = 0.001;

impl NightClock {
    /// From what the server said just now.
    pub fn new(now: Timestamp, rate: f64) -> Self {
        Self {
            anchored_at: Instant::now(),
            anchor: now,
            rate: if rate.is_finite() {
                rate.max(RATE_MIN)
            } else {
                1.0
            },
        }
    }

    /// The server's time now.
    pub fn now(&self) -> Timestamp {
        let passed = self.anchored_at.elapsed().as_secs_f64() * self.rate;
        SignedDuration::try_from_secs_f64(passed)
            .ok()
            .and_then(|d| self.anchor.checked_add(d).ok())
            .unwrap_or(self.anchor)
    }

    /// Waits for a length of the night's own time.
    pub async fn sleep(&self, minutes: f64) {
        let seconds = (minutes.max(0.0) * 60.0 / self.rate).min(86_400.0);
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    }
}
