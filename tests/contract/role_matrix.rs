//! Every route × every role × own and foreign: what the table written by hand says is what the server answers, and the
//! table has every route of the API document.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use model::actor::Actor;
use model::background::Place;
use model::command::Command;
use model::id::CommandId;
use reqwest::Method;
use runtime::submission::Submission;
use serde_json::{Value, json};
use tests::client::{Client, now, report_at, seconds_from_now};
use tests::program::PASSWORD;
use tests::server::{ServerOptions, TestServer};
use uuid::Uuid;

/// The table: method, route, what is asked, then one number for each account.
const TABLE: &str = include_str!("roles.csv");
/// A place of 曹杨新村街道 whose position nobody knows: reports there are compared with nothing.
const PLACE: &str = "p-nowhere";

/// One row of the table.
struct Row {
    method: Method,
    route: String,
    what: String,
    /// Account and number, in the order of the header.
    expected: Vec<(String, u16)>,
}

fn rows() -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(TABLE.as_bytes());
    let accounts: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .skip(3)
        .map(str::to_owned)
        .collect();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let expected = accounts
                .iter()
                .cloned()
                .zip(record.iter().skip(3).map(|number| number.parse().unwrap()));
            Row {
                method: record[0].parse().unwrap(),
                route: record[1].to_owned(),
                what: record[2].to_owned(),
                expected: expected.collect(),
            }
        })
        .collect()
}

