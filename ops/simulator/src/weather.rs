//! The cold front: forecasts and signals as the met station would issue them through the evening.

use std::sync::Arc;

use jiff::ToSpan;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::Account;
use crate::figures::{NightCounts, count};
use crate::timeline::NightClock;

/// One step of the front: minutes after the start, kind, colour, lowest temperature of the night in °C.
const FRONT: &[(f64, &str, Option<&str>, f64)] = &[
    (5.0, "forecast", None, 3.5),
    (90.0, "cold_wave", Some("blue"), 1.0),
    (180.0, "forecast", None, -0.5),
    (300.0, "cold_wave", Some("yellow"), -2.0),
    (420.0, "cold_wave", Some("orange"), -4.5),
];

/// Sends the front, step by step.
pub(crate) async fn cold_front(
    desk: Account,
    clock: NightClock,
    district: String,
    counts: Arc<NightCounts>,
) {
    let mut passed = 0.0;
    let night = Uuid::now_v7();
    for (at, kind, colour, temp_min_c) in FRONT {
        clock.sleep(at - passed).await;
        passed = *at;
        let now = clock.now();
        let expires = now.checked_add(24.hours()).unwrap_or(now);
        // A signal keeps its id through its colours, so that each step replaces the one before.
        let body: Value = json!({
            "id": format!("sim-{night}-{kind}"), "kind": kind, "colour": colour,
            "issued_at": now.to_string(), "expires_at": expires.to_string(), "station": "模拟气象台",
            "areas": [district], "values": {"temp_min_c": temp_min_c}, "cancelled": false,
        });
        match desk.post("/api/v1/weather/signals", &body).await {
            Ok(_) => count(&counts.signals),
            Err(fault) => {
                tracing::warn!(error = %fault, "a weather signal was not taken");
                count(&counts.failed);
            }
        }
    }
}
