//! Rule: whether a sighting and a case may be about the same person, and whether they are merged by themselves.

use model::grade::Priority;
use model::reason::Reason;
use model::sign::{AgeBand, Sex};
use model::time::{Instant, Span};

use crate::facts::{MatchFacts, SideFacts};
use crate::policy::Policy;
use crate::priority::{priority_of_sign, sign_of_band};

/// A judged pair.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchVerdict {
    /// Whether it is near enough to be compared at all.
    pub compared: bool,
    /// 0 to 1; higher is more alike. 0 when not compared.
    pub score: f64,
    /// Whether it is merged without asking anybody.
    pub merge_by_itself: bool,
    /// Why, the strongest first. Distances and bands stand in quoted facts.
    pub reasons: Vec<Reason>,
}

/// Judges whether a sighting may be about the same person as a case.
///
/// # Shape
/// Compared within 60 m, widened by both accuracies to at most 150 m, whatever its age; six hours apart or less scores
/// highest. Merged by itself only if the distance is at most 60 m, both accuracies are known and at most 30 m, both lie
/// in one jurisdiction, nothing contradicts in sex, age band or number, and neither side has a P0 or P1 sign.
/// A doubted position is compared with nothing, and a drill never with something real.
///
/// # Units
/// Metres; time apart as `Span`.
///
/// # Source
/// `domain.md`, duplicates; S45h.
pub fn verdict_for_match(policy: &Policy, facts: &MatchFacts) -> MatchVerdict {
    let radius_m = search_radius_m(policy, facts.sighting.accuracy_m, facts.case.accuracy_m);
    let near = facts.distance_m <= radius_m
        && !facts.position_doubted
        && facts.sighting.drill == facts.case.drill;
    if !near {
        return MatchVerdict {
            compared: false,
            score: 0.0,
            merge_by_itself: false,
            reasons: Vec::new(),
        };
    }
    let obstacles = obstacles(policy, facts);
    let score = score(policy, facts, radius_m);
    let merge_by_itself = obstacles.is_empty();
    let mut reasons = vec![
        policy
            .reason(
                if merge_by_itself {
                    "matching/merged"
                } else {
                    "matching/suggested"
                },
                "matching",
            )
            .fact("merge_by_itself", merge_by_itself)
            .quoting("score", score)
            .quoting("distance_m", rounded_m(facts.distance_m))
            .quoting("radius_m", rounded_m(radius_m))
            .quoting("apart_ms", facts.apart.as_ms()),
    ];
    reasons.extend(obstacles);
    MatchVerdict {
        compared: true,
        score,
        merge_by_itself,
        reasons,
    }
}

/// How far a sighting looks for cases: 60 m and both accuracies, at most 150 m. An unknown accuracy widens to the most.
pub fn search_radius_m(policy: &Policy, one_m: Option<f64>, other_m: Option<f64>) -> f64 {
    let n = &policy.numbers.matching;
    match (one_m, other_m) {
        (Some(one), Some(other)) => (n.radius_m + one + other).min(n.radius_m_max),
        (None, _) | (_, None) => n.radius_m_max,
    }
}

/// How far the widest search reaches.
pub fn search_radius_m_max(policy: &Policy) -> f64 {
    policy.numbers.matching.radius_m_max
}

/// How many suggestions are shown.
pub fn suggestions_max(policy: &Policy) -> usize {
    policy.numbers.matching.suggestions_max
}

/// The time between a sighting and a case: to the nearest of the case's sightings.
pub fn apart(seen_at: Instant, others: impl IntoIterator<Item = Instant>) -> Option<Span> {
    others.into_iter().map(|other| seen_at.apart(other)).min()
}

/// Whether a side has a P0 or P1 sign; the age band counts as its sign.
pub fn is_protected(policy: &Policy, side: &SideFacts) -> bool {
    side.signs
        .iter()
        .copied()
        .chain(sign_of_band(policy, side.age_band))
        .filter_map(|sign| priority_of_sign(policy, sign))
        .any(|priority| priority <= Priority::P1)
}

