//! What closing a case ends: its tasks, its unanswered escalations, everything queued for it. What was done stays.

use model::case::CaseState;
use model::deadline::{Addressee, NoticeAbout};
use model::escalation::EscalationEnd;
use model::event::Event;
use model::id::{CaseId, DepartmentId, EscalationId, NoticeId, TaskId};
use model::reason::Reason;

use crate::draft::Draft;

/// Ends what a closed case leaves behind; does nothing for a case that is not closed or has nothing left.
pub(crate) fn settle_case(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    if case.state != CaseState::Closed {
        return;
    }
    cancel_queued(draft, case.id);
    withdraw_tasks(draft, case.id);
    end_unanswered(draft, case.id);
}

/// Cancels what is queued for the case and for no other case that still needs it, except the one word about closing.
fn cancel_queued(draft: &mut Draft<'_, '_>, root: CaseId) {
    let tables = &draft.tables;
    let mut pointless: Vec<NoticeId> = tables
        .group(root)
        .into_iter()
        .filter_map(|member| tables.queued_of_case.get(&member.id))
        .flatten()
        .filter(|id| {
            tables.notices.get(*id).is_some_and(|notice| {
                notice.about != NoticeAbout::ClosedWithoutAnswer
                    && notice
                        .case_id
                        .iter()
                        .chain(&notice.cases)
                        .all(|id| is_over(draft, *id))
            })
        })
        .copied()
        .collect();
    pointless.sort_unstable();
    pointless.dedup();
    if !pointless.is_empty() {
        draft.push(Event::NoticesCancelled { notices: pointless });
    }
}

fn is_over(draft: &Draft<'_, '_>, id: CaseId) -> bool {
    draft
        .tables
        .root(id)
        .is_none_or(|case| case.state == CaseState::Closed)
}

fn withdraw_tasks(draft: &mut Draft<'_, '_>, root: CaseId) {
    let left: Vec<TaskId> = draft
        .tables
        .tasks_of(root)
        .into_iter()
        .filter(|task| !task.state.is_over())
        .map(|task| task.id)
        .collect();
    for task_id in left {
        draft.push(Event::TaskWithdrawn {
            task_id,
            reasons: vec![Reason::new("task/case_closed", draft.policy.id())],
        });
        draft.hands_changed = true;
    }
}

/// Ends unanswered escalations: each stays a miss, and its department gets one word and no further call.
fn end_unanswered(draft: &mut Draft<'_, '_>, root: CaseId) {
    let left: Vec<(EscalationId, DepartmentId, Option<CaseId>)> = draft
        .tables
        .escalations_of(root)
        .into_iter()
        .filter(|escalation| escalation.is_unanswered())
        .map(|e| (e.id, e.department.clone(), e.case_id))
        .collect();
    for (escalation_id, department, case_id) in left {
        draft.push(Event::EscalationEnded {
            escalation_id,
            ended: EscalationEnd::EndedUnanswered,
        });
        let mut notice = draft.notice(
            Addressee::Department { department },
            NoticeAbout::ClosedWithoutAnswer,
        );
        notice.case_id = case_id;
        notice.escalation_id = Some(escalation_id);
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
}
