//! The calls of ladders: those to one person in the same minute are one, and the repeated call to the district duty
//! leader is armed, shortened or ended. Who is called is decided by the ladders; nothing is called twice.

mod untaken;

use std::collections::BTreeMap;

use model::deadline::{Addressee, Notice, NoticeAbout, NoticeEnd, NoticeStep};
use model::event::Event;
use model::grade::Priority;
use model::id::{CaseId, EscalationId};
use model::time::Instant;
use policy::deadline::same_call_within;
use policy::policy::Policy;

use crate::draft::Draft;

pub(crate) use untaken::{has_third_step_unmet, is_taken_since, most_urgent_first};

/// A call that a ladder makes.
#[derive(Clone, Debug)]
pub(crate) struct WantedCall {
    /// Whom.
    pub addressee: Addressee,
    /// Which step of which deadline.
    pub step: NoticeStep,
    /// The case it is about.
    pub case_id: Option<CaseId>,
    /// The escalation it is about.
    pub escalation_id: Option<EscalationId>,
    /// Whether it is a drill.
    pub drill: bool,
}

impl WantedCall {
    /// The number of the step of a repeated call: one above the last step of a ladder.
    pub(crate) const REPEATED: u32 = 201;
}

/// Pushes the calls that the ladders made in this decision, and keeps the repeated call true.
pub(crate) fn settle(draft: &mut Draft<'_, '_>, roots: &[CaseId]) {
    let mut bundles: BTreeMap<(Addressee, bool), Vec<WantedCall>> = BTreeMap::new();
    for call in std::mem::take(&mut draft.calls) {
        bundles
            .entry((call.addressee.clone(), call.drill))
            .or_default()
            .push(call);
    }
    for ((addressee, drill), calls) in bundles {
        push_bundle(draft, addressee, drill, &calls);
    }
    untaken::settle(draft, roots);
}

fn push_bundle(draft: &mut Draft<'_, '_>, addressee: Addressee, drill: bool, calls: &[WantedCall]) {
    let mut cases: Vec<CaseId> = calls.iter().filter_map(|call| call.case_id).collect();
    most_urgent_first(&draft.tables, &mut cases);
    cases.dedup();
    let urgent = cases
        .first()
        .and_then(|id| draft.tables.cases.get(id))
        .map(|case| case.grade.priority.value);
    let waits_for_nothing = urgent == Some(Priority::P0)
        || calls
            .iter()
            .any(|call| call.step.percent >= WantedCall::REPEATED);
    let mut notice = match joinable(draft, &addressee, drill, waits_for_nothing) {
        Some(earlier) => earlier,
        None => draft.notice(addressee, NoticeAbout::LadderStep),
    };
    let escalations: Vec<EscalationId> = calls.iter().filter_map(|c| c.escalation_id).collect();
    let is_first = notice.step.is_none();
    notice.step = calls
        .iter()
        .filter(|call| call.case_id == cases.first().copied())
        .chain(calls)
        .map(|call| call.step)
        .max_by_key(|step| step.percent);
    // Answering for one of several does not make the call pointless, so only a call for a single one names it.
    notice.escalation_id = match escalations.as_slice() {
        [one] if is_first && calls.len() == 1 => Some(*one),
        _ => None,
    };
    let known: Vec<CaseId> = notice
        .case_id
        .into_iter()
        .chain(notice.cases.iter().copied())
        .collect();
    let mut all = known.clone();
    all.extend(cases.iter().copied());
    all.sort_unstable();
    all.dedup();
    most_urgent_first(&draft.tables, &mut all);
    notice.case_id = cases.first().copied().or(notice.case_id);
    notice.cases = if all.len() > 1 { all } else { Vec::new() };
    notice.drill = drill;
    let before = std::mem::replace(&mut draft.heading.drill, drill);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
    draft.heading.drill = before;
}

/// The call that was made to the same person in the same minute, if this one can be part of it. A P0 and a repeated call
/// are part of one that still waits to be handed out, and else calls of their own: they are never only on a list.
fn joinable(
    draft: &Draft<'_, '_>,
    addressee: &Addressee,
    drill: bool,
    waits_for_nothing: bool,
) -> Option<Notice> {
    let last = draft
        .tables
        .last_ladder_call
        .get(addressee)
        .and_then(|(_, id)| draft.tables.notices.get(id))?;
    let is_part = match last.ended {
        None => true,
        Some(NoticeEnd::HandedOut { .. }) => !waits_for_nothing,
        Some(NoticeEnd::Failed { .. } | NoticeEnd::Cancelled { .. }) => false,
    };
    let fits =
        is_part && last.drill == drill && same_minute(&draft.policy, last.queued_at, draft.now());
    fits.then(|| (**last).clone())
}

/// Whether two moments lie in the same minute of the clock, or whatever length the policy gives that minute.
fn same_minute(policy: &Policy, a: Instant, b: Instant) -> bool {
    let minute = same_call_within(policy).as_ms().max(1);
    a.as_ms().div_euclid(minute) == b.as_ms().div_euclid(minute)
}
