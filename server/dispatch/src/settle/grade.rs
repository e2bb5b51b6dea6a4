//! Grades the concerned cases anew: priority, warning level and tier from all that is known, the deadlines that go with
//! them, and the word to units that hold a task. Numbers and rules are asked of policy; see `judge`.

pub(crate) mod judge;
mod revisit;

use std::sync::Arc;

use model::case::{Case, CaseState, Grade, HumanGrade, RevisitPlan};
use model::deadline::{CaseDeadlines, DeadlineKind, Ladder};
use model::event::Event;
use model::grade::{Level, Priority};
use model::id::{CaseId, ColourChangeId, TaskId};
use model::task::TaskState;
use model::time::{Instant, Span};
use policy::deadline::{lengths, regraded};
use policy::facts::DeadlineFacts;
use policy::policy::Policy;

use crate::draft::Draft;
use judge::{Judged, colour_for, judge_from};

/// Grades one case anew and pushes what changed.
///
/// A priority falls only by a named person, an outcome or a sign taken back; a rise of priority, or a move to a street
/// with a higher colour, shortens the deadlines that are not met.
pub(crate) fn settle_case(draft: &mut Draft<'_, '_>, root: CaseId) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    if case.history {
        return;
    }
    // What one outbox both opens and closes is graded, so that its departments can be told.
    if case.state == CaseState::Closed && !draft.is_new(case.id) {
        return;
    }
    if moved_to_higher_colour(draft, &case) {
        end_lowerings(draft, &case, "moved_to_higher_colour");
    }
    let may_fall = Fall::of(draft, &case);
    regrade_case(draft, root, Cause::Decision(may_fall));
}

/// Whether a judgement may lower the priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fall {
    /// A named person, an outcome or a sign taken back lets it fall.
    Allowed,
    /// Colours and time alone do not.
    Kept,
}

impl Fall {
    fn of(draft: &Draft<'_, '_>, case: &Case) -> Self {
        let group: Vec<CaseId> = draft.tables.group(case.id).iter().map(|c| c.id).collect();
        let of_group = |id: &CaseId| group.contains(id);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only these events say that a person or an outcome judged anew"
        )]
        let lets_fall = draft.events.iter().any(|new| match &new.event {
            Event::SightingAdded {
                sighting_id,
                addition,
                ..
            } => {
                addition.n_signs_withdrawn > 0
                    && draft
                        .tables
                        .sightings
                        .get(sighting_id)
                        .is_some_and(|s| of_group(&s.case_id))
            }
            Event::CaseDecided { case_id, .. } => of_group(case_id),
            Event::CasesUnmerged { survivor, case, .. } => {
                of_group(&survivor.id) || of_group(&case.id)
            }
            Event::CaseSplit { from, to, .. } => of_group(&from.id) || of_group(&to.id),
            Event::TaskOutcomeRecorded { task_id, .. } => draft
                .tables
                .tasks
                .get(task_id)
                .and_then(|task| task.case_id)
                .is_some_and(|id| of_group(&id)),
            _ => false,
        });
        if lets_fall { Self::Allowed } else { Self::Kept }
    }
}

/// Why a case is graded anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Something was decided about the case.
    Decision(Fall),
    /// The colour of its street changed.
    Colour {
        /// The change.
        change_id: ColourChangeId,
        /// Whether it rose; a fall moves no deadline and no visit.
        rose: bool,
    },
}

/// What became of a case that was graded anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regraded {
    /// An event says what changed.
    Changed,
    /// Nothing changed.
    Same,
}

/// Grades a case anew and pushes one `CaseLevelChanged` if its grade, deadlines or revisit change.
pub(crate) fn regrade_case(draft: &mut Draft<'_, '_>, root: CaseId, why: Cause) -> Regraded {
    let (change_id, fall, by_colour) = match why {
        Cause::Decision(fall) => (None, fall, false),
        Cause::Colour { change_id, rose } => (Some(change_id), Fall::Kept, rose),
    };
    let Some(case) = draft.tables.root(root).cloned() else {
        return Regraded::Same;
    };
    let policy = draft.policy_of(&case);
    let Some(judged) = judge_from(&draft.tables, &policy, case.id, fall) else {
        return Regraded::Same;
    };
    let Judged { grade, human, .. } = judged;
    if human != case.human {
        draft.push(Event::CaseDecided {
            case_id: case.id,
            human,
            reason: "lowering_ended".to_owned(),
        });
    }
    let area = colour_for(&draft.tables, &case.jurisdiction.code);
    let deadlines = shortened(&policy, &case, &grade, area, draft.now());
    let worse = by_colour
        || grade.priority.value < case.grade.priority.value
        || moved_to_higher_colour(draft, &case);
    let revisit = if worse {
        revisit::replanned(draft, &policy, &case, &grade)
    } else {
        case.revisit.clone()
    };
    if same_grade(&grade, &case.grade) && deadlines == case.deadlines && revisit == case.revisit {
        return Regraded::Same;
    }
    let only_tier = same_grade(
        &Grade {
            tier: case.grade.tier.clone(),
            tier_asked: case.grade.tier_asked,
            ..grade.clone()
        },
        &case.grade,
    ) && deadlines == case.deadlines
        && revisit == case.revisit;
    if only_tier && change_id.is_none() && grade.tier.value > case.grade.tier.value {
        draft.push(Event::CaseTierRaised {
            case_id: case.id,
            from: case.grade.tier.value,
            grade: Box::new(Grade {
                tier: grade.tier,
                tier_asked: grade.tier_asked,
                ..case.grade.clone()
            }),
        });
    } else {
        push_level(draft, &case, grade, deadlines, revisit, change_id);
    }
    Regraded::Changed
}

