//! What is counted about requests, and the text of `/metrics`. Routes by their pattern, never by their ids.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Upper edges of the latency buckets, in milliseconds.
const BUCKETS_MS: [u64; 10] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000];

/// One line of the request table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RouteKey {
    method: &'static str,
    route: String,
    code: u16,
}

/// How long the requests of one route took.
#[derive(Clone, Debug, Default)]
struct Latency {
    buckets: [u64; BUCKETS_MS.len()],
    n: u64,
    total_us: u64,
}

/// What is counted about requests.
#[derive(Debug, Default)]
pub struct HttpMetrics {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    requests: BTreeMap<RouteKey, u64>,
    latency: BTreeMap<String, Latency>,
}

impl HttpMetrics {
    /// Counts one answered request.
    pub fn count(&self, method: &'static str, route: &str, code: u16, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mut tables = self.lock();
        let key = RouteKey {
            method,
            route: route.to_owned(),
            code,
        };
        *tables.requests.entry(key).or_default() += 1;
        let latency = tables.latency.entry(route.to_owned()).or_default();
        latency.n += 1;
        latency.total_us = latency.total_us.saturating_add(us);
        for (bucket, edge_ms) in latency.buckets.iter_mut().zip(BUCKETS_MS) {
            if us <= edge_ms * 1_000 {
                *bucket += 1;
            }
        }
    }

    /// The request tables in the text form of Prometheus.
    pub fn write(&self, text: &mut Text) {
        let tables = self.lock();
        text.family(
            "lamplighter_http_requests_total",
            "counter",
            "Answered requests.",
        );
        for (key, n) in &tables.requests {
            text.line(
                "lamplighter_http_requests_total",
                &[
                    ("method", key.method),
                    ("route", &key.route),
                    ("code", &key.code.to_string()),
                ],
                &n.to_string(),
            );
        }
        text.family(
            "lamplighter_http_request_seconds",
            "histogram",
            "How long requests took.",
        );
        for (route, latency) in &tables.latency {
            for (n, edge_ms) in latency.buckets.iter().zip(BUCKETS_MS) {
                let edge = seconds(edge_ms * 1_000);
                text.line(
                    "lamplighter_http_request_seconds_bucket",
                    &[("route", route), ("le", &edge)],
                    &n.to_string(),
                );
            }
            text.line(
                "lamplighter_http_request_seconds_bucket",
                &[("route", route), ("le", "+Inf")],
                &latency.n.to_string(),
            );
            text.line(
                "lamplighter_http_request_seconds_sum",
                &[("route", route)],
                &seconds(latency.total_us),
            );
            text.line(
                "lamplighter_http_request_seconds_count",
                &[("route", route)],
                &latency.n.to_string(),
            );
        }
    }

    /// A poisoned lock still holds numbers that only grow.
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Microseconds as seconds in decimal.
pub fn seconds(us: u64) -> String {
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}

/// The text form of Prometheus, version 0.0.4.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// Begins a family.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One value with its labels.
    pub fn line(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        self.0.push_str(name);
        for (i, (label, of)) in labels.iter().enumerate() {
            self.0.push(if i == 0 { '{' } else { ',' });
            let escaped = of
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            let _ = write!(self.0, "{label}=\"{escaped}\"");
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_code_with_their_latency() {
        let metrics = HttpMetrics::default();
        metrics.count(
            "GET",
            "/api/v1/cases/{id}",
            200,
            Duration::from_micros(1_500),
        );
        metrics.count("GET", "/api/v1/cases/{id}", 404, Duration::from_millis(30));
        let mut text = Text::default();
        metrics.write(&mut text);
        let text = text.into_string();
        for line in [
            "lamplighter_http_requests_total{method=\"GET\",route=\"/api/v1/cases/{id}\",code=\"404\"} 1",
            "lamplighter_http_request_seconds_bucket{route=\"/api/v1/cases/{id}\",le=\"0.002000\"} 1",
            "lamplighter_http_request_seconds_bucket{route=\"/api/v1/cases/{id}\",le=\"+Inf\"} 2",
            "lamplighter_http_request_seconds_sum{route=\"/api/v1/cases/{id}\"} 0.031500",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
