//! Figures over a span of time, each with the cases behind it: how fast, how many found, what was accepted, who did not
//! answer. Drills are in none; imported history is counted from when it was seen, and has no times of its own; a merged
//! case counts with its survivor.

mod measure;
mod patrols;
mod tonight;

use std::sync::Arc;

use model::case::Case;
use model::deadline::DeadlineKind;
use model::id::{CaseId, RecordId};
use model::outcome::{OutcomeDetail, OutcomeKind};
use model::sign::{AgeBand, Sex};
use model::task::{RecordedOutcome, TaskKind};
use model::time::{Instant, Span};
use model::view::figures::{FigureView, FiguresView};

use self::measure::{Name, Sample, counts, durations, shares};
use super::shown::Shown;

/// A colour that falls and rises again within this time has flapped.
///
/// # Source
/// The measure of flaps: a warning that goes on and off inside a week (domain, axis 1).
const FLAP_WITHIN: Span = Span::from_days(7);

macro_rules! names {
    ($($constant:ident = $id:literal, $zh:literal, $en:literal;)+) => {
        $(const $constant: Name = Name { id: $id, zh: $zh, en: $en };)+
    };
}

names! {
    CASES = "cases", "个案数", "cases";
    REPORTS = "reports", "报告数", "reports";
    PEOPLE = "people", "人次", "people seen, by subject";
    REPORT_TO_ACKNOWLEDGE = "report_to_acknowledge", "发现至签收", "from report to acknowledgement";
    ACKNOWLEDGE_TO_SITE = "acknowledge_to_site", "签收至到场", "from acknowledgement to site";
    SITE_TO_OUTCOME = "site_to_outcome", "到场至结果", "from site to outcome";
    DEADLINES_MISSED = "deadlines_missed", "超时比例", "deadlines missed";
    FOUND = "found", "首次上门找到", "found at the first visit";
    FOUND_AFTER_RECHECK = "found_after_recheck", "复查后找到", "found, also after re-checks";
    ACCEPTED = "accepted", "接受救助", "accepted of those met";
    SECOND_OFFER_ACCEPTED = "second_offer_accepted", "再次劝导后接受", "accepted after a refusal";
    REVISITS_ON_TIME = "revisits_on_time", "回访按时", "revisits on time";
    IN_STATION = "in_station", "站内救助人次", "taken to station or shelter";
    ON_STREET = "on_street", "街面救助人次", "helped on the street";
    ITEMS = "items", "发放物资件数", "things given";
    UNANSWERED = "escalations_unanswered", "部门未按时签收", "escalations not answered in time";
    DUPLICATES = "duplicates", "重复报告", "reports of a case that was known";
    COLOUR_CHANGES = "colour_changes", "预警调整次数", "changes of colour, by street";
    FLAPS = "flaps", "一周内反复", "colours that fell and rose within a week";
}

/// A case with what figures ask of it.
struct Counted<'a> {
    case: &'a Case,
    reported_at: Instant,
    splits: Vec<(&'static str, String)>,
    outcomes: Vec<&'a RecordedOutcome>,
}

