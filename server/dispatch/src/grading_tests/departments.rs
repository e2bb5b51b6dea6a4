//! Departments: each has its own ladder, an answer is for one of them, a closing ends what was not answered.

use model::command::{Command, Operation};
use model::deadline::{Addressee, NoticeAbout};
use model::escalation::EscalationEnd;
use model::event::Event;
use model::grade::{Priority, Tier};
use model::id::{CommandId, DepartmentId, TaskId};
use model::refusal::RefusalCode;
use model::sign::Sign;
use model::task::TaskState;

use super::{asked, calls, case_in, close_case, escalation, grade, kinds, mins, notices};
use crate::testing::{District, Order, department, id, patrol, report, street_duty};

fn acknowledge(
    district: &mut District,
    name: &str,
    of: model::id::CaseId,
) -> crate::testing::Happened {
    let escalation_id = escalation(district, of, name).id;
    district.run(Order::by(
        department(name),
        Command::AcknowledgeEscalation {
            escalation_id,
            name: "李警官".to_owned(),
            eta_min: Some(15),
        },
    ))
}

#[test]
fn each_tier_asks_its_departments_and_a_higher_tier_only_those_not_asked_yet() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::BeddedDown]);
    assert_eq!(
        grade(&district, case_id),
        (Priority::P2, model::grade::Level::Blue, Tier::Three)
    );
    assert_eq!(
        asked(&district, case_id),
        ["street_310107005", "rescue_station"]
    );
    let case_id = case_in(&mut district, 2, 0, &[Sign::Disabled]);
    assert_eq!(
        asked(&district, case_id),
        [
            "street_310107005",
            "rescue_station",
            "police",
            "city_management"
        ]
    );
    let case_id = case_in(&mut district, 3, 0, &[Sign::Unconscious]);
    assert_eq!(
        asked(&district, case_id),
        [
            "street_310107005",
            "rescue_station",
            "police",
            "city_management",
            "civil_affairs",
            "health"
        ]
    );
}

#[test]
fn a_police_desk_that_never_answers_climbs_its_own_ladder_and_disturbs_nobody_else() {
    let mut district = District::putuo();
    let from = district.now;
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    for name in ["rescue_station", "city_management"] {
        acknowledge(&mut district, name, case_id).then_among(&["escalation.acknowledged"]);
    }
    let street = escalation(&district, case_id, "street_310107005").id;
    district.given([Order::by(
        street_duty(0),
        Command::AcknowledgeEscalation {
            escalation_id: street,
            name: "张".to_owned(),
            eta_min: Some(15),
        },
    )]);
    let events = district.advance(mins(21));
    let to = |addressee: &Addressee| -> Vec<(i64, u32)> {
        calls(&events, from)
            .into_iter()
            .filter(|(_, to, _)| to == addressee)
            .map(|(at, _, step)| (at, step))
            .collect()
    };
    let police = DepartmentId::from("police");
    assert_eq!(
        to(&Addressee::DepartmentLeader {
            department: police.clone()
        }),
        [(10, 100)]
    );
    assert_eq!(
        to(&Addressee::DepartmentSuperior {
            department: police.clone()
        }),
        [(15, 150)]
    );
    assert!(!to(&Addressee::DistrictDutyLeader).is_empty());
    for name in ["rescue_station", "city_management"] {
        let department = DepartmentId::from(name);
        assert_eq!(
            to(&Addressee::DepartmentLeader {
                department: department.clone()
            }),
            []
        );
        assert!(escalation(&district, case_id, name).missed_at.is_none());
    }
    let after = escalation(&district, case_id, "police");
    assert!(
        after.is_unanswered() && after.missed_at.is_some(),
        "it stays on the list"
    );
    let later = district.advance(mins(120));
    let again = calls(&later, from)
        .into_iter()
        .filter(|(_, to, _)| matches!(to, Addressee::DepartmentLeader { department } if *department == police))
        .count();
    assert_eq!(again, 0, "no step fires twice");
    district.assert_replays();
}

#[test]
fn an_acknowledgement_after_the_close_is_kept_as_late_and_changes_nothing() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    let events = close_case(&mut district, case_id);
    let told = notices(&events, NoticeAbout::ClosedWithoutAnswer);
    assert_eq!(told.len(), 4, "one word for each that did not answer");
    assert_eq!(kinds(&events, "escalation.ended"), 4);
    let ended = escalation(&district, case_id, "police");
    assert_eq!(ended.ended, Some(EscalationEnd::EndedUnanswered));
    for queued in district
        .state
        .tables
        .queued_of_case
        .get(&case_id)
        .into_iter()
        .flatten()
    {
        let notice = district.state.tables.notices.get(queued).unwrap();
        assert_eq!(notice.about, NoticeAbout::ClosedWithoutAnswer);
    }
    // When it will be forgotten is written down; nothing else follows.
    let later = district.advance(mins(60));
    let kinds: Vec<&str> = later.iter().map(|e| e.new.event.kind()).collect();
    assert_eq!(kinds, ["case.retention_planned"], "no further call");

    let before = super::case(&district, case_id).state;
    let happened = acknowledge(&mut district, "police", case_id);
    happened.then(&["escalation.acknowledged"]);
    let after = escalation(&district, case_id, "police");
    assert!(after.late && after.acknowledged_at.is_some());
    assert_eq!(
        after.ended,
        Some(EscalationEnd::EndedUnanswered),
        "it stays a miss"
    );
    assert_eq!(super::case(&district, case_id).state, before);
    assert!(district.advance(mins(600)).is_empty());
    let tasks = district.state.tables.tasks_of(case_id);
    assert!(tasks.iter().all(|task| task.state == TaskState::Withdrawn));
    district.assert_replays();
}

