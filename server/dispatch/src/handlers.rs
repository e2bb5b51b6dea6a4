//! Sends each command to the file that knows it. A handler checks rights, judges, and pushes events; consequences are
//! drawn by `settle`.

mod area;
mod arrival;
mod background;
mod case;
mod escalation;
mod form;
mod hand_over;
mod merge;
mod person;
pub(crate) mod resource;
mod retention;
mod shift;
mod sighting;
pub(crate) mod special_care;
mod subject;
mod sync;
pub(crate) mod task;
mod timer;
mod timer_case;
mod timer_task;

use model::command::Command;
use model::refusal::Refusal;

use crate::draft::Draft;

pub(crate) use sync::{handle_operation, label_of, permit_sync};

/// Decides one command on the draft.
pub(crate) fn handle(draft: &mut Draft<'_, '_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::ReportSighting(report) => sighting::report(draft, report),
        Command::AddToSighting {
            sighting_id,
            addition,
        } => sighting::add(draft, *sighting_id, addition),
        Command::AnswerSame {
            sighting_id,
            case_id,
            answer,
        } => sighting::same(draft, *sighting_id, *case_id, *answer),
        Command::ReplyToSighting {
            sighting_id,
            name,
            at,
        } => sighting::reply(draft, *sighting_id, name, *at),
        Command::AcceptTask { task_id } => task::accept(draft, *task_id),
        Command::DepartTask { task_id } => task::depart(draft, *task_id),
        Command::ArriveTask { task_id } => task::arrive(draft, *task_id),
        Command::RecordOutcome { task_id, outcome } => task::outcome(draft, *task_id, outcome),
        Command::ReturnTask { task_id, reason } => task::give_back(draft, *task_id, *reason),
        Command::SeeTask { task_id } => task::see(draft, *task_id),
        Command::RaiseCase { case_id, to } => case::raise(draft, *case_id, to),
        Command::LowerCase { case_id, to } => case::lower(draft, *case_id, to),
        Command::AssignUnit {
            case_id,
            unit,
            reason,
        } => task::assign(draft, *case_id, unit, reason),
        Command::TakeCase {
            case_id,
            name,
            reason,
        } => case::take(draft, *case_id, name, reason),
        Command::MergeCases {
            case_id,
            into,
            same,
            reason,
        } => merge::merge(draft, *case_id, *into, same, reason),
        Command::UnmergeCase {
            survivor,
            case_id,
            take,
            reason,
        } => merge::unmerge(draft, *survivor, *case_id, take, reason),
        Command::SplitCase {
            case_id,
            sightings,
            to_case,
            reason,
        } => merge::split(draft, *case_id, sightings, *to_case, reason),
        Command::RelocateCase { case_id, to } => case::relocate(draft, *case_id, to),
        Command::NoteCase { case_id } => case::note(draft, *case_id),
        Command::CloseCase {
            case_id,
            reason,
            outcome,
            decision,
        } => case::close(draft, *case_id, reason, *outcome, decision.as_ref()),
        Command::RecordEmergencyCall { case_id, call } => {
            case::emergency_call(draft, *case_id, call)
        }
        Command::OfferHandOver {
            case_id,
            to,
            reason,
        } => hand_over::offer(draft, *case_id, to, reason),
        Command::AnswerHandOver {
            hand_over_id,
            accept,
            name,
        } => hand_over::answer(draft, *hand_over_id, *accept, name),
        Command::ReceiveHandOver {
            hand_over_id,
            from_district,
            report,
            reason,
        } => hand_over::receive(draft, *hand_over_id, from_district, report, reason),
        Command::RecordArrivals {
            case_id,
            subjects,
            organisation,
            name,
            at,
        } => arrival::arrivals(draft, *case_id, subjects, organisation, name, *at),
        Command::SetSubject { case_id, subject } => subject::set(draft, *case_id, subject),
        Command::OpenPerson {
            person_id,
            name_quality,
            age_band,
            special_care,
        } => person::open(draft, *person_id, *name_quality, *age_band, *special_care),
        Command::JoinPersons {
            person_id,
            with,
            reason,
        } => person::join(draft, *person_id, *with, reason),
        Command::SeparatePersons { person_id, reason } => {
            person::separate(draft, *person_id, reason)
        }
        Command::ReadPersonal { case_id, purpose } => person::read(draft, *case_id, *purpose),
        Command::AcknowledgeEscalation {
            escalation_id,
            name,
            eta_min,
        } => escalation::acknowledge(draft, *escalation_id, name, *eta_min, None),
        Command::AcceptPart {
            escalation_id,
            name,
            part,
            reason,
        } => escalation::accept_part(draft, *escalation_id, name, part, reason),
        Command::ReportEscalation {
            escalation_id,
            text,
        } => escalation::report(draft, *escalation_id, text, false),
        Command::CompleteEscalation {
            escalation_id,
            text,
        } => escalation::report(draft, *escalation_id, text, true),
        Command::TransferEscalation {
            escalation_id,
            to,
            reason,
        } => escalation::transfer(draft, *escalation_id, to, reason),
        Command::DeclineEscalation {
            escalation_id,
            reason,
            text,
        } => escalation::decline(draft, *escalation_id, *reason, text),
        Command::ReceiveSignal(signal) => area::signal(draft, signal),
        Command::RaiseArea {
            jurisdiction,
            level,
            until,
            reason,
        } => area::raise(draft, jurisdiction, *level, *until, reason),
        Command::LowerArea {
            jurisdiction,
            level,
            reason,
        } => area::lower(draft, jurisdiction, *level, reason),
        Command::ConfirmArea { jurisdiction } => area::confirm(draft, jurisdiction),
        Command::SetResourceState {
            resource,
            open,
            beds_free,
            n_guests,
        } => resource::set_state(draft, resource, *open, *beds_free, *n_guests),
        Command::HoldBeds {
            resource,
            case_id,
            n,
            until,
        } => resource::hold(draft, resource, *case_id, *n, *until),
        Command::ArriveHold { hold_id } => resource::hold_arrived(draft, *hold_id),
        Command::ReleaseHold { hold_id } => resource::release(draft, *hold_id),
        Command::StartShift { ends_at, lone } => shift::start(draft, *ends_at, *lone),
        Command::CheckIn => shift::check_in(draft),
        Command::EndShift => shift::end(draft),
        Command::RaisePanic => shift::panic(draft),
        Command::LookAtPlace { place } => resource::look(draft, place),
        Command::SwitchDrill { on, reason } => background::drill(draft, *on, reason),
        Command::AdoptPolicy { policy_id } => background::adopt_policy(draft, policy_id),
        Command::AdoptJurisdictions {
            jurisdictions,
            boundaries,
        } => background::adopt_jurisdictions(draft, jurisdictions, boundaries.as_deref()),
        Command::ImportPlaces { places } => background::places(draft, places),
        Command::ImportUnits { units } => background::units(draft, units),
        Command::ImportDepartments { departments } => background::departments(draft, departments),
        Command::ImportResources { resources } => background::resources(draft, resources),
        Command::DeadlineReached { timer, due } => timer::reached(draft, timer, *due),
        Command::NoticeHandedOut { notice_id, channel } => {
            background::handed_out(draft, *notice_id, channel)
        }
        Command::NoticeFailed { notice_id, why } => background::failed(draft, *notice_id, why),
        Command::EraseDetails { records, ground } => retention::erase(draft, records, ground),
        Command::HandOutPerson { person_id } => person::hand_out(draft, *person_id),
        Command::ErasePerson {
            person_id,
            named,
            ground,
        } => retention::erase_person(draft, *person_id, named, ground),
        Command::Sync { .. } => Err(crate::decide::not_an_operation()),
    }
}
