//! What an import found: each problem with its row, its column, the class of what stood there and a stable code, in
//! Chinese and English. The value itself is never repeated: it may be about a person.
#![expect(
    clippy::format_push_string,
    reason = "a report is short, and its sentences read best as they are printed"
)]

use std::fmt;

use model::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// How many problems are named; more are only counted.
const N_PROBLEMS_NAMED: usize = 1_000;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The row cannot be used.
    Error,
    /// It is used; a person should look.
    Warning,
}

macro_rules! value_classes {
    ($($(#[$meta:meta])* $variant:ident = $word:literal, $zh:literal, $en:literal;)+) => {
        /// What kind of value stood in a cell.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ValueClass { $($(#[$meta])* $variant),+ }

        impl ValueClass {
            /// The stable word.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            const fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),+ } }
            const fn en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
        }
    };
}

value_classes! {
    /// Nothing.
    Empty = "empty", "空", "nothing";
    /// A whole number.
    WholeNumber = "whole_number", "整数", "a whole number";
    /// A number below zero.
    NegativeNumber = "negative_number", "负数", "a negative number";
    /// A number with decimals.
    Decimal = "decimal", "小数", "a decimal number";
    /// A date without a time.
    Date = "date", "只有日期", "a date without a time";
    /// Something that begins like a time.
    Time = "time", "时间", "a time";
    /// One word of letters.
    Word = "word", "单词", "a word";
    /// Any other text.
    Text = "text", "文字", "text";
}

impl ValueClass {
    /// The class of a text.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Empty;
        }
        if let Ok(number) = text.parse::<f64>() {
            return match (number < 0.0, text.contains(['.', 'e', 'E'])) {
                (true, _) => Self::NegativeNumber,
                (false, true) => Self::Decimal,
                (false, false) => Self::WholeNumber,
            };
        }
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        if digits == 4 && text.contains(['-', '/', '年']) {
            return if text.contains(':') {
                Self::Time
            } else {
                Self::Date
            };
        }
        if text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        {
            return Self::Word;
        }
        Self::Text
    }
}

/// One problem, with the place in the file where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How grave.
    pub gravity: Gravity,
    /// The line of the file, from 1; none for GeoJSON and for the file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The feature of a GeoJSON file, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<usize>,
    /// The column as the file calls it, or the member of a feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What kind of value stood there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<ValueClass>,
    /// The stable code.
    pub code: String,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn of_file(code: &str, text: impl Into<String>, text_en: impl Into<String>) -> Self {
        Self {
            gravity: Gravity::Error,
            line: None,
            feature: None,
            column: None,
            found: None,
            code: code.to_owned(),
            text: text.into(),
            text_en: text_en.into(),
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.gravity = Gravity::Warning;
        self
    }

    /// The same in a line.
    #[must_use]
    pub fn in_line(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    /// The same in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.feature) {
            (Some(line), _) => write!(f, "第 {line} 行 / line {line}")?,
            (None, Some(feature)) => write!(f, "第 {feature} 个要素 / feature {feature}")?,
            (None, None) => f.write_str("文件 / file")?,
        }
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        let mark = match self.gravity {
            Gravity::Error => "",
            Gravity::Warning => "(提示 / warning) ",
        };
        write!(
            f,
            ": {mark}[{}] {} / {}",
            self.code, self.text, self.text_en
        )?;
        if let Some(found) = self.found {
            write!(f, " ({} / {})", found.zh(), found.en())?;
        }
        Ok(())
    }
}

/// Everything that was found in one file, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// `places`, `sightings`, …
    pub kind: String,
    /// Rows or features of the file.
    pub n_rows: usize,
    /// Those without an error.
    pub n_good: usize,
    /// Those that cannot be used.
    pub n_bad: usize,
    /// Good ones that are known as they are and change nothing.
    pub n_unchanged: usize,
    /// Good ones that are new or say something new.
    pub n_changed: usize,
    /// Whether bad rows are skipped.
    pub skips_bad: bool,
    /// Errors, named or not.
    pub n_errors: usize,
    /// Warnings, named or not.
    pub n_warnings: usize,
    /// The first thousand problems, in the order of the file.
    pub problems: Vec<Problem>,
    /// What became of it when it was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Submitted>,
}

/// What became of the orders of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// Orders accepted just now.
    pub n_accepted: usize,
    /// Orders that were accepted earlier: nothing changed.
    pub n_repeated: usize,
    /// Orders that a rule refused.
    pub n_refused: usize,
}

impl ImportReport {
    /// A report about nothing yet.
    pub fn new(kind: super::Kind, bad_rows: super::BadRows) -> Self {
        Self {
            kind: kind.as_str().to_owned(),
            skips_bad: bad_rows == super::BadRows::Skip,
            ..Self::default()
        }
    }

    /// Adds a problem.
    pub fn add(&mut self, problem: Problem) {
        match problem.gravity {
            Gravity::Error => self.n_errors += 1,
            Gravity::Warning => self.n_warnings += 1,
        }
        if self.problems.len() < N_PROBLEMS_NAMED {
            self.problems.push(problem);
        }
    }

