//! `lamplighter journal verify|inspect|copy`: what an operator asks of a journal. Reading only, but for the copy's
//! target.

use std::fmt::Write as _;
use std::path::Path;

use journal::anchor::AnchorFile;
use journal::copy::{self, Copied};
use journal::folder::{self, FolderLock};
use journal::inspect::{self, Overview};
use journal::journal::Archive;
use journal::row::Head;
use journal::sqlite::SqliteJournal;
use journal::verify::{self, Damage, Evidence, Report};
use serde::Serialize;
use vault::ring::KeyRing;

use crate::fault::ToolFault;

/// A head that somebody has kept elsewhere: `--head SEQ:HASH`, where needed with its district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHead {
    /// The district; absent where the journal has only one.
    pub district: Option<String>,
    /// Where its journal once ended.
    pub head: Head,
}

/// What `journal verify` found.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// One report a district.
    pub districts: Vec<Report>,
    /// What is wrong with the anchors themselves.
    pub anchors: Vec<Damage>,
    /// Whether the anchors could be judged: not without the installation key.
    pub anchors_judged: bool,
    /// Lines of the anchor file that a crash cut off; they prove nothing.
    pub n_torn: usize,
    /// What the database finds wrong with its own file.
    pub file: Vec<String>,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.districts.iter().all(Report::is_whole)
            && self.anchors.is_empty()
            && self.file.is_empty()
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for report in &self.districts {
            let _ = writeln!(
                text,
                "{}: {} 行 / rows, head {}, {} 个锚点核对 / heads compared, {} 处损坏 / damages",
                report.district,
                report.n_rows,
                report.head,
                report.n_heads_compared,
                report.n_damages
            );
            for damage in &report.damages {
                let _ = writeln!(text, "  {}", said(damage));
            }
        }
        for damage in &self.anchors {
            let _ = writeln!(text, "anchors: {}", said(damage));
        }
        if !self.anchors_judged {
            let _ = writeln!(
                text,
                "锚点未核对：没有安装密钥 / anchors not judged: no installation key"
            );
        }
        for line in &self.file {
            let _ = writeln!(text, "database: {line}");
        }
        text.push_str(if self.is_whole() {
            "完整 / whole\n"
        } else {
            "有损坏 / damaged\n"
        });
        text
    }
}

fn said(damage: &Damage) -> String {
    match damage {
        Damage::RowChanged { seq } => format!("第 {seq} 行内容被改动 / row {seq} was changed"),
        Damage::RowUnreadable { seq, what } => {
            format!("第 {seq} 行无法读取 / row {seq} cannot be read: {what}")
        }
        Damage::RowsMissing {
            first_seq,
            last_seq,
        } => format!(
            "缺少第 {first_seq} 至 {last_seq} 行 / rows {first_seq} to {last_seq} are missing"
        ),
        Damage::RowReplacedBefore { seq } => {
            format!("第 {seq} 行之前被替换 / what stood before row {seq} was replaced")
        }
        Damage::TailCut {
            last_seq,
            anchored_seq,
        } => format!(
            "末尾被截断：止于 {last_seq}，曾到 {anchored_seq} / the end was cut off: {last_seq}, once {anchored_seq}"
        ),
        Damage::ChainReplaced { seq, anchored_hash } => format!(
            "至第 {seq} 行的链被替换 / the chain was replaced up to row {seq}; it was {anchored_hash}"
        ),
        Damage::AnchorForged { district, seq } => {
            format!("锚点签名不符 / an anchor that the key did not sign: {district} {seq}")
        }
        Damage::AnchorUnreadable { n_line } => {
            format!("锚点文件第 {n_line} 行无法读取 / line {n_line} of the anchors cannot be read")
        }
    }
}

