//! Drill, policy, imports, notices.

use model::actor::Actor;
use model::background::{Jurisdiction, Unit};
use model::command::Command;
use model::deadline::{Addressee, NoticeAbout};
use model::event::{Event, RecordedEvent};
use model::id::{JurisdictionCode, NoticeId, PolicyId};
use model::refusal::RefusalCode;
use model::sign::Sign;

use crate::testing::{District, Order, auditor, command_desk, patrol, report};

fn system(command: Command) -> Order {
    Order::by(Actor::system(), command)
}

fn drill(on: bool) -> Order {
    Order::by(
        command_desk(),
        Command::SwitchDrill {
            on,
            reason: "演练".to_owned(),
        },
    )
}

#[test]
fn while_a_drill_is_on_every_event_says_so() {
    let mut district = District::putuo();
    district.when(drill(true)).then(&["drill.switched"]);
    district
        .when(drill(true))
        .refused(RefusalCode::DrillUnchanged);
    let report = report(1, 2, district.now, &[Sign::BeddedDown]);
    let happened = district.when(Order::by(command_desk(), Command::ReportSighting(report)));
    assert!(happened.events.iter().all(|e| e.new.drill));
    district.when(drill(false)).then(&["drill.switched"]);
    district
        .when(Order::by(
            patrol(1),
            Command::SwitchDrill {
                on: true,
                reason: "演练".to_owned(),
            },
        ))
        .refused(RefusalCode::RoleMayNot);
}

#[test]
fn only_a_policy_of_the_book_is_adopted_and_only_once() {
    let mut district = District::putuo();
    let adopt = |id: PolicyId| system(Command::AdoptPolicy { policy_id: id });
    let adopted = district.state.tables.policy_id.clone();
    district
        .when(adopt(adopted))
        .refused(RefusalCode::PolicyUnchanged);
    district
        .when(adopt(PolicyId::from("unknown@0")))
        .refused(RefusalCode::UnknownReference);
    let text = policy::policy::PUTUO.replace("version = \"2026.1\"", "version = \"2026.2\"");
    let next = std::sync::Arc::new(policy::policy::Policy::parse(&text).unwrap());
    district.policies.add(std::sync::Arc::clone(&next));
    district
        .when(adopt(next.id().clone()))
        .then_among(&["policy.adopted"]);
}

#[test]
fn importing_the_same_rows_twice_changes_nothing() {
    let mut district = District::putuo();
    let units: Vec<Unit> = district
        .state
        .tables
        .units
        .values()
        .map(|unit| (**unit).clone())
        .collect();
    let places = district
        .state
        .tables
        .places
        .values()
        .map(|place| (**place).clone())
        .collect();
    let departments = district
        .state
        .tables
        .departments
        .values()
        .map(|department| (**department).clone())
        .collect();
    for command in [
        Command::ImportUnits {
            units: units.clone(),
        },
        Command::ImportPlaces { places },
        Command::ImportDepartments { departments },
    ] {
        district.when(system(command)).then(&[]);
    }
    let mut changed = units;
    changed.last_mut().unwrap().name = "新名".to_owned();
    let happened = district.when(system(Command::ImportUnits { units: changed }));
    let rows = happened.events.iter().find_map(|e| match &e.new.event {
        Event::UnitsImported { units } => Some(units.len()),
        _ => None,
    });
    assert_eq!(rows, Some(1), "only the row that differs");
    district
        .when(Order::by(
            auditor(),
            Command::ImportUnits { units: Vec::new() },
        ))
        .refused(RefusalCode::RoleMayNot);
}

#[test]
fn who_names_a_neighbour_is_its_neighbour_too_and_the_same_streets_again_change_nothing() {
    let mut district = District::putuo();
    let street = |code: &str, neighbours: &[&str]| Jurisdiction {
        code: JurisdictionCode::from(code),
        name: code.to_owned(),
        centre: None,
        neighbours: neighbours
            .iter()
            .map(|code| JurisdictionCode::from(*code))
            .collect(),
    };
    let adopt = || {
        system(Command::AdoptJurisdictions {
            jurisdictions: vec![
                street("310199001", &["310199002", "310199009"]),
                street("310199002", &[]),
            ],
            boundaries: Some("abc".to_owned()),
        })
    };
    district.when(adopt()).then(&["jurisdictions.adopted"]);
    let second = JurisdictionCode::from("310199002");
    assert_eq!(
        district
            .state
            .tables
            .jurisdictions
            .get(&second)
            .unwrap()
            .neighbours,
        [JurisdictionCode::from("310199001")]
    );
    district.when(adopt()).then(&[]);
}

fn notices(events: &[RecordedEvent]) -> Vec<(NoticeId, Addressee)> {
    events
        .iter()
        .filter_map(|e| match &e.new.event {
            Event::DutyNotified { notice } => Some((notice.id, notice.addressee.clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn where_every_channel_failed_the_next_in_line_is_told_up_to_the_district_duty_leader() {
    let mut district = District::putuo();
    let report = report(1, 2, district.now, &[Sign::BeddedDown]);
    let happened = district.when(Order::by(command_desk(), Command::ReportSighting(report)));
    let mut failing = happened
        .events
        .iter()
        .find_map(|e| match &e.new.event {
            Event::DutyNotified { notice } if notice.about == NoticeAbout::TaskOffered => {
                Some(notice.id)
            }
            _ => None,
        })
        .unwrap();
    let mut line = Vec::new();
    loop {
        let happened = district.when(system(Command::NoticeFailed {
            notice_id: failing,
            why: "no channel".to_owned(),
        }));
        match notices(&happened.events).first() {
            Some((next, addressee)) => {
                line.push(addressee.clone());
                failing = *next;
            }
            None => break,
        }
    }
    let street = || model::id::DepartmentId::from("street_310107015");
    assert_eq!(
        line,
        [
            Addressee::UnitLeader {
                unit: model::id::UnitId::from("u-3")
            },
            Addressee::Department {
                department: street()
            },
            Addressee::DepartmentLeader {
                department: street()
            },
            Addressee::DepartmentSuperior {
                department: street()
            },
            Addressee::DistrictDutyLeader,
        ]
    );
    // A second word about the same notice changes nothing.
    district
        .when(system(Command::NoticeHandedOut {
            notice_id: failing,
            channel: "push".to_owned(),
        }))
        .then(&[]);
}
