//! The picture of an audience at one moment: what a client starts from, and what folding the feed must lead to.

use std::collections::BTreeSet;

use model::case::CaseState;
use model::id::{CaseId, EscalationId, JurisdictionCode, TaskId, UnitId};
use model::task::Task;
use model::view::background::UnitPositionView;
use model::view::live::SnapshotView;
use policy::action::Action;
use policy::permission::{Scope, scopes};

use super::audience::Audience;
use super::shown::Shown;
use crate::context::UnitPosition;
use crate::rights;

/// The picture of an audience. Positions are the caller's to add: they are no part of what events keep true.
pub fn snapshot(shown: &Shown<'_>, audience: &Audience) -> SnapshotView {
    let (tables, policy) = (shown.tables, shown.policy);
    let cases: Vec<CaseId> = tables
        .active
        .values()
        .flatten()
        .copied()
        .collect::<BTreeSet<CaseId>>()
        .into_iter()
        .filter(|id| audience.pictures_case(policy, tables, *id))
        .collect();
    let mut tasks: BTreeSet<TaskId> = BTreeSet::new();
    let mut escalations: BTreeSet<EscalationId> = BTreeSet::new();
    for id in &cases {
        tasks.extend(tables.tasks_of(*id).into_iter().map(|task| task.id));
        escalations.extend(tables.escalations_of(*id).into_iter().map(|e| e.id));
    }
    let running = tables
        .tasks_of_unit
        .values()
        .flatten()
        .chain(tables.waiting.iter())
        .filter_map(|id| tables.tasks.get(id));
    let of_departments = tables
        .tasks
        .values()
        .filter(|task| task.department.is_some() && !task.state.is_over());
    tasks.extend(
        running
            .chain(of_departments)
            .filter(|task| audience.pictures_task(policy, tables, task))
            .map(|task| task.id),
    );
    escalations.extend(
        tables
            .open_escalations
            .values()
            .flatten()
            .filter_map(|id| tables.escalations.get(id))
            .filter(|e| audience.pictures_escalation(policy, tables, e))
            .map(|e| e.id),
    );
    SnapshotView {
        seq: tables.head,
        at: shown.stamp(tables.now),
        drill: tables.drill,
        policy: tables.policy_id.to_string(),
        cases: cases
            .into_iter()
            .filter_map(|id| shown.case_row(id))
            .collect(),
        tasks: tasks
            .into_iter()
            .filter_map(|id| tables.tasks.get(&id))
            .map(|task| shown.task(task))
            .collect(),
        escalations: escalations
            .into_iter()
            .filter_map(|id| tables.escalations.get(&id))
            .map(|escalation| shown.escalation(escalation))
            .collect(),
        area_warnings: shown
            .areas()
            .into_iter()
            .filter(|area| audience.wants_street(&area.jurisdiction))
            .collect(),
        units: tables.units.values().map(|unit| shown.unit(unit)).collect(),
        resources: tables
            .resources
            .values()
            .map(|resource| shown.resource(resource))
            .collect(),
        positions: Vec::new(),
    }
}

/// The newest positions that an audience may see: command and auditor all, a street those of its units and of units
/// under way to its cases, a patrol its own, a department none.
pub fn positions<'p>(
    shown: &Shown<'_>,
    audience: &Audience,
    fixes: impl Iterator<Item = (&'p UnitId, &'p UnitPosition)>,
) -> Vec<UnitPositionView> {
    fixes
        .filter(|(unit, _)| sees_position(shown, audience, unit))
        .map(|(unit, fix)| shown.unit_position(unit, fix))
        .collect()
}

/// Whether an audience may see where a unit is.
pub fn sees_position(shown: &Shown<'_>, audience: &Audience, unit: &UnitId) -> bool {
    let (tables, policy) = (shown.tables, shown.policy);
    let reach = rights::of_unit(tables, unit);
    let street: Option<&JurisdictionCode> = tables
        .units
        .get(unit)
        .and_then(|unit| unit.jurisdiction.as_ref());
    let wanted = street.is_none_or(|code| audience.wants_street(code));
    let for_itself = wanted && reach.reaches(policy, audience.actor(), Action::CaseRead);
    let on_its_way = || {
        // Only where the right lies in a street: a patrol sees no other patrol, a department none at all.
        scopes(policy, Action::CaseRead, audience.actor().role).contains(&Scope::OwnJurisdiction)
            && tables.tasks_of_unit.get(unit).is_some_and(|held| {
                held.iter()
                    .filter_map(|id| tables.tasks.get(id))
                    .any(|task| is_under_way_to(shown, audience, task))
            })
    };
    for_itself || on_its_way()
}

fn is_under_way_to(shown: &Shown<'_>, audience: &Audience, task: &Task) -> bool {
    task.state.is_under_way()
        && task.case_id.is_some_and(|id| {
            shown
                .tables
                .root(id)
                .is_some_and(|root| root.state != CaseState::Closed)
                && audience.sees_case(shown.policy, shown.tables, id)
        })
}
