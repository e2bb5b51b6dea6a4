//! What came of a visit: the form, the legal basis, subjects with outcomes of their own, closing, receivers.

use model::command::SubjectBody;
use model::escalation::Escalation;
use model::outcome::{Capacity, HandedTo, LegalBasis, NamedPerson};
use model::refusal::RefusalCode;
use model::time::Span;

use super::*;
use crate::testing::{Happened, command_desk};

/// A case with the unit `u-3` on site.
fn on_site(signs: &[Sign]) -> (District, CaseId, TaskId) {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, signs);
    let id = last_task(&district, case_id).id;
    district.given([accept(3, id), arrive(3, id)]);
    (district, case_id, id)
}

fn pointer(happened: &Happened) -> Option<String> {
    happened.decision.clone().unwrap_err().pointer
}

fn named(organisation: &str, name: &str) -> HandedTo {
    HandedTo {
        organisation: organisation.to_owned(),
        name: name.to_owned(),
        at: None,
        confirmed_at: None,
    }
}

fn escalations(district: &District, case_id: CaseId) -> Vec<Escalation> {
    district
        .state
        .tables
        .escalations_of(case(district, case_id).id)
        .into_iter()
        .map(|e| (**e).clone())
        .collect()
}

#[test]
fn refused_needs_that_the_person_was_informed_and_offered_something() {
    let (mut district, _, id) = on_site(&[Sign::BeddedDown]);
    let not_informed = Outcome {
        informed: false,
        ..refused()
    };
    let happened = district.when(record(3, id, not_informed));
    happened.refused(RefusalCode::OutcomeIncomplete);
    assert_eq!(pointer(&happened).as_deref(), Some("/informed"));
    let nothing_offered = Outcome {
        offered: Vec::new(),
        ..refused()
    };
    let happened = district.when(record(3, id, nothing_offered));
    happened.refused(RefusalCode::OutcomeIncomplete);
    assert_eq!(pointer(&happened).as_deref(), Some("/offered"));
    district.when(record(3, id, refused())).then_among(&[
        "task.outcome_recorded",
        "deadline.met",
        "case.followed_up",
    ]);
}

#[test]
fn refused_on_a_p0_needs_the_assessor_and_never_stands_for_somebody_without_capacity() {
    let (mut district, _, id) = on_site(&[Sign::Unconscious]);
    let happened = district.when(record(3, id, refused()));
    happened.refused(RefusalCode::OutcomeIncomplete);
    assert_eq!(pointer(&happened).as_deref(), Some("/assessed_by"));
    let assessed = Outcome {
        assessed_by: Some(NamedPerson {
            organisation: "120".to_owned(),
            name: "王医生".to_owned(),
        }),
        ..refused()
    };
    district
        .when(record(3, id, assessed))
        .then_among(&["case.followed_up"]);

    let (mut district, _, id) = on_site(&[Sign::SuspectedDementia]);
    let lacks = Outcome {
        capacity: Some(Capacity::Lacks),
        ..refused()
    };
    district
        .when(record(3, id, lacks))
        .refused(RefusalCode::NeverRefused);
}

#[test]
fn an_action_against_a_refusal_is_put_before_the_body_that_may_act_and_is_never_the_patrols_own() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let against = |ground: &str, decided_by: &str| Outcome {
        legal_basis: Some(LegalBasis {
            ground: ground.to_owned(),
            article: "精神卫生法第二十八条".to_owned(),
            decided_by: decided_by.to_owned(),
        }),
        ..refused()
    };
    district
        .when(record(
            3,
            id,
            against("danger_with_mental_disorder", "patrol"),
        ))
        .refused(RefusalCode::BasisNotYours);
    district
        .when(record(
            3,
            id,
            against("suspected_mental_disorder", "police"),
        ))
        .refused(RefusalCode::NoLegalBasis);
    district
        .when(record(
            3,
            id,
            against("danger_with_mental_disorder", "police"),
        ))
        .then_among(&["case.legal_basis_named", "escalation.opened"]);
    assert!(
        escalations(&district, case_id)
            .iter()
            .any(|e| e.department.as_str() == "police" && e.is_unanswered())
    );
}

