//! New ids: UUIDs of version 7 from the district's time and the given randomness.

use std::sync::Arc;

use dispatch::IdSource;
use model::time::Instant;
use uuid::Uuid;
use vault::randomness::Randomness;

/// How many ids are drawn at once; one question for randomness serves that many.
const N_DRAWN: usize = 32;
/// Random bytes of one id: a version 7 id has 74 random bits.
const ID_BYTES: usize = 10;

/// Draws ids.
pub(crate) struct Ids {
    randomness: Arc<dyn Randomness>,
    ms: u64,
    drawn: Vec<u8>,
    last: Uuid,
}

impl Ids {
    pub(crate) fn new(randomness: Arc<dyn Randomness>) -> Self {
        Self {
            randomness,
            ms: 0,
            drawn: Vec::new(),
            last: Uuid::nil(),
        }
    }

    /// Ids made from now on carry this time.
    pub(crate) fn set_now(&mut self, now: Instant) {
        self.ms = u64::try_from(now.as_ms()).unwrap_or(0);
    }

    fn random_bytes(&mut self) -> [u8; ID_BYTES] {
        let mut bytes = [0_u8; ID_BYTES];
        if self.drawn.len() < ID_BYTES {
            self.drawn = vec![0; ID_BYTES * N_DRAWN];
            if let Err(fault) = self.randomness.fill(&mut self.drawn) {
                // Ids must only be unique, not secret: the last one counted on is unique too.
                tracing::error!(%fault, "No randomness for ids; counting on from the last one");
                self.drawn.clear();
            }
        }
        if let Some(rest) = self.drawn.len().checked_sub(ID_BYTES) {
            for (to, from) in bytes.iter_mut().zip(self.drawn.drain(rest..)) {
                *to = from;
            }
        } else {
            let counted = self.last.as_u128().wrapping_add(1).to_be_bytes();
            let tail = counted.into_iter().skip(16 - ID_BYTES);
            for (to, from) in bytes.iter_mut().zip(tail) {
                *to = from;
            }
        }
        bytes
    }
}

impl IdSource for Ids {
    fn next_id(&mut self) -> Uuid {
        let bytes = self.random_bytes();
        let id = uuid::Builder::from_unix_timestamp_millis(self.ms, &bytes).into_uuid();
        self.last = id;
        id
    }
}

#[cfg(test)]
mod tests {
    use vault::randomness::SeededRandomness;

    use super::*;

    #[test]
    fn ids_carry_the_time_and_differ() {
        let mut ids = Ids::new(Arc::new(SeededRandomness::new(1)));
        ids.set_now(Instant::from_ms(1_768_227_240_000));
        let drawn: Vec<Uuid> = (0..100).map(|_| ids.next_id()).collect();
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), drawn.len());
        let earlier = {
            ids.set_now(Instant::from_ms(1_768_227_239_000));
            ids.next_id()
        };
        assert!(
            drawn
                .iter()
                .all(|id| *id > earlier && id.get_version_num() == 7)
        );
    }

    #[test]
    fn one_seed_gives_the_same_ids() {
        let draw = || Ids::new(Arc::new(SeededRandomness::new(5))).next_id();
        assert_eq!(draw(), draw());
    }
}
