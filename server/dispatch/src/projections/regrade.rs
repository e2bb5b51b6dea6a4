//! What a policy would say of a case as it stands: for comparing two policies over a journal. Changes nothing.

use model::grade::{Level, Priority, Tier};
use model::id::CaseId;
use model::time::Span;
use policy::deadline::lengths;
use policy::policy::Policy;

use crate::settle::grade::judge::{colour_for, judge};
use crate::tables::Tables;

/// What a policy says of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidOfCase {
    /// Priority.
    pub priority: Priority,
    /// Warning level.
    pub warning_level: Level,
    /// Tier.
    pub tier: Tier,
    /// Length of the acknowledge deadline.
    pub acknowledge: Span,
    /// Length of the on-site deadline.
    pub on_site: Span,
    /// Length of the outcome deadline.
    pub outcome: Span,
}

/// Grades a case as it stands in the tables under a policy, with the colours as they stand. None for an unknown id.
pub fn said_of_case(tables: &Tables, policy: &Policy, case_id: CaseId) -> Option<SaidOfCase> {
    let case = tables.root(case_id)?;
    let grade = judge(tables, policy, case.id)?.grade;
    let priority = grade.priority.value;
    let lengths = lengths(
        policy,
        priority,
        colour_for(tables, &case.jurisdiction.code),
    );
    Some(SaidOfCase {
        priority,
        warning_level: grade.warning_level.value,
        tier: grade.tier.value,
        acknowledge: lengths.acknowledge,
        on_site: lengths.on_site,
        outcome: lengths.outcome,
    })
}
