//! Rule: which outcomes may be recorded, on which legal basis, and what the case becomes.

use model::actor::Role;
use model::case::CaseState;
use model::grade::Priority;
use model::id::DepartmentId;
use model::outcome::{Capacity, Decider, LegalBasis, Outcome, OutcomeKind};
use model::reason::Reason;
use model::refusal::{Refusal, RefusalCode};
use model::time::{Instant, Span};

use crate::policy::Policy;

/// What an outcome is judged from.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeFacts<'a> {
    /// As recorded.
    pub outcome: &'a Outcome,
    /// The priority of the case.
    pub priority: Priority,
    /// Who records it.
    pub recorder: Role,
    /// Whether a parent or guardian is with the minor.
    pub guardian_present: bool,
    /// Whether harm, coercion or trafficking is suspected.
    pub harm_suspected: bool,
}

/// What an accepted outcome asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeVerdict {
    /// Whom a named legal basis asks to decide: an escalation to the body that may act.
    pub asks: Option<DepartmentId>,
    /// Whom it informs, without having to answer.
    pub informs: Vec<DepartmentId>,
    /// Why, if it asks or informs.
    pub reasons: Vec<Reason>,
}

/// What one outcome makes of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectBecomes {
    /// The next visit is its timer.
    Revisited,
    /// The receiver confirms; until then somebody is asked.
    Received(ReceiverTimer),
    /// Closed.
    Closed {
        /// Whether a review is opened.
        review: bool,
    },
}

/// How long a receiver has, and what silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiverTimer {
    /// From the outcome, or from the last question.
    pub after: Span,
    /// What silence means.
    pub silence: Silence,
}

/// What silence of a receiver means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The subject is open again.
    OpensAgain,
    /// It is asked again.
    AskedAgain,
}

/// Judges whether an outcome is complete and whose decision it is.
///
/// # Shape
/// `refused` needs that the person was informed and at least one thing offered; on a P0 also the name of the 120 or
/// police assessor; somebody who lacks capacity is never `refused`. A basis names its article and a body that may act.
///
/// # Errors
/// 422 `outcome_incomplete` or `never_refused` with the pointer; 409 `basis_not_yours`, `no_legal_basis`.
///
/// # Source
/// `domain.md`, outcomes and law in the loop; S14f arts. 27, 28, 30; S4; S34.
pub fn verdict_for_outcome(
    policy: &Policy,
    facts: &OutcomeFacts<'_>,
) -> Result<OutcomeVerdict, Refusal> {
    let outcome = facts.outcome;
    if let Some(detail) = outcome.detail
        && !outcome.outcome.details().contains(&detail)
    {
        return Err(incomplete("/detail").with("outcome", outcome.outcome.as_str()));
    }
    if outcome.outcome == OutcomeKind::Refused {
        check_refused(facts)?;
    }
    if let Some(handed_to) = &outcome.handed_to {
        if handed_to.organisation.trim().is_empty() {
            return Err(incomplete("/handed_to/organisation"));
        }
        if handed_to.name.trim().is_empty() {
            return Err(incomplete("/handed_to/name"));
        }
    }
    match &outcome.legal_basis {
        Some(basis) => verdict_for_basis(policy, facts, basis),
        None => Ok(OutcomeVerdict {
            asks: None,
            informs: guardian_informs(facts),
            reasons: Vec::new(),
        }),
    }
}

/// What an outcome makes of its subject.
pub fn subject_becomes(policy: &Policy, kind: OutcomeKind) -> SubjectBecomes {
    let n = &policy.numbers.outcome;
    match kind {
        OutcomeKind::Refused | OutcomeKind::StreetAid | OutcomeKind::NotFound => {
            SubjectBecomes::Revisited
        }
        OutcomeKind::Accepted => SubjectBecomes::Received(ReceiverTimer {
            after: n.receiver_confirm_within.0,
            silence: Silence::OpensAgain,
        }),
        OutcomeKind::Treated
        | OutcomeKind::Police
        | OutcomeKind::MinorHandOver
        | OutcomeKind::OtherDistrict => SubjectBecomes::Received(ReceiverTimer {
            after: n.receiver_ask_every.0,
            silence: Silence::AskedAgain,
        }),
        OutcomeKind::NotASubject | OutcomeKind::Duplicate => {
            SubjectBecomes::Closed { review: false }
        }
        OutcomeKind::DeathOrInjury => SubjectBecomes::Closed { review: true },
    }
}

/// How far one subject is, for the state of its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectState {
    /// It has no outcome.
    Waits,
    /// It has one that is followed up.
    FollowedUp,
    /// It has a closing one.
    Closed,
}

