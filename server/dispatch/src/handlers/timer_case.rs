//! Timers of cases: steps of ladders, the repeated call to the district duty leader, the re-grade after a change of
//! colour. What is due at the same moment is decided together, so that one person gets one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::case::{Case, CaseState};
use model::deadline::{Addressee, DeadlineKind, NoticeStep, Timer};
use model::event::Event;
use model::grade::{Priority, Tier};
use model::id::{CaseId, ColourChangeId, DepartmentId, EscalationId, UnitId};
use model::reason::{Reason, Verdict};
use model::task::TaskState;
use policy::capacity::is_capacity_matter;
use policy::deadline::{
    AnyP0, Called, Step, StepVerdict, call_repeat, percent, regrade_portion, verdict_for_step,
};
use policy::escalation::lead;
use policy::facts::StepFacts;
use policy::policy::Policy;

use crate::draft::Draft;
use crate::settle::calls::{WantedCall, has_third_step_unmet, is_taken_since};
use crate::settle::escalations::{ask_all, join_area, join_list, lists_to_join};
use crate::settle::grade::{Cause, Regraded, end_lowerings, regrade_case};
use crate::tables::Tables;

/// Fires every step of every case ladder that is due now, at most one portion of cases.
pub(crate) fn case_step(draft: &mut Draft<'_, '_>, case_id: CaseId, kind: DeadlineKind) {
    let mut due = vec![(case_id, kind)];
    due.extend(due_now(draft, |timer| {
        if let Timer::CaseStep { case_id, kind } = timer {
            Some((*case_id, *kind))
        } else {
            None
        }
    }));
    let drill = draft.heading.drill;
    for (i, (case_id, kind)) in due.iter().enumerate() {
        if i == 0 || due.first() != Some(&(*case_id, *kind)) {
            fire(draft, *case_id, *kind);
        }
        draft.heading.drill = drill;
    }
}

/// What is due now of one kind of timer, at most one portion; the rest follows in the next decision.
pub(super) fn due_now<T>(draft: &Draft<'_, '_>, of: impl Fn(&Timer) -> Option<T>) -> Vec<T> {
    draft
        .tables
        .timers
        .iter()
        .take_while(|(at, _)| *at <= draft.now())
        .take(regrade_portion(&draft.policy))
        .filter_map(|(_, timer)| of(timer))
        .collect()
}

/// Fires the due steps of one ladder.
fn fire(draft: &mut Draft<'_, '_>, case_id: CaseId, kind: DeadlineKind) {
    let Some(case) = draft.tables.cases.get(&case_id).cloned() else {
        return;
    };
    let Some(ladder) = case.deadlines.get(kind) else {
        return;
    };
    let steps: Vec<usize> = ladder
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.fired_at.is_none() && step.at <= draft.now())
        .map(|(index, _)| index)
        .collect();
    if steps.is_empty() {
        return;
    }
    draft.heading.drill = draft.heading.drill || case.drill;
    if ladder.missed_at.is_none() {
        draft.push(Event::DeadlineMissed {
            case_id,
            deadline: kind,
            by: ladder.by,
        });
    }
    draft.concern(case_id);
    if waits_for_hands(&draft.tables, &case, kind) {
        draft.push(Event::LadderStepFired {
            case_id,
            deadline: kind,
            steps,
            reasons: Vec::new(),
        });
        return;
    }
    let policy = draft.policy_of(&case);
    let unit = unit_of(&draft.tables, &case);
    let mut tier = case.grade.tier.value;
    let verdicts: Vec<(Step, StepVerdict)> = steps
        .iter()
        .filter_map(|index| Step::from_index(*index))
        .map(|step| {
            let facts = StepFacts {
                step,
                priority: case.grade.priority.value,
                tier,
                has_unit: unit.is_some(),
            };
            let verdict = verdict_for_step(&policy, &facts);
            tier = verdict.raises_to.unwrap_or(tier);
            (step, verdict)
        })
        .collect();
    draft.push(Event::LadderStepFired {
        case_id,
        deadline: kind,
        steps,
        reasons: verdicts.iter().map(|(_, v)| v.reason.clone()).collect(),
    });
    for (step, verdict) in verdicts {
        take_effect(draft, &policy, &case, kind, step, &verdict, unit.as_ref());
    }
}

