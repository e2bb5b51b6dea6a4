//! The load: reporters, patrols and departments that send everything under an id and repeat it until it is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tests::client::{Answer, Client, now, report_at};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Spots where people sleep; a second report from one of them joins the first one's case.
const N_SPOTS: u32 = 120;
/// How long a sender waits before it repeats what was not answered.
const REPEAT_AFTER: Duration = Duration::from_millis(40);
/// How long a sender waits for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// The share of answered commands that are sent once more all the same.
const SENT_AGAIN: f64 = 0.15;
/// The share of escalations that a department never answers.
const SILENT: f64 = 0.35;

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Report,
    Accept,
    Depart,
    Arrive,
    Outcome,
    Acknowledgement,
}

/// What the senders were told, by the id under which they sent.
#[derive(Default)]
pub struct Ledger {
    /// Tries of each kind, answered or not.
    pub n_sent: BTreeMap<What, usize>,
    /// Tries that got no answer.
    pub n_unanswered: usize,
    /// Answered once and sent again.
    pub n_repeated: usize,
    /// Accepted, with the answer.
    pub acknowledged: BTreeMap<Uuid, (What, Value)>,
    /// Refused by a rule, with the code.
    pub refused: BTreeMap<Uuid, (What, String)>,
}

impl Ledger {
    /// How many were refused, by code.
    pub fn n_refused(&self) -> BTreeMap<&str, usize> {
        let mut n_by_code = BTreeMap::new();
        for (_, code) in self.refused.values() {
            *n_by_code.entry(code.as_str()).or_default() += 1;
        }
        n_by_code
    }

    pub fn n_acknowledged(&self, what: What) -> usize {
        self.acknowledged
            .values()
            .filter(|(kind, _)| *kind == what)
            .count()
    }
}

/// The running load.
pub struct Load {
    ledger: Arc<Mutex<Ledger>>,
    goes_on: Arc<AtomicBool>,
    senders: JoinSet<()>,
}

impl Load {
    /// Lets every account do what it does.
    pub fn begin(clients: &BTreeMap<&'static str, Client>, seed: u64) -> Self {
        let mut load = Self {
            ledger: Arc::default(),
            goes_on: Arc::new(AtomicBool::new(true)),
            senders: JoinSet::new(),
        };
        let mut n_senders = 0;
        let mut sender = |load: &Load, name: &str| {
            n_senders += 1;
            Sender {
                client: clients[name].clone(),
                ledger: Arc::clone(&load.ledger),
                goes_on: Arc::clone(&load.goes_on),
                draw: StdRng::seed_from_u64(seed.wrapping_add(n_senders)),
            }
        };
        for name in ["patrol1", "patrol2", "street1", "street2"] {
            let reporter = sender(&load, name);
            load.senders
                .spawn(reporter.reports(name.starts_with("patrol")));
        }
        for name in ["patrol1", "patrol2"] {
            let patrol = sender(&load, name);
            load.senders.spawn(patrol.works());
        }
        for (name, department) in [
            ("police", "police"),
            ("station", "rescue_station"),
            ("health", "health"),
            ("street1", "street_310107005"),
        ] {
            let desk = sender(&load, name);
            load.senders.spawn(desk.answers(department));
        }
        load
    }

    /// Lets everybody finish what is begun; what they were told.
    pub async fn end(mut self) -> Ledger {
        self.goes_on.store(false, Ordering::SeqCst);
        while let Some(ended) = self.senders.join_next().await {
            ended.unwrap();
        }
        std::mem::take(&mut *self.ledger.lock().unwrap())
    }
}

struct Sender {
    client: Client,
    ledger: Arc<Mutex<Ledger>>,
    goes_on: Arc<AtomicBool>,
    draw: StdRng,
}

