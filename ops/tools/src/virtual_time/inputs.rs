//! What a virtual night is made of: files read into a district with its background, and everything that was recorded
//! in the order of its time.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use dispatch::Tables;
use model::command::Command;
use model::id::{DistrictId, PolicyId};
use model::time::Instant;
use policy::policy::Policy;
use policy::preset::Preset;
use spatial::boundaries::{BoundaryOptions, parse_boundaries};
use spatial::coverage::Coverage;
use spatial::labels::{Areas, LabelPoint, LabelPoints};

use super::{NightOptions, weather};
use crate::fault::ToolFault;
use crate::import::report::ImportReport;
use crate::import::{
    self, BoundarySet, Field, Import, ImportOptions, ImportOrder, Kind, Known, ReportsAre,
};

/// Something that was recorded.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A signal or forecast came in.
    Weather(Box<model::area::WeatherSignal>),
    /// A report came in.
    Report(Box<ImportOrder>),
}

/// Everything that a night needs.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub policy: Arc<Policy>,
    pub preset: Preset,
    pub boundaries: Option<(BoundarySet, Coverage)>,
    /// Background, in its order.
    pub background: Vec<Command>,
    /// In the order of time; at one moment weather first, then as the files have it.
    pub happenings: Vec<(Instant, Happening)>,
    pub reports: Vec<ImportReport>,
    /// Our columns for which a file had the foreign name.
    used: BTreeSet<String>,
}

/// Reads a file with a name for its fault.
pub(crate) fn bytes_of(path: &Path) -> Result<Vec<u8>, ToolFault> {
    std::fs::read(path).map_err(|source| ToolFault::File {
        doing: "reading",
        path: path.to_owned(),
        source,
    })
}

/// Reads everything, or says why nothing can be begun.
pub(crate) fn read(options: &NightOptions) -> Result<Inputs, ToolFault> {
    let policy = policy_of(options.policy.as_deref())?;
    let boundaries = options.boundaries.as_deref().map(bytes_of).transpose()?;
    let preset = preset_of(options, &policy, boundaries.as_deref())?;
    if preset.jurisdictions.is_empty() && boundaries.is_none() {
        return Err(ToolFault::UsedWrongly(
            "another city needs --boundaries FILE with its streets".to_owned(),
        ));
    }
    let mut inputs = Inputs {
        background: preset.commands(),
        policy,
        preset,
        boundaries: None,
        happenings: Vec::new(),
        reports: Vec::new(),
        used: BTreeSet::new(),
    };
    let mut known = Background::of(&inputs);
    if let Some(file) = boundaries {
        let import = inputs.import(Kind::Boundaries, &file, options, &known)?;
        inputs.take_boundaries(import)?;
        known = Background::of(&inputs);
    }
    for (kind, path) in [
        (Kind::Departments, &options.departments),
        (Kind::Places, &options.places),
        (Kind::Units, &options.units),
        (Kind::Resources, &options.resources),
    ] {
        let Some(path) = path else { continue };
        let import = inputs.import(kind, &bytes_of(path)?, options, &known)?;
        inputs
            .background
            .extend(import.orders.into_iter().map(|order| order.command));
        known = Background::of(&inputs);
    }
    if let Some(path) = &options.weather {
        let signals = weather::read(&bytes_of(path)?, inputs.policy.calendar())?;
        inputs.happenings.extend(
            signals
                .into_iter()
                .map(|signal| (signal.issued_at, Happening::Weather(Box::new(signal)))),
        );
    }
    let import = inputs.import(
        Kind::Sightings,
        &bytes_of(&options.reports)?,
        options,
        &known,
    )?;
    for order in import.orders {
        if let Command::ReportSighting(report) = &order.command {
            // What the server would have heard first: when it was written down, else when it was seen.
            let at = report.recorded_at.unwrap_or(report.seen_at);
            inputs
                .happenings
                .push((at, Happening::Report(Box::new(order))));
        }
    }
    inputs.check_fields(options)?;
    inputs.happenings.sort_by_key(|(at, _)| *at);
    Ok(inputs)
}

