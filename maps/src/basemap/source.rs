//! Where tiles come from: nothing, a file, or a server elsewhere that is asked with limits, so that its faults stay its
//! own.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use axum::http::{Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// How long a source has for one tile, waiting for its turn included; then the page is told to do without.
const TILE_WITHIN: Duration = Duration::from_secs(5);
/// Tiles that are asked for at once; more wait.
const N_AT_ONCE: usize = 16;
/// Bytes of one tile; a longer one is a failure of its source.
const TILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of all tiles that are kept; the oldest goes first.
const KEPT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a tile is kept.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// The finest zoom that anybody draws.
const ZOOM_MAX: u8 = 22;

/// One tile of a pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileAt {
    z: u8,
    x: u32,
    y: u32,
}

impl TileAt {
    /// From the words of a path; none for a tile that no pyramid has.
    pub fn read(z: &str, x: &str, y: &str) -> Option<Self> {
        let (z, x, y): (u8, u32, u32) = (z.parse().ok()?, x.parse().ok()?, y.parse().ok()?);
        let real = z <= ZOOM_MAX && x < 1 << z && y < 1 << z;
        real.then_some(Self { z, x, y })
    }
}

/// Where the base map comes from.
pub enum Origin {
    /// There is none.
    Nowhere,
    /// A PMTiles archive.
    File(PathBuf),
    /// A server with addresses of `{z}`, `{x}`, `{y}`.
    Template(String),
    /// 天地图, with the key of the installation.
    Tianditu {
        /// Its own address, or another one in a proof.
        host: String,
        /// Never shown.
        key: String,
    },
}

/// Without key and address: both may hold a secret.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Origin {
    const fn word(&self) -> &'static str {
        match self {
            Self::Nowhere => "none",
            Self::File(_) => "pmtiles",
            Self::Template(_) => "xyz",
            Self::Tianditu { .. } => "tianditu",
        }
    }
}

/// A tile as a page gets it.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What it is.
    pub media_type: String,
    /// All of it.
    pub bytes: Bytes,
}

/// Why there is no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileFault {
    /// There is no such tile.
    Unknown,
    /// Its source failed.
    Failed,
    /// Its source takes too long.
    Slow,
}

/// The base map.
#[derive(Debug)]
pub struct Basemap {
    origin: Origin,
    attribution: String,
    zooms: (u8, u8),
    within: Duration,
    client: Option<Elsewhere>,
    turns: Semaphore,
    kept: Mutex<Kept>,
}

type Elsewhere = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;
type Key = (usize, TileAt);

#[derive(Default)]
struct Kept {
    tiles: BTreeMap<Key, (Tile, Instant)>,
    order: VecDeque<Key>,
    n_bytes: usize,
}

impl Basemap {
    /// No base map.
    pub fn none() -> Self {
        Self::over(Origin::Nowhere, String::new(), (0, ZOOM_MAX), None)
    }

    /// A PMTiles archive with the zooms that its header names.
    pub fn file(path: PathBuf, zooms: (u8, u8), attribution: String) -> Self {
        Self::over(Origin::File(path), attribution, zooms, None)
    }