fn take_effect(
    draft: &mut Draft<'_, '_>,
    policy: &Policy,
    case: &Case,
    kind: DeadlineKind,
    step: Step,
    verdict: &StepVerdict,
    unit: Option<&UnitId>,
) {
    if let Some(tier) = verdict.raises_to {
        raise_tier(draft, case.id, tier, verdict.reason.clone());
    }
    for called in &verdict.called {
        draft.calls.push(WantedCall {
            addressee: addressee(&draft.tables, policy, case, *called, unit),
            step: NoticeStep {
                deadline: Some(kind),
                percent: step_number(policy, step),
            },
            case_id: Some(case.id),
            escalation_id: None,
            drill: draft.heading.drill,
        });
    }
    let untaken = draft
        .tables
        .cases
        .get(&case.id)
        .and_then(|case| case.deadlines.get(kind))
        .is_some_and(|ladder| !is_taken_since(&draft.tables, case, ladder));
    if verdict.calls_repeat && untaken {
        draft.untaken.insert(case.id);
    }
}

/// The number under which a step is shown: its place on the common ladder, also for a P0 whose steps come at once.
pub(super) fn step_number(policy: &Policy, step: Step) -> u32 {
    u32::try_from(percent(policy, Priority::P1, step)).unwrap_or(u32::MAX)
}

/// Raises the tier of a case as a ladder or a person does.
pub(super) fn raise_tier(draft: &mut Draft<'_, '_>, case_id: CaseId, to: Tier, reason: Reason) {
    let Some(case) = draft.tables.cases.get(&case_id).cloned() else {
        return;
    };
    let from = case.grade.tier.value;
    if to <= from {
        return;
    }
    let mut grade = case.grade.clone();
    grade.tier = Verdict::new(to, reason);
    grade.tier_asked = grade.tier_asked.max(to);
    draft.push(Event::CaseTierRaised {
        case_id,
        from,
        grade: Box::new(grade),
    });
}

/// While a P2 or P3 waits in the list nothing but the miss is recorded: that is a matter of hands, not of this case.
fn waits_for_hands(tables: &Tables, case: &Case, kind: DeadlineKind) -> bool {
    if kind != DeadlineKind::Acknowledge || !is_capacity_matter(case.grade.priority.value) {
        return false;
    }
    let tasks = tables.tasks_of(case.id);
    tasks.iter().any(|task| task.state == TaskState::Waiting)
        && !tasks
            .iter()
            .any(|task| task.state == TaskState::Offered || task.state.is_under_way())
}

/// The unit that has the work, or is offered it.
fn unit_of(tables: &Tables, case: &Case) -> Option<UnitId> {
    let tasks = tables.tasks_of(case.id);
    tasks
        .iter()
        .find(|task| task.state.is_under_way() && task.unit.is_some())
        .or_else(|| {
            tasks
                .iter()
                .find(|task| task.state == TaskState::Offered && task.unit.is_some())
        })
        .and_then(|task| task.unit.clone())
}

fn addressee(
    tables: &Tables,
    policy: &Policy,
    case: &Case,
    called: Called,
    unit: Option<&UnitId>,
) -> Addressee {
    let street = &case.jurisdiction.code;
    let has_street = tables.jurisdictions.contains_key(street);
    match (called, unit) {
        (Called::UnitLeader, Some(unit)) => Addressee::UnitLeader { unit: unit.clone() },
        // A case of the command desk has no street whose duty could be told.
        (Called::UnitLeader, None) | (Called::StreetDuty, _) if !has_street => {
            Addressee::DutyOfficer
        }
        (Called::UnitLeader, None) | (Called::StreetDuty, _) => Addressee::Department {
            department: DepartmentId::street(street),
        },
        // The desk of the rescue station: the body that leads the second tier.
        (Called::StationDesk, _) => Addressee::Department {
            department: lead(policy, Tier::Two, street),
        },
        (Called::DistrictDutyLeader, _) => Addressee::DistrictDutyLeader,
    }
}

