//! Snapshots as files: one each, written whole or not at all, checked when read. Beside the database, so that saving
//! a large one does not hold up the writer.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::row::RowHash;
use crate::snapshot::{Snapshot, SnapshotHead};

/// What every snapshot file begins with; the digit is the version of this frame, not of what is in it.
const MAGIC: &[u8; 8] = b"LLSNAP1\n";
/// Length of the frame before the content: magic, seq, hash, state hash, version, length, checksum.
const FRAME_BYTES: usize = 8 + 8 + 32 + 32 + 2 + 8 + 32;
const SUFFIX: &str = ".snapshot";
const SUFFIX_MAKING: &str = ".making";

/// The folder of snapshots; one folder in it for each district.
#[derive(Debug)]
pub(super) struct SnapshotFolder {
    folder: PathBuf,
}

impl SnapshotFolder {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) async fn make(folder: PathBuf) -> Result<Self, Fault> {
        let made = folder.clone();
        on_disk("making", &folder, move || fs::create_dir_all(made)).await?;
        Ok(Self { folder })
    }

    pub(super) async fn save(&self, district: &str, snapshot: Snapshot) -> Result<(), Fault> {
        let path = self.path(district, snapshot.head.seq);
        on_disk("saving", &path.clone(), move || {
            write_whole(&path, &snapshot)
        })
        .await
    }

    /// Numbers of the snapshots that are there, readable or not.
    pub(super) async fn seqs(&self, district: &str) -> Result<Vec<u64>, Fault> {
        let folder = self.of_district(district);
        on_disk("listing", &folder.clone(), move || list(&folder)).await
    }

    pub(super) async fn remove(&self, district: &str, seqs: Vec<u64>) -> Result<(), Fault> {
        let paths: Vec<PathBuf> = seqs
            .into_iter()
            .map(|seq| self.path(district, seq))
            .collect();
        let folder = self.of_district(district);
        on_disk("tidying", &folder, move || {
            paths.iter().try_for_each(fs::remove_file)
        })
        .await
    }

    pub(super) async fn heads(&self, district: &str) -> Result<Vec<SnapshotHead>, Fault> {
        let mut heads = Vec::new();
        for seq in self.seqs(district).await?.into_iter().rev() {
            let path = self.path(district, seq);
            let frame = on_disk("reading", &path.clone(), move || read_frame(&path)).await?;
            heads.extend(
                frame
                    .and_then(|frame| parse(&frame))
                    .map(|(head, _)| head)
                    .filter(|head| head.seq == seq),
            );
        }
        Ok(heads)
    }

    pub(super) async fn load(&self, district: &str, seq: u64) -> Result<Option<Snapshot>, Fault> {
        let path = self.path(district, seq);
        let read = path.clone();
        let file = on_disk("reading", &path, move || match fs::read(&read) {
            Ok(file) => Ok(Some(file)),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        });
        let Some(file) = file.await? else {
            return Ok(None);
        };
        let unreadable = |what: &str| Fault::Unreadable {
            thing: format!("snapshot {}", path.display()),
            what: what.to_owned(),
        };
        let frame = file.first_chunk().ok_or_else(|| unreadable("it is cut"))?;
        let (head, checksum) = parse(frame).ok_or_else(|| unreadable("it is no snapshot"))?;
        let bytes = Bytes::from(file).slice(FRAME_BYTES..);
        if head.seq != seq || checksum_of(&head, &bytes) != checksum {
            return Err(unreadable("its content does not give its checksum"));
        }
        Ok(Some(Snapshot { head, bytes }))
    }

    fn path(&self, district: &str, seq: u64) -> PathBuf {
        self.of_district(district)
            .join(format!("{seq:020}{SUFFIX}"))
    }

    /// A district is named by a code, but nothing it may be named by leads out of the folder.
    fn of_district(&self, district: &str) -> PathBuf {
        let name = district.bytes().map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'-' {
                char::from(byte).to_string()
            } else {
                format!("_{byte:02x}")
            }
        });
        let name: String = std::iter::once("d-".to_owned()).chain(name).collect();
        self.folder.join(name)
    }
}

async fn on_disk<T: Send + 'static>(
    operation: &'static str,
    path: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    let thing = format!("snapshots in {}", path.display());
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(source)) => Err(Fault::from_io(operation, thing, source)),
        Err(source) => Err(Fault::DiskFailed {
            operation,
            thing,
            source: Box::new(source),
        }),
    }
}

fn write_whole(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let making = path.with_extension(SUFFIX_MAKING.trim_start_matches('.'));
    let written = File::create(&making).and_then(|mut file| {
        file.write_all(&frame(snapshot))?;
        file.write_all(&snapshot.bytes)?;
        file.sync_all()
    });
    if let Err(fault) = written {
        // The half-made file only takes space; the fault to tell is the first.
        drop(fs::remove_file(&making));
        return Err(fault);
    }
    fs::rename(&making, path)?;
    File::open(folder)?.sync_all()
}

fn frame(snapshot: &Snapshot) -> Vec<u8> {
    let SnapshotHead {
        seq,
        hash,
        state_hash,
        format_version,
    } = &snapshot.head;
    let n_bytes = u64::try_from(snapshot.bytes.len()).unwrap_or(u64::MAX);
    let mut frame = Vec::with_capacity(FRAME_BYTES);
    frame.extend_from_slice(MAGIC);
    frame.extend_from_slice(&seq.to_be_bytes());
    frame.extend_from_slice(&hash.0);
    frame.extend_from_slice(state_hash);
    frame.extend_from_slice(&format_version.to_be_bytes());
    frame.extend_from_slice(&n_bytes.to_be_bytes());
    frame.extend_from_slice(&checksum_of(&snapshot.head, &snapshot.bytes));
    frame
}

fn checksum_of(head: &SnapshotHead, bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(head.seq.to_be_bytes());
    hasher.update(head.hash.0);
    hasher.update(head.state_hash);
    hasher.update(head.format_version.to_be_bytes());
    hasher.update(bytes);
    hasher.finalize().into()
}

fn parse(frame: &[u8; FRAME_BYTES]) -> Option<(SnapshotHead, [u8; 32])> {
    let (magic, rest) = frame.split_first_chunk::<8>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (hash, rest) = rest.split_first_chunk::<32>()?;
    let (state_hash, rest) = rest.split_first_chunk::<32>()?;
    let (format_version, rest) = rest.split_first_chunk::<2>()?;
    let (_n_bytes, rest) = rest.split_first_chunk::<8>()?;
    let checksum = rest.first_chunk::<32>()?;
    let head = SnapshotHead {
        seq: u64::from_be_bytes(*seq),
        hash: RowHash(*hash),
        state_hash: *state_hash,
        format_version: u16::from_be_bytes(*format_version),
    };
    (magic == MAGIC).then_some((head, *checksum))
}

fn read_frame(path: &Path) -> io::Result<Option<[u8; FRAME_BYTES]>> {
    let mut frame = [0; FRAME_BYTES];
    match File::open(path).and_then(|mut file| file.read_exact(&mut frame)) {
        Ok(()) => Ok(Some(frame)),
        Err(fault)
            if matches!(
                fault.kind(),
                io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound
            ) =>
        {
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

fn list(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    let mut seqs = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let seq: Option<u64> = name
            .to_str()
            .and_then(|name| name.strip_suffix(SUFFIX))
            .and_then(|digits| digits.parse().ok());
        seqs.extend(seq);
    }
    seqs.sort_unstable();
    Ok(seqs)
}
