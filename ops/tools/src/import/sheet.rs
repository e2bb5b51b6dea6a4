//! A file taken apart into rows under our column names: CSV, or the points of a GeoJSON collection. What the values
//! mean is not known here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use spatial::crs::DeclaredPosition;
use spatial::geo_points::{PointOptions, PointProblemKind, parse_points};

use super::report::{Problem, ValueClass};
use super::{ImportOptions, Kind};

/// One row of a file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The line on which it begins, from 1; none in GeoJSON.
    pub line: Option<u64>,
    /// The feature, from 0; none in CSV.
    pub feature: Option<usize>,
    /// Values by our column, trimmed; empty ones are left out.
    pub cells: BTreeMap<&'static str, String>,
    /// The position of a feature.
    pub point: Option<DeclaredPosition>,
}

/// A file taken apart.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Rows that could be taken apart.
    pub rows: Vec<Row>,
    /// How many rows the file has, with those that could not.
    pub n_rows: usize,
    /// How their file calls our columns; ours that the file has not are left out.
    pub names: BTreeMap<&'static str, String>,
    /// What is wrong with the file or the shape of its rows.
    pub problems: Vec<Problem>,
}

/// The byte order mark of files from Windows programs.
const MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Takes a file apart.
pub(crate) fn read(kind: Kind, file: &[u8], options: &ImportOptions) -> Sheet {
    let file = file.strip_prefix(MARK).unwrap_or(file);
    let text = match std::str::from_utf8(file) {
        Ok(text) => text,
        Err(error) => return not_utf8(file, error.valid_up_to()),
    };
    let mut sheet = Sheet::default();
    for field in &options.fields {
        if ours_named(kind, &field.ours).is_none() {
            sheet.problems.push(
                Problem::of_file(
                    "unknown_field",
                    format!("--field 中的“{}”不是本表的列", field.ours),
                    format!("`{}` in --field is no column of {kind}", field.ours),
                )
                .in_column(&field.ours),
            );
        }
    }
    if text.trim_start().starts_with('{') && has_points(kind) {
        read_points(kind, text, options, &mut sheet);
    } else {
        read_csv(kind, text, options, &mut sheet);
    }
    sheet
}

const fn has_points(kind: Kind) -> bool {
    match kind {
        Kind::Places | Kind::Resources | Kind::Sightings => true,
        Kind::Boundaries | Kind::Units | Kind::Departments | Kind::Accounts => false,
    }
}

fn not_utf8(file: &[u8], at: usize) -> Sheet {
    let before = file.get(..at).unwrap_or_default();
    let n_lines = before.split(|byte| *byte == b'\n').count();
    Sheet {
        problems: vec![
            Problem::of_file(
                "not_utf8",
                "文件不是 UTF-8 编码，请另存为 UTF-8",
                "the file is not UTF-8; save it as UTF-8",
            )
            .in_line(u64::try_from(n_lines).ok()),
        ],
        ..Sheet::default()
    }
}

/// Our columns, those of the template and the further ones.
fn ours(kind: Kind) -> impl Iterator<Item = &'static str> {
    kind.columns().iter().chain(kind.further_columns()).copied()
}

fn ours_named(kind: Kind, name: &str) -> Option<&'static str> {
    ours(kind).find(|column| column.eq_ignore_ascii_case(name.trim()))
}

/// Where our columns stand: a name of theirs, or the same value for every row.
struct Mapping {
    names: BTreeMap<&'static str, String>,
    constants: BTreeMap<&'static str, String>,
}

fn mapping(kind: Kind, options: &ImportOptions) -> Mapping {
    let mut mapping = Mapping {
        names: BTreeMap::new(),
        constants: BTreeMap::new(),
    };
    for field in &options.fields {
        let Some(column) = ours_named(kind, &field.ours) else {
            continue;
        };
        match field.theirs.strip_prefix('=') {
            Some(value) => mapping.constants.insert(column, value.trim().to_owned()),
            None => mapping.names.insert(column, field.theirs.trim().to_owned()),
        };
    }
    mapping
}

impl Mapping {
    /// Which of our columns a column of theirs is.
    fn ours_of(&self, kind: Kind, theirs: &str) -> Vec<&'static str> {
        let theirs = theirs.trim();
        let mut found: Vec<&'static str> = self
            .names
            .iter()
            .filter(|(_, name)| name.as_str() == theirs)
            .map(|(column, _)| *column)
            .collect();
        if let Some(column) = ours_named(kind, theirs)
            && !self.names.contains_key(column)
            && !self.constants.contains_key(column)
        {
            found.push(column);
        }
        found
    }
}

fn read_csv(kind: Kind, text: &str, options: &ImportOptions, sheet: &mut Sheet) {
    let mapping = mapping(kind, options);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) if !header.is_empty() => header.clone(),
        Ok(_) | Err(_) => {
            sheet.problems.push(Problem::of_file(
                "empty_file",
                "文件是空的，没有表头",
                "the file is empty; it has no header",
            ));
            return;
        }
    };
    let columns: Vec<Vec<&'static str>> = header
        .iter()
        .map(|theirs| mapping.ours_of(kind, theirs))
        .collect();
    note_names(kind, header.iter(), &mapping, sheet);
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let line = record.position().map(csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        sheet.n_rows += 1;
        let n_full = record
            .iter()
            .skip(header.len())
            .filter(|cell| !cell.trim().is_empty())
            .count();
        if record.len() < header.len() || n_full > 0 {
            sheet.problems.push(
                Problem::of_file(
                    "row_shape",
                    format!("应有 {} 列，实有 {} 列", header.len(), record.len()),
                    format!(
                        "{} cells where the header has {}",
                        record.len(),
                        header.len()
                    ),
                )
                .in_line(line),
            );
            continue;
        }
        let mut row = Row {
            line,
            cells: mapping.constants.clone(),
            ..Row::default()
        };
        for (cell, ours) in record.iter().zip(&columns) {
            let cell = cell.trim();
            if !cell.is_empty() {
                for column in ours {
                    row.cells.insert(column, cell.to_owned());
                }
            }
        }
        sheet.rows.push(row);
    }
}

