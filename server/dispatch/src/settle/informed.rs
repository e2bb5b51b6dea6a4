//! Found out later: what one outbox both opens and closes asks nobody; each department that would have been asked is
//! told, without a limit and without a miss.

use model::case::CaseState;
use model::escalation::Escalation;
use model::event::Event;
use model::id::CaseId;
use model::time::Span;
use policy::escalation::escalation_reason;

use super::escalations::{blank, still_to_ask_for};
use crate::draft::Draft;

/// Tells the departments of a case that this outbox both opened and closed.
pub(crate) fn settle_case(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    let found_out_later =
        draft.in_sync && draft.is_new(case.id) && case.state == CaseState::Closed && !case.history;
    if !found_out_later {
        return;
    }
    let policy = draft.policy_of(&case);
    for department in still_to_ask_for(&draft.tables, &policy, &case) {
        let reason = escalation_reason(&policy, case.grade.tier_asked, &department);
        let escalation = Escalation {
            case_id: Some(case.id),
            for_information: true,
            tier: case.grade.tier_asked,
            reasons: vec![reason],
            ..blank(draft, department, Span::ZERO)
        };
        draft.push(Event::EscalationInformed {
            escalation: Box::new(escalation),
        });
    }
}
