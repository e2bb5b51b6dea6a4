//! The data folder: its files, and the lock by which it belongs to one process.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Name of the database in the folder.
const DATABASE: &str = "journal.db";
/// Name of the file of signed heads.
const ANCHORS: &str = "anchors.jsonl";
/// Name of the folder of snapshots.
const SNAPSHOTS: &str = "snapshots";
/// Name of the lock file. It holds the number of the process, for whoever finds the folder in use.
const LOCK: &str = "lamplighter.lock";

/// Path of the database in a data folder.
pub fn database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Path of the file of signed heads in a data folder.
pub fn anchors(folder: &Path) -> PathBuf {
    folder.join(ANCHORS)
}

pub(crate) fn snapshots(folder: &Path) -> PathBuf {
    folder.join(SNAPSHOTS)
}

/// Proof that a data folder belongs to this process, as long as the value lives. The system takes the lock away from
/// a process that ends in whatever way.
#[derive(Debug)]
pub struct FolderLock {
    folder: PathBuf,
    _file: File,
}

impl FolderLock {
    /// Takes a folder for this process, making it (mode 0700) if it is not there.
    ///
    /// # Errors
    /// [`Fault::FolderInUse`] when another process has it; [`Fault::ReadOnly`], [`Fault::DiskFull`] and
    /// [`Fault::DiskFailed`] when the folder or its lock file cannot be made.
    pub fn take(folder: &Path) -> Result<Self, Fault> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source| {
            Fault::from_io(
                "making",
                format!("data folder {}", folder.display()),
                source,
            )
        })?;
        let path = folder.join(LOCK);
        let fault = |operation| {
            let thing = format!("lock file {}", path.display());
            move |source| Fault::from_io(operation, thing, source)
        };
        let options = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .clone();
        let mut file = options.open(&path).map_err(fault("opening"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::FolderInUse {
                    folder: folder.to_owned(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(fault("locking")(source)),
        }
        write_holder(&mut file).map_err(fault("writing"))?;
        Ok(Self {
            folder: folder.to_owned(),
            _file: file,
        })
    }

    /// The folder that is held.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Whether a folder holds a journal.
pub fn holds_journal(folder: &Path) -> bool {
    fs::exists(database(folder)).unwrap_or(false)
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_one_holder_and_is_free_when_it_lets_go() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("new/data");
        let lock = FolderLock::take(&folder).unwrap();
        let refused = FolderLock::take(&folder).unwrap_err();
        let Fault::FolderInUse { holder, .. } = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(*holder, Some(std::process::id()));
        assert!(
            refused.to_string().contains("is in use by process"),
            "{refused}"
        );
        drop(lock);
        FolderLock::take(&folder).unwrap();
    }
}
