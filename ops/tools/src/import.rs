//! Files of other programs become commands: parse, check against what is known, report every problem with its place.
//! Pure: who submits the commands, and where (a running server, an opened folder, a virtual night), is the caller's.

mod accounts;
pub(crate) mod boundaries;
mod cell;
mod departments;
pub mod ids;
mod places;
pub mod report;
mod resources;
mod row;
pub mod sheet;
mod sightings;
mod units;
pub mod when;

use std::fmt;
use std::str::FromStr;

use dispatch::Tables;
use model::command::{Command, PersonalKind};
use model::id::{CommandId, RecordId};
use model::time::Instant;
use policy::policy::Policy;
use serde::{Deserialize, Serialize};
use spatial::crs::Crs;
use spatial::labels::Areas;

use report::ImportReport;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Outlines of streets.
    Boundaries,
    /// The gazetteer.
    Places,
    /// Patrols.
    Units,
    /// Departments.
    Departments,
    /// Stations, shelters, hospitals.
    Resources,
    /// Reports.
    Sightings,
    /// Accounts.
    Accounts,
}

impl Kind {
    /// Every kind, in the order in which a new installation is filled.
    pub const ALL: &'static [Self] = &[
        Self::Boundaries,
        Self::Places,
        Self::Units,
        Self::Departments,
        Self::Resources,
        Self::Sightings,
        Self::Accounts,
    ];

    /// Its word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boundaries => "boundaries",
            Self::Places => "places",
            Self::Units => "units",
            Self::Departments => "departments",
            Self::Resources => "resources",
            Self::Sightings => "sightings",
            Self::Accounts => "accounts",
        }
    }

    /// The columns of its template, in their order; of boundaries the properties of a feature.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Boundaries => boundaries::COLUMNS,
            Self::Places => places::COLUMNS,
            Self::Units => units::COLUMNS,
            Self::Departments => departments::COLUMNS,
            Self::Resources => resources::COLUMNS,
            Self::Sightings => sightings::COLUMNS,
            Self::Accounts => accounts::COLUMNS,
        }
    }

    /// Columns that are read when they are there and do not stand in the template.
    pub(crate) const fn further_columns(self) -> &'static [&'static str] {
        match self {
            Self::Sightings => sightings::FURTHER_COLUMNS,
            Self::Boundaries
            | Self::Places
            | Self::Units
            | Self::Departments
            | Self::Resources
            | Self::Accounts => &[],
        }
    }

    /// The header that `--template` prints; of boundaries an empty collection.
    pub fn template(self) -> String {
        match self {
            Self::Boundaries => concat!(
                r#"{"type":"FeatureCollection","features":[{"type":"Feature","#,
                r#""properties":{"code":"","name":""},"geometry":{"type":"Polygon","coordinates":[]}}]}"#
            )
            .to_owned(),
            Self::Places
            | Self::Units
            | Self::Departments
            | Self::Resources
            | Self::Sightings
            | Self::Accounts => self.columns().join(","),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no kind of file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be imported: boundaries, places, units, departments, resources, sightings, accounts"
)]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// `--field ours=THEIRS`: where the values of one of our columns stand in a foreign file. `ours==value` gives every
/// row the same value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Our column.
    pub ours: String,
    /// Theirs, or `=value`.
    pub theirs: String,
}

/// A text that is not `ours=THEIRS`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not ours=THEIRS, as --field lon=经度")]
pub struct NotAField(pub String);

impl FromStr for Field {
    type Err = NotAField;

    fn from_str(text: &str) -> Result<Self, NotAField> {
        match text.split_once('=') {
            Some((ours, theirs)) if !ours.trim().is_empty() && !theirs.is_empty() => Ok(Self {
                ours: ours.trim().to_owned(),
                theirs: theirs.to_owned(),
            }),
            Some(_) | None => Err(NotAField(text.to_owned())),
        }
    }
}

/// What happens to the good rows of a file that has bad ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRows {
    /// Nothing of the file is taken.
    #[default]
    RefuseAll,
    /// Good rows are taken, bad ones are named.
    Skip,
}