/// The state of a case from its subjects: open while one has no outcome, closed when each has a closing one.
pub fn case_state(subjects: &[SubjectState]) -> CaseState {
    if subjects.is_empty() || subjects.contains(&SubjectState::Waits) {
        CaseState::Open
    } else if subjects.contains(&SubjectState::FollowedUp) {
        CaseState::FollowUp
    } else {
        CaseState::Closed
    }
}

/// What a closing by hand is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosingFacts {
    /// Whether every subject has a closing outcome already.
    pub all_closed: bool,
    /// The closing outcome that is given now for the rest, if any.
    pub outcome: Option<OutcomeKind>,
    /// Whether a named decision with its ground is given.
    pub decided: Decided,
}

/// Whether a named person decided, with a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// By name, with a ground.
    ByName,
    /// Not, or without name or ground.
    Not,
}

/// Judges a closing by hand.
///
/// # Errors
/// 409 `no_closing_outcome` with neither a closing outcome nor a named decision.
pub fn verdict_for_closing(facts: &ClosingFacts) -> Result<(), RefusalCode> {
    let closes = facts.outcome.is_some_and(OutcomeKind::closes);
    if facts.all_closed || closes || facts.decided == Decided::ByName {
        Ok(())
    } else {
        Err(RefusalCode::NoClosingOutcome)
    }
}

/// When a follow-up without contact ends by itself.
pub fn follow_up_ends_at(policy: &Policy, last_contact_at: Instant) -> Instant {
    last_contact_at + policy.numbers.outcome.follow_up_days.0
}

/// The department that a body that may act stands for.
pub fn department_of(decider: Decider) -> DepartmentId {
    DepartmentId::from(match decider {
        Decider::Police => "police",
        Decider::Health | Decider::Ambulance => "health",
        Decider::CivilAffairs => "civil_affairs",
    })
}

fn incomplete(pointer: &str) -> Refusal {
    Refusal::new(RefusalCode::OutcomeIncomplete).at(pointer)
}

fn check_refused(facts: &OutcomeFacts<'_>) -> Result<(), Refusal> {
    let outcome = facts.outcome;
    if outcome.capacity == Some(Capacity::Lacks) {
        return Err(Refusal::new(RefusalCode::NeverRefused).at("/capacity"));
    }
    if !outcome.informed {
        return Err(incomplete("/informed"));
    }
    if outcome.offered.iter().all(|offer| offer.trim().is_empty()) {
        return Err(incomplete("/offered"));
    }
    let assessed = outcome.assessed_by.as_ref().is_some_and(|person| {
        !person.name.trim().is_empty() && !person.organisation.trim().is_empty()
    });
    if facts.priority == Priority::P0 && !assessed {
        return Err(incomplete("/assessed_by"));
    }
    Ok(())
}

/// A basis is for the body that may act, never for who records it; and some grounds are none by themselves.
fn verdict_for_basis(
    policy: &Policy,
    facts: &OutcomeFacts<'_>,
    basis: &LegalBasis,
) -> Result<OutcomeVerdict, Refusal> {
    if basis.ground.trim().is_empty() {
        return Err(incomplete("/legal_basis/ground"));
    }
    if basis.article.trim().is_empty() {
        return Err(incomplete("/legal_basis/article"));
    }
    let Ok(decider) = basis.decided_by.parse::<Decider>() else {
        return Err(Refusal::new(RefusalCode::BasisNotYours)
            .at("/legal_basis/decided_by")
            .with(
                "may_decide",
                Decider::ALL
                    .iter()
                    .map(|decider| decider.as_str())
                    .collect::<Vec<_>>(),
            ));
    };
    let guardian_decides = facts.guardian_present && !facts.harm_suspected;
    let no_basis = match basis.ground.as_str() {
        "minor" | "infant_with_adult" => guardian_decides,
        "suspected_mental_disorder" => true,
        _ => false,
    };
    if no_basis {
        return Err(Refusal::new(RefusalCode::NoLegalBasis).at("/legal_basis/ground"));
    }
    let department = department_of(decider);
    let reason = policy
        .reason("outcome/legal_basis", "outcome")
        .fact("decided_by", decider.as_str())
        .fact("department", department.as_str())
        .quoting("ground", basis.ground.as_str())
        .quoting("article", basis.article.as_str());
    Ok(OutcomeVerdict {
        asks: Some(department),
        informs: guardian_informs(facts),
        reasons: vec![reason],
    })
}

/// A minor with a parent or guardian: civil affairs are told; the police only on suspected harm.
fn guardian_informs(facts: &OutcomeFacts<'_>) -> Vec<DepartmentId> {
    if !facts.guardian_present {
        return Vec::new();
    }
    let mut informed = vec![DepartmentId::from("civil_affairs")];
    if facts.harm_suspected {
        informed.push(DepartmentId::from("police"));
    }
    informed
}
