//! Lists that are read page by page: cases, tasks, escalations. What may not be seen is not in them.

use model::actor::{Actor, Role};
use model::case::{Case, CaseState};
use model::grade::{Level, Tier};
use model::id::{CaseId, DepartmentId, EscalationId, JurisdictionCode};
use model::view::case::{CaseRow, CaseView};
use model::view::escalation::EscalationView;
use model::view::person::PersonView;
use model::view::task::TaskView;
use policy::action::Action;

use super::audience::Audience;
use super::shown::Shown;
use crate::rights;

/// Rows of one page unless fewer are asked for.
pub const PAGE_MAX: usize = 500;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; absent at the end.
    pub next: Option<String>,
}

/// A box of degrees; a case without a position lies in none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Degrees east.
    pub west: f64,
    /// Degrees north.
    pub south: f64,
    /// Degrees east.
    pub east: f64,
    /// Degrees north.
    pub north: f64,
}

/// Which cases are asked for; what is absent keeps all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseFilter {
    /// Where.
    pub bounds: Option<Bounds>,
    /// Warning level.
    pub level: Option<Level>,
    /// Tier.
    pub tier: Option<Tier>,
    /// Street.
    pub jurisdiction: Option<JurisdictionCode>,
    /// True: open and in follow-up; false: closed.
    pub open: Option<bool>,
    /// Where the page begins: the `next` of the page before.
    pub cursor: Option<String>,
    /// Rows of the page.
    pub limit: Option<usize>,
}

