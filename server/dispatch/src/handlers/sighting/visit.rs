//! The visit that a reporter makes for themself: always taken, beside the limit of a unit. It meets the deadlines that
//! its state stands for at the time it was recorded.

use model::command::OwnVisit;
use model::deadline::DeadlineKind;
use model::event::Event;
use model::id::CaseId;
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::task::{Task, TaskKind, TaskState};
use model::time::Instant;

use crate::draft::Draft;

/// Looks whether the visit can be made at all, before anything is decided.
///
/// # Errors
/// `unknown_word` for a state that no visit begins with, `command_id_reused` for a task id that is taken,
/// `role_may_not` for somebody who has neither a unit nor a department that could do it.
pub(crate) fn check(draft: &Draft<'_, '_>, visit: &OwnVisit) -> Result<(), Refusal> {
    if !visit.state.is_under_way() {
        return Err(Refusal::new(RefusalCode::UnknownWordGiven)
            .at("/task/state")
            .with("known", "accepted departed arrived"));
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

/// Makes the visit in the state it was reported in.
pub(crate) fn make(draft: &mut Draft<'_, '_>, visit: &OwnVisit, case_id: CaseId, at: Instant) {
    let Some(root) = draft.tables.root(case_id).cloned() else {
        return;
    };
    let actor = draft.heading.actor.clone();
    let by = |kind: DeadlineKind| root.deadlines.get(kind).map(|ladder| ladder.by);
    let task = Task {
        id: visit.id,
        case_id: Some(case_id),
        kind: TaskKind::Visit,
        jurisdiction: root.jurisdiction.code.clone(),
        department: if actor.unit.is_some() {
            None
        } else {
            actor.department
        },
        unit: actor.unit.clone(),
        resource: None,
        state: TaskState::Offered,
        self_made: true,
        by_hand: false,
        beside: None,
        returned_by: Vec::new(),
        look: false,
        made_at: draft.now(),
        offered_at: Some(at),
        offered_until: None,
        offered_before: Vec::new(),
        accepted_at: None,
        departed_at: None,
        arrived_at: None,
        ended_at: None,
        return_reason: None,
        acknowledge_by: by(DeadlineKind::Acknowledge),
        on_site_by: by(DeadlineKind::OnSite),
        outcome_by: by(DeadlineKind::Outcome),
        amended_seq: None,
        outcomes: Vec::new(),
        reasons: vec![Reason::new("assignment/self_made", draft.policy.id())],
    };
    draft.push(Event::TaskOffered {
        task: Box::new(task),
    });
    draft.push(Event::TaskAccepted {
        task_id: visit.id,
        unit: actor.unit,
        accepted_at: at,
    });
    let mut met = vec![DeadlineKind::Acknowledge];
    if visit.state == TaskState::Departed {
        draft.push(Event::TaskDeparted {
            task_id: visit.id,
            departed_at: at,
        });
    }
    if visit.state == TaskState::Arrived {
        draft.push(Event::TaskArrived {
            task_id: visit.id,
            arrived_at: at,
        });
        met.push(DeadlineKind::OnSite);
    }
    met.retain(|kind| {
        root.deadlines
            .get(*kind)
            .is_some_and(|ladder| ladder.met_at.is_none())
    });
    if !met.is_empty() {
        draft.push(Event::DeadlineMet {
            case_id: root.id,
            deadlines: met,
            met_at: at,
        });
    }
    draft.hands_changed = true;
}
