//! Anchors: heads signed under the installation key and kept in a file of their own, every hour and at stop. A chain
//! that was cut or replaced as a whole still looks whole; the anchors tell.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::journal::Journal;
use crate::row::{Head, RowHash};

/// How long an anchor file that can be read may be: at one a district and hour, 16 districts for 40 years.
const FILE_BYTES_MAX: u64 = 2 << 30;

/// Signs bytes under a key that the journal never sees.
pub trait Signer: Send + Sync {
    /// The signature: the same for the same bytes, and not to be made without the key.
    fn sign(&self, bytes: &[u8]) -> [u8; 32];
}

impl<F: Fn(&[u8]) -> [u8; 32] + Send + Sync> Signer for F {
    fn sign(&self, bytes: &[u8]) -> [u8; 32] {
        self(bytes)
    }
}

/// A signed head: at this time the journal of this district ended here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The district.
    pub district: String,
    /// The last row then.
    pub seq: u64,
    /// Its hash.
    pub hash: RowHash,
    /// When it was signed, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The signature over all of the above.
    signature: RowHash,
}

impl Anchor {
    /// Signs a head.
    pub fn sign(signer: &dyn Signer, district: &str, head: Head, at_ms: i64) -> Self {
        let mut anchor = Self {
            district: district.to_owned(),
            seq: head.seq,
            hash: head.hash,
            at_ms,
            signature: RowHash([0; 32]),
        };
        anchor.signature = RowHash(signer.sign(&anchor.signed_bytes()));
        anchor
    }

    /// Whether this key signed exactly this anchor.
    pub fn is_signed_by(&self, signer: &dyn Signer) -> bool {
        signer.sign(&self.signed_bytes()) == self.signature.0
    }

    /// The head that was signed.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"lamplighter/journal/anchor/1".to_vec();
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.hash.0);
        bytes.extend_from_slice(&self.at_ms.to_be_bytes());
        bytes.extend_from_slice(self.district.as_bytes());
        bytes
    }
}

/// Signs where every district's journal ends now.
///
/// # Errors
/// Faults of the disk.
pub async fn sign_all(
    journal: &dyn Journal,
    signer: &dyn Signer,
    at_ms: i64,
) -> Result<Vec<Anchor>, Fault> {
    let mut anchors = Vec::new();
    for district in journal.districts().await? {
        let head = journal.head(&district).await?;
        anchors.push(Anchor::sign(signer, &district, head, at_ms));
    }
    Ok(anchors)
}

/// What stands on one line of an anchor file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An anchor whose signature is still to be judged.
    Anchor(Anchor),
    /// Something that is no anchor.
    NoAnchor,
    /// The beginning of an anchor, left by a write that was cut off.
    Torn,
}

/// The file of anchors: one JSON object a line, only ever appended to.
#[derive(Debug, Clone)]
pub struct AnchorFile {
    path: PathBuf,
}

impl AnchorFile {
    /// The anchor file at this path; it need not exist yet. In a data folder `folder::anchors` names it.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Appends anchors and syncs them to disk.
    ///
    /// # Errors
    /// Faults of the disk. A line that was begun is told apart from a whole one when read.
    pub async fn append(&self, anchors: &[Anchor]) -> Result<(), Fault> {
        let mut lines = Vec::new();
        for anchor in anchors {
            serde_json::to_writer(&mut lines, anchor)
                .map_err(|source| self.fault("writing")(source.into()))?;
            lines.push(b'\n');
        }
        let path = self.path.clone();
        on_disk(move || append(path, &lines))
            .await
            .map_err(self.fault("writing"))
    }

    /// Reads every line in its order; a file that does not exist has none.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn read(&self) -> Result<Vec<Line>, Fault> {
        let path = self.path.clone();
        let text = on_disk(move || read(path))
            .await
            .map_err(self.fault("reading"))?;
        Ok(text
            .lines()
            .filter(|line| !line.is_empty())
            .map(parse)
            .collect())
    }

    fn fault(&self, operation: &'static str) -> impl Fn(io::Error) -> Fault + use<> {
        let thing = format!("anchors {}", self.path.display());
        move |source| Fault::from_io(operation, thing.clone(), source)
    }
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|fault| Err(io::Error::other(fault)))
}

fn append(path: PathBuf, lines: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let n_bytes = file.seek(SeekFrom::End(0))?;
    if n_bytes > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    file.write_all(lines)?;
    file.sync_all()
}

fn read(path: PathBuf) -> io::Result<String> {
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(fault) => return Err(fault),
    };
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn parse(line: &str) -> Line {
    match serde_json::from_str(line) {
        Ok(anchor) => Line::Anchor(anchor),
        Err(fault) if fault.is_eof() && line.starts_with('{') => Line::Torn,
        Err(_) => Line::NoAnchor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain;

    fn signer(key: u8) -> impl Signer {
        move |bytes: &[u8]| {
            let mut signature = [key; 32];
            for (n, byte) in bytes.iter().enumerate() {
                signature[n % 32] = signature[n % 32].wrapping_mul(31).wrapping_add(*byte);
            }
            signature
        }
    }

    #[tokio::test]
    async fn what_was_appended_is_read_and_signed_by_its_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = AnchorFile::at(folder.path().join("anchors.jsonl"));
        assert_eq!(file.read().await.unwrap(), []);
        let head = chain::start("310107");
        let one = Anchor::sign(&signer(1), "310107", head, 1000);
        let two = Anchor::sign(&signer(1), "310107", Head { seq: 9, ..head }, 2000);
        file.append(std::slice::from_ref(&one)).await.unwrap();
        file.append(std::slice::from_ref(&two)).await.unwrap();
        assert_eq!(
            file.read().await.unwrap(),
            [Line::Anchor(one.clone()), Line::Anchor(two)]
        );

        assert!(one.is_signed_by(&signer(1)));
        assert!(!one.is_signed_by(&signer(2)));
        let changes: [fn(&mut Anchor); 4] = [
            |anchor| anchor.district = "310106".into(),
            |anchor| anchor.seq += 1,
            |anchor| anchor.hash.0[0] ^= 1,
            |anchor| anchor.at_ms += 1,
        ];
        for change in changes {
            let mut other = one.clone();
            change(&mut other);
            assert!(!other.is_signed_by(&signer(1)), "{other:?}");
        }
    }

    #[tokio::test]
    async fn a_line_that_was_cut_off_hides_no_later_anchor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("anchors.jsonl");
        let file = AnchorFile::at(&path);
        let anchor = Anchor::sign(&signer(1), "310107", chain::start("310107"), 1000);
        file.append(std::slice::from_ref(&anchor)).await.unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        file.append(std::slice::from_ref(&anchor)).await.unwrap();
        std::fs::write(
            &path,
            [std::fs::read(&path).unwrap().as_slice(), b"nonsense\n"].concat(),
        )
        .unwrap();
        assert_eq!(
            file.read().await.unwrap(),
            [Line::Torn, Line::Anchor(anchor), Line::NoAnchor]
        );
    }
}