    /// Whether nothing of the file is taken: something is wrong and bad rows are not skipped, or nothing could be
    /// read at all. What was submitted was taken before.
    pub fn is_refused(&self) -> bool {
        self.submitted.is_none() && self.n_errors > 0 && (!self.skips_bad || self.n_good == 0)
    }

    /// Whether everything that was to be taken was taken.
    pub fn is_done(&self) -> bool {
        !self.is_refused() && self.submitted.as_ref().is_none_or(|s| s.n_refused == 0)
    }

    /// Notes that an order was accepted; `first_time` is false for a repeat.
    pub fn note_accepted(&mut self, first_time: bool) {
        let submitted = self.submitted.get_or_insert_default();
        if first_time {
            submitted.n_accepted += 1;
        } else {
            submitted.n_repeated += 1;
        }
    }

    /// Notes that a rule refused an order.
    pub fn note_refused(&mut self, line: Option<u64>, refusal: &Refusal) {
        self.submitted.get_or_insert_default().n_refused += 1;
        let problem = Problem::of_file(
            refusal.code.as_str(),
            refusal.code.title(),
            refusal.code.title_en(),
        )
        .in_line(line);
        self.add(match &refusal.pointer {
            Some(pointer) => problem.in_column(pointer),
            None => problem,
        });
    }

    /// The report for people, one line a problem, then the sums.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&problem.to_string());
            text.push('\n');
        }
        let named = self.problems.len();
        if self.n_errors + self.n_warnings > named {
            let rest = self.n_errors + self.n_warnings - named;
            text.push_str(&format!(
                "另有 {rest} 个问题未列出 / {rest} more problems\n"
            ));
        }
        text.push_str(&format!(
            "{}: {} 行，可用 {}，有误 {}，未变 {}，新增或更改 {} / {} rows, {} good, {} bad, {} unchanged, {} new or changed\n",
            self.kind, self.n_rows, self.n_good, self.n_bad, self.n_unchanged, self.n_changed,
            self.n_rows, self.n_good, self.n_bad, self.n_unchanged, self.n_changed,
        ));
        if self.is_refused() {
            text.push_str(
                "没有导入任何内容；改正后重试，或用 --skip-bad 跳过有误的行 / nothing was imported; mend the file, or skip bad rows with --skip-bad\n",
            );
        }
        if let Some(submitted) = &self.submitted {
            text.push_str(&format!(
                "已接受 {}，重复 {}，被拒 {} / accepted {}, repeated {}, refused {}\n",
                submitted.n_accepted,
                submitted.n_repeated,
                submitted.n_refused,
                submitted.n_accepted,
                submitted.n_repeated,
                submitted.n_refused,
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_named_by_its_class_and_never_repeated() {
        for (text, class) in [
            ("", ValueClass::Empty),
            ("  ", ValueClass::Empty),
            ("12", ValueClass::WholeNumber),
            ("-1", ValueClass::NegativeNumber),
            ("1.5", ValueClass::Decimal),
            ("2026-01-12", ValueClass::Date),
            ("2026/1/12 22:14", ValueClass::Time),
            ("bedded_down", ValueClass::Word),
            ("灰色棉衣", ValueClass::Text),
        ] {
            assert_eq!(ValueClass::of(text), class, "{text}");
        }
    }

    #[test]
    fn a_problem_reads_alone_in_both_languages() {
        let problem = Problem::of_file("unknown_word", "不在可选范围内", "not a word of the list")
            .in_line(Some(3))
            .in_column("signs");
        assert_eq!(
            problem.to_string(),
            "第 3 行 / line 3, signs: [unknown_word] 不在可选范围内 / not a word of the list"
        );
    }

    #[test]
    fn an_order_that_a_rule_refused_leaves_the_import_undone_but_not_refused() {
        let mut report =
            ImportReport::new(super::super::Kind::Places, super::super::BadRows::RefuseAll);
        report.note_accepted(true);
        report.note_accepted(false);
        assert!(report.is_done());
        report.note_refused(
            Some(4),
            &Refusal::new(model::refusal::RefusalCode::SightingIdReused),
        );
        assert!(!report.is_refused() && !report.is_done());
        let text = report.to_text();
        assert!(text.contains("line 4: [sighting_id_reused]"), "{text}");
        assert!(text.contains("accepted 1, repeated 1, refused 1"), "{text}");
    }

    #[test]
    fn many_problems_are_counted_and_a_thousand_named() {
        let mut report =
            ImportReport::new(super::super::Kind::Places, super::super::BadRows::RefuseAll);
        for line in 0..1_500 {
            report.add(Problem::of_file("missing_field", "", "").in_line(Some(line)));
        }
        assert_eq!((report.n_errors, report.problems.len()), (1_500, 1_000));
        assert!(report.is_refused() && report.to_text().contains("500 more problems"));
    }
}
