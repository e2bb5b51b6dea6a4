//! Rule: which unit is sent. Every unit gets a judgement: a score with its reason, or why not.

use model::grade::Priority;
use model::id::UnitId;
use model::reason::Reason;
use model::time::Span;

use crate::capacity::{has_room_for_offer, has_room_under_way};
use crate::facts::{AssignmentFacts, UnderWay, UnitFacts};
use crate::policy::Policy;

/// How one unit was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitJudgement {
    /// The unit.
    pub unit: UnitId,
    /// Whether and how it could go.
    pub fit: UnitFit,
    /// Why; distances stand in quoted facts.
    pub reason: Reason,
}

/// Whether a unit could go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UnitFit {
    /// It could; the smaller the sooner. Metres, with what makes it slower added.
    Fits {
        /// Metres as judged.
        metres_judged: f64,
    },
    /// It could, if it is taken off its way to something less urgent.
    TakenOff {
        /// Metres as judged.
        metres_judged: f64,
    },
    /// It cannot.
    Rejected(Rejected),
}

/// Why a unit is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Its shift does not run.
    OffShift,
    /// It missed a check-in or called for help.
    InTrouble,
    /// It had this very work before.
    HadItBefore,
    /// It has a task under way.
    UnderWay,
    /// It has an offer already.
    HasOffer,
    /// A skill is missing.
    SkillMissing,
    /// A language is missing.
    LanguageMissing,
    /// Neither a fresh position nor a post is known.
    WhereUnknown,
    /// It is too far.
    TooFar,
}

impl Rejected {
    /// Its rule.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::OffShift => "assignment/off_shift",
            Self::InTrouble => "assignment/in_trouble",
            Self::HadItBefore => "assignment/had_it_before",
            Self::UnderWay => "assignment/under_way",
            Self::HasOffer => "assignment/has_offer",
            Self::SkillMissing => "assignment/skill_missing",
            Self::LanguageMissing => "assignment/language_missing",
            Self::WhereUnknown => "assignment/where_unknown",
            Self::TooFar => "assignment/too_far",
        }
    }
}

/// Judges every unit for one piece of work, the best first, then by id; the rejected ones last, by id.
///
/// # Shape
/// Total and deterministic. A fresh position counts as it is; an older one is widened by its age; one too old gives way
/// to the unit's post, or to a far guess if the post is unknown but the unit belongs to the street.
/// A P0 may take a unit off its way to a P2 or P3, never one on site, and only after every unit that is free.
///
/// # Units
/// Metres; positions' age as `Span`.
///
/// # Source
/// `domain.md`, more work than hands; numbers ours.
pub fn rank_units(policy: &Policy, facts: &AssignmentFacts) -> Vec<UnitJudgement> {
    let mut judged: Vec<UnitJudgement> = facts
        .units
        .iter()
        .map(|unit| judge(policy, facts, unit))
        .collect();
    judged.sort_by(|a, b| {
        rank(&a.fit)
            .cmp(&rank(&b.fit))
            .then(metres(&a.fit).total_cmp(&metres(&b.fit)))
            .then_with(|| a.unit.cmp(&b.unit))
    });
    judged
}

/// The unit that is sent, if any fits.
pub fn best_unit(judged: &[UnitJudgement]) -> Option<&UnitJudgement> {
    judged.first().filter(|best| match best.fit {
        UnitFit::Fits { .. } | UnitFit::TakenOff { .. } => true,
        UnitFit::Rejected(_) => false,
    })
}

/// Whether a unit may be taken off what it is doing for a case: a P0 only, from the way to a P2 or P3, never on site.
pub fn may_take_off(priority: Priority, under_way: &UnderWay) -> bool {
    priority == Priority::P0
        && !under_way.on_site
        && !under_way.self_made
        && match under_way.priority {
            Priority::P2 | Priority::P3 => true,
            Priority::P0 | Priority::P1 => false,
        }
}

