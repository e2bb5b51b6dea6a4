//! Boundaries: a GeoJSON collection of outlines with `code` and `name` becomes the streets of the district, their label
//! points and neighbours, the offices that are missing, and a text kept under its content hash.
#![expect(
    clippy::result_large_err,
    reason = "a problem is made once a file, not once a row"
)]

use model::background::Jurisdiction;
use model::command::Command;
use model::id::JurisdictionCode;
use policy::escalation::affected_within_m;
use policy::policy::Policy;
use policy::preset::street_office;
use sha2::{Digest as _, Sha256};
use spatial::area::Area;
use spatial::boundaries::report::{BoundaryProblem, Gravity as Gravely, Problem as Wrong};
use spatial::boundaries::{BoundaryOptions, parse_boundaries, to_geojson};
use spatial::coverage::Coverage;
use spatial::metres::Metres;

use super::report::{Gravity, ImportReport, Problem};
use super::row::{Entry, background_order};
use super::{BoundarySet, Import, ImportOptions, Kind, Known};

pub(crate) const COLUMNS: &[&str] = &["code", "name"];

/// Reads outlines and builds what adopts them.
pub(crate) fn build(file: &[u8], options: &ImportOptions, known: &Known<'_>) -> Import {
    let mut report = ImportReport::new(Kind::Boundaries, options.bad_rows);
    let areas = read(file, options, &mut report);
    let refused = |report| Import {
        report,
        ..Import::default()
    };
    if report.is_refused() || areas.is_empty() {
        return refused(report);
    }
    let text = to_geojson(&areas);
    let streets = match streets_of(areas, known.policy) {
        Ok(streets) => streets,
        Err(problem) => {
            report.add(problem);
            return refused(report);
        }
    };
    let content_hash = hash_of(&text);
    say_gone(&streets, known, &mut report);
    let orders = orders(&streets, &content_hash, known);
    let n_changed = streets
        .iter()
        .filter(|street| {
            known
                .tables
                .jurisdictions
                .get(&street.code)
                .map(|one| &**one)
                != Some(*street)
        })
        .count();
    report.n_changed = n_changed;
    report.n_unchanged = report.n_good - n_changed;
    Import {
        orders,
        accounts: Vec::new(),
        boundaries: Some(BoundarySet { content_hash, text }),
        report,
    }
}

/// The hash under which a boundary set is kept.
pub(crate) fn hash_of(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing into a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

fn read(file: &[u8], options: &ImportOptions, report: &mut ImportReport) -> Vec<Area> {
    let Ok(text) = std::str::from_utf8(file) else {
        report.add(Problem::of_file(
            "not_utf8",
            "文件不是 UTF-8 编码",
            "the file is not UTF-8",
        ));
        return Vec::new();
    };
    let property = |ours: &str| {
        options
            .fields
            .iter()
            .find(|field| field.ours == ours)
            .map_or_else(|| ours.to_owned(), |field| field.theirs.clone())
    };
    for field in &options.fields {
        if !COLUMNS.contains(&field.ours.as_str()) {
            report.add(
                Problem::of_file(
                    "unknown_field",
                    format!("--field 中的“{}”不是边界的属性", field.ours),
                    format!("`{}` in --field is no property of boundaries", field.ours),
                )
                .in_column(&field.ours),
            );
        }
    }
    let read = parse_boundaries(
        text,
        &BoundaryOptions {
            code_property: property("code"),
            name_property: property("name"),
            crs: options.crs.unwrap_or_default(),
        },
    );
    match read {
        Ok(boundaries) => {
            report.n_rows = boundaries.report.n_features;
            report.n_good = boundaries.areas.len();
            report.n_bad = report.n_rows.saturating_sub(report.n_good);
            for problem in &boundaries.report.problems {
                report.add(told(problem));
            }
            boundaries.areas
        }
        Err(error) => {
            report.add(Problem::of_file(
                "unreadable_file",
                format!("无法作为 GeoJSON 读取：{error}"),
                format!("no GeoJSON of boundaries: {error}"),
            ));
            Vec::new()
        }
    }
}

/// A problem of the geometry in the words of an import report. Codes of areas are public and may be named.
fn told(problem: &BoundaryProblem) -> Problem {
    let about = problem
        .code
        .as_ref()
        .map_or_else(String::new, |code| format!("{code}: "));
    let mut told = Problem::of_file(
        code_of(&problem.problem),
        format!("{about}{}", problem.problem.text_zh()),
        format!("{about}{}", problem.problem),
    )
    .in_column(&problem.member);
    told.feature = problem.feature;
    told.gravity = match problem.gravity {
        Gravely::Error => Gravity::Error,
        Gravely::Warning => Gravity::Warning,
    };
    told
}

const fn code_of(problem: &Wrong) -> &'static str {
    match problem {
        Wrong::NoAreas => "no_areas",
        Wrong::CrsMemberIgnored { .. } => "crs_member_ignored",
        Wrong::PropertyMissing => "missing_field",
        Wrong::PropertyNotText => "wrong_kind",
        Wrong::CodeRepeated { .. } => "id_repeated",
        Wrong::GeometryMissing => "nowhere_given",
        Wrong::GeometryUnsupported { .. } => "not_a_polygon",
        Wrong::GeometryUnreadable { .. } => "unreadable_geometry",
        Wrong::CoordinateOutOfRange { .. } => "impossible_position",
        Wrong::RingNotClosed => "ring_not_closed",
        Wrong::RingTooShort { .. } => "ring_too_short",
        Wrong::RingInvalid { .. } => "ring_invalid",
        Wrong::Overlap { .. } => "overlap",
        Wrong::Gap { .. } => "gap",
    }
}

