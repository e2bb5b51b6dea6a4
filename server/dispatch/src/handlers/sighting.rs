//! Decides a report: where and when it was, whether it joins a case or opens one, and the visit that it carries.
//! What is learnt later is in `sighting/addition`, the reporter's answer to a suggestion in `sighting/same`,
//! the answer to the system that sent the report in `sighting/reply`.

mod addition;
pub(crate) mod comparing;
pub(crate) mod follow_up;
pub(crate) mod people;
pub(crate) mod placing;
mod reply;
mod same;
mod withdrawal;

use model::actor::Role;
use model::case::{Case, CaseState, HumanGrade, Standing};
use model::command::{OwnVisit, ReportSighting};
use model::deadline::{Addressee, NoticeAbout};
use model::details::RecordDetails;
use model::event::Event;
use model::id::{CaseId, DepartmentId, JurisdictionCode, RecordId};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::{Sighting, Suggestion};
use model::sign::Doubt;
use model::time::Instant;
use policy::action::Action;

use self::comparing::{Compared, compare};
use self::placing::{Given, Placed, Seen, place, seen};
use super::form::{check_calls, check_n_people, check_name};
use super::task::own_visit;
use crate::draft::Draft;
use crate::rights::permit_call;
use crate::settle::grade::judge::{colour_for, judge_report};
use crate::settle::grade::ladders;

pub(crate) use addition::add;
pub(crate) use reply::reply;
pub(crate) use same::same;

/// How strictly a report is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// From somebody who is there, or from another district: accepted with its doubts.
    Accepted,
    /// A row of an import: what is doubted about its time or position is refused.
    Imported,
}

/// Takes a report.
///
/// # Errors
/// What is wrong with its form (`impossible_position`, `nowhere_given`, `out_of_range`, `text_length`, …);
/// `role_may_not`; `sighting_id_reused`. Never its time, place or accuracy, unless it is imported.
pub(crate) fn report(draft: &mut Draft<'_, '_>, report: &ReportSighting) -> Result<(), Refusal> {
    let manner = match draft.heading.actor.role {
        Role::System => Manner::Imported,
        Role::Patrol
        | Role::Street
        | Role::Department
        | Role::Command
        | Role::Auditor
        | Role::Admin => Manner::Accepted,
    };
    take(draft, report, manner).map(|_| ())
}

/// Takes a report in a manner; gives the case that it belongs to.
///
/// # Errors
/// As [`report`].
pub(crate) fn take(
    draft: &mut Draft<'_, '_>,
    report: &ReportSighting,
    manner: Manner,
) -> Result<CaseId, Refusal> {
    permit_call(draft, Action::SightingReport)?;
    check(draft, report)?;
    draft.heading.recorded_at = draft.heading.recorded_at.or(report.recorded_at);
    draft.sent_at = sent_at(draft, report);
    let when = seen(draft, report.seen_at, draft.sent_at);
    let placed = place(
        draft,
        Given {
            position: report.position.as_ref(),
            place: report.place.as_ref(),
        },
        when,
    )?;
    if manner == Manner::Imported {
        refuse_doubted(report, &placed, when, draft.now())?;
    }
    draft.heading.drill |= report.drill;
    let compared = if report.history {
        Compared::default()
    } else {
        compare(draft, report, &placed, when)
    };
    let case_id = accept(draft, report, &placed, when, compared)?;
    Ok(case_id)
}

fn check(draft: &Draft<'_, '_>, report: &ReportSighting) -> Result<(), Refusal> {
    check_n_people(report.n_people, "/n_people")?;
    check_calls(&report.emergency_calls, "/emergency_calls")?;
    if let Some(reference) = &report.source_ref {
        check_name(reference, "/source_ref")?;
    }
    if draft.tables.sightings.contains_key(&report.id) {
        return Err(RefusalCode::SightingIdReused.into());
    }
    match &report.task {
        Some(visit) => check_visit(draft, visit),
        None => Ok(()),
    }
}

/// Looks whether the visit that a report carries can be made, before anything is decided.
fn check_visit(draft: &Draft<'_, '_>, visit: &OwnVisit) -> Result<(), Refusal> {
    if !visit.state.is_under_way() {
        return Err(Refusal::new(RefusalCode::UnknownWordGiven).at("/task/state"));
    }
    if draft.tables.tasks.contains_key(&visit.id) {
        return Err(Refusal::new(RefusalCode::CommandIdReused).at("/task/id"));
    }
    let actor = &draft.heading.actor;
    if actor.unit.is_none() && actor.department.is_none() {
        return Err(Refusal::new(RefusalCode::RoleMayNot).at("/task"));
    }
    Ok(())
}

/// What the sender's clock said at sending: of the outbox, or of a report that was sent when it was written.
fn sent_at(draft: &Draft<'_, '_>, report: &ReportSighting) -> Option<Instant> {
    if draft.in_sync {
        draft.sent_at
    } else if report.offline || report.history {
        None
    } else {
        report.recorded_at
    }
}

