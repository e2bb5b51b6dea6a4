//! Rule: which street a sighting belongs to, and which sides of a border are told.

use model::grade::Level;
use model::id::JurisdictionCode;
use model::reason::Verdict;

use crate::facts::JurisdictionFacts;
use crate::policy::Policy;

/// Who owns a sighting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A street.
    Street {
        /// Its code.
        code: JurisdictionCode,
        /// Whether a person has to confirm it.
        guessed: bool,
    },
    /// The command desk, under the district's worst colour.
    CommandDesk,
}

/// Judges which street owns a sighting.
///
/// # Shape
/// The owner of a chosen place; else the boundary that holds the point; else the nearest street, as a guess; else the
/// reporter's own street; else the command desk. A doubted position is not used: then the reporter's own street.
///
/// # Source
/// `domain.md`, borders; duplicates (reports that are doubted).
pub fn verdict_for_jurisdiction(policy: &Policy, facts: &JurisdictionFacts) -> Verdict<Owner> {
    let street = |code: &JurisdictionCode, guessed: bool| Owner::Street {
        code: code.clone(),
        guessed,
    };
    let point_used = !facts.position_doubted;
    let (owner, rule) = if let Some(code) = &facts.place_owner {
        (street(code, false), "jurisdiction/place_owner")
    } else if let Some(code) = facts.holding.as_ref().filter(|_| point_used) {
        (street(code, false), "jurisdiction/point")
    } else if let Some(code) = facts.nearest.as_ref().filter(|_| point_used) {
        (street(code, true), "jurisdiction/nearest")
    } else if let Some(code) = &facts.reporter_street {
        (street(code, true), "jurisdiction/reporter")
    } else {
        (Owner::CommandDesk, "jurisdiction/command_desk")
    };
    let reason = match &owner {
        Owner::Street { code, guessed } => policy
            .reason(rule, "jurisdiction")
            .fact("jurisdiction", code.as_str())
            .fact("guessed", *guessed),
        Owner::CommandDesk => policy.reason(rule, "jurisdiction"),
    };
    Verdict::new(owner, reason)
}

/// The other streets whose border is near enough that both sides get the duplicate suggestion.
pub fn both_sides<'a>(policy: &Policy, facts: &'a JurisdictionFacts) -> Vec<&'a JurisdictionCode> {
    if facts.position_doubted {
        return Vec::new();
    }
    facts
        .near
        .iter()
        .filter(|(_, distance_m)| *distance_m <= policy.numbers.jurisdiction.border_both_sides_m)
        .map(|(code, _)| code)
        .collect()
}

/// How near a border must be for both sides to be told.
pub fn border_both_sides_m(policy: &Policy) -> f64 {
    policy.numbers.jurisdiction.border_both_sides_m
}

/// The colour that the command desk judges by: the worst of the district.
pub fn worst_colour(colours: impl IntoIterator<Item = Level>) -> Level {
    colours.into_iter().max().unwrap_or(Level::None)
}
