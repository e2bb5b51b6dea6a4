//! How the parts are put together: folder, key, journal, runtime, router.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use journal::folder::{self, FolderLock};
use journal::journal::Journal;
use journal::sqlite::SqliteJournal;
use journal::store::Store;
use maps::basemap::source::Basemap;
use model::id::DistrictId;
use policy::preset::Preset;
use runtime::clock::{Clock, SystemClock};
use runtime::config::RuntimeConfig;
use runtime::runtime::{Means, Runtime};
use utoipa_axum::router::OpenApiRouter;
use vault::installation::{InstallationKey, Origin};
use vault::randomness::SystemRandomness;
use vault::ring::KeyRing;
use web::services::Services;

use crate::api_document;
use crate::command_line::PresetName;
use crate::config::DataSettings;
use crate::console;
use crate::exit::used_wrongly;
use crate::page;

/// The list of what was forgotten; it lies beside the installation key, where a restore finds it.
const FORGOTTEN: &str = "forgotten";
/// How often the promises of the program are looked at.
const PROMISES_EVERY: Duration = Duration::from_millis(500);
/// The setting of the store that keeps which preset the folder began with.
const PRESET: &str = "preset";
/// The district of a city that brings its own boundaries, where nobody names one.
const DISTRICT_OF_ANOTHER_CITY: &str = "district";

/// An opened data folder with everything running on it.
pub struct Installation {
    /// The districts.
    pub runtime: Arc<Runtime>,
    journal: Arc<SqliteJournal>,
}

/// What an opening may be told beside the folder.
#[derive(Default)]
pub struct Opening {
    /// The clock of the districts; absent = the machine's.
    pub clock: Option<Arc<dyn Clock>>,
    /// The text of a policy to adopt.
    pub policy: Option<String>,
    /// Further districts.
    pub districts: Vec<String>,
}

/// Opens a data folder: takes its lock, makes or reads the key, reads the journals, begins with the preset.
///
/// # Errors
/// A folder in use, a key that is missing beside data, another preset than the one it began with, a disk that fails.
pub async fn open(data: &DataSettings, opening: Opening) -> anyhow::Result<Installation> {
    open_adjusted(data, opening, |_| ()).await
}

/// The same with settings of the runtime changed before it starts, as proofs need it.
///
/// # Errors
/// As [`open`].
pub async fn open_adjusted(
    data: &DataSettings,
    opening: Opening,
    adjust: impl FnOnce(&mut RuntimeConfig),
) -> anyhow::Result<Installation> {
    let held = folder::holds_journal(&data.folder);
    let lock = FolderLock::take(&data.folder).context("the data folder cannot be taken")?;
    let randomness = SystemRandomness;
    let (key, origin) = InstallationKey::load_or_create(&data.key_file, &randomness)
        .context("the installation key cannot be read")?;
    if held && origin == Origin::Made {
        // A new key opens nothing of what is there.
        std::fs::remove_file(&data.key_file).context("the new key cannot be taken away again")?;
        anyhow::bail!(
            "the folder {} holds a journal, but its installation key {} is missing; without it nothing sealed opens",
            data.folder.display(),
            data.key_file.display()
        );
    }
    let journal = Arc::new(
        SqliteJournal::open(lock)
            .await
            .context("the journal cannot be opened")?,
    );
    let preset = preset_of(&*journal, data, &opening.districts).await?;
    let mut districts = vec![preset.district.clone()];
    districts.extend(
        opening
            .districts
            .iter()
            .map(|code| DistrictId::from(code.as_str())),
    );
    districts.dedup();
    let mut config = RuntimeConfig::new(districts);
    config.anchors = Some(folder::anchors(&data.folder));
    config.forgotten = Some(data.key_file.with_file_name(FORGOTTEN));
    config.promises_every = Some(PROMISES_EVERY);
    adjust(&mut config);
    let means = Means {
        journal: Arc::clone(&journal) as Arc<dyn Journal>,
        store: Arc::clone(&journal) as Arc<dyn Store>,
        ring: KeyRing::new(&key),
        clock: opening.clock.unwrap_or_else(|| Arc::new(SystemClock)),
        randomness: Arc::new(randomness),
        // Beside the live page, which the runtime has by itself.
        channels: vec![Arc::new(notify::log::Log)],
    };
    let runtime = Runtime::start(config, means)
        .await
        .context("the districts cannot be started")?;
    runtime
        .adopt_preset(&preset, opening.policy.as_deref())
        .await
        .context("the preset cannot be adopted")?;
    for code in &opening.districts {
        let district = DistrictId::from(code.as_str());
        if district == preset.district {
            continue;
        }
        // A further district brings its streets by an import.
        let further = Preset::none(district).context("the preset cannot be read")?;
        runtime
            .adopt_preset(&further, opening.policy.as_deref())
            .await
            .with_context(|| format!("the district {code} cannot begin"))?;
    }
    Ok(Installation {
        runtime: Arc::new(runtime),
        journal,
    })
}

impl Installation {
    /// Stops everything in order and closes the journal.
    pub async fn close(self) {
        let Self { runtime, journal } = self;
        runtime.stop().await;
        journal.close().await;
    }
}

/// The preset that the folder began with, or the one to begin with.
async fn preset_of(
    store: &dyn Store,
    data: &DataSettings,
    districts: &[String],
) -> anyhow::Result<Preset> {
    let settings = store
        .settings()
        .await
        .context("the settings cannot be read")?;
    let begun: Vec<(&str, &str)> = settings
        .iter()
        .filter_map(|(name, value)| {
            let district = name.strip_prefix(PRESET)?.strip_prefix('/')?;
            Some((district, value.as_str()))
        })
        .collect();
    let named = districts.first().map(String::as_str);
    // A folder of several districts is of the preset that brought streets, else of the district that is named first.
    let begun = begun
        .iter()
        .find(|(_, name)| *name == PresetName::Putuo.as_str())
        .or_else(|| begun.iter().find(|(district, _)| Some(*district) == named))
        .or_else(|| begun.first())
        .copied();
    let wanted = data.preset.map(PresetName::as_str);
    let (district, name) = match (begun, wanted) {
        (Some((_, begun)), Some(wanted)) if begun != wanted => {
            return Err(used_wrongly(format!(
                "the folder {} was begun with the preset `{begun}`; it cannot become `{wanted}`",
                data.folder.display()
            )));
        }
        (Some((district, begun)), _) => (Some(district.to_owned()), begun),
        (None, wanted) => (None, wanted.unwrap_or(PresetName::Putuo.as_str())),
    };
    let preset = if name == PresetName::None.as_str() {
        let code = district
            .or_else(|| districts.first().cloned())
            .unwrap_or_else(|| DISTRICT_OF_ANOTHER_CITY.to_owned());
        Preset::none(DistrictId(code))
    } else {
        Preset::putuo()
    };
    preset.context("the preset cannot be read")
}

/// All routes with their parts of the API document.
pub fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .merge(web::session::router())
        .merge(web::health::router())
        .merge(mobile_api::router())
        .merge(maps::router())
}

/// The whole outside face, without a base map.
pub fn router(services: &Services) -> axum::Router {
    router_over(services, Basemap::none())
}

/// The whole outside face over a base map.
pub fn router_over(services: &Services, basemap: Basemap) -> axum::Router {
    let (router, document) = routes().split_for_parts();
    let router = router
        .merge(api_document::router(document))
        .merge(page::router())
        .merge(console::router())
        .layer(axum::Extension(Arc::new(basemap)));
    web::layers::around(router, services).with_state(services.clone())
}
