//! The desk: calls of the public that somebody types in.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use uuid::Uuid;

use crate::api::Account;
use crate::city::{Sleeper, pick};
use crate::figures::{NightCounts, count};
use crate::timeline::NightClock;

/// Minutes between two calls, at least and at most.
const BETWEEN_CALLS: (f64, f64) = (4.0, 25.0);

/// Types in calls until the night ends.
pub(crate) async fn take_calls(
    desk: Account,
    clock: NightClock,
    sleepers: Arc<Vec<Sleeper>>,
    counts: Arc<NightCounts>,
    seed: u64,
) {
    let mut draw = StdRng::seed_from_u64(seed.wrapping_add(900));
    if sleepers.is_empty() {
        return;
    }
    loop {
        clock
            .sleep(draw.random_range(BETWEEN_CALLS.0..BETWEEN_CALLS.1))
            .await;
        let sleeper = pick(&mut draw, &sleepers).clone();
        let body = json!({
            "position": {"lon": sleeper.lon, "lat": sleeper.lat, "accuracy_m": 80, "crs": "wgs84"},
            "seen_at": clock.now().to_string(),
            "signs": ["second_hand"], "n_people": sleeper.n_people, "source": "hotline",
            "source_ref": format!("SIM-{}", draw.random_range(100_000..1_000_000)),
        });
        match desk
            .put(&format!("/api/v1/sightings/{}", Uuid::now_v7()), &body)
            .await
        {
            Ok(_) => count(&counts.calls),
            Err(fault) => {
                tracing::warn!(error = %fault, "a call was not taken");
                count(&counts.failed);
            }
        }
    }
}
