//! What one event touches: the entities whose views it may change. Every event is looked at; nothing is guessed.

use std::collections::BTreeSet;

use model::area::WeatherSignal;
use model::case::Case;
use model::event::{Event, RecordedEvent};
use model::id::{
    CaseId, ColourChangeId, EscalationId, JurisdictionCode, RecordId, ResourceId, TaskId, UnitId,
};
use model::reason::Reason;

use super::area::is_about;
use crate::tables::Tables;

/// Ids of what an event touches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// The case that it is about, if about one.
    pub about: Option<CaseId>,
    /// Cases, merged ones as they are named; their survivors are looked up.
    pub cases: BTreeSet<CaseId>,
    /// The task that it is about.
    pub task: Option<TaskId>,
    /// Other tasks.
    pub tasks: BTreeSet<TaskId>,
    /// The escalation that it is about.
    pub escalation: Option<EscalationId>,
    /// Other escalations.
    pub escalations: BTreeSet<EscalationId>,
    /// Cases that may come into, or leave, the sight of the escalation's department, and change in nothing else.
    pub sight: BTreeSet<CaseId>,
    /// Streets whose colour or signals changed.
    pub streets: BTreeSet<JurisdictionCode>,
    /// Units.
    pub units: BTreeSet<UnitId>,
    /// Resources.
    pub resources: BTreeSet<ResourceId>,
    /// Whether what belongs to the cases moved: merge, undo, split, another street.
    pub moved: bool,
    /// Whether so much changed that a client starts anew.
    pub anew: bool,
}

impl Touched {
    fn case(id: CaseId) -> Self {
        Self {
            about: Some(id),
            cases: BTreeSet::from([id]),
            ..Self::default()
        }
    }

    fn two_cases(id: CaseId, other: CaseId) -> Self {
        Self {
            about: Some(id),
            cases: BTreeSet::from([id, other]),
            moved: true,
            ..Self::default()
        }
    }

    fn task(id: TaskId, case_id: Option<CaseId>) -> Self {
        Self {
            about: case_id,
            cases: case_id.into_iter().collect(),
            task: Some(id),
            ..Self::default()
        }
    }

    fn unit(id: &UnitId) -> Self {
        Self {
            units: BTreeSet::from([id.clone()]),
            ..Self::default()
        }
    }

    fn resource(id: &ResourceId) -> Self {
        Self {
            resources: BTreeSet::from([id.clone()]),
            ..Self::default()
        }
    }

    fn anew() -> Self {
        Self {
            anew: true,
            ..Self::default()
        }
    }
}

