//! Clocks: the machine's, a demo's that runs faster, and the paused one of a simulation. All of them sleep in tokio's
//! time, so that a paused runtime moves them by hand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use model::time::{Instant, Span};
use tokio::time::Instant as TokioInstant;

/// The longest sleep in one piece: a clock of the machine that was set meanwhile is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// What time it is, and sleeping until it is later.
pub trait Clock: Send + Sync {
    /// Now. May go back when the machine's clock is set; the time of a district never does.
    fn now(&self) -> Instant;

    /// How many times faster than the world it runs.
    fn rate(&self) -> f64 {
        1.0
    }

    /// Sleeps until about `at`; may end earlier, so the caller looks again. Without a time it sleeps at most
    /// thirty seconds.
    fn sleep_until(&self, at: Option<Instant>) -> BoxFuture<'static, ()> {
        let wait = at.map_or(SLEEP_MAX, |at| {
            let ms = u64::try_from(at.since(self.now()).as_ms()).unwrap_or(0);
            scaled(Duration::from_millis(ms), 1.0 / self.rate()).min(SLEEP_MAX)
        });
        // A wait that rounds to nothing would spin: time passes in whole milliseconds.
        let wait = if wait.is_zero() {
            wait
        } else {
            wait.max(Duration::from_millis(1))
        };
        Box::pin(tokio::time::sleep(wait))
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        system_now()
    }
}

/// A clock that begins at a given moment and runs 1 to 600 times as fast as the world. For the demo, and with rate 1
/// for simulations: under a paused runtime it moves only when the simulation moves time.
#[derive(Clone, Copy, Debug)]
pub struct ScaledClock {
    starts_at: Instant,
    started: TokioInstant,
    rate: f64,
}

impl ScaledClock {
    /// A clock that shows `starts_at` now. Rates outside 1 to 600 are moved to the nearer end.
    pub fn starting_at(starts_at: Instant, rate: f64) -> Self {
        Self {
            starts_at,
            started: TokioInstant::now(),
            rate: if rate.is_finite() {
                rate.clamp(1.0, 600.0)
            } else {
                1.0
            },
        }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Instant {
        let passed = scaled(self.started.elapsed(), self.rate);
        let ms = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        self.starts_at + Span::from_ms(ms)
    }

    fn rate(&self) -> f64 {
        self.rate
    }
}

/// The machine's clock read once, for what happens before a runtime starts.
pub fn system_now() -> Instant {
    let passed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_ms(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

pub(crate) fn scaled(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_fast_clock_shows_ten_minutes_after_one_second() {
        let clock = ScaledClock::starting_at(Instant::from_ms(1_000), 600.0);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), Instant::from_ms(601_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_ends_when_the_clock_shows_its_time() {
        let clock = ScaledClock::starting_at(Instant::from_ms(0), 60.0);
        let due = Instant::from_ms(90_000);
        clock.sleep_until(Some(due)).await;
        assert!(clock.now() >= due, "{}", clock.now());
        assert!(clock.now() < due + Span::from_secs(1), "{}", clock.now());
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_sleep_comes_in_pieces() {
        let clock = ScaledClock::starting_at(Instant::from_ms(0), 1.0);
        clock.sleep_until(Some(Instant::from_ms(3_600_000))).await;
        assert_eq!(clock.now(), Instant::from_ms(30_000));
    }

    #[test]
    fn a_rate_outside_the_limits_is_moved_to_them() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let _inside = runtime.enter();
        let rate = |rate| Clock::rate(&ScaledClock::starting_at(Instant::from_ms(0), rate));
        assert!((rate(0.0) - 1.0).abs() < f64::EPSILON);
        assert!((rate(1e9) - 600.0).abs() < f64::EPSILON);
        assert!((rate(f64::NAN) - 1.0).abs() < f64::EPSILON);
    }
}