#[test]
fn what_one_department_answers_silences_no_other() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    acknowledge(&mut district, "police", case_id);
    for name in ["street_310107005", "rescue_station", "city_management"] {
        assert!(
            escalation(&district, case_id, name).is_unanswered(),
            "{name}"
        );
        let id = escalation(&district, case_id, name).id;
        assert!(
            district.state.tables.queued_of_escalation.contains_key(&id),
            "{name} is still told"
        );
    }
    let police = escalation(&district, case_id, "police").id;
    assert!(
        !district
            .state
            .tables
            .queued_of_escalation
            .contains_key(&police)
    );
    assert!(
        super::case(&district, case_id)
            .deadlines
            .acknowledge
            .met_at
            .is_none()
    );
}

#[test]
fn an_acknowledged_department_that_does_not_report_is_asked_once_more() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    acknowledge(&mut district, "police", case_id);
    let events = district.advance(mins(22));
    assert_eq!(
        kinds(&events, "escalation.asked_again"),
        0,
        "15 minutes and half of it again are not over"
    );
    let events = district.advance(mins(1));
    assert_eq!(kinds(&events, "escalation.asked_again"), 1);
    assert!(escalation(&district, case_id, "police").is_unanswered());
    acknowledge(&mut district, "police", case_id);
    let events = district.advance(mins(60));
    assert_eq!(kinds(&events, "escalation.asked_again"), 0, "once");
    district.assert_replays();
}

#[test]
fn a_report_needs_an_acknowledgement_and_a_declined_escalation_is_over() {
    let mut district = District::putuo();
    let case_id = case_in(&mut district, 1, 0, &[Sign::Disabled]);
    let escalation_id = escalation(&district, case_id, "police").id;
    let text = || "在路上".to_owned();
    district
        .when(Order::by(
            department("police"),
            Command::ReportEscalation {
                escalation_id,
                text: text(),
            },
        ))
        .refused(RefusalCode::NotAcknowledged);
    district
        .when(Order::by(
            department("city_management"),
            Command::ReportEscalation {
                escalation_id,
                text: text(),
            },
        ))
        .refused(RefusalCode::NotFound);
    district
        .when(Order::by(
            department("police"),
            Command::TransferEscalation {
                escalation_id,
                to: DepartmentId::from("emergency"),
                reason: text(),
            },
        ))
        .then_among(&["escalation.transferred", "escalation.opened"]);
    assert!(escalation(&district, case_id, "emergency").is_unanswered());
    district
        .when(Order::by(
            department("police"),
            Command::DeclineEscalation {
                escalation_id,
                reason: model::escalation::DeclineReason::NoStaff,
                text: text(),
            },
        ))
        .refused(RefusalCode::EscalationEnded);
}

#[test]
fn what_one_outbox_both_opens_and_closes_asks_nobody_and_informs_each_department() {
    let mut district = District::putuo();
    let task = TaskId(id(77));
    let mut body = report(5, 0, district.now, &[Sign::Disabled]);
    body.task = Some(model::command::OwnVisit {
        id: task,
        state: TaskState::Arrived,
    });
    let outcome = super::decisions::outcome(model::outcome::OutcomeKind::NotASubject);
    let operation = |n: u64, at, command| Operation {
        id: CommandId(id(1_000 + u128::from(n))),
        device_seq: n,
        recorded_at: at,
        seen_seq: None,
        needs: Vec::new(),
        content_tag: "tag".to_owned(),
        personal: std::collections::BTreeSet::new(),
        repeated: false,
        command: Ok(Box::new(command)),
    };
    let now = district.now;
    let happened = district.run(Order::by(
        patrol(1),
        Command::Sync {
            device: "d".to_owned(),
            sent_at: now,
            operations: vec![
                operation(1, now, Command::ReportSighting(body)),
                operation(
                    2,
                    now,
                    Command::RecordOutcome {
                        task_id: task,
                        outcome,
                    },
                ),
            ],
        },
    ));
    happened.then_among(&["case.opened", "case.closed", "escalation.informed"]);
    happened.then_none_of(&["escalation.opened", "duty.notified"]);
    let informed: Vec<String> = happened
        .events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::EscalationInformed { escalation } => {
                assert!(escalation.for_information && escalation.steps.is_empty());
                Some(escalation.department.to_string())
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        informed,
        [
            "street_310107005",
            "rescue_station",
            "police",
            "city_management"
        ]
    );
    let later = district.advance(mins(600));
    let kinds: Vec<&str> = later.iter().map(|e| e.new.event.kind()).collect();
    assert_eq!(kinds, ["case.retention_planned"], "no limit, no miss");
}
