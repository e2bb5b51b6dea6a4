//! Figures about the district's own work that belong to no single case: looks at places, how many places were reached,
//! merges that had to be undone, areas whose departments did not answer.

use std::collections::BTreeMap;

use model::id::CaseId;
use model::time::Instant;
use model::view::figures::FigureView;

use super::measure::{Name, Sample, counts, shares};
use super::{Shown, yes};

const ROUNDS: Name = Name {
    id: "rounds",
    zh: "巡查次数",
    en: "looks at places",
};
const COVERAGE: Name = Name {
    id: "coverage",
    zh: "点位覆盖",
    en: "places looked at",
};
const MERGES_UNDONE: Name = Name {
    id: "merges_undone",
    zh: "误并撤销",
    en: "merges undone",
};

impl Shown<'_> {
    /// Looks by street and hour, and the part of all places that was looked at. Places are public: everybody sees them.
    pub(super) fn patrols(&self, from: Instant, to: Instant) -> Vec<FigureView> {
        let calendar = self.policy.calendar();
        let (mut looks, mut reached) = (Vec::new(), Vec::new());
        for place in self.tables.places.values() {
            let street = place.jurisdiction.as_ref();
            let splits: Vec<(&'static str, String)> = street
                .map(|code| ("jurisdiction", code.to_string()))
                .into_iter()
                .collect();
            let made = self
                .tables
                .place_looks
                .get(&place.id)
                .map(|known| known.looks.as_slice())
                .unwrap_or_default()
                .iter()
                .filter(|look| from <= look.at && look.at < to);
            let mut n_looks = 0_usize;
            for look in made {
                n_looks += 1;
                let mut splits = splits.clone();
                splits.push(("hour", format!("{:02}", calendar.local(look.at).hour())));
                looks.push(Sample {
                    cases: Vec::new(),
                    other: Some(format!("{}@{}", place.id, self.stamp(look.at))),
                    splits,
                    value: 1.0,
                });
            }
            reached.push(Sample {
                cases: Vec::new(),
                other: Some(place.id.to_string()),
                splits,
                value: yes(n_looks > 0),
            });
        }
        [counts(ROUNDS, &looks), shares(COVERAGE, &reached)].concat()
    }

    /// Merges by hand or by answer, and those of them that were undone.
    pub(super) fn merges(
        &self,
        from: Instant,
        to: Instant,
        sees_case: &dyn Fn(CaseId) -> bool,
    ) -> Vec<FigureView> {
        // Both sides tell a merge under one seq; the undo names the case that it gives back.
        let mut merged: BTreeMap<u64, (CaseId, String, bool)> = BTreeMap::new();
        let mut undone: Vec<(u64, String)> = Vec::new();
        let lines = self
            .tables
            .cases
            .values()
            .filter(|case| !case.drill && sees_case(case.id))
            .flat_map(|case| case.timeline.iter().map(move |line| (case, line)))
            .filter(|(_, line)| from <= line.at && line.at < to);
        for (case, line) in lines {
            let Some(given) = line.facts.get("case_id").and_then(|id| id.as_str()) else {
                continue;
            };
            match line.kind.as_str() {
                "case.merged" => {
                    let root = self.tables.root(case.id).map_or(case.id, |root| root.id);
                    merged
                        .entry(line.seq)
                        .or_insert((root, given.to_owned(), false));
                }
                "case.unmerged" => undone.push((line.seq, given.to_owned())),
                _ => {}
            }
        }
        for (seq, given) in undone {
            // The newest merge of that case before the undo.
            if let Some((_, (_, _, was_undone))) = merged
                .range_mut(..seq)
                .rev()
                .find(|(_, (_, of, _))| *of == given)
            {
                *was_undone = true;
            }
        }
        let samples: Vec<Sample> = merged
            .into_iter()
            .map(|(seq, (root, _, was_undone))| Sample {
                cases: vec![root],
                other: Some(seq.to_string()),
                splits: Vec::new(),
                value: yes(was_undone),
            })
            .collect();
        shares(MERGES_UNDONE, &samples)
    }

    /// Departments asked about areas in which a case is seen: whether they missed their limit.
    pub(super) fn area_answers(
        &self,
        from: Instant,
        to: Instant,
        sees_case: &dyn Fn(CaseId) -> bool,
    ) -> Vec<Sample> {
        self.tables
            .escalations
            .values()
            .filter(|e| e.case_id.is_none() && !e.for_information && !e.drill)
            .filter(|e| from <= e.opened_at && e.opened_at < to)
            .filter_map(|e| {
                let mut cases: Vec<CaseId> = e
                    .cases
                    .iter()
                    .filter_map(|id| self.tables.root(*id))
                    .filter(|case| !case.drill && sees_case(case.id))
                    .map(|case| case.id)
                    .collect();
                cases.sort();
                cases.dedup();
                if cases.is_empty() && !e.cases.is_empty() {
                    return None;
                }
                Some(Sample {
                    cases,
                    other: Some(e.id.to_string()),
                    splits: vec![
                        ("department", e.department.to_string()),
                        ("tier", e.tier.to_string()),
                    ],
                    value: yes(e.missed_at.is_some()),
                })
            })
            .collect()
    }
}
