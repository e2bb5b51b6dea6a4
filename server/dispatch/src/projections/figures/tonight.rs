//! Figures of a night as a desk reads them: what came in and how, what stands, who was met and what came of it, which
//! refusals are due a visit, and the beds that are free. One thing a case, so that each figure is as long as its list.

use std::collections::BTreeMap;

use model::background::ResourceOpen;
use model::case::CaseState;
use model::id::CaseId;
use model::outcome::OutcomeKind;
use model::sign::Source;
use model::task::{RecordedOutcome, Task, TaskKind};
use model::time::Instant;
use model::view::figures::FigureView;

use super::measure::{Name, Sample, counts, shares};
use super::{Counted, Shown, yes};

macro_rules! names {
    ($($constant:ident = $id:literal, $zh:literal, $en:literal;)+) => {
        $(const $constant: Name = Name { id: $id, zh: $zh, en: $en };)+
    };
}

names! {
    REPORTS_BY_HOUR = "reports_by_hour", "每小时报告", "reports by hour";
    CASES_STANDING = "cases_standing", "未结个案", "cases that stand at the end";
    CASES_CLOSED = "cases_closed", "结案", "cases closed";
    CARRIED_OVER = "cases_carried_over", "带入个案", "cases carried over from before";
    MET = "people_met", "见到人数", "people met";
    NOT_FOUND = "not_found", "首次上门未找到", "not found at the first visit";
    OFFERS_ACCEPTED = "offers_accepted", "劝导后接受", "accepted of those who were offered help";
    OUTCOMES = "outcomes", "见到后的结果", "what came of those met";
    REFUSED = "refused", "不接受救助", "refused";
    REFUSALS_DUE = "refusals_due", "拒绝后应回访", "refusals that are due a visit";
    BEDS_FREE = "beds_free", "空床位", "beds free";
}

impl Shown<'_> {
    /// What somebody asks of one night. `live` are the cases that were opened in it.
    pub(super) fn tonight(
        &self,
        live: &[&Counted<'_>],
        from: Instant,
        to: Instant,
        sees_case: &dyn Fn(CaseId) -> bool,
    ) -> Vec<FigureView> {
        [
            counts(REPORTS_BY_HOUR, &self.reports_by_hour(from, to, sees_case)),
            self.standing(from, to, sees_case),
            people(live),
            counts(REFUSALS_DUE, &self.refusals_due(live)),
            counts(BEDS_FREE, &self.beds()),
        ]
        .concat()
    }

    /// Each report in the hour in which it came in, by the way it came.
    fn reports_by_hour(
        &self,
        from: Instant,
        to: Instant,
        sees_case: &dyn Fn(CaseId) -> bool,
    ) -> Vec<Sample> {
        let calendar = self.policy.calendar();
        self.tables
            .sightings
            .values()
            .filter(|s| !s.drill && !s.history && from <= s.accepted_at && s.accepted_at < to)
            .filter_map(|sighting| {
                let case = self.tables.root(sighting.case_id)?;
                if case.drill || !sees_case(case.id) {
                    return None;
                }
                let hour = format!("{:02}", calendar.local(sighting.accepted_at).hour());
                let way = way_of(sighting.source);
                Some(Sample {
                    cases: vec![case.id],
                    other: Some(sighting.id.to_string()),
                    splits: vec![
                        ("hour", hour.clone()),
                        ("way", way.to_owned()),
                        ("hour+way", format!("{hour}+{way}")),
                        ("jurisdiction", sighting.jurisdiction.code.to_string()),
                    ],
                    value: 1.0,
                })
            })
            .collect()
    }

    /// What was brought into the time, what was closed in it, and what stands at its end.
    fn standing(
        &self,
        from: Instant,
        to: Instant,
        sees_case: &dyn Fn(CaseId) -> bool,
    ) -> Vec<FigureView> {
        let (mut carried, mut closed, mut standing) = (Vec::new(), Vec::new(), Vec::new());
        let roots = self.tables.cases.values().filter(|case| {
            case.merged_into.is_none()
                && !case.drill
                && !case.history
                && case.opened_at < to
                && sees_case(case.id)
        });
        for case in roots {
            // A case that was opened again has the time of its last closing no more.
            let closed_at = case.closed_at.filter(|_| case.state == CaseState::Closed);
            if closed_at.is_some_and(|at| at < from) {
                continue;
            }
            let counted = self.counted(case);
            if case.opened_at < from {
                carried.push(counted.sample(1.0));
            }
            if closed_at.is_some_and(|at| at < to) {
                closed.push(counted.sample(1.0));
            } else {
                let mut sample = counted.sample(1.0);
                sample.splits.push(("state", case.state.to_string()));
                standing.push(sample);
            }
        }
        [
            counts(CARRIED_OVER, &carried),
            counts(CASES_CLOSED, &closed),
            counts(CASES_STANDING, &standing),
        ]
        .concat()
    }

    /// Each case with a refusal: whether the visit after the first one was on time, late, or is still to come.
    fn refusals_due(&self, live: &[&Counted<'_>]) -> Vec<Sample> {
        live.iter()
            .filter_map(|counted| {
                let refused = counted
                    .outcomes
                    .iter()
                    .find(|one| one.outcome.outcome == OutcomeKind::Refused)?;
                let timing = self.revisit_after(counted, refused)?;
                let mut sample = counted.sample(1.0);
                sample.splits.push(("timing", timing.to_owned()));
                Some(sample)
            })
            .collect()
    }

    /// `on_time`, `late` or `not_yet`; none where no visit is due any more.
    fn revisit_after(
        &self,
        counted: &Counted<'_>,
        refused: &RecordedOutcome,
    ) -> Option<&'static str> {
        let now = self.tables.now;
        let follows = |task: &&std::sync::Arc<Task>| {
            matches!(task.kind, TaskKind::Revisit | TaskKind::WelfareCheck)
                && task.made_at >= refused.at
        };
        let first = self
            .tables
            .tasks_of(counted.case.id)
            .into_iter()
            .filter(follows)
            .min_by_key(|task| (task.made_at, task.id));
        if let Some(task) = first
            && let Some(due) = task.outcome_by.or(task.on_site_by)
        {
            let there = task
                .arrived_at
                .or(task.ended_at.filter(|_| !task.outcomes.is_empty()));
            return Some(match there {
                Some(at) if at <= due => "on_time",
                Some(_) => "late",
                None if due < now => "late",
                None => "not_yet",
            });
        }
        let plan = counted.case.revisit.as_ref()?;
        let due = plan.due.get(plan.n_done)?;
        Some(if *due < now { "late" } else { "not_yet" })
    }

    /// Free beds of the places that are open, as last said.
    fn beds(&self) -> Vec<Sample> {
        self.tables
            .resources
            .values()
            .filter_map(|resource| {
                let shown = self.resource(resource);
                let open = shown.open == Some(ResourceOpen::Open);
                let free = shown.beds_free.filter(|_| open)?;
                Some(Sample {
                    cases: Vec::new(),
                    other: Some(resource.id.to_string()),
                    splits: Vec::new(),
                    value: f64::from(free),
                })
            })
            .collect()
    }
}

