//! Judges the grade of a case: measures what the rules may know (signs, nights, refusals, colour, tier reached), asks
//! them, and lays over them what named people decided. Pushes nothing.

use std::collections::BTreeSet;

use model::case::{Case, Grade, HumanDecision, HumanGrade};
use model::details::RecordDetails;
use model::grade::{Level, Priority, Tier};
use model::id::{CaseId, JurisdictionCode, PersonId, RecordId};
use model::outcome::OutcomeKind;
use model::reason::{Override, OverrideDirection, Verdict};
use model::sighting::Sighting;
use model::sign::{AgeBand, Sign};
use model::time::Instant;
use policy::calendar::{Night, n_nights_running};
use policy::facts::{PriorityFacts, SightingFacts, TierFacts};
use policy::policy::Policy;
use policy::priority::{PriorityVerdict, priority_of_sign, verdict_for_priority};
use policy::tier::{first_tier, verdict_for_tier};
use policy::warning_level::verdict_for_warning_level;

use crate::tables::Tables;

use super::Fall;

/// What judging a case gave.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    /// The grade that holds.
    pub grade: Grade,
    /// The decisions of named people that still stand: a lowering that ended is left out.
    pub human: HumanGrade,
    /// What the rules alone said.
    pub by_rules: ByRules,
}

/// What the rules alone say, without what named people decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByRules {
    /// Priority.
    pub priority: Priority,
    /// Warning level.
    pub warning_level: Level,
    /// The first tier of it.
    pub tier: Tier,
}

/// What a grade is judged from.
struct Measured {
    facts: PriorityFacts,
    /// When a sign of danger that still holds was last given.
    danger_at: Option<Instant>,
    /// Whether details were erased, so that the facts may say less than was known.
    incomplete: bool,
}

/// The colour that counts for a street. A report without a street of its own stands under the worst of the district.
pub(crate) fn colour_for(tables: &Tables, code: &JurisdictionCode) -> Level {
    if tables.jurisdictions.contains_key(code) || tables.areas.contains_key(code) {
        return tables.area_level(code);
    }
    tables
        .areas
        .values()
        .map(|area| area.level)
        .max()
        .unwrap_or(Level::None)
}

/// Judges the grade of a case (with all that is merged into it) as it stands in the tables. `None` for an unknown id.
pub(crate) fn judge(tables: &Tables, policy: &Policy, root: CaseId) -> Option<Judged> {
    judge_from(tables, policy, root, Fall::Allowed)
}

/// The same, keeping the priority that the case has where it may not fall.
pub(crate) fn judge_from(
    tables: &Tables,
    policy: &Policy,
    root: CaseId,
    fall: Fall,
) -> Option<Judged> {
    let case = tables.root(root)?;
    let measured = measure(tables, policy, case);
    // What a merged case had reached counts for its survivor from the merge on; the survivor keeps it.
    let reached = tables
        .group(case.id)
        .into_iter()
        .filter(|member| {
            member.id == case.id || member.merge.as_ref().is_some_and(|m| m.at == tables.now)
        })
        .map(|member| member.tier_reached)
        .max();
    let floor = (fall == Fall::Kept || measured.incomplete).then_some(&case.grade.priority);
    Some(judge_measured(
        policy,
        &measured,
        floor,
        &case.human,
        reached,
    ))
}

/// Judges the grade of a case that a first report is about to open.
pub(crate) fn judge_report(
    tables: &Tables,
    policy: &Policy,
    street: &JurisdictionCode,
    details: &RecordDetails,
    n_people: u32,
) -> Grade {
    let measured = Measured {
        facts: PriorityFacts {
            sightings: vec![SightingFacts {
                signs: details.signs.iter().copied().collect(),
                withdrawn: BTreeSet::new(),
                n_people,
                age_band: details.age_band.unwrap_or(AgeBand::Unknown),
            }],
            area: colour_for(tables, street),
            n_nights_running: 1,
            n_refusals_under_warning: 0,
        },
        danger_at: None,
        incomplete: false,
    };
    judge_measured(policy, &measured, None, &HumanGrade::default(), None).grade
}

/// The signs of a case that still hold, over all its sightings and additions.
pub(crate) fn signs_of(tables: &Tables, policy: &Policy, root: CaseId) -> BTreeSet<Sign> {
    tables
        .sightings_of(root)
        .into_iter()
        .flat_map(|sighting| policy::priority::signs_held(policy, &facts_of(tables, sighting)))
        .collect()
}

