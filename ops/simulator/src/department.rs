//! A department's desk: answers, answers late, or never.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::api::{Account, ApiFault};
use crate::figures::{NightCounts, count};
use crate::timeline::NightClock;

/// Minutes between two looks at the inbox.
const BETWEEN_LOOKS: f64 = 1.0;
/// Minutes until a desk answers, at least and at most; the limit of a P1 lies between them.
const ANSWERS_AFTER: (f64, f64) = (0.5, 9.0);

/// Looks at the inbox and answers until the night ends.
pub(crate) async fn answer(
    account: Account,
    clock: NightClock,
    silent: f64,
    counts: Arc<NightCounts>,
    seed: u64,
) {
    let mut draw = StdRng::seed_from_u64(seed);
    let mut known: BTreeSet<String> = BTreeSet::new();
    loop {
        clock.sleep(BETWEEN_LOOKS).await;
        let Ok(list) = account.get("/api/v1/escalations?open=true").await else {
            continue;
        };
        for escalation in list["items"].as_array().into_iter().flatten() {
            let Some(id) = escalation["id"].as_str() else {
                continue;
            };
            let open = escalation["acknowledged_at"].is_null() && escalation["ended"].is_null();
            if !open
                || escalation["for_information"] == Value::Bool(true)
                || !known.insert(id.to_owned())
            {
                continue;
            }
            if draw.random_bool(silent) {
                count(&counts.ignored);
                continue;
            }
            clock
                .sleep(draw.random_range(ANSWERS_AFTER.0..ANSWERS_AFTER.1))
                .await;
            let body = json!({"name": "值班员", "eta_min": draw.random_range(5..30)});
            match account
                .post(&format!("/api/v1/escalations/{id}/acknowledge"), &body)
                .await
            {
                Ok(_) => count(&counts.acknowledged),
                Err(ApiFault::Refused { .. }) => count(&counts.refused),
                Err(ApiFault::Unreachable { .. }) => count(&counts.failed),
            }
        }
    }
}