/// What speaks against merging by itself. Each names its rule only: a band or a sign would have to be forgotten.
fn obstacles(policy: &Policy, facts: &MatchFacts) -> Vec<Reason> {
    let n = &policy.numbers.matching;
    let (a, b) = (&facts.sighting, &facts.case);
    let accurate = |side: &SideFacts| {
        side.accuracy_m
            .is_some_and(|accuracy_m| accuracy_m <= n.merge_accuracy_m_max)
    };
    [
        (
            facts.distance_m > n.merge_distance_m_max,
            "matching/too_far_to_merge",
        ),
        (!accurate(a) || !accurate(b), "matching/not_accurate_enough"),
        (
            a.jurisdiction.is_none() || a.jurisdiction != b.jurisdiction,
            "matching/two_jurisdictions",
        ),
        (sexes_contradict(a.sex, b.sex), "matching/sex_contradicts"),
        (
            bands_contradict(a.age_band, b.age_band),
            "matching/age_contradicts",
        ),
        (numbers_contradict(a, b), "matching/number_contradicts"),
        (
            is_protected(policy, a) || is_protected(policy, b),
            "matching/needs_a_person",
        ),
    ]
    .into_iter()
    .filter(|(stands, _)| *stands)
    .map(|(_, rule)| policy.reason(rule, "matching"))
    .collect()
}

fn score(policy: &Policy, facts: &MatchFacts, radius_m: f64) -> f64 {
    let n = &policy.numbers.matching;
    let distance = 1.0 - (facts.distance_m / radius_m.max(1.0)).clamp(0.0, 1.0);
    let time = if facts.apart <= n.recent_within.0 {
        1.0
    } else {
        ratio(n.recent_within.0, facts.apart)
    };
    let (a, b) = (&facts.sighting, &facts.case);
    let alike = |unknown: bool, contradicts: bool| match (unknown, contradicts) {
        (true, _) => n.likeness_unknown,
        (false, true) => 0.0,
        (false, false) => 1.0,
    };
    let likeness = [
        alike(
            a.sex == Sex::Unknown || b.sex == Sex::Unknown,
            sexes_contradict(a.sex, b.sex),
        ),
        alike(
            a.age_band == AgeBand::Unknown || b.age_band == AgeBand::Unknown,
            bands_contradict(a.age_band, b.age_band),
        ),
        alike(false, numbers_contradict(a, b)),
    ]
    .iter()
    .sum::<f64>()
        / 3.0;
    let score = n.weight_distance * distance + n.weight_time * time + n.weight_likeness * likeness;
    (score.clamp(0.0, 1.0) * 1_000.0).round() / 1_000.0
}

/// A part of a longer span, 0 to 1, exact to a thousandth.
fn ratio(part: Span, whole: Span) -> f64 {
    let whole_ms = whole.as_ms().max(1);
    let thousandths = part.as_ms().saturating_mul(1_000) / whole_ms;
    f64::from(i32::try_from(thousandths.clamp(0, 1_000)).unwrap_or(1_000)) / 1_000.0
}

fn rounded_m(metres: f64) -> f64 {
    metres.round()
}

fn sexes_contradict(a: Sex, b: Sex) -> bool {
    a != Sex::Unknown && b != Sex::Unknown && a != b
}

fn bands_contradict(a: AgeBand, b: AgeBand) -> bool {
    a != AgeBand::Unknown && b != AgeBand::Unknown && a != b
}

/// Different numbers contradict, unless the smaller one was said to be 'that many or more'.
fn numbers_contradict(a: &SideFacts, b: &SideFacts) -> bool {
    let (fewer, more) = if a.n_people <= b.n_people {
        (a, b)
    } else {
        (b, a)
    };
    fewer.n_people != more.n_people && !fewer.more_people
}
