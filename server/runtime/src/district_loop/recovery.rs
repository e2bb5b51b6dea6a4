//! After a commit failed or its outcome is unknown: read the head again and rebuild the working state from what is
//! committed. And snapshots, which are written beside the loop.

use std::sync::Arc;

use dispatch::State;
use journal::chain;
use model::id::CommandId;
use uuid::Uuid;

use super::DistrictLoop;
use crate::fault::{RuntimeFault, chain_of};
use crate::feed::Committed;
use crate::{rows, snapshots};

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1024;

impl DistrictLoop {
    /// Rebuilds the working state; false while the disk does not answer.
    pub(super) async fn recover(&mut self) -> bool {
        match self.read_on().await {
            Ok(committed) => {
                self.set_doubtful(false);
                self.refused.clear();
                tracing::info!(
                    district.id = %self.shared.id,
                    n_found = committed.len(),
                    "The journal answers again; the state is what is on disk"
                );
                self.committed(committed, true).await;
                true
            }
            Err(fault) => {
                tracing::warn!(district.id = %self.shared.id, fault = %chain_of(&fault), "The journal does not answer yet");
                false
            }
        }
    }

    /// The published state, and on top of it whatever was committed although its answer was lost.
    async fn read_on(&mut self) -> Result<Vec<Committed>, RuntimeFault> {
        let reading = || RuntimeFault::journal("reading the journal again");
        let district = self.shared.id.clone();
        let published = self.shared.published.load_full();
        let end = self
            .journal
            .head(district.as_str())
            .await
            .map_err(reading())?;
        let mut state = State::from_tables(published.tables.clone());
        let mut head = published.head;
        let mut committed = Vec::new();
        while head.seq < end.seq {
            let page = self
                .journal
                .read(district.as_str(), head.seq, N_ROWS_A_READ)
                .await
                .map_err(reading())?;
            if page.is_empty() {
                break;
            }
            let records: Vec<Uuid> = page.iter().flat_map(rows::records_of).collect();
            self.keys.load(&*self.shared.store, records).await?;
            for row in page {
                chain::follows(head, &row).map_err(|source| RuntimeFault::Broken {
                    district: district.clone(),
                    source,
                })?;
                let read = rows::event_of(&row, &self.keys)?;
                dispatch::apply(&mut state, &read.event);
                head = row.head();
                committed.push(Committed {
                    event: Arc::new(read.event),
                    after: state.tables.clone(),
                });
            }
        }
        self.state = state;
        self.head = head;
        self.known.extend(
            committed
                .iter()
                .map(|one| -> CommandId { one.event.new.command_id }),
        );
        Ok(committed)
    }

    /// Keeps a snapshot beside the loop; the loop goes on.
    pub(super) fn snapshot_soon(&mut self) {
        self.n_since_snapshot = 0;
        let (tables, head, mut keys) = (self.state.tables.clone(), self.head, self.keys.clone());
        let (shared, journal) = (Arc::clone(&self.shared), Arc::clone(&self.journal));
        tokio::spawn(async move {
            let kept = match snapshots::encode(&tables, head, &mut keys) {
                Ok(snapshot) => journal
                    .save_snapshot(shared.id.as_str(), snapshot)
                    .await
                    .map_err(RuntimeFault::journal("keeping a snapshot")),
                Err(fault) => Err(fault),
            };
            match kept {
                Ok(()) => {
                    shared.metrics.n_snapshots.count();
                    tracing::info!(district.id = %shared.id, snapshot.seq = head.seq, "A snapshot is kept");
                }
                Err(fault) => {
                    tracing::warn!(district.id = %shared.id, fault = %chain_of(&fault), "A snapshot was not kept");
                }
            }
        });
    }

    /// Keeps a snapshot before the stop.
    pub(super) async fn save_snapshot(&mut self) {
        if self.n_since_snapshot == 0 {
            return;
        }
        let kept = match snapshots::encode(&self.state.tables, self.head, &mut self.keys) {
            Ok(snapshot) => self
                .journal
                .save_snapshot(self.shared.id.as_str(), snapshot)
                .await
                .map_err(RuntimeFault::journal("keeping a snapshot")),
            Err(fault) => Err(fault),
        };
        match kept {
            Ok(()) => self.shared.metrics.n_snapshots.count(),
            Err(fault) => {
                tracing::warn!(district.id = %self.shared.id, fault = %chain_of(&fault), "The snapshot at the stop was not kept");
            }
        }
    }
}
