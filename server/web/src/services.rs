//! What every handler has at hand, and the limits of the outside face.

use std::sync::Arc;
use std::time::Duration;

use runtime::runtime::Runtime;

use crate::metrics::HttpMetrics;

/// What every handler has at hand.
#[derive(Clone)]
pub struct Services {
    /// The districts of this process.
    pub runtime: Arc<Runtime>,
    /// What is counted about requests.
    pub metrics: Arc<HttpMetrics>,
    /// Limits.
    pub limits: Limits,
    /// Whether the outside is reached through TLS: cookies are then marked secure.
    pub tls: bool,
}

impl Services {
    /// Services over a runtime with the usual limits.
    pub fn new(runtime: Arc<Runtime>) -> Self {
        Self {
            runtime,
            metrics: Arc::new(HttpMetrics::default()),
            limits: Limits::default(),
            tls: false,
        }
    }
}

/// Limits of requests. Each says what happens when it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a JSON or XML body; more is `body_too_large`.
    pub json_bytes_max: usize,
    /// Bytes of an outbox; more is `body_too_large`.
    pub sync_bytes_max: usize,
    /// Operations of an outbox; more is `out_of_range`.
    pub operations_max: usize,
    /// A request that takes longer is answered `request_timed_out`; its command may still be taken, and a repeat under
    /// its id gets the answer.
    pub request_within: Duration,
    /// A websocket that does not say hello in this time is closed.
    pub hello_within: Duration,
    /// A websocket whose reader takes nothing for this long is closed as too slow.
    pub write_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes_max: 256 * 1024,
            sync_bytes_max: 8 * 1024 * 1024,
            operations_max: 2_000,
            request_within: Duration::from_secs(30),
            hello_within: Duration::from_secs(10),
            write_within: Duration::from_secs(20),
        }
    }
}