/// How a report came: by whoever walks the streets, or called in by somebody else.
const fn way_of(source: Source) -> &'static str {
    match source {
        Source::Patrol => "patrol",
        Source::SelfReport
        | Source::Hotline
        | Source::Public
        | Source::Department
        | Source::Camera => "called_in",
    }
}

/// Who was met, who was not found, what was offered and what came of it.
fn people(live: &[&Counted<'_>]) -> Vec<FigureView> {
    let mut by_figure: BTreeMap<&str, Vec<Sample>> = BTreeMap::new();
    for counted in live {
        for (figure, sample) in results_of(counted) {
            by_figure.entry(figure).or_default().push(sample);
        }
    }
    let of = |name: Name| {
        by_figure
            .get(name.id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    [
        counts(MET, of(MET)),
        counts(NOT_FOUND, of(NOT_FOUND)),
        shares(OFFERS_ACCEPTED, of(OFFERS_ACCEPTED)),
        counts(OUTCOMES, of(OUTCOMES)),
        counts(REFUSED, of(REFUSED)),
    ]
    .concat()
}

/// At most one thing for each figure.
fn results_of(counted: &Counted<'_>) -> Vec<(&'static str, Sample)> {
    let mut all = Vec::new();
    let kind = |one: &RecordedOutcome| one.outcome.outcome;
    let with = |split: &'static str, value: Option<String>| {
        let mut sample = counted.sample(1.0);
        sample.splits.extend(value.map(|value| (split, value)));
        sample
    };
    let detail = |one: &RecordedOutcome| one.outcome.detail.map(|word| word.to_string());
    let first = counted.outcomes.first();
    if let Some(first) = first.filter(|one| kind(one) == OutcomeKind::NotFound) {
        all.push((NOT_FOUND.id, with("detail", detail(first))));
    }
    let met: Vec<&RecordedOutcome> = counted
        .outcomes
        .iter()
        .copied()
        .filter(|one| kind(one) != OutcomeKind::NotFound)
        .collect();
    let Some(last) = met.last() else {
        return all;
    };
    let n_met = met.iter().map(|one| n_met(one)).max().unwrap_or(0);
    all.push((MET.id, counted.sample(f64::from(n_met))));
    all.push((OUTCOMES.id, with("outcome", Some(kind(last).to_string()))));
    if met.iter().any(|one| !one.outcome.offered.is_empty()) {
        let took = met.iter().any(|one| kind(one) == OutcomeKind::Accepted);
        all.push((OFFERS_ACCEPTED.id, counted.sample(yes(took))));
    }
    let refused = met.iter().rfind(|one| kind(one) == OutcomeKind::Refused);
    if let Some(refused) = refused {
        all.push((REFUSED.id, with("detail", detail(refused))));
    }
    all
}

fn n_met(recorded: &RecordedOutcome) -> u32 {
    let named = u32::try_from(recorded.subjects.len().max(1)).unwrap_or(u32::MAX);
    recorded.outcome.n_met.unwrap_or(named)
}

#[cfg(test)]
mod tests;