impl Shown<'_> {
    /// The figures of the cases opened from `from` to before `to` that somebody may see.
    pub fn figures(
        &self,
        from: Instant,
        to: Instant,
        sees_case: impl Fn(CaseId) -> bool,
    ) -> FiguresView {
        let cases: Vec<Counted<'_>> = self
            .tables
            .cases
            .values()
            .filter(|case| case.merged_into.is_none() && !case.drill && sees_case(case.id))
            .map(|case| self.counted(case))
            .filter(|counted| {
                let began = if counted.case.history {
                    counted.reported_at
                } else {
                    counted.case.opened_at
                };
                from <= began && began < to
            })
            .collect();
        let live: Vec<&Counted<'_>> = cases.iter().filter(|c| !c.case.history).collect();
        let mut items = Vec::new();
        items.extend(self.numbers(&cases));
        items.extend(speeds(&live));
        items.extend(results(&live));
        items.extend(self.work(&live, self.area_answers(from, to, &sees_case)));
        items.extend(self.merges(from, to, &sees_case));
        items.extend(self.tonight(&live, from, to, &sees_case));
        items.extend(self.patrols(from, to));
        items.extend(self.colours(from, to));
        FiguresView {
            from: self.stamp(from),
            to: self.stamp(to),
            items,
        }
    }

    fn counted<'a>(&'a self, case: &'a Arc<Case>) -> Counted<'a> {
        let reported_at = self
            .tables
            .sightings_of(case.id)
            .iter()
            .map(|sighting| sighting.seen_at)
            .min()
            .unwrap_or(case.opened_at);
        let mut outcomes: Vec<&RecordedOutcome> = self
            .tables
            .tasks_of(case.id)
            .into_iter()
            .flat_map(|task| &task.outcomes)
            .collect();
        outcomes.sort_by_key(|outcome| outcome.at);
        Counted {
            case,
            reported_at,
            splits: self.splits(case, reported_at),
            outcomes,
        }
    }

    fn splits(&self, case: &Case, reported_at: Instant) -> Vec<(&'static str, String)> {
        let hour = self.policy.calendar().local(reported_at).hour();
        let mut splits = vec![
            ("priority", case.grade.priority.value.to_string()),
            ("tier", case.grade.tier.value.to_string()),
            ("jurisdiction", case.jurisdiction.code.to_string()),
            ("hour", format!("{hour:02}")),
        ];
        let records = case
            .sightings
            .iter()
            .filter_map(|id| self.tables.details.get(&RecordId::from(*id)));
        let (mut sex, mut age) = (None, None);
        for details in records {
            sex = sex.or(details.sex.filter(|sex| *sex != Sex::Unknown));
            age = age.or(details.age_band.filter(|age| *age != AgeBand::Unknown));
        }
        splits.extend(sex.map(|sex| ("sex", sex.to_string())));
        splits.extend(age.map(|age| ("age_band", age.to_string())));
        splits
    }

    fn numbers(&self, cases: &[Counted<'_>]) -> Vec<FigureView> {
        let all: Vec<Sample> = cases.iter().map(|counted| counted.sample(1.0)).collect();
        let people: Vec<Sample> = cases
            .iter()
            .map(|counted| {
                let n = u32::try_from(counted.case.subjects.len()).unwrap_or(u32::MAX);
                counted.sample(f64::from(n))
            })
            .collect();
        let mut reports = Vec::new();
        let mut duplicates = Vec::new();
        for counted in cases {
            let sightings = self.tables.sightings_of(counted.case.id);
            #[cfg(feature = "planted")]
            let sightings = {
                let mut sightings = sightings;
                crate::planted::leave_out_merged(counted.case, &mut sightings);
                sightings
            };
            for (n, sighting) in sightings.iter().enumerate() {
                let mut report = counted.sample(1.0);
                report
                    .splits
                    .push(("source", sighting.source.as_str().to_owned()));
                report.other = Some(sighting.id.to_string());
                let mut duplicate = report.clone();
                duplicate.value = if n == 0 { 0.0 } else { 1.0 };
                reports.push(report);
                duplicates.push(duplicate);
            }
        }
        [
            counts(CASES, &all),
            counts(PEOPLE, &people),
            counts(REPORTS, &reports),
            shares(DUPLICATES, &duplicates),
        ]
        .concat()
    }

    fn work(&self, cases: &[&Counted<'_>], of_areas: Vec<Sample>) -> Vec<FigureView> {
        let mut revisits = Vec::new();
        let mut escalations = of_areas;
        for counted in cases {
            for task in self.tables.tasks_of(counted.case.id) {
                let follows = matches!(task.kind, TaskKind::Revisit | TaskKind::WelfareCheck);
                let due = task.outcome_by.or(task.on_site_by);
                if let (true, Some(due)) = (follows, due) {
                    let there = task
                        .arrived_at
                        .or(task.ended_at.filter(|_| !task.outcomes.is_empty()));
                    if there.is_some() || due < self.tables.now {
                        let mut sample = counted.sample(yes(there.is_some_and(|at| at <= due)));
                        sample.other = Some(task.id.to_string());
                        revisits.push(sample);
                    }
                }
            }
            for escalation in self.tables.escalations_of(counted.case.id) {
                if escalation.for_information {
                    continue;
                }
                let missed = escalation.missed_at.is_some()
                    || escalation.ended == Some(model::escalation::EscalationEnd::EndedUnanswered);
                let mut sample = counted.sample(yes(missed));
                sample.other = Some(escalation.id.to_string());
                sample
                    .splits
                    .push(("department", escalation.department.to_string()));
                escalations.push(sample);
            }
        }
        [
            shares(REVISITS_ON_TIME, &revisits),
            shares(UNANSWERED, &escalations),
        ]
        .concat()
    }

    /// Changes of colour, and those that undid a fall too soon. Colours are public: everybody sees all of them.
    fn colours(&self, from: Instant, to: Instant) -> Vec<FigureView> {
        let mut changes: Vec<_> = self.tables.changes.values().collect();
        changes.sort_by_key(|change| (change.at, change.id));
        let mut fell: std::collections::BTreeMap<String, Instant> =
            std::collections::BTreeMap::new();
        let (mut all, mut flaps) = (Vec::new(), Vec::new());
        for change in changes {
            for street in &change.streets {
                let code = street.warning.jurisdiction.to_string();
                let rises = street.warning.level > street.from;
                let flaps_now = rises
                    && fell
                        .get(&code)
                        .is_some_and(|at| change.at.since(*at) <= FLAP_WITHIN);
                if street.warning.level < street.from {
                    fell.insert(code.clone(), change.at);
                }
                if change.at < from || to <= change.at {
                    continue;
                }
                let sample = Sample {
                    cases: Vec::new(),
                    other: Some(change.id.to_string()),
                    splits: vec![
                        ("jurisdiction", code),
                        ("level", street.warning.level.to_string()),
                    ],
                    value: 1.0,
                };
                if flaps_now {
                    flaps.push(sample.clone());
                }
                all.push(sample);
            }
        }
        [counts(COLOUR_CHANGES, &all), counts(FLAPS, &flaps)].concat()
    }
}

const fn yes(counts: bool) -> f64 {
    if counts { 1.0 } else { 0.0 }
}

impl Counted<'_> {
    fn sample(&self, value: f64) -> Sample {
        Sample {
            cases: vec![self.case.id],
            other: None,
            splits: self.splits.clone(),
            value,
        }
    }

    fn met_at(&self, kind: DeadlineKind) -> Option<Instant> {
        self.case.deadlines.get(kind)?.met_at
    }
}