impl Sender {
    fn goes_on(&self) -> bool {
        self.goes_on.load(Ordering::SeqCst)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    async fn rest(&mut self, ms: std::ops::Range<u64>) {
        let wait = self.draw.random_range(ms);
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }

    /// One try; nothing when no answer came, or one that says to come again.
    async fn one_try(&self, (what, id): (What, Uuid), path: &str, body: &Value) -> Option<Answer> {
        *self.ledger().n_sent.entry(what).or_default() += 1;
        let (method, key) = match what {
            What::Report => (Method::PUT, None),
            What::Accept | What::Depart | What::Arrive | What::Outcome | What::Acknowledgement => {
                (Method::POST, Some(id))
            }
        };
        let sending = self.client.try_send(method, path, Some(body), key);
        let answer = tokio::time::timeout(ANSWER_WITHIN, sending)
            .await
            .ok()
            .flatten()
            .filter(|answer| answer.status != 503 && answer.status != 429);
        if answer.is_none() {
            self.ledger().n_unanswered += 1;
        }
        answer
    }

    /// Sends until an answer comes, and now and then once more: the first answer must come again.
    async fn insist(&mut self, what: What, id: Uuid, path: &str, body: &Value) -> Answer {
        let answer = self.until_answered((what, id), path, body).await;
        if answer.status < 300 {
            self.ledger()
                .acknowledged
                .insert(id, (what, answer.body.clone()));
            if self.draw.random_bool(SENT_AGAIN) {
                let again = self.until_answered((what, id), path, body).await;
                assert_eq!(
                    (again.status, &again.body),
                    (200, &answer.body),
                    "the first answer to {what:?} {id} comes again"
                );
                self.ledger().n_repeated += 1;
            }
        } else {
            let code = answer.body["code"].as_str().unwrap_or_default().to_owned();
            assert!(
                answer.status < 500 && !code.is_empty(),
                "{what:?} {id}: {} {}",
                answer.status,
                answer.body
            );
            self.ledger().refused.insert(id, (what, code));
        }
        answer
    }

    async fn until_answered(&self, what: (What, Uuid), path: &str, body: &Value) -> Answer {
        loop {
            if let Some(answer) = self.one_try(what, path, body).await {
                return answer;
            }
            tokio::time::sleep(REPEAT_AFTER).await;
        }
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        let reading = self.client.try_send(Method::GET, path, None, None);
        let answer = tokio::time::timeout(ANSWER_WITHIN, reading).await;
        let items = answer
            .ok()
            .flatten()
            .map(|mut answer| answer.body["items"].take());
        items
            .and_then(|items| items.as_array().cloned())
            .unwrap_or_default()
    }

    /// Reports what is seen; a patrol is sometimes already beside the person, and then records what came of it.
    async fn reports(mut self, is_patrol: bool) {
        while self.goes_on() {
            let id = Uuid::now_v7();
            let spot = self.draw.random_range(0..N_SPOTS);
            let signs: &[&str] = match self.draw.random_range(0..100) {
                0..3 => &["suspected_hypothermia"],
                3..8 => &["bedded_down", "aged_60_or_older"],
                8..14 => &["bedding_only"],
                _ => &["bedded_down"],
            };
            let mut body = report_at(
                121.385 + f64::from(spot % 20) * 0.001_5,
                31.232 + f64::from(spot / 20) * 0.001_5,
                signs,
            );
            let visit = (is_patrol && self.draw.random_bool(0.2)).then(Uuid::now_v7);
            if let Some(visit) = visit {
                body["task"] = json!({"id": visit, "state": "arrived"});
            }
            let path = format!("/api/v1/sightings/{id}");
            let answer = self.insist(What::Report, id, &path, &body).await;
            if let Some(visit) = visit.filter(|_| answer.status < 300) {
                self.outcome(&visit.to_string()).await;
            }
            self.rest(40..220).await;
        }
    }

    /// Takes the next step of each task that the unit is offered or has.
    async fn works(mut self) {
        while self.goes_on() {
            for task in self.list("/api/v1/tasks?mine=true").await {
                let id = task["id"].as_str().unwrap().to_owned();
                match task["state"].as_str().unwrap_or_default() {
                    "offered" => self.step(What::Accept, &id, "accept").await,
                    "accepted" => self.step(What::Depart, &id, "depart").await,
                    "departed" => self.step(What::Arrive, &id, "arrive").await,
                    "arrived" => self.outcome(&id).await,
                    _ => {}
                }
            }
            self.rest(40..200).await;
        }
    }

    async fn step(&mut self, what: What, task: &str, step: &str) {
        let path = format!("/api/v1/tasks/{task}/{step}");
        self.insist(what, Uuid::now_v7(), &path, &json!({})).await;
    }

    async fn outcome(&mut self, task: &str) {
        let at = now();
        let body = match self.draw.random_range(0..3) {
            0 => {
                json!({"outcome": "not_found", "detail": "no_trace", "searched": ["ground", "shelter_200m"], "at": at})
            }
            1 => {
                json!({"outcome": "refused", "detail": "belongings", "n_met": 1, "offered": ["station", "quilt"],
                "informed": true, "card_left": true, "capacity": "has",
                "assessed_by": {"organisation": "120", "name": "王医生"}, "at": at})
            }
            _ => {
                json!({"outcome": "street_aid", "n_met": 1, "offered": ["quilt"], "informed": true,
                "items": [{"name": "棉被", "n": 1}], "at": at})
            }
        };
        let path = format!("/api/v1/tasks/{task}/outcome");
        self.insist(What::Outcome, Uuid::now_v7(), &path, &body)
            .await;
    }

    /// Answers most of what the department is asked.
    async fn answers(mut self, department: &str) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let path = format!("/api/v1/escalations?open=true&department={department}");
        while self.goes_on() {
            for escalation in self.list(&path).await {
                let id = escalation["id"].as_str().unwrap().to_owned();
                let open = escalation["acknowledged_at"].is_null() && escalation["ended"].is_null();
                let asked = escalation["for_information"] != json!(true);
                if !open || !asked || !known.insert(id.clone()) || self.draw.random_bool(SILENT) {
                    continue;
                }
                let path = format!("/api/v1/escalations/{id}/acknowledge");
                let body = json!({"name": "值班员", "eta_min": 30});
                self.insist(What::Acknowledgement, Uuid::now_v7(), &path, &body)
                    .await;
                if !self.goes_on() {
                    return;
                }
            }
            self.rest(100..400).await;
        }
    }
}