#[test]
fn with_a_parent_present_an_infant_is_no_basis_and_civil_affairs_are_told() {
    let (mut district, case_id, id) = on_site(&[Sign::InfantWithAdult]);
    let basis = Outcome {
        legal_basis: Some(LegalBasis {
            ground: "infant_with_adult".to_owned(),
            article: "未成年人保护法".to_owned(),
            decided_by: "police".to_owned(),
        }),
        ..refused()
    };
    district
        .when(record(3, id, basis))
        .refused(RefusalCode::NoLegalBasis);
    district.given([record(3, id, refused())]);
    let told: Vec<Escalation> = escalations(&district, case_id)
        .into_iter()
        .filter(|e| e.for_information)
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told.first().unwrap().department.as_str(), "civil_affairs");
}

#[test]
fn each_subject_has_an_outcome_of_its_own_and_the_case_closes_when_each_has_a_closing_one() {
    let mut district = District::putuo();
    let mut two = report(1, 2, district.now, &[Sign::BeddedDown]);
    two.n_people = 2;
    district.given([Order::by(command_desk(), Command::ReportSighting(two))]);
    let case_id = district
        .state
        .tables
        .sightings
        .get(&SightingId(id(1)))
        .unwrap()
        .case_id;
    let id = last_task(&district, case_id).id;
    let for_one = |n: u32, outcome: Outcome| Outcome {
        subjects: vec![n],
        ..outcome
    };
    district.given([
        accept(3, id),
        arrive(3, id),
        record(3, id, for_one(1, bare(OutcomeKind::NotASubject))),
    ]);
    assert_eq!(task(&district, id).state, TaskState::Arrived);
    assert_eq!(state(&district, case_id), CaseState::Open);
    district
        .when(record(3, id, for_one(7, refused())))
        .refused(RefusalCode::NotOfThisCase);
    district.given([record(3, id, for_one(2, bare(OutcomeKind::NotASubject)))]);
    assert_eq!(task(&district, id).state, TaskState::Done);
    assert_eq!(state(&district, case_id), CaseState::Closed);
    district
        .when(record(3, id, refused()))
        .refused(RefusalCode::TaskNotInState);
    district.assert_replays();
}

#[test]
fn a_death_or_serious_injury_closes_and_opens_a_review() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    district
        .when(record(3, id, bare(OutcomeKind::DeathOrInjury)))
        .then_among(&["task.outcome_recorded", "case.closed"]);
    assert!(case(&district, case_id).review);
}

#[test]
fn who_came_to_the_station_is_followed_up_until_it_confirms_the_arrival() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let came = Outcome {
        detail: Some(OutcomeDetail::Station),
        handed_to: Some(named("救助管理站", "李师傅")),
        ..bare(OutcomeKind::Accepted)
    };
    district.given([record(3, id, came)]);
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    let confirm = |subjects: Vec<u32>| {
        Order::by(
            command_desk(),
            Command::RecordArrivals {
                case_id,
                subjects,
                organisation: "救助管理站".to_owned(),
                name: "赵站长".to_owned(),
                at: None,
            },
        )
    };
    district
        .when(confirm(vec![4]))
        .refused(RefusalCode::NotOfThisCase);
    district
        .when(confirm(vec![1]))
        .then_among(&["case.receiver_confirmed", "case.closed"]);
    district
        .when(confirm(Vec::new()))
        .refused(RefusalCode::CaseAlreadyClosed);
}

