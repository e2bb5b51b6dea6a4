//! Chance that follows from a seed alone: ids, delays and choices of a virtual night.

use dispatch::IdSource;
use model::time::{Instant, Span};
use uuid::Uuid;

/// A small generator (splitmix64): good enough for delays and ids that need not be secret.
///
/// # Source
/// Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; zero for zero.
    pub(crate) const fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.roll() % n }
    }

    /// True in so many of a hundred cases.
    pub(crate) const fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    /// A span between two, to the second.
    pub(crate) fn between(&mut self, from: Span, to: Span) -> Span {
        let width = u64::try_from((to.as_ms() - from.as_ms()) / 1_000).unwrap_or(0);
        let seconds = i64::try_from(self.below(width + 1)).unwrap_or(0);
        from + Span::from_secs(seconds)
    }
}

/// New ids of version 7: from the time of the night and the dice.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    dice: Dice,
    ms: u64,
}

impl Ids {
    pub(crate) const fn new(seed: u64) -> Self {
        // Ids and behaviour have dice of their own: another behaviour changes no id that is given before it.
        Self {
            dice: Dice::new(seed ^ 0x6964_7320_6964_7320),
            ms: 0,
        }
    }

    /// Ids made from now on carry this time.
    pub(crate) fn set_now(&mut self, now: Instant) {
        self.ms = u64::try_from(now.as_ms()).unwrap_or(0);
    }
}

impl IdSource for Ids {
    fn next_id(&mut self) -> Uuid {
        let mut random = [0_u8; 10];
        let drawn = self
            .dice
            .roll()
            .to_be_bytes()
            .into_iter()
            .chain(self.dice.roll().to_be_bytes());
        for (to, from) in random.iter_mut().zip(drawn) {
            *to = from;
        }
        uuid::Builder::from_unix_timestamp_millis(self.ms, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_and_spans_and_another_seed_others() {
        let draw = |seed| {
            let (mut ids, mut dice) = (Ids::new(seed), Dice::new(seed));
            (
                ids.next_id(),
                ids.next_id(),
                dice.between(Span::from_secs(5), Span::from_mins(9)),
            )
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let (one, other, span) = draw(7);
        assert_ne!(one, other);
        assert!(Span::from_secs(5) <= span && span <= Span::from_mins(9));
    }
}