fn judge(policy: &Policy, facts: &AssignmentFacts, unit: &UnitFacts) -> UnitJudgement {
    let takes_off = is_taken_off(policy, facts, unit);
    if let Some(why) = hindrance(policy, facts, unit) {
        return rejection(policy, unit, why);
    }
    let Some((away_m, known_by)) = metres_away(policy, facts, unit) else {
        return rejection(policy, unit, Rejected::WhereUnknown);
    };
    let n = &policy.numbers.assignment;
    let reach_m = if facts.priority == Priority::P0 {
        n.distance_m_max_p0
    } else {
        n.distance_m_max
    };
    if away_m > reach_m {
        return rejection(policy, unit, Rejected::TooFar);
    }
    let other_street = unit.jurisdiction.as_ref() != Some(&facts.jurisdiction);
    let on_foot_far = !unit.has_vehicle && away_m > n.no_vehicle_beyond_m;
    let mut metres_judged = away_m;
    if other_street {
        metres_judged += n.other_street_extra_m;
    }
    if on_foot_far {
        metres_judged += n.no_vehicle_extra_m;
    }
    let rule = if takes_off {
        "assignment/taken_off"
    } else {
        "assignment/nearest"
    };
    let reason = policy
        .reason(rule, "assignment")
        .fact("unit", unit.id.as_str())
        .fact("known_by", known_by)
        .fact("other_street", other_street)
        .quoting("distance_m", away_m.round())
        .quoting("metres_judged", metres_judged.round());
    let fit = if takes_off {
        UnitFit::TakenOff { metres_judged }
    } else {
        UnitFit::Fits { metres_judged }
    };
    UnitJudgement {
        unit: unit.id.clone(),
        fit,
        reason,
    }
}

/// Whether the unit is busy and may be taken off what it does.
fn is_taken_off(policy: &Policy, facts: &AssignmentFacts, unit: &UnitFacts) -> bool {
    !has_room_under_way(policy, unit.n_under_way)
        && unit
            .under_way
            .is_some_and(|under_way| may_take_off(facts.priority, &under_way))
}

/// What keeps a unit from going, whatever its distance.
fn hindrance(policy: &Policy, facts: &AssignmentFacts, unit: &UnitFacts) -> Option<Rejected> {
    let takes_off = is_taken_off(policy, facts, unit);
    let busy = !has_room_under_way(policy, unit.n_under_way);
    [
        (!unit.on_shift, Rejected::OffShift),
        (unit.in_trouble, Rejected::InTrouble),
        (unit.had_it_before, Rejected::HadItBefore),
        (busy && !takes_off, Rejected::UnderWay),
        (
            !takes_off && !has_room_for_offer(policy, unit.n_offered),
            Rejected::HasOffer,
        ),
        (
            !facts.skills.is_subset(&unit.skills),
            Rejected::SkillMissing,
        ),
        (
            facts
                .language
                .as_ref()
                .is_some_and(|language| !unit.languages.contains(language)),
            Rejected::LanguageMissing,
        ),
    ]
    .into_iter()
    .find_map(|(stands, why)| stands.then_some(why))
}

/// How far a unit is, and by what that is known.
fn metres_away(
    policy: &Policy,
    facts: &AssignmentFacts,
    unit: &UnitFacts,
) -> Option<(f64, &'static str)> {
    let n = &policy.numbers.assignment;
    match unit.position {
        Some((distance_m, age)) if age <= n.position_fresh_within.0 => {
            Some((distance_m, "position"))
        }
        Some((distance_m, age)) if age <= n.position_usable_within.0 => Some((
            distance_m + minutes(age) * n.drift_m_per_minute,
            "older_position",
        )),
        Some(_) | None => unit
            .post_distance_m
            .map(|distance_m| (distance_m, "post"))
            .or_else(|| {
                (unit.jurisdiction.as_ref() == Some(&facts.jurisdiction))
                    .then_some((n.unknown_distance_m, "street"))
            }),
    }
}

/// Minutes of a span, exact to a millisecond.
fn minutes(span: Span) -> f64 {
    f64::from(i32::try_from(span.as_ms()).unwrap_or(i32::MAX)) / 60_000.0
}