#[tokio::test]
async fn the_table_has_every_route_of_the_api_document_and_no_other() {
    let server = TestServer::start(ServerOptions::default()).await;
    let document: Value = reqwest::get(format!("{}/api/openapi.json", server.base_url))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut of_document = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "patch"] {
            if item.get(method).is_some() {
                of_document.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let of_table: BTreeSet<String> = rows()
        .into_iter()
        .map(|row| format!("{} {}", row.method, row.route))
        .collect();
    assert_eq!(of_table, of_document);
}

#[tokio::test]
async fn every_role_gets_what_the_table_says() {
    let city = City::start().await;
    let mut wrong = Vec::new();
    for row in rows() {
        for (account, expected) in &row.expected {
            let (path, body) = city.request(&row, account).await;
            let (got, answer) = city.send(&row, account, &path, body.as_ref()).await;
            if got != *expected {
                let what = format!("{} {} [{}] as {account}", row.method, row.route, row.what);
                wrong.push(format!("{what}: {got}, not {expected}: {}", answer["code"]));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cells differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A server with what the requests need.
struct City {
    server: TestServer,
    http: reqwest::Client,
    n_spots_used: AtomicU32,
}

/// A fresh case that `patrol1` reported and visits.
struct Fresh {
    sighting: String,
    case: String,
    task: String,
    of_police: String,
}

impl City {
    async fn start() -> Self {
        let server = TestServer::start(ServerOptions::default()).await;
        let district = server.runtime.default_district().unwrap();
        let place = Place {
            id: PLACE.into(),
            name: "没有位置的地点".to_owned(),
            level: None,
            kind: None,
            jurisdiction: Some("310107005".into()),
            position: None,
            hours: None,
            key: false,
        };
        let id = CommandId(Uuid::now_v7());
        let command = Command::ImportPlaces {
            places: vec![place],
        };
        district
            .submit(Submission::new(id, Actor::system(), command))
            .await
            .unwrap();
        let city = Self {
            server,
            http: reqwest::Client::new(),
            n_spots_used: AtomicU32::new(0),
        };
        city.client("command")
            .post(
                "/api/v1/resources/r-1/state",
                json!({"open": true, "beds_free": 900}),
            )
            .await
            .ok();
        city
    }

    fn client(&self, account: &str) -> &Client {
        self.server.client(account)
    }

    async fn fresh(&self) -> Fresh {
        let report = json!({
            "place": {"id": PLACE}, "seen_at": now(), "signs": ["disabled"], "n_people": 1, "source": "patrol",
            "task": {"id": Uuid::now_v7(), "state": "accepted"}, "note": "桥墩后面",
        });
        let answer = self
            .client("patrol1")
            .report(Uuid::now_v7(), &report)
            .await
            .ok();
        let case = self
            .client("command")
            .case(answer["case_id"].as_str().unwrap())
            .await;
        let of_police = case["escalations"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["department"] == "police");
        Fresh {
            sighting: text(&answer["sighting_id"]),
            case: text(&answer["case_id"]),
            task: text(&report["task"]["id"]),
            of_police: of_police.map(|e| text(&e["id"])).unwrap_or_default(),
        }
    }

    /// Two reports of two people who sleep a few metres apart: cases that may be the same.
    async fn two_that_may_be_one(&self) -> (String, String) {
        let n = Uuid::now_v7().as_u128() % 1_000;
        let lon = 121.38 + f64::from(u32::try_from(n).unwrap()) * 0.000_05;
        let report = |source: &str| {
            json!({"position": {"lon": lon, "lat": 31.24, "accuracy_m": 8, "crs": "wgs84"}, "seen_at": now(),
                   "signs": ["disabled"], "n_people": 1, "source": source})
        };
        let first = self
            .client("patrol1")
            .report(Uuid::now_v7(), &report("patrol"))
            .await
            .ok();
        let second = self
            .client("patrol1")
            .report(Uuid::now_v7(), &report("patrol"))
            .await
            .ok();
        (text(&second["sighting_id"]), text(&first["case_id"]))
    }

    /// Two reports that joined by themselves: the case, and the second sighting. Each call uses a spot of its own, 200 m
    /// from the others and all in 曹杨新村街道.
    async fn one_of_two_reports(&self) -> (String, String) {
        let n = self.n_spots_used.fetch_add(1, Ordering::Relaxed);
        let (column, row) = (f64::from(n % 5), f64::from(n / 5));
        let (lon, lat) = (121.399 + column * 0.002, 31.237 + row * 0.002);
        let report = report_at(lon, lat, &["bedded_down"]);
        let patrol = self.client("patrol1");
        let first = patrol.report(Uuid::now_v7(), &report).await.ok();
        let second = patrol.report(Uuid::now_v7(), &report).await.ok();
        assert_eq!(second["merged"], true, "{second}");
        (text(&first["case_id"]), text(&second["sighting_id"]))
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        self.client("command").post(path, body).await.ok()
    }

    async fn hold(&self) -> String {
        let fresh = self.fresh().await;
        let body = json!({"case_id": fresh.case, "n": 1, "until": seconds_from_now(600)});
        let answer = self
            .client("patrol1")
            .post("/api/v1/resources/r-1/holds", body)
            .await
            .ok();
        text(&answer["hold_id"])
    }

    /// A person who is a subject of a case of `street1`.
    async fn person(&self) -> String {
        let person = text(&self.command("/api/v1/persons", json!({})).await["person_id"]);
        let case = self.fresh().await.case;
        self.command(
            &format!("/api/v1/cases/{case}/subjects"),
            json!({"n": 1, "person_id": person}),
        )
        .await;
        person
    }

    /// Path and body of one request, with whatever it needs made before.
    async fn request(&self, row: &Row, account: &str) -> (String, Option<Value>) {
        let route = row.route.as_str();
        let with = |id: &str| route.replace("{id}", id);
        let none = (route.to_owned(), None);
        if route.starts_with("/api/v1/tasks/{id}/") {
            let task = self.fresh().await.task;
            let body = match route.rsplit('/').next().unwrap() {
                "outcome" => json!({"outcome": "street_aid", "items": [{"name": "棉被", "n": 1}]}),
                "return" => json!({"reason": "vehicle"}),
                _ => json!({}),
            };
            return (with(&task), Some(body));
        }
        if route.starts_with("/api/v1/escalations/{id}/") {
            let escalation = self.fresh().await.of_police;
            let step = route.rsplit('/').next().unwrap();
            if step == "report" || step == "complete" {
                let path = format!("/api/v1/escalations/{escalation}/acknowledge");
                self.client("police")
                    .post(&path, json!({"name": "王"}))
                    .await
                    .ok();
            }
            let body = match step {
                "acknowledge" => json!({"name": "王", "eta_min": 15}),
                "report" | "complete" => json!({"text": "已到场"}),
                "accept_part" => json!({"name": "王", "part": "现场秩序", "reason": "人手不足"}),
                "transfer" => json!({"to": "city_management", "reason": "职责"}),
                _ => json!({"reason": "no_staff"}),
            };
            return (with(&escalation), Some(body));
        }
        if let Some(step) = route.strip_prefix("/api/v1/cases/{id}/") {
            return self.request_on_case(row, step).await;
        }
        match route {
            "/api/v1/session" if row.method == Method::POST => (
                route.to_owned(),
                Some(json!({"account": account, "password": PASSWORD})),
            ),
            "/api/v1/sightings/{id}" => {
                let body = json!({"place": {"id": PLACE}, "seen_at": now(), "signs": ["disabled"], "n_people": 1, "source": "patrol"});
                (with(&Uuid::now_v7().to_string()), Some(body))
            }
            "/api/v1/sightings/{id}/additions" => (
                with(&self.fresh().await.sighting),
                Some(json!({"signs_added": ["no_bedding"]})),
            ),
            "/api/v1/sightings/{id}/reply" => {
                let body = json!({"place": {"id": PLACE}, "seen_at": now(), "signs": ["disabled"], "n_people": 1,
                                  "source": "hotline", "source_ref": "12345-0007"});
                let sighting = Uuid::now_v7();
                self.client("command").report(sighting, &body).await.ok();
                (with(&sighting.to_string()), Some(json!({"by": "王"})))
            }
            "/api/v1/sightings/{id}/same" => {
                let (sighting, case) = self.two_that_may_be_one().await;
                (
                    with(&sighting),
                    Some(json!({"case_id": case, "answer": "another"})),
                )
            }
            "/api/v1/sync" => (
                route.to_owned(),
                Some(json!({"device": "d-1", "sent_at": now(), "operations": []})),
            ),
            "/api/v1/positions" => {
                let position = json!({"lon": 121.40, "lat": 31.25, "crs": "wgs84"});
                (
                    route.to_owned(),
                    Some(
                        json!({"positions": [{"unit": "u-1", "position": position, "at": now()}]}),
                    ),
                )
            }
            "/api/v1/places/{id}/looked" => (with("p-1"), Some(json!({}))),
            "/api/v1/shifts/start" => (route.to_owned(), Some(json!({"lone": true}))),
            "/api/v1/shifts/check_in" | "/api/v1/shifts/end" | "/api/v1/panic" => {
                (route.to_owned(), Some(json!({})))
            }
            "/api/v1/resources/{id}/state" => {
                (with("r-1"), Some(json!({"open": true, "beds_free": 900})))
            }
            "/api/v1/resources/{id}/holds" => {
                let case = self.fresh().await.case;
                (
                    with("r-1"),
                    Some(json!({"case_id": case, "n": 1, "until": seconds_from_now(600)})),
                )
            }
            "/api/v1/holds/{id}/arrive" | "/api/v1/holds/{id}/release" => {
                (with(&self.hold().await), Some(json!({})))
            }
            "/api/v1/cases/{id}" => (with(&self.fresh().await.case), None),
            "/api/v1/hand-overs/{id}/accept" | "/api/v1/hand-overs/{id}/decline" => {
                let case = self.fresh().await.case;
                let offered = self
                    .command(
                        &format!("/api/v1/cases/{case}/hand_over"),
                        json!({"to": "邻区救助站", "reason": "人已过河"}),
                    )
                    .await;
                (
                    with(&text(&offered["hand_over_id"])),
                    Some(json!({"name": "李"})),
                )
            }
            "/api/v1/persons" => (
                route.to_owned(),
                Some(json!({"special_care": true, "person_name": "无名氏"})),
            ),
            "/api/v1/persons/{id}/join" => {
                let (one, other) = (self.person().await, self.person().await);
                (with(&one), Some(json!({"with": other, "reason": "同一人"})))
            }
            "/api/v1/persons/{id}/separate" => {
                let (one, other) = (self.person().await, self.person().await);
                self.command(
                    &format!("/api/v1/persons/{one}/join"),
                    json!({"with": other, "reason": "同一人"}),
                )
                .await;
                (with(&one), Some(json!({"reason": "不是同一人"})))
            }
            "/api/v1/weather/signals" => {
                let body = json!({"id": "matrix-1", "kind": "forecast", "issued_at": now(), "station": "上海中心气象台",
                                  "areas": ["310107014"], "values": {"temp_min_c": 9.0}});
                (route.to_owned(), Some(body))
            }
            "/api/v1/area-warnings/{jurisdiction}/raise" => (
                route.replace("{jurisdiction}", "310107103"),
                Some(json!({"level": "blue", "reason": "桃浦降温"})),
            ),
            "/api/v1/area-warnings/{jurisdiction}/lower" => (
                route.replace("{jurisdiction}", "310107103"),
                Some(json!({"level": "none", "reason": "误报"})),
            ),
            "/api/v1/area-warnings/{jurisdiction}/confirm" => (
                route.replace("{jurisdiction}", "310107103"),
                Some(json!({})),
            ),
            "/api/v1/drill" => (
                route.to_owned(),
                Some(json!({"on": row.what == "on", "reason": "冬季演练"})),
            ),
            "/api/v1/policy/adopt" => {
                let shipped = policy::policy::Policy::putuo().unwrap();
                let body = if row.what == "a new text" {
                    json!({"policy": format!("{}\n# another\n", shipped.text())})
                } else {
                    json!({"policy_id": shipped.id()})
                };
                (route.to_owned(), Some(body))
            }
            "/api/v1/basemap/tiles/{layer}/{z}/{x}/{y}" => {
                ("/api/v1/basemap/tiles/base/1/0/0".to_owned(), None)
            }
            _ => none,
        }
    }

    async fn request_on_case(&self, row: &Row, step: &str) -> (String, Option<Value>) {
        let fresh = self.fresh().await;
        let case = fresh.case.as_str();
        let mut path = row.route.replace("{id}", case);
        let body = match step {
            "personal" => {
                path.push_str("?purpose=visit");
                return (path, None);
            }
            "timeline" | "candidates" => return (path, None),
            "raise" if row.what == "to tier one" => json!({"tier": 1, "reason": "情况紧急"}),
            "raise" => json!({"warning_level": "orange", "reason": "情况紧急"}),
            "lower" => json!({"priority": "P2", "reason": "现场核实"}),
            "assign" => json!({"unit": "u-2", "reason": "最近"}),
            "take" => json!({"name": "赵", "reason": "亲自跟进"}),
            "merge" => json!({"into": self.fresh().await.case, "reason": "同一人"}),
            "unmerge" => {
                let survivor = self.fresh().await.case;
                self.command(
                    &format!("/api/v1/cases/{case}/merge"),
                    json!({"into": survivor, "reason": "同一人"}),
                )
                .await;
                path = row.route.replace("{id}", &survivor);
                json!({"case_id": case, "reason": "不是同一人"})
            }
            "split" => {
                let (case, second) = self.one_of_two_reports().await;
                path = row.route.replace("{id}", &case);
                json!({"sightings": [second], "reason": "两个人"})
            }
            "relocate" => json!({"jurisdiction": "310107014", "reason": "实际在长风"}),
            "note" => json!({"text": "带着一条狗"}),
            "close" => {
                json!({"reason": "联席会议决定", "decision": {"by": "钱", "ground": "已由家人接回"}})
            }
            "emergency_calls" => json!({"number": "120", "by": "孙", "at": now()}),
            "arrivals" => {
                let outcome = json!({"outcome": "accepted", "detail": "station", "informed": true, "offered": ["station"],
                                     "handed_to": {"organisation": "救助站", "name": "周", "at": now()}});
                for (step, body) in [("arrive", json!({})), ("outcome", outcome)] {
                    self.client("patrol1")
                        .post(&format!("/api/v1/tasks/{}/{step}", fresh.task), body)
                        .await
                        .ok();
                }
                json!({"organisation": "救助站", "name": "周", "at": now()})
            }
            "subjects" => json!({"sex": "male", "age_band": "18_59"}),
            "hand_over" => json!({"to": "邻区救助站", "reason": "人已过河"}),
            other => panic!("no request is written for {other}"),
        };
        (path, Some(body))
    }

    async fn send(
        &self,
        row: &Row,
        account: &str,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = self.http.request(
            row.method.clone(),
            format!("{}{path}", self.server.base_url),
        );
        let signs_in = path == "/api/v1/session" && row.method == Method::POST;
        if account != "nobody" && !signs_in {
            let token = if row.method == Method::DELETE {
                // The session that ends must not be the one that the other rows use.
                Client::sign_in(&self.server.base_url, account, PASSWORD)
                    .await
                    .token
            } else {
                self.client(account).token.clone()
            };
            request = request.bearer_auth(token);
        }
        if path == "/api/v1/live" {
            request = request
                .header("connection", "upgrade")
                .header("upgrade", "websocket")
                .header("sec-websocket-version", "13")
                .header("sec-websocket-protocol", "lamplighter.v1")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let number = answer.status().as_u16();
        if number == 101 {
            return (number, Value::Null);
        }
        (number, answer.json().await.unwrap_or(Value::Null))
    }
}

#[track_caller]
fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
