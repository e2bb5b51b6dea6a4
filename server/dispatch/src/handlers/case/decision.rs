//! Decides what a named person decides about a case: raise, lower, take, close.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use model::case::{
    Case, CaseState, ClosingDecision, HumanDecision, HumanGrade, Subject, SubjectOutcome, Taken,
};
use model::command::GradeDecision;
use model::event::Event;
use model::grade::Tier;
use model::id::{AccountName, CaseId};
use model::outcome::{Outcome, OutcomeKind};
use model::reason::{Override, OverrideDirection};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::action::Action;

use crate::draft::Draft;
use crate::rights::permit_case;
use crate::settle::grade::judge::{ByRules, judge};

/// A named person raises: a floor until ended by name.
///
/// # Errors
/// `missing_field` without any axis; `not_a_raise`, `tier_already_reached`; `case_already_closed`, `case_changed`.
pub(crate) fn raise(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    to: &GradeDecision,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    let action = if to.tier == Some(Tier::One) {
        Action::CaseRaiseToOne
    } else {
        Action::CaseRaise
    };
    permit_case(draft, &case, action)?;
    fits(draft, &case, to)?;
    let grade = &case.grade;
    if to.tier.is_some_and(|tier| tier <= grade.tier.value) {
        return Err(Refusal::new(RefusalCode::TierAlreadyReached).at("/tier"));
    }
    if to.priority.is_some_and(|p| p >= grade.priority.value) {
        return Err(Refusal::new(RefusalCode::NotARaise).at("/priority"));
    }
    if to
        .warning_level
        .is_some_and(|l| l <= grade.warning_level.value)
    {
        return Err(Refusal::new(RefusalCode::NotARaise).at("/warning_level"));
    }
    let by_rules = by_rules(draft, &case)?;
    let mut human = case.human.clone();
    let decider = Decider::of(draft, to);
    if let Some(priority) = to.priority {
        human.priority = Some(decider.raise(priority, by_rules.priority));
    }
    if let Some(level) = to.warning_level {
        human.warning_level = Some(decider.raise(level, by_rules.warning_level));
    }
    if let Some(tier) = to.tier {
        human.tier = Some(decider.raise(tier, by_rules.tier));
    }
    draft.push(Event::CaseDecided {
        case_id: case.id,
        human,
        reason: to.reason.clone(),
    });
    draft.concern(case.id);
    Ok(())
}

/// A named person lowers: ends a raise, or is a ceiling until the next worse sign or rise of colour.
///
/// # Errors
/// `missing_field` without any axis; `not_a_lowering`; `case_already_closed`, `case_changed`.
pub(crate) fn lower(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    to: &GradeDecision,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    let action = if to.tier.is_some() && case.grade.tier.value == Tier::One {
        Action::CaseLowerFromOne
    } else {
        Action::CaseLower
    };
    permit_case(draft, &case, action)?;
    fits(draft, &case, to)?;
    let grade = &case.grade;
    if to.tier.is_some_and(|tier| tier >= grade.tier.value) {
        return Err(Refusal::new(RefusalCode::NotALowering).at("/tier"));
    }
    if to.priority.is_some_and(|p| p <= grade.priority.value) {
        return Err(Refusal::new(RefusalCode::NotALowering).at("/priority"));
    }
    if to
        .warning_level
        .is_some_and(|l| l >= grade.warning_level.value)
    {
        return Err(Refusal::new(RefusalCode::NotALowering).at("/warning_level"));
    }
    let by_rules = by_rules(draft, &case)?;
    let decider = Decider::of(draft, to);
    let mut human: HumanGrade = case.human.clone();
    if let Some(priority) = to.priority {
        human.priority = decider.lower(priority, by_rules.priority, Reverse);
    }
    if let Some(level) = to.warning_level {
        human.warning_level = decider.lower(level, by_rules.warning_level, |l| l);
    }
    if let Some(tier) = to.tier {
        human.tier = decider.lower(tier, by_rules.tier, |t| t);
    }
    draft.push(Event::CaseDecided {
        case_id: case.id,
        human,
        reason: to.reason.clone(),
    });
    if let Some(tier) = to.tier {
        lower_tier(draft, &case, tier, to);
    }
    draft.concern(case.id);
    Ok(())
}

/// The tier that was reached falls only here.
fn lower_tier(draft: &mut Draft<'_, '_>, case: &Case, tier: Tier, to: &GradeDecision) {
    let mut grade = case.grade.clone();
    let from = grade.tier.value;
    grade.tier.value = tier;
    grade.tier.overridden = Some(Override {
        by: draft.heading.actor.account.clone(),
        reason: to.reason.clone(),
        direction: OverrideDirection::Lowered,
    });
    grade.tier_asked = tier;
    draft.push(Event::CaseTierLowered {
        case_id: case.id,
        from,
        grade: Box::new(grade),
    });
}

/// "Mine", by a named officer, without a unit: the repeated calls end.
///
/// # Errors
/// `case_already_closed`, `case_changed`.
pub(crate) fn take(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    name: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseTake)?;
    needs_text(name, "/name")?;
    is_active(&case)?;
    draft.check_seen(&case)?;
    let taken = Taken {
        by: draft.heading.actor.account.clone(),
        name: name.to_owned(),
        at: draft.now(),
        reason: reason.to_owned(),
    };
    draft.push(Event::CaseTaken {
        case_id: case.id,
        taken,
    });
    draft.concern(case.id);
    Ok(())
}

