//! Persons: opening, linking, joining and separating; and who reads personal fields, why, with a line in the timeline.

use model::actor::Actor;
use model::case::Case;
use model::command::{Command, OwnVisit, PersonalKind, Purpose, ReportSighting, SubjectBody};
use model::event::Event;
use model::grade::Priority;
use model::id::{CaseId, PersonId, SightingId, TaskId};
use model::person::{NameQuality, Person};
use model::refusal::RefusalCode;
use model::sign::{AgeBand, Sex, Sign};
use model::task::TaskState;

use crate::testing::{
    District, EVENING, Order, auditor, command_desk, department, id, patrol, report, street_duty,
};

fn opened(n: u128, special_care: bool) -> Order {
    Order::by(
        street_duty(0),
        Command::OpenPerson {
            person_id: PersonId(id(n)),
            name_quality: NameQuality::CodeName,
            age_band: AgeBand::From60To79,
            special_care,
        },
    )
}

fn join(n: u128, with: u128) -> Order {
    Order::by(
        street_duty(0),
        Command::JoinPersons {
            person_id: PersonId(id(n)),
            with: PersonId(id(with)),
            reason: "同一人".to_owned(),
        },
    )
}

fn separate(n: u128) -> Order {
    Order::by(
        street_duty(0),
        Command::SeparatePersons {
            person_id: PersonId(id(n)),
            reason: "不是同一人".to_owned(),
        },
    )
}

fn subject(case_id: CaseId, subject: SubjectBody) -> Order {
    Order::by(street_duty(0), Command::SetSubject { case_id, subject })
}

fn link(case_id: CaseId, n: u32, person: u128) -> Order {
    let body = SubjectBody {
        n: Some(n),
        person_id: Some(PersonId(id(person))),
        ..new_subject()
    };
    subject(case_id, body)
}

const fn new_subject() -> SubjectBody {
    SubjectBody {
        n: None,
        person_id: None,
        unlink: false,
        sex: None,
        age_band: None,
    }
}

fn read(actor: Actor, case_id: CaseId, purpose: Purpose) -> Order {
    Order::by(actor, Command::ReadPersonal { case_id, purpose })
}

fn reported(signs: &[Sign]) -> (District, CaseId) {
    let mut district = District::putuo();
    let report = report(1, 0, EVENING, signs);
    district.given([Order::by(patrol(1), Command::ReportSighting(report))]);
    let tables = &district.state.tables;
    let case_id = tables.sightings.get(&SightingId(id(1))).unwrap().case_id;
    (district, case_id)
}

fn case(district: &District, id: CaseId) -> Case {
    (**district.state.tables.cases.get(&id).unwrap()).clone()
}

fn person(district: &District, n: u128) -> Person {
    let tables = &district.state.tables;
    (**tables.persons.get(&PersonId(id(n))).unwrap()).clone()
}

#[test]
fn linking_a_person_of_special_concern_plans_the_next_visit_and_ending_the_link_leaves_the_case() {
    let (mut district, case_id) = reported(&[Sign::BeddedDown]);
    district.given([opened(50, true), opened(51, false)]);
    district
        .when(link(case_id, 1, 50))
        .then_among(&["case.subjects_changed", "person.cared"]);
    let known = person(&district, 50);
    assert_eq!(known.case_id, Some(case_id));
    // Monday evening: the first of two visits is due by Wednesday.
    let due = known.next_due.unwrap();
    let calendar = district.policy().calendar();
    assert_eq!(calendar.date(due).to_string(), "2026-01-14");
    let unlinked = SubjectBody {
        n: Some(1),
        unlink: true,
        ..new_subject()
    };
    district.given([subject(case_id, unlinked)]);
    assert_eq!(person(&district, 50).case_id, None);
    // An ordinary person is not visited by a plan.
    district
        .when(link(case_id, 1, 51))
        .then_none_of(&["person.cared"]);
    district.assert_replays();
}

#[test]
fn subjects_are_added_and_told_apart_and_unknown_ones_are_refused() {
    let (mut district, case_id) = reported(&[Sign::BeddedDown]);
    let second = SubjectBody {
        sex: Some(Sex::Female),
        age_band: Some(AgeBand::From18To59),
        ..new_subject()
    };
    let happened = district.when(subject(case_id, second));
    let body = serde_json::to_string(&happened.events.first().unwrap().new.event).unwrap();
    assert!(
        !body.contains("female") && !body.contains("18_59"),
        "{body}"
    );
    let subjects = case(&district, case_id).subjects;
    let numbers: Vec<u32> = subjects.iter().map(|s| s.n).collect();
    assert_eq!(numbers, [1, 2]);
    let record = subjects.last().unwrap().record.unwrap();
    let details = district.state.tables.details.get(&record).unwrap();
    assert_eq!(details.sex, Some(Sex::Female));
    district
        .when(link(case_id, 1, 99))
        .refused(RefusalCode::UnknownReference);
    district.given([opened(50, false)]);
    district
        .when(link(case_id, 9, 50))
        .refused(RefusalCode::NotOfThisCase);
    district
        .when(link(case_id, 1, 50).having_seen(1))
        .refused(RefusalCode::CaseChanged);
}

