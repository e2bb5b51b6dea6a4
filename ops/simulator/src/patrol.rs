//! A patrol: walks its round, reports, loses signal and syncs late, takes tasks and records what came of them.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Account, ApiFault};
use crate::city::{Sleeper, pick};
use crate::figures::{NightCounts, count};
use crate::timeline::NightClock;

/// Minutes of one step of the round.
const STEP: (f64, f64) = (1.0, 4.0);
/// The chance that a step brings somebody new into sight.
const SEES: f64 = 0.12;
/// The chance that the signal goes, and that it comes back, at a step.
const LOSES_SIGNAL: f64 = 0.05;
const REGAINS_SIGNAL: f64 = 0.3;
/// The chance that an offer is not taken, and that it is given back.
const LETS_LAPSE: f64 = 0.1;
const GIVES_BACK: f64 = 0.05;

struct Patrol {
    account: Account,
    unit: String,
    clock: NightClock,
    counts: Arc<NightCounts>,
    draw: StdRng,
    outbox: Vec<Value>,
    device_seq: u64,
    has_signal: bool,
    at: (f64, f64),
}

/// Walks until the night ends.
pub(crate) async fn walk(
    account: Account,
    clock: NightClock,
    sleepers: Arc<Vec<Sleeper>>,
    counts: Arc<NightCounts>,
    seed: u64,
) {
    if sleepers.is_empty() {
        return;
    }
    let mut draw = StdRng::seed_from_u64(seed);
    let start = pick(&mut draw, &sleepers).clone();
    let unit = account.who["unit"].as_str().unwrap_or_default().to_owned();
    let mut patrol = Patrol {
        account,
        unit,
        clock,
        counts,
        draw,
        outbox: Vec::new(),
        device_seq: 0,
        has_signal: true,
        at: (start.lon, start.lat),
    };
    patrol.note(
        patrol
            .account
            .post("/api/v1/shifts/start", &json!({"lone": false}))
            .await
            .map(|_| ()),
    );
    loop {
        let step = patrol.draw.random_range(STEP.0..STEP.1);
        patrol.clock.sleep(step).await;
        patrol.step(&sleepers).await;
    }
}

impl Patrol {
    async fn step(&mut self, sleepers: &[Sleeper]) {
        self.has_signal = if self.has_signal {
            !self.draw.random_bool(LOSES_SIGNAL)
        } else {
            self.draw.random_bool(REGAINS_SIGNAL)
        };
        if self.has_signal && !self.outbox.is_empty() {
            self.sync().await;
        }
        if self.draw.random_bool(SEES) {
            let sleeper = pick(&mut self.draw, sleepers).clone();
            self.at = (sleeper.lon, sleeper.lat);
            self.report(&sleeper).await;
        }
        if self.has_signal {
            self.send_position().await;
            self.work(sleepers).await;
        }
    }

    async fn send_position(&mut self) {
        let body = json!({"positions": [{
            "unit": self.unit, "at": self.clock.now().to_string(),
            "position": {"lon": self.at.0, "lat": self.at.1, "accuracy_m": 15, "crs": "wgs84"},
        }]});
        let sent = self
            .account
            .post("/api/v1/positions", &body)
            .await
            .map(|_| ());
        self.note(sent);
    }

    async fn report(&mut self, sleeper: &Sleeper) {
        let id = Uuid::now_v7();
        self.device_seq += 1;
        let now = self.clock.now().to_string();
        let beside = self.draw.random_bool(0.3);
        let body = json!({
            "position": {"lon": sleeper.lon, "lat": sleeper.lat, "accuracy_m": 12, "crs": "wgs84"},
            "seen_at": now, "signs": sleeper.signs, "n_people": sleeper.n_people, "source": "patrol",
            "description": {"sex": "unknown", "age_band": sleeper.age_band},
            "offline": !self.has_signal, "recorded_at": now, "device_seq": self.device_seq,
            "task": if beside { json!({"id": Uuid::now_v7(), "state": "arrived"}) } else { Value::Null },
        });
        if self.has_signal {
            let answer = self
                .account
                .put(&format!("/api/v1/sightings/{id}"), &body)
                .await;
            if answer.is_ok() {
                count(&self.counts.reports);
            }
            self.note(answer.map(|_| ()));
        } else {
            self.outbox.push(json!({
                "id": id, "device_seq": self.device_seq, "kind": "sighting", "target": id,
                "recorded_at": now, "needs": [], "body": body,
            }));
        }
    }

