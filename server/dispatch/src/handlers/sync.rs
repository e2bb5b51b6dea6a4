//! Decides the operations of a phone's outbox: which commands may be one, what became of it when others acted meanwhile,
//! and the label that says so. An offline operation is never refused for what changed: it is kept, and a person decides.

use std::sync::Arc;

use model::case::{Case, CaseState, TimelineEntry};
use model::command::Command;
use model::deadline::{Addressee, NoticeAbout};
use model::event::{Event, SyncLabel};
use model::id::{CaseId, DepartmentId, TaskId};
use model::refusal::Refusal;
use policy::action::Action;

use crate::draft::Draft;
use crate::handlers::{handle, task};
use crate::rights::permit_call;
use crate::settle::tasks::hands;

pub(crate) fn permit_sync(draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    permit_call(draft, Action::Sync)
}

/// Decides one operation. A refused one leaves no event; one that was made without knowing the latest is labelled, and
/// a conflict is put before the street's duty.
///
/// # Errors
/// The refusal of its handler, or `wrong_kind` for a command that no phone keeps.
pub(crate) fn handle_operation(
    draft: &mut Draft<'_, '_>,
    command: &Command,
    label: SyncLabel,
) -> Result<(), Refusal> {
    if !may_be_operation(command) {
        return Err(crate::decide::not_an_operation());
    }
    draft.heading.drill = draft.tables.drill;
    let savepoint = draft.savepoint();
    if let Err(refusal) = handle(draft, command) {
        draft.roll_back(savepoint);
        return Err(refusal);
    }
    if label != SyncLabel::Clean {
        let case = subject_of(draft, command);
        draft.push(Event::OperationLabelled {
            operation: draft.heading.command_id,
            case_id: case.as_ref().map(|case| case.id),
            label,
        });
        if label == SyncLabel::Conflict {
            put_before_person(draft, case.as_deref(), task_of(command));
        }
    }
    Ok(())
}

/// What a phone keeps while it has no signal.
const fn may_be_operation(command: &Command) -> bool {
    match command {
        Command::ReportSighting(_)
        | Command::AddToSighting { .. }
        | Command::AnswerSame { .. }
        | Command::AcceptTask { .. }
        | Command::DepartTask { .. }
        | Command::ArriveTask { .. }
        | Command::RecordOutcome { .. }
        | Command::ReturnTask { .. }
        | Command::SeeTask { .. }
        | Command::RecordEmergencyCall { .. }
        | Command::HoldBeds { .. }
        | Command::ArriveHold { .. }
        | Command::ReleaseHold { .. }
        | Command::StartShift { .. }
        | Command::CheckIn
        | Command::EndShift
        | Command::RaisePanic
        | Command::LookAtPlace { .. } => true,
        Command::ReplyToSighting { .. }
        | Command::RaiseCase { .. }
        | Command::LowerCase { .. }
        | Command::AssignUnit { .. }
        | Command::TakeCase { .. }
        | Command::MergeCases { .. }
        | Command::UnmergeCase { .. }
        | Command::SplitCase { .. }
        | Command::RelocateCase { .. }
        | Command::NoteCase { .. }
        | Command::CloseCase { .. }
        | Command::OfferHandOver { .. }
        | Command::AnswerHandOver { .. }
        | Command::ReceiveHandOver { .. }
        | Command::RecordArrivals { .. }
        | Command::SetSubject { .. }
        | Command::OpenPerson { .. }
        | Command::JoinPersons { .. }
        | Command::SeparatePersons { .. }
        | Command::AcknowledgeEscalation { .. }
        | Command::ReportEscalation { .. }
        | Command::CompleteEscalation { .. }
        | Command::AcceptPart { .. }
        | Command::TransferEscalation { .. }
        | Command::DeclineEscalation { .. }
        | Command::ReceiveSignal(_)
        | Command::RaiseArea { .. }
        | Command::LowerArea { .. }
        | Command::ConfirmArea { .. }
        | Command::SetResourceState { .. }
        | Command::SwitchDrill { .. }
        | Command::AdoptPolicy { .. }
        | Command::AdoptJurisdictions { .. }
        | Command::ImportPlaces { .. }
        | Command::ImportUnits { .. }
        | Command::ImportDepartments { .. }
        | Command::ImportResources { .. }
        | Command::ReadPersonal { .. }
        | Command::Sync { .. }
        | Command::DeadlineReached { .. }
        | Command::NoticeHandedOut { .. }
        | Command::NoticeFailed { .. }
        | Command::HandOutPerson { .. }
        | Command::ErasePerson { .. }
        | Command::EraseDetails { .. } => false,
    }
}