/// Programs of some languages write semicolons or tabs and call it CSV.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.contains(',') {
        b','
    } else if header.contains('\t') {
        b'\t'
    } else if header.contains(';') {
        b';'
    } else {
        b','
    }
}

/// Notes which of our columns the file has, names of `--field` that it has not, and columns that nobody reads.
fn note_names<'a>(
    kind: Kind,
    header: impl Iterator<Item = &'a str>,
    mapping: &Mapping,
    sheet: &mut Sheet,
) {
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    for theirs in header {
        let ours = mapping.ours_of(kind, theirs);
        if ours.is_empty() && !theirs.trim().is_empty() {
            sheet.problems.push(
                Problem::of_file(
                    "column_not_read",
                    "此列不导入",
                    "this column is not imported",
                )
                .in_column(theirs.trim())
                .as_warning(),
            );
        }
        for column in ours {
            if !seen.insert(column) {
                sheet.problems.push(
                    Problem::of_file("column_repeated", "列重复", "the column stands there twice")
                        .in_column(theirs.trim())
                        .in_line(Some(1)),
                );
            }
            sheet.names.insert(column, theirs.trim().to_owned());
        }
    }
    for column in mapping.constants.keys() {
        sheet.names.insert(column, (*column).to_owned());
    }
    for (column, theirs) in &mapping.names {
        if !seen.contains(column) {
            sheet.problems.push(
                Problem::of_file(
                    "column_missing",
                    format!("文件没有“{theirs}”列（--field {column}={theirs}）"),
                    format!("the file has no column `{theirs}` (--field {column}={theirs})"),
                )
                .in_column(theirs),
            );
        }
    }
}

fn read_points(kind: Kind, text: &str, options: &ImportOptions, sheet: &mut Sheet) {
    let mapping = mapping(kind, options);
    let theirs = |column: &str| {
        mapping
            .names
            .get(column)
            .cloned()
            .unwrap_or_else(|| column.to_owned())
    };
    let points = parse_points(
        text,
        &PointOptions {
            crs: options.crs.unwrap_or_default(),
            crs_property: Some(theirs("crs")),
            accuracy_property: Some(theirs("accuracy_m")),
        },
    );
    let points = match points {
        Ok(points) => points,
        Err(error) => {
            sheet.problems.push(Problem::of_file(
                "unreadable_file",
                format!("无法作为 GeoJSON 读取：{error}"),
                format!("no GeoJSON: {error}"),
            ));
            return;
        }
    };
    sheet.n_rows = points.rows.len() + points.problems.len();
    let names: BTreeSet<String> = points
        .rows
        .iter()
        .flat_map(|row| row.properties.keys().cloned())
        .collect();
    note_names(kind, names.iter().map(String::as_str), &mapping, sheet);
    for column in ["lon", "lat"] {
        sheet
            .names
            .insert(column, "geometry.coordinates".to_owned());
    }
    for problem in points.problems {
        let (code, zh) = match &problem.kind {
            PointProblemKind::GeometryMissing => ("nowhere_given", "没有几何图形"),
            PointProblemKind::NotAPoint(_) => ("not_a_point", "几何图形不是点"),
            PointProblemKind::GeometryUnreadable(_) => ("unreadable_geometry", "几何图形无法读取"),
            PointProblemKind::UnknownCrs(_) => ("unknown_crs", "坐标系未知"),
            PointProblemKind::InvalidPosition(_) => ("impossible_position", "位置不可能"),
        };
        let mut told =
            Problem::of_file(code, zh, problem.kind.to_string()).in_column(problem.member);
        told.feature = Some(problem.feature);
        sheet.problems.push(told);
    }
    for point in points.rows {
        let mut row = Row {
            feature: Some(point.feature),
            point: Some(point.declared),
            cells: mapping.constants.clone(),
            ..Row::default()
        };
        for (name, value) in &point.properties {
            let Some(text) = text_of(value) else { continue };
            for column in mapping.ours_of(kind, name) {
                row.cells.insert(column, text.clone());
            }
        }
        sheet.rows.push(row);
    }
}

/// A property as the text of a cell; lists become words with spaces between.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null | Value::Object(_) => return None,
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(values) => values
            .iter()
            .filter_map(text_of)
            .collect::<Vec<_>>()
            .join(" "),
    };
    (!text.is_empty()).then_some(text)
}

impl Row {
    /// A problem of this row.
    pub(crate) fn problem(
        &self,
        column: &str,
        code: &str,
        text: impl Into<String>,
        text_en: impl Into<String>,
    ) -> Problem {
        let mut problem = Problem::of_file(code, text, text_en)
            .in_line(self.line)
            .in_column(column);
        problem.feature = self.feature;
        problem
    }

    /// The class of what stands in one of our columns.
    pub(crate) fn class_of(&self, column: &str) -> ValueClass {
        ValueClass::of(self.cells.get(column).map_or("", String::as_str))
    }
}
