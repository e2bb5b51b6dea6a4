//! The state of one district as ordered, persistent maps: cloning is cheap, so that readers and drafts have their own.
//!
//! Only `apply` writes. Every write goes through a `put_…`, which keeps the derived sets (timers, lists) true.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use model::area::{AreaWarning, ColourChange, WeatherSignal};
use model::background::{
    Department, Hold, Jurisdiction, Place, PlaceLooks, Resource, ResourceState, Shift, Unit,
};
use model::case::Case;
use model::deadline::{Addressee, Notice, Timer};
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
use model::task::Task;
use model::time::Instant;
use serde::{Deserialize, Serialize};

mod find;
mod put;

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
    #[serde(with = "pairs")]
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
    /// Records whose personal fields were erased before their details.
    #[serde(default, skip_serializing_if = "OrdSet::is_empty")]
    pub personal_erased: OrdSet<RecordId>,

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
    /// Derived: escalations for areas that have not ended, by department: whom an area has asked.
    #[serde(skip)]
    pub area_escalations: OrdMap<DepartmentId, OrdSet<EscalationId>>,
    /// Derived: queued notices of an escalation.
    #[serde(skip)]
    pub queued_of_escalation: OrdMap<EscalationId, OrdSet<NoticeId>>,
    /// Derived: the last call of a ladder to a person: when, and which notice.
    #[serde(skip)]
    pub last_ladder_call: OrdMap<Addressee, (Instant, NoticeId)>,
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

/// Maps whose keys are no text, written as pairs in the order of their keys.
mod pairs {
    use imbl::OrdMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize + Ord, V: Serialize, S: Serializer>(
        map: &OrdMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter())
    }

    pub(super) fn deserialize<
        'de,
        K: Deserialize<'de> + Ord + Clone,
        V: Deserialize<'de> + Clone,
        D: Deserializer<'de>,
    >(
        deserializer: D,
    ) -> Result<OrdMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
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
            personal_erased: OrdSet::new(),
            timers: OrdSet::new(),
            tasks_of_unit: OrdMap::new(),
            waiting: OrdSet::new(),
            active: OrdMap::new(),
            queued: OrdSet::new(),
            queued_of_case: OrdMap::new(),
            open_escalations: OrdMap::new(),
            area_escalations_of_case: OrdMap::new(),
            area_escalations: OrdMap::new(),
            queued_of_escalation: OrdMap::new(),
            last_ladder_call: OrdMap::new(),
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
        self.area_escalations = bare.area_escalations;
        self.queued_of_escalation = bare.queued_of_escalation;
        self.last_ladder_call = bare.last_ladder_call;
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
}
