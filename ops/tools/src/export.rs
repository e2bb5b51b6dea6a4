//! `lamplighter export cases|journal|statistics`: what stands in a journal, for other programs. Reads only, beside
//! whoever serves it. Personal fields are in no export; details that may be erased only where their keys open.

pub mod cases;
pub mod journal;
pub mod statistics;

use std::io::Write;
use std::str::FromStr;

use ::journal::journal::Archive;
use serde::Serialize;
use vault::ring::KeyRing;

use crate::fault::ToolFault;
use crate::replay;
use statistics::Header;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Case files, as the outside face shows them: one JSON document.
    Cases,
    /// Rows of the journal, one JSON object a line; sealed parts stay sealed.
    Journal,
    /// Figures as CSV.
    Statistics,
}

impl What {
    /// Every export.
    pub const ALL: [Self; 3] = [Self::Cases, Self::Journal, Self::Statistics];

    /// Its word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Journal => "journal",
            Self::Statistics => "statistics",
        }
    }
}

/// A word that names no export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be exported: cases, journal, statistics")]
pub struct UnknownExport(pub String);

impl FromStr for What {
    type Err = UnknownExport;

    fn from_str(word: &str) -> Result<Self, UnknownExport> {
        Self::ALL
            .into_iter()
            .find(|what| what.as_str() == word)
            .ok_or_else(|| UnknownExport(word.to_owned()))
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// The districts.
    pub districts: Vec<String>,
    /// Cases, rows or figures.
    pub n_items: u64,
}

/// Writes an export of one district, or of all.
///
/// # Errors
/// A district without a journal; faults of the disk, of keys and of the writer.
pub async fn export(
    what: What,
    archive: &dyn Archive,
    district: Option<&str>,
    ring: Option<&KeyRing>,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ToolFault> {
    let mut exported = Exported::default();
    for district in replay::districts(archive, district).await? {
        exported.n_items += match what {
            What::Cases => cases::write(archive, &district, ring, out).await?,
            What::Journal => journal::write(archive, &district, out).await?,
            What::Statistics => {
                let header = if exported.districts.is_empty() {
                    Header::First
                } else {
                    Header::Written
                };
                statistics::write(archive, &district, ring, header, out).await?
            }
        };
        exported.districts.push(district);
    }
    out.flush().map_err(writing)?;
    Ok(exported)
}

/// A fault of whatever is written to.
pub(crate) fn writing(source: std::io::Error) -> ToolFault {
    ToolFault::Writing {
        what: "the export",
        source: Box::new(source),
    }
}
