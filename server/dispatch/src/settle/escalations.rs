//! Asks the departments of a case's tier, each once, and lists the case with the escalations of its area. Nothing here
//! silences anybody: an answer counts for its own department only.

use std::collections::BTreeSet;

use model::case::{Case, CaseState};
use model::deadline::{Addressee, LadderStep, NoticeAbout};
use model::escalation::{Escalation, EscalationEnd};
use model::event::Event;
use model::grade::{Priority, Tier};
use model::id::{CaseId, DepartmentId, EscalationId, JurisdictionCode, NoticeId};
use model::time::Span;
use policy::escalation::{
    acknowledge_within_for_case, case_asks_itself, department_step_times, departments_for_case,
    escalation_reason, still_to_ask,
};
use policy::policy::Policy;

use super::grade::judge::colour_for;
use crate::draft::Draft;
use crate::tables::Tables;

/// Asks whom the case's tier needs and neither the case nor its area has asked yet.
pub(crate) fn settle_case(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    if case.state == CaseState::Closed || case.history {
        return;
    }
    ask_all(draft, &case);
    let listed = lists_to_join(&draft.tables, &case);
    for escalation_id in listed {
        join_list(draft, escalation_id, vec![case.id]);
    }
}

/// Opens an escalation for every department that the case's tier still needs.
pub(crate) fn ask_all(draft: &mut Draft<'_, '_>, case: &Case) {
    let policy = draft.policy_of(case);
    for department in still_to_ask_for(&draft.tables, &policy, case) {
        ask(draft, &policy, case, department);
    }
}

/// The departments that the case's tier needs and that neither the case nor its area has asked yet.
///
/// A P0 always asks for itself, whatever its area asked; any other case only when its tier is above its area's.
pub(crate) fn still_to_ask_for(tables: &Tables, policy: &Policy, case: &Case) -> Vec<DepartmentId> {
    let area = colour_for(tables, &case.jurisdiction.code);
    let (priority, tier) = (case.grade.priority.value, case.grade.tier_asked);
    if !case_asks_itself(policy, priority, tier, area) {
        return Vec::new();
    }
    let mut asked: BTreeSet<DepartmentId> = tables
        .escalations_of(case.id)
        .into_iter()
        .filter(|e| !e.for_information)
        .filter(|e| priority != Priority::P0 || e.ended != Some(EscalationEnd::JoinedArea))
        .map(|e| e.department.clone())
        .collect();
    let street = &case.jurisdiction.code;
    let mut wanted = departments_for_case(policy, tier, street);
    if !tables.jurisdictions.contains_key(street) {
        // A case of the command desk lies in no street whose office could be asked.
        wanted.retain(|department| *department != DepartmentId::street(street));
    }
    if priority != Priority::P0 {
        asked.extend(
            wanted
                .iter()
                .filter(|department| {
                    !asked_by_area(tables, department, &case.jurisdiction.code).is_empty()
                })
                .cloned(),
        );
    }
    still_to_ask(&wanted, &asked)
}

/// The escalations with which the area of a street has asked a department and that have not ended.
pub(crate) fn asked_by_area(
    tables: &Tables,
    department: &DepartmentId,
    street: &JurisdictionCode,
) -> Vec<EscalationId> {
    tables
        .area_escalations
        .get(department)
        .into_iter()
        .flatten()
        .filter(|id| {
            tables
                .escalations
                .get(*id)
                .is_some_and(|e| e.jurisdictions.contains(street))
        })
        .copied()
        .collect()
}

/// Opens one escalation for a case.
pub(crate) fn ask(
    draft: &mut Draft<'_, '_>,
    policy: &Policy,
    case: &Case,
    department: DepartmentId,
) -> EscalationId {
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let within = acknowledge_within_for_case(policy, case.grade.priority.value, area);
    let tier = case.grade.tier_asked;
    let escalation = Escalation {
        case_id: Some(case.id),
        tier,
        reasons: vec![escalation_reason(policy, tier, &department)],
        drill: case.drill,
        ..blank(draft, department, within)
    };
    open(draft, escalation)
}

/// Opens an escalation and tells the department's desk.
pub(crate) fn open(draft: &mut Draft<'_, '_>, escalation: Escalation) -> EscalationId {
    let (id, case_id, department) = (
        escalation.id,
        escalation.case_id,
        escalation.department.clone(),
    );
    draft.push(Event::EscalationOpened {
        escalation: Box::new(escalation),
    });
    tell_desk(draft, id, case_id, department);
    id
}

