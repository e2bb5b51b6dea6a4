//! What one side of an undo or a split has of its own: its subjects' outcomes from its own tasks, its deadlines, the
//! record that says where it is, and its grade from its own sightings.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::case::{Case, CaseState, Subject, SubjectOutcome};
use model::deadline::{CaseDeadlines, DeadlineKind, Ladder};
use model::id::{RecordId, SightingId, TaskId};
use model::outcome::OutcomeKind;
use model::sighting::Sighting;
use model::sign::Doubt;
use model::task::{RecordedOutcome, Task};
use model::time::Instant;
use policy::outcome::{SubjectState, case_state};
use policy::policy::Policy;

use crate::draft::Draft;
use crate::handlers::sighting::people::new_subject;
use crate::handlers::task::after_outcome;
use crate::settle::grade::judge::{colour_for, judge};
use crate::settle::grade::ladders;
use crate::tables::Tables;

/// The last outcome that a subject has from these tasks, and how many visits in a row did not find it. `since` leaves
/// out what was recorded before, when numbers meant others.
pub(super) fn outcome_from(
    draft: &Draft<'_, '_>,
    case: &Case,
    tasks: &[Arc<Task>],
    n: u32,
    since: Option<Instant>,
) -> Option<(SubjectOutcome, u32)> {
    let mut recorded: Vec<(TaskId, &RecordedOutcome)> = tasks
        .iter()
        .flat_map(|task| task.outcomes.iter().map(|outcome| (task.id, outcome)))
        .filter(|(_, outcome)| outcome.subjects.contains(&n))
        .filter(|(_, outcome)| since.is_none_or(|since| outcome.at >= since))
        .collect();
    recorded.sort_by_key(|(_, outcome)| outcome.at);
    let n_not_found = recorded
        .iter()
        .rev()
        .take_while(|(_, outcome)| outcome.outcome.outcome == OutcomeKind::NotFound)
        .count();
    let n_not_found = u32::try_from(n_not_found).unwrap_or(u32::MAX);
    let ever_refused = recorded
        .iter()
        .any(|(_, outcome)| outcome.outcome.outcome == OutcomeKind::Refused);
    let (task_id, last) = recorded.last()?;
    let counted = Subject {
        n_not_found,
        ..new_subject(n, None)
    };
    let after = after_outcome(draft, case, &counted, last, ever_refused);
    let outcome = SubjectOutcome {
        outcome: last.outcome.clone(),
        by: last.by.clone(),
        at: last.at,
        task_id: Some(*task_id),
        handed_to: last.outcome.handed_to.clone(),
        closing: after.closing,
        ask_receiver_at: after.ask_receiver_at,
    };
    Some((outcome, n_not_found))
}

/// When these tasks had outcomes.
pub(super) fn outcome_times(tasks: &[Arc<Task>]) -> BTreeSet<Instant> {
    tasks
        .iter()
        .flat_map(|task| task.outcomes.iter().map(|outcome| outcome.at))
        .collect()
}

/// The last time that somebody was met on these tasks.
pub(super) fn last_contact(tasks: &[Arc<Task>]) -> Option<Instant> {
    tasks
        .iter()
        .flat_map(|task| &task.outcomes)
        .filter(|outcome| {
            outcome.outcome.outcome != OutcomeKind::NotFound
                && outcome.outcome.outcome != OutcomeKind::Duplicate
        })
        .map(|outcome| outcome.at)
        .max()
}

/// Moves what was recorded on tasks that go with a split: when help was declined, when somebody was last met.
pub(super) fn move_contacts(
    rest: &mut Case,
    other: &mut Case,
    going: &[Arc<Task>],
    staying: &[Arc<Task>],
) {
    let (theirs, ours) = (outcome_times(going), outcome_times(staying));
    let only_theirs = |at: &Instant| theirs.contains(at) && !ours.contains(at);
    let declined = going.iter().flat_map(|task| &task.outcomes);
    let declined = declined.filter(|o| o.outcome.outcome == OutcomeKind::Refused);
    other.refused_at.extend(declined.map(|outcome| outcome.at));
    other.refused_at.sort_unstable();
    other.last_contact_at = other.last_contact_at.max(last_contact(going));
    rest.refused_at.retain(|at| !only_theirs(at));
    if rest.last_contact_at.as_ref().is_some_and(only_theirs) {
        rest.last_contact_at = last_contact(staying);
    }
}

/// The state that subjects give a case.
pub(super) fn state_of(subjects: &[Subject]) -> CaseState {
    let states: Vec<SubjectState> = subjects
        .iter()
        .map(|subject| match &subject.outcome {
            None => SubjectState::Waits,
            Some(outcome) if outcome.closing => SubjectState::Closed,
            Some(_) => SubjectState::FollowedUp,
        })
        .collect();
    case_state(&states)
}

/// Sets the state of a side. A side where somebody waits is open; one whose outcomes are what they were stays as it
/// was, closed by a named decision too; any other is opened and left to what closing and follow-up say at the end.
pub(super) fn set_state(side: &mut Case, before: &[Subject]) {
    let state = state_of(&side.subjects);
    let outcomes = |subjects: &[Subject]| -> Vec<Option<SubjectOutcome>> {
        subjects.iter().map(|s| s.outcome.clone()).collect()
    };
    let unchanged = outcomes(&side.subjects) == outcomes(before);
    let stays = state == side.state || side.state == CaseState::Closed;
    if state == CaseState::Open && side.state == CaseState::Open || stays && unchanged {
        return;
    }
    side.state = CaseState::Open;
    side.revisit = None;
    side.follow_up_since = None;
    side.follow_up_ends_at = None;
    side.closed_at = None;
    side.closing = None;
}