    async fn sync(&mut self) {
        let operations = std::mem::take(&mut self.outbox);
        let n = operations.len();
        let body = json!({"device": format!("sim-{}", self.unit), "sent_at": self.clock.now().to_string(), "operations": operations});
        match self.account.post("/api/v1/sync", &body).await {
            Ok(_) => {
                for _ in 0..n {
                    count(&self.counts.synced);
                }
            }
            Err(fault) => {
                // Nothing is lost: the operations keep their ids and go out with the next try.
                if let Some(back) = body["operations"].as_array() {
                    self.outbox.clone_from(back);
                }
                self.note(Err(fault));
            }
        }
    }

    /// Takes the next step of the unit's own tasks.
    async fn work(&mut self, sleepers: &[Sleeper]) {
        let Ok(list) = self.account.get("/api/v1/tasks?mine=true").await else {
            return;
        };
        for task in list["items"].as_array().cloned().unwrap_or_default() {
            let Some(id) = task["id"].as_str().map(str::to_owned) else {
                continue;
            };
            let path = |step: &str| format!("/api/v1/tasks/{id}/{step}");
            if !task["amended_seq"].is_null() {
                let seen = self
                    .account
                    .post(&path("seen"), &json!({}))
                    .await
                    .map(|_| ());
                self.note(seen);
            }
            match task["state"].as_str() {
                Some("offered") => {
                    if self.draw.random_bool(LETS_LAPSE) {
                        continue;
                    }
                    let taken = self
                        .account
                        .post(&path("accept"), &json!({}))
                        .await
                        .map(|_| ());
                    if taken.is_ok() {
                        count(&self.counts.accepted);
                    }
                    self.note(taken);
                }
                Some("accepted") if self.draw.random_bool(GIVES_BACK) => {
                    let body = json!({"reason": "vehicle"});
                    let back = self.account.post(&path("return"), &body).await.map(|_| ());
                    if back.is_ok() {
                        count(&self.counts.returned);
                    }
                    self.note(back);
                }
                Some("accepted") => {
                    let left = self
                        .account
                        .post(&path("depart"), &json!({}))
                        .await
                        .map(|_| ());
                    self.note(left);
                }
                Some("departed") => {
                    let there = self
                        .account
                        .post(&path("arrive"), &json!({}))
                        .await
                        .map(|_| ());
                    self.note(there);
                }
                Some("arrived") => self.outcome(&path("outcome"), sleepers).await,
                _ => {}
            }
        }
    }

    async fn outcome(&mut self, path: &str, sleepers: &[Sleeper]) {
        let met = pick(&mut self.draw, sleepers).clone();
        let now = self.clock.now().to_string();
        let body = if met.gone {
            json!({"outcome": "not_found", "detail": "no_trace", "searched": ["ground", "shelter_200m"], "at": now})
        } else if met.refuses {
            json!({"outcome": "refused", "detail": *pick(&mut self.draw, &["belongings", "distrust", "registration", "work"]),
                "n_met": met.n_people, "offered": ["station", "quilt"], "informed": true, "card_left": true,
                "capacity": "has", "items": [{"name": "棉被", "n": 1}],
                "assessed_by": {"organisation": "120", "name": "模拟医生"}, "at": now})
        } else {
            json!({"outcome": "accepted", "detail": "station", "n_met": met.n_people, "informed": true,
                "offered": ["station"], "handed_to": {"organisation": "救助站", "name": "模拟值班员"}, "at": now})
        };
        let done = self.account.post(path, &body).await.map(|_| ());
        if done.is_ok() {
            count(&self.counts.outcomes);
        }
        self.note(done);
    }

    /// Counts what went wrong.
    fn note(&self, result: Result<(), ApiFault>) {
        match result {
            Ok(()) => {}
            Err(ApiFault::Refused {
                path, status, code, ..
            }) => {
                tracing::debug!(path, status, code, "refused");
                count(&self.counts.refused);
            }
            Err(ApiFault::Unreachable { .. }) => count(&self.counts.failed),
        }
    }
}
