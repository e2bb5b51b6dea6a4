//! The newest positions of units, told at the pace of the feed. They are no events: only the last one counts.

use std::collections::BTreeMap;

use crate::feed::frame::Frame;
use crate::feed::task::FeedTask;
use crate::feed::{frames, visible};

impl FeedTask {
    pub(super) fn flush_positions(
        &mut self,
        id: u64,
        built: &mut BTreeMap<(u64, u64), (Option<Frame>, u64)>,
    ) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let key = (connection.audience, connection.positions_version);
        let (frame, version) = built
            .entry(key)
            .or_insert_with(|| self.positions_for(key.0, key.1))
            .clone();
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.positions_version = version;
        }
        self.send(id, frame);
    }

    /// The positions that changed after a version and that an audience may see.
    fn positions_for(&self, audience: u64, version: u64) -> (Option<Frame>, u64) {
        let (changed, version) = self.shared.positions.changed_since(version);
        let Some(group) = self.groups.get(&audience) else {
            return (None, version);
        };
        let published = self.shared.published.load();
        let seen = visible::positions(
            &published.policies,
            &group.audience,
            &published.tables,
            &changed,
        );
        if seen.is_empty() {
            (None, version)
        } else {
            self.shared.metrics.n_frames_built.count();
            (Some(frames::positions(seen)), version)
        }
    }
}
