//! Writing into the tables: each `put_…` keeps the derived sets (timers, lists) true.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use model::area::{AreaWarning, ColourChange, WeatherSignal};
use model::background::{Hold, Shift};
use model::case::{Case, CaseState};
use model::deadline::{Notice, NoticeAbout, Timer};
use model::escalation::{Escalation, HandOver};
use model::id::{CaseId, ColourChangeId, JurisdictionCode, PersonId, SignalId};
use model::person::Person;
use model::task::{Task, TaskState};
use model::time::Instant;

use crate::tables::Tables;
use crate::timers;

impl Tables {
    fn swap_timers(&mut self, old: Vec<(Instant, Timer)>, new: Vec<(Instant, Timer)>) {
        if old == new {
            return;
        }
        for timer in old {
            self.timers.remove(&timer);
        }
        for timer in new {
            self.timers.insert(timer);
        }
    }

    /// Writes a case.
    pub(crate) fn put_case(&mut self, case: Case) {
        let before = self.cases.get(&case.id).map(|old| Listed::of(old));
        let (id, after) = (case.id, Listed::of(&case));
        self.cases.insert(id, Arc::new(case));
        self.relist_case(id, before.unwrap_or_default(), after);
    }

    /// Changes a case in its place; an unknown one changes nothing. It is copied only if somebody else still holds it.
    pub(crate) fn change_case(&mut self, id: CaseId, change: impl FnOnce(&mut Case)) {
        let Some(shared) = self.cases.get_mut(&id) else {
            return;
        };
        let case = Arc::make_mut(shared);
        let before = Listed::of(case);
        change(case);
        let after = Listed::of(case);
        self.relist_case(id, before, after);
    }

    fn relist_case(&mut self, id: CaseId, before: Listed, after: Listed) {
        if before == after {
            return;
        }
        self.swap_timers(before.timers, after.timers);
        if before.active_in != after.active_in {
            if let Some(code) = before.active_in {
                self.active.entry(code).or_default().remove(&id);
            }
            if let Some(code) = after.active_in {
                self.active.entry(code).or_default().insert(id);
            }
        }
        if before.persons != after.persons {
            for person in before.persons {
                self.cases_of_person.entry(person).or_default().remove(&id);
            }
            for person in after.persons {
                self.cases_of_person.entry(person).or_default().insert(id);
            }
        }
    }

    /// Puts a case into the list of those that wait to be re-graded.
    pub(crate) fn await_regrade(&mut self, id: CaseId, change: ColourChangeId) {
        self.regraded(id);
        if let Some(case) = self.cases.get(&id) {
            let priority = case.grade.priority.value;
            self.regrade.insert((priority, id), change);
            self.regrade_keys.insert(id, priority);
        }
    }

    /// Takes a case out of the list of those that wait to be re-graded.
    pub(crate) fn regraded(&mut self, id: CaseId) {
        if let Some(priority) = self.regrade_keys.remove(&id) {
            self.regrade.remove(&(priority, id));
        }
    }

    /// Writes a task.
    pub(crate) fn put_task(&mut self, task: Task) {
        let old = self.tasks.get(&task.id).cloned();
        let old_timers = old.as_deref().map(timers::of_task).unwrap_or_default();
        self.swap_timers(old_timers, timers::of_task(&task));
        let holder = |task: &Task| {
            if task.state.is_over() {
                None
            } else {
                task.unit.clone()
            }
        };
        if let Some(unit) = old.as_deref().and_then(holder) {
            self.tasks_of_unit.entry(unit).or_default().remove(&task.id);
        }
        if let Some(unit) = holder(&task) {
            self.tasks_of_unit.entry(unit).or_default().insert(task.id);
        }
        if task.state == TaskState::Waiting {
            self.waiting.insert(task.id);
        } else {
            self.waiting.remove(&task.id);
        }
        self.tasks.insert(task.id, Arc::new(task));
    }