/// The deadlines of a side that is open: counted from now if none of its tasks is under way and it has no outcome;
/// otherwise as they ran, met only by what is its own. Fired steps stay fired.
pub(super) fn own_deadlines(
    tables: &Tables,
    policy: &Policy,
    side: &Case,
    tasks: &[Arc<Task>],
    now: Instant,
) -> CaseDeadlines {
    let area = colour_for(tables, &side.jurisdiction.code);
    let fresh = ladders(policy, side.grade.priority.value, area, now);
    let under_way = tasks.iter().any(|task| task.state.is_under_way());
    let has_outcome = side.subjects.iter().any(|s| s.outcome.is_some());
    let mut deadlines = side.deadlines.clone();
    for kind in CaseDeadlines::LADDERS {
        let (Some(ladder), Some(new)) = (deadlines.get_mut(kind), fresh.get(kind)) else {
            continue;
        };
        let met_at = met_by(tasks, kind);
        let counts_on = under_way || has_outcome;
        if counts_on && met_at.is_some() {
            ladder.met_at = met_at;
        } else if !counts_on || ladder.met_at.is_some() || due_steps(ladder, now) {
            // What the other side met, or what would fire at once for a time in which it was not this side's turn,
            // counts from now.
            *ladder = restarted(ladder, new);
        }
    }
    deadlines
}

fn due_steps(ladder: &Ladder, now: Instant) -> bool {
    ladder.next_step().is_some_and(|(_, at)| at <= now)
}

/// When one of these tasks met a deadline.
pub(super) fn met_by(tasks: &[Arc<Task>], kind: DeadlineKind) -> Option<Instant> {
    tasks
        .iter()
        .filter_map(|task| match kind {
            DeadlineKind::Acknowledge => task.accepted_at,
            DeadlineKind::OnSite => task.arrived_at,
            DeadlineKind::Outcome | DeadlineKind::Revisit => {
                task.outcomes.first().map(|outcome| outcome.at)
            }
        })
        .min()
}

fn restarted(old: &Ladder, fresh: &Ladder) -> Ladder {
    let mut ladder = fresh.clone();
    ladder.missed_at = old.missed_at;
    for (step, fired) in ladder.steps.iter_mut().zip(&old.steps) {
        step.fired_at = fired.fired_at;
    }
    ladder
}

/// Grades a side from its own sightings, as it stands in the tables, and files the reasons beside the next event.
pub(super) fn grade(draft: &mut Draft<'_, '_>, tables: &Tables, policy: &Policy, side: &mut Case) {
    if let Some(judged) = judge(tables, policy, side.id) {
        side.grade = judged.grade;
        side.human = judged.human;
        side.tier_reached = side.tier_reached.max(side.grade.tier.value);
    }
    let filed = side.clone();
    draft.file_for_case(&filed, &mut side.grade.priority.reasons);
    draft.file_for_case(&filed, &mut side.grade.warning_level.reasons);
    draft.file_for_case(&filed, &mut side.grade.tier.reasons);
}

/// Says where a side is when the sighting that said so is not its own any more: by its newest one with a position that
/// is not doubted.
pub(super) fn locate(tables: &Tables, side: &mut Case, sightings: &[Arc<Sighting>]) {
    let own: BTreeSet<RecordId> = sightings.iter().flat_map(|s| records_of(s)).collect();
    let foreign = |record: RecordId| {
        !own.contains(&record)
            && tables
                .sightings
                .values()
                .any(|s| records_of(s).any(|r| r == record))
    };
    if side.located_by.is_some_and(|record| !foreign(record)) {
        return;
    }
    side.located_by = None;
    let newest = sightings
        .iter()
        .rev()
        .find_map(|sighting| Some((sighting, trusted_record(tables, sighting)?)));
    if let Some((sighting, record)) = newest {
        side.located_by = Some(record);
        side.jurisdiction = sighting.jurisdiction.clone();
        side.place_id.clone_from(&sighting.place_id);
    } else if let Some(last) = sightings.last() {
        side.jurisdiction = last.jurisdiction.clone();
        side.place_id.clone_from(&last.place_id);
    }
}

fn records_of(sighting: &Sighting) -> impl Iterator<Item = RecordId> {
    std::iter::once(RecordId::from(sighting.id)).chain(sighting.additions.iter().map(|a| a.id))
}

/// The newest record of a sighting with a position that may be used.
fn trusted_record(tables: &Tables, sighting: &Sighting) -> Option<RecordId> {
    let doubted = sighting.doubts.contains(&Doubt::Position);
    let records: Vec<RecordId> = records_of(sighting).collect();
    records.into_iter().rev().find(|record| {
        let own = *record == RecordId::from(sighting.id);
        !(own && doubted)
            && tables
                .details
                .get(record)
                .is_some_and(|details| details.position.is_some())
    })
}

/// Leaves to each subject only the sightings of its side. Subjects that nobody of the side brought go, unless they
/// were added by hand.
pub(super) fn only_brought_by(
    subjects: &[Subject],
    sightings: &BTreeSet<SightingId>,
) -> Vec<Subject> {
    subjects
        .iter()
        .filter(|s| s.brought_by.is_empty() || s.brought_by.iter().any(|id| sightings.contains(id)))
        .map(|subject| {
            let mut subject = subject.clone();
            subject.brought_by.retain(|id| sightings.contains(id));
            subject
        })
        .collect()
}
