//! Samples into figures: counts, shares, medians and percentiles, for all and for each value of each split. Every
//! figure keeps the cases behind it, so that it equals its drill-down.

use std::collections::{BTreeMap, BTreeSet};

use model::id::CaseId;
use model::view::figures::FigureView;

/// What a figure is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// One thing that was measured.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// The cases behind it: one, or those of an area; none when it is about no case.
    pub cases: Vec<CaseId>,
    /// What it is when it is no case.
    pub other: Option<String>,
    /// By what it may be split, with its value.
    pub splits: Vec<(&'static str, String)>,
    /// Minutes, a number, or 1 for what counts in a share and 0 for what does not.
    pub value: f64,
}

/// Samples of one group: all, or those with one value of one split.
type Groups<'a> = BTreeMap<Option<(&'static str, &'a str)>, Vec<&'a Sample>>;

fn groups(samples: &[Sample]) -> Groups<'_> {
    let mut groups: Groups<'_> = BTreeMap::from([(None, samples.iter().collect())]);
    for sample in samples {
        for (split, value) in &sample.splits {
            groups
                .entry(Some((*split, value.as_str())))
                .or_default()
                .push(sample);
        }
    }
    groups
}

fn figure(
    id: String,
    name: Name,
    unit: &str,
    split: Option<(&'static str, &str)>,
    samples: &[&Sample],
) -> FigureView {
    let cases: BTreeSet<CaseId> = samples
        .iter()
        .flat_map(|sample| sample.cases.iter().copied())
        .collect();
    let others: BTreeSet<String> = samples
        .iter()
        .filter_map(|sample| sample.other.clone())
        .collect();
    FigureView {
        id,
        name: name.zh.to_owned(),
        name_en: name.en.to_owned(),
        unit: unit.to_owned(),
        split: split
            .into_iter()
            // Two at once are written with a plus: `hour+way`, `22+patrol`.
            .flat_map(|(split, value)| split.split('+').zip(value.split('+')))
            .map(|(split, value)| (split.to_owned(), value.to_owned()))
            .collect(),
        value: None,
        n: samples.len(),
        n_counted: samples.len(),
        counted: cases.iter().copied().collect(),
        cases: cases.into_iter().collect(),
        others: others.into_iter().collect(),
    }
}

/// How many there are; a sample of value 2 counts twice.
pub(super) fn counts(name: Name, samples: &[Sample]) -> Vec<FigureView> {
    groups(samples)
        .into_iter()
        .map(|(split, samples)| {
            let sum = samples.iter().map(|sample| sample.value).sum();
            FigureView {
                value: Some(sum),
                ..figure(name.id.to_owned(), name, "count", split, &samples)
            }
        })
        .collect()
}

/// Which part of them counts, from 0 to 1.
pub(super) fn shares(name: Name, samples: &[Sample]) -> Vec<FigureView> {
    groups(samples)
        .into_iter()
        .map(|(split, samples)| {
            let that_count = || samples.iter().filter(|sample| sample.value > 0.5);
            let n_counted = that_count().count();
            let counted: BTreeSet<CaseId> = that_count()
                .flat_map(|sample| sample.cases.iter().copied())
                .collect();
            FigureView {
                value: ratio(n_counted, samples.len()),
                n_counted,
                counted: counted.into_iter().collect(),
                ..figure(name.id.to_owned(), name, "share", split, &samples)
            }
        })
        .collect()
}

/// Median and ninetieth percentile of minutes: the smallest value that so many of a hundred do not exceed.
pub(super) fn durations(name: Name, samples: &[Sample]) -> Vec<FigureView> {
    let mut figures = Vec::new();
    for (split, samples) in groups(samples) {
        let mut minutes: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
        minutes.sort_by(f64::total_cmp);
        for (word, percent) in [("median", 50), ("p90", 90)] {
            figures.push(FigureView {
                value: percentile(&minutes, percent),
                ..figure(
                    format!("{}.{word}", name.id),
                    name,
                    "minutes",
                    split,
                    &samples,
                )
            });
        }
    }
    figures
}

fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

fn ratio(n_counted: usize, n: usize) -> Option<f64> {
    let part = u32::try_from(n_counted).ok()?;
    let whole = u32::try_from(n).ok().filter(|n| *n > 0)?;
    Some(f64::from(part) / f64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Name = Name {
        id: "x",
        zh: "甲",
        en: "x",
    };

    fn sample(n: u128, value: f64, street: &str) -> Sample {
        Sample {
            cases: vec![CaseId(uuid::Uuid::from_u128(n))],
            other: None,
            splits: vec![("jurisdiction", street.to_owned())],
            value,
        }
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(percentile(&ten, 50), Some(5.0));
        assert_eq!(percentile(&ten, 90), Some(9.0));
        assert_eq!(percentile(&[7.0], 90), Some(7.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_figure_has_the_cases_behind_it_for_all_and_for_each_part() {
        let samples = [
            sample(1, 1.0, "a"),
            sample(2, 0.0, "a"),
            sample(3, 1.0, "b"),
        ];
        let figures = shares(NAME, &samples);
        let found: Vec<(usize, usize, usize)> = figures
            .iter()
            .map(|figure| (figure.n, figure.n_counted, figure.cases.len()))
            .collect();
        assert_eq!(found, [(3, 2, 3), (2, 1, 2), (1, 1, 1)]);
        let counted = |n: usize| figures.get(n).map(|figure| figure.counted.clone());
        let case = |n: u128| CaseId(uuid::Uuid::from_u128(n));
        assert_eq!(counted(0), Some(vec![case(1), case(3)]));
        assert_eq!(counted(1), Some(vec![case(1)]));
        assert_eq!(figures.get(1).and_then(|figure| figure.value), Some(0.5));
        let durations = durations(NAME, &samples);
        assert_eq!(
            durations.len(),
            6,
            "median and p90, for all and two streets"
        );
        let counts = counts(NAME, &samples);
        assert_eq!(counts.first().and_then(|figure| figure.value), Some(2.0));
    }
}
