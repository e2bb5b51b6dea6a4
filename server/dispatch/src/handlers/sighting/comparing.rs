//! Compares a report with the cases around it. Measures only: whether two sides may be the same person, and whether
//! they are merged without asking anybody, is for `policy::matching` to say.

use std::collections::BTreeSet;

use model::case::Case;
use model::command::ReportSighting;
use model::id::CaseId;
use model::reason::Reason;
use model::sighting::Suggestion;
use model::sign::{AgeBand, Sex};
use policy::facts::{MatchFacts, SideFacts};
use policy::matching::{
    MatchVerdict, apart, search_radius_m_max, suggestions_max, verdict_for_match,
};
use policy::policy::Policy;
use spatial::metres::Metres;

use super::placing::{Placed, Seen};
use crate::draft::Draft;
use crate::settle::grade::judge::signs_of;
use crate::tables::Tables;

/// What comparing a report with the cases around it gave.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// The case that it joins by itself, and why.
    pub joins: Option<(CaseId, Vec<Reason>)>,
    /// The cases that may be the same, the most alike first.
    pub suggestions: Vec<Suggestion>,
}

/// Compares a report with every active case around it. A doubted position is compared with nothing.
pub(crate) fn compare(
    draft: &Draft<'_, '_>,
    report: &ReportSighting,
    placed: &Placed,
    when: Seen,
) -> Compared {
    let Some(fix) = placed.trusted_position() else {
        return Compared::default();
    };
    let radius = Metres::new(search_radius_m_max(&draft.policy)).unwrap_or_default();
    let side = side_of_report(report, placed, draft.heading.drill);
    let mut found: Vec<(CaseId, f64, MatchVerdict)> = Vec::new();
    for (case_id, distance) in draft.cases_within(fix.position, radius) {
        let Some(case) = draft.tables.cases.get(&case_id) else {
            continue;
        };
        let seen: Vec<_> = draft
            .tables
            .sightings_of(case_id)
            .into_iter()
            .map(|sighting| sighting.seen_at)
            .collect();
        let facts = MatchFacts {
            sighting: side.clone(),
            case: side_of_case(&draft.tables, &draft.policy, case),
            distance_m: distance.as_f64(),
            apart: apart(when.seen_at, seen).unwrap_or_default(),
            position_doubted: false,
        };
        let verdict = verdict_for_match(&draft.policy, &facts);
        if verdict.compared {
            found.push((case_id, distance.as_f64(), verdict));
        }
    }
    found.sort_by(|a, b| b.2.score.total_cmp(&a.2.score).then(a.0.cmp(&b.0)));
    if let Some((case_id, _, verdict)) = found.iter().find(|(_, _, v)| v.merge_by_itself) {
        return Compared {
            joins: Some((*case_id, verdict.reasons.clone())),
            suggestions: Vec::new(),
        };
    }
    found.truncate(suggestions_max(&draft.policy));
    Compared {
        joins: None,
        suggestions: found
            .into_iter()
            .filter_map(|(case_id, _, verdict)| suggestion(&draft.tables, case_id, verdict))
            .collect(),
    }
}

/// What may be shown of a case that may be the same. Bands and place are quoted, so that they can be forgotten.
fn suggestion(tables: &Tables, case_id: CaseId, verdict: MatchVerdict) -> Option<Suggestion> {
    let case = tables.cases.get(&case_id)?;
    let sightings = tables.sightings_of(case_id);
    let last = sightings.last()?;
    let (sex, age_band) = bands_of(tables, case);
    let place = case
        .located_by
        .and_then(|record| tables.details.get(&record))
        .and_then(|details| details.place.as_ref()?.name.clone());
    let mut reasons = verdict.reasons;
    if let Some(first) = reasons.first_mut() {
        first.quoted.insert("sex".to_owned(), sex.as_str().into());
        first
            .quoted
            .insert("age_band".to_owned(), age_band.as_str().into());
        if let Some(place) = place {
            first.quoted.insert("place".to_owned(), place.into());
        }
    }
    Some(Suggestion {
        case_id,
        score: verdict.score,
        seen_at: last.seen_at,
        n_people: sightings.iter().map(|s| s.n_people).max().unwrap_or(0),
        reasons,
        answer: None,
    })
}

fn side_of_report(report: &ReportSighting, placed: &Placed, drill: bool) -> SideFacts {
    let description = report.description.clone().unwrap_or_default();
    SideFacts {
        sex: description.sex.unwrap_or(Sex::Unknown),
        age_band: description.age_band.unwrap_or(AgeBand::Unknown),
        n_people: report.n_people,
        more_people: report.more_people,
        accuracy_m: placed.position.and_then(|fix| fix.accuracy_m),
        signs: report.signs.iter().copied().collect(),
        jurisdiction: Some(placed.jurisdiction.code.clone()),
        drill,
    }
}

/// A case as one side: the bands that all its sightings agree on, its largest number, every sign.
pub(crate) fn side_of_case(tables: &Tables, policy: &Policy, case: &Case) -> SideFacts {
    let sightings = tables.sightings_of(case.id);
    let n_people = sightings
        .iter()
        .map(|s| n_people_of(s))
        .max()
        .unwrap_or_default();
    let (sex, age_band) = bands_of(tables, case);
    SideFacts {
        sex,
        age_band,
        n_people,
        more_people: sightings
            .iter()
            .any(|s| s.more_people && n_people_of(s) == n_people),
        accuracy_m: tables.position_of(case).and_then(|fix| fix.accuracy_m),
        signs: signs_of(tables, policy, case.id),
        jurisdiction: Some(case.jurisdiction.code.clone()),
        drill: case.drill,
    }
}

/// The number of people of a sighting, as last corrected.
pub(crate) fn n_people_of(sighting: &model::sighting::Sighting) -> u32 {
    sighting
        .additions
        .iter()
        .rev()
        .find_map(|addition| addition.n_people)
        .unwrap_or(sighting.n_people)
}

/// Sex and age band of a case, where everything that is known of it agrees.
fn bands_of(tables: &Tables, case: &Case) -> (Sex, AgeBand) {
    let (mut sexes, mut bands) = (BTreeSet::new(), BTreeSet::new());
    let sightings = tables.sightings_of(case.id);
    let records = sightings.iter().flat_map(|sighting| {
        std::iter::once(sighting.id.into()).chain(sighting.additions.iter().map(|a| a.id))
    });
    for details in records.filter_map(|record| tables.details.get(&record)) {
        sexes.extend(details.sex.filter(|sex| *sex != Sex::Unknown));
        bands.extend(details.age_band.filter(|band| *band != AgeBand::Unknown));
    }
    let only = |n: usize| n == 1;
    (
        sexes
            .first()
            .copied()
            .filter(|_| only(sexes.len()))
            .unwrap_or(Sex::Unknown),
        bands
            .first()
            .copied()
            .filter(|_| only(bands.len()))
            .unwrap_or(AgeBand::Unknown),
    )
}