fn policy_of(path: Option<&Path>) -> Result<Arc<Policy>, ToolFault> {
    let policy = match path {
        None => Policy::putuo()?,
        Some(path) => {
            let bytes = bytes_of(path)?;
            let text = String::from_utf8(bytes)
                .map_err(|_| ToolFault::UsedWrongly(format!("{} is not UTF-8", path.display())))?;
            Policy::parse(&text)?
        }
    };
    Ok(Arc::new(policy))
}

/// The preset that is named; of another city under the district of its policy, or the one that its codes begin with.
fn preset_of(
    options: &NightOptions,
    policy: &Policy,
    boundaries: Option<&[u8]>,
) -> Result<Preset, ToolFault> {
    let codes = boundaries
        .map(|file| codes_of(file, options))
        .unwrap_or_default();
    let district = district_of(policy, &codes);
    Preset::named(&options.preset, district)
        .map_err(|fault| ToolFault::UsedWrongly(fault.to_string()))
}

fn codes_of(file: &[u8], options: &NightOptions) -> Vec<String> {
    let property = options
        .import
        .fields
        .iter()
        .find(|field| field.ours == "code")
        .map_or_else(|| "code".to_owned(), |field| field.theirs.clone());
    let text = String::from_utf8_lossy(file);
    let options = BoundaryOptions {
        // Whatever the names are called, every feature with a code counts.
        name_property: property.clone(),
        code_property: property,
        ..BoundaryOptions::default()
    };
    parse_boundaries(&text, &options)
        .map(|read| {
            read.report
                .areas
                .into_iter()
                .map(|area| area.code)
                .collect()
        })
        .unwrap_or_default()
}

/// Digits of a district in the code of a street.
const DISTRICT_DIGITS: usize = 6;

/// The district of a policy where its streets begin with it, else what all codes begin with, else `district`.
fn district_of(policy: &Policy, codes: &[String]) -> DistrictId {
    let begin = |prefix: &str| codes.iter().all(|code| code.starts_with(prefix));
    if codes.is_empty() || begin(policy.district()) {
        return DistrictId::from(policy.district());
    }
    let common = codes
        .first()
        .and_then(|code| code.get(..DISTRICT_DIGITS))
        .filter(|prefix| begin(prefix));
    DistrictId::from(common.unwrap_or("district"))
}

/// The background as tables, so that files can be checked against each other before the night begins.
struct Background {
    tables: Tables,
    areas: Option<Areas>,
}

impl Background {
    fn of(inputs: &Inputs) -> Self {
        let mut tables = Tables::empty(inputs.preset.district.clone(), PolicyId::from("none"));
        for command in &inputs.background {
            note(&mut tables, command);
        }
        let areas = areas_of(
            inputs.boundaries.as_ref().map(|(_, coverage)| coverage),
            &tables,
        );
        Self { tables, areas }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the commands of background are the five that are named"
)]
fn note(tables: &mut Tables, command: &Command) {
    match command {
        Command::AdoptJurisdictions {
            jurisdictions,
            boundaries,
        } => {
            tables.jurisdictions = jurisdictions
                .iter()
                .map(|one| (one.code.clone(), Arc::new(one.clone())))
                .collect();
            tables.boundaries.clone_from(boundaries);
        }
        Command::ImportDepartments { departments } => {
            for one in departments {
                tables
                    .departments
                    .insert(one.id.clone(), Arc::new(one.clone()));
            }
        }
        Command::ImportPlaces { places } => {
            for one in places {
                tables.places.insert(one.id.clone(), Arc::new(one.clone()));
            }
        }
        Command::ImportUnits { units } => {
            for one in units {
                tables.units.insert(one.id.clone(), Arc::new(one.clone()));
            }
        }
        Command::ImportResources { resources } => {
            for one in resources {
                tables
                    .resources
                    .insert(one.id.clone(), Arc::new(one.clone()));
            }
        }
        _ => {}
    }
}

