//! The state of one district as ordered, persistent maps: cloning is cheap, so that readers and drafts have their own.
//!
//! Only `apply` writes. Every write goes through a `put_…`, which keeps the derived sets (timers, lists) true.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use model::area::{AreaWarning, ColourChange, WeatherSignal};
use model::background::{
    Department, Hold, Jurisdiction, Place, PlaceLooks, Resource, ResourceState, Shift, Unit,
};
use model::case::{Case, CaseState};
use model::deadline::{Notice, Timer};
use model::details::RecordDetails;
use model::escalation::{Escalation, HandOver};
use model::grade::Priority;
use model::id::{
    CaseId, ColourChangeId, DepartmentId, DistrictId, EscalationId, HandOverId, HoldId,
    JurisdictionCode, NoticeId, PersonId, PlaceId, PolicyId, RecordId, ResourceId, SightingId,
    SignalId, TaskId, UnitId,
};
use model::person::Person;
use model::sighting::Sighting;
use model::task::{Task, TaskState};
use model::time::Instant;
use serde::{Deserialize, Serialize};

use crate::timers;

/// Everything that is known of a district.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tables {
    /// Which district.
    pub district: DistrictId,
    /// Seq of the last event.
    pub head: u64,
    /// When it was.
    pub now: Instant,
    /// Whether a drill is on.
    pub drill: bool,
    /// The adopted policy.
    pub policy_id: PolicyId,
    /// Hash of the adopted boundary set.
    pub boundaries: Option<String>,
    /// Streets.
    pub jurisdictions: OrdMap<JurisdictionCode, Arc<Jurisdiction>>,
    /// Sightings.
    pub sightings: OrdMap<SightingId, Arc<Sighting>>,
    /// Cases, merged and closed ones too.
    pub cases: OrdMap<CaseId, Arc<Case>>,
    /// Tasks.
    pub tasks: OrdMap<TaskId, Arc<Task>>,
    /// Escalations.
    pub escalations: OrdMap<EscalationId, Arc<Escalation>>,
    /// Persons.
    pub persons: OrdMap<PersonId, Arc<Person>>,
    /// Places.
    pub places: OrdMap<PlaceId, Arc<Place>>,
    /// Looks at places.
    pub place_looks: OrdMap<PlaceId, Arc<PlaceLooks>>,
    /// Units.
    pub units: OrdMap<UnitId, Arc<Unit>>,
    /// The last shift of a unit.
    pub shifts: OrdMap<UnitId, Arc<Shift>>,
    /// Departments.
    pub departments: OrdMap<DepartmentId, Arc<Department>>,
    /// Resources.
    pub resources: OrdMap<ResourceId, Arc<Resource>>,
    /// What they said last.
    pub resource_states: OrdMap<ResourceId, Arc<ResourceState>>,
    /// Holds.
    pub holds: OrdMap<HoldId, Arc<Hold>>,
    /// Signals in force.
    pub signals: OrdMap<SignalId, Arc<WeatherSignal>>,
    /// Colours.
    pub areas: OrdMap<JurisdictionCode, Arc<AreaWarning>>,
    /// Changes of colour.
    pub changes: OrdMap<ColourChangeId, Arc<ColourChange>>,
    /// Notices.
    pub notices: OrdMap<NoticeId, Arc<Notice>>,
    /// Hand-overs.
    pub hand_overs: OrdMap<HandOverId, Arc<HandOver>>,
    /// Cases that wait to be re-graded, with the change that caused it; most urgent first.
    pub regrade: OrdMap<(Priority, CaseId), ColourChangeId>,
    /// The next repeated call to the district duty leader.
    pub duty_call_at: Option<Instant>,
    /// The cases it is for.
    pub duty_call_cases: OrdSet<CaseId>,
    /// The next word that hands are short.
    pub capacity_word_at: Option<Instant>,
    /// Erasable details, by record. Not part of the state hash; sealed in a snapshot.
    #[serde(skip)]
    pub details: OrdMap<RecordId, Arc<RecordDetails>>,
    /// Records whose details were erased.
    pub erased: OrdSet<RecordId>,

    /// Derived: what is due when.
    #[serde(skip)]
    pub timers: OrdSet<(Instant, Timer)>,
    /// Derived: tasks that a unit holds or is offered.
    #[serde(skip)]
    pub tasks_of_unit: OrdMap<UnitId, OrdSet<TaskId>>,
    /// Derived: tasks in the list, waiting for a hand.
    #[serde(skip)]
    pub waiting: OrdSet<TaskId>,
    /// Derived: open and follow-up cases that are not merged, by street.
    #[serde(skip)]
    pub active: OrdMap<JurisdictionCode, OrdSet<CaseId>>,
    /// Derived: queued notices.
    #[serde(skip)]
    pub queued: OrdSet<NoticeId>,
    /// Derived: queued notices of a case.
    #[serde(skip)]
    pub queued_of_case: OrdMap<CaseId, OrdSet<NoticeId>>,
    /// Derived: escalations of a department that are not over.
    #[serde(skip)]
    pub open_escalations: OrdMap<DepartmentId, OrdSet<EscalationId>>,
    /// Derived: area escalations in which a case is listed.
    #[serde(skip)]
    pub area_escalations_of_case: OrdMap<CaseId, OrdSet<EscalationId>>,
    /// Derived: with which priority a case stands in `regrade`.
    #[serde(skip)]
    pub regrade_keys: OrdMap<CaseId, Priority>,
    /// Derived: cases with a subject that is linked to a person.
    #[serde(skip)]
    pub cases_of_person: OrdMap<PersonId, OrdSet<CaseId>>,
    /// Derived: persons that were joined to a person.
    #[serde(skip)]
    pub persons_joined: OrdMap<PersonId, OrdSet<PersonId>>,
}

