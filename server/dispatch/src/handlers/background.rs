//! Decides commands about the background: drill, policy, streets, imports, notices handed out or failed, forgetting.
//! Rows equal to what is stored make no event, so that importing the same file twice changes nothing.

#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for the events it is about"
)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use model::actor::Role;
use model::background::{Department, Jurisdiction, Place, Resource, Unit};
use model::deadline::{Addressee, Notice};
use model::event::Event;
use model::id::{DepartmentId, JurisdictionCode, NoticeId, PolicyId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use policy::action::Action;

use crate::draft::Draft;
use crate::handlers::area;
use crate::rights::permit_call;

/// Drill on or off.
pub(crate) fn drill(draft: &mut Draft<'_, '_>, on: bool, reason: &str) -> Result<(), Refusal> {
    permit_call(draft, Action::DrillSwitch)?;
    if draft.tables.drill == on {
        return Err(RefusalCode::DrillUnchanged.into());
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::MissingField).at("/reason"));
    }
    draft.push(Event::DrillSwitched {
        on,
        reason: reason.to_owned(),
    });
    Ok(())
}

/// Adopts a policy of the book. Cases keep the one they were opened under.
pub(crate) fn adopt_policy(draft: &mut Draft<'_, '_>, policy_id: &PolicyId) -> Result<(), Refusal> {
    permit_call(draft, Action::PolicyAdopt)?;
    if draft.ctx.policies.get(policy_id).is_none() {
        return Err(Refusal::new(RefusalCode::UnknownReference).at("/policy_id"));
    }
    if draft.tables.policy_id == *policy_id {
        return Err(RefusalCode::PolicyUnchanged.into());
    }
    draft.push(Event::PolicyAdopted {
        policy_id: policy_id.clone(),
    });
    // Colours follow the adopted policy.
    draft.policy = Arc::clone(draft.ctx.policies.of_case(policy_id));
    area::look_at_all(draft);
    Ok(())
}

/// Adopts streets with their neighbours; who names a neighbour is its neighbour too.
pub(crate) fn adopt_jurisdictions(
    draft: &mut Draft<'_, '_>,
    jurisdictions: &[Jurisdiction],
    boundaries: Option<&str>,
) -> Result<(), Refusal> {
    permit_call(draft, Action::BackgroundImport)?;
    let adopted = with_neighbours_both_ways(jurisdictions);
    let same = draft.tables.boundaries.as_deref() == boundaries
        && draft.tables.jurisdictions.len() == adopted.len()
        && adopted.iter().all(|(code, street)| {
            draft.tables.jurisdictions.get(code).map(|s| &**s) == Some(street)
        });
    if !same {
        draft.push(Event::JurisdictionsAdopted {
            jurisdictions: adopted.into_values().collect(),
            boundaries: boundaries.map(str::to_owned),
        });
        // A signal in force for the whole district is for its new streets too.
        area::look_at_all(draft);
    }
    Ok(())
}

fn with_neighbours_both_ways(given: &[Jurisdiction]) -> BTreeMap<JurisdictionCode, Jurisdiction> {
    let mut streets: BTreeMap<JurisdictionCode, Jurisdiction> = given
        .iter()
        .map(|street| (street.code.clone(), street.clone()))
        .collect();
    let mut pairs: BTreeSet<(JurisdictionCode, JurisdictionCode)> = BTreeSet::new();
    for street in streets.values() {
        for neighbour in &street.neighbours {
            if *neighbour != street.code && streets.contains_key(neighbour) {
                pairs.insert((street.code.clone(), neighbour.clone()));
                pairs.insert((neighbour.clone(), street.code.clone()));
            }
        }
    }
    for street in streets.values_mut() {
        street.neighbours = pairs
            .iter()
            .filter(|(of, _)| *of == street.code)
            .map(|(_, neighbour)| neighbour.clone())
            .collect();
    }
    streets
}

/// Places: new or replaced.
pub(crate) fn places(draft: &mut Draft<'_, '_>, places: &[Place]) -> Result<(), Refusal> {
    permit_call(draft, Action::BackgroundImport)?;
    let places = changed(&draft.tables.places, places, |place| &place.id);
    if !places.is_empty() {
        draft.push(Event::PlacesImported { places });
    }
    Ok(())
}

/// Units: new or replaced. A new unit is a new hand.
pub(crate) fn units(draft: &mut Draft<'_, '_>, units: &[Unit]) -> Result<(), Refusal> {
    permit_call(draft, Action::BackgroundImport)?;
    let units = changed(&draft.tables.units, units, |unit| &unit.id);
    if !units.is_empty() {
        draft.push(Event::UnitsImported { units });
        draft.hands_changed = true;
        draft.ask_again = true;
    }
    Ok(())
}