/// What is known of the streets: outlines, or the points of their labels.
pub(crate) fn areas_of(coverage: Option<&Coverage>, tables: &Tables) -> Option<Areas> {
    if let Some(coverage) = coverage {
        return Some(Areas::Outlined(coverage.clone()));
    }
    let points: Vec<LabelPoint> = tables
        .jurisdictions
        .values()
        .filter_map(|street| {
            Some(LabelPoint {
                code: street.code.0.clone(),
                name: street.name.clone(),
                position: street.centre?,
            })
        })
        .collect();
    (!points.is_empty()).then(|| Areas::Labelled(LabelPoints::new(points)))
}

impl Inputs {
    fn import(
        &mut self,
        kind: Kind,
        file: &[u8],
        options: &NightOptions,
        known: &Background,
    ) -> Result<Import, ToolFault> {
        let fields: Vec<Field> = options
            .import
            .fields
            .iter()
            .filter(|field| is_for(field, kind, file))
            .cloned()
            .collect();
        self.used
            .extend(fields.iter().map(|field| field.ours.clone()));
        let import_options = ImportOptions {
            // Declared for the reports; outlines and tables of a night name their own.
            crs: options.import.crs.filter(|_| kind == Kind::Sightings),
            fields,
            reports_are: ReportsAre::Recorded,
            ..options.import.clone()
        };
        let import = import::build(
            kind,
            file,
            &import_options,
            &Known {
                tables: &known.tables,
                policy: &self.policy,
                areas: known.areas.as_ref(),
                accounts: &[],
                now: Instant::from_ms(i64::MAX),
            },
        );
        if import.report.is_refused() {
            return Err(ToolFault::UsedWrongly(import.report.to_text()));
        }
        self.reports.push(import.report.clone());
        Ok(import)
    }

    /// A foreign name that no file has is a slip of the pen, and would leave out a column without a word.
    fn check_fields(&self, options: &NightOptions) -> Result<(), ToolFault> {
        match options
            .import
            .fields
            .iter()
            .find(|field| !self.used.contains(&field.ours))
        {
            None => Ok(()),
            Some(field) => Err(ToolFault::UsedWrongly(format!(
                "no file has the column `{}` (--field {}={})",
                field.theirs, field.ours, field.theirs
            ))),
        }
    }

    fn take_boundaries(&mut self, import: Import) -> Result<(), ToolFault> {
        let set = import.boundaries.ok_or_else(|| {
            ToolFault::UsedWrongly("the boundaries have no usable area".to_owned())
        })?;
        let coverage = parse_boundaries(&set.text, &BoundaryOptions::default())
            .ok()
            .and_then(|read| Coverage::new(read.areas).ok())
            .ok_or_else(|| ToolFault::UsedWrongly("the boundaries make no coverage".to_owned()))?;
        self.boundaries = Some((set, coverage));
        self.background
            .extend(import.orders.into_iter().map(|order| order.command));
        Ok(())
    }
}

/// Foreign names are given once for all files of a night; each file takes those of its own columns that it has. The
/// same value for every row is for the reports.
fn is_for(field: &Field, kind: Kind, file: &[u8]) -> bool {
    if !has_column(kind, &field.ours) {
        return false;
    }
    if field.theirs.starts_with('=') {
        return kind == Kind::Sightings;
    }
    let text = String::from_utf8_lossy(file);
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
    {
        return text.contains(&format!("\"{}\"", field.theirs));
    }
    let header = text.lines().next().unwrap_or_default();
    header.contains(field.theirs.trim())
}

fn has_column(kind: Kind, ours: &str) -> bool {
    kind.columns()
        .iter()
        .chain(kind.further_columns())
        .any(|column| column.eq_ignore_ascii_case(ours))
}