/// Verifies every row, every link, every anchor and every kept head of a data folder, beside whoever serves it.
///
/// # Errors
/// [`ToolFault::UsedWrongly`] for a head without a district where there are several; faults of the disk. A damage is
/// no error but stands in the answer.
pub async fn verify(
    data: &Path,
    ring: Option<&KeyRing>,
    kept: &[KeptHead],
) -> Result<Verified, ToolFault> {
    let journal = open_to_read(data).await?;
    let reading = || ToolFault::journal("verifying the journal");
    let lines = AnchorFile::at(folder::anchors(data))
        .read()
        .await
        .map_err(reading())?;
    let mut evidence = match ring {
        Some(ring) => Evidence::of_anchors(&|bytes: &[u8]| ring.anchor_tag(bytes), lines),
        None => Evidence::default(),
    };
    let districts = journal::journal::Journal::districts(&journal)
        .await
        .map_err(reading())?;
    for head in kept {
        let district = match (&head.district, districts.as_slice()) {
            (Some(named), _) => named.clone(),
            (None, [only]) => only.clone(),
            (None, _) => {
                return Err(ToolFault::UsedWrongly(
                    "several districts have a journal here: say which one the head belongs to"
                        .to_owned(),
                ));
            }
        };
        evidence.add(&district, head.head);
    }
    let reports = verify::verify_all(&journal, &evidence)
        .await
        .map_err(reading())?;
    let file = journal.check_file().await.map_err(reading())?;
    journal.close().await;
    Ok(Verified {
        districts: reports,
        anchors: evidence.damages().to_vec(),
        anchors_judged: ring.is_some(),
        n_torn: evidence.n_torn(),
        file,
    })
}

/// Says what stands in the journals of a data folder, in numbers.
///
/// # Errors
/// Faults of the disk.
pub async fn inspect(data: &Path) -> Result<Vec<Overview>, ToolFault> {
    let journal = open_to_read(data).await?;
    let answer = inspect_archive(&journal).await;
    journal.close().await;
    answer
}

/// The same for an archive that is open already.
///
/// # Errors
/// Faults of the disk.
pub async fn inspect_archive(journal: &dyn Archive) -> Result<Vec<Overview>, ToolFault> {
    let reading = || ToolFault::journal("reading the journal");
    let mut overviews = Vec::new();
    for district in journal.districts().await.map_err(reading())? {
        let overview = inspect::overview(journal, &district)
            .await
            .map_err(reading())?;
        overviews.push(overview);
    }
    Ok(overviews)
}

/// The numbers for people.
pub fn overview_text(overviews: &[Overview]) -> String {
    let mut text = String::new();
    for overview in overviews {
        let _ = writeln!(text, "{}: head {}", overview.district, overview.head);
        let _ = writeln!(
            text,
            "  {} 个命令 / commands, {} 行演练 / drill rows, {} 行有可清除内容 / rows with an erasable section, {} bytes",
            overview.n_commands, overview.n_drill, overview.n_erasable, overview.n_bytes
        );
        for (kind, n) in &overview.n_by_kind {
            let _ = writeln!(text, "  {n:>8}  {kind}");
        }
        for (policy, n) in &overview.n_by_policy {
            let _ = writeln!(text, "  {n:>8}  {policy}");
        }
        let snapshots: Vec<String> = overview.snapshots.iter().map(u64::to_string).collect();
        let _ = writeln!(text, "  snapshots: {}", snapshots.join(" "));
    }
    text
}

/// Copies journal, store and anchors of a data folder into another one, beside whoever serves the first. What was
/// erased there is erased in the copy too; a copy that was interrupted is continued by copying again.
///
/// # Errors
/// [`ToolFault::Copy`] when the original is damaged or the target is no copy of it; faults of the disk. The target
/// must not be served meanwhile.
pub async fn copy(from: &Path, to: &Path) -> Result<Copied, ToolFault> {
    if same_folder(from, to) {
        return Err(ToolFault::UsedWrongly(
            "a journal cannot be copied onto itself".to_owned(),
        ));
    }
    let original = open_to_read(from).await?;
    let opening = || ToolFault::journal("opening the copy");
    let lock = FolderLock::take(to).map_err(opening())?;
    let target = SqliteJournal::open(lock).await.map_err(opening())?;
    let copied = copy::copy(&original, &target).await;
    original.close().await;
    target.close().await;
    let copied = copied?;
    copy_anchors(from, to)?;
    Ok(copied)
}

fn same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        (Ok(_) | Err(_), _) => false,
    }
}

fn copy_anchors(from: &Path, to: &Path) -> Result<(), ToolFault> {
    let (from, to) = (folder::anchors(from), folder::anchors(to));
    if !from.exists() {
        return Ok(());
    }
    std::fs::copy(&from, &to)
        .map(|_| ())
        .map_err(|source| ToolFault::File {
            doing: "copying the anchors to",
            path: to,
            source,
        })
}

async fn open_to_read(data: &Path) -> Result<SqliteJournal, ToolFault> {
    SqliteJournal::open_to_read(data)
        .await
        .map_err(ToolFault::journal("opening the journal"))
}