#[test]
fn somebody_who_is_added_to_a_case_in_follow_up_opens_it_again() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let came = Outcome {
        detail: Some(OutcomeDetail::Station),
        handed_to: Some(named("救助管理站", "李师傅")),
        ..bare(OutcomeKind::Accepted)
    };
    district.given([record(3, id, came)]);
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    let another = Command::SetSubject {
        case_id,
        subject: SubjectBody {
            n: None,
            person_id: None,
            unlink: false,
            sex: None,
            age_band: None,
        },
    };
    district
        .when(Order::by(command_desk(), another))
        .then_among(&["case.subjects_changed", "case.reopened", "task.offered"]);
    assert_eq!(state(&district, case_id), CaseState::Open);
}

#[test]
fn an_arrival_that_nobody_confirms_within_two_hours_opens_the_case_again() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let came = Outcome {
        detail: Some(OutcomeDetail::Shelter),
        ..bare(OutcomeKind::Accepted)
    };
    district.given([record(3, id, came)]);
    district.advance(Span::from_mins(119));
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    let events = district.advance(Span::from_mins(1));
    assert!(kinds(&events).contains(&"case.reopened"));
    let open = case(&district, case_id);
    assert_eq!(open.state, CaseState::Open);
    assert_eq!(open.deadlines.acknowledge.from, district.now);
    assert_eq!(last_task(&district, case_id).state, TaskState::Offered);
    assert_ne!(last_task(&district, case_id).id, id);
}

#[test]
fn a_hospital_that_is_not_named_is_asked_for_every_two_hours_and_a_name_closes_the_case() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let treated = Outcome {
        detail: Some(OutcomeDetail::Hospital),
        ..bare(OutcomeKind::Treated)
    };
    district.given([record(3, id, treated.clone())]);
    let events = district.advance(Span::from_hours(4));
    assert_eq!(
        told(&events, NoticeAbout::ReceiverUnconfirmed).len(),
        2,
        "once after two hours, once after four"
    );
    assert_eq!(state(&district, case_id), CaseState::FollowUp);
    // The giver types the name later.
    let later = Outcome {
        handed_to: Some(named("普陀区中心医院", "陈护士")),
        ..treated
    };
    district
        .when(record(3, id, later))
        .then_among(&["case.receiver_confirmed", "case.closed"]);
}

#[test]
fn an_outcome_of_a_receiver_named_at_once_closes_at_once() {
    let (mut district, case_id, id) = on_site(&[Sign::SuspectedLost]);
    let police = Outcome {
        detail: Some(OutcomeDetail::Lost),
        handed_to: Some(named("曹杨派出所", "周警官")),
        ..bare(OutcomeKind::Police)
    };
    district.given([record(3, id, police)]);
    assert_eq!(state(&district, case_id), CaseState::Closed);
}

#[test]
fn an_outcome_without_an_arrival_is_an_arrival_too_unless_the_place_could_not_be_reached() {
    let mut district = District::putuo();
    let case_id = reported(&mut district, 1, 2, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    district
        .when(record(3, id, refused()))
        .refused(RefusalCode::TaskNotInState);
    district.given([accept(3, id), record(3, id, refused())]);
    assert!(case(&district, case_id).deadlines.on_site.met_at.is_some());

    let case_id = reported(&mut district, 2, 4, &[Sign::BeddedDown]);
    let id = last_task(&district, case_id).id;
    let unreachable = Outcome {
        detail: Some(OutcomeDetail::Unreachable),
        ..not_found()
    };
    district.given([accept(5, id), record(5, id, unreachable)]);
    assert!(case(&district, case_id).deadlines.on_site.met_at.is_none());
}

#[test]
fn a_note_travels_as_a_personal_field_under_the_record_of_its_command() {
    let (mut district, case_id, id) = on_site(&[Sign::BeddedDown]);
    let command_id = model::id::CommandId(crate::testing::id(77));
    district.given([record(3, id, refused())
        .under(command_id)
        .with_personal(&[model::command::PersonalKind::Note])]);
    let notes = case(&district, case_id).notes;
    let note = notes.first().unwrap();
    assert_eq!(note.record.0, command_id.0);
    assert_eq!(note.task_id, Some(id));
}