/// Calls the district duty leader for all untaken cases together, and arms the next call.
pub(crate) fn duty_call(draft: &mut Draft<'_, '_>) {
    let mut waiting: Vec<(CaseId, DeadlineKind, bool)> = Vec::new();
    let mut left: Vec<CaseId> = Vec::new();
    let mut any_p0 = AnyP0::No;
    for id in &draft.tables.duty_call_cases {
        let still = draft
            .tables
            .cases
            .get(id)
            .filter(|case| case.state == CaseState::Open && case.merged_into.is_none());
        match still.and_then(|case| Some((case, has_third_step_unmet(case)?))) {
            Some((case, kind)) => {
                waiting.push((*id, kind, case.drill));
                if case.grade.priority.value == Priority::P0 {
                    any_p0 = AnyP0::Yes;
                }
            }
            None => left.push(*id),
        }
    }
    for (case_id, kind, drill) in &waiting {
        draft.calls.push(WantedCall {
            addressee: Addressee::DistrictDutyLeader,
            step: NoticeStep {
                deadline: Some(*kind),
                percent: WantedCall::REPEATED,
            },
            case_id: Some(*case_id),
            escalation_id: None,
            drill: *drill,
        });
    }
    let next_at = (!waiting.is_empty()).then(|| draft.now() + call_repeat(&draft.policy, any_p0));
    draft.push(Event::DutyCallsSet {
        next_at,
        joined: Vec::new(),
        left,
    });
}

/// Grades one portion of the cases that wait after a change of colour, most urgent first.
pub(crate) fn regrade(draft: &mut Draft<'_, '_>) {
    let portion: Vec<(CaseId, ColourChangeId)> = draft
        .tables
        .regrade
        .iter()
        .take(regrade_portion(&draft.policy))
        .map(|((_, id), change)| (*id, *change))
        .collect();
    let drill = draft.heading.drill;
    let mut same: Vec<CaseId> = Vec::new();
    let mut lists: BTreeMap<EscalationId, Vec<CaseId>> = BTreeMap::new();
    for (id, change_id) in portion {
        let active = draft
            .tables
            .cases
            .get(&id)
            .filter(|c| c.state != CaseState::Closed && c.merged_into.is_none() && !c.history)
            .cloned();
        let Some(case) = active else {
            same.push(id);
            continue;
        };
        draft.heading.drill = drill || case.drill;
        let rose = rose(&draft.tables, &case, change_id);
        if rose {
            end_lowerings(draft, &case, "colour_rose");
        }
        if regrade_case(draft, id, Cause::Colour { change_id, rose }) == Regraded::Same {
            same.push(id);
        }
        follow_area(draft, &case, &mut lists);
        draft.heading.drill = drill;
    }
    for (escalation_id, cases) in lists {
        join_list(draft, escalation_id, cases);
    }
    if !same.is_empty() {
        draft.push(Event::CaseRegraded { cases: same });
    }
}

/// Lists a case with the escalations of its area, lets its own unanswered ones join them, and asks for itself whom its
/// tier still needs.
fn follow_area(
    draft: &mut Draft<'_, '_>,
    case: &Arc<Case>,
    lists: &mut BTreeMap<EscalationId, Vec<CaseId>>,
) {
    let Some(case) = draft.tables.cases.get(&case.id).cloned() else {
        return;
    };
    for escalation_id in lists_to_join(&draft.tables, &case) {
        lists.entry(escalation_id).or_default().push(case.id);
    }
    join_area(draft, &case);
    ask_all(draft, &case);
}

/// Whether a change raised the colour of the case's street.
fn rose(tables: &Tables, case: &Case, change_id: ColourChangeId) -> bool {
    let of_desk = !tables.jurisdictions.contains_key(&case.jurisdiction.code);
    tables.changes.get(&change_id).is_some_and(|change| {
        change.streets.iter().any(|street| {
            (of_desk || street.warning.jurisdiction == case.jurisdiction.code)
                && street.warning.level > street.from
        })
    })
}