/// What an event touches, from the tables before and after it.
#[expect(
    clippy::match_same_arms,
    reason = "one arm for each event or family of events, in their order"
)]
pub(crate) fn touched(before: &Tables, after: &Tables, recorded: &RecordedEvent) -> Touched {
    match &recorded.new.event {
        Event::SightingAccepted { sighting, .. } => Touched::case(sighting.case_id),
        Event::SightingAdded { sighting_id, .. }
        | Event::SameAnswered { sighting_id, .. }
        | Event::SightingReplied { sighting_id, .. } => after
            .sightings
            .get(sighting_id)
            .map(|sighting| Touched::case(sighting.case_id))
            .unwrap_or_default(),
        Event::CaseOpened { case } => Touched::case(case.id),
        Event::CaseLevelChanged { case_id, .. }
        | Event::CaseTierRaised { case_id, .. }
        | Event::CaseTierLowered { case_id, .. }
        | Event::CaseDecided { case_id, .. }
        | Event::CaseJoined { case_id, .. }
        | Event::CaseFollowedUp { case_id, .. }
        | Event::CaseReopened { case_id, .. }
        | Event::RevisitPlanned { case_id, .. }
        | Event::CaseTaken { case_id, .. }
        | Event::CaseNoted { case_id, .. }
        | Event::SubjectsChanged { case_id, .. }
        | Event::EmergencyCallRecorded { case_id, .. }
        | Event::DeadlineMissed { case_id, .. }
        | Event::LadderStepFired { case_id, .. }
        | Event::DeadlineMet { case_id, .. }
        | Event::LegalBasisNamed { case_id, .. }
        | Event::ReceiverConfirmed { case_id, .. }
        | Event::ReceiverAsked { case_id, .. }
        | Event::PersonalRead { case_id, .. } => Touched::case(*case_id),
        // With a case ends the asking of its departments.
        Event::CaseClosed { case_id, .. } => Touched {
            escalations: after
                .escalations_of(after.root(*case_id).map_or(*case_id, |root| root.id))
                .into_iter()
                .map(|escalation| escalation.id)
                .collect(),
            ..Touched::case(*case_id)
        },
        Event::CaseRelocated { case_id, .. } => Touched {
            moved: true,
            ..Touched::case(*case_id)
        },
        Event::CasesMerged { case_id, into, .. } => Touched::two_cases(*case_id, *into),
        Event::CasesUnmerged { survivor, case, .. } => Touched::two_cases(case.id, survivor.id),
        Event::CaseSplit { from, to, .. } => Touched::two_cases(from.id, to.id),
        Event::OperationLabelled { case_id, .. } => case_id.map(Touched::case).unwrap_or_default(),
        Event::TaskWaiting { task } | Event::TaskOffered { task } => {
            Touched::task(task.id, task.case_id)
        }
        Event::TaskOutcomeRecorded {
            task_id, case_id, ..
        } => {
            let mut touched = of_task(after, *task_id);
            touched.cases.extend(*case_id);
            touched.about = touched.about.or(*case_id);
            touched
        }
        Event::TaskAccepted { task_id, .. }
        | Event::TaskDeparted { task_id, .. }
        | Event::TaskArrived { task_id, .. }
        | Event::TaskReturned { task_id, .. }
        | Event::OfferLapsed { task_id }
        | Event::TaskWithdrawn { task_id, .. }
        | Event::TaskAmended { task_id, .. }
        | Event::TaskSeen { task_id } => of_task(after, *task_id),
        Event::EscalationOpened { escalation } | Event::EscalationInformed { escalation } => {
            of_escalation(before, after, escalation.id)
        }
        Event::EscalationWidened { escalation_id, .. }
        | Event::EscalationAcknowledged { escalation_id, .. }
        | Event::EscalationStepFired { escalation_id, .. }
        | Event::EscalationAskedAgain { escalation_id, .. }
        | Event::EscalationReported { escalation_id, .. }
        | Event::EscalationTransferred { escalation_id, .. }
        | Event::EscalationDeclined { escalation_id, .. }
        | Event::EscalationEnded { escalation_id, .. } => {
            of_escalation(before, after, *escalation_id)
        }
        Event::SignalReceived { signal } => {
            let mut streets = of_signal(after, signal);
            if let Some(known) = before.signals.get(&signal.id) {
                streets.extend(of_signal(after, known));
            }
            Touched {
                streets,
                ..Touched::default()
            }
        }
        Event::SignalEnded { signal_id } => Touched {
            streets: before
                .signals
                .get(signal_id)
                .map(|signal| of_signal(after, signal))
                .unwrap_or_default(),
            ..Touched::default()
        },
        Event::AreaWarningChanged { change, .. } => Touched {
            streets: change
                .streets
                .iter()
                .map(|street| street.warning.jurisdiction.clone())
                .collect(),
            ..Touched::default()
        },
        Event::AreaWarningLooked { streets } => Touched {
            streets: streets
                .iter()
                .map(|street| street.warning.jurisdiction.clone())
                .collect(),
            ..Touched::default()
        },
        Event::AreaWarningConfirmed { change_id } | Event::AreaConfirmLapsed { change_id, .. } => {
            Touched {
                streets: of_change(after, *change_id),
                ..Touched::default()
            }
        }
        Event::CaseRegraded { .. } => Touched::default(),
        Event::DutyNotified { notice } => Touched {
            about: notice.case_id,
            cases: notice
                .case_id
                .into_iter()
                .chain(notice.cases.iter().copied())
                .collect(),
            ..Touched::default()
        },
        Event::DutyCallsSet { .. }
        | Event::CapacityShort { .. }
        | Event::NoticeHandedOut { .. }
        | Event::NoticeFailed { .. }
        | Event::NoticesCancelled { .. } => Touched::default(),
        Event::PersonOpened { .. }
        | Event::PersonsJoined { .. }
        | Event::PersonsSeparated { .. }
        | Event::PersonCared { .. } => Touched::default(),
        Event::ResourceStateChanged {
            resource,
            ends_task,
            ..
        } => {
            let mut touched = Touched::resource(resource);
            touched.task = *ends_task;
            touched
        }
        Event::HoldMade { hold } => Touched::resource(&hold.resource),
        Event::HoldEnded { hold_id, .. } => after
            .holds
            .get(hold_id)
            .map(|hold| Touched::resource(&hold.resource))
            .unwrap_or_default(),
        Event::ShiftStarted { shift } => Touched::unit(&shift.unit),
        Event::ShiftCheckedIn { unit, .. }
        | Event::CheckInMissed { unit }
        | Event::ShiftEnded { unit }
        | Event::PanicRaised { unit } => Touched::unit(unit),
        Event::PlaceLooked { .. } | Event::DrillSwitched { .. } => Touched::default(),
        Event::HandOverOffered { hand_over } | Event::HandOverReceived { hand_over } => {
            Touched::case(hand_over.case_id)
        }
        Event::HandOverAnswered { hand_over_id, .. } => after
            .hand_overs
            .get(hand_over_id)
            .map(|hand_over| Touched::case(hand_over.case_id))
            .unwrap_or_default(),
        Event::PolicyAdopted { .. }
        | Event::JurisdictionsAdopted { .. }
        | Event::PlacesImported { .. } => Touched::anew(),
        Event::UnitsImported { units } => Touched {
            units: units.iter().map(|unit| unit.id.clone()).collect(),
            ..Touched::default()
        },
        Event::DepartmentsImported { .. } => Touched::default(),
        Event::ResourcesImported { resources } => Touched {
            resources: resources.iter().map(|r| r.id.clone()).collect(),
            ..Touched::default()
        },
        Event::DetailsErased { records, cases, .. } if cases.is_empty() => {
            of_erased(before, after, records)
        }
        Event::DetailsErased { records, cases, .. } => of_over(before, after, records, cases),
        Event::PersonalErased { jurisdiction, .. } => Touched {
            streets: BTreeSet::from([jurisdiction.clone()]),
            ..Touched::default()
        },
        Event::RetentionPlanned { .. } => Touched::default(),
    }
}