/// Closes by hand, with a closing outcome for all subjects or a named decision.
///
/// # Errors
/// `no_closing_outcome` with neither; `case_already_closed`, `case_changed`.
pub(crate) fn close(
    draft: &mut Draft<'_, '_>,
    case_id: CaseId,
    reason: &str,
    outcome: Option<OutcomeKind>,
    decision: Option<&ClosingDecision>,
) -> Result<(), Refusal> {
    let case = draft.root(case_id)?;
    permit_case(draft, &case, Action::CaseClose)?;
    needs_text(reason, "/reason")?;
    is_active(&case)?;
    draft.check_seen(&case)?;
    let closing = outcome.filter(|kind| kind.closes());
    let named = decision.filter(|d| !d.by.trim().is_empty() && !d.ground.trim().is_empty());
    if closing.is_none() && named.is_none() {
        return Err(RefusalCode::NoClosingOutcome.into());
    }
    if let Some(kind) = outcome {
        let subjects = with_outcome(draft, &case, kind);
        draft.push(Event::SubjectsChanged {
            case_id: case.id,
            subjects,
        });
    }
    draft.push(Event::CaseClosed {
        case_id: case.id,
        decision: named.cloned(),
        reason: reason.to_owned(),
        review: outcome == Some(OutcomeKind::DeathOrInjury),
    });
    draft.concern(case.id);
    Ok(())
}

/// The subjects with the outcome that closes those that have no closing one yet.
fn with_outcome(draft: &Draft<'_, '_>, case: &Case, kind: OutcomeKind) -> Vec<Subject> {
    let mut subjects = case.subjects.clone();
    for subject in &mut subjects {
        if subject.outcome.as_ref().is_some_and(|known| known.closing) {
            continue;
        }
        subject.outcome = Some(SubjectOutcome {
            outcome: bare_outcome(kind, vec![subject.n]),
            by: draft.heading.actor.account.clone(),
            at: draft.now(),
            task_id: None,
            handed_to: None,
            closing: true,
            ask_receiver_at: None,
        });
    }
    subjects
}

fn needs_text(text: &str, pointer: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::new(RefusalCode::TextLength).at(pointer))
    } else {
        Ok(())
    }
}

fn is_active(case: &Case) -> Result<(), Refusal> {
    if case.state == CaseState::Closed {
        Err(RefusalCode::CaseAlreadyClosed.into())
    } else {
        Ok(())
    }
}

/// What raise and lower ask before they look at values.
fn fits(draft: &Draft<'_, '_>, case: &Arc<Case>, to: &GradeDecision) -> Result<(), Refusal> {
    needs_text(&to.reason, "/reason")?;
    if to.tier.is_none() && to.priority.is_none() && to.warning_level.is_none() {
        return Err(Refusal::new(RefusalCode::MissingField).at("/tier"));
    }
    is_active(case)?;
    draft.check_seen(case)
}

fn by_rules(draft: &Draft<'_, '_>, case: &Case) -> Result<ByRules, Refusal> {
    let policy = draft.policy_of(case);
    judge(&draft.tables, &policy, case.id)
        .map(|judged| judged.by_rules)
        .ok_or_else(|| RefusalCode::NotFound.into())
}

/// Who decides, when and why.
struct Decider<'a> {
    by: AccountName,
    at: Instant,
    reason: &'a str,
}

impl<'a> Decider<'a> {
    fn of(draft: &Draft<'_, '_>, to: &'a GradeDecision) -> Self {
        Self {
            by: draft.heading.actor.account.clone(),
            at: draft.now(),
            reason: &to.reason,
        }
    }

    /// A floor.
    fn raise<T>(&self, value: T, by_rules: T) -> HumanDecision<T> {
        HumanDecision {
            value,
            by: self.by.clone(),
            reason: self.reason.to_owned(),
            at: self.at,
            raised: true,
            judged: by_rules,
        }
    }

    /// Below what the rules say it is a ceiling; down to it, it only ends what stood; above it, a lower floor is left.
    fn lower<T: Copy, K: Ord>(
        &self,
        value: T,
        by_rules: T,
        gravity: impl Fn(T) -> K,
    ) -> Option<HumanDecision<T>> {
        let decision = self.raise(value, by_rules);
        match gravity(value).cmp(&gravity(by_rules)) {
            Ordering::Greater => Some(decision),
            Ordering::Equal => None,
            Ordering::Less => Some(HumanDecision {
                raised: false,
                ..decision
            }),
        }
    }
}

/// An outcome with nothing but its kind, for one subject.
const fn bare_outcome(kind: OutcomeKind, subjects: Vec<u32>) -> Outcome {
    Outcome {
        outcome: kind,
        detail: None,
        subjects,
        n_met: None,
        offered: Vec::new(),
        informed: false,
        card_left: false,
        items: Vec::new(),
        legal_basis: None,
        capacity: None,
        assessed_by: None,
        searched: Vec::new(),
        handed_to: None,
        at: None,
    }
}
