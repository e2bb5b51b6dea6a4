//! A danger sign that its reporter takes back within the time for it: judged again as if it had not been given; the
//! duty officer is told, and whoever was called because of it is told too.

use std::collections::BTreeSet;

use model::case::Case;
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::Tier;
use model::id::RecordId;
use model::refusal::{Refusal, RefusalCode};
use model::sighting::Sighting;
use model::sign::Sign;
use model::time::Instant;
use policy::priority::may_withdraw;

use crate::draft::Draft;
use crate::settle::grade::judge::{colour_for, judge};
use crate::settle::grade::ladders;

/// Looks whether the signs may still be taken back.
///
/// # Errors
/// `role_may_not` for anybody but the reporter, `not_of_this_case` for a sign that was not given,
/// `too_late_to_withdraw` after the time for it, and for signs that are no danger.
pub(super) fn check(
    draft: &Draft<'_, '_>,
    sighting: &Sighting,
    signs: &[Sign],
) -> Result<(), Refusal> {
    for (i, sign) in signs.iter().enumerate() {
        let pointer = format!("/signs_withdrawn/{i}");
        if sighting.reporter != draft.heading.actor.account {
            return Err(Refusal::new(RefusalCode::RoleMayNot).at(pointer));
        }
        let Some(given) = given(draft, sighting, *sign) else {
            return Err(Refusal::new(RefusalCode::NotOfThisCase).at(pointer));
        };
        if !may_withdraw(&draft.policy, *sign, given.at, given.until) {
            return Err(Refusal::new(RefusalCode::TooLateToWithdraw).at(pointer));
        }
    }
    Ok(())
}

/// Between which two moments of one clock the sign was given and taken back.
struct Given {
    at: Instant,
    until: Instant,
    accepted_at: Instant,
}

/// When a sign was last given. What one device wrote down itself counts by its own clock, so that a lost signal does
/// not take the minute away.
fn given(draft: &Draft<'_, '_>, sighting: &Sighting, sign: Sign) -> Option<Given> {
    let has = |record: RecordId| {
        draft
            .tables
            .details
            .get(&record)
            .is_some_and(|details| details.signs.contains(&sign))
    };
    let at_server = |accepted_at| Given {
        at: accepted_at,
        until: draft.now(),
        accepted_at,
    };
    if let Some(addition) = sighting.additions.iter().rev().find(|a| has(a.id)) {
        return Some(at_server(addition.at));
    }
    if !has(sighting.id.into()) {
        return None;
    }
    Some(match (sighting.recorded_at, draft.heading.recorded_at) {
        (Some(at), Some(until)) if until >= at => Given {
            at,
            until,
            accepted_at: sighting.accepted_at,
        },
        _ => at_server(sighting.accepted_at),
    })
}

/// Judges the case as if the signs had not been given: its tier goes back to what it was before, its deadlines too if
/// the sign opened it. The priority itself is judged with everything else at the end.
pub(super) fn judge_again(draft: &mut Draft<'_, '_>, sighting: &Sighting, signs: &[Sign]) {
    let since = signs
        .iter()
        .filter_map(|sign| given(draft, sighting, *sign))
        .map(|given| given.accepted_at)
        .min()
        .unwrap_or(sighting.accepted_at);
    lower_tier(draft, sighting, since);
    give_back_time(draft, sighting, since);
    tell(draft, sighting, since);
}

/// The tier that a case had before a moment; none when it was opened at it.
fn tier_before(case: &Case, since: Instant) -> Option<Tier> {
    case.timeline
        .iter()
        .take_while(|entry| entry.at < since)
        .filter_map(|entry| entry.facts.get("tier")?.as_u64())
        .filter_map(|n| Tier::from_number(u8::try_from(n).ok()?))
        .last()
}

fn lower_tier(draft: &mut Draft<'_, '_>, sighting: &Sighting, since: Instant) {
    let Ok(root) = draft.root(sighting.case_id) else {
        return;
    };
    let before = tier_before(&root, since).unwrap_or(Tier::Three);
    let policy = draft.policy_of(&root);
    let mut scratch = draft.tables.clone();
    let mut lowered = (*root).clone();
    lowered.tier_reached = before;
    scratch.put_case(lowered);
    let Some(judged) = judge(&scratch, &policy, root.id) else {
        return;
    };
    let mut grade = judged.grade;
    if grade.tier.value >= root.tier_reached {
        return;
    }
    draft.file_for_case(&root, &mut grade.priority.reasons);
    draft.file_for_case(&root, &mut grade.warning_level.reasons);
    draft.file_for_case(&root, &mut grade.tier.reasons);
    draft.push(Event::CaseTierLowered {
        case_id: root.id,
        from: root.tier_reached,
        grade: Box::new(grade),
    });
}

/// A case that the sign opened gets the deadlines that it would have had without it.
fn give_back_time(draft: &mut Draft<'_, '_>, sighting: &Sighting, since: Instant) {
    let Ok(root) = draft.root(sighting.case_id) else {
        return;
    };
    if root.id != sighting.case_id || root.opened_at != since || root.sightings.len() > 1 {
        return;
    }
    let policy = draft.policy_of(&root);
    let Some(judged) = judge(&draft.tables, &policy, root.id) else {
        return;
    };
    let area = colour_for(&draft.tables, &root.jurisdiction.code);
    let mut deadlines = ladders(&policy, judged.grade.priority.value, area, root.opened_at);
    for kind in model::deadline::CaseDeadlines::LADDERS {
        if let (Some(new), Some(old)) = (deadlines.get_mut(kind), root.deadlines.get(kind)) {
            new.met_at = old.met_at;
            new.missed_at = old.missed_at;
            for (step, fired) in new.steps.iter_mut().zip(&old.steps) {
                step.fired_at = fired.fired_at;
            }
        }
    }
    let mut grade = judged.grade;
    draft.file_for_case(&root, &mut grade.priority.reasons);
    draft.file_for_case(&root, &mut grade.warning_level.reasons);
    draft.file_for_case(&root, &mut grade.tier.reasons);
    draft.push(Event::CaseLevelChanged {
        case_id: root.id,
        grade: Box::new(grade),
        deadlines,
        revisit: root.revisit.clone(),
        policy_id: root.policy_id.clone(),
        change_id: None,
    });
    crate::settle::grade::amend_tasks(draft, root.id, "sighting.added");
}

/// Tells the duty officer, and once everybody who was called about the case since the sign was given.
fn tell(draft: &mut Draft<'_, '_>, sighting: &Sighting, since: Instant) {
    let Ok(root) = draft.root(sighting.case_id) else {
        return;
    };
    let mut addressees: BTreeSet<Addressee> = draft
        .tables
        .notices
        .values()
        .filter(|notice| notice.queued_at >= since)
        .filter(|notice| {
            notice.case_id.is_some_and(|id| {
                draft
                    .tables
                    .root(id)
                    .is_some_and(|of_notice| of_notice.id == root.id)
            }) || notice.cases.contains(&root.id)
        })
        .map(|notice| notice.addressee.clone())
        .collect();
    addressees.insert(Addressee::DutyOfficer);
    for addressee in addressees {
        let mut notice = draft.notice(addressee, NoticeAbout::SignWithdrawn);
        notice.case_id = Some(root.id);
        draft.push(Event::DutyNotified {
            notice: Box::new(notice),
        });
    }
}
