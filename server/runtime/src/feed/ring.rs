//! The newest events, each with the tables after it: from here a feed is resumed.

use std::collections::VecDeque;
use std::sync::Arc;

use dispatch::Tables;
use model::event::RecordedEvent;

/// A committed event, and the tables after it.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    pub event: Arc<RecordedEvent>,
    pub after: Tables,
}

/// The newest committed events in order, without a gap.
#[derive(Debug)]
pub(crate) struct Ring {
    /// The tables before the first event kept.
    base: Tables,
    kept: VecDeque<Committed>,
    n_max: usize,
}

impl Ring {
    /// A ring that begins after these tables. It keeps at least one event.
    pub(crate) fn new(base: Tables, n_max: usize) -> Self {
        Self {
            base,
            kept: VecDeque::new(),
            n_max: n_max.max(1),
        }
    }

    pub(crate) fn push(&mut self, committed: Committed) {
        self.kept.push_back(committed);
        while self.kept.len() > self.n_max {
            if let Some(oldest) = self.kept.pop_front() {
                self.base = oldest.after;
            }
        }
    }

    /// The tables after the newest event.
    pub(crate) fn newest(&self) -> &Tables {
        self.kept.back().map_or(&self.base, |last| &last.after)
    }

    /// The seq of the newest event.
    pub(crate) fn head(&self) -> u64 {
        self.newest().head
    }

    /// The oldest position from which nothing is missing.
    pub(crate) fn oldest(&self) -> u64 {
        self.base.head
    }

    /// The tables at a position, if it is still kept.
    pub(crate) fn at(&self, seq: u64) -> Option<&Tables> {
        let n = usize::try_from(seq.checked_sub(self.base.head)?).ok()?;
        match n.checked_sub(1) {
            None => Some(&self.base),
            Some(n) => self.kept.get(n).map(|committed| &committed.after),
        }
    }

    /// The events after a position with the tables before and after each, oldest first; none when it is too old or
    /// lies in the future.
    pub(crate) fn after(
        &self,
        seq: u64,
    ) -> Option<impl Iterator<Item = (&Tables, &Committed)> + '_> {
        let before = self.at(seq)?;
        let n = usize::try_from(seq - self.base.head).ok()?;
        let befores = std::iter::once(before)
            .chain(self.kept.iter().skip(n).map(|committed| &committed.after));
        Some(befores.zip(self.kept.iter().skip(n)))
    }
}
