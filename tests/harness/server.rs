//! The whole outside face in this process, usually over a journal in memory, on a free port of the loopback address.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use journal::journal::Archive;
use journal::memory::MemoryJournal;
use model::actor::Actor;
use model::background::{Place, Resource, Unit};
use model::command::Command;
use model::grade::Level;
use model::id::CommandId;
use model::time::Span;
use policy::preset::Preset;
use runtime::clock::{Clock, SystemClock};
use runtime::config::RuntimeConfig;
use runtime::runtime::{Means, Runtime};
use runtime::submission::Submission;
use spatial::position::Position;
use uuid::Uuid;
use vault::installation::InstallationKey;
use vault::randomness::SeededRandomness;
use vault::ring::KeyRing;
use web::services::Services;

use crate::client::Client;
use crate::policy_text::PolicyText;
use crate::program::{ACCOUNTS, PASSWORD};

/// How a server is started.
#[derive(Clone)]
pub struct ServerOptions {
    /// The text of a policy; absent = Putuo's as shipped.
    pub policy: Option<String>,
    /// The clock of the district.
    pub clock: Arc<dyn Clock>,
    /// Where events are kept; give the same one to a second start to go on with it.
    pub journal: Arc<dyn Archive>,
    /// How long a session lives without a request; absent = as usual.
    pub session_within: Option<Span>,
    /// Further words of `account add`, beside [`ACCOUNTS`]: name and rights.
    pub more_accounts: Vec<(String, server::errand::Rights)>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            policy: None,
            clock: Arc::new(SystemClock),
            journal: Arc::new(MemoryJournal::new()),
            session_within: None,
            more_accounts: Vec::new(),
        }
    }
}

impl ServerOptions {
    /// Putuo's policy with every duration divided: a ladder of an hour in a few seconds.
    #[must_use]
    pub fn faster(mut self, divisor: i64) -> Self {
        self.policy = Some(PolicyText::putuo().faster(divisor).text());
        self
    }
}

/// A running server. It ends with the value.
pub struct TestServer {
    /// Where it answers.
    pub base_url: String,
    /// The districts.
    pub runtime: Arc<Runtime>,
    /// What every handler has at hand.
    pub services: Services,
    clients: BTreeMap<String, Client>,
    serving: tokio::task::JoinHandle<()>,
}

impl TestServer {
    /// Starts a server with the accounts of [`ACCOUNTS`] and a little background: units `u-1` and `u-2`, place `p-1`,
    /// resource `r-1` kept by the rescue station.
    pub async fn start(options: ServerOptions) -> Self {
        let key = InstallationKey::from_bytes([7; 32]);
        let means = Means {
            journal: Arc::clone(&options.journal) as Arc<dyn journal::journal::Journal>,
            store: Arc::clone(&options.journal) as Arc<dyn journal::store::Store>,
            ring: KeyRing::new(&key),
            clock: Arc::clone(&options.clock),
            randomness: Arc::new(SeededRandomness::new(seed_of_start())),
            channels: Vec::new(),
        };
        let preset = Preset::putuo().expect("the shipped preset is in order");
        let mut config = RuntimeConfig::new(vec![preset.district.clone()]);
        if let Some(within) = options.session_within {
            config.session_within = within;
        }
        let runtime = Runtime::start(config, means)
            .await
            .expect("the district starts");
        runtime
            .adopt_preset(&preset, options.policy.as_deref())
            .await
            .expect("the preset is adopted");
        let runtime = Arc::new(runtime);
        furnish(&runtime).await;
        let mut names = Vec::new();
        for (name, words) in ACCOUNTS {
            add_account(&runtime, name, rights_of(words)).await;
            names.push((*name).to_owned());
        }
        for (name, rights) in options.more_accounts {
            add_account(&runtime, &name, rights).await;
            names.push(name);
        }
        let services = Services::new(Arc::clone(&runtime));
        let router = server::compose::router(&services);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            // It ends when the test drops the server.
            let _ = axum_server::from_tcp(listener)
                .expect("a listener")
                .serve(service)
                .await;
        });
        let base_url = format!("http://{address}");
        let mut clients = BTreeMap::new();
        for name in names {
            let client = Client::sign_in(&base_url, &name, PASSWORD).await;
            clients.insert(name, client);
        }
        Self {
            base_url,
            runtime,
            services,
            clients,
            serving,
        }
    }

    /// A signed-in account.
    #[track_caller]
    pub fn client(&self, account: &str) -> &Client {
        self.clients
            .get(account)
            .unwrap_or_else(|| panic!("there is no account {account}"))
    }

    /// Stops it in order.
    pub async fn stop(self) {
        self.runtime.stop().await;
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.serving.abort();
        self.runtime.abort();
    }
}

