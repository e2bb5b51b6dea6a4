//! Rights on things: collects from the tables what the permission rule may know about a case, a task, an escalation,
//! and asks the rule. Handlers ask through `permit_…`, reads and the live feed through `sees_…`. Nothing is judged here.

use std::collections::BTreeSet;

use model::actor::Actor;
use model::background::{Hold, Resource};
use model::case::Case;
use model::escalation::Escalation;
use model::id::{
    AccountName, CaseId, DepartmentId, HandOverId, JurisdictionCode, PersonId, PlaceId, SightingId,
    UnitId,
};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::Sighting;
use model::task::Task;
use policy::action::Action;
use policy::permission::{Scope, ScopeFacts, reaches, scopes, verdict_for_permission};
use policy::policy::Policy;

use crate::draft::Draft;
use crate::tables::Tables;

/// What the permission rule may know about one thing, collected from the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    jurisdictions: Vec<JurisdictionCode>,
    units: Vec<UnitId>,
    reporters: Vec<AccountName>,
    departments: Vec<DepartmentId>,
    escalated_to: Vec<DepartmentId>,
}

impl Reach {
    /// As the rule takes it.
    pub fn facts(&self) -> ScopeFacts<'_> {
        ScopeFacts {
            jurisdictions: &self.jurisdictions,
            units: &self.units,
            reporters: &self.reporters,
            departments: &self.departments,
            escalated_to: &self.escalated_to,
        }
    }

    /// Judges one call on the thing.
    ///
    /// # Errors
    /// `role_may_not`, `outside_your_jurisdiction` or `not_found`, as the rule says.
    pub fn permit(&self, policy: &Policy, actor: &Actor, action: Action) -> Result<(), Refusal> {
        verdict_for_permission(policy, actor, action, &self.facts()).map_err(Refusal::from)
    }

    /// Whether a right reaches the thing.
    pub fn reaches(&self, policy: &Policy, actor: &Actor, action: Action) -> bool {
        reaches(policy, actor, action, &self.facts())
    }
}

fn without_repeats<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

/// A case with everything merged into it: the streets of all, the units of its tasks, its reporters, and the
/// departments with an escalation that is not over, of the case or of its area.
pub fn of_case(tables: &Tables, id: CaseId) -> Reach {
    of_case_for(tables, id, &EVERY_SCOPE)
}

/// All that a right may hang on.
const EVERY_SCOPE: [Scope; 6] = [
    Scope::All,
    Scope::OwnJurisdiction,
    Scope::OwnUnit,
    Scope::OwnReports,
    Scope::OwnDepartment,
    Scope::WhereEscalated,
];

/// [`of_case`], but only what these scopes hang on: the feed asks for each event and each audience.
fn of_case_for(tables: &Tables, id: CaseId, scopes: &[Scope]) -> Reach {
    let mut reach = Reach::default();
    let Some(root) = tables.root(id).map(|case| case.id) else {
        return reach;
    };
    let group = tables.group(root);
    for scope in scopes {
        match scope {
            Scope::OwnJurisdiction => {
                let codes = group.iter().map(|case| case.jurisdiction.code.clone());
                reach.jurisdictions = without_repeats(codes);
            }
            Scope::OwnUnit => {
                let units = group
                    .iter()
                    .flat_map(|case| &case.tasks)
                    .filter_map(|id| tables.tasks.get(id)?.unit.clone());
                reach.units = without_repeats(units);
            }
            Scope::OwnReports => {
                let reporters = group
                    .iter()
                    .flat_map(|case| &case.sightings)
                    .filter_map(|id| Some(tables.sightings.get(id)?.reporter.clone()));
                reach.reporters = without_repeats(reporters);
            }
            Scope::WhereEscalated => {
                let own = group
                    .iter()
                    .flat_map(|case| &case.escalations)
                    .filter_map(|id| tables.escalations.get(id));
                let asked = own
                    .chain(tables.area_escalations_of(root))
                    .filter(|escalation| escalation.is_open())
                    .map(|escalation| escalation.department.clone());
                reach.escalated_to = without_repeats(asked);
            }
            // A case belongs to no department, and all is all.
            Scope::OwnDepartment | Scope::All => {}
        }
    }
    reach
}

/// One sighting: its case, but only its own reporter.
pub fn of_sighting(tables: &Tables, sighting: &Sighting) -> Reach {
    Reach {
        reporters: vec![sighting.reporter.clone()],
        ..of_case(tables, sighting.case_id)
    }
}

/// One task: its street and its case's, the unit or department that has it.
pub fn of_task(tables: &Tables, task: &Task) -> Reach {
    of_task_for(tables, task, &EVERY_SCOPE)
}

