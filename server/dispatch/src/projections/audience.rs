//! Who looks: everybody with equal rights and equal areas is one audience, for whom a frame is built once.
//! Also: what belongs to the picture of an audience. The picture is what goes on now; what is over leaves it.

use std::collections::BTreeSet;

use model::actor::Actor;
use model::case::{Case, CaseState};
use model::escalation::Escalation;
use model::id::{AccountName, CaseId, JurisdictionCode};
use model::task::Task;
use policy::action::Action;
use policy::permission::{Scope, scopes};
use policy::policy::Policy;

use crate::rights;
use crate::tables::Tables;

/// Those who see the same. Ordered, so that it can be a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Audience {
    /// Role and scope; the account only where a right hangs on it.
    actor: Actor,
    /// The streets asked for; empty = everything that the rights reach.
    areas: BTreeSet<JurisdictionCode>,
}

impl Audience {
    /// The audience of an account. What gives it no right to see is left out, so that equals are equal.
    pub fn of(policy: &Policy, actor: &Actor, areas: BTreeSet<JurisdictionCode>) -> Self {
        let reading = [Action::CaseRead, Action::TaskRead, Action::EscalationRead];
        let hangs_on = |wanted: Scope| {
            reading
                .iter()
                .any(|action| scopes(policy, *action, actor.role).contains(&wanted))
        };
        let mut actor = actor.clone();
        if !hangs_on(Scope::OwnReports) {
            actor.account = AccountName(String::new());
        }
        if !hangs_on(Scope::OwnUnit) {
            actor.unit = None;
        }
        if !hangs_on(Scope::OwnJurisdiction) {
            actor.jurisdictions.clear();
        }
        if !hangs_on(Scope::OwnDepartment) && !hangs_on(Scope::WhereEscalated) {
            actor.department = None;
        }
        Self { actor, areas }
    }

    /// Role and scope.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The streets asked for.
    pub const fn areas(&self) -> &BTreeSet<JurisdictionCode> {
        &self.areas
    }

    /// Whether every case of the district may be read, and no areas were asked for.
    pub fn sees_everything(&self, policy: &Policy) -> bool {
        self.areas.is_empty()
            && scopes(policy, Action::CaseRead, self.actor.role).contains(&Scope::All)
    }

    /// Whether a street was asked for.
    pub fn wants_street(&self, code: &JurisdictionCode) -> bool {
        self.areas.is_empty() || self.areas.contains(code)
    }

    /// Whether a case (through the group it belongs to) may be read and was asked for.
    pub fn sees_case(&self, policy: &Policy, tables: &Tables, id: CaseId) -> bool {
        let Some(root) = tables.root(id) else {
            return false;
        };
        if self.sees_everything(policy) {
            return true;
        }
        let wanted = self.areas.is_empty()
            || tables
                .group(root.id)
                .into_iter()
                .any(|case| self.areas.contains(&case.jurisdiction.code));
        wanted && rights::sees_case(policy, tables, &self.actor, root)
    }

    /// Whether a task may be read and was asked for: through its case, or for itself.
    pub fn sees_task(&self, policy: &Policy, tables: &Tables, task: &Task) -> bool {
        task.case_id
            .is_some_and(|id| self.sees_case(policy, tables, id))
            || (self.wants_street(&task.jurisdiction)
                && rights::sees_task_itself(policy, tables, &self.actor, task))
    }

    /// Whether an escalation may be read and was asked for: through its case, or for itself.
    pub fn sees_escalation(
        &self,
        policy: &Policy,
        tables: &Tables,
        escalation: &Escalation,
    ) -> bool {
        if let Some(id) = escalation.case_id
            && self.sees_case(policy, tables, id)
        {
            return true;
        }
        let wanted = self.areas.is_empty()
            || escalation
                .case_id
                .and_then(|id| tables.cases.get(&id))
                .is_some_and(|case| self.areas.contains(&case.jurisdiction.code))
            || escalation
                .jurisdictions
                .iter()
                .any(|code| self.areas.contains(code));
        wanted
            && rights::of_escalation(tables, escalation).reaches(
                policy,
                &self.actor,
                Action::EscalationRead,
            )
    }

    /// Whether a case is in the picture: its own survivor, not closed, in sight.
    pub fn pictures_case(&self, policy: &Policy, tables: &Tables, id: CaseId) -> bool {
        tables.cases.get(&id).is_some_and(|case| is_live(case))
            && self.sees_case(policy, tables, id)
    }

    /// Whether a task is in the picture: with its case, or for itself while it is not over.
    pub fn pictures_task(&self, policy: &Policy, tables: &Tables, task: &Task) -> bool {
        let with_case = task.case_id.is_some_and(|id| {
            tables.root(id).is_some_and(|root| is_live(root)) && self.sees_case(policy, tables, id)
        });
        with_case || (!task.state.is_over() && self.sees_task(policy, tables, task))
    }

    /// Whether an escalation is in the picture: with its case, or for itself while it is not over.
    pub fn pictures_escalation(
        &self,
        policy: &Policy,
        tables: &Tables,
        escalation: &Escalation,
    ) -> bool {
        match escalation.case_id {
            Some(id) => {
                tables.root(id).is_some_and(|root| is_live(root))
                    && (self.sees_case(policy, tables, id)
                        || (escalation.is_open()
                            && self.sees_escalation(policy, tables, escalation)))
            }
            None => escalation.is_open() && self.sees_escalation(policy, tables, escalation),
        }
    }
}

/// Open or in follow-up, and not merged into another.
pub(crate) fn is_live(case: &Case) -> bool {
    case.state != CaseState::Closed && case.merged_into.is_none()
}