/// Two starts on one journal must not draw the same ids.
fn seed_of_start() -> u64 {
    static N_STARTS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    N_STARTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// The rights that the words of `account add` give.
fn rights_of(words: &[&str]) -> server::errand::Rights {
    let mut rights = server::errand::Rights::default();
    for pair in words.chunks(2) {
        let [option, value] = pair else {
            panic!("{pair:?} is no option with a value")
        };
        let value = (*value).to_owned();
        match *option {
            "--role" => rights.role = value,
            "--jurisdiction" => rights.jurisdictions.push(value),
            "--department" => rights.department = Some(value),
            "--unit" => rights.unit = Some(value),
            other => panic!("{other} is not known here"),
        }
    }
    rights
}

async fn add_account(runtime: &Arc<Runtime>, name: &str, rights: server::errand::Rights) {
    let errand = server::errand::Errand::AccountAdd {
        name: name.to_owned(),
        rights,
        password: Some(PASSWORD.to_owned()),
    };
    let said = server::errand::run(runtime, errand).await;
    assert!(
        said.done || said.text.contains("is there already"),
        "{}",
        said.text
    );
}

async fn furnish(runtime: &Arc<Runtime>) {
    let unit = |id: &str, street: &str| Unit {
        id: id.into(),
        name: id.to_owned(),
        jurisdiction: Some(street.into()),
        kind: Some("team".to_owned()),
        n_people: Some(2),
        vehicle: None,
        skills: std::collections::BTreeSet::new(),
        languages: std::collections::BTreeSet::new(),
        shift_start: Some("00:00".to_owned()),
        shift_end: Some("00:00".to_owned()),
    };
    let here = Position::new(121.40, 31.25).expect("a place on earth");
    let commands = [
        Command::ImportUnits {
            units: vec![unit("u-1", "310107005"), unit("u-2", "310107014")],
        },
        Command::ImportPlaces {
            places: vec![Place {
                id: "p-1".into(),
                name: "桥下".to_owned(),
                level: None,
                kind: Some("bridge".to_owned()),
                jurisdiction: Some("310107005".into()),
                position: Some(here),
                hours: None,
                key: true,
            }],
        },
        Command::ImportResources {
            resources: vec![Resource {
                id: "r-1".into(),
                name: "救助站".to_owned(),
                kind: "rescue_station".to_owned(),
                position: Some(here),
                hours: None,
                // More than any proof holds, so that beds run out only where a proof says so.
                beds: Some(1_000),
                beds_women: Some(5),
                storage: Some(true),
                pets: Some(false),
                late_exit: Some(true),
                opens_at_level: Some(Level::Yellow),
                keeper: Some("rescue_station".into()),
                phone: None,
            }],
        },
    ];
    let district = runtime.default_district().expect("a district");
    for (n, command) in (1_u128..).zip(commands) {
        let id = CommandId(Uuid::from_u128(n));
        let submission = Submission::new(id, Actor::system(), command);
        district
            .submit(submission)
            .await
            .expect("background is taken");
    }
}
