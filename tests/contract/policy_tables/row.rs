//! One row of a policy table and how its words are read.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a row that cannot be read is a wrong table, and the test says where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::str::FromStr;

use model::time::{Instant, Span};
use policy::duration::parse_length;

/// One row: its columns by name.
pub struct Row {
    /// The line in the file, the header is line 1.
    pub line: usize,
    columns: BTreeMap<String, String>,
}

/// Every row of a file.
pub fn rows(name: &str, text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    reader
        .records()
        .enumerate()
        .map(|(i, record)| {
            let record = record.unwrap_or_else(|e| panic!("{name}.csv: {e}"));
            let columns = header
                .iter()
                .cloned()
                .zip(record.iter().map(|cell| cell.trim().to_owned()))
                .collect();
            Row {
                line: i + 2,
                columns,
            }
        })
        .collect()
}

impl Row {
    /// A column as it is written.
    pub fn get(&self, name: &str) -> &str {
        self.columns
            .get(name)
            .unwrap_or_else(|| panic!("there is no column `{name}`"))
    }

    /// A column as a word of a closed list, a number, …
    pub fn word<T: FromStr>(&self, name: &str) -> T
    where
        T::Err: Debug,
    {
        read(self.get(name))
    }

    /// The same, or nothing if it is empty or `-`.
    pub fn maybe<T: FromStr>(&self, name: &str) -> Option<T>
    where
        T::Err: Debug,
    {
        Some(self.get(name))
            .filter(|text| !text.is_empty() && *text != "-")
            .map(read)
    }

    /// `yes` or `no`.
    pub fn yes(&self, name: &str) -> bool {
        match self.get(name) {
            "yes" => true,
            "no" => false,
            other => panic!("line {}: `{other}` is neither yes nor no", self.line),
        }
    }

    /// Words with blanks between.
    pub fn words<T: FromStr + Ord>(&self, name: &str) -> BTreeSet<T>
    where
        T::Err: Debug,
    {
        self.get(name).split_whitespace().map(read).collect()
    }

    /// A moment as the clocks in Shanghai show it.
    pub fn moment(&self, name: &str) -> Instant {
        moment(self.get(name))
    }

    /// The same, or nothing if it is empty.
    pub fn maybe_moment(&self, name: &str) -> Option<Instant> {
        Some(self.get(name))
            .filter(|text| !text.is_empty() && *text != "-")
            .map(moment)
    }

    /// Moments with blanks between.
    pub fn moments(&self, name: &str) -> Vec<Instant> {
        self.get(name).split_whitespace().map(moment).collect()
    }

    /// A length.
    pub fn length(&self, name: &str) -> Span {
        length(self.get(name))
    }
}

/// A word of a closed list, a number, …
pub fn read<T: FromStr>(text: &str) -> T
where
    T::Err: Debug,
{
    text.parse().unwrap_or_else(|e| panic!("`{text}`: {e:?}"))
}

/// A moment as the clocks in Shanghai show it, whatever time zone the policy has.
pub fn moment(text: &str) -> Instant {
    Instant::from_timestamp(
        format!("{text}:00+08:00")
            .parse()
            .unwrap_or_else(|e| panic!("`{text}`: {e}")),
    )
}

/// How a moment is written in the tables.
pub fn shown(at: Instant) -> String {
    let local = jiff::tz::TimeZone::fixed(jiff::tz::offset(8)).to_datetime(at.timestamp());
    local.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// How several moments are written.
pub fn all_shown(moments: &[Instant]) -> String {
    moments
        .iter()
        .map(|at| shown(*at))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A length.
pub fn length(text: &str) -> Span {
    parse_length(text).unwrap()
}

/// `yes` or `no`.
pub fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}
