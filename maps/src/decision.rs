//! Decisions on a case by named people: grade, unit, taking, place, note, closing, calls, arrivals, subjects.

use model::case::ClosingDecision;
use model::command::{Command, GradeDecision, PersonalKind, Relocation, SubjectBody};
use model::id::{CaseId, UnitId};
use model::outcome::OutcomeKind;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::EmergencyCall;
use model::time::Instant;
use model::view::answer::ChangesAnswer;
use serde::Deserialize;
use utoipa::ToSchema;
use web::answers::Answered;
use web::call::Call;
use web::content::{Form, PersonalForm};
use web::documents::{CommandParams, CommandProblems};
use web::form::{check_calls, check_position};
use web::path::PathId;
use web::problem::Problem;
use web::words::{self, Words};

/// Which unit goes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The unit.
    pub unit: UnitId,
    /// Why.
    pub reason: Words,
}

/// "Mine", without a unit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBody {
    /// The name.
    pub name: Words,
    /// Why.
    pub reason: Words,
}

/// A note. Its text is kept apart, with the personal fields.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// The text.
    pub text: Words,
}

/// How a case is closed by hand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// Why.
    pub reason: Words,
    /// A closing outcome for all subjects.
    #[serde(default)]
    pub outcome: Option<OutcomeKind>,
    /// A named decision.
    #[serde(default)]
    pub decision: Option<ClosingDecision>,
}

/// Who arrived.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrivalsBody {
    /// Which subjects; absent = all.
    #[serde(default)]
    pub subjects: Vec<u32>,
    /// The receiving organisation.
    pub organisation: Words,
    /// Who confirms.
    pub name: Words,
    /// When.
    #[serde(default)]
    pub at: Option<Instant>,
}

/// Raises tier, priority or warning level; a floor until ended by name.
#[utoipa::path(post, path = "/api/v1/cases/{id}/raise", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = GradeDecision,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn raise(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<GradeDecision>,
) -> Result<Answered, Problem> {
    check_grade(&form.value)?;
    let to = form.value;
    call.submit(form.sent, Command::RaiseCase { case_id, to })
        .await
}

/// Lowers tier, priority or warning level; ends at the next worse sign or rise of colour.
#[utoipa::path(post, path = "/api/v1/cases/{id}/lower", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = GradeDecision,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn lower(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<GradeDecision>,
) -> Result<Answered, Problem> {
    check_grade(&form.value)?;
    let to = form.value;
    call.submit(form.sent, Command::LowerCase { case_id, to })
        .await
}

/// Sends a unit.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assign", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = AssignBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn assign(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<AssignBody>,
) -> Result<Answered, Problem> {
    let AssignBody { unit, reason } = form.value;
    let command = Command::AssignUnit {
        case_id,
        unit,
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// A named officer takes a case that no unit has.
#[utoipa::path(post, path = "/api/v1/cases/{id}/take", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = TakeBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn take(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<TakeBody>,
) -> Result<Answered, Problem> {
    let TakeBody { name, reason } = form.value;
    let command = Command::TakeCase {
        case_id,
        name: name.into(),
        reason: reason.into(),
    };
    call.submit(form.sent, command).await
}

/// Says where a case really is.
#[utoipa::path(post, path = "/api/v1/cases/{id}/relocate", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = Relocation,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn relocate(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<Relocation>,
) -> Result<Answered, Problem> {
    let to = form.value;
    if let Some(position) = &to.position {
        check_position(position, call.actor(), "/position")?;
    }
    check_reason(&to.reason)?;
    call.submit(form.sent, Command::RelocateCase { case_id, to })
        .await
}

/// Writes a note about a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/note", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = NoteBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn note(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<NoteBody>,
) -> Result<Answered, Problem> {
    let Form { value, mut sent } = form;
    sent.take(PersonalKind::Note, value.text.into());
    call.submit(sent, Command::NoteCase { case_id }).await
}

/// Closes a case with an outcome or a named decision.
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = CloseBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn close(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<CloseBody>,
) -> Result<Answered, Problem> {
    let CloseBody {
        reason,
        outcome,
        decision,
    } = form.value;
    if let Some(decision) = &decision {
        for (member, text) in [("by", &decision.by), ("ground", &decision.ground)] {
            if !words::fits(text) {
                let pointer = format!("/decision/{member}");
                return Err(Refusal::new(RefusalCode::TextLength).at(pointer).into());
            }
        }
    }
    let command = Command::CloseCase {
        case_id,
        reason: reason.into(),
        outcome,
        decision,
    };
    call.submit(form.sent, command).await
}

/// Says that 120 or 110 was called.
#[utoipa::path(post, path = "/api/v1/cases/{id}/emergency_calls", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = EmergencyCall,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn emergency_calls(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<EmergencyCall>,
) -> Result<Answered, Problem> {
    check_calls(std::slice::from_ref(&form.value), "")?;
    let command = Command::RecordEmergencyCall {
        case_id,
        call: form.value,
    };
    call.submit(form.sent, command).await
}

/// The receiving place confirms who arrived.
#[utoipa::path(post, path = "/api/v1/cases/{id}/arrivals", tag = "decisions",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams), request_body = ArrivalsBody,
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn arrivals(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    form: Form<ArrivalsBody>,
) -> Result<Answered, Problem> {
    let ArrivalsBody {
        subjects,
        organisation,
        name,
        at,
    } = form.value;
    let command = Command::RecordArrivals {
        case_id,
        subjects,
        organisation: organisation.into(),
        name: name.into(),
        at,
    };
    call.submit(form.sent, command).await
}

/// Adds a subject, or changes one and its link to a person.
#[utoipa::path(post, path = "/api/v1/cases/{id}/subjects", tag = "people",
    params(("id" = uuid::Uuid, Path, description = "The case"), CommandParams),
    request_body(content = SubjectBody, description = "`note`, `looks` and `person_name` may stand here too; they are kept apart."),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn subjects(
    call: Call,
    PathId(case_id): PathId<CaseId>,
    PersonalForm(form): PersonalForm<SubjectBody>,
) -> Result<Answered, Problem> {
    let subject = form.value;
    call.submit(form.sent, Command::SetSubject { case_id, subject })
        .await
}

fn check_grade(decision: &GradeDecision) -> Result<(), Refusal> {
    let nothing =
        decision.tier.is_none() && decision.priority.is_none() && decision.warning_level.is_none();
    if nothing {
        return Err(Refusal::new(RefusalCode::MissingField).at("/tier"));
    }
    check_reason(&decision.reason)
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if words::fits(reason) {
        Ok(())
    } else {
        Err(Refusal::new(RefusalCode::TextLength).at("/reason"))
    }
}