    /// A server elsewhere.
    ///
    /// # Errors
    /// When this machine knows no certificates to trust.
    pub fn remote(origin: Origin, attribution: String) -> io::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self::over(origin, attribution, (0, 18), Some(client)))
    }

    fn over(
        origin: Origin,
        attribution: String,
        zooms: (u8, u8),
        client: Option<Elsewhere>,
    ) -> Self {
        Self {
            origin,
            attribution,
            zooms,
            within: TILE_WITHIN,
            client,
            turns: Semaphore::new(N_AT_ONCE),
            kept: Mutex::default(),
        }
    }

    /// The same with another time for one tile, as proofs need it.
    #[must_use]
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Its kind, as on the wire.
    pub const fn kind(&self) -> &'static str {
        self.origin.word()
    }

    /// Where it comes from.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whom a map has to name.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// The coarsest and the finest zoom.
    pub const fn zooms(&self) -> (u8, u8) {
        self.zooms
    }

    /// Its layers of tiles, the lowest first.
    pub fn layers(&self) -> impl Iterator<Item = &'static str> {
        let names: &[&str] = match self.origin {
            Origin::Nowhere | Origin::File(_) => &[],
            Origin::Template(_) => &["base"],
            Origin::Tianditu { .. } => &["vec", "cva"],
        };
        names.iter().copied()
    }

    /// One tile: kept, else fetched.
    ///
    /// # Errors
    /// [`TileFault`].
    pub async fn tile(&self, layer: &str, at: TileAt) -> Result<Tile, TileFault> {
        let number = self
            .layers()
            .position(|known| known == layer)
            .ok_or(TileFault::Unknown)?;
        if at.z < self.zooms.0 || at.z > self.zooms.1 {
            return Err(TileFault::Unknown);
        }
        if let Some(tile) = self.kept().get((number, at)) {
            return Ok(tile);
        }
        let address = self.address(layer, at).ok_or(TileFault::Unknown)?;
        let fetched = timeout(self.within, async {
            let _turn = self.turns.acquire().await.map_err(|_| TileFault::Failed)?;
            self.fetch(&address).await
        });
        let tile = fetched.await.map_err(|_| TileFault::Slow)??;
        self.kept().put((number, at), tile.clone());
        Ok(tile)
    }

    fn address(&self, layer: &str, at: TileAt) -> Option<String> {
        let filled = |template: &str| {
            template
                .replace("{z}", &at.z.to_string())
                .replace("{x}", &at.x.to_string())
                .replace("{y}", &at.y.to_string())
        };
        match &self.origin {
            Origin::Nowhere | Origin::File(_) => None,
            Origin::Template(template) => Some(filled(template)),
            Origin::Tianditu { host, key } => Some(filled(&format!(
                "{host}/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default\
                 &TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
            ))),
        }
    }

    /// Asks once; what a server elsewhere says of another address is not followed.
    async fn fetch(&self, address: &str) -> Result<Tile, TileFault> {
        let client = self.client.as_ref().ok_or(TileFault::Unknown)?;
        let asked = Request::get(address)
            .header(header::USER_AGENT, "lamplighter")
            .body(Empty::new())
            .map_err(|_| TileFault::Failed)?;
        let answer = client.request(asked).await.map_err(|fault| {
            // Says which step failed and never the address, which may hold a key.
            tracing::debug!(connecting = fault.is_connect(), "A tile was not fetched");
            TileFault::Failed
        })?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(TileFault::Unknown);
        }
        let media_type = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .filter(|kind| is_tile(kind))
            .map(str::to_owned);
        let Some(media_type) = media_type.filter(|_| answer.status() == StatusCode::OK) else {
            return Err(TileFault::Failed);
        };
        let whole = Limited::new(answer.into_body(), TILE_BYTES_MAX)
            .collect()
            .await;
        Ok(Tile {
            media_type,
            bytes: whole.map_err(|_| TileFault::Failed)?.to_bytes(),
        })
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page of words is no tile, and is never passed on under our own origin; neither is a drawing with a script.
fn is_tile(media_type: &str) -> bool {
    [
        "image/png",
        "image/jpeg",
        "image/webp",
        "application/x-protobuf",
        "application/vnd.mapbox-vector-tile",
    ]
    .iter()
    .any(|known| media_type.starts_with(known))
}

/// Without the tiles.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tiles", self.tiles.len())
    }
}

impl Kept {
    fn get(&self, key: Key) -> Option<Tile> {
        let (tile, at) = self.tiles.get(&key)?;
        (at.elapsed() < KEPT_FOR).then(|| tile.clone())
    }

    fn put(&mut self, key: Key, tile: Tile) {
        self.n_bytes += tile.bytes.len();
        match self.tiles.insert(key, (tile, Instant::now())) {
            Some((before, _)) => self.n_bytes -= before.bytes.len(),
            None => self.order.push_back(key),
        }
        while self.n_bytes > KEPT_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some((gone, _)) = self.tiles.remove(&oldest) {
                self.n_bytes -= gone.bytes.len();
            }
        }
    }
}
