//! Answers of the table of single questions.
#![expect(
    clippy::panic,
    reason = "a row that cannot be read is a wrong table, and the test says where"
)]

use model::grade::{Level, Priority};
use model::sign::Sign;
use model::time::{Instant, Span};
use policy::deadline::{AnyP0, call_repeat, regrade_portion, same_call_within};
use policy::duration::Length;
use policy::facts::WaitingFacts;
use policy::policy::Policy;
use policy::retention::{RetentionFacts, WarningEnd};
use policy::revisit::OfferFacts;
use policy::shelter::ShelterFacts;
use policy::{
    area_step, capacity, doubt, escalation, jurisdiction, matching, outcome, priority, retention,
    revisit, safety, shelter,
};

use super::row::{Row, length, moment, read, shown, yes_no};

pub fn limit(policy: &Policy, row: &Row) -> (String, String) {
    let asked: Vec<&str> = row.get("question").split_whitespace().collect();
    let long = |span: Span| Length(span).to_string();
    let says = match asked.as_slice() {
        ["shelter" | "corrected" | "waiting", ..] => compared(policy, &asked),
        ["policy_id"] => policy
            .id()
            .as_str()
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned(),
        ["title"] => policy.title().to_owned(),
        ["district"] => policy.district().to_owned(),
        ["withdraw", after] => {
            let given = Instant::from_ms(0);
            yes_no(priority::may_withdraw(
                policy,
                Sign::Unconscious,
                given,
                given + length(after),
            ))
        }
        ["call_every"] => long(call_repeat(policy, AnyP0::No)),
        ["call_every_p0"] => long(call_repeat(policy, AnyP0::Yes)),
        ["same_call_within"] => long(same_call_within(policy)),
        ["capacity_repeat"] => long(capacity::capacity_repeat(policy)),
        ["regrade_portion"] => regrade_portion(policy).to_string(),
        ["room_under_way", n] => yes_no(capacity::has_room_under_way(policy, read(n))),
        ["room_offered", n] => yes_no(capacity::has_room_for_offer(policy, read(n))),
        ["affected_within"] => format!("{:.0}", escalation::affected_within_m(policy)),
        ["border"] => format!("{:.0}", jurisdiction::border_both_sides_m(policy)),
        ["suggestions"] => matching::suggestions_max(policy).to_string(),
        ["confirm_within"] => long(area_step::confirm_within(policy)),
        ["follow_up_ends", at] => shown(outcome::follow_up_ends_at(policy, moment(at))),
        ["task_from", at] => shown(revisit::task_from(policy, moment(at))),
        ["look", at] => yes_no(revisit::is_look(policy, moment(at))),
        ["offer", at, n, state] => {
            let facts = OfferFacts {
                at: moment(at),
                n_offers_tonight: read(n),
                awake_or_worse: *state == "awake",
            };
            yes_no(revisit::may_offer(policy, &facts))
        }
        ["shelter_until", at] => shown(shelter::stays_open_until(policy, moment(at))),
        ["hold_at_most"] => long(shelter::hold_at_most(policy)),
        ["check_in_by", at] => shown(safety::check_in_by(policy, moment(at))),
        ["alarm_at", at] => shown(safety::alarm_at(policy, moment(at))),
        ["positions_kept"] => long(retention::staff_positions_kept(policy)),
        [question, at, rest @ ..] => law(policy, question, moment(at), rest),
        other => panic!("limits.csv line {}: {other:?}", row.line),
    };
    (says, row.get("answer").to_owned())
}

/// Questions that compare several values.
fn compared(policy: &Policy, asked: &[&str]) -> String {
    match asked {
        ["shelter", opens_at, area] => yes_no(shelter::should_be_open(&ShelterFacts {
            opens_at_level: (*opens_at != "-").then(|| read::<Level>(opens_at)),
            area: read(area),
            confirmed_open: false,
            beds_free: None,
            n_guests: 0,
        })),
        ["corrected", seen, "sent", sent, "now", now] => shown(doubt::corrected_seen_at(
            policy,
            moment(seen),
            Some(moment(sent)),
            moment(now),
        )),
        ["waiting", p_a, n_a, since_a, "before", p_b, n_b, since_b] => {
            let facts = |priority: &str, n: &str, since: &str| WaitingFacts {
                priority: read::<Priority>(priority),
                n_exposure_signs: read(n),
                since: moment(&format!("2026-01-12T{since}")),
                distance_m: None,
            };
            let order =
                capacity::waiting_order(&facts(p_a, n_a, since_a), &facts(p_b, n_b, since_b));
            yes_no(order == std::cmp::Ordering::Less)
        }
        other => panic!("limits.csv: {other:?}"),
    }
}

/// The clocks of the law and of forgetting.
fn law(policy: &Policy, question: &str, at: Instant, rest: &[&str]) -> String {
    let clocks = retention::statutory_clocks(policy, at);
    let facts = RetentionFacts {
        closed_at: Some(at),
        has_person: question.ends_with("_person"),
        taken_under_warning: match rest {
            ["ended", ended_at] => Some(WarningEnd::At(moment(ended_at))),
            ["running"] => Some(WarningEnd::Running),
            _ => None,
        },
        kept_with_reason: false,
    };
    let maybe = |at: Option<Instant>| at.map_or_else(|| "-".to_owned(), shown);
    match question {
        "search_notice" => shown(clocks.family_search_notice_by),
        "dna_request" => shown(clocks.dna_request_by),
        "stay_until" => shown(clocks.stay_until),
        "notice_refresh" => shown(clocks.notice_refresh_at),
        "settlement" => shown(clocks.settlement_opens_at),
        "details_erased" | "details_erased_person" => {
            maybe(retention::details_erased_at(policy, &facts))
        }
        "personal_erased" => maybe(retention::personal_erased_at(policy, &facts)),
        other => panic!("limits.csv: {other}"),
    }
}