#[test]
fn persons_are_joined_without_rings_and_separated_again_and_both_ids_stay_valid() {
    let (mut district, case_id) = reported(&[Sign::BeddedDown]);
    district.given([
        opened(50, true),
        opened(51, false),
        opened(52, false),
        link(case_id, 1, 51),
    ]);
    district
        .when(join(50, 50))
        .refused(RefusalCode::PersonsNotJoined);
    // Whoever is of special concern answers for both, whichever way it was said.
    district.given([join(50, 51)]);
    assert_eq!(person(&district, 51).joined_to, Some(PersonId(id(50))));
    assert_eq!(person(&district, 50).case_id, Some(case_id));
    district
        .when(join(50, 51))
        .refused(RefusalCode::PersonsNotJoined);
    district
        .when(join(51, 52))
        .refused(RefusalCode::PersonsNotJoined);
    district.given([join(52, 51)]);
    let identity = district.state.tables.identity_of(PersonId(id(52)));
    assert_eq!(identity.len(), 3);
    district.given([separate(51)]);
    assert_eq!(person(&district, 51).joined_to, None);
    assert_eq!(person(&district, 50).case_id, None);
    district.given([separate(52)]);
    district
        .when(separate(52))
        .refused(RefusalCode::PersonsNotJoined);
    district
        .when(opened(50, false))
        .refused(RefusalCode::CommandIdReused);
    district.assert_replays();
}

#[test]
fn refusals_are_counted_per_person_over_joined_ids() {
    use model::grade::SignalColour;

    let mut district = District::putuo();
    let cold = crate::testing::signal("cold", SignalColour::Yellow, EVENING);
    district.given([Order::by(command_desk(), Command::ReceiveSignal(cold))]);
    let far = |n: u128, street: usize| {
        let report = report(n, street, EVENING, &[Sign::BeddedDown]);
        Order::by(command_desk(), Command::ReportSighting(report))
    };
    district.given([far(1, 0), far(2, 5)]);
    let home = |district: &District, n: u128| {
        let tables = &district.state.tables;
        tables.sightings.get(&SightingId(id(n))).unwrap().case_id
    };
    let (first, second) = (home(&district, 1), home(&district, 2));
    district.given([opened(50, false), opened(51, false), link(first, 1, 50)]);
    let by_command = SubjectBody {
        n: Some(1),
        person_id: Some(PersonId(id(51))),
        ..new_subject()
    };
    district.given([Order::by(
        command_desk(),
        Command::SetSubject {
            case_id: second,
            subject: by_command,
        },
    )]);
    // Twice refused in the first case, under this warning.
    let mut declined = case(&district, first);
    declined.refused_at = vec![district.now, district.now];
    district.commit_as_given(Event::CaseOpened {
        case: Box::new(declined),
    });
    assert_eq!(case(&district, second).grade.priority.value, Priority::P2);
    district.given([Order::by(
        command_desk(),
        Command::JoinPersons {
            person_id: PersonId(id(51)),
            with: PersonId(id(50)),
            reason: "同一人".to_owned(),
        },
    )]);
    let graded = case(&district, second).grade;
    assert_eq!(graded.priority.value, Priority::P1);
    // Help does not turn into pressure: the tier and who is asked stay.
    assert_eq!(graded.tier_asked, case(&district, second).tier_reached);
}

