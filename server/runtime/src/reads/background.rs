//! Background: streets, places, units, resources, departments, colours.

use std::sync::Arc;

use model::actor::Actor;
use model::refusal::Refusal;
use model::view::area::AreaWarningView;
use model::view::background::{
    DepartmentView, JurisdictionView, PlaceView, ResourceView, UnitView,
};
use policy::action::Action;

use crate::published::{DrawnOutlines, ReadView};

impl ReadView {
    /// Streets by code.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn jurisdictions(&self, actor: &Actor) -> Result<Vec<JurisdictionView>, Refusal> {
        self.permit_listing(actor, Action::JurisdictionsRead)?;
        let shown = self.shown();
        let all = self.tables().jurisdictions.values();
        Ok(all.map(|street| shown.jurisdiction(street)).collect())
    }

    /// The streets as a map shows them.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn outlines(&self, actor: &Actor) -> Result<Arc<DrawnOutlines>, Refusal> {
        self.permit_listing(actor, Action::JurisdictionsRead)?;
        Ok(self.drawn_outlines())
    }

    /// Places by id.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn places(&self, actor: &Actor) -> Result<Vec<PlaceView>, Refusal> {
        self.permit_listing(actor, Action::PlacesRead)?;
        let shown = self.shown();
        let all = self.tables().places.values();
        Ok(all.map(|place| shown.place(place)).collect())
    }

    /// Units by id, with the newest positions that the actor may see.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn units(&self, actor: &Actor) -> Result<Vec<UnitView>, Refusal> {
        self.permit_listing(actor, Action::UnitsRead)?;
        let shown = self.shown();
        let positions = self.positions_for(actor);
        let with_position = |mut view: UnitView| {
            view.position = positions
                .iter()
                .find(|position| position.unit == view.id)
                .cloned();
            view
        };
        let all = self.tables().units.values();
        Ok(all.map(|unit| with_position(shown.unit(unit))).collect())
    }

    /// Resources by id.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn resources(&self, actor: &Actor) -> Result<Vec<ResourceView>, Refusal> {
        self.permit_listing(actor, Action::ResourcesRead)?;
        let shown = self.shown();
        let all = self.tables().resources.values();
        Ok(all.map(|resource| shown.resource(resource)).collect())
    }

    /// Departments by id.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn departments(&self, actor: &Actor) -> Result<Vec<DepartmentView>, Refusal> {
        self.permit_listing(actor, Action::DepartmentsRead)?;
        let shown = self.shown();
        let all = self.tables().departments.values();
        Ok(all.map(|department| shown.department(department)).collect())
    }

    /// The colour of every street.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn area_warnings(&self, actor: &Actor) -> Result<Vec<AreaWarningView>, Refusal> {
        self.permit_listing(actor, Action::AreaRead)?;
        Ok(self.shown().areas())
    }
}