fn rejection(policy: &Policy, unit: &UnitFacts, why: Rejected) -> UnitJudgement {
    UnitJudgement {
        unit: unit.id.clone(),
        fit: UnitFit::Rejected(why),
        reason: policy
            .reason(why.rule(), "assignment")
            .fact("unit", unit.id.as_str()),
    }
}

const fn rank(fit: &UnitFit) -> u8 {
    match fit {
        UnitFit::Fits { .. } => 0,
        UnitFit::TakenOff { .. } => 1,
        UnitFit::Rejected(_) => 2,
    }
}

const fn metres(fit: &UnitFit) -> f64 {
    match fit {
        UnitFit::Fits { metres_judged } | UnitFit::TakenOff { metres_judged } => *metres_judged,
        UnitFit::Rejected(_) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::id::JurisdictionCode;

    use super::*;

    fn unit(id: &str, distance_m: f64) -> UnitFacts {
        UnitFacts {
            id: UnitId::from(id),
            jurisdiction: Some(JurisdictionCode::from("310107005")),
            on_shift: true,
            in_trouble: false,
            has_vehicle: true,
            skills: BTreeSet::new(),
            languages: BTreeSet::new(),
            n_under_way: 0,
            n_offered: 0,
            under_way: None,
            position: Some((distance_m, Span::from_secs(30))),
            post_distance_m: None,
            had_it_before: false,
        }
    }

    fn facts(priority: Priority, units: Vec<UnitFacts>) -> AssignmentFacts {
        AssignmentFacts {
            priority,
            jurisdiction: JurisdictionCode::from("310107005"),
            skills: BTreeSet::new(),
            language: None,
            units,
        }
    }

    #[test]
    fn the_nearest_goes_and_at_equal_distance_the_first_by_id_in_whatever_order_they_come() {
        let policy = Policy::putuo().unwrap();
        let units = vec![unit("u-3", 400.0), unit("u-2", 900.0), unit("u-1", 400.0)];
        let mut turned = units.clone();
        turned.reverse();
        let order = |units| {
            rank_units(&policy, &facts(Priority::P2, units))
                .iter()
                .map(|judged| judged.unit.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(order(units), ["u-1", "u-3", "u-2"]);
        assert_eq!(order(turned), ["u-1", "u-3", "u-2"]);
    }

    #[test]
    fn for_a_p0_a_free_unit_comes_before_one_that_would_be_taken_off_its_way() {
        let policy = Policy::putuo().unwrap();
        let mut near = unit("u-1", 100.0);
        near.n_under_way = 1;
        near.under_way = Some(UnderWay {
            priority: Priority::P3,
            on_site: false,
            self_made: false,
        });
        let mut off = unit("u-2", 50.0);
        off.on_shift = false;
        let judged = rank_units(
            &policy,
            &facts(Priority::P0, vec![near, off, unit("u-3", 5_000.0)]),
        );
        let order: Vec<&str> = judged.iter().map(|judged| judged.unit.as_str()).collect();
        assert_eq!(order, ["u-3", "u-1", "u-2"]);
        assert_eq!(
            best_unit(&judged).map(|best| best.unit.as_str()),
            Some("u-3")
        );
        assert_eq!(
            judged.last().map(|last| last.fit),
            Some(UnitFit::Rejected(Rejected::OffShift))
        );
    }

    #[test]
    fn nobody_is_best_when_everybody_is_rejected() {
        let policy = Policy::putuo().unwrap();
        let judged = rank_units(&policy, &facts(Priority::P2, vec![unit("u-1", 99_000.0)]));
        assert_eq!(best_unit(&judged), None);
    }

    #[test]
    fn distances_stand_only_in_quoted_facts() {
        let policy = Policy::putuo().unwrap();
        for judged in rank_units(&policy, &facts(Priority::P2, vec![unit("u-1", 400.0)])) {
            assert!(
                judged
                    .reason
                    .facts
                    .keys()
                    .all(|name| !name.contains("distance") && !name.contains("metres"))
            );
        }
    }
}