#[test]
fn a_patrol_reads_looks_and_note_while_its_task_is_open_and_never_a_name() {
    let (mut district, case_id) = reported(&[Sign::BeddedDown]);
    let task = district
        .state
        .tables
        .tasks_of(case_id)
        .first()
        .map(|t| (t.id, t.unit.clone().unwrap()))
        .unwrap();
    let n: usize = task.1.as_str().trim_start_matches("u-").parse().unwrap();
    // Offered is not yet open.
    district
        .when(read(patrol(n), case_id, Purpose::Visit))
        .refused(RefusalCode::RoleMayNot);
    let task_id: TaskId = task.0;
    district.given([Order::by(patrol(n), Command::AcceptTask { task_id })]);
    let happened = district.when(read(patrol(n), case_id, Purpose::Visit));
    happened.then(&["personal.read"]);
    assert_eq!(
        kinds(happened.events.first().map(|e| &e.new.event)),
        [PersonalKind::Note, PersonalKind::Looks]
    );
    let last = case(&district, case_id).timeline.last().cloned().unwrap();
    assert_eq!(last.kind, "personal.read");
    assert_eq!(last.facts.get("purpose").unwrap(), "visit");
    // A patrol that has nothing to do with it does not even hear that there is a case.
    district
        .when(read(patrol(7), case_id, Purpose::Visit))
        .refused(RefusalCode::NotFound);
}

#[test]
fn a_patrol_whose_shift_has_ended_reads_nothing_even_if_it_goes_on_with_a_visit() {
    let mut district = District::putuo();
    let start = Command::StartShift {
        ends_at: None,
        lone: false,
    };
    district.given([
        Order::by(patrol(1), start.clone()),
        Order::by(patrol(1), Command::EndShift),
    ]);
    let visit = OwnVisit {
        id: TaskId(id(5)),
        state: TaskState::Arrived,
    };
    let beside = ReportSighting {
        task: Some(visit),
        ..report(1, 0, EVENING, &[Sign::BeddedDown])
    };
    district.given([Order::by(patrol(1), Command::ReportSighting(beside))]);
    let tables = &district.state.tables;
    let case_id = tables.sightings.get(&SightingId(id(1))).unwrap().case_id;
    district
        .when(read(patrol(1), case_id, Purpose::Visit))
        .refused(RefusalCode::NoShift);
    district.given([Order::by(patrol(1), start)]);
    district
        .when(read(patrol(1), case_id, Purpose::Visit))
        .then(&["personal.read"]);
}

fn kinds(event: Option<&Event>) -> Vec<PersonalKind> {
    if let Some(Event::PersonalRead { kinds, .. }) = event {
        kinds.clone()
    } else {
        Vec::new()
    }
}

#[test]
fn police_read_through_an_open_escalation_and_names_only_for_what_needs_them() {
    let (mut district, case_id) = reported(&[Sign::Unconscious]);
    let with_name = |district: &mut District, actor: Actor, purpose: Purpose| {
        let happened = district.when(read(actor, case_id, purpose));
        happened
            .decision
            .is_ok()
            .then(|| kinds(happened.events.first().map(|e| &e.new.event)))
            .map(|kinds| kinds.contains(&PersonalKind::Name))
    };
    let police = || department("police");
    for (actor, purpose, names) in [
        (police(), Purpose::Identify, Some(false)),
        (police(), Purpose::Lost, Some(true)),
        (police(), Purpose::Trafficking, Some(true)),
        (department("health"), Purpose::Treatment, Some(true)),
        (department("health"), Purpose::FindAgain, Some(false)),
        (department("rescue_station"), Purpose::HandOver, Some(true)),
        (street_duty(0), Purpose::FindAgain, Some(true)),
        (command_desk(), Purpose::Review, Some(true)),
        (department("city_management"), Purpose::Lost, None),
        (department("emergency"), Purpose::Treatment, None),
        (street_duty(3), Purpose::FindAgain, None),
        (auditor(), Purpose::Review, None),
    ] {
        let account = actor.account.clone();
        assert_eq!(
            with_name(&mut district, actor, purpose),
            names,
            "{account} for {purpose}"
        );
    }
}

#[test]
fn a_merged_id_reads_the_case_that_answers_for_it() {
    let (mut district, case_id) = reported(&[Sign::Disabled]);
    let near = ReportSighting {
        id: SightingId(id(2)),
        ..report(2, 0, EVENING, &[Sign::Disabled])
    };
    district.given([Order::by(patrol(1), Command::ReportSighting(near))]);
    let tables = &district.state.tables;
    let other = tables.sightings.get(&SightingId(id(2))).unwrap().case_id;
    district.given([Order::by(
        street_duty(0),
        Command::MergeCases {
            case_id: other,
            into: case_id,
            same: Vec::new(),
            reason: "同一人".to_owned(),
        },
    )]);
    let happened = district.when(read(street_duty(0), other, Purpose::FindAgain));
    let read_of = happened.events.first().and_then(|e| {
        if let Event::PersonalRead { case_id, .. } = &e.new.event {
            Some(*case_id)
        } else {
            None
        }
    });
    assert_eq!(read_of, Some(case_id));
}
