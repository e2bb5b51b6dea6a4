//! One commit for a whole batch, and only after it answers, published state and the feed.

use std::collections::BTreeSet;
use std::sync::Arc;

use dispatch::Tables;
use journal::chain;
use journal::fault::Fault;
use journal::journal::Batch as JournalBatch;
use model::event::Event;
use model::id::{CommandId, RecordId};
use tokio::time::Instant as TokioInstant;

use super::DistrictLoop;
use super::batch::{Batch, Reply};
use crate::fault::chain_of;
use crate::feed::{Committed, FeedCall};
use crate::forgotten::Forgotten;
use crate::published::{Published, load_areas};
use crate::submission::Unavailable;

impl DistrictLoop {
    /// Commits, and only then answers, publishes and acts.
    pub(super) async fn commit(&mut self, batch: Batch) {
        let Batch {
            entries,
            committed,
            writes,
            replies,
            reload,
            spoilt,
            ..
        } = batch;
        if spoilt {
            self.fail(replies);
            return;
        }
        if entries.is_empty() && writes.is_empty() {
            answer_all(replies);
            return;
        }
        let ids: BTreeSet<CommandId> = committed
            .iter()
            .map(|one| one.event.new.command_id)
            .collect();
        let rows = chain::link(self.shared.id.as_str(), self.head, entries);
        let started = TokioInstant::now();
        let appended = self
            .journal
            .append(JournalBatch {
                district: self.shared.id.0.clone(),
                expected_head: self.head,
                rows,
                store: writes,
            })
            .await;
        let metrics = &self.shared.metrics;
        let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        metrics.n_commits.count();
        metrics.commit_us.set(took);
        metrics.commit_us_total.add(took);
        match appended {
            Ok(head) => {
                self.head = head;
                self.known.extend(ids);
                self.keys.keep_made();
                self.committed(committed, reload).await;
                answer_all(replies);
            }
            Err(fault) => {
                metrics.n_commits_failed.count();
                if let Fault::KeyPresent { record } = &fault {
                    // Another district took it a moment ago: the same again would fail every commit.
                    self.taken.insert(RecordId(*record));
                }
                tracing::error!(
                    district.id = %self.shared.id,
                    fault = %chain_of(&fault),
                    "A commit failed; the working state is rebuilt from what is on disk"
                );
                self.fail(replies);
            }
        }
    }

    /// Nothing of the batch is to be believed until the journal was read again.
    fn fail(&mut self, replies: Vec<Reply>) {
        self.keys.drop_made();
        self.set_doubtful(true);
        #[cfg(feature = "planted")]
        if self
            .config
            .plants(crate::config::Planted::StateKeptAfterFailedCommit)
        {
            self.set_doubtful(false);
        }
        for (reply, _) in replies {
            self.shared.metrics.n_storage_unavailable.count();
            // The sender may have gone.
            let _ = reply.send(Err(Unavailable::STORAGE.into()));
        }
    }

    /// Tells everybody what is on disk now.
    pub(super) async fn committed(&mut self, committed: Vec<Committed>, reload: bool) {
        let mut forgotten = Vec::new();
        for one in &committed {
            if let Event::DetailsErased { records, .. } = &one.event.new.event {
                for record in records {
                    self.keys.forget(record.0);
                }
                forgotten.extend(records.iter().copied());
            }
        }
        self.list_forgotten(forgotten).await;
        if reload {
            self.reload().await;
        }
        let n = u64::try_from(committed.len()).unwrap_or(u64::MAX);
        self.n_since_snapshot += n;
        self.shared.metrics.n_events.add(n);
        self.shared.metrics.head.set(self.head.seq);
        self.publish(&self.state.tables.clone());
        if !committed.is_empty() {
            // The feed never waits for its readers, so this wait is short; when it has ended nobody listens.
            let _ = self.shared.feed.send(FeedCall::Committed(committed)).await;
        }
    }

    /// What a backup does not know of has to be named elsewhere. The erasure itself is done: a list that cannot be written
    /// is made whole at the next start.
    async fn list_forgotten(&self, records: Vec<RecordId>) {
        let Some(path) = &self.config.forgotten else {
            return;
        };
        if let Err(fault) = Forgotten::at(path.clone()).add(records).await {
            tracing::error!(fault = %chain_of(&fault), "What was forgotten is not listed beside the key");
        }
    }

    fn publish(&self, tables: &Tables) {
        self.shared.published.store(Arc::new(Published {
            tables: tables.clone(),
            head: self.head,
            policies: Arc::clone(&self.book),
            areas: self.areas.clone(),
        }));
        self.shared.head.send_replace(self.head.seq);
    }

    /// Loads the book and the streets that the state names. A disk that fails leaves what is known.
    async fn reload(&mut self) {
        self.book = Arc::new(self.policies.book(&self.state.tables.policy_id));
        match load_areas(&*self.shared.store, &self.state.tables).await {
            Ok(areas) => self.areas = areas,
            Err(fault) => {
                tracing::error!(fault = %chain_of(&fault), "The streets cannot be loaded; the earlier ones stay");
            }
        }
    }
}

fn answer_all(replies: Vec<Reply>) {
    for (reply, outcome) in replies {
        // The sender may have gone; what was decided stands.
        let _ = reply.send(outcome);
    }
}
