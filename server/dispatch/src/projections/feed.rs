//! One committed event as one audience sees it: whole, or not at all.
//!
//! The event carries the whole view of everything that it changed and the ids of what left the picture, so that a
//! client has nothing to judge. What comes into sight is told before it (`case.shown`), what leaves sight after it
//! (`case.hidden`), both under its seq.

use std::collections::BTreeSet;

use model::event::{Event, RecordedEvent};
use model::id::{CaseId, EscalationId, TaskId};
use model::view::live::{FeedData, FeedEvent, Gone, HiddenData, ShownData, Written};
use policy::policy::PolicyBook;
use serde::Serialize;

use super::audience::{Audience, is_live};
use super::shown::Shown;
use super::touched::{Touched, touched};
use crate::tables::Tables;

/// More events than this at once, or more things in one: a new snapshot is less.
pub const AT_ONCE_MAX: usize = 256;

/// What an audience is told about one event.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// These, in this order; none when it is hidden.
    Events(Vec<FeedEvent>),
    /// So much changed for it that it should take a new snapshot.
    Resync,
}

/// What an audience is told about a committed event, from the tables before and after it.
pub fn feed_event(
    book: &PolicyBook,
    audience: &Audience,
    before: &Tables,
    after: &Tables,
    recorded: &RecordedEvent,
) -> Told {
    let touched = touched(before, after, recorded);
    if touched.anew {
        return Told::Resync;
    }
    let look = Look {
        was: Shown::new(before, book),
        is: Shown::new(after, book),
        audience,
    };
    let sights = look.sights(&touched);
    let n_moves = sights.iter().filter(|s| s.before != s.after).count();
    let n_things = touched.units.len() + touched.resources.len() + touched.tasks.len();
    if n_moves > AT_ONCE_MAX || n_things > AT_ONCE_MAX {
        return Told::Resync;
    }
    let mut events = Vec::new();
    for sight in sights.iter().filter(|s| s.comes_into_sight()) {
        if let Some(shown) = look.shown(sight.root) {
            events.push(look.event(recorded, "case.shown", &shown));
        }
    }
    if let Some(data) = look.data(&touched, &sights, recorded) {
        events.push(look.event(recorded, recorded.new.event.kind(), &data));
    }
    for sight in sights.iter().filter(|s| s.leaves_sight()) {
        events.push(look.event(recorded, "case.hidden", &look.hidden(sight.root)));
    }
    // A view is made of values that JSON has. Should one not be, a new snapshot is the honest answer.
    events
        .into_iter()
        .collect::<Result<_, _>>()
        .map_or(Told::Resync, Told::Events)
}

/// One root case before and after the event.
#[derive(Clone, Copy, Debug)]
struct Sight {
    root: CaseId,
    /// Whether it was there before.
    known: bool,
    before: bool,
    after: bool,
    /// Whether it stands for itself after the event.
    is_root: bool,
    /// Whether it began or ceased to be part of what goes on.
    live_changed: bool,
    /// Whether the event says something about it, or only changes who sees it.
    said: bool,
}

impl Sight {
    const fn comes_into_sight(&self) -> bool {
        self.known && self.is_root && self.after && !self.before
    }

    const fn leaves_sight(&self) -> bool {
        self.known && self.before && !self.after
    }
}

struct Look<'a> {
    was: Shown<'a>,
    is: Shown<'a>,
    audience: &'a Audience,
}

