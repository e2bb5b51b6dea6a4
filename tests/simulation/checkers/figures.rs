//! Checker 9: a figure equals its drill-down: the cases behind a number give the number again.

use std::collections::BTreeSet;

use dispatch::testing;
use model::case::CaseState;
use runtime::published::ReadView;
use runtime::reads::cases::CaseFilter;

use crate::counts::Counts;
use crate::violation::Violation;

/// Compares every figure with the cases behind it, and the lists of cases with the state.
pub fn check(view: &ReadView, counts: &mut Counts) -> Result<(), Violation> {
    let wrong = |what: String| Violation::new(9, what);
    let desk = testing::command_desk();
    let figures = view
        .figures(&desk, None, None)
        .map_err(|refusal| wrong(refusal.to_string()))?;
    for figure in &figures.items {
        counts.premise("9 figure compared with its cases");
        let behind: BTreeSet<_> = figure.cases.iter().collect();
        if figure.n_counted > figure.n {
            return Err(wrong(format!(
                "{}: {} of {}",
                figure.id, figure.n_counted, figure.n
            )));
        }
        if figure.n > 0 && behind.is_empty() && figure.others.is_empty() {
            return Err(wrong(format!(
                "{} rests on {} and names none",
                figure.id, figure.n
            )));
        }
        let strange = behind.iter().find(|id| {
            view.tables()
                .cases
                .get(**id)
                .is_none_or(|case| case.drill || case.merged_into.is_some())
        });
        if let Some(id) = strange {
            return Err(wrong(format!(
                "{} names {id}, which is in no figure",
                figure.id
            )));
        }
    }
    let mut listed = 0;
    let mut filter = CaseFilter {
        open: Some(true),
        ..CaseFilter::default()
    };
    loop {
        let page = view
            .cases(&desk, &filter)
            .map_err(|refusal| wrong(refusal.to_string()))?;
        listed += page.items.len();
        filter.cursor = page.next;
        if filter.cursor.is_none() {
            break;
        }
    }
    let active = view
        .tables()
        .cases
        .values()
        .filter(|case| case.state != CaseState::Closed && case.merged_into.is_none())
        .count();
    if listed != active {
        return Err(wrong(format!(
            "{listed} open cases are listed and {active} are there"
        )));
    }
    Ok(())
}