/// Departments: new or replaced.
pub(crate) fn departments(
    draft: &mut Draft<'_, '_>,
    departments: &[Department],
) -> Result<(), Refusal> {
    permit_call(draft, Action::BackgroundImport)?;
    let departments = changed(&draft.tables.departments, departments, |d| &d.id);
    if !departments.is_empty() {
        draft.push(Event::DepartmentsImported { departments });
    }
    Ok(())
}

/// Resources: new or replaced. A new shelter under a colour that opens it is asked for at once.
pub(crate) fn resources(draft: &mut Draft<'_, '_>, resources: &[Resource]) -> Result<(), Refusal> {
    permit_call(draft, Action::BackgroundImport)?;
    let resources = changed(&draft.tables.resources, resources, |resource| &resource.id);
    if resources.is_empty() {
        return Ok(());
    }
    draft.push(Event::ResourcesImported { resources });
    let colours: Vec<_> = draft
        .tables
        .areas
        .values()
        .map(|area| (area.jurisdiction.clone(), area.level))
        .collect();
    for (code, level) in colours {
        crate::handlers::resource::on_area_level(draft, &code, level);
    }
    Ok(())
}

/// The rows that differ from what is stored; of rows with one id the last.
fn changed<K: Ord + Clone, T: Clone + PartialEq>(
    stored: &OrdMap<K, Arc<T>>,
    rows: &[T],
    id: impl Fn(&T) -> &K,
) -> Vec<T> {
    let last: BTreeMap<&K, &T> = rows.iter().map(|row| (id(row), row)).collect();
    last.into_iter()
        .filter(|(key, row)| stored.get(*key).map(|known| &**known) != Some(*row))
        .map(|(_, row)| row.clone())
        .collect()
}

/// A channel confirmed a notice. A second word about the same one changes nothing.
pub(crate) fn handed_out(
    draft: &mut Draft<'_, '_>,
    notice_id: NoticeId,
    channel: &str,
) -> Result<(), Refusal> {
    if queued_notice(draft, notice_id)?.is_some() {
        draft.push(Event::NoticeHandedOut {
            notice_id,
            channel: channel.to_owned(),
        });
    }
    Ok(())
}

/// No channel reached the person: that is an event, and the next in line is told.
pub(crate) fn failed(
    draft: &mut Draft<'_, '_>,
    notice_id: NoticeId,
    why: &str,
) -> Result<(), Refusal> {
    let Some(notice) = queued_notice(draft, notice_id)? else {
        return Ok(());
    };
    draft.push(Event::NoticeFailed {
        notice_id,
        why: why.to_owned(),
    });
    if let Some(addressee) = next_in_line(draft, &notice.addressee) {
        let mut next = draft.notice(addressee, notice.about);
        next.case_id = notice.case_id;
        next.escalation_id = notice.escalation_id;
        next.task_id = notice.task_id;
        next.unit.clone_from(&notice.unit);
        next.step = notice.step;
        next.cases.clone_from(&notice.cases);
        next.drill = notice.drill;
        draft.push(Event::DutyNotified {
            notice: Box::new(next),
        });
    }
    Ok(())
}

fn queued_notice(
    draft: &Draft<'_, '_>,
    notice_id: NoticeId,
) -> Result<Option<Arc<Notice>>, Refusal> {
    if draft.heading.actor.role != Role::System {
        return Err(RefusalCode::RoleMayNot.into());
    }
    let notice = draft
        .tables
        .notices
        .get(&notice_id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    Ok(notice.ended.is_none().then_some(notice))
}

/// Who is told when somebody cannot be reached. After the district duty leader there is nobody: the failure stands.
fn next_in_line(draft: &Draft<'_, '_>, of: &Addressee) -> Option<Addressee> {
    match of {
        Addressee::Unit { unit } => Some(Addressee::UnitLeader { unit: unit.clone() }),
        Addressee::UnitLeader { unit } => Some(
            street_of_unit(draft, unit).map_or(Addressee::DutyOfficer, |department| {
                Addressee::Department { department }
            }),
        ),
        Addressee::Department { department } => Some(Addressee::DepartmentLeader {
            department: department.clone(),
        }),
        Addressee::DepartmentLeader { department } => Some(Addressee::DepartmentSuperior {
            department: department.clone(),
        }),
        Addressee::DepartmentSuperior { .. } | Addressee::NextOfficer => {
            Some(Addressee::DistrictDutyLeader)
        }
        Addressee::DutyOfficer => Some(Addressee::NextOfficer),
        Addressee::Account { .. } => Some(Addressee::DutyOfficer),
        Addressee::DistrictDutyLeader => None,
    }
}

fn street_of_unit(draft: &Draft<'_, '_>, unit: &UnitId) -> Option<DepartmentId> {
    draft
        .tables
        .units
        .get(unit)?
        .jurisdiction
        .as_ref()
        .map(DepartmentId::street)
}
