//! What a change of colour brings with it: one event with all its streets, one confirmation, one escalation for each
//! department, and the list of cases to grade anew. The cases follow in portions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::area::{ColourChange, StreetChange};
use model::deadline::{Addressee, NoticeAbout};
use model::escalation::{Escalation, EscalationEnd};
use model::event::Event;
use model::grade::{Level, Tier};
use model::id::{CaseId, ColourChangeId, DepartmentId, EscalationId, JurisdictionCode, SignalId};
use policy::area_step::confirm_within;
use policy::escalation::{
    acknowledge_within_for_area, area_escalation_reason, departments_for_area,
};
use policy::tier::area_tier;

use crate::draft::Draft;
use crate::handlers::resource::on_area_level;
use crate::handlers::retention;
use crate::settle::calls::most_urgent_first;
use crate::settle::escalations::{asked_by_area, blank, cancel_calls, open};

/// Who changed a colour.
pub(super) enum By {
    /// A named officer: no confirmation is asked.
    Hand,
    /// The system: by a signal, or by a look at its time.
    System(Option<SignalId>),
}

/// Pushes one change of colour with everything that goes with it.
pub(super) fn push_change(draft: &mut Draft<'_, '_>, mut streets: Vec<StreetChange>, by: &By) {
    let id = ColourChangeId(draft.new_id());
    for street in &mut streets {
        street.warning.change_id = Some(id);
        retention::note_end(draft, street);
    }
    let (signal_id, confirm_by) = match by {
        By::Hand => (None, None),
        By::System(signal_id) => (
            signal_id.clone(),
            Some(draft.now() + confirm_within(&draft.policy)),
        ),
    };
    let regrade = cases_in(draft, &streets);
    let change = ColourChange {
        id,
        at: draft.now(),
        by: draft.heading.actor.account.clone(),
        signal_id,
        streets: streets.clone(),
        confirm_by,
        confirmed_by: None,
        n_asked: 0,
    };
    draft.push(Event::AreaWarningChanged {
        change: Box::new(change),
        regrade,
    });
    if confirm_by.is_some() {
        let notice = draft.notice(Addressee::DutyOfficer, NoticeAbout::ConfirmColour);
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
    for street in &streets {
        on_area_level(draft, &street.warning.jurisdiction, street.warning.level);
    }
    end_what_fell(draft, &streets);
    ask_for_risen(draft, id, &streets);
}

/// The open and follow-up cases of the streets, most urgent first. Those of the command desk, which lie in no street,
/// stand under the worst colour of all.
fn cases_in(draft: &Draft<'_, '_>, streets: &[StreetChange]) -> Vec<CaseId> {
    let tables = &draft.tables;
    let of_desk = tables
        .active
        .iter()
        .filter(|(code, _)| !tables.jurisdictions.contains_key(*code))
        .map(|(_, cases)| cases);
    let mut cases: Vec<CaseId> = streets
        .iter()
        .filter_map(|street| tables.active.get(&street.warning.jurisdiction))
        .chain(of_desk)
        .flatten()
        .filter(|id| tables.cases.get(*id).is_some_and(|case| !case.history))
        .copied()
        .collect();
    most_urgent_first(&draft.tables, &mut cases);
    cases
}

/// An escalation for an area ends when all its streets have fallen below its tier. A fall opens nothing.
fn end_what_fell(draft: &mut Draft<'_, '_>, streets: &[StreetChange]) {
    let fell: BTreeSet<&JurisdictionCode> = streets
        .iter()
        .filter(|street| street.warning.level < street.from)
        .map(|street| &street.warning.jurisdiction)
        .collect();
    if fell.is_empty() {
        return;
    }
    let tables = &draft.tables;
    let over: Vec<EscalationId> = tables
        .area_escalations
        .values()
        .flatten()
        .filter_map(|id| tables.escalations.get(id))
        .filter(|e| e.jurisdictions.iter().any(|street| fell.contains(street)))
        .filter(|e| {
            e.jurisdictions.iter().all(|street| {
                area_tier(&draft.policy, tables.area_level(street)).is_none_or(|tier| tier < e.tier)
            })
        })
        .map(|e| e.id)
        .collect();
    for escalation_id in over {
        draft.push(Event::EscalationEnded {
            escalation_id,
            ended: EscalationEnd::ColourFell,
        });
        cancel_calls(draft, escalation_id);
    }
}

/// What one department is asked about.
struct Asked {
    tier: Tier,
    streets: Vec<JurisdictionCode>,
}

/// One escalation for each department over all streets that rose: what is open is widened and its clock goes on; only
/// who has not been asked for a street yet is asked; what was acknowledged stays so.
fn ask_for_risen(draft: &mut Draft<'_, '_>, change_id: ColourChangeId, streets: &[StreetChange]) {
    let mut wanted: BTreeMap<DepartmentId, Asked> = BTreeMap::new();
    let mut order: Vec<DepartmentId> = Vec::new();
    let policy = Arc::clone(&draft.policy);
    for street in streets.iter().filter(|s| s.warning.level > s.from) {
        let code = &street.warning.jurisdiction;
        let Some(tier) = area_tier(&policy, street.warning.level) else {
            continue;
        };
        let affected = draft
            .tables
            .jurisdictions
            .get(code)
            .map(|j| j.neighbours.clone())
            .unwrap_or_default();
        for department in departments_for_area(&policy, tier, std::slice::from_ref(code), &affected)
        {
            if !wanted.contains_key(&department) {
                order.push(department.clone());
            }
            let asked = wanted.entry(department).or_insert_with(|| Asked {
                tier,
                streets: Vec::new(),
            });
            asked.tier = asked.tier.max(tier);
            asked.streets.push(code.clone());
        }
    }
    for department in order {
        if let Some(asked) = wanted.remove(&department) {
            ask(draft, change_id, &department, &asked);
        }
    }
}

fn ask(
    draft: &mut Draft<'_, '_>,
    change_id: ColourChangeId,
    department: &DepartmentId,
    asked: &Asked,
) {
    let mut known: BTreeSet<EscalationId> = BTreeSet::new();
    let mut new_streets: Vec<JurisdictionCode> = Vec::new();
    for street in &asked.streets {
        let by_area = asked_by_area(&draft.tables, department, street);
        if by_area.is_empty() {
            new_streets.push(street.clone());
        }
        known.extend(by_area);
    }
    let open_one = draft
        .tables
        .area_escalations
        .get(department)
        .into_iter()
        .flatten()
        .filter_map(|id| draft.tables.escalations.get(id))
        .find(|e| e.is_unanswered())
        .map(|e| e.id);
    let joined = match open_one {
        Some(id) => {
            known.insert(id);
            std::mem::take(&mut new_streets)
        }
        None => Vec::new(),
    };
    for escalation_id in known {
        let Some(escalation) = draft.tables.escalations.get(&escalation_id).cloned() else {
            continue;
        };
        let jurisdictions = if Some(escalation_id) == open_one {
            joined.clone()
        } else {
            Vec::new()
        };
        if asked.tier > escalation.tier || !jurisdictions.is_empty() {
            draft.push(Event::EscalationWidened {
                escalation_id,
                tier: asked.tier.max(escalation.tier),
                jurisdictions,
                cases: Vec::new(),
            });
        }
    }
    if !new_streets.is_empty() {
        open_for(draft, change_id, department, asked.tier, new_streets);
    }
}

fn open_for(
    draft: &mut Draft<'_, '_>,
    change_id: ColourChangeId,
    department: &DepartmentId,
    tier: Tier,
    jurisdictions: Vec<JurisdictionCode>,
) {
    let worst = jurisdictions
        .iter()
        .map(|street| draft.tables.area_level(street))
        .max()
        .unwrap_or(Level::None);
    let policy = Arc::clone(&draft.policy);
    let within = acknowledge_within_for_area(&policy, worst);
    let escalation = Escalation {
        change_id: Some(change_id),
        jurisdictions,
        tier,
        reasons: vec![area_escalation_reason(&policy, tier, worst, department)],
        ..blank(draft, department.clone(), within)
    };
    open(draft, escalation);
}
