//! From rows to orders, the same way for every kind: read each row, refuse repeated ids, leave out what is known as it
//! is, and make one command of the rest.

use std::collections::BTreeMap;

use model::command::Command;
use serde::Serialize;

use super::cell::Cells;
use super::report::ImportReport;
use super::sheet::{self, Row, Sheet};
use super::{AccountRow, Import, ImportOptions, ImportOrder, Kind, Known, ids};

/// What a row became.
pub(crate) enum Entry {
    /// An order of its own.
    Order(Box<ImportOrder>),
    /// An account.
    Account(AccountRow),
}

/// How one kind is read.
pub(crate) trait Rows {
    /// One entry of the kind.
    type Item: Serialize + PartialEq + Clone;

    /// Reads a row; what is wrong stands in `cells.problems`, and the row is then not used.
    fn read(&self, cells: &mut Cells<'_>) -> Option<Self::Item>;

    /// What makes two rows the same thing, and the column where it stands.
    fn key(&self, item: &Self::Item) -> (String, &'static str);

    /// Whether this very entry is known already.
    fn is_known(&self, item: &Self::Item, known: &Known<'_>) -> bool;

    /// What the new and changed entries become.
    fn entries(&self, items: Vec<(Option<u64>, Self::Item)>, known: &Known<'_>) -> Vec<Entry>;

    /// What is to be said about the file as a whole.
    fn look_at_file(&self, _sheet: &Sheet, _options: &ImportOptions, _report: &mut ImportReport) {}
}

/// One command about background with its id.
pub(crate) fn background_order(
    kind: Kind,
    line: Option<u64>,
    command: Command,
    known: &Known<'_>,
) -> Entry {
    let id = ids::command_id(
        &known.tables.district,
        kind.as_str(),
        known.tables.head,
        &command,
    );
    Entry::Order(Box::new(ImportOrder {
        id,
        line,
        command,
        personal: Vec::new(),
    }))
}

/// Reads a file and builds its import.
pub(crate) fn build<R: Rows>(
    kind: Kind,
    file: &[u8],
    options: &ImportOptions,
    known: &Known<'_>,
    rows: &R,
) -> Import {
    let sheet = sheet::read(kind, file, options);
    let mut report = ImportReport::new(kind, options.bad_rows);
    report.n_rows = sheet.n_rows;
    let mut problems = sheet.problems.clone();
    rows.look_at_file(&sheet, options, &mut report);
    let mut first_lines: BTreeMap<String, &Row> = BTreeMap::new();
    let mut items = Vec::new();
    for row in &sheet.rows {
        let mut cells = Cells::new(row, &sheet, known, options);
        let item = rows.read(&mut cells);
        if let Some(item) = &item
            && cells.is_clean()
        {
            let (key, column) = rows.key(item);
            match first_lines.get(&key) {
                Some(first) => {
                    let (zh, en) = place_of(first);
                    cells.wrong(
                        column,
                        "id_repeated",
                        format!("与{zh}重复"),
                        format!("the same as in {en}"),
                    );
                }
                None => {
                    first_lines.insert(key, row);
                }
            }
        }
        let clean = cells.is_clean();
        problems.append(&mut cells.problems);
        if let (Some(item), true) = (item, clean) {
            items.push((row.line, item));
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.feature));
    for problem in problems {
        report.add(problem);
    }
    if sheet.n_rows == 0 && report.n_errors == 0 {
        report.add(super::report::Problem::of_file(
            "empty_file",
            "文件没有数据行",
            "the file has no rows",
        ));
    }
    report.n_good = items.len();
    report.n_bad = report.n_rows.saturating_sub(items.len());
    items.retain(|(_, item)| !rows.is_known(item, known));
    report.n_changed = items.len();
    report.n_unchanged = report.n_good - items.len();
    let mut import = Import {
        report,
        ..Import::default()
    };
    if items.is_empty() {
        return import;
    }
    for entry in rows.entries(items, known) {
        match entry {
            Entry::Order(order) => import.orders.push(*order),
            Entry::Account(account) => import.accounts.push(account),
        }
    }
    import
}

fn place_of(row: &Row) -> (String, String) {
    match (row.line, row.feature) {
        (Some(line), _) => (format!("第 {line} 行"), format!("line {line}")),
        (None, Some(feature)) => (format!("第 {feature} 个要素"), format!("feature {feature}")),
        (None, None) => ("前面的行".to_owned(), "an earlier row".to_owned()),
    }
}
