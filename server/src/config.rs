//! Settings of a server: the command line, then the environment, then a file, then what is usual.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::basemap::BasemapSettings;
use crate::command_line::{DataArgs, PresetName, ServeArgs};
use crate::exit::used_wrongly;

/// Where the data is when nobody says.
const DATA_USUAL: &str = "lamplighter-data";
/// Where a server listens when nobody says.
const LISTEN_USUAL: &str = "127.0.0.1:8080";
/// The name of the installation key in a data folder.
const KEY_FILE_USUAL: &str = "installation.key";

/// A settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    data: Option<PathBuf>,
    database: Option<String>,
    key_file: Option<PathBuf>,
    preset: Option<String>,
    listen: Option<String>,
    policy: Option<PathBuf>,
    tls: Option<String>,
    districts: Vec<String>,
    basemap: Option<String>,
    basemap_attribution: Option<String>,
}

/// A data folder with its key and preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSettings {
    /// The folder.
    pub folder: PathBuf,
    /// The installation key.
    pub key_file: PathBuf,
    /// The preset that was named, if any.
    pub preset: Option<PresetName>,
}

/// All settings of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// The data.
    pub data: DataSettings,
    /// Where to listen.
    pub listen: SocketAddr,
    /// A policy file to adopt.
    pub policy: Option<PathBuf>,
    /// Certificate and key.
    pub tls: Option<TlsFiles>,
    /// Further districts.
    pub districts: Vec<String>,
    /// The base map.
    pub basemap: BasemapSettings,
}

/// Certificate and key, as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with its chain.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl DataSettings {
    /// From the command line.
    ///
    /// # Errors
    /// `--database`, which this version does not serve.
    pub fn of(args: &DataArgs) -> anyhow::Result<Self> {
        Self::with_file(args, &ConfigFile::default())
    }

    fn with_file(args: &DataArgs, file: &ConfigFile) -> anyhow::Result<Self> {
        let database = args.database.as_ref().or(if args.data.is_some() {
            None
        } else {
            file.database.as_ref()
        });
        if database.is_some() {
            return Err(used_wrongly(
                "--database is not served by this version: the data lies in a folder, named by --data DIR",
            ));
        }
        let folder = args
            .data
            .clone()
            .or_else(|| file.data.clone())
            .unwrap_or_else(|| PathBuf::from(DATA_USUAL));
        let key_file = args
            .key_file
            .clone()
            .or_else(|| file.key_file.clone())
            .unwrap_or_else(|| folder.join(KEY_FILE_USUAL));
        let preset = match (args.preset, file.preset.as_deref()) {
            (Some(preset), _) => Some(preset),
            (None, None) => None,
            (None, Some("putuo")) => Some(PresetName::Putuo),
            (None, Some("none")) => Some(PresetName::None),
            (None, Some(other)) => {
                return Err(used_wrongly(format!(
                    "there is no preset `{other}`: putuo, none"
                )));
            }
        };
        Ok(Self {
            folder,
            key_file,
            preset,
        })
    }

    /// The socket of a server that has this folder.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("lamplighter.sock")
    }
}

impl ServeSettings {
    /// From the command line and the file it names.
    ///
    /// # Errors
    /// A file that cannot be read, an address that is none, `--tls auto`.
    pub fn of(args: &ServeArgs) -> anyhow::Result<Self> {
        let file = match &args.config {
            Some(path) => read(path)?,
            None => ConfigFile::default(),
        };
        let data = DataSettings::with_file(&args.data, &file)?;
        let listen = args.listen.as_deref().or(file.listen.as_deref());
        let tls = args.tls.as_deref().or(file.tls.as_deref());
        Ok(Self {
            data,
            listen: address_of(listen.unwrap_or(LISTEN_USUAL))?,
            policy: args.policy.clone().or_else(|| file.policy.clone()),
            tls: tls.map(tls_of).transpose()?,
            basemap: BasemapSettings::of(
                args.basemap.as_deref().or(file.basemap.as_deref()),
                args.basemap_attribution
                    .clone()
                    .or(file.basemap_attribution.clone()),
            )?,
            districts: if args.districts.is_empty() {
                file.districts
            } else {
                args.districts.clone()
            },
        })
    }
}

fn read(path: &Path) -> anyhow::Result<ConfigFile> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
    toml::from_str(&text)
        .map_err(|fault| used_wrongly(format!("the settings file {}: {fault}", path.display())))
}

/// An address to listen on.
///
/// # Errors
/// What is no address.
pub fn address_of(text: &str) -> anyhow::Result<SocketAddr> {
    text.to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .ok_or_else(|| {
            used_wrongly(format!(
                "`{text}` is no address to listen on, as 127.0.0.1:8080"
            ))
        })
}

fn tls_of(text: &str) -> anyhow::Result<TlsFiles> {
    if text == "auto" {
        return Err(used_wrongly(
            "--tls auto is not offered by this version: name a certificate and its key, as --tls CERT,KEY",
        ));
    }
    match text.split_once(',') {
        Some((certificate, key)) if !certificate.is_empty() && !key.is_empty() => Ok(TlsFiles {
            certificate: PathBuf::from(certificate),
            key: PathBuf::from(key),
        }),
        Some(_) | None => Err(used_wrongly(
            "--tls takes a certificate and its key, as --tls CERT,KEY",
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::command_line::{CommandLine, Verb};
    use crate::exit::UsedWrongly;

    fn settings(words: &[&str]) -> anyhow::Result<ServeSettings> {
        let line = CommandLine::try_parse_from([&["lamplighter", "serve"], words].concat())?;
        let Verb::Serve(args) = line.verb else {
            panic!("not the verb")
        };
        ServeSettings::of(&args)
    }

    #[test]
    fn the_command_line_goes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(
            &path,
            "data = '/var/a'\nlisten = '127.0.0.1:9000'\npreset = 'none'",
        )
        .unwrap();
        let path = path.to_str().unwrap();
        let settings = settings(&["--config", path, "--listen", "127.0.0.1:9001"]).unwrap();
        assert_eq!(settings.listen.port(), 9001);
        assert_eq!(settings.data.folder, Path::new("/var/a"));
        assert_eq!(settings.data.key_file, Path::new("/var/a/installation.key"));
        assert_eq!(settings.data.preset, Some(PresetName::None));
    }

    #[test]
    fn what_this_version_does_not_offer_is_said_and_ends_with_two() {
        for words in [
            &["--database", "postgres://localhost/lamplighter"][..],
            &["--tls", "auto"],
            &["--tls", "cert.pem"],
            &["--listen", "nowhere"],
        ] {
            let error = settings(words).unwrap_err();
            assert!(error.is::<UsedWrongly>(), "{words:?}: {error}");
        }
    }
}