impl Shown<'_> {
    /// Cases, newest first; a merged case stands in its survivor.
    pub fn cases(&self, audience: &Audience, filter: &CaseFilter) -> Page<CaseRow> {
        let mut found: Vec<&Case> = self
            .candidates(filter)
            .into_iter()
            .filter(|case| self.fits(case, filter))
            .filter(|case| audience.sees_case(self.policy, self.tables, case.id))
            .collect();
        found.sort_by_key(|case| std::cmp::Reverse((case.opened_at, case.id)));
        let cut = page(found, filter.cursor.as_deref(), filter.limit, |case| {
            format!("{}.{}", case.opened_at.as_ms(), case.id)
        });
        Page {
            items: cut
                .items
                .into_iter()
                .filter_map(|case| self.case_row(case.id))
                .collect(),
            next: cut.next,
        }
    }

    fn candidates(&self, filter: &CaseFilter) -> Vec<&Case> {
        let tables = self.tables;
        if filter.open == Some(true) {
            let ids: Box<dyn Iterator<Item = &CaseId>> = match &filter.jurisdiction {
                Some(code) => Box::new(tables.active.get(code).into_iter().flatten()),
                None => Box::new(tables.active.values().flatten()),
            };
            ids.filter_map(|id| tables.cases.get(id).map(AsRef::as_ref))
                .collect()
        } else {
            tables.cases.values().map(AsRef::as_ref).collect()
        }
    }

    fn fits(&self, case: &Case, filter: &CaseFilter) -> bool {
        let inside = |bounds: Bounds| {
            self.tables.position_of(case).is_some_and(|stored| {
                let (lon, lat) = (stored.position.lon(), stored.position.lat());
                lon >= bounds.west
                    && lon <= bounds.east
                    && lat >= bounds.south
                    && lat <= bounds.north
            })
        };
        case.merged_into.is_none()
            && filter
                .open
                .is_none_or(|open| open == (case.state != CaseState::Closed))
            && filter
                .level
                .is_none_or(|level| case.grade.warning_level.value == level)
            && filter.tier.is_none_or(|tier| case.grade.tier.value == tier)
            && filter
                .jurisdiction
                .as_ref()
                .is_none_or(|code| case.jurisdiction.code == *code)
            && filter.bounds.is_none_or(inside)
    }

    /// A whole case, if it may be seen. A merged one answers with itself and its survivor's id.
    pub fn case_for(&self, audience: &Audience, id: CaseId) -> Option<CaseView> {
        audience
            .sees_case(self.policy, self.tables, id)
            .then(|| self.case(id))
            .flatten()
    }

    /// Tasks that are not over, the most urgent deadline first; `mine` keeps those of the actor's unit or department.
    pub fn tasks(&self, audience: &Audience, actor: &Actor, mine: bool) -> Vec<TaskView> {
        let is_mine = |task: &model::task::Task| {
            (actor.unit.is_some() && task.unit == actor.unit)
                || task
                    .department
                    .as_ref()
                    .is_some_and(|department| actor.answers_for(department))
        };
        let mut tasks: Vec<_> = self
            .tables
            .tasks
            .values()
            .filter(|task| !task.state.is_over() && (!mine || is_mine(task)))
            .filter(|task| audience.sees_task(self.policy, self.tables, task))
            .collect();
        tasks.sort_by_key(|task| {
            let due = task.acknowledge_by.or(task.on_site_by).or(task.outcome_by);
            (due.is_none(), due, task.made_at, task.id)
        });
        tasks.into_iter().map(|task| self.task(task)).collect()
    }

    /// Escalations, of one department if asked for, newest first; `open` keeps those that are, or are not, over.
    pub fn escalations(
        &self,
        audience: &Audience,
        department: Option<&DepartmentId>,
        open: Option<bool>,
        cursor: Option<&str>,
        limit: Option<usize>,
    ) -> Page<EscalationView> {
        let tables = self.tables;
        let mut found: Vec<_> = tables
            .escalations
            .values()
            .filter(|e| department.is_none_or(|department| e.department == *department))
            .filter(|e| open.is_none_or(|open| open == e.is_open()))
            .filter(|e| audience.sees_escalation(self.policy, tables, e))
            .collect();
        found.sort_by_key(|e| std::cmp::Reverse((e.opened_at, e.id)));
        let cut = page(found, cursor, limit, |e| {
            format!("{}.{}", e.opened_at.as_ms(), e.id)
        });
        Page {
            items: cut.items.into_iter().map(|e| self.escalation(e)).collect(),
            next: cut.next,
        }
    }

    /// One escalation, if it may be seen.
    pub fn escalation_for(&self, audience: &Audience, id: EscalationId) -> Option<EscalationView> {
        let escalation = self.tables.escalations.get(&id)?;
        audience
            .sees_escalation(self.policy, self.tables, escalation)
            .then(|| self.escalation(escalation))
    }

    /// Persons of whose cases the actor may decide, by id. No names, no looks.
    pub fn persons(&self, actor: &Actor) -> Vec<PersonView> {
        let may = matches!(actor.role, Role::Auditor);
        self.tables
            .persons
            .values()
            .filter(|person| {
                may || rights::of_person(self.tables, person.id).reaches(
                    self.policy,
                    actor,
                    Action::PersonJoin,
                )
            })
            .map(|person| self.person(person))
            .collect()
    }
}

/// Cuts a page out of a sorted list: after the row whose key is the cursor.
pub fn page<T>(
    sorted: Vec<T>,
    cursor: Option<&str>,
    limit: Option<usize>,
    key: impl Fn(&T) -> String,
) -> Page<T> {
    let limit = limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let mut items = Vec::new();
    let mut next = None;
    let mut last_key = None;
    let mut begun = cursor.is_none();
    for item in sorted {
        if !begun {
            begun = cursor == Some(key(&item).as_str());
            continue;
        }
        if items.len() == limit {
            next = last_key;
            break;
        }
        last_key = Some(key(&item));
        items.push(item);
    }
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all: Vec<u32> = (0..7).collect();
        let mut cursor: Option<String> = None;
        let mut read = Vec::new();
        for _ in 0..10 {
            let cut = page(all.clone(), cursor.as_deref(), Some(3), u32::to_string);
            read.extend(cut.items);
            cursor = cut.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(read, all);
    }

    #[test]
    fn a_full_last_page_has_no_next() {
        let cut = page(vec![1, 2, 3], None, Some(3), i32::to_string);
        assert_eq!((cut.items, cut.next), (vec![1, 2, 3], None));
    }
}