/// An import has nobody who could be asked: a row that is doubted is refused and named. History may be old.
fn refuse_doubted(
    report: &ReportSighting,
    placed: &Placed,
    when: Seen,
    now: Instant,
) -> Result<(), Refusal> {
    let old = when.said_at <= now;
    if placed.doubts.contains(&Doubt::Time) && !(report.history && old) {
        return Err(Refusal::new(RefusalCode::ImpossibleTime).at("/seen_at"));
    }
    if placed.doubts.contains(&Doubt::Position) {
        return Err(Refusal::new(RefusalCode::ImpossiblePosition).at("/position"));
    }
    let unknown = report
        .place
        .as_ref()
        .is_some_and(|place| place.id.is_some());
    if unknown && placed.place_id.is_none() {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/place/id"));
    }
    Ok(())
}

fn accept(
    draft: &mut Draft<'_, '_>,
    report: &ReportSighting,
    placed: &Placed,
    when: Seen,
    compared: Compared,
) -> Result<CaseId, Refusal> {
    let record = RecordId::from(report.id);
    let details = details_of(report, placed);
    let Compared {
        joins,
        mut suggestions,
    } = compared;
    let merged = joins.is_some();
    let (case_id, joined) = if let Some((case_id, reasons)) = joins {
        (case_id, Joined::of(draft, case_id, reasons))
    } else {
        let case = opened(draft, report, placed, when, &details);
        let case_id = case.id;
        draft.push(Event::CaseOpened {
            case: Box::new(case),
        });
        (case_id, None)
    };
    for suggestion in &mut suggestions {
        draft.file(record, &mut suggestion.reasons);
    }
    draft.attach(record, details);
    let sighting = sighting_of(draft, report, placed, when, case_id, suggestions);
    let sighting = Sighting { merged, ..sighting };
    let personal = draft.heading.personal.iter().copied().collect();
    draft.push(Event::SightingAccepted {
        sighting: Box::new(sighting),
        personal,
    });
    if let Some(joined) = joined {
        join(draft, report, case_id, joined);
    }
    if report.history {
        return Ok(case_id);
    }
    if let Some(visit) = &report.task {
        let root = draft.root(case_id)?;
        own_visit(draft, &root, visit)?;
    }
    tell_people(draft, report, placed, case_id);
    draft.concern(case_id);
    Ok(case_id)
}

/// A sighting that joined a case by itself.
fn join(draft: &mut Draft<'_, '_>, report: &ReportSighting, case_id: CaseId, joined: Joined) {
    let Some(case) = draft.case(case_id) else {
        return;
    };
    let record = RecordId::from(report.id);
    let Joined {
        mut reasons,
        standing,
        before,
    } = joined;
    draft.file(record, &mut reasons);
    draft.push(Event::CaseJoined {
        case_id,
        sighting_id: report.id,
        subjects: people::brought(&case.subjects, report.id, record, report.n_people),
        reasons,
        standing,
    });
    follow_up::seen_again(draft, case_id, report.id, &before);
}

/// How a case stood when a sighting joined it, and why it did.
struct Joined {
    reasons: Vec<Reason>,
    standing: Option<Box<Standing>>,
    before: follow_up::Before,
}

impl Joined {
    fn of(draft: &Draft<'_, '_>, case_id: CaseId, reasons: Vec<Reason>) -> Option<Self> {
        let case = draft.case(case_id)?;
        Some(Self {
            reasons,
            standing: draft.tables.standing(case_id),
            before: follow_up::Before::of(draft, &case),
        })
    }
}