fn of_task(after: &Tables, id: TaskId) -> Touched {
    Touched::task(id, after.tasks.get(&id).and_then(|task| task.case_id))
}

fn of_escalation(before: &Tables, after: &Tables, id: EscalationId) -> Touched {
    let Some(now) = after.escalations.get(&id) else {
        return Touched::default();
    };
    let was = before.escalations.get(&id);
    let listed_before: BTreeSet<CaseId> = was
        .map(|e| e.cases.iter().copied().collect())
        .unwrap_or_default();
    let listed: BTreeSet<CaseId> = now.cases.iter().copied().collect();
    let opened_or_over = was.is_none_or(|was| was.is_open() != now.is_open());
    let sight = if opened_or_over {
        listed_before.union(&listed).copied().collect()
    } else {
        listed_before
            .symmetric_difference(&listed)
            .copied()
            .collect()
    };
    Touched {
        about: now.case_id,
        cases: now.case_id.into_iter().collect(),
        escalation: Some(id),
        sight,
        ..Touched::default()
    }
}

fn of_signal(tables: &Tables, signal: &WeatherSignal) -> BTreeSet<JurisdictionCode> {
    tables
        .jurisdictions
        .keys()
        .chain(tables.areas.keys())
        .filter(|code| is_about(signal, code))
        .cloned()
        .collect()
}

