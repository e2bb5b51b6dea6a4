//! Stores what an event says. Cannot fail, reads no time, asks no policy; replay does not depend on today's rules.

mod area;
mod case;
mod escalation;
mod forgetting;
mod joining;
mod other;
mod reply;
mod task;

use std::sync::Arc;

use model::case::{Case, RevisitPlan, TimelineEntry};
use model::details::RecordDetails;
use model::event::{Event, RecordedEvent};
use model::id::CaseId;
use model::reason::Reason;
use model::sighting::Facts;

use crate::state::State;
use crate::tables::Tables;

/// Stores one event in the state: tables and index.
pub fn apply(state: &mut State, event: &RecordedEvent) {
    let touched = apply_to_tables(&mut state.tables, event);
    for id in touched {
        state.reindex(id);
    }
}

/// Stores one event in the tables; gives the cases whose place in the index may have changed.
pub(crate) fn apply_to_tables(tables: &mut Tables, recorded: &RecordedEvent) -> Vec<CaseId> {
    tables.head = recorded.seq;
    tables.now = recorded.at;
    for (record, details) in &recorded.new.details {
        let mut kept: RecordDetails = tables
            .details
            .get(record)
            .map(|d| (**d).clone())
            .unwrap_or_default();
        kept.absorb(details.clone());
        tables.details.insert(*record, Arc::new(kept));
    }
    match &recorded.new.event {
        Event::SightingAccepted { .. }
        | Event::SightingAdded { .. }
        | Event::SameAnswered { .. }
        | Event::CaseOpened { .. }
        | Event::CaseLevelChanged { .. }
        | Event::CaseTierRaised { .. }
        | Event::CaseTierLowered { .. }
        | Event::CaseDecided { .. }
        | Event::CaseJoined { .. }
        | Event::CaseFollowedUp { .. }
        | Event::CaseReopened { .. }
        | Event::CaseClosed { .. }
        | Event::RevisitPlanned { .. }
        | Event::CaseTaken { .. }
        | Event::CaseRelocated { .. }
        | Event::CaseNoted { .. }
        | Event::SubjectsChanged { .. }
        | Event::EmergencyCallRecorded { .. }
        | Event::DeadlineMissed { .. }
        | Event::LadderStepFired { .. }
        | Event::DeadlineMet { .. }
        | Event::ReceiverConfirmed { .. }
        | Event::ReceiverAsked { .. }
        | Event::LegalBasisNamed { .. }
        | Event::PersonalRead { .. }
        | Event::OperationLabelled { .. } => case::apply(tables, recorded),
        Event::SightingReplied { sighting_id, reply } => {
            reply::apply(tables, recorded, *sighting_id, reply)
        }
        Event::CasesMerged { .. } | Event::CasesUnmerged { .. } | Event::CaseSplit { .. } => {
            joining::apply(tables, recorded)
        }
        Event::TaskWaiting { .. }
        | Event::TaskOffered { .. }
        | Event::TaskAccepted { .. }
        | Event::TaskDeparted { .. }
        | Event::TaskArrived { .. }
        | Event::TaskOutcomeRecorded { .. }
        | Event::TaskReturned { .. }
        | Event::OfferLapsed { .. }
        | Event::TaskWithdrawn { .. }
        | Event::TaskAmended { .. }
        | Event::TaskSeen { .. } => task::apply(tables, recorded),
        Event::EscalationOpened { .. }
        | Event::EscalationWidened { .. }
        | Event::EscalationInformed { .. }
        | Event::EscalationAcknowledged { .. }
        | Event::EscalationStepFired { .. }
        | Event::EscalationAskedAgain { .. }
        | Event::EscalationReported { .. }
        | Event::EscalationTransferred { .. }
        | Event::EscalationDeclined { .. }
        | Event::EscalationEnded { .. } => escalation::apply(tables, recorded),
        Event::SignalReceived { .. }
        | Event::SignalEnded { .. }
        | Event::AreaWarningChanged { .. }
        | Event::AreaWarningLooked { .. }
        | Event::AreaWarningConfirmed { .. }
        | Event::AreaConfirmLapsed { .. }
        | Event::CaseRegraded { .. } => area::apply(tables, recorded),
        Event::DutyNotified { .. }
        | Event::DutyCallsSet { .. }
        | Event::CapacityShort { .. }
        | Event::NoticeHandedOut { .. }
        | Event::NoticeFailed { .. }
        | Event::NoticesCancelled { .. }
        | Event::PersonOpened { .. }
        | Event::PersonsJoined { .. }
        | Event::PersonsSeparated { .. }
        | Event::PersonCared { .. }
        | Event::ResourceStateChanged { .. }
        | Event::HoldMade { .. }
        | Event::HoldEnded { .. }
        | Event::ShiftStarted { .. }
        | Event::ShiftCheckedIn { .. }
        | Event::CheckInMissed { .. }
        | Event::ShiftEnded { .. }
        | Event::PanicRaised { .. }
        | Event::PlaceLooked { .. }
        | Event::HandOverOffered { .. }
        | Event::HandOverReceived { .. }
        | Event::HandOverAnswered { .. }
        | Event::DrillSwitched { .. }
        | Event::PolicyAdopted { .. }
        | Event::JurisdictionsAdopted { .. }
        | Event::PlacesImported { .. }
        | Event::UnitsImported { .. }
        | Event::DepartmentsImported { .. }
        | Event::ResourcesImported { .. } => other::apply(tables, recorded),
        Event::DetailsErased { .. }
        | Event::PersonalErased { .. }
        | Event::RetentionPlanned { .. } => forgetting::apply(tables, recorded),
    }
}

/// Changes one case and writes it back; an unknown case changes nothing.
fn change_case(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    id: CaseId,
    change: impl FnOnce(&mut Case),
) {
    tables.change_case(id, |case| {
        change(case);
        case.seq = recorded.seq;
    });
}

/// Adds a line to the story of a case.
fn tell(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    id: CaseId,
    facts: Facts,
    reasons: Vec<Reason>,
) {
    let entry = TimelineEntry {
        seq: recorded.seq,
        at: recorded.at,
        kind: recorded.new.event.kind().to_owned(),
        by: recorded.new.actor.clone(),
        facts,
        reasons,
    };
    change_case(tables, recorded, id, |case| {
        case.timeline.push(Arc::new(entry));
    });
}

/// Facts for a line, from pairs.
fn facts<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> Facts {
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn plan_facts(plan: Option<&RevisitPlan>) -> Facts {
    facts([
        ("due", serde_json::json!(plan.map(|p| &p.due))),
        ("n_done", serde_json::json!(plan.map(|p| p.n_done))),
        ("look", serde_json::json!(plan.map(|p| p.look))),
    ])
}

fn plan_reasons(plan: Option<&RevisitPlan>) -> Vec<Reason> {
    plan.map(|p| p.reasons.clone()).unwrap_or_default()
}
