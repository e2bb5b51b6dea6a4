//! Where random bytes come from: the system in service, a seed in a simulation that must repeat.

use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

use crate::derive;
use crate::fault::VaultFault;

/// A source of random bytes, given by the caller so that a simulation gives the same keys and nonces for one seed.
pub trait Randomness: Send + Sync {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// [`VaultFault::NoRandomness`] when the source has failed; `bytes` must then not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), VaultFault>;
}

/// The operating system's generator. The only one fit for service.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), VaultFault> {
        let n_bytes = bytes.len();
        getrandom::fill(bytes).map_err(|source| VaultFault::NoRandomness { n_bytes, source })
    }
}

/// Bytes that follow from a seed alone. For simulations and tests: whoever knows the seed knows every key.
#[derive(Debug)]
pub struct SeededRandomness {
    seed: u64,
    n_blocks: AtomicU64,
}

impl SeededRandomness {
    /// A generator at its beginning.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            n_blocks: AtomicU64::new(0),
        }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), VaultFault> {
        for chunk in bytes.chunks_mut(derive::TAG_BYTES) {
            let block = self.n_blocks.fetch_add(1, Ordering::Relaxed);
            let key = self.seed.to_be_bytes();
            let made = Zeroizing::new(derive::tag(
                &key,
                "lamplighter/seeded",
                &[&block.to_be_bytes()],
            ));
            for (to, from) in chunk.iter_mut().zip(made.iter()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_bytes_and_another_seed_others() {
        let drawn = |seed| {
            let source = SeededRandomness::new(seed);
            let mut bytes = [0_u8; 70];
            source.fill(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        assert_ne!(
            drawn(7)[..32],
            drawn(7)[32..64],
            "it does not repeat itself"
        );
    }

    #[test]
    fn the_system_gives_other_bytes_each_time() {
        let (mut one, mut other) = ([0_u8; 32], [0_u8; 32]);
        SystemRandomness.fill(&mut one).unwrap();
        SystemRandomness.fill(&mut other).unwrap();
        assert_ne!(one, other);
    }
}
