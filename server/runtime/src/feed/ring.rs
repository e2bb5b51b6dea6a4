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

#[cfg(test)]
mod tests {
    use model::event::{Event, NewEvent};
    use model::id::{AccountName, CommandId, DistrictId, PolicyId, TaskId};
    use model::time::Instant;
    use uuid::Uuid;

    use super::*;

    fn tables(head: u64) -> Tables {
        let mut tables = Tables::empty(DistrictId::from("310107"), PolicyId::from("none"));
        tables.head = head;
        tables
    }

    fn committed(seq: u64) -> Committed {
        Committed {
            event: Arc::new(RecordedEvent {
                district: DistrictId::from("310107"),
                seq,
                at: Instant::from_ms(0),
                new: NewEvent {
                    command_id: CommandId(Uuid::nil()),
                    recorded_at: None,
                    content_tag: String::new(),
                    actor: AccountName::from("system"),
                    policy_id: PolicyId::from("none"),
                    drill: false,
                    event: Event::TaskSeen {
                        task_id: TaskId(Uuid::nil()),
                    },
                    details: model::details::Details::new(),
                },
            }),
            after: tables(seq),
        }
    }

    #[test]
    fn every_kept_position_is_served_and_no_other() {
        let mut ring = Ring::new(tables(10), 3);
        for seq in 11..=15 {
            ring.push(committed(seq));
        }
        assert_eq!(ring.head(), 15);
        let after = |seq| -> Option<Vec<(u64, u64)>> {
            Some(
                ring.after(seq)?
                    .map(|(before, committed)| (before.head, committed.event.seq))
                    .collect(),
            )
        };
        assert_eq!(after(12), Some(vec![(12, 13), (13, 14), (14, 15)]));
        assert_eq!(after(14), Some(vec![(14, 15)]));
        assert_eq!(after(15), Some(vec![]));
        assert_eq!(after(11), None, "too old");
        assert_eq!(after(16), None, "not yet");
    }
}