/// Who has to look at a report: the duty officer at a doubted one; both sides of a border at a suggestion across it.
fn tell_people(
    draft: &mut Draft<'_, '_>,
    report: &ReportSighting,
    placed: &Placed,
    case_id: CaseId,
) {
    if !placed.doubts.is_empty() {
        let mut notice = draft.notice(Addressee::DutyOfficer, NoticeAbout::NeedsPerson);
        notice.case_id = Some(case_id);
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
    let Some(sighting) = draft.tables.sightings.get(&report.id).cloned() else {
        return;
    };
    let across: Vec<(CaseId, JurisdictionCode)> = sighting
        .may_duplicate
        .iter()
        .filter_map(|suggestion| {
            let other = draft.tables.root(suggestion.case_id)?;
            let code = other.jurisdiction.code.clone();
            placed
                .jurisdiction
                .also_near
                .contains(&code)
                .then_some((other.id, code))
        })
        .collect();
    if let Some((other, _)) = across.first() {
        let mut streets: Vec<JurisdictionCode> = vec![placed.jurisdiction.code.clone()];
        streets.extend(across.iter().map(|(_, code)| code.clone()));
        suggest(draft, case_id, *other, streets);
    }
}

/// Puts before the duty of streets that two cases may be about the same person.
pub(crate) fn suggest(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    other: CaseId,
    mut streets: Vec<JurisdictionCode>,
) {
    streets.sort();
    streets.dedup();
    for code in streets {
        let addressee = if draft.tables.district.as_str() == code.as_str() {
            Addressee::DutyOfficer
        } else {
            Addressee::Department {
                department: DepartmentId::street(&code),
            }
        };
        let mut notice = draft.notice(addressee, NoticeAbout::NeedsPerson);
        notice.case_id = Some(case_id);
        notice.cases = vec![case_id, other];
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
}

fn details_of(report: &ReportSighting, placed: &Placed) -> RecordDetails {
    let mut signs = report.signs.clone();
    signs.sort_unstable();
    signs.dedup();
    let description = report.description.clone().unwrap_or_default();
    RecordDetails {
        position: placed.position,
        place: placed.words.clone(),
        signs,
        sex: description.sex,
        age_band: description.age_band,
        ..RecordDetails::default()
    }
}

/// The case that a report opens. Its deadlines count from now: the server has just accepted it.
fn opened(
    draft: &mut Draft<'_, '_>,
    report: &ReportSighting,
    placed: &Placed,
    when: Seen,
    details: &RecordDetails,
) -> Case {
    let policy = std::sync::Arc::clone(&draft.policy);
    let record = RecordId::from(report.id);
    let code = &placed.jurisdiction.code;
    let mut grade = judge_report(&draft.tables, &policy, code, details, report.n_people);
    draft.file(record, &mut grade.priority.reasons);
    draft.file(record, &mut grade.warning_level.reasons);
    draft.file(record, &mut grade.tier.reasons);
    let area = colour_for(&draft.tables, code);
    let deadlines = ladders(&policy, grade.priority.value, area, draft.now());
    Case {
        opened_at: draft.now(),
        state: if report.history {
            CaseState::Closed
        } else {
            CaseState::Open
        },
        closed_at: report.history.then_some(when.seen_at),
        history: report.history,
        place_id: placed.place_id.clone(),
        located_by: placed.position.is_some().then_some(record),
        subjects: people::brought(&[], report.id, record, report.n_people),
        ..bare_case(draft, grade, placed.jurisdiction.clone(), deadlines)
    }
}

/// A case of which nothing has happened yet.
pub(crate) fn bare_case(
    draft: &mut Draft<'_, '_>,
    grade: model::case::Grade,
    jurisdiction: model::sighting::Jurisdicted,
    deadlines: model::deadline::CaseDeadlines,
) -> Case {
    Case {
        id: CaseId(draft.new_id()),
        seq: 0,
        opened_at: draft.now(),
        state: CaseState::Open,
        merged_into: None,
        merge: None,
        alone: None,
        members: Vec::new(),
        drill: draft.heading.drill,
        history: false,
        policy_id: draft.policy.id().clone(),
        jurisdiction,
        place_id: None,
        located_by: None,
        tier_reached: grade.tier.value,
        grade,
        human: HumanGrade::default(),
        subjects: Vec::new(),
        sightings: Vec::new(),
        tasks: Vec::new(),
        escalations: Vec::new(),
        deadlines,
        taken: None,
        revisit: None,
        follow_up_since: None,
        follow_up_ends_at: None,
        last_contact_at: None,
        refused_at: Vec::new(),
        emergency_calls: Vec::new(),
        hand_over: None,
        closed_at: None,
        closing: None,
        review: false,
        details_erased: false,
        retention: None,
        records: Vec::new(),
        notes: Vec::new(),
        timeline: Vec::new(),
    }
}

fn sighting_of(
    draft: &Draft<'_, '_>,
    report: &ReportSighting,
    placed: &Placed,
    when: Seen,
    case_id: CaseId,
    may_duplicate: Vec<Suggestion>,
) -> Sighting {
    let actor = &draft.heading.actor;
    Sighting {
        id: report.id,
        case_id,
        reporter: actor.account.clone(),
        reporter_role: actor.role,
        unit: actor.unit.clone(),
        source: report.source,
        source_ref: report.source_ref.clone(),
        reply_by: report.reply_by,
        seen_at: when.seen_at,
        recorded_at: report.recorded_at.or(draft.heading.recorded_at),
        accepted_at: draft.now(),
        jurisdiction: placed.jurisdiction.clone(),
        n_people: report.n_people,
        more_people: report.more_people,
        place_id: placed.place_id.clone(),
        doubts: placed.doubts.clone(),
        offline: report.offline || draft.in_sync,
        device_seq: report.device_seq,
        drill: draft.heading.drill,
        history: report.history,
        merged: false,
        emergency_calls_made: report.emergency_calls.clone(),
        may_duplicate,
        additions: Vec::new(),
        reply: None,
    }
}

#[cfg(test)]
mod tests;
