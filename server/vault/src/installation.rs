//! The installation key: one secret in a file of its own, readable by its owner alone, never in a backup of the data.
//! Without it nothing sealed can be opened again.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::fault::VaultFault;
use crate::randomness::Randomness;

/// Length of the key in bytes.
const KEY_BYTES: usize = 32;
/// What stands before the key in its file; the number is the version of the form.
const PREFIX: &str = "lamplighter-installation-key-1:";
/// A key file is one short line; a longer file is something else and is not read to its end.
const FILE_BYTES_MAX: u64 = 256;

/// The one secret of an installation. Wiped from memory when dropped; never shown.
#[derive(Clone)]
pub struct InstallationKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

impl InstallationKey {
    /// A key given from outside: by a simulation, or by a secret store of the operator.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key file.
    ///
    /// # Errors
    /// [`VaultFault::KeyMissing`], [`VaultFault::KeyOpenToOthers`] when group or others have any right on it,
    /// [`VaultFault::KeyDamaged`], [`VaultFault::KeyFile`].
    pub fn load(path: &Path) -> Result<Self, VaultFault> {
        let mut file = File::open(path).map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                VaultFault::KeyMissing {
                    path: path.to_owned(),
                }
            } else {
                file_fault("opening", path)(source)
            }
        })?;
        let mode = file
            .metadata()
            .map_err(file_fault("inspecting", path))?
            .mode()
            & 0o777;
        if mode & 0o077 != 0 {
            return Err(VaultFault::KeyOpenToOthers {
                path: path.to_owned(),
                mode,
            });
        }
        let mut text = Zeroizing::new(String::new());
        match (&mut file).take(FILE_BYTES_MAX).read_to_string(&mut text) {
            Ok(_) => {}
            Err(source) if source.kind() == io::ErrorKind::InvalidData => {
                return Err(VaultFault::KeyDamaged {
                    path: path.to_owned(),
                });
            }
            Err(source) => return Err(file_fault("reading", path)(source)),
        }
        parse(&text).ok_or_else(|| VaultFault::KeyDamaged {
            path: path.to_owned(),
        })
    }

    /// Makes a key file with a new key: whole or not at all, mode 0600, on disk before this returns.
    ///
    /// # Errors
    /// [`VaultFault::KeyPresent`] when a file of this name exists, [`VaultFault::NoRandomness`],
    /// [`VaultFault::KeyFile`].
    pub fn create(path: &Path, randomness: &dyn Randomness) -> Result<Self, VaultFault> {
        let mut key = Self(Zeroizing::new([0; KEY_BYTES]));
        randomness.fill(key.0.as_mut_slice())?;
        let making = beside(path);
        // A file left by a start that was cut off holds no key that anything was sealed with.
        match fs::remove_file(&making) {
            Ok(()) => {}
            Err(source) if source.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(file_fault("clearing", &making)(source)),
        }
        write_whole(&making, &render(&key)).map_err(file_fault("writing", &making))?;
        // A link, unlike a rename, never replaces a key that another start has just made.
        let linked = fs::hard_link(&making, path);
        fs::remove_file(&making).map_err(file_fault("clearing", &making))?;
        match linked {
            Ok(()) => {}
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                return Err(VaultFault::KeyPresent {
                    path: path.to_owned(),
                });
            }
            Err(source) => return Err(file_fault("placing", path)(source)),
        }
        sync_folder(path).map_err(file_fault("syncing the folder of", path))?;
        Ok(key)
    }

    /// Reads the key file, or makes it when there is none. The answer says which, so that a caller can refuse a new
    /// key beside data that was sealed under another.
    ///
    /// # Errors
    /// As [`Self::load`] and [`Self::create`].
    pub fn load_or_create(
        path: &Path,
        randomness: &dyn Randomness,
    ) -> Result<(Self, Origin), VaultFault> {
        match Self::load(path) {
            Ok(key) => Ok((key, Origin::Found)),
            Err(VaultFault::KeyMissing { .. }) => {
                Ok((Self::create(path, randomness)?, Origin::Made))
            }
            Err(fault) => Err(fault),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

/// Whether a key was there or is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The file was there.
    Found,
    /// The file was made just now.
    Made,
}

fn render(key: &InstallationKey) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 2 * KEY_BYTES + 1));
    text.push_str(PREFIX);
    for byte in key.0.iter() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text.push('\n');
    text
}

fn parse(text: &str) -> Option<InstallationKey> {
    let digits = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .strip_prefix(PREFIX)?
        .as_bytes();
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut key = InstallationKey(Zeroizing::new([0; KEY_BYTES]));
    for (byte, pair) in key.0.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            *byte = (*byte << 4) | u8::try_from(value).ok()?;
        }
    }
    Some(key)
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".making");
    PathBuf::from(name)
}

fn file_fault(operation: &'static str, path: &Path) -> impl Fn(io::Error) -> VaultFault {
    move |source| VaultFault::KeyFile {
        operation,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::randomness::SeededRandomness;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_may_read_and_the_next_finds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        let source = SeededRandomness::new(5);
        let (made, origin) = InstallationKey::load_or_create(&path, &source).unwrap();
        assert_eq!((origin, mode(&path)), (Origin::Made, 0o600));
        let (found, origin) = InstallationKey::load_or_create(&path, &source).unwrap();
        assert_eq!((origin, found.0), (Origin::Found, made.0));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left in the folder"
        );
    }

    #[test]
    fn a_key_that_others_may_read_is_refused_until_that_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        InstallationKey::create(&path, &SeededRandomness::new(5)).unwrap();
        for open in [0o640, 0o604, 0o660, 0o610] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            let refused = InstallationKey::load(&path);
            assert!(
                matches!(refused, Err(VaultFault::KeyOpenToOthers { mode, .. }) if mode == open)
            );
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        InstallationKey::load(&path).unwrap();
    }

    #[test]
    fn a_key_is_never_made_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        let source = SeededRandomness::new(5);
        InstallationKey::create(&path, &source).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(
            InstallationKey::create(&path, &source),
            Err(VaultFault::KeyPresent { .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_that_is_no_key_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        let long = "0".repeat(2000);
        for content in [
            "",
            "lamplighter-installation-key-1:00ff\n",
            long.as_str(),
            "\u{0}\u{1}",
        ] {
            write_over(&path, content.as_bytes());
            assert!(
                matches!(
                    InstallationKey::load(&path),
                    Err(VaultFault::KeyDamaged { .. })
                ),
                "{content}"
            );
        }
        write_over(&path, &[0xFF, 0xFE]);
        assert!(matches!(
            InstallationKey::load_or_create(&path, &SeededRandomness::new(1)),
            Err(VaultFault::KeyDamaged { .. })
        ));
        assert_eq!(fs::read(&path).unwrap(), [0xFF, 0xFE]);
    }

    #[test]
    fn a_start_that_was_cut_off_does_not_stop_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        write_over(&beside(&path), b"lamplighter-inst");
        InstallationKey::create(&path, &SeededRandomness::new(5)).unwrap();
        InstallationKey::load(&path).unwrap();
    }

    fn write_over(path: &Path, content: &[u8]) {
        drop(fs::remove_file(path));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .unwrap();
        file.write_all(content).unwrap();
    }
}
