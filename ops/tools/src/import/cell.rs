//! Reads the cells of one row as typed values. Each that cannot be read becomes a problem with its column; the row
//! is then not used.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use dispatch::Tables;
use model::id::{DepartmentId, JurisdictionCode};
use model::time::Instant;
use policy::calendar::Calendar;
use policy::duration::parse_clock;
use spatial::crs::{Converted, Crs, DeclaredPosition};

use super::report::{Gravity, Problem};
use super::sheet::{Row, Sheet};
use super::when::{self, NotATime};
use super::{ImportOptions, Known};

/// A name, a ticket number, an id: as long as such a thing ever is.
pub(crate) const NAME_CHARS_MAX: usize = 200;
/// A note: as long as a person writes into a form.
pub(crate) const TEXT_CHARS_MAX: usize = 2_000;

/// The cells of one row, and what is wrong with them.
pub(crate) struct Cells<'a> {
    pub row: &'a Row,
    sheet: &'a Sheet,
    pub known: &'a Known<'a>,
    pub options: &'a ImportOptions,
    pub problems: Vec<Problem>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(
        row: &'a Row,
        sheet: &'a Sheet,
        known: &'a Known<'a>,
        options: &'a ImportOptions,
    ) -> Self {
        Self {
            row,
            sheet,
            known,
            options,
            problems: Vec::new(),
        }
    }

    /// Whether the row can be used so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.gravity == Gravity::Warning)
    }

    /// Names a problem of a column, by the name that the file gives it.
    pub(crate) fn wrong(
        &mut self,
        column: &str,
        code: &str,
        text: impl Into<String>,
        text_en: impl Into<String>,
    ) {
        let theirs = self.sheet.names.get(column).map_or(column, String::as_str);
        let mut problem = self.row.problem(theirs, code, text, text_en);
        problem.found = Some(self.row.class_of(column));
        self.problems.push(problem);
    }

    pub(crate) fn raw(&self, column: &str) -> Option<&'a str> {
        self.row.cells.get(column).map(String::as_str)
    }

    fn checked_length(&mut self, column: &str, text: &str, chars_max: usize) -> Option<String> {
        if text.chars().count() > chars_max {
            self.wrong(
                column,
                "text_length",
                format!("超过 {chars_max} 个字"),
                format!("longer than {chars_max} characters"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A short text.
    pub(crate) fn name(&mut self, column: &str) -> Option<String> {
        let text = self.raw(column)?;
        self.checked_length(column, text, NAME_CHARS_MAX)
    }

    /// A longer text.
    pub(crate) fn text(&mut self, column: &str) -> Option<String> {
        let text = self.raw(column)?;
        self.checked_length(column, text, TEXT_CHARS_MAX)
    }

    /// A short text that must be there.
    pub(crate) fn needed_name(&mut self, column: &str) -> Option<String> {
        if self.raw(column).is_none() {
            self.missing(column);
            return None;
        }
        self.name(column)
    }

    /// Says that a value is missing.
    pub(crate) fn missing(&mut self, column: &str) {
        self.wrong(column, "missing_field", "缺少此值", "the value is missing");
    }

    /// An id of an organisation: a short text without blanks and signs that a path or a list would take apart.
    pub(crate) fn needed_id(&mut self, column: &str) -> Option<String> {
        let id = self.needed_name(column)?;
        if id.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#,;\"'\\".contains(c)) {
            self.wrong(
                column,
                "bad_id",
                "编号中不能有空格、逗号、引号和斜线",
                "an id has no blanks, commas, quotes or slashes",
            );
            return None;
        }
        Some(id)
    }

    /// A word of a closed list.
    pub(crate) fn word<T: FromStr + Display + Copy>(
        &mut self,
        column: &str,
        all: &[T],
    ) -> Option<T> {
        let text = self.raw(column)?;
        if let Ok(word) = text.to_ascii_lowercase().parse() {
            return Some(word);
        }
        self.unknown_word(column, all);
        None
    }

    fn unknown_word<T: Display>(&mut self, column: &str, all: &[T]) {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        let words = words.join(" ");
        self.wrong(
            column,
            "unknown_word",
            format!("应为：{words}"),
            format!("one of: {words}"),
        );
    }

    /// Several words of a closed list, each once, in their order.
    pub(crate) fn words<T: FromStr + Display + Copy + PartialEq>(
        &mut self,
        column: &str,
        all: &[T],
    ) -> Vec<T> {
        let mut found: Vec<T> = Vec::new();
        for word in listed(self.raw(column).unwrap_or_default()) {
            match word.to_ascii_lowercase().parse::<T>() {
                Ok(word) if found.contains(&word) => {}
                Ok(word) => found.push(word),
                Err(_) => {
                    self.unknown_word(column, all);
                    return found;
                }
            }
        }
        found
    }

    /// Several free words.
    pub(crate) fn free_words(&mut self, column: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for word in listed(self.raw(column).unwrap_or_default()) {
            if let Some(word) = self.checked_length(column, word, NAME_CHARS_MAX) {
                found.insert(word);
            }
        }
        found
    }

    /// A whole number up to a limit.
    pub(crate) fn count(&mut self, column: &str, max: u32) -> Option<u32> {
        let text = self.raw(column)?;
        // Spreadsheets write `2.0` where somebody typed 2.
        let whole = text.strip_suffix(".0").unwrap_or(text);
        match whole.parse::<u32>() {
            Ok(count) if count <= max => Some(count),
            Ok(_) => {
                self.wrong(
                    column,
                    "out_of_range",
                    format!("应为 0 至 {max}"),
                    format!("from 0 to {max}"),
                );
                None
            }
            Err(_) => {
                let code = if text.parse::<f64>().is_ok() {
                    "out_of_range"
                } else {
                    "wrong_kind"
                };
                self.wrong(
                    column,
                    code,
                    format!("应为 0 至 {max} 的整数"),
                    format!("a whole number from 0 to {max}"),
                );
                None
            }
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, column: &str) -> Option<bool> {
        match self.raw(column)?.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "是" | "有" => Some(true),
            "false" | "no" | "n" | "0" | "否" | "无" => Some(false),
            _ => {
                self.wrong(
                    column,
                    "unknown_word",
                    "应为 true 或 false",
                    "true or false",
                );
                None
            }
        }
    }

    /// A clock time `HH:MM`.
    pub(crate) fn clock(&mut self, column: &str) -> Option<String> {
        let text = self.raw(column)?;
        let padded = match text.split_once(':') {
            Some((hour, rest)) if hour.len() == 1 => format!("0{hour}:{rest}"),
            // The end of a day is the beginning of the next one.
            Some(("24", "00")) => "00:00".to_owned(),
            Some(_) | None => text.to_owned(),
        };
        if parse_clock(&padded).is_ok() {
            return Some(padded);
        }
        self.wrong(
            column,
            "impossible_time",
            "应为时刻，如 22:00",
            "a clock time, as 22:00",
        );
        None
    }

    /// A moment that must be there.
    pub(crate) fn needed_time(&mut self, column: &str) -> Option<Instant> {
        if self.raw(column).is_none() {
            self.missing(column);
            return None;
        }
        self.time(column)
    }

    /// A moment.
    pub(crate) fn time(&mut self, column: &str) -> Option<Instant> {
        let text = self.raw(column)?;
        match when::parse(text, self.calendar()) {
            Ok(at) => Some(at),
            Err(NotATime::DateAlone) => {
                self.wrong(
                    column,
                    "impossible_time",
                    "只有日期，缺少时刻",
                    "a date alone; the time of day is missing",
                );
                None
            }
            Err(NotATime::Unknown) => {
                self.wrong(
                    column,
                    "impossible_time",
                    "时间应为 RFC 3339、当地日期和时间，或 Unix 秒、毫秒",
                    "a time in RFC 3339, local date and time, or Unix seconds or milliseconds",
                );
                None
            }
        }
    }

    pub(crate) fn calendar(&self) -> &'a Calendar {
        self.known.policy.calendar()
    }

    /// The position of the row: of the feature, or of `lon`, `lat`, `crs` and, where the file has it, `accuracy_m`.
    pub(crate) fn position(&mut self) -> Option<(DeclaredPosition, Converted)> {
        let declared = match self.row.point {
            Some(point) => point,
            None => self.declared()?,
        };
        match declared.convert() {
            Ok(converted) => Some((declared, converted)),
            Err(wrong) => {
                self.wrong(
                    wrong.member(),
                    "impossible_position",
                    "位置不可能",
                    wrong.to_string(),
                );
                None
            }
        }
    }

    fn declared(&mut self) -> Option<DeclaredPosition> {
        let (lon, lat) = match (self.raw("lon"), self.raw("lat")) {
            (None, None) => return None,
            (Some(_), Some(_)) => (self.number("lon"), self.number("lat")),
            (lon, _) => {
                self.missing(if lon.is_none() { "lon" } else { "lat" });
                return None;
            }
        };
        let crs = match self.raw("crs") {
            Some(name) => {
                if let Ok(crs) = name.to_ascii_lowercase().parse() {
                    Some(Some(crs))
                } else {
                    let known = Crs::ALL.map(Crs::name).join(" ");
                    self.wrong(
                        "crs",
                        "unknown_crs",
                        format!("坐标系未知，应为：{known}"),
                        format!("the coordinate system is one of: {known}"),
                    );
                    None
                }
            }
            None => Some(self.options.crs),
        };
        let accuracy_m = match self.raw("accuracy_m") {
            Some(_) => self.number("accuracy_m").map(Some),
            None => Some(None),
        };
        let (lon, lat, crs, accuracy_m) = (lon?, lat?, crs?, accuracy_m?);
        Some(DeclaredPosition::new(
            lon,
            lat,
            accuracy_m,
            Some(crs.unwrap_or_default()),
        ))
    }

    fn number(&mut self, column: &str) -> Option<f64> {
        let text = self.raw(column)?;
        // NaN and infinities are numbers to the reader and refused by the conversion, with their column.
        if let Ok(number) = text.parse::<f64>() {
            Some(number)
        } else {
            self.wrong(column, "wrong_kind", "应为数字", "a number");
            None
        }
    }

    /// The code of a street that is known. Where no street is known at all, every code is taken.
    pub(crate) fn street(&mut self, column: &str) -> Option<JurisdictionCode> {
        let code = JurisdictionCode::from(self.name(column)?);
        if knows_street(self.known.tables, &code) {
            return Some(code);
        }
        self.unknown_street(column);
        None
    }

    fn unknown_street(&mut self, column: &str) {
        self.wrong(
            column,
            "unknown_reference",
            "没有此街镇代码，请先导入边界",
            "no street has this code; import the boundaries first",
        );
    }

    /// Codes of streets that are known.
    pub(crate) fn streets(&mut self, column: &str) -> Vec<JurisdictionCode> {
        let mut found = Vec::new();
        for code in listed(self.raw(column).unwrap_or_default()) {
            let code = JurisdictionCode::from(code);
            if !knows_street(self.known.tables, &code) {
                self.unknown_street(column);
                return found;
            }
            if !found.contains(&code) {
                found.push(code);
            }
        }
        found
    }

    /// A department that is known.
    pub(crate) fn department(&mut self, column: &str) -> Option<DepartmentId> {
        let id = DepartmentId::from(self.name(column)?);
        let tables = self.known.tables;
        let is_office = tables
            .jurisdictions
            .keys()
            .any(|code| DepartmentId::street(code) == id);
        if tables.departments.contains_key(&id) || is_office {
            return Some(id);
        }
        self.wrong(
            column,
            "unknown_reference",
            "没有此部门，请先导入部门",
            "no department has this id; import the departments first",
        );
        None
    }
}

fn knows_street(tables: &Tables, code: &JurisdictionCode) -> bool {
    tables.jurisdictions.is_empty() || tables.jurisdictions.contains_key(code)
}

/// Words with spaces between, or with the signs that other programs put between them.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",;|、，；".contains(c))
        .filter(|word| !word.is_empty())
}
