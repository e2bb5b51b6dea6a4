//! Slows down guessing of passwords: for each account and for each address a number of failed tries in a time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::time::{Instant, Span};

/// Failed tries of one account before it has to wait.
const N_OF_ACCOUNT: u32 = 5;
/// Failed tries from one address before it has to wait; a station shares one.
const N_OF_ADDRESS: u32 = 30;
/// The time in which tries are counted, and after which a full count is forgotten.
const WITHIN: Span = Span::from_mins(5);
/// Names remembered; when there are more the oldest are forgotten.
const N_REMEMBERED: usize = 20_000;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Account,
    Address,
}

#[derive(Clone, Copy)]
struct Count {
    since: Instant,
    n: u32,
}

/// Counts failed tries.
#[derive(Default)]
pub(super) struct Throttle {
    counts: Mutex<BTreeMap<(Of, String), Count>>,
}

impl Throttle {
    /// Whether another try is allowed now; else how long to wait.
    pub(super) fn admit(&self, now: Instant, account: &str, address: &str) -> Result<(), Duration> {
        let counts = self.lock();
        for (of, name, n_max) in named(account, address) {
            if let Some(count) = counts.get(&(of, name.to_owned())) {
                let until = count.since + WITHIN;
                if count.n >= n_max && now < until {
                    let ms = u64::try_from(until.since(now).as_ms()).unwrap_or(0);
                    return Err(Duration::from_millis(ms.max(1000)));
                }
            }
        }
        Ok(())
    }

    /// A try failed.
    pub(super) fn failed(&self, now: Instant, account: &str, address: &str) {
        let mut counts = self.lock();
        for (of, name, _) in named(account, address) {
            let count = counts
                .entry((of, name.to_owned()))
                .or_insert(Count { since: now, n: 0 });
            if now >= count.since + WITHIN {
                *count = Count { since: now, n: 0 };
            }
            count.n += 1;
        }
        if counts.len() > N_REMEMBERED {
            counts.retain(|_, count| now < count.since + WITHIN);
        }
        while counts.len() > N_REMEMBERED {
            counts.pop_first();
        }
    }

    /// A try succeeded: the account starts anew, the address does not.
    pub(super) fn succeeded(&self, account: &str) {
        self.lock().remove(&(Of::Account, account.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Of, String), Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named<'a>(account: &'a str, address: &'a str) -> [(Of, &'a str, u32); 2] {
    [
        (Of::Account, account, N_OF_ACCOUNT),
        (Of::Address, address, N_OF_ADDRESS),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Instant {
        Instant::from_ms(s * 1000)
    }

    #[test]
    fn the_sixth_try_of_an_account_waits_and_another_account_does_not() {
        let throttle = Throttle::default();
        for n in 0..5 {
            assert!(throttle.admit(at(n), "patrol1", "10.0.0.1").is_ok());
            throttle.failed(at(n), "patrol1", "10.0.0.1");
        }
        assert_eq!(
            throttle.admit(at(10), "patrol1", "10.0.0.1"),
            Err(Duration::from_secs(290))
        );
        assert!(throttle.admit(at(10), "patrol2", "10.0.0.1").is_ok());
        assert!(
            throttle.admit(at(300), "patrol1", "10.0.0.1").is_ok(),
            "the time is over"
        );
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let throttle = Throttle::default();
        for n in 0..30 {
            throttle.failed(at(0), &format!("account{n}"), "10.0.0.1");
        }
        assert!(throttle.admit(at(1), "another", "10.0.0.1").is_err());
        assert!(throttle.admit(at(1), "another", "10.0.0.2").is_ok());
    }

    #[test]
    fn a_success_clears_the_account() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.failed(at(0), "patrol1", "a");
        }
        throttle.succeeded("patrol1");
        throttle.failed(at(1), "patrol1", "a");
        assert!(throttle.admit(at(2), "patrol1", "a").is_ok());
    }
}
