//! What a virtual patrol finds: mostly refusal and nobody, as field reports say; in danger, treatment.

use model::grade::Priority;
use model::outcome::{Capacity, HandedTo, Item, Outcome, OutcomeDetail, OutcomeKind};

use super::dice::Dice;

/// The outcome that was drawn, then those that every case takes.
///
/// # Source
/// Shares after the field research of the domain: refusal is normal, "not found" the main failure; London 36 %.
pub(crate) fn tried(dice: &mut Dice, priority: Priority) -> Vec<Outcome> {
    let drawn = match priority {
        Priority::P0 => treated(),
        Priority::P1 if dice.percent(40) => treated(),
        Priority::P1 => accepted(dice),
        Priority::P2 | Priority::P3 => match dice.below(100) {
            0..45 => refused(dice),
            45..60 => street_aid(),
            60..72 => accepted(dice),
            72..97 => not_found(dice),
            _ => bare(OutcomeKind::NotASubject),
        },
    };
    vec![drawn, street_aid(), not_found(dice)]
}

fn bare(outcome: OutcomeKind) -> Outcome {
    Outcome {
        outcome,
        detail: None,
        subjects: Vec::new(),
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

fn one_of(dice: &mut Dice, details: &[OutcomeDetail]) -> Option<OutcomeDetail> {
    let n = u64::try_from(details.len()).unwrap_or(0);
    let at = usize::try_from(dice.below(n)).unwrap_or(0);
    details.get(at).copied()
}

fn refused(dice: &mut Dice) -> Outcome {
    Outcome {
        detail: one_of(dice, OutcomeKind::Refused.details()),
        n_met: Some(1),
        offered: vec!["station".to_owned(), "quilt".to_owned()],
        informed: true,
        card_left: true,
        capacity: Some(Capacity::Has),
        ..bare(OutcomeKind::Refused)
    }
}

fn street_aid() -> Outcome {
    Outcome {
        n_met: Some(1),
        offered: vec!["station".to_owned()],
        informed: true,
        items: vec![Item {
            name: "棉被".to_owned(),
            n: 1,
        }],
        ..bare(OutcomeKind::StreetAid)
    }
}

fn accepted(dice: &mut Dice) -> Outcome {
    Outcome {
        detail: one_of(dice, &[OutcomeDetail::Station, OutcomeDetail::Shelter]),
        n_met: Some(1),
        informed: true,
        ..bare(OutcomeKind::Accepted)
    }
}

fn treated() -> Outcome {
    Outcome {
        detail: Some(OutcomeDetail::Ambulance120),
        n_met: Some(1),
        handed_to: Some(HandedTo {
            organisation: "120".to_owned(),
            name: "随车医生".to_owned(),
            at: None,
            confirmed_at: None,
        }),
        ..bare(OutcomeKind::Treated)
    }
}

fn not_found(dice: &mut Dice) -> Outcome {
    Outcome {
        detail: one_of(dice, &[OutcomeDetail::NoTrace, OutcomeDetail::ItemsOnly]),
        n_met: Some(0),
        searched: vec!["deck".to_owned(), "shelter_200m".to_owned()],
        ..bare(OutcomeKind::NotFound)
    }
}