/// The label of an operation, before it is decided.
///
/// # Shape
/// `clean` when nobody else changed the case since it was seen; `conflict` when two units acted on one task, or the case
/// was ended meanwhile; `parallel` for any other change: both are kept and nothing has to be decided.
pub(crate) fn label_of(draft: &Draft<'_, '_>, command: &Command, seen: Option<u64>) -> SyncLabel {
    let Some(case) = subject_of(draft, command) else {
        return SyncLabel::Clean;
    };
    let named = task_of(command).and_then(|id| draft.tables.tasks.get(&id));
    if named.is_some_and(|named| task::is_elsewhere(draft, named)) {
        return SyncLabel::Conflict;
    }
    let Some(seen) = seen.filter(|seen| *seen < case.seq) else {
        return SyncLabel::Clean;
    };
    let others: Vec<&TimelineEntry> = draft
        .tables
        .group(case.id)
        .into_iter()
        .flat_map(|member| member.timeline.iter().map(std::convert::AsRef::as_ref))
        .filter(|entry| entry.seq > seen && entry.by != draft.heading.actor.account)
        .filter(|entry| is_change(&entry.kind))
        .collect();
    if others.is_empty() {
        return SyncLabel::Clean;
    }
    let outcome_by_other = matches!(command, Command::RecordOutcome { .. })
        && others
            .iter()
            .any(|entry| entry.kind == "task.outcome_recorded");
    if case.state == CaseState::Closed || outcome_by_other {
        SyncLabel::Conflict
    } else {
        SyncLabel::Parallel
    }
}

/// Words to people, reads and missed times change nothing that an operation could contradict.
fn is_change(kind: &str) -> bool {
    !["duty.", "deadline.", "notice.", "personal.", "sync."]
        .iter()
        .any(|quiet| kind.starts_with(quiet))
}

const fn task_of(command: &Command) -> Option<TaskId> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the list of commands stands in `may_be_operation`"
    )]
    match command {
        Command::AcceptTask { task_id }
        | Command::DepartTask { task_id }
        | Command::ArriveTask { task_id }
        | Command::RecordOutcome { task_id, .. }
        | Command::ReturnTask { task_id, .. }
        | Command::SeeTask { task_id } => Some(*task_id),
        _ => None,
    }
}

/// The case that an operation is about. A report is about none that its sender could have seen.
fn subject_of(draft: &Draft<'_, '_>, command: &Command) -> Option<Arc<Case>> {
    if let Some(named) = task_of(command).and_then(|id| draft.tables.tasks.get(&id)) {
        return hands::case_of(draft, named);
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the list of commands stands in `may_be_operation`"
    )]
    let case_id: CaseId = match command {
        Command::AddToSighting { sighting_id, .. } | Command::AnswerSame { sighting_id, .. } => {
            draft.tables.sightings.get(sighting_id)?.case_id
        }
        Command::RecordEmergencyCall { case_id, .. } | Command::HoldBeds { case_id, .. } => {
            *case_id
        }
        _ => return None,
    };
    draft.tables.root(case_id).cloned()
}

fn put_before_person(draft: &mut Draft<'_, '_>, case: Option<&Case>, task_id: Option<TaskId>) {
    let addressee = case.map_or(Addressee::DutyOfficer, |case| Addressee::Department {
        department: DepartmentId::street(&case.jurisdiction.code),
    });
    let mut notice = draft.notice(addressee, NoticeAbout::NeedsPerson);
    notice.case_id = case.map(|case| case.id);
    notice.task_id = task_id;
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
}
