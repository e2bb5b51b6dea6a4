//! Which base map the settings name, and how it is opened.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use maps::basemap::source::{Basemap, Origin};

use crate::exit::used_wrongly;

/// The only place where the key of 天地图 is looked for: it stands in no file and on no command line.
const TIANDITU_KEY: &str = "LAMPLIGHTER_TIANDITU_KEY";
const TIANDITU_HOST: &str = "https://t0.tianditu.gov.cn";
const TIANDITU_ATTRIBUTION: &str = "© 天地图";
/// Bytes of the head of a PMTiles archive that are read here (its version 3).
const HEAD_BYTES: usize = 127;
/// Where the head says the coarsest zoom; the finest is beside it.
const ZOOMS_AT: usize = 100;

/// The base map as the settings name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasemapSettings {
    what: What,
    attribution: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Nothing,
    File(PathBuf),
    Template(String),
    Tianditu,
}

impl BasemapSettings {
    /// No base map.
    pub const NONE: Self = Self {
        what: What::Nothing,
        attribution: None,
    };

    /// From a word of the command line or the settings file.
    ///
    /// # Errors
    /// What is neither of the four.
    pub fn of(word: Option<&str>, attribution: Option<String>) -> anyhow::Result<Self> {
        let what = match word {
            None | Some("none" | "") => What::Nothing,
            Some("tianditu") => What::Tianditu,
            Some(text) if text.starts_with("http://") || text.starts_with("https://") => {
                let whole = ["{z}", "{x}", "{y}"].iter().all(|part| text.contains(part));
                if !whole {
                    return Err(used_wrongly(
                        "the address of a base map's tiles has to contain {z}, {x} and {y}",
                    ));
                }
                What::Template(text.to_owned())
            }
            Some(text)
                if Path::new(text)
                    .extension()
                    .is_some_and(|end| end == "pmtiles") =>
            {
                What::File(PathBuf::from(text))
            }
            Some(_) => {
                return Err(used_wrongly(
                    "--basemap takes none, a file FILE.pmtiles, an address with {z}, {x} and {y}, or tianditu",
                ));
            }
        };
        Ok(Self { what, attribution })
    }

    /// Opens it.
    ///
    /// # Errors
    /// A file that is no PMTiles archive of version 3; a missing key.
    pub fn open(&self) -> anyhow::Result<Basemap> {
        let said = self.attribution.clone().unwrap_or_default();
        match &self.what {
            What::Nothing => Ok(Basemap::none()),
            What::File(path) => {
                let zooms = zooms_of(path)?;
                Ok(Basemap::file(path.clone(), zooms, said))
            }
            What::Template(template) => remote(Origin::Template(template.clone()), said),
            What::Tianditu => {
                let key = std::env::var(TIANDITU_KEY)
                    .ok()
                    .filter(|key| !key.is_empty())
                    .ok_or_else(|| used_wrongly(format!("{TIANDITU_KEY} is not set")))?;
                let host = TIANDITU_HOST.to_owned();
                let named = self.attribution.clone();
                let said = named.unwrap_or_else(|| TIANDITU_ATTRIBUTION.to_owned());
                remote(Origin::Tianditu { host, key }, said)
            }
        }
    }
}

fn remote(origin: Origin, attribution: String) -> anyhow::Result<Basemap> {
    Basemap::remote(origin, attribution).context("the base map cannot be fetched from elsewhere")
}

/// The coarsest and the finest zoom of an archive.
fn zooms_of(path: &Path) -> anyhow::Result<(u8, u8)> {
    let mut head = [0; HEAD_BYTES];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .with_context(|| format!("the base map {} cannot be read", path.display()))?;
    match (
        head.starts_with(b"PMTiles\x03"),
        head.get(ZOOMS_AT..ZOOMS_AT + 2),
    ) {
        (true, Some([coarsest, finest])) => Ok((*coarsest, *finest)),
        (true | false, _) => Err(used_wrongly(format!(
            "{} is no PMTiles archive of version 3",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_map_is_nothing_a_file_an_address_or_tianditu() {
        let of = |word: &str| BasemapSettings::of(Some(word), None);
        assert_eq!(of("none").unwrap(), BasemapSettings::NONE);
        assert!(of("https://tiles.example/{z}/{x}/{y}.png").is_ok());
        assert!(of("/var/maps/putuo.pmtiles").is_ok());
        for wrong in ["https://tiles.example/{z}/{x}.png", "osm", "map.mbtiles"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_zooms_stand_in_the_head_of_an_archive_and_another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pmtiles");
        let mut head = vec![0; HEAD_BYTES];
        head[..8].copy_from_slice(b"PMTiles\x03");
        (head[ZOOMS_AT], head[ZOOMS_AT + 1]) = (3, 15);
        std::fs::write(&path, &head).unwrap();
        assert_eq!(zooms_of(&path).unwrap(), (3, 15));
        std::fs::write(&path, vec![0; HEAD_BYTES]).unwrap();
        assert!(zooms_of(&path).is_err());
    }
}