/// The streets of a boundary set: code, name, a label point inside, and the neighbours that an area escalation of the
/// highest tier reaches.
///
/// # Errors
/// Areas that make no coverage.
pub(crate) fn streets_of(areas: Vec<Area>, policy: &Policy) -> Result<Vec<Jurisdiction>, Problem> {
    let coverage = Coverage::new(areas).map_err(|error| {
        Problem::of_file(
            "id_repeated",
            format!("区域代码重复：{error}"),
            error.to_string(),
        )
    })?;
    let radius = Metres::new(affected_within_m(policy)).unwrap_or_default();
    Ok(coverage
        .areas()
        .iter()
        .map(|area| {
            let mut neighbours: Vec<JurisdictionCode> = coverage
                .neighbours_within(&area.code, radius)
                .into_iter()
                .map(|(code, _)| JurisdictionCode::from(code))
                .collect();
            neighbours.sort();
            Jurisdiction {
                code: JurisdictionCode::from(area.code.as_str()),
                name: area.name.clone(),
                centre: area.outline.label_position(),
                neighbours,
            }
        })
        .collect())
}

fn say_gone(streets: &[Jurisdiction], known: &Known<'_>, report: &mut ImportReport) {
    for (code, street) in &known.tables.jurisdictions {
        if streets.iter().all(|one| one.code != *code) {
            report.add(
                Problem::of_file(
                    "street_gone",
                    format!("文件中没有 {code} {}，导入后不再有此街镇", street.name),
                    format!("the file has no {code} {}; it will be gone", street.name),
                )
                .as_warning(),
            );
        }
    }
}

fn orders(
    streets: &[Jurisdiction],
    content_hash: &str,
    known: &Known<'_>,
) -> Vec<super::ImportOrder> {
    let tables = known.tables;
    let mut entries = Vec::new();
    let same = tables.boundaries.as_deref() == Some(content_hash)
        && tables.jurisdictions.len() == streets.len()
        && streets
            .iter()
            .all(|one| tables.jurisdictions.get(&one.code).map(|known| &**known) == Some(one));
    if !same {
        let command = Command::AdoptJurisdictions {
            jurisdictions: streets.to_vec(),
            boundaries: Some(content_hash.to_owned()),
        };
        entries.push(background_order(Kind::Boundaries, None, command, known));
    }
    // An office that is there already may have been given another name; it stays as it is.
    let offices: Vec<_> = streets
        .iter()
        .map(street_office)
        .filter(|office| !tables.departments.contains_key(&office.id))
        .collect();
    if !offices.is_empty() {
        let command = Command::ImportDepartments {
            departments: offices,
        };
        entries.push(background_order(Kind::Boundaries, None, command, known));
    }
    entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Order(order) => Some(*order),
            Entry::Account(_) => None,
        })
        .collect()
}