fn of_task_for(tables: &Tables, task: &Task, scopes: &[Scope]) -> Reach {
    let case = task
        .case_id
        .map(|id| of_case_for(tables, id, scopes))
        .unwrap_or_default();
    Reach {
        jurisdictions: without_repeats(
            case.jurisdictions
                .into_iter()
                .chain([task.jurisdiction.clone()]),
        ),
        units: task.unit.clone().into_iter().collect(),
        reporters: Vec::new(),
        departments: task.department.clone().into_iter().collect(),
        escalated_to: case.escalated_to,
    }
}

/// One escalation: its department, and the streets of its case or area.
pub fn of_escalation(tables: &Tables, escalation: &Escalation) -> Reach {
    let case = escalation
        .case_id
        .map(|id| of_case_for(tables, id, &[Scope::OwnJurisdiction]))
        .unwrap_or_default();
    Reach {
        jurisdictions: without_repeats(
            case.jurisdictions
                .into_iter()
                .chain(escalation.jurisdictions.iter().cloned()),
        ),
        departments: vec![escalation.department.clone()],
        ..Reach::default()
    }
}

/// One person: the streets of the cases that they, or who was joined to them, are a subject of. A person of no case
/// lies nowhere in particular, so every street's right reaches them.
pub fn of_person(tables: &Tables, id: PersonId) -> Reach {
    let mut same: BTreeSet<PersonId> = BTreeSet::from([id]);
    let mut head = id;
    // A chain of joins is never longer than the number of persons.
    for _ in 0..=tables.persons.len() {
        match tables.persons.get(&head).and_then(|p| p.joined_to) {
            Some(next) if same.insert(next) => head = next,
            Some(_) | None => break,
        }
    }
    let streets = without_repeats(
        tables
            .cases
            .values()
            .filter(|case| {
                case.subjects
                    .iter()
                    .any(|s| s.person_id.is_some_and(|p| same.contains(&p)))
            })
            .map(|case| case.jurisdiction.code.clone()),
    );
    Reach {
        jurisdictions: if streets.is_empty() {
            tables.jurisdictions.keys().cloned().collect()
        } else {
            streets
        },
        ..Reach::default()
    }
}

/// One resource: its keeper, and the streets of its keeper.
pub fn of_resource(tables: &Tables, resource: &Resource) -> Reach {
    let keeper = resource
        .keeper
        .as_ref()
        .and_then(|id| tables.departments.get(id));
    Reach {
        jurisdictions: keeper
            .map(|department| department.jurisdictions.clone())
            .unwrap_or_default(),
        departments: resource.keeper.clone().into_iter().collect(),
        ..Reach::default()
    }
}

/// Beds of a resource for a case: the keeper on one side, the units and reporters of the case on the other.
pub fn of_beds(tables: &Tables, resource: &Resource, case_id: CaseId) -> Reach {
    Reach {
        departments: resource.keeper.clone().into_iter().collect(),
        ..of_case(tables, case_id)
    }
}

/// A unit: itself and its street.
pub fn of_unit(tables: &Tables, id: &UnitId) -> Reach {
    Reach {
        jurisdictions: tables
            .units
            .get(id)
            .and_then(|unit| unit.jurisdiction.clone())
            .into_iter()
            .collect(),
        units: vec![id.clone()],
        ..Reach::default()
    }
}

/// A street.
pub fn of_street(code: &JurisdictionCode) -> Reach {
    Reach {
        jurisdictions: vec![code.clone()],
        ..Reach::default()
    }
}

/// A place: the street that owns it.
pub fn of_place(tables: &Tables, id: &PlaceId) -> Reach {
    Reach {
        jurisdictions: tables
            .places
            .get(id)
            .and_then(|place| place.jurisdiction.clone())
            .into_iter()
            .collect(),
        ..Reach::default()
    }
}

/// Whether a case may be read.
pub fn sees_case(policy: &Policy, tables: &Tables, actor: &Actor, case: &Case) -> bool {
    let asked = scopes(policy, Action::CaseRead, actor.role);
    of_case_for(tables, case.id, asked).reaches(policy, actor, Action::CaseRead)
}

/// Whether a task may be read for itself, whatever is seen of its case.
pub fn sees_task_itself(policy: &Policy, tables: &Tables, actor: &Actor, task: &Task) -> bool {
    let asked = scopes(policy, Action::TaskRead, actor.role);
    of_task_for(tables, task, asked).reaches(policy, actor, Action::TaskRead)
}