/// What one sighting says with its additions: every sign given, every sign taken back, the last number and band.
pub(crate) fn facts_of(tables: &Tables, sighting: &Sighting) -> SightingFacts {
    let mut facts = SightingFacts {
        signs: BTreeSet::new(),
        withdrawn: BTreeSet::new(),
        n_people: sighting.n_people,
        age_band: AgeBand::Unknown,
    };
    let records = std::iter::once((RecordId::from(sighting.id), None))
        .chain(sighting.additions.iter().map(|a| (a.id, a.n_people)));
    for (record, n_people) in records {
        facts.n_people = n_people.unwrap_or(facts.n_people);
        if let Some(details) = tables.details.get(&record) {
            for sign in &details.signs {
                facts.signs.insert(*sign);
                facts.withdrawn.remove(sign);
            }
            facts
                .withdrawn
                .extend(details.signs_withdrawn.iter().copied());
            facts.age_band = details.age_band.unwrap_or(facts.age_band);
        }
    }
    facts
}

fn measure(tables: &Tables, policy: &Policy, case: &Case) -> Measured {
    let sightings = tables.sightings_of(case.id);
    let mut danger_at = None;
    let mut incomplete = false;
    for sighting in &sightings {
        let held = facts_of(tables, sighting);
        let records = std::iter::once((RecordId::from(sighting.id), sighting.accepted_at))
            .chain(sighting.additions.iter().map(|a| (a.id, a.at)));
        for (record, given_at) in records {
            incomplete |= tables.erased.contains(&record);
            let danger = tables.details.get(&record).is_some_and(|details| {
                details.signs.iter().any(|sign| {
                    priority_of_sign(policy, *sign) == Some(Priority::P0)
                        && !held.withdrawn.contains(sign)
                })
            });
            if danger {
                danger_at = danger_at.max(Some(given_at));
            }
        }
    }
    let known = same_people(tables, case);
    Measured {
        facts: PriorityFacts {
            sightings: sightings
                .iter()
                .map(|sighting| facts_of(tables, sighting))
                .collect(),
            area: colour_for(tables, &case.jurisdiction.code),
            n_nights_running: nights_running(tables, policy, &known),
            n_refusals_under_warning: refusals(tables, case, &known),
        },
        danger_at,
        incomplete,
    }
}

/// The cases in which history is counted: those of the persons that the subjects are linked to, and the case itself.
fn same_people(tables: &Tables, case: &Case) -> Vec<CaseId> {
    let mut cases: BTreeSet<CaseId> = tables.group(case.id).into_iter().map(|c| c.id).collect();
    let persons: BTreeSet<PersonId> = case.subjects.iter().filter_map(|s| s.person_id).collect();
    for person in persons {
        for id in tables.identity_of(person) {
            if let Some(of_person) = tables.cases_of_person.get(&id) {
                cases.extend(of_person.iter().copied());
            }
        }
    }
    cases.into_iter().collect()
}

/// Nights running in which somebody was seen: by sightings with people, and by visits that met them. A run that ended
/// before the last night is over.
fn nights_running(tables: &Tables, policy: &Policy, cases: &[CaseId]) -> u32 {
    let calendar = policy.calendar();
    let mut nights: Vec<Night> = Vec::new();
    for case in cases.iter().filter_map(|id| tables.cases.get(id)) {
        let seen = case
            .sightings
            .iter()
            .filter_map(|id| tables.sightings.get(id))
            .filter(|s| s.n_people > 0)
            .map(|s| s.seen_at);
        let met = case
            .tasks
            .iter()
            .filter_map(|id| tables.tasks.get(id))
            .flat_map(|task| &task.outcomes)
            .filter(|o| met_somebody(o.outcome.outcome))
            .map(|o| o.at);
        nights.extend(seen.chain(met).filter_map(|at| calendar.night_of(at)));
    }
    let Some(last) = nights.iter().max().copied() else {
        return 0;
    };
    let this = calendar.night_running_or_coming(tables.now);
    if last < this.previous() {
        return 0;
    }
    n_nights_running(&nights, last)
}

const fn met_somebody(outcome: OutcomeKind) -> bool {
    match outcome {
        OutcomeKind::Accepted
        | OutcomeKind::StreetAid
        | OutcomeKind::Refused
        | OutcomeKind::Treated
        | OutcomeKind::Police
        | OutcomeKind::MinorHandOver
        | OutcomeKind::OtherDistrict => true,
        OutcomeKind::NotFound
        | OutcomeKind::NotASubject
        | OutcomeKind::Duplicate
        | OutcomeKind::DeathOrInjury => false,
    }
}

