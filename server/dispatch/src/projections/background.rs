//! Streets, places, units, departments, resources, beds and persons as views.

use model::background::{
    Department, Hold, Jurisdiction, Place, Resource, ResourceOpen, Shift, Unit,
};
use model::grade::Level;
use model::person::Person;
use model::view::background::{
    DepartmentView, HoldView, JurisdictionView, PlaceView, ResourceView, ShiftView,
    UnitPositionView, UnitView,
};
use model::view::person::PersonView;
use policy::shelter::{ShelterFacts, may_be_recommended};

use super::shown::{Shown, position};
use crate::context::UnitPosition;

impl Shown<'_> {
    /// One street.
    pub fn jurisdiction(&self, street: &Jurisdiction) -> JurisdictionView {
        JurisdictionView {
            code: street.code.clone(),
            name: street.name.clone(),
            centre: street.centre.map(|centre| position(centre, None)),
            neighbours: street.neighbours.clone(),
        }
    }

    /// One place.
    pub fn place(&self, place: &Place) -> PlaceView {
        PlaceView {
            id: place.id.clone(),
            name: place.name.clone(),
            level: place.level,
            kind: place.kind.clone(),
            jurisdiction: place.jurisdiction.clone(),
            position: place.position.map(|at| position(at, None)),
            hours: place.hours.clone(),
            key: place.key,
            looked_at: self
                .tables
                .place_looks
                .get(&place.id)
                .and_then(|looks| self.stamp_opt(looks.looked_at)),
        }
    }

    /// One unit, without its position.
    pub fn unit(&self, unit: &Unit) -> UnitView {
        UnitView {
            id: unit.id.clone(),
            name: unit.name.clone(),
            jurisdiction: unit.jurisdiction.clone(),
            kind: unit.kind.clone(),
            n_people: unit.n_people,
            vehicle: unit.vehicle.clone(),
            skills: unit.skills.clone(),
            languages: unit.languages.clone(),
            shift_start: unit.shift_start.clone(),
            shift_end: unit.shift_end.clone(),
            shift: self
                .tables
                .shifts
                .get(&unit.id)
                .filter(|shift| shift.ended_at.is_none())
                .map(|shift| self.shift(shift)),
            position: None,
        }
    }

    fn shift(&self, shift: &Shift) -> ShiftView {
        ShiftView {
            started_at: self.stamp(shift.started_at),
            ends_at: self.stamp_opt(shift.ends_at),
            check_in_by: self.stamp_opt(shift.check_in_by),
            check_in_missed: shift.check_in_missed,
            panic_at: self.stamp_opt(shift.panic_at),
        }
    }

    /// The newest position of a unit.
    pub fn unit_position(&self, unit: &model::id::UnitId, fix: &UnitPosition) -> UnitPositionView {
        UnitPositionView {
            unit: unit.clone(),
            position: position(fix.position, fix.accuracy_m),
            at: self.stamp(fix.at),
            heard_at: self.stamp(fix.heard_at),
        }
    }

    /// One department.
    pub fn department(&self, department: &Department) -> DepartmentView {
        DepartmentView {
            id: department.id.clone(),
            name: department.name.clone(),
            kind: department.kind.clone(),
            jurisdictions: department.jurisdictions.clone(),
        }
    }

    /// One resource. Held beds are not free; a place that should be open is not recommended before its keeper says so.
    pub fn resource(&self, resource: &Resource) -> ResourceView {
        let state = self.tables.resource_states.get(&resource.id);
        let holds: Vec<&Hold> = self
            .tables
            .holds
            .values()
            .filter(|hold| hold.resource == resource.id && hold.ended.is_none())
            .map(AsRef::as_ref)
            .collect();
        let beds_held = holds.iter().fold(0_u32, |n, hold| n.saturating_add(hold.n));
        let beds_free = state
            .and_then(|state| state.beds_free)
            .map(|free| free.saturating_sub(beds_held));
        let open = state.map(|state| state.open);
        let n_guests = state.map_or(0, |state| state.n_guests);
        ResourceView {
            id: resource.id.clone(),
            name: resource.name.clone(),
            kind: resource.kind.clone(),
            position: resource.position.map(|at| position(at, None)),
            hours: resource.hours.clone(),
            beds: resource.beds,
            beds_women: resource.beds_women,
            storage: resource.storage,
            pets: resource.pets,
            late_exit: resource.late_exit,
            opens_at_level: resource.opens_at_level,
            keeper: resource.keeper.clone(),
            phone: resource.phone.clone(),
            open,
            beds_free,
            beds_held,
            said_at: state.and_then(|state| self.stamp_opt(state.said_at)),
            n_guests,
            stays_open_until: state.and_then(|state| self.stamp_opt(state.stays_open_until)),
            recommended: may_be_recommended(&ShelterFacts {
                opens_at_level: resource.opens_at_level,
                area: Level::None,
                confirmed_open: open == Some(ResourceOpen::Open),
                beds_free,
                n_guests,
            }),
            holds: holds.into_iter().map(|hold| self.hold(hold)).collect(),
        }
    }

    /// One hold.
    pub(crate) fn hold(&self, hold: &Hold) -> HoldView {
        HoldView {
            id: hold.id,
            resource: hold.resource.clone(),
            n: hold.n,
            until: self.stamp(hold.until),
        }
    }

    /// One person, without name and looks.
    pub fn person(&self, person: &Person) -> PersonView {
        PersonView {
            id: person.id,
            name_quality: person.name_quality,
            age_band: person.age_band,
            special_care: person.special_care,
            joined_to: person.joined_to,
            opened_at: self.stamp(person.opened_at),
            cases: self
                .tables
                .cases
                .values()
                .filter(|case| {
                    case.subjects
                        .iter()
                        .any(|subject| subject.person_id == Some(person.id))
                })
                .map(|case| case.id)
                .collect(),
            visited_at: person.visited_at.iter().map(|at| self.stamp(*at)).collect(),
            next_due: self.stamp_opt(person.next_due),
            seq: person.seq,
        }
    }
}