fn minutes(span: Span) -> f64 {
    let seconds = u32::try_from(span.as_ms() / 1_000).unwrap_or(u32::MAX);
    f64::from(seconds) / 60.0
}

fn speeds(cases: &[&Counted<'_>]) -> Vec<FigureView> {
    let between = |from: &dyn Fn(&Counted<'_>) -> Option<Instant>, to: DeadlineKind| {
        cases
            .iter()
            .filter_map(|counted| {
                let span = counted.met_at(to)?.since(from(counted)?);
                Some(counted.sample(minutes(span)))
            })
            .collect::<Vec<Sample>>()
    };
    let acknowledged = between(
        &|counted| Some(counted.reported_at),
        DeadlineKind::Acknowledge,
    );
    let arrived = between(
        &|counted| counted.met_at(DeadlineKind::Acknowledge),
        DeadlineKind::OnSite,
    );
    let ended = between(
        &|counted| counted.met_at(DeadlineKind::OnSite),
        DeadlineKind::Outcome,
    );
    let mut missed = Vec::new();
    for counted in cases {
        for kind in model::deadline::CaseDeadlines::LADDERS {
            if let Some(ladder) = counted.case.deadlines.get(kind)
                && (ladder.met_at.is_some() || ladder.missed_at.is_some())
            {
                let mut sample = counted.sample(yes(ladder.missed_at.is_some()));
                sample.splits.push(("deadline", kind.as_str().to_owned()));
                missed.push(sample);
            }
        }
    }
    [
        durations(REPORT_TO_ACKNOWLEDGE, &acknowledged),
        durations(ACKNOWLEDGE_TO_SITE, &arrived),
        durations(SITE_TO_OUTCOME, &ended),
        shares(DEADLINES_MISSED, &missed),
    ]
    .concat()
}

fn results(cases: &[&Counted<'_>]) -> Vec<FigureView> {
    let mut first = Vec::new();
    let mut ever = Vec::new();
    let mut accepted = Vec::new();
    let mut second = Vec::new();
    let (mut station, mut street, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for counted in cases {
        let kinds: Vec<OutcomeKind> = counted
            .outcomes
            .iter()
            .map(|outcome| outcome.outcome.outcome)
            .collect();
        let Some(first_kind) = kinds.first() else {
            continue;
        };
        let found = |kind: &OutcomeKind| *kind != OutcomeKind::NotFound;
        first.push(counted.sample(yes(found(first_kind))));
        ever.push(counted.sample(yes(kinds.iter().any(found))));
        let took = |kind: &OutcomeKind| *kind == OutcomeKind::Accepted;
        if kinds.iter().any(found) {
            accepted.push(counted.sample(yes(kinds.iter().any(took))));
        }
        let mut after = kinds
            .iter()
            .skip_while(|kind| **kind != OutcomeKind::Refused);
        if after.next().is_some() && after.clone().any(found) {
            second.push(counted.sample(yes(after.any(took))));
        }
        for recorded in &counted.outcomes {
            given(counted, recorded, &mut station, &mut street, &mut items);
        }
    }
    [
        shares(FOUND, &first),
        shares(FOUND_AFTER_RECHECK, &ever),
        shares(ACCEPTED, &accepted),
        shares(SECOND_OFFER_ACCEPTED, &second),
        counts(IN_STATION, &station),
        counts(ON_STREET, &street),
        counts(ITEMS, &items),
    ]
    .concat()
}

/// The ministry's counting: people taken in, people helped on the street, things given.
fn given(
    counted: &Counted<'_>,
    recorded: &RecordedOutcome,
    station: &mut Vec<Sample>,
    street: &mut Vec<Sample>,
    items: &mut Vec<Sample>,
) {
    let outcome = &recorded.outcome;
    let n_people = u32::try_from(recorded.subjects.len().max(1)).unwrap_or(u32::MAX);
    let inside = outcome.outcome == OutcomeKind::Accepted
        && matches!(
            outcome.detail,
            Some(OutcomeDetail::Station | OutcomeDetail::Shelter)
        );
    if inside {
        station.push(counted.sample(f64::from(n_people)));
    }
    if outcome.outcome == OutcomeKind::StreetAid {
        street.push(counted.sample(f64::from(n_people)));
    }
    for item in &outcome.items {
        let mut sample = counted.sample(f64::from(item.n));
        sample.splits.push(("item", item.name.clone()));
        items.push(sample);
    }
}