/// Tells a department's desk that it is asked.
pub(crate) fn tell_desk(
    draft: &mut Draft<'_, '_>,
    id: EscalationId,
    case_id: Option<CaseId>,
    department: DepartmentId,
) {
    let mut notice = draft.notice(
        Addressee::Department { department },
        NoticeAbout::EscalationOpened,
    );
    notice.case_id = case_id;
    notice.escalation_id = Some(id);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}

/// An escalation of now with a limit and its ladder, about nothing yet.
pub(crate) fn blank(
    draft: &mut Draft<'_, '_>,
    department: DepartmentId,
    within: Span,
) -> Escalation {
    let now = draft.now();
    let id = EscalationId(draft.new_id());
    let steps = if within == Span::ZERO {
        Vec::new()
    } else {
        ladder_steps(draft, within)
    };
    Escalation {
        id,
        case_id: None,
        change_id: None,
        cases: Vec::new(),
        jurisdictions: Vec::new(),
        tier: Tier::Three,
        department,
        opened_at: now,
        within,
        acknowledge_by: now + within,
        steps,
        for_information: false,
        missed_at: None,
        acknowledged_at: None,
        acknowledged_by: None,
        acknowledged_account: None,
        late: false,
        eta: None,
        ask_again_at: None,
        asked_again: false,
        reports: Vec::new(),
        completed_at: None,
        part: None,
        transferred_to: None,
        declined: None,
        ended: None,
        ended_at: None,
        reasons: Vec::new(),
        drill: draft.heading.drill,
        seq: 0,
    }
}

/// The ladder of a department that counts from now.
pub(crate) fn ladder_steps(draft: &Draft<'_, '_>, within: Span) -> Vec<LadderStep> {
    department_step_times(&draft.policy, draft.now(), within)
        .into_iter()
        .map(|at| LadderStep { at, fired_at: None })
        .collect()
}

/// The escalations of its area that a case is not listed with yet.
pub(crate) fn lists_to_join(tables: &Tables, case: &Case) -> Vec<EscalationId> {
    if case.drill || tables.area_escalations.is_empty() {
        return Vec::new();
    }
    let listed = tables.area_escalations_of_case.get(&case.id);
    tables
        .area_escalations
        .values()
        .flatten()
        .filter(|id| listed.is_none_or(|listed| !listed.contains(*id)))
        .filter(|id| {
            tables
                .escalations
                .get(*id)
                .is_some_and(|e| e.jurisdictions.contains(&case.jurisdiction.code))
        })
        .copied()
        .collect()
}

/// Lists cases with an escalation of their area.
pub(crate) fn join_list(
    draft: &mut Draft<'_, '_>,
    escalation_id: EscalationId,
    cases: Vec<CaseId>,
) {
    let Some(tier) = draft.tables.escalations.get(&escalation_id).map(|e| e.tier) else {
        return;
    };
    draft.push(Event::EscalationWidened {
        escalation_id,
        tier,
        jurisdictions: Vec::new(),
        cases,
    });
}

/// Ends the unanswered escalations of a case whose department its area has asked; a P0 keeps its own.
pub(crate) fn join_area(draft: &mut Draft<'_, '_>, case: &Case) {
    if case.grade.priority.value == Priority::P0 || case.drill {
        return;
    }
    let tables = &draft.tables;
    let joining: Vec<EscalationId> = tables
        .escalations_of(case.id)
        .into_iter()
        .filter(|e| e.is_unanswered())
        .filter(|e| !asked_by_area(tables, &e.department, &case.jurisdiction.code).is_empty())
        .map(|e| e.id)
        .collect();
    for escalation_id in joining {
        draft.push(Event::EscalationEnded {
            escalation_id,
            ended: EscalationEnd::JoinedArea,
        });
        cancel_calls(draft, escalation_id);
    }
}

/// Cancels what is queued about one escalation and nothing else.
pub(crate) fn cancel_calls(draft: &mut Draft<'_, '_>, escalation_id: EscalationId) {
    let notices: Vec<NoticeId> = draft
        .tables
        .queued_of_escalation
        .get(&escalation_id)
        .into_iter()
        .flatten()
        .filter(|id| {
            draft
                .tables
                .notices
                .get(*id)
                .is_some_and(|n| n.about != NoticeAbout::ClosedWithoutAnswer)
        })
        .copied()
        .collect();
    if !notices.is_empty() {
        draft.push(Event::NoticesCancelled { notices });
    }
}
