//! Pairs the subjects of two cases that become one: the n-th with the n-th unless somebody says otherwise; the larger
//! number stays.

use std::collections::BTreeSet;

use model::case::Subject;
use model::refusal::{Refusal, RefusalCode};

use crate::handlers::sighting::people::next_number;

/// Every subject of the merged case with its number in the survivor. Those that were named are paired as named, and
/// the others are then others: they get numbers of their own.
///
/// # Errors
/// `not_of_this_case` for numbers that are not there, or named twice.
pub(super) fn pairs(
    merged: &[Subject],
    survivor: &[Subject],
    same: &[(u32, u32)],
) -> Result<Vec<(u32, u32)>, Refusal> {
    check(merged, survivor, same)?;
    let mut next = next_number(survivor);
    let mut pairs = Vec::with_capacity(merged.len());
    for (place, subject) in merged.iter().enumerate() {
        let partner = if same.is_empty() {
            survivor.get(place).map(|s| s.n)
        } else {
            same.iter().find(|(n, _)| *n == subject.n).map(|(_, n)| *n)
        };
        let n = partner.unwrap_or_else(|| {
            let own = next;
            next += 1;
            own
        });
        pairs.push((subject.n, n));
    }
    Ok(pairs)
}

fn check(merged: &[Subject], survivor: &[Subject], same: &[(u32, u32)]) -> Result<(), Refusal> {
    let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
    for (i, (a, b)) in same.iter().enumerate() {
        let known = merged.iter().any(|s| s.n == *a) && survivor.iter().any(|s| s.n == *b);
        if !known || !left.insert(*a) || !right.insert(*b) {
            return Err(Refusal::new(RefusalCode::NotOfThisCase).at(format!("/same/{i}")));
        }
    }
    Ok(())
}

/// The survivor's subjects after the merge.
pub(super) fn joined(
    merged: &[Subject],
    survivor: &[Subject],
    pairs: &[(u32, u32)],
) -> Vec<Subject> {
    let mut after = survivor.to_vec();
    for subject in merged {
        let Some((_, n)) = pairs.iter().find(|(own, _)| *own == subject.n) else {
            continue;
        };
        match after.iter_mut().find(|s| s.n == *n) {
            Some(partner) => join(partner, subject),
            None => after.push(Subject {
                n: *n,
                ..subject.clone()
            }),
        }
    }
    after
}

/// Takes back the outcomes that subjects who waited got from the other side.
pub(super) fn keep_waiting(after: &mut [Subject], survivor: &[Subject]) {
    for subject in after {
        let waited = survivor
            .iter()
            .any(|s| s.n == subject.n && s.outcome.is_none());
        if waited {
            subject.outcome = None;
            subject.n_not_found = 0;
        }
    }
}

/// One person who was counted twice: the later outcome holds, and who was known on either side is known.
fn join(partner: &mut Subject, subject: &Subject) {
    for sighting in &subject.brought_by {
        if !partner.brought_by.contains(sighting) {
            partner.brought_by.push(*sighting);
        }
    }
    partner.record = partner.record.or(subject.record);
    partner.person_id = partner.person_id.or(subject.person_id);
    let at = |subject: &Subject| subject.outcome.as_ref().map(|o| o.at);
    if at(subject) > at(partner) {
        partner.outcome.clone_from(&subject.outcome);
        partner.n_not_found = subject.n_not_found;
    }
}

#[cfg(test)]
mod tests {
    use model::id::{RecordId, SightingId};
    use uuid::Uuid;

    use super::*;
    use crate::handlers::sighting::people::brought;

    fn people(sighting: u128, n: u32) -> Vec<Subject> {
        let id = SightingId(Uuid::from_u128(sighting));
        brought(&[], id, RecordId::from(id), n)
    }

    #[test]
    fn the_first_is_taken_for_the_first_and_the_larger_number_stays() {
        let (merged, survivor) = (people(1, 3), people(2, 2));
        let pairs = pairs(&merged, &survivor, &[]).unwrap();
        assert_eq!(pairs, [(1, 1), (2, 2), (3, 3)]);
        let after = joined(&merged, &survivor, &pairs);
        let by: Vec<usize> = after.iter().map(|s| s.brought_by.len()).collect();
        assert_eq!(by, [2, 2, 1]);
    }

    #[test]
    fn who_is_named_is_paired_as_named_and_the_others_are_others() {
        let (merged, survivor) = (people(1, 2), people(2, 2));
        let pairs = pairs(&merged, &survivor, &[(2, 1)]).unwrap();
        assert_eq!(pairs, [(1, 3), (2, 1)]);
        assert_eq!(joined(&merged, &survivor, &pairs).len(), 3);
    }

    #[test]
    fn a_number_that_is_not_there_or_named_twice_is_refused() {
        let (merged, survivor) = (people(1, 2), people(2, 2));
        for same in [&[(9, 1)][..], &[(1, 9)], &[(1, 1), (2, 1)]] {
            let refusal = pairs(&merged, &survivor, same).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::NotOfThisCase);
        }
    }
}
