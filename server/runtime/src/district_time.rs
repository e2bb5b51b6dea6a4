//! The time of a district: the clock's, but it never goes back and never stands still. A clock that is set back is not
//! followed; time goes on a little slower until the clock has caught up, so that what is due comes all the same.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use model::time::{Instant, Span};
use tokio::time::Instant as TokioInstant;

use crate::clock::{Clock, scaled};

/// How fast time goes while the clock lies behind, as a part of its usual speed: slow enough that hours are caught up
/// in days, fast enough that what is due comes late by a ninth of what was left, and not by those hours.
const SPEED_BEHIND: (i64, i64) = (9, 10);

/// The time of one district.
pub(crate) struct DistrictTime {
    clock: Arc<dyn Clock>,
    led: Mutex<Led>,
}

/// The last moment at which clock or journal led.
struct Led {
    at: Instant,
    since: TokioInstant,
}

impl DistrictTime {
    /// The time by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let led = Led {
            at: clock.now(),
            since: TokioInstant::now(),
        };
        Self {
            clock,
            led: Mutex::new(led),
        }
    }

    /// Now: never earlier than what was said before, nor than `last`, the last event.
    pub fn now(&self, last: Instant) -> Instant {
        let shown = self.clock.now().max(last);
        let mut led = self.led();
        let passed = scaled(led.since.elapsed(), self.clock.rate());
        let passed = Span::from_ms(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let went_on = led.at + passed.scaled(SPEED_BEHIND.0, SPEED_BEHIND.1);
        if shown < went_on {
            return went_on;
        }
        *led = Led {
            at: shown,
            since: TokioInstant::now(),
        };
        shown
    }

    /// Sleeps until about `due`; may end earlier, so the caller looks again.
    pub fn sleep_until(&self, due: Option<Instant>, last: Instant) -> BoxFuture<'static, ()> {
        let at = due.map(|due| {
            let now = self.now(last);
            let by_clock = self.clock.now();
            let left = due.since(now);
            if now > by_clock {
                by_clock + left.scaled(SPEED_BEHIND.1, SPEED_BEHIND.0)
            } else {
                by_clock + left
            }
        });
        self.clock.sleep_until(at)
    }

    /// How many times faster than the world the clock runs.
    pub fn rate(&self) -> f64 {
        self.clock.rate()
    }

    /// A poisoned lock still holds a moment.
    fn led(&self) -> MutexGuard<'_, Led> {
        self.led.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    /// Nothing has happened yet.
    const NEVER: Instant = Instant::from_ms(0);

    /// A clock of the machine that somebody sets.
    struct SetClock {
        started: TokioInstant,
        offset_ms: AtomicI64,
    }

    impl Clock for SetClock {
        fn now(&self) -> Instant {
            let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap();
            Instant::from_ms(100 * HOUR_MS + passed + self.offset_ms.load(Ordering::Relaxed))
        }
    }

    fn time() -> (Arc<SetClock>, DistrictTime) {
        let clock = Arc::new(SetClock {
            started: TokioInstant::now(),
            offset_ms: AtomicI64::new(0),
        });
        (Arc::clone(&clock), DistrictTime::new(clock))
    }

    async fn pass(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_forward_is_followed() {
        let (clock, time) = time();
        clock.offset_ms.store(5 * HOUR_MS, Ordering::Relaxed);
        assert_eq!(time.now(NEVER), Instant::from_ms(105 * HOUR_MS));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_stops_nothing_and_is_followed_again_when_it_has_caught_up() {
        let (clock, time) = time();
        let before = time.now(NEVER);
        clock.offset_ms.store(-HOUR_MS, Ordering::Relaxed);
        assert_eq!(time.now(NEVER), before);
        pass(100).await;
        // Looking often does not make it slower.
        for _ in 0..10_000 {
            time.now(NEVER);
        }
        assert_eq!(time.now(NEVER), before + Span::from_secs(90));
        pass(10 * 3600).await;
        assert_eq!(time.now(NEVER), clock.now());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_comes_although_the_clock_was_set_back_by_hours() {
        let (clock, time) = time();
        let due = time.now(NEVER) + Span::from_secs(90);
        clock.offset_ms.store(-3 * HOUR_MS, Ordering::Relaxed);
        let started = TokioInstant::now();
        while time.now(NEVER) < due {
            time.sleep_until(Some(due), NEVER).await;
        }
        let took = started.elapsed();
        assert!(
            took >= Duration::from_secs(90) && took < Duration::from_secs(102),
            "{took:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_journal_that_ends_in_the_future_goes_on_from_there() {
        let (_, time) = time();
        let last = Instant::from_ms(200 * HOUR_MS);
        assert_eq!(time.now(last), last);
        pass(10).await;
        assert_eq!(time.now(last), last + Span::from_secs(9));
    }
}
