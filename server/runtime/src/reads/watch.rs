//! What machines that watch want to know of a district.

use journal::store::StoreWrite;

use crate::handle::DistrictHandle;

/// The setting that is written to find out whether the disk takes writes again.
const PROBE: &str = "probe";

impl DistrictHandle {
    /// Whether commands are taken and kept. After a commit that failed a small write asks the disk, so that readiness
    /// comes back by itself where nobody sends anything meanwhile.
    pub async fn is_ready(&self) -> bool {
        if self.shared.is_stopping() || self.shared.inbox.is_closed() {
            return false;
        }
        if self.shared.metrics.disk_refuses.get() == 0 {
            return true;
        }
        let write = StoreWrite::PutSetting {
            name: PROBE.to_owned(),
            value: self.shared.now().to_string(),
        };
        let takes = self.shared.store.write(vec![write]).await.is_ok();
        if takes {
            self.shared.metrics.disk_refuses.set(0);
        }
        takes
    }

    /// Commands that wait for the loop.
    pub fn inbox_depth(&self) -> usize {
        let inbox = &self.shared.inbox;
        inbox.max_capacity().saturating_sub(inbox.capacity())
    }
}