impl Look<'_> {
    fn event<T: Serialize>(
        &self,
        recorded: &RecordedEvent,
        kind: &str,
        data: &T,
    ) -> Result<FeedEvent, serde_json::Error> {
        Ok(FeedEvent {
            seq: recorded.seq,
            at: self.is.stamp(recorded.at),
            kind: kind.to_owned(),
            data: Written::of(data)?,
        })
    }

    /// The roots of everything touched, in the order of their ids.
    fn sights(&self, touched: &Touched) -> Vec<Sight> {
        let (before, after) = (self.was.tables, self.is.tables);
        let answers = touched
            .escalation
            .and_then(|id| after.escalations.get(&id))
            .is_some_and(|e| self.audience.actor().answers_for(&e.department));
        let sight = if answers {
            touched.sight.clone()
        } else {
            BTreeSet::new()
        };
        let mut roots: BTreeSet<CaseId> = BTreeSet::new();
        let mut said: BTreeSet<CaseId> = BTreeSet::new();
        for (id, is_said) in touched
            .cases
            .iter()
            .map(|id| (id, true))
            .chain(sight.iter().map(|id| (id, false)))
        {
            let named = touched.moved.then_some(*id);
            let of = [before, after]
                .into_iter()
                .filter_map(|tables| tables.root(*id).map(|root| root.id))
                .chain(named);
            for root in of {
                roots.insert(root);
                if is_said {
                    said.insert(root);
                }
            }
        }
        let live =
            |tables: &Tables, id: CaseId| tables.cases.get(&id).is_some_and(|case| is_live(case));
        roots
            .into_iter()
            .map(|root| Sight {
                root,
                known: before.cases.contains_key(&root),
                before: self.audience.sees_case(self.was.policy, before, root),
                after: self.audience.sees_case(self.is.policy, after, root),
                is_root: after
                    .cases
                    .get(&root)
                    .is_some_and(|case| case.merged_into.is_none()),
                live_changed: live(before, root) != live(after, root),
                said: said.contains(&root),
            })
            .collect()
    }

    fn shown(&self, id: CaseId) -> Option<ShownData> {
        let case = self.is.case(id)?;
        let mut gone = Gone::default();
        if !self.pictures_case(id) {
            gone.cases.push(id);
        }
        let group_tasks = self.is.tables.tasks_of(id);
        gone.tasks = group_tasks
            .into_iter()
            .map(|task| task.id)
            .filter(|id| !self.pictures_task(*id))
            .collect();
        gone.escalations = self
            .is
            .tables
            .escalations_of(id)
            .into_iter()
            .map(|escalation| escalation.id)
            .filter(|id| !self.pictures_escalation(*id))
            .collect();
        Some(ShownData {
            case_id: id,
            case: Box::new(case),
            gone,
        })
    }

    fn hidden(&self, id: CaseId) -> HiddenData {
        let (tasks, escalations) = self.belongings(id);
        HiddenData {
            case_id: id,
            gone: Gone {
                cases: vec![id],
                tasks: tasks
                    .into_iter()
                    .filter(|id| !self.pictures_task(*id))
                    .collect(),
                escalations: escalations
                    .into_iter()
                    .filter(|id| !self.pictures_escalation(*id))
                    .collect(),
            },
        }
    }

    /// Tasks and escalations of a case before and after.
    fn belongings(&self, id: CaseId) -> (BTreeSet<TaskId>, BTreeSet<EscalationId>) {
        let mut tasks = BTreeSet::new();
        let mut escalations = BTreeSet::new();
        for tables in [self.was.tables, self.is.tables] {
            if let Some(root) = tables.root(id).map(|root| root.id) {
                tasks.extend(tables.tasks_of(root).into_iter().map(|t| t.id));
                escalations.extend(tables.escalations_of(root).into_iter().map(|e| e.id));
            }
        }
        (tasks, escalations)
    }

    fn pictures_case(&self, id: CaseId) -> bool {
        self.audience
            .pictures_case(self.is.policy, self.is.tables, id)
    }

    fn pictures_task(&self, id: TaskId) -> bool {
        self.is.tables.tasks.get(&id).is_some_and(|task| {
            self.audience
                .pictures_task(self.is.policy, self.is.tables, task)
        })
    }

    fn pictures_escalation(&self, id: EscalationId) -> bool {
        self.is.tables.escalations.get(&id).is_some_and(|e| {
            self.audience
                .pictures_escalation(self.is.policy, self.is.tables, e)
        })
    }

    fn saw_or_sees_task(&self, id: TaskId) -> bool {
        [&self.was, &self.is].into_iter().any(|shown| {
            shown
                .tables
                .tasks
                .get(&id)
                .is_some_and(|task| self.audience.sees_task(shown.policy, shown.tables, task))
        })
    }

    fn saw_or_sees_escalation(&self, id: EscalationId) -> bool {
        [&self.was, &self.is].into_iter().any(|shown| {
            shown
                .tables
                .escalations
                .get(&id)
                .is_some_and(|e| self.audience.sees_escalation(shown.policy, shown.tables, e))
        })
    }

    /// What the event itself carries; none when it is hidden.
    fn data(
        &self,
        touched: &Touched,
        sights: &[Sight],
        recorded: &RecordedEvent,
    ) -> Option<FeedData> {
        let mut data = FeedData::default();
        let mut tasks = touched.tasks.clone();
        let mut escalations = touched.escalations.clone();
        tasks.extend(touched.task);
        escalations.extend(touched.escalation);
        for sight in sights.iter().filter(|s| s.said) {
            if sight.live_changed || touched.moved {
                let (its_tasks, its_escalations) = self.belongings(sight.root);
                tasks.extend(its_tasks);
                escalations.extend(its_escalations);
            }
        }
        self.add_cases(&mut data, touched, sights, recorded);
        self.add_tasks(&mut data, touched, &tasks);
        self.add_escalations(&mut data, touched, &escalations);
        self.add_background(&mut data, touched, &recorded.new.event);
        let seen = self.is_seen(&data, touched, sights, &recorded.new.event);
        data.about = super::about::of(&self.is, self.audience, &recorded.new.event);
        seen.then_some(data)
    }

    fn is_seen(&self, data: &FeedData, touched: &Touched, sights: &[Sight], event: &Event) -> bool {
        let by_case = sights.iter().any(|s| s.said && (s.before || s.after));
        let by_background = !data.area_warnings.is_empty()
            || !data.units.is_empty()
            || !data.resources.is_empty()
            || data.drill.is_some();
        by_case
            || by_background
            || touched.task.is_some_and(|id| self.saw_or_sees_task(id))
            || touched
                .escalation
                .is_some_and(|id| self.saw_or_sees_escalation(id))
            || data.tasks.iter().any(|task| self.saw_or_sees_task(task.id))
            || !data.gone.is_empty()
            || super::about::is_seen(&self.is, self.audience, event)
    }

    fn add_cases(
        &self,
        data: &mut FeedData,
        touched: &Touched,
        sights: &[Sight],
        recorded: &RecordedEvent,
    ) {
        let about = touched.about.and_then(|id| {
            let root = self.is.tables.root(id)?.id;
            Some(if touched.moved { id } else { root })
        });
        for sight in sights.iter().filter(|s| s.said && s.after) {
            let Some(row) = self.is.case_row(sight.root) else {
                continue;
            };
            if !self.pictures_case(sight.root) {
                data.gone.cases.push(sight.root);
            }
            if about == Some(sight.root) {
                data.case = Some(row);
            } else {
                data.cases.push(row);
            }
        }
        if sights.iter().any(|s| s.said && (s.before || s.after)) {
            data.case_id = about;
        }
        for id in &touched.cases {
            let sees = sights.iter().any(|s| s.said && s.after)
                && self.audience.sees_case(self.is.policy, self.is.tables, *id);
            if let Some(case) = self.is.tables.cases.get(id)
                && sees
            {
                data.timeline.extend(
                    case.timeline
                        .iter()
                        .rev()
                        .take_while(|entry| entry.seq == recorded.seq)
                        .map(|entry| self.is.line(*id, entry)),
                );
            }
        }
    }

    fn add_tasks(&self, data: &mut FeedData, touched: &Touched, tasks: &BTreeSet<TaskId>) {
        for id in tasks {
            let Some(task) = self.is.tables.tasks.get(id) else {
                continue;
            };
            let pictured = self.pictures_task(*id);
            let sees = self
                .audience
                .sees_task(self.is.policy, self.is.tables, task);
            if touched.task == Some(*id) {
                data.task = sees.then(|| self.is.task(task));
            } else if pictured {
                data.tasks.push(self.is.task(task));
            }
            if !pictured && self.saw_or_sees_task(*id) {
                data.gone.tasks.push(*id);
            }
        }
    }

    fn add_escalations(
        &self,
        data: &mut FeedData,
        touched: &Touched,
        escalations: &BTreeSet<EscalationId>,
    ) {
        for id in escalations {
            let Some(escalation) = self.is.tables.escalations.get(id) else {
                continue;
            };
            let pictured = self.pictures_escalation(*id);
            let sees = self
                .audience
                .sees_escalation(self.is.policy, self.is.tables, escalation);
            if touched.escalation == Some(*id) {
                data.escalation = sees.then(|| self.is.escalation(escalation));
            } else if pictured {
                data.escalations.push(self.is.escalation(escalation));
            }
            if !pictured && self.saw_or_sees_escalation(*id) {
                data.gone.escalations.push(*id);
            }
        }
    }

    fn add_background(&self, data: &mut FeedData, touched: &Touched, event: &Event) {
        let tables = self.is.tables;
        data.area_warnings = touched
            .streets
            .iter()
            .filter(|code| self.audience.wants_street(code))
            .map(|code| self.is.area(code))
            .collect();
        data.units = touched
            .units
            .iter()
            .filter_map(|id| tables.units.get(id))
            .map(|unit| self.is.unit(unit))
            .collect();
        data.resources = touched
            .resources
            .iter()
            .filter_map(|id| tables.resources.get(id))
            .map(|resource| self.is.resource(resource))
            .collect();
        if let Event::DrillSwitched { on, .. } = event {
            data.drill = Some(*on);
        }
    }
}