/// Refusals since the street of the case was last without colour.
fn refusals(tables: &Tables, case: &Case, cases: &[CaseId]) -> u32 {
    let Some(since) = tables
        .areas
        .get(&case.jurisdiction.code)
        .and_then(|area| area.warned_since)
    else {
        return 0;
    };
    let n = cases
        .iter()
        .filter_map(|id| tables.cases.get(id))
        .flat_map(|case| &case.refused_at)
        .filter(|at| **at >= since)
        .count();
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn judge_measured(
    policy: &Policy,
    measured: &Measured,
    floor: Option<&Verdict<Priority>>,
    human: &HumanGrade,
    reached: Option<Tier>,
) -> Judged {
    let area = measured.facts.area;
    let PriorityVerdict {
        verdict: mut priority,
        mut asked,
    } = verdict_for_priority(policy, &measured.facts);
    let level_by_rules = verdict_for_warning_level(policy, priority.value, area).value;
    let tier_facts = |priority_asked, reached| TierFacts {
        priority_asked,
        area,
        reached,
    };
    let by_rules = ByRules {
        priority: priority.value,
        warning_level: level_by_rules,
        tier: verdict_for_tier(policy, &tier_facts(asked, None)).value,
    };
    let human = standing(human, by_rules, measured.danger_at);

    let urgent = |p: Priority| std::cmp::Reverse(p);
    overlay(&mut priority, human.priority.as_ref(), urgent);
    if let Some(decision) = &human.priority {
        asked = if decision.raised {
            asked.min(decision.value)
        } else {
            asked.max(decision.value)
        };
    }
    // The tier does not fall anyway, so what departments are asked by is left as the rules say.
    if let Some(floor) = floor.filter(|floor| floor.value < priority.value) {
        priority = floor.clone();
    }
    let mut level = verdict_for_warning_level(policy, priority.value, area);
    overlay(&mut level, human.warning_level.as_ref(), |l| l);
    let mut tier = verdict_for_tier(policy, &tier_facts(asked, None));
    let by_level = human.warning_level.as_ref().map(|decision| HumanDecision {
        value: first_tier(policy, decision.value),
        by: decision.by.clone(),
        reason: decision.reason.clone(),
        at: decision.at,
        raised: decision.raised,
        judged: by_rules.tier,
    });
    overlay(&mut tier, by_level.as_ref(), |t| t);
    overlay(&mut tier, human.tier.as_ref(), |t| t);
    if let Some(reached) = reached
        && reached > tier.value
    {
        let of_reached = verdict_for_tier(policy, &tier_facts(asked, Some(reached)));
        tier = Verdict {
            value: reached,
            reasons: of_reached.reasons,
            overridden: None,
        };
    }
    // A step up that rests on history alone is left out of the tier already.
    let tier_asked = tier.value;
    Judged {
        grade: Grade {
            priority,
            warning_level: level,
            tier,
            tier_asked,
        },
        human,
        by_rules,
    }
}

/// The decisions that still stand: a lowering ends when the rules now say worse than they did when it was made, or
/// when a sign of danger was given after it.
fn standing(human: &HumanGrade, by_rules: ByRules, danger_at: Option<Instant>) -> HumanGrade {
    HumanGrade {
        priority: human.priority.clone().filter(|d| {
            stands(
                d,
                danger_at,
                std::cmp::Reverse(by_rules.priority) > std::cmp::Reverse(d.judged),
            )
        }),
        warning_level: human
            .warning_level
            .clone()
            .filter(|d| stands(d, danger_at, by_rules.warning_level > d.judged)),
        tier: human
            .tier
            .clone()
            .filter(|d| stands(d, danger_at, by_rules.tier > d.judged)),
    }
}

fn stands<T>(decision: &HumanDecision<T>, danger_at: Option<Instant>, worse: bool) -> bool {
    decision.raised || !(worse || danger_at.is_some_and(|at| at > decision.at))
}

/// Lays a decision over a verdict: a raise is a floor, a lowering a ceiling. It is shown while it makes the value.
fn overlay<T: Copy + PartialEq, K: Ord>(
    verdict: &mut Verdict<T>,
    decision: Option<&HumanDecision<T>>,
    gravity: impl Fn(T) -> K,
) {
    let Some(decision) = decision else { return };
    let changes = if decision.raised {
        gravity(decision.value) > gravity(verdict.value)
    } else {
        gravity(decision.value) < gravity(verdict.value)
    };
    if changes {
        verdict.value = decision.value;
        verdict.overridden = Some(Override {
            by: decision.by.clone(),
            reason: decision.reason.clone(),
            direction: if decision.raised {
                OverrideDirection::Raised
            } else {
                OverrideDirection::Lowered
            },
        });
    }
}