/// Whether a task may be read: through its case, or for itself.
pub fn sees_task(policy: &Policy, tables: &Tables, actor: &Actor, task: &Task) -> bool {
    sees_task_itself(policy, tables, actor, task)
        || task
            .case_id
            .and_then(|id| tables.root(id))
            .is_some_and(|case| sees_case(policy, tables, actor, case))
}

/// Whether an escalation may be read: through its case, or for itself.
pub fn sees_escalation(
    policy: &Policy,
    tables: &Tables,
    actor: &Actor,
    escalation: &Escalation,
) -> bool {
    of_escalation(tables, escalation).reaches(policy, actor, Action::EscalationRead)
        || escalation
            .case_id
            .and_then(|id| tables.root(id))
            .is_some_and(|case| sees_case(policy, tables, actor, case))
}

/// May the actor make a call that is about no thing yet, or about the whole district?
pub(crate) fn permit_call(draft: &Draft<'_, '_>, action: Action) -> Result<(), Refusal> {
    permit(draft, &Reach::default(), action)
}

/// May the actor make this call on this thing?
pub(crate) fn permit(draft: &Draft<'_, '_>, reach: &Reach, action: Action) -> Result<(), Refusal> {
    reach.permit(&draft.policy, &draft.heading.actor, action)
}

/// On a case (or the group it belongs to).
pub(crate) fn permit_case(
    draft: &Draft<'_, '_>,
    case: &Case,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_case(&draft.tables, case.id), action)
}

/// On a sighting; an unknown one is `not_found`.
pub(crate) fn permit_sighting(
    draft: &Draft<'_, '_>,
    id: SightingId,
    action: Action,
) -> Result<(), Refusal> {
    let sighting = known(draft.tables.sightings.get(&id))?;
    permit(draft, &of_sighting(&draft.tables, sighting), action)
}

/// On a task. A unit that had it before may still name it, so that it hears `task_not_yours` and not `not_found`.
pub(crate) fn permit_task(
    draft: &Draft<'_, '_>,
    task: &Task,
    action: Action,
) -> Result<(), Refusal> {
    let mut reach = of_task(&draft.tables, task);
    reach.units.extend(task.offered_before.iter().cloned());
    permit(draft, &reach, action)
}

/// On an escalation.
pub(crate) fn permit_escalation(
    draft: &Draft<'_, '_>,
    escalation: &Escalation,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_escalation(&draft.tables, escalation), action)
}

/// On a person; an unknown one is `not_found`.
pub(crate) fn permit_person(
    draft: &Draft<'_, '_>,
    id: PersonId,
    action: Action,
) -> Result<(), Refusal> {
    known(draft.tables.persons.get(&id))?;
    permit(draft, &of_person(&draft.tables, id), action)
}

/// On a resource.
pub(crate) fn permit_resource(
    draft: &Draft<'_, '_>,
    resource: &Resource,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_resource(&draft.tables, resource), action)
}

/// On beds of a resource for a case: to hold them.
pub(crate) fn permit_beds(
    draft: &Draft<'_, '_>,
    resource: &Resource,
    case_id: CaseId,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_beds(&draft.tables, resource, case_id), action)
}

/// On a hold.
pub(crate) fn permit_hold(
    draft: &Draft<'_, '_>,
    hold: &Hold,
    action: Action,
) -> Result<(), Refusal> {
    let resource = known(draft.tables.resources.get(&hold.resource))?;
    permit_beds(draft, resource, hold.case_id, action)
}

/// On a unit: its position, shift or panic.
pub(crate) fn permit_unit(
    draft: &Draft<'_, '_>,
    unit: &UnitId,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_unit(&draft.tables, unit), action)
}

/// On the colour of a street.
pub(crate) fn permit_street(
    draft: &Draft<'_, '_>,
    code: &JurisdictionCode,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_street(code), action)
}

/// On a place of the gazetteer.
pub(crate) fn permit_place(
    draft: &Draft<'_, '_>,
    place: &PlaceId,
    action: Action,
) -> Result<(), Refusal> {
    permit(draft, &of_place(&draft.tables, place), action)
}

/// On a hand-over: the case that it is about; an unknown one is `not_found`.
pub(crate) fn permit_hand_over(
    draft: &Draft<'_, '_>,
    id: HandOverId,
    action: Action,
) -> Result<(), Refusal> {
    let hand_over = known(draft.tables.hand_overs.get(&id))?;
    permit(draft, &of_case(&draft.tables, hand_over.case_id), action)
}

fn known<T>(thing: Option<&T>) -> Result<&T, Refusal> {
    thing.ok_or_else(|| RefusalCode::NotFound.into())
}