fn push_level(
    draft: &mut Draft<'_, '_>,
    case: &Arc<Case>,
    mut grade: Grade,
    deadlines: CaseDeadlines,
    revisit: Option<RevisitPlan>,
    change_id: Option<ColourChangeId>,
) {
    draft.file_for_case(case, &mut grade.priority.reasons);
    draft.file_for_case(case, &mut grade.warning_level.reasons);
    draft.file_for_case(case, &mut grade.tier.reasons);
    let amends = deadlines != case.deadlines || grade.priority.value != case.grade.priority.value;
    draft.push(Event::CaseLevelChanged {
        case_id: case.id,
        grade: Box::new(grade),
        deadlines,
        revisit,
        policy_id: case.policy_id.clone(),
        change_id,
    });
    if amends {
        amend_tasks(draft, case.id, "case.level_changed");
    }
}

/// Tells the units that hold or are offered a task of the case what changed; each must mark it seen.
pub(crate) fn amend_tasks(draft: &mut Draft<'_, '_>, root: CaseId, kind: &str) {
    let Some(case) = draft.tables.root(root).cloned() else {
        return;
    };
    let held: Vec<TaskId> = draft
        .tables
        .tasks_of(case.id)
        .into_iter()
        .filter(|task| {
            task.unit.is_some() && (task.state.is_under_way() || task.state == TaskState::Offered)
        })
        .map(|task| task.id)
        .collect();
    let by = |ladder: &Ladder| Some(ladder.by);
    for task_id in held {
        draft.push(Event::TaskAmended {
            task_id,
            cause: kind.to_owned(),
            acknowledge_by: by(&case.deadlines.acknowledge),
            on_site_by: by(&case.deadlines.on_site),
            outcome_by: by(&case.deadlines.outcome),
        });
    }
}

/// The three ladders of a case whose deadlines count from `from`.
pub(crate) fn ladders(
    policy: &Policy,
    priority: Priority,
    area: Level,
    from: Instant,
) -> CaseDeadlines {
    let lengths = lengths(policy, priority, area);
    let ladder = |length: Span| Ladder {
        from,
        length,
        by: from + length,
        met_at: None,
        missed_at: None,
        steps: policy::deadline::step_times(policy, priority, from, length)
            .into_iter()
            .map(|at| model::deadline::LadderStep { at, fired_at: None })
            .collect(),
    };
    CaseDeadlines {
        acknowledge: ladder(lengths.acknowledge),
        on_site: ladder(lengths.on_site),
        outcome: ladder(lengths.outcome),
    }
}

/// Ends the lowerings that named people decided, as a rise of colour does.
pub(crate) fn end_lowerings(draft: &mut Draft<'_, '_>, case: &Case, reason: &str) {
    let human = HumanGrade {
        priority: case.human.priority.clone().filter(|d| d.raised),
        warning_level: case.human.warning_level.clone().filter(|d| d.raised),
        tier: case.human.tier.clone().filter(|d| d.raised),
    };
    if human != case.human {
        draft.push(Event::CaseDecided {
            case_id: case.id,
            human,
            reason: reason.to_owned(),
        });
    }
}

/// The ladders with every deadline that is not met moved as a re-grade moves it: only ever shorter.
fn shortened(
    policy: &Policy,
    case: &Case,
    grade: &Grade,
    area: Level,
    at: Instant,
) -> CaseDeadlines {
    let mut deadlines = case.deadlines.clone();
    let priority = grade.priority.value;
    let lengths = lengths(policy, priority, area);
    for (kind, length) in [
        (DeadlineKind::Acknowledge, lengths.acknowledge),
        (DeadlineKind::OnSite, lengths.on_site),
        (DeadlineKind::Outcome, lengths.outcome),
    ] {
        if let Some(ladder) = deadlines.get_mut(kind) {
            shorten(policy, priority, ladder, at, length);
        }
    }
    deadlines
}

fn shorten(policy: &Policy, priority: Priority, ladder: &mut Ladder, at: Instant, length: Span) {
    if ladder.is_done() {
        return;
    }
    let mut steps = [ladder.by; 3];
    for (time, step) in steps.iter_mut().zip(&ladder.steps) {
        *time = step.at;
    }
    let facts = DeadlineFacts {
        by: ladder.by,
        steps,
        n_fired: ladder.steps.iter().filter(|s| s.fired_at.is_some()).count(),
        length: ladder.length,
    };
    let moved = regraded(policy, priority, &facts, at, length);
    ladder.by = moved.by;
    ladder.length = moved.length;
    for (step, time) in ladder.steps.iter_mut().zip(moved.steps) {
        if step.fired_at.is_none() {
            step.at = time;
        }
    }
}

/// Whether the case was moved to a street with a higher colour by this decision.
fn moved_to_higher_colour(draft: &Draft<'_, '_>, case: &Case) -> bool {
    draft.before().cases.get(&case.id).is_some_and(|before| {
        before.jurisdiction.code != case.jurisdiction.code
            && colour_for(&draft.tables, &case.jurisdiction.code)
                > colour_for(&draft.tables, &before.jurisdiction.code)
    })
}

fn same_grade(new: &Grade, old: &Grade) -> bool {
    new.priority.value == old.priority.value
        && new.priority.overridden == old.priority.overridden
        && new.warning_level.value == old.warning_level.value
        && new.warning_level.overridden == old.warning_level.overridden
        && new.tier.value == old.tier.value
        && new.tier.overridden == old.tier.overridden
        && new.tier_asked == old.tier_asked
}
