//! Checker 9: a figure equals its drill-down: the cases behind a number give the number again, and a slow and obvious
//! count over everything that was committed gives the same number and the same cases.

use std::collections::{BTreeMap, BTreeSet};

use dispatch::{Tables, testing};
use model::case::CaseState;
use model::grade::Tier;
use model::id::{CaseId, JurisdictionCode};
use model::view::case::CaseRow;
use model::view::figures::FigureView;
use runtime::published::ReadView;
use runtime::reads::cases::CaseFilter;

use super::by_hand::{self, Key};
use crate::counts::Counts;
use crate::violation::Violation;

/// Compares every figure with the cases behind it and with a count by hand, and the lists of cases with the state.
/// `folded` is what the rows alone give.
pub fn check(view: &ReadView, folded: &Tables, counts: &mut Counts) -> Result<(), Violation> {
    let desk = testing::command_desk();
    let figures = view
        .figures(&desk, None, None)
        .map_err(|refusal| wrong(refusal.to_string()))?;
    let mut by_hand = by_hand::count(folded);
    for figure in &figures.items {
        counts.premise("9 figure compared with its cases");
        check_cases(view, figure)?;
        let Some(key) = key_of(figure) else { continue };
        let Some(expected) = by_hand.remove(&key) else {
            return Err(wrong(format!(
                "nobody can find the {} of {key:?}",
                figure.n
            )));
        };
        counts.premise("9 figure counted again by hand");
        expected.compare(figure).map_err(wrong)?;
    }
    if let Some(key) = by_hand.keys().next() {
        return Err(wrong(format!("{key:?} is missing")));
    }
    check_lists(view, folded)
}

fn wrong(what: String) -> Violation {
    Violation::new(9, what)
}

/// A figure names its cases, and none that is in no figure.
fn check_cases(view: &ReadView, figure: &FigureView) -> Result<(), Violation> {
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
    match strange {
        Some(id) => Err(wrong(format!(
            "{} names {id}, which is in no figure",
            figure.id
        ))),
        None => Ok(()),
    }
}

/// Under which key the count by hand has a figure; none for one that is not counted by hand.
fn key_of(figure: &FigureView) -> Option<Key> {
    let id = by_hand::FIGURES
        .into_iter()
        .find(|id| *id == figure.id.as_str())?;
    let split = match figure.split.iter().next() {
        None => None,
        Some((name, value)) => {
            let name = by_hand::SPLITS.into_iter().find(|known| known == name)?;
            Some((name, value.clone()))
        }
    };
    Some((id, split))
}

/// The lists of open and closed cases, of each tier and each street, are what the state has.
fn check_lists(view: &ReadView, folded: &Tables) -> Result<(), Violation> {
    type Groups = BTreeMap<(JurisdictionCode, Tier), BTreeSet<CaseId>>;
    for open in [true, false] {
        let mut expected = Groups::new();
        let roots = folded
            .cases
            .values()
            .filter(|case| case.merged_into.is_none() && (case.state != CaseState::Closed) == open);
        for case in roots {
            expected
                .entry((case.jurisdiction.code.clone(), case.grade.tier.value))
                .or_default()
                .insert(case.id);
        }
        // The list of all closed cases is long, and its filters are the same: one street of it is enough.
        let streets = if open {
            vec![None]
        } else {
            expected
                .keys()
                .take(1)
                .map(|(street, _)| Some(street.clone()))
                .collect()
        };
        for street in streets {
            let mut found = Groups::new();
            for row in listed(view, open, street.clone())? {
                found
                    .entry((row.jurisdiction.code.clone(), row.tier.value))
                    .or_default()
                    .insert(row.id);
            }
            let mut expected = expected.clone();
            expected.retain(|(of, _), _| street.as_ref().is_none_or(|street| of == street));
            if found != expected {
                return Err(wrong(format!(
                    "cases listed with open={open} in {street:?} are {found:?} and should be {expected:?}"
                )));
            }
        }
    }
    Ok(())
}

/// All pages of a list.
fn listed(
    view: &ReadView,
    open: bool,
    jurisdiction: Option<JurisdictionCode>,
) -> Result<Vec<CaseRow>, Violation> {
    let desk = testing::command_desk();
    let mut filter = CaseFilter {
        open: Some(open),
        jurisdiction,
        ..CaseFilter::default()
    };
    let mut rows = Vec::new();
    loop {
        let page = view
            .cases(&desk, &filter)
            .map_err(|refusal| wrong(refusal.to_string()))?;
        rows.extend(page.items);
        filter.cursor = page.next;
        if filter.cursor.is_none() {
            return Ok(rows);
        }
    }
}
