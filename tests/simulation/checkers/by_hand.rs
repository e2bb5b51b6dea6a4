//! Figures counted slowly and plainly: each sighting, task and escalation is looked at once, and finds the case that
//! answers for it by itself. Nothing here asks the program how it counts.

use std::collections::{BTreeMap, BTreeSet};

use dispatch::Tables;
use model::case::Case;
use model::deadline::DeadlineKind;
use model::escalation::EscalationEnd;
use model::id::CaseId;
use model::outcome::{OutcomeDetail, OutcomeKind};
use model::task::RecordedOutcome;
use model::view::figures::FigureView;

/// The figures that are counted here.
pub const FIGURES: [&str; 12] = [
    "cases",
    "people",
    "reports",
    "duplicates",
    "deadlines_missed",
    "found",
    "found_after_recheck",
    "accepted",
    "second_offer_accepted",
    "in_station",
    "on_street",
    "escalations_unanswered",
];

/// By what they are split here.
pub const SPLITS: [&str; 5] = ["tier", "jurisdiction", "deadline", "source", "department"];

/// A figure, and the part of it: all, or those with one value of one split.
pub type Key = (&'static str, Option<(&'static str, String)>);

/// What a figure should be.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    n: usize,
    n_counted: usize,
    sum: u64,
    cases: BTreeSet<CaseId>,
}

impl Expected {
    /// Whether the program says the same; else in what it differs.
    pub fn compare(&self, figure: &FigureView) -> Result<(), String> {
        let named: BTreeSet<CaseId> = figure.cases.iter().copied().collect();
        let value = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let (n_counted, should) = if figure.unit == "count" {
            (self.n, Some(value(self.sum)))
        } else {
            let n = u64::try_from(self.n).unwrap_or(u64::MAX);
            let counted = u64::try_from(self.n_counted).unwrap_or(u64::MAX);
            (self.n_counted, (n > 0).then(|| value(counted) / value(n)))
        };
        let same_value = match (figure.value, should) {
            (Some(is), Some(should)) => (is - should).abs() < 1e-9,
            (is, should) => is.is_none() && should.is_none(),
        };
        if figure.n == self.n && figure.n_counted == n_counted && same_value && named == self.cases
        {
            return Ok(());
        }
        Err(format!(
            "{} {:?} is {:?} ({} of {}) with {named:?}; by hand it is {should:?}, {self:?}",
            figure.id, figure.split, figure.value, figure.n_counted, figure.n
        ))
    }
}

/// Everything that is counted.
struct Count<'a> {
    tables: &'a Tables,
    /// What came of each case, by the order in which its tasks were made.
    outcomes: BTreeMap<CaseId, Vec<&'a RecordedOutcome>>,
    found: BTreeMap<Key, Expected>,
}

/// Counts all of [`FIGURES`], of all times.
pub fn count(tables: &Tables) -> BTreeMap<Key, Expected> {
    let mut count = Count {
        tables,
        outcomes: BTreeMap::new(),
        found: FIGURES
            .into_iter()
            .map(|id| ((id, None), Expected::default()))
            .collect(),
    };
    let mut tasks: Vec<_> = tables.tasks.values().collect();
    tasks.sort_by_key(|task| (task.made_at, task.id));
    for task in tasks {
        if let Some(case) = task.case_id.and_then(|id| count.answering(id)) {
            let known = count.outcomes.entry(case.id).or_default();
            known.extend(&task.outcomes);
        }
    }
    let cases: Vec<&Case> = tables
        .cases
        .values()
        .map(|case| &**case)
        .filter(|case| case.merged_into.is_none() && !case.drill)
        .collect();
    for case in &cases {
        count.add("cases", case, &[], true, 1);
        count.add("people", case, &[], true, case.subjects.len());
        if !case.history {
            count.deadlines(case);
            count.outcomes(case);
        }
    }
    count.reports();
    count.departments();
    count.found
}

