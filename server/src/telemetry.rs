//! Structured logs on the standard error: sentences with fields, as text or as JSON.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Which log lines are written, as `info` or `web=debug,info`.
const FILTER: &str = "LAMPLIGHTER_LOG";
/// `json` for one JSON document a line.
const FORMAT: &str = "LAMPLIGHTER_LOG_FORMAT";

/// Starts the log. A second start in one process changes nothing.
pub fn start(usual: &str) {
    let filter = std::env::var(FILTER).unwrap_or_else(|_| usual.to_owned());
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new(usual));
    // A log that cannot be written, as on a full disk, must not end what it tells of.
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let json = std::env::var(FORMAT).is_ok_and(|format| format == "json");
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(false).try_init()
    };
    // A test may have started a log of its own.
    let _ = started;
}
