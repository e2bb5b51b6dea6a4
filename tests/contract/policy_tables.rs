//! Policy tables that field staff can read: every row of `policy/*.csv` is one sentence of `domain.md` with its answer.
//! A second test changes every number of the policy and every cell of the permission table, one at a time, and wants
//! at least one row to fail each time.

use policy::policy::{PERMISSIONS, PUTUO, Policy};

mod areas;
mod changes;
mod grades;
mod limits;
mod people;
mod rights;
mod row;
mod visits;

use row::Row;

/// Answers one row: what the rules say, and what the row wants.
type Judge = fn(&Policy, &Row) -> (String, String);

/// Every table: its file, its text, who answers it.
const TABLES: &[(&str, &str, Judge)] = &[
    ("limits", include_str!("policy/limits.csv"), limits::limit),
    (
        "priority",
        include_str!("policy/priority.csv"),
        grades::priority,
    ),
    (
        "warning_level",
        include_str!("policy/warning_level.csv"),
        grades::warning_level,
    ),
    ("tiers", include_str!("policy/tiers.csv"), grades::tier),
    (
        "departments",
        include_str!("policy/departments.csv"),
        grades::departments,
    ),
    (
        "deadlines",
        include_str!("policy/deadlines.csv"),
        grades::deadlines,
    ),
    ("ladder", include_str!("policy/ladder.csv"), grades::ladder),
    (
        "regrade",
        include_str!("policy/regrade.csv"),
        grades::regrade,
    ),
    (
        "department_ladder",
        include_str!("policy/department_ladder.csv"),
        grades::department_ladder,
    ),
    ("signals", include_str!("policy/signals.csv"), areas::signal),
    (
        "forecasts",
        include_str!("policy/forecasts.csv"),
        areas::forecast,
    ),
    (
        "area_steps",
        include_str!("policy/area_steps.csv"),
        areas::step,
    ),
    (
        "hand_lowering",
        include_str!("policy/hand_lowering.csv"),
        areas::hand_lowering,
    ),
    ("nights", include_str!("policy/nights.csv"), areas::night),
    (
        "special_days",
        include_str!("policy/special_days.csv"),
        areas::special_day,
    ),
    (
        "matching",
        include_str!("policy/matching.csv"),
        people::matching,
    ),
    (
        "jurisdiction",
        include_str!("policy/jurisdiction.csv"),
        people::jurisdiction,
    ),
    ("doubts", include_str!("policy/doubts.csv"), people::doubts),
    (
        "outcomes",
        include_str!("policy/outcomes.csv"),
        visits::outcome,
    ),
    (
        "becomes",
        include_str!("policy/becomes.csv"),
        visits::becomes,
    ),
    (
        "revisits",
        include_str!("policy/revisits.csv"),
        visits::revisit,
    ),
    (
        "special_care",
        include_str!("policy/special_care.csv"),
        visits::special_care,
    ),
    (
        "assignment",
        include_str!("policy/assignment.csv"),
        people::assignment,
    ),
    (
        "returning",
        include_str!("policy/returning.csv"),
        people::returning,
    ),
    (
        "permissions",
        include_str!("policy/permissions.csv"),
        rights::permission,
    ),
];

struct Table {
    name: &'static str,
    rows: Vec<Row>,
    judge: Judge,
}

fn tables() -> Vec<Table> {
    TABLES
        .iter()
        .map(|(name, text, judge)| Table {
            name,
            rows: row::rows(name, text),
            judge: *judge,
        })
        .collect()
}

/// The rows that do not hold under a policy.
fn failures<'a>(tables: &'a [Table], policy: &'a Policy) -> impl Iterator<Item = String> + 'a {
    tables.iter().flat_map(move |table| {
        table.rows.iter().filter_map(move |row| {
            let (says, wants) = (table.judge)(policy, row);
            (says != wants).then(|| {
                format!(
                    "{}.csv line {}: wants `{wants}`, the rules say `{says}` ({})",
                    table.name,
                    row.line,
                    row.get("why")
                )
            })
        })
    })
}

#[test]
fn every_row_of_every_table_holds() {
    let policy = Policy::putuo().unwrap();
    let tables = tables();
    let failed: Vec<String> = failures(&tables, &policy).collect();
    assert!(
        failed.is_empty(),
        "{} rows do not hold:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn there_are_at_least_two_hundred_rows_and_each_has_a_sentence() {
    let tables = tables();
    let n_rows: usize = tables.iter().map(|table| table.rows.len()).sum();
    assert!(n_rows >= 200, "{n_rows}");
    for table in &tables {
        for row in &table.rows {
            assert!(
                row.get("why").chars().count() >= 4,
                "{}.csv line {} has no sentence",
                table.name,
                row.line
            );
        }
    }
}

#[test]
fn every_number_of_the_policy_has_a_row_that_fails_when_it_changes() {
    let tables = tables();
    let mut unnoticed = Vec::new();
    let mut n_changed = 0;
    for number in changes::numbers(PUTUO) {
        let readable: Vec<Policy> = number
            .changed
            .iter()
            .filter_map(|text| Policy::parse(text).ok())
            .take(1)
            .collect();
        n_changed += 1;
        if !readable
            .iter()
            .any(|policy| failures(&tables, policy).next().is_some())
        {
            unnoticed.push(number.path);
        }
    }
    assert!(n_changed > 300, "only {n_changed} numbers were found");
    assert!(
        unnoticed.is_empty(),
        "no row notices a change of:\n{}",
        unnoticed.join("\n")
    );
}

#[test]
fn every_cell_of_the_permission_table_has_a_row_that_fails_when_it_changes() {
    let tables: Vec<Table> = tables()
        .into_iter()
        .filter(|table| table.name == "permissions")
        .collect();
    let mut unnoticed = Vec::new();
    let mut n_changed = 0;
    for cell in changes::cells(PERMISSIONS) {
        for changed in &cell.changed {
            let policy = Policy::parse_with(PUTUO, changed).unwrap();
            n_changed += 1;
            if failures(&tables, &policy).next().is_none() {
                unnoticed.push(cell.path.clone());
            }
        }
    }
    assert!(n_changed > 450, "only {n_changed} cells were changed");
    assert!(
        unnoticed.is_empty(),
        "no row notices a change of:\n{}",
        unnoticed.join("\n")
    );
}
