//! The people of a case: which sighting brings which subject. The n-th person of a sighting is taken for the n-th
//! subject unless somebody says otherwise; the larger number stays.

use model::case::Subject;
use model::id::{RecordId, SightingId};
use model::limits::N_SUBJECTS_MAX;

/// How many subjects a sighting stands for. Bedding without anybody still stands for the one who sleeps there.
pub(crate) const fn n_subjects(n_people: u32) -> u32 {
    if n_people == 0 {
        1
    } else if n_people > N_SUBJECTS_MAX {
        N_SUBJECTS_MAX
    } else {
        n_people
    }
}

/// The subjects of a case after a sighting of `n_people` was taken for its first ones. Those that it brought already
/// count; none goes because somebody counted fewer.
pub(crate) fn brought(
    subjects: &[Subject],
    sighting: SightingId,
    record: RecordId,
    n_people: u32,
) -> Vec<Subject> {
    let wanted = usize::try_from(n_subjects(n_people)).unwrap_or(usize::MAX);
    let mut after = subjects.to_vec();
    let has = |subject: &Subject| subject.brought_by.contains(&sighting);
    let missing = wanted.saturating_sub(after.iter().filter(|s| has(s)).count());
    let free = after.iter_mut().filter(|subject| !has(subject));
    let mut left = missing;
    for subject in free.take(missing) {
        subject.brought_by.push(sighting);
        subject.record.get_or_insert(record);
        left -= 1;
    }
    for _ in 0..left {
        let n = next_number(&after);
        let mut subject = new_subject(n, Some(record));
        subject.brought_by.push(sighting);
        after.push(subject);
    }
    after
}

/// The number of the next new subject: one more than the highest that was ever given here.
pub(crate) fn next_number(subjects: &[Subject]) -> u32 {
    subjects.iter().map(|s| s.n).max().unwrap_or(0) + 1
}

/// A subject of which nothing is known but where its bands stand.
pub(crate) const fn new_subject(n: u32, record: Option<RecordId>) -> Subject {
    Subject {
        n,
        brought_by: Vec::new(),
        record,
        person_id: None,
        outcome: None,
        n_not_found: 0,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn sighting(n: u128) -> SightingId {
        SightingId(Uuid::from_u128(n))
    }

    #[test]
    fn the_larger_number_of_people_stays_and_each_knows_who_brought_it() {
        let one = brought(&[], sighting(1), sighting(1).into(), 3);
        let both = brought(&one, sighting(2), sighting(2).into(), 2);
        let by: Vec<usize> = both.iter().map(|s| s.brought_by.len()).collect();
        assert_eq!(by, [2, 2, 1]);
        let more = brought(&both, sighting(2), sighting(2).into(), 4);
        let numbers: Vec<u32> = more.iter().map(|s| s.n).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    #[test]
    fn bedding_alone_is_one_subject_and_a_crowd_is_cut() {
        assert_eq!(n_subjects(0), 1);
        assert_eq!(n_subjects(N_SUBJECTS_MAX + 1), N_SUBJECTS_MAX);
    }
}
