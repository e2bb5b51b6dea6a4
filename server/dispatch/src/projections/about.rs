//! What an event says beside the entities that it changes: whom a call was for, which cases wait, who could not be
//! reached. And who sees events that change no entity of the picture.

use model::deadline::{Addressee, Notice};
use model::event::Event;
use model::id::CaseId;
use serde_json::{Value, json};

use super::audience::Audience;
use super::shown::Shown;

/// More about an event, for people; null when its entities say everything. Of a list of cases only those in sight.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these say more than the entities that they change"
)]
pub(crate) fn of(shown: &Shown<'_>, audience: &Audience, event: &Event) -> Value {
    let in_sight = |cases: &mut dyn Iterator<Item = CaseId>| -> Vec<CaseId> {
        cases
            .filter(|id| audience.sees_case(shown.policy, shown.tables, *id))
            .collect()
    };
    match event {
        Event::DutyNotified { notice } => {
            of_notice(shown, notice, &in_sight(&mut notice.cases.iter().copied()))
        }
        Event::DutyCallsSet { next_at, .. } => json!({
            "next_at": shown.stamp_opt(*next_at),
            "cases": in_sight(&mut shown.tables.duty_call_cases.iter().copied()),
        }),
        Event::CapacityShort { cases, next_at, .. } => json!({
            "cases": in_sight(&mut cases.iter().copied()),
            "next_at": shown.stamp_opt(*next_at),
        }),
        Event::NoticeHandedOut { notice_id, channel } => json!({
            "notice_id": notice_id,
            "channel": channel,
        }),
        Event::NoticeFailed { notice_id, why } => json!({
            "notice_id": notice_id,
            "why": why,
        }),
        Event::NoticesCancelled { notices } => json!({ "notices": notices }),
        Event::PersonOpened { person, .. } => json!({ "person_id": person.id }),
        Event::PersonsJoined {
            person_id, with, ..
        } => json!({ "person_id": person_id, "with": with }),
        Event::PersonsSeparated { person_id, .. } | Event::PersonCared { person_id, .. } => {
            json!({ "person_id": person_id })
        }
        Event::PlaceLooked { place, unit } => json!({ "place": place, "unit": unit }),
        Event::DeadlineMissed { deadline, by, .. } => json!({
            "deadline": deadline,
            "by": shown.stamp(*by),
        }),
        Event::LadderStepFired {
            deadline, steps, ..
        } => json!({ "deadline": deadline, "steps": steps }),
        Event::CaseTierRaised { from, .. } | Event::CaseTierLowered { from, .. } => {
            json!({ "from": from })
        }
        Event::AreaWarningChanged { change, .. } => json!({
            "change_id": change.id,
            "signal_id": change.signal_id,
            "streets": change.streets.iter().map(|street| json!({
                "jurisdiction": street.warning.jurisdiction,
                "from": street.from,
                "level": street.warning.level,
            })).collect::<Vec<_>>(),
        }),
        Event::SignalReceived { signal } => json!({ "signal": shown.signal(signal) }),
        Event::DrillSwitched { reason, .. } => json!({ "reason": reason }),
        Event::DetailsErased { ground, .. } => json!({ "ground": ground }),
        _ => Value::Null,
    }
}

fn of_notice(shown: &Shown<'_>, notice: &Notice, cases: &[CaseId]) -> Value {
    json!({
        "notice_id": notice.id,
        "addressee": notice.addressee,
        "about": notice.about,
        "case_id": notice.case_id,
        "escalation_id": notice.escalation_id,
        "task_id": notice.task_id,
        "step": notice.step,
        "cases": cases,
        "queued_at": shown.stamp(notice.queued_at),
    })
}

/// Whether an audience sees an event that changes no entity of the picture.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other event is seen through what it changes"
)]
pub(crate) fn is_seen(shown: &Shown<'_>, audience: &Audience, event: &Event) -> bool {
    let everything = || audience.sees_everything(shown.policy);
    match event {
        Event::DutyNotified { notice } => sees_notice(shown, audience, notice),
        Event::NoticeHandedOut { notice_id, .. } | Event::NoticeFailed { notice_id, .. } => shown
            .tables
            .notices
            .get(notice_id)
            .is_some_and(|notice| sees_notice(shown, audience, notice)),
        Event::DutyCallsSet { .. } => {
            let cases: Vec<CaseId> = shown.tables.duty_call_cases.iter().copied().collect();
            everything() || sees_all(shown, audience, &cases)
        }
        Event::CapacityShort { cases, .. } => everything() || sees_all(shown, audience, cases),
        Event::NoticesCancelled { .. }
        | Event::PersonOpened { .. }
        | Event::PersonsJoined { .. }
        | Event::PersonsSeparated { .. }
        | Event::PersonCared { .. }
        | Event::DepartmentsImported { .. } => everything(),
        Event::PlaceLooked { .. } | Event::DrillSwitched { .. } => true,
        _ => false,
    }
}

/// A notice is seen with its case or escalation, and by whom it is for.
fn sees_notice(shown: &Shown<'_>, audience: &Audience, notice: &Notice) -> bool {
    let (tables, policy) = (shown.tables, shown.policy);
    if audience.sees_everything(policy) {
        return true;
    }
    if let Some(id) = notice.case_id {
        return audience.sees_case(policy, tables, id);
    }
    if let Some(escalation) = notice
        .escalation_id
        .and_then(|id| tables.escalations.get(&id))
    {
        return audience.sees_escalation(policy, tables, escalation);
    }
    match &notice.addressee {
        Addressee::Unit { unit } | Addressee::UnitLeader { unit } => {
            audience.actor().unit.as_ref() == Some(unit)
        }
        Addressee::Department { department }
        | Addressee::DepartmentLeader { department }
        | Addressee::DepartmentSuperior { department } => audience.actor().answers_for(department),
        Addressee::DutyOfficer
        | Addressee::NextOfficer
        | Addressee::DistrictDutyLeader
        | Addressee::Account { .. } => false,
    }
}

fn sees_all(shown: &Shown<'_>, audience: &Audience, cases: &[CaseId]) -> bool {
    !cases.is_empty()
        && cases
            .iter()
            .all(|id| audience.sees_case(shown.policy, shown.tables, *id))
}