impl Tables {
    /// A district of which nothing is known yet.
    pub fn empty(district: DistrictId, policy_id: PolicyId) -> Self {
        Self {
            district,
            head: 0,
            now: Instant::from_ms(0),
            drill: false,
            policy_id,
            boundaries: None,
            jurisdictions: OrdMap::new(),
            sightings: OrdMap::new(),
            cases: OrdMap::new(),
            tasks: OrdMap::new(),
            escalations: OrdMap::new(),
            persons: OrdMap::new(),
            places: OrdMap::new(),
            place_looks: OrdMap::new(),
            units: OrdMap::new(),
            shifts: OrdMap::new(),
            departments: OrdMap::new(),
            resources: OrdMap::new(),
            resource_states: OrdMap::new(),
            holds: OrdMap::new(),
            signals: OrdMap::new(),
            areas: OrdMap::new(),
            changes: OrdMap::new(),
            notices: OrdMap::new(),
            hand_overs: OrdMap::new(),
            regrade: OrdMap::new(),
            duty_call_at: None,
            duty_call_cases: OrdSet::new(),
            capacity_word_at: None,
            details: OrdMap::new(),
            erased: OrdSet::new(),
            timers: OrdSet::new(),
            tasks_of_unit: OrdMap::new(),
            waiting: OrdSet::new(),
            active: OrdMap::new(),
            queued: OrdSet::new(),
            queued_of_case: OrdMap::new(),
            open_escalations: OrdMap::new(),
            area_escalations_of_case: OrdMap::new(),
            regrade_keys: OrdMap::new(),
            cases_of_person: OrdMap::new(),
            persons_joined: OrdMap::new(),
        }
    }