/// What imported sightings are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportsAre {
    /// Reports from another system: cases and tasks follow. A wrong clock or a point outside the area is refused.
    #[default]
    Reports,
    /// History: known places and figures, no tasks.
    History,
    /// Recorded as they came in, for a virtual night: a wrong clock or a point outside is doubted, as it was then.
    Recorded,
}

/// How a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// The coordinate system of rows that name none.
    pub crs: Option<Crs>,
    /// Bad rows.
    pub bad_rows: BadRows,
    /// Reports, history or a record.
    pub reports_are: ReportsAre,
    /// Foreign column names.
    pub fields: Vec<Field>,
}

/// What is known already, and by which rules a row is judged.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The district as it stands.
    pub tables: &'a Tables,
    /// The adopted policy: its zone, its doubts.
    pub policy: &'a Policy,
    /// Boundaries or label points, where something is known of them.
    pub areas: Option<&'a Areas>,
    /// The accounts that are there; their lines do not matter.
    pub accounts: &'a [AccountRow],
    /// The time by the server's clock.
    pub now: Instant,
}

/// What somebody wrote about a person; never part of a command.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalText {
    /// The record it belongs to.
    pub record: RecordId,
    /// Which kind of field.
    pub kind: PersonalKind,
    /// What was written.
    pub text: String,
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalText({}, {}, …)", self.record, self.kind)
    }
}

/// One command of an import with what is handed in beside it. The actor is [`model::actor::Actor::system`]. It is built
/// where it is submitted and never sent as text: the id and the mark of history of a report are not read from JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportOrder {
    /// The id of the command; the same for the same row of the same file.
    pub id: CommandId,
    /// The first row it comes from, as a line of the file from 1; none for the file as a whole.
    pub line: Option<u64>,
    /// What.
    pub command: Command,
    /// Personal fields of its record.
    pub personal: Vec<PersonalText>,
}

/// A boundary set to keep under its content hash before the command that names it is submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundarySet {
    /// SHA-256 of the text, hexadecimal.
    pub content_hash: String,
    /// GeoJSON in WGS-84 with `code` and `name`.
    pub text: String,
}

/// One account of a file. A password is made by whoever adds it, and told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The line of the file, from 1.
    pub line: u64,
    /// Its name.
    pub account: String,
    /// Its role.
    pub role: model::actor::Role,
    /// Codes of its streets.
    pub jurisdictions: Vec<String>,
    /// Its department.
    pub department: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
}

/// What a file becomes. Nothing to submit when something is wrong and bad rows are not to be skipped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// Commands, to be submitted in this order.
    pub orders: Vec<ImportOrder>,
    /// Accounts, to be added by the server's own verb.
    pub accounts: Vec<AccountRow>,
    /// The boundary set to keep first.
    pub boundaries: Option<BoundarySet>,
    /// What was found.
    pub report: ImportReport,
}

/// Reads a file and builds what has to be submitted.
///
/// # Shape
/// Total: whatever is wrong stands in the report. The file is UTF-8, with or without a byte order mark; CSV, or GeoJSON
/// where the kind has positions. Deterministic: the same bytes, options and known things give the same import, and a
/// file that is known already gives no order for background, and orders with the same ids for sightings.
pub fn build(kind: Kind, file: &[u8], options: &ImportOptions, known: &Known<'_>) -> Import {
    let mut import = match kind {
        Kind::Boundaries => boundaries::build(file, options, known),
        Kind::Places => row::build(kind, file, options, known, &places::Places),
        Kind::Units => row::build(kind, file, options, known, &units::Units),
        Kind::Departments => row::build(kind, file, options, known, &departments::Departments),
        Kind::Resources => row::build(kind, file, options, known, &resources::Resources),
        Kind::Sightings => row::build(kind, file, options, known, &sightings::Sightings),
        Kind::Accounts => row::build(kind, file, options, known, &accounts::Accounts),
    };
    if import.report.is_refused() {
        import.orders.clear();
        import.accounts.clear();
        import.boundaries = None;
    }
    import
}
