//! Chance from a seed: every choice of a night comes from here, so that a seed gives the same night again.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Draws from one seed.
pub struct Chance(StdRng);

impl Chance {
    /// A stream of its own for each purpose, so that more draws for one do not change another.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self(StdRng::seed_from_u64(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose,
        ))
    }

    /// Whether something of this many in a thousand happens.
    pub fn permille(&mut self, n: u32) -> bool {
        self.0.random_range(0..1000_u32) < n
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// An index below `n`; `n` is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    /// A small number from `low` to `high`, both included.
    pub fn few(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high)
    }

    /// From -1 to 1.
    pub fn offset(&mut self) -> f64 {
        self.0.random_range(-1.0..1.0)
    }

    /// One of these, if there is one.
    pub fn one<T>(&mut self, of: impl IntoIterator<Item = T>) -> Option<T> {
        let mut all: Vec<T> = of.into_iter().collect();
        if all.is_empty() {
            return None;
        }
        let n = self.below(all.len());
        Some(all.swap_remove(n))
    }

    /// One of a list that is not empty.
    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list by weight; at least one weight is not zero.
    pub fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let total: u32 = list.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.random_range(0..total);
        for (weight, what) in list {
            if left < *weight {
                return *what;
            }
            left -= weight;
        }
        list[list.len() - 1].1
    }
}