fn of_change(tables: &Tables, id: ColourChangeId) -> BTreeSet<JurisdictionCode> {
    tables
        .areas
        .values()
        .filter(|area| area.change_id == Some(id))
        .map(|area| area.jurisdiction.clone())
        .collect()
}

/// What time erases: all of its cases, and whatever goes on and quotes the records, as a task does that a split took
/// over.
fn of_over(before: &Tables, after: &Tables, records: &[RecordId], cases: &[CaseId]) -> Touched {
    let erased: BTreeSet<RecordId> = records.iter().copied().collect();
    let known = || cases.iter().filter_map(|id| after.cases.get(id));
    let mut touched = Touched {
        cases: cases.iter().copied().collect(),
        tasks: known()
            .flat_map(|case| case.tasks.iter().copied())
            .collect(),
        escalations: known()
            .flat_map(|case| case.escalations.iter().copied())
            .collect(),
        ..Touched::default()
    };
    for id in after.active.values().flatten() {
        if before
            .cases
            .get(id)
            .is_some_and(|case| shows(before, case, &erased))
        {
            touched.cases.insert(*id);
        }
        let tasks = after.tasks_of(*id).into_iter();
        touched.tasks.extend(
            tasks
                .filter(|task| quotes(&task.reasons, &erased))
                .map(|task| task.id),
        );
        let escalations = after.escalations_of(*id).into_iter();
        touched.escalations.extend(
            escalations
                .filter(|escalation| quotes(&escalation.reasons, &erased))
                .map(|escalation| escalation.id),
        );
    }
    touched
}

fn quotes(reasons: &[Reason], erased: &BTreeSet<RecordId>) -> bool {
    reasons
        .iter()
        .any(|reason| reason.quote.is_some_and(|q| erased.contains(&q.record)))
}

/// Whether a case shows or quotes one of these records.
fn shows(tables: &Tables, case: &Case, erased: &BTreeSet<RecordId>) -> bool {
    let grade = &case.grade;
    case.located_by.is_some_and(|r| erased.contains(&r))
        || case
            .subjects
            .iter()
            .any(|s| s.record.is_some_and(|r| erased.contains(&r)))
        || case.sightings.iter().any(|id| {
            erased.contains(&RecordId::from(*id))
                || tables
                    .sightings
                    .get(id)
                    .is_some_and(|s| s.additions.iter().any(|a| erased.contains(&a.id)))
        })
        || quotes(&grade.priority.reasons, erased)
        || quotes(&grade.warning_level.reasons, erased)
        || quotes(&grade.tier.reasons, erased)
        || case
            .revisit
            .as_ref()
            .is_some_and(|plan| quotes(&plan.reasons, erased))
}

/// Forgetting changes whatever showed or quoted the records: cases with their tasks and escalations, and colours'
/// nothing. Rare, so that everything is looked at.
fn of_erased(before: &Tables, after: &Tables, records: &[RecordId]) -> Touched {
    let erased: BTreeSet<RecordId> = records.iter().copied().collect();
    let mut touched = Touched::default();
    for case in before.cases.values() {
        if shows(before, case, &erased) {
            touched.cases.insert(case.id);
        }
    }
    touched.tasks = after
        .tasks
        .values()
        .filter(|task| quotes(&task.reasons, &erased))
        .map(|task| task.id)
        .collect();
    touched.escalations = after
        .escalations
        .values()
        .filter(|escalation| quotes(&escalation.reasons, &erased))
        .map(|escalation| escalation.id)
        .collect();
    touched
}