    /// Writes an escalation.
    pub(crate) fn put_escalation(&mut self, escalation: Escalation) {
        let old = self.escalations.get(&escalation.id).cloned();
        let old_timers = old
            .as_deref()
            .map(timers::of_escalation)
            .unwrap_or_default();
        self.swap_timers(old_timers, timers::of_escalation(&escalation));
        let open = self
            .open_escalations
            .entry(escalation.department.clone())
            .or_default();
        if escalation.is_open() {
            open.insert(escalation.id);
        } else {
            open.remove(&escalation.id);
        }
        if escalation.change_id.is_some() && !escalation.for_information {
            let asked = self
                .area_escalations
                .entry(escalation.department.clone())
                .or_default();
            if escalation.ended.is_none() {
                asked.insert(escalation.id);
            } else {
                asked.remove(&escalation.id);
            }
        }
        // Cases only ever join the list, at its end.
        let n_listed = old.as_deref().map_or(0, |old| old.cases.len());
        for case_id in escalation.cases.iter().skip(n_listed) {
            self.area_escalations_of_case
                .entry(*case_id)
                .or_default()
                .insert(escalation.id);
        }
        self.escalations.insert(escalation.id, Arc::new(escalation));
    }

    /// Writes a person.
    pub(crate) fn put_person(&mut self, person: Person) {
        let old = self
            .persons
            .get(&person.id)
            .map(|p| timers::of_person(p))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_person(&person));
        let joined_to = self.persons.get(&person.id).and_then(|p| p.joined_to);
        if joined_to != person.joined_to
            && let Some(with) = joined_to
        {
            self.persons_joined
                .entry(with)
                .or_default()
                .remove(&person.id);
        }
        if let Some(with) = person.joined_to {
            self.persons_joined
                .entry(with)
                .or_default()
                .insert(person.id);
        }
        self.persons.insert(person.id, Arc::new(person));
    }

    /// Writes a shift.
    pub(crate) fn put_shift(&mut self, shift: Shift) {
        let old = self
            .shifts
            .get(&shift.unit)
            .map(|s| timers::of_shift(s))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_shift(&shift));
        self.shifts.insert(shift.unit.clone(), Arc::new(shift));
    }

    /// Writes a hold.
    pub(crate) fn put_hold(&mut self, hold: Hold) {
        let old = self
            .holds
            .get(&hold.id)
            .map(|h| timers::of_hold(h))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_hold(&hold));
        self.holds.insert(hold.id, Arc::new(hold));
    }

    /// Writes a signal.
    pub(crate) fn put_signal(&mut self, signal: WeatherSignal) {
        let old = self
            .signals
            .get(&signal.id)
            .map(|s| timers::of_signal(s))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_signal(&signal));
        self.signals.insert(signal.id.clone(), Arc::new(signal));
    }

    /// Takes a signal out.
    pub(crate) fn remove_signal(&mut self, id: &SignalId) {
        if let Some(signal) = self.signals.remove(id) {
            self.swap_timers(timers::of_signal(&signal), Vec::new());
        }
    }

    /// Writes the colour of a street. The looks of all streets share timers by their time.
    pub(crate) fn put_area(&mut self, area: AreaWarning) {
        let old_look = self
            .areas
            .get(&area.jurisdiction)
            .and_then(|a| a.next_look_at);
        let new_look = area.next_look_at;
        let before = self.areas.get(&area.jurisdiction);
        let old = before.map(|a| timers::of_area(a)).unwrap_or_default();
        self.swap_timers(old, timers::of_area(&area));
        self.areas.insert(area.jurisdiction.clone(), Arc::new(area));
        if let Some(at) = old_look
            && !self.areas.values().any(|a| a.next_look_at == Some(at))
        {
            self.timers.remove(&(at, Timer::AreaLook));
        }
        if let Some(at) = new_look {
            self.timers.insert((at, Timer::AreaLook));
        }
    }

    /// Writes a change of colour.
    pub(crate) fn put_change(&mut self, change: ColourChange) {
        let old = self
            .changes
            .get(&change.id)
            .map(|c| timers::of_change(c))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_change(&change));
        self.changes.insert(change.id, Arc::new(change));
    }

    /// Writes a notice.
    pub(crate) fn put_notice(&mut self, notice: Notice) {
        let id = notice.id;
        let is_queued = notice.ended.is_none();
        if is_queued {
            self.queued.insert(id);
        } else {
            self.queued.remove(&id);
        }
        let is_call = notice.about == NoticeAbout::LadderStep;
        let last = self.last_ladder_call.get(&notice.addressee).copied();
        if is_call && last.is_none_or(|last| last < (notice.queued_at, id)) {
            self.last_ladder_call
                .insert(notice.addressee.clone(), (notice.queued_at, id));
        }
        // A call that joins an earlier one is about more than that was: what stood under the old names goes.
        if let Some(before) = self.notices.get(&id).cloned() {
            for case_id in before.case_id.iter().chain(&before.cases) {
                keep_in(&mut self.queued_of_case, *case_id, id, false);
            }
            if let Some(escalation_id) = before.escalation_id {
                keep_in(&mut self.queued_of_escalation, escalation_id, id, false);
            }
        }
        for case_id in notice.case_id.iter().chain(&notice.cases) {
            keep_in(&mut self.queued_of_case, *case_id, id, is_queued);
        }
        if let Some(escalation_id) = notice.escalation_id {
            keep_in(&mut self.queued_of_escalation, escalation_id, id, is_queued);
        }
        self.notices.insert(id, Arc::new(notice));
    }

    /// Writes a hand-over.
    pub(crate) fn put_hand_over(&mut self, hand_over: HandOver) {
        let old = self
            .hand_overs
            .get(&hand_over.id)
            .map(|h| timers::of_hand_over(h))
            .unwrap_or_default();
        self.swap_timers(old, timers::of_hand_over(&hand_over));
        self.hand_overs.insert(hand_over.id, Arc::new(hand_over));
    }

    /// Sets the next repeated call to the district duty leader.
    pub(crate) fn set_duty_call(&mut self, at: Option<Instant>) {
        if let Some(old) = self.duty_call_at {
            self.timers.remove(&(old, Timer::DutyCall));
        }
        if let Some(new) = at {
            self.timers.insert((new, Timer::DutyCall));
        }
        self.duty_call_at = at;
    }

    /// Sets the next word that hands are short.
    pub(crate) fn set_capacity_word(&mut self, at: Option<Instant>) {
        if let Some(old) = self.capacity_word_at {
            self.timers.remove(&(old, Timer::CapacityRepeat));
        }
        if let Some(new) = at {
            self.timers.insert((new, Timer::CapacityRepeat));
        }
        self.capacity_word_at = at;
    }
}

/// In which derived sets a case stands.
#[derive(Default, PartialEq)]
struct Listed {
    timers: Vec<(Instant, Timer)>,
    active_in: Option<JurisdictionCode>,
    persons: Vec<PersonId>,
}

impl Listed {
    fn of(case: &Case) -> Self {
        let is_active = case.state != CaseState::Closed && case.merged_into.is_none();
        Self {
            timers: timers::of_case(case),
            active_in: is_active.then(|| case.jurisdiction.code.clone()),
            persons: case.subjects.iter().filter_map(|s| s.person_id).collect(),
        }
    }
}

/// Keeps an id in, or out of, the set of a key; an empty set is dropped.
fn keep_in<K: Ord + Clone, V: Ord + Clone>(
    sets: &mut OrdMap<K, OrdSet<V>>,
    key: K,
    value: V,
    keep: bool,
) {
    let mut set = sets.get(&key).cloned().unwrap_or_default();
    if keep {
        set.insert(value);
    } else {
        set.remove(&value);
    }
    if set.is_empty() {
        sets.remove(&key);
    } else {
        sets.insert(key, set);
    }
}
