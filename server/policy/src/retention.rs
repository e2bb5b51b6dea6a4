//! Rule: how long what is kept, and the clocks of the law that are shown as countdowns.

use model::time::{Instant, Span};

use crate::policy::Policy;

/// What the erasing of a record is judged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionFacts {
    /// When the case closed; absent while it is not closed. For imported history: when it was seen.
    pub closed_at: Option<Instant>,
    /// Whether the subject is linked to a person: then the person's file decides.
    pub has_person: bool,
    /// When the personal fields were taken while the street had a colour: when that warning ended, if it has.
    pub taken_under_warning: Option<WarningEnd>,
    /// Whether somebody keeps it with a reason.
    pub kept_with_reason: bool,
}

/// Whether the warning under which something was taken has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningEnd {
    /// It still runs.
    Running,
    /// It ended then.
    At(Instant),
}

/// A clock of the law, shown as a countdown with its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatutoryClocks {
    /// The family-search notice for an unidentified person.
    pub family_search_notice_by: Instant,
    /// The request to the police for a DNA comparison.
    pub dna_request_by: Instant,
    /// The stay ends, unless recorded upward.
    pub stay_until: Instant,
    /// The notice is refreshed.
    pub notice_refresh_at: Instant,
    /// The settlement procedure opens.
    pub settlement_opens_at: Instant,
}

/// When the details of a record (position, place words, signs, bands, quoted facts) are erased; never for a known person.
///
/// # Source
/// `domain.md`, law in the loop: 90 days after its case closed.
pub fn details_erased_at(policy: &Policy, facts: &RetentionFacts) -> Option<Instant> {
    if facts.has_person || facts.kept_with_reason {
        return None;
    }
    facts
        .closed_at
        .map(|closed_at| closed_at + policy.numbers.retention.details_after_close.0)
}

/// When personal fields are erased: emergency-only data 30 days after the warning ended, all others with the details.
pub fn personal_erased_at(policy: &Policy, facts: &RetentionFacts) -> Option<Instant> {
    if facts.has_person || facts.kept_with_reason {
        return None;
    }
    let after_warning = match facts.taken_under_warning {
        Some(WarningEnd::At(ended_at)) => Some(emergency_only_erased_at(policy, ended_at)),
        Some(WarningEnd::Running) | None => None,
    };
    crate::calendar::earliest(after_warning, details_erased_at(policy, facts))
}

/// When the personal fields that were taken under a warning go, whatever became of their case.
///
/// # Source
/// `domain.md`, law in the loop: emergency-only data expires 30 days after the warning ended.
pub fn emergency_only_erased_at(policy: &Policy, warning_ended_at: Instant) -> Instant {
    warning_ended_at + policy.numbers.retention.emergency_only_after_warning.0
}

/// How long positions of staff are kept.
pub fn staff_positions_kept(policy: &Policy) -> Span {
    policy.numbers.retention.staff_positions.0
}

/// The clocks that start when somebody enters the station.
///
/// # Source
/// S9 (24 h), S9c (7 working days), S8c and S7 (10 days), S10 (1 month), S12 (3 months).
pub fn statutory_clocks(policy: &Policy, entered_at: Instant) -> StatutoryClocks {
    let n = &policy.numbers.statutory;
    let calendar = policy.calendar();
    StatutoryClocks {
        family_search_notice_by: entered_at + n.family_search_notice_within.0,
        dna_request_by: calendar.working_days_after(entered_at, n.dna_request_working_days),
        stay_until: entered_at + Span::from_days(i64::from(n.stay_at_most_days)),
        notice_refresh_at: calendar.months_after(entered_at, n.notice_refresh_after_months),
        settlement_opens_at: calendar.months_after(entered_at, n.settlement_after_months),
    }
}