impl<'a> Count<'a> {
    fn add(
        &mut self,
        id: &'static str,
        case: &Case,
        more: &[(&'static str, String)],
        counts: bool,
        value: usize,
    ) {
        let mut splits = vec![
            ("tier", case.grade.tier.value.to_string()),
            ("jurisdiction", case.jurisdiction.code.to_string()),
        ];
        splits.extend_from_slice(more);
        self.put(id, &[case.id], splits, counts, value);
    }

    fn put(
        &mut self,
        id: &'static str,
        cases: &[CaseId],
        splits: Vec<(&'static str, String)>,
        counts: bool,
        value: usize,
    ) {
        for split in splits.into_iter().map(Some).chain([None]) {
            let expected = self.found.entry((id, split)).or_default();
            expected.n += 1;
            expected.n_counted += usize::from(counts);
            expected.sum += u64::try_from(value).unwrap_or(u64::MAX);
            expected.cases.extend(cases);
        }
    }

    /// The case that answers for this one, if it is in figures.
    fn answering(&self, mut id: CaseId) -> Option<&'a Case> {
        loop {
            let case = self.tables.cases.get(&id)?;
            match case.merged_into {
                Some(into) => id = into,
                None => return (!case.drill).then_some(&**case),
            }
        }
    }

    fn deadlines(&mut self, case: &Case) {
        for kind in [
            DeadlineKind::Acknowledge,
            DeadlineKind::OnSite,
            DeadlineKind::Outcome,
        ] {
            if let Some(ladder) = case.deadlines.get(kind)
                && (ladder.met_at.is_some() || ladder.missed_at.is_some())
            {
                let split = [("deadline", kind.to_string())];
                let missed = ladder.missed_at.is_some();
                self.add("deadlines_missed", case, &split, missed, 0);
            }
        }
    }

    /// What came of a case, in the order in which it came.
    fn outcomes(&mut self, case: &Case) {
        let mut all = self.outcomes.remove(&case.id).unwrap_or_default();
        all.sort_by_key(|outcome| outcome.at);
        let (mut found, mut took, mut refused) = (false, false, false);
        let (mut met_again, mut took_again) = (false, false);
        for (n, recorded) in all.iter().enumerate() {
            let outcome = &recorded.outcome;
            let here = outcome.outcome != OutcomeKind::NotFound;
            let takes = outcome.outcome == OutcomeKind::Accepted;
            if n == 0 {
                self.add("found", case, &[], here, 0);
            }
            met_again |= refused && here;
            took_again |= refused && takes;
            refused |= outcome.outcome == OutcomeKind::Refused;
            found |= here;
            took |= takes;
            let n_people = recorded.subjects.len().max(1);
            let inside = [Some(OutcomeDetail::Station), Some(OutcomeDetail::Shelter)];
            if takes && inside.contains(&outcome.detail) {
                self.add("in_station", case, &[], true, n_people);
            }
            if outcome.outcome == OutcomeKind::StreetAid {
                self.add("on_street", case, &[], true, n_people);
            }
        }
        if !all.is_empty() {
            self.add("found_after_recheck", case, &[], found, 0);
        }
        if found {
            self.add("accepted", case, &[], took, 0);
        }
        if met_again {
            self.add("second_offer_accepted", case, &[], took_again, 0);
        }
    }

    /// Each report counts once; all but the first of a case are of somebody who was known.
    fn reports(&mut self) {
        let mut known = BTreeSet::new();
        let mut all: Vec<_> = self.tables.sightings.values().cloned().collect();
        all.sort_by_key(|sighting| (sighting.accepted_at, sighting.id));
        for sighting in all {
            let Some(case) = self.answering(sighting.case_id) else {
                continue;
            };
            let source = [("source", sighting.source.to_string())];
            self.add("reports", case, &source, true, 1);
            let again = !known.insert(case.id);
            self.add("duplicates", case, &source, again, 0);
        }
    }

    /// Each department that was asked counts once, for its case or for an area.
    fn departments(&mut self) {
        let asked: Vec<_> = self
            .tables
            .escalations
            .values()
            .filter(|escalation| !escalation.for_information)
            .cloned()
            .collect();
        for escalation in asked {
            let department = ("department", escalation.department.to_string());
            let missed = escalation.missed_at.is_some();
            if let Some(id) = escalation.case_id {
                let Some(case) = self.answering(id).filter(|case| !case.history) else {
                    continue;
                };
                let unanswered = missed || escalation.ended == Some(EscalationEnd::EndedUnanswered);
                self.add("escalations_unanswered", case, &[department], unanswered, 0);
            } else if !escalation.drill {
                let cases: BTreeSet<CaseId> = escalation
                    .cases
                    .iter()
                    .filter_map(|id| self.answering(*id))
                    .map(|case| case.id)
                    .collect();
                if cases.is_empty() && !escalation.cases.is_empty() {
                    continue;
                }
                let cases: Vec<CaseId> = cases.into_iter().collect();
                let splits = vec![department, ("tier", escalation.tier.to_string())];
                self.put("escalations_unanswered", &cases, splits, missed, 0);
            }
        }
    }
}
