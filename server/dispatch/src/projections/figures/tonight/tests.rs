//! One night written by hand: what each figure of it has to be.

use model::command::{Command, ReportSighting};
use model::id::CaseId;
use model::outcome::{Outcome, OutcomeDetail, OutcomeKind};
use model::sign::{Sign, Source};
use model::task::TaskState;
use model::time::{Instant, Span};
use model::view::figures::FigureView;

use super::super::super::shown::Shown;
use crate::testing::{District, EVENING, Order, command_desk, patrol, report};

/// An outcome as a patrol records it on its own visit.
fn outcome(kind: OutcomeKind, detail: Option<OutcomeDetail>) -> Outcome {
    let fields = serde_json::json!({
        "outcome": kind, "detail": detail, "informed": true,
        "offered": if kind == OutcomeKind::NotFound { vec![] } else { vec!["station"] },
        "items": if kind == OutcomeKind::StreetAid {
            serde_json::json!([{"name": "棉被", "n": 1}])
        } else {
            serde_json::json!([])
        },
        "searched": if kind == OutcomeKind::NotFound { vec!["deck"] } else { vec![] },
    });
    serde_json::from_value(fields).unwrap()
}

/// A patrol stands beside somebody, or where somebody should be, and says what came of it.
fn visited(district: &mut District, n: u128, street: usize, what: Outcome) -> CaseId {
    let task = model::id::TaskId(crate::testing::id(0x9000 + n));
    let own = model::command::OwnVisit {
        id: task,
        state: TaskState::Arrived,
    };
    let sighting = ReportSighting {
        task: Some(own),
        ..report(n, street, district.now, &[Sign::BeddedDown])
    };
    let actor = patrol(street + 1);
    district.given([Order::by(actor.clone(), Command::ReportSighting(sighting))]);
    district.given([Order::by(
        actor,
        Command::RecordOutcome {
            task_id: task,
            outcome: what,
        },
    )]);
    district.state.tables.tasks[&task].case_id.unwrap()
}

fn figures(district: &District, from: Instant) -> Vec<FigureView> {
    let to = district.now + Span::from_ms(1);
    Shown::new(&district.state.tables, &district.policies)
        .figures(from, to, |_| true)
        .items
}

fn one<'a>(all: &'a [FigureView], id: &str, split: &[(&str, &str)]) -> &'a FigureView {
    all.iter()
        .find(|figure| {
            figure.id == id
                && figure.split.len() == split.len()
                && split
                    .iter()
                    .all(|(name, value)| figure.split.get(*name).is_some_and(|v| v == value))
        })
        .unwrap_or_else(|| panic!("no figure {id} {split:?}"))
}

#[test]
fn a_night_written_by_hand_has_the_figures_that_a_hand_counts() {
    let mut district = District::putuo();
    let before = visited(&mut district, 1, 0, outcome(OutcomeKind::StreetAid, None));
    district.advance(Span::from_mins(30));
    let from = district.now;
    let refused = visited(
        &mut district,
        2,
        1,
        outcome(OutcomeKind::Refused, Some(OutcomeDetail::Belongings)),
    );
    let not_found = visited(
        &mut district,
        3,
        2,
        outcome(OutcomeKind::NotFound, Some(OutcomeDetail::NoTrace)),
    );
    let accepted = visited(
        &mut district,
        4,
        3,
        outcome(OutcomeKind::Accepted, Some(OutcomeDetail::Station)),
    );
    let called = ReportSighting {
        source: Source::Hotline,
        ..report(5, 4, district.now, &[Sign::BeddedDown])
    };
    district.given([Order::by(command_desk(), Command::ReportSighting(called))]);
    let all = figures(&district, from);
    let cases = |id: &str, split: &[(&str, &str)]| {
        let figure = one(&all, id, split);
        assert_eq!(figure.n, figure.cases.len(), "{id} is as long as its list");
        figure.cases.clone()
    };
    assert_eq!(cases("cases_carried_over", &[]), [before]);
    assert_eq!(cases("cases_closed", &[]), []);
    assert_eq!(cases("cases_standing", &[]).len(), 5);
    assert_eq!(cases("cases_standing", &[("state", "open")]).len(), 1);
    assert_eq!(cases("people_met", &[]), [refused, accepted]);
    assert_eq!(one(&all, "people_met", &[]).value, Some(2.0));
    assert_eq!(cases("not_found", &[]), [not_found]);
    assert_eq!(cases("not_found", &[("detail", "no_trace")]), [not_found]);
    assert_eq!(cases("outcomes", &[("outcome", "refused")]), [refused]);
    assert_eq!(cases("outcomes", &[("outcome", "accepted")]), [accepted]);
    assert_eq!(cases("refused", &[("detail", "belongings")]), [refused]);
    assert_eq!(cases("refusals_due", &[("timing", "not_yet")]), [refused]);
    let offers = one(&all, "offers_accepted", &[]);
    assert_eq!((offers.n, offers.n_counted), (2, 1));
    assert_eq!(offers.counted, [accepted]);
    assert_eq!(one(&all, "reports_by_hour", &[]).n, 4);
    let called_in = [("hour", "20"), ("way", "called_in")];
    assert_eq!(one(&all, "reports_by_hour", &called_in).n, 1);
    assert_eq!(from, EVENING + Span::from_mins(30));
}

#[test]
fn a_refusal_that_nobody_visits_in_time_is_late() {
    let mut district = District::putuo();
    let refused = visited(
        &mut district,
        1,
        0,
        outcome(OutcomeKind::Refused, Some(OutcomeDetail::Work)),
    );
    district.advance(Span::from_days(6));
    let all = figures(&district, Instant::from_ms(0));
    assert_eq!(
        one(&all, "refusals_due", &[("timing", "late")]).cases,
        [refused]
    );
}