    /// Fills the derived sets after the tables were read from a snapshot.
    pub fn rebuild_derived(&mut self) {
        let bare = Self::empty(self.district.clone(), self.policy_id.clone());
        self.timers = bare.timers;
        self.tasks_of_unit = bare.tasks_of_unit;
        self.waiting = bare.waiting;
        self.active = bare.active;
        self.queued = bare.queued;
        self.queued_of_case = bare.queued_of_case;
        self.open_escalations = bare.open_escalations;
        self.area_escalations_of_case = bare.area_escalations_of_case;
        self.cases_of_person = bare.cases_of_person;
        self.persons_joined = bare.persons_joined;
        self.regrade_keys = self.regrade.keys().map(|(p, id)| (*id, *p)).collect();
        macro_rules! put_all {
            ($field:ident, $put:ident) => {
                for value in std::mem::take(&mut self.$field)
                    .into_iter()
                    .map(|(_, value)| value)
                {
                    self.$put((*value).clone());
                }
            };
        }
        put_all!(cases, put_case);
        put_all!(tasks, put_task);
        put_all!(escalations, put_escalation);
        put_all!(persons, put_person);
        put_all!(shifts, put_shift);
        put_all!(holds, put_hold);
        put_all!(signals, put_signal);
        put_all!(areas, put_area);
        put_all!(changes, put_change);
        put_all!(notices, put_notice);
        put_all!(hand_overs, put_hand_over);
        let (duty, word) = (self.duty_call_at.take(), self.capacity_word_at.take());
        self.set_duty_call(duty);
        self.set_capacity_word(word);
        if !self.regrade.is_empty() {
            self.timers.insert((Instant::from_ms(0), Timer::Regrade));
        }
    }

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
        let old = self.cases.get(&case.id).cloned();
        let old_timers = old.as_deref().map(timers::of_case).unwrap_or_default();
        self.swap_timers(old_timers, timers::of_case(&case));
        let active_in = |case: &Case| {
            (case.state != CaseState::Closed && case.merged_into.is_none())
                .then(|| case.jurisdiction.code.clone())
        };
        let (was, is) = (old.as_deref().and_then(active_in), active_in(&case));
        if was != is {
            if let Some(code) = was {
                self.active.entry(code).or_default().remove(&case.id);
            }
            if let Some(code) = is {
                self.active.entry(code).or_default().insert(case.id);
            }
        }
        let linked = |case: &Case| -> OrdSet<PersonId> {
            case.subjects.iter().filter_map(|s| s.person_id).collect()
        };
        let (had, has) = (
            old.as_deref().map(linked).unwrap_or_default(),
            linked(&case),
        );
        if had != has {
            for person in had {
                self.cases_of_person
                    .entry(person)
                    .or_default()
                    .remove(&case.id);
            }
            for person in has {
                self.cases_of_person
                    .entry(person)
                    .or_default()
                    .insert(case.id);
            }
        }
        self.cases.insert(case.id, Arc::new(case));
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
        for case_id in &escalation.cases {
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
        if joined_to != person.joined_to {
            if let Some(with) = joined_to {
                self.persons_joined
                    .entry(with)
                    .or_default()
                    .remove(&person.id);
            }
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
        if notice.ended.is_none() {
            self.queued.insert(id);
            if let Some(case_id) = notice.case_id {
                self.queued_of_case.entry(case_id).or_default().insert(id);
            }
        } else {
            self.queued.remove(&id);
            if let Some(case_id) = notice.case_id
                && let Some(mut set) = self.queued_of_case.remove(&case_id)
            {
                set.remove(&id);
                if !set.is_empty() {
                    self.queued_of_case.insert(case_id, set);
                }
            }
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

    /// The case that answers for this one: itself, or its survivor while merged.
    pub fn root(&self, id: CaseId) -> Option<&Arc<Case>> {
        let mut case = self.cases.get(&id)?;
        // A chain of merges is never longer than the number of cases; a ring cannot be made.
        for _ in 0..=self.cases.len() {
            match case.merged_into {
                Some(into) => case = self.cases.get(&into)?,
                None => return Some(case),
            }
        }
        None
    }

    /// The case and every case merged into it, directly or through others, oldest merge first.
    pub fn group(&self, root: CaseId) -> Vec<&Arc<Case>> {
        let mut group: Vec<&Arc<Case>> = Vec::new();
        let mut next = vec![root];
        while let Some(id) = next.pop() {
            if let Some(case) = self.cases.get(&id)
                && group.iter().all(|known| known.id != id)
            {
                group.push(case);
                next.extend(case.members.iter().rev().copied());
            }
        }
        group
    }

    /// The sightings of a group, in the order in which they were accepted.
    pub fn sightings_of(&self, root: CaseId) -> Vec<&Arc<Sighting>> {
        let mut all: Vec<&Arc<Sighting>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| {
                case.sightings
                    .iter()
                    .filter_map(|id| self.sightings.get(id))
            })
            .collect();
        all.sort_by_key(|s| (s.accepted_at, s.id));
        all
    }

    /// The tasks of a group, in the order in which they were made.
    pub fn tasks_of(&self, root: CaseId) -> Vec<&Arc<Task>> {
        let mut all: Vec<&Arc<Task>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| case.tasks.iter().filter_map(|id| self.tasks.get(id)))
            .collect();
        all.sort_by_key(|t| (t.made_at, t.id));
        all
    }

    /// The escalations of a group's own (not of its area), in the order in which they were opened.
    pub fn escalations_of(&self, root: CaseId) -> Vec<&Arc<Escalation>> {
        let mut all: Vec<&Arc<Escalation>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| {
                case.escalations
                    .iter()
                    .filter_map(|id| self.escalations.get(id))
            })
            .collect();
        all.sort_by_key(|e| (e.opened_at, e.id));
        all
    }

    /// The escalations of areas in which a case of the group is listed.
    pub fn area_escalations_of(&self, root: CaseId) -> Vec<&Arc<Escalation>> {
        let mut ids: OrdSet<EscalationId> = OrdSet::new();
        for case in self.group(root) {
            if let Some(listed) = self.area_escalations_of_case.get(&case.id) {
                ids = ids.union(listed.clone());
            }
        }
        ids.iter()
            .filter_map(|id| self.escalations.get(id))
            .collect()
    }

    /// Every id of the person that an id stands for: its joined identity and all that were joined to it.
    pub fn identity_of(&self, person: PersonId) -> Vec<PersonId> {
        let mut first = person;
        for _ in 0..=self.persons.len() {
            match self.persons.get(&first).and_then(|p| p.joined_to) {
                Some(with) => first = with,
                None => break,
            }
        }
        let mut all = vec![first];
        let mut next = 0;
        while let Some(id) = all.get(next) {
            let joined = self.persons_joined.get(id).cloned().unwrap_or_default();
            all.extend(
                joined
                    .into_iter()
                    .filter(|id| !all.contains(id))
                    .collect::<Vec<_>>(),
            );
            next += 1;
        }
        all
    }

    /// The colour of a street; `none` when nothing is known.
    pub fn area_level(&self, code: &JurisdictionCode) -> model::grade::Level {
        self.areas
            .get(code)
            .map_or(model::grade::Level::None, |area| area.level)
    }

    /// Where a case is, as far as its details are still there.
    pub fn position_of(&self, case: &Case) -> Option<model::details::StoredPosition> {
        self.details.get(&case.located_by?)?.position
    }
}
