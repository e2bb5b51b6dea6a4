//! Cases as views: a row, the whole, and the story in sentences. A merged id answers with its own row and
//! `merged_into`; a survivor stands for everything merged into it.

use model::case::{Case, Subject, TimelineEntry};
use model::deadline::{CaseDeadlines, DeadlineKind, Ladder};
use model::id::{CaseId, UnitId};
use model::task::TaskState;
use model::view::case::{
    CaseRow, CaseView, DeadlineView, FollowUpView, StepView, SubjectView, TakenView, TimelineView,
};

use super::sentences;
use super::shown::{Shown, stored_position};

impl Shown<'_> {
    /// A case as a row; none for an unknown id.
    pub fn case_row(&self, id: CaseId) -> Option<CaseRow> {
        let case = self.tables.cases.get(&id)?;
        let group = self.tables.group(id);
        let sightings = self.tables.sightings_of(id);
        let mut units: Vec<UnitId> = self
            .tables
            .tasks_of(id)
            .into_iter()
            .filter(|task| !task.state.is_over() && task.state != TaskState::Waiting)
            .filter_map(|task| task.unit.clone())
            .collect();
        units.sort();
        units.dedup();
        let mut doubts: Vec<_> = sightings
            .iter()
            .flat_map(|s| s.doubts.iter().copied())
            .collect();
        doubts.sort();
        doubts.dedup();
        let mut calls: Vec<_> = group
            .iter()
            .flat_map(|member| member.emergency_calls.iter().cloned())
            .collect();
        calls.sort_by(|a, b| (a.at, &a.number, &a.by).cmp(&(b.at, &b.number, &b.by)));
        calls.dedup();
        Some(CaseRow {
            id,
            seq: group
                .iter()
                .map(|member| member.seq)
                .max()
                .unwrap_or(case.seq),
            opened_at: self.stamp(case.opened_at),
            state: case.state,
            merged_into: case.merged_into,
            members: group
                .iter()
                .map(|member| member.id)
                .filter(|member| *member != id)
                .collect(),
            position: self.tables.position_of(case).as_ref().map(stored_position),
            place: self.place_of(case),
            jurisdiction: self.street(&case.jurisdiction),
            priority: self.verdict(&case.grade.priority),
            warning_level: self.verdict(&case.grade.warning_level),
            tier: self.verdict(&case.grade.tier),
            subjects: case.subjects.iter().map(|s| self.subject(s)).collect(),
            n_sightings: sightings.len(),
            last_seen_at: self.stamp_opt(sightings.iter().map(|s| s.seen_at).max()),
            doubts,
            deadlines: self.deadlines(case),
            units,
            taken: case.taken.as_ref().map(|taken| TakenView {
                by: taken.by.clone(),
                name: taken.name.clone(),
                at: self.stamp(taken.at),
                reason: taken.reason.clone(),
            }),
            follow_up: self.follow_up(case),
            hand_over: case
                .hand_over
                .and_then(|id| self.tables.hand_overs.get(&id))
                .map(|hand_over| self.hand_over(hand_over)),
            emergency_calls: self.calls(&calls),
            replies: sightings
                .iter()
                .filter(|sighting| sighting.wants_reply())
                .map(|sighting| self.reply(sighting))
                .collect(),
            closed_at: self.stamp_opt(case.closed_at),
            review: case.review,
            drill: case.drill,
            history: case.history,
            details_erased: group.iter().any(|member| member.details_erased),
            policy: case.policy_id.clone(),
        })
    }

    /// A whole case; none for an unknown id.
    pub fn case(&self, id: CaseId) -> Option<CaseView> {
        let row = self.case_row(id)?;
        let tables = self.tables;
        let group = tables.group(id);
        let mut timeline: Vec<TimelineView> = group
            .iter()
            .flat_map(|member| {
                member
                    .timeline
                    .iter()
                    .map(|entry| self.line(member.id, entry))
            })
            .collect();
        // Both sides of a merge tell it: once is enough in the story of both.
        timeline.sort_by_key(|line| line.seq);
        timeline.dedup_by(|later, first| {
            later.seq == first.seq && later.kind == first.kind && later.facts == first.facts
        });
        Some(CaseView {
            sightings: tables
                .sightings_of(id)
                .into_iter()
                .map(|sighting| self.sighting(sighting))
                .collect(),
            tasks: tables
                .tasks_of(id)
                .into_iter()
                .map(|task| self.task(task))
                .collect(),
            escalations: tables
                .escalations_of(id)
                .into_iter()
                .chain(tables.area_escalations_of(id))
                .map(|escalation| self.escalation(escalation))
                .collect(),
            holds: tables
                .holds
                .values()
                .filter(|hold| {
                    hold.ended.is_none() && group.iter().any(|member| member.id == hold.case_id)
                })
                .map(|hold| self.hold(hold))
                .collect(),
            timeline,
            row,
        })
    }

    fn subject(&self, subject: &Subject) -> SubjectView {
        let details = subject.record.and_then(|record| self.details(record));
        let outcome = subject.outcome.as_ref();
        SubjectView {
            n: subject.n,
            sex: details.and_then(|d| d.sex),
            age_band: details.and_then(|d| d.age_band),
            person_id: subject.person_id,
            outcome: outcome.map(|o| o.outcome.outcome),
            outcome_detail: outcome.and_then(|o| o.outcome.detail),
            outcome_at: outcome.map(|o| self.stamp(o.at)),
            closing: outcome.is_some_and(|o| o.closing),
            handed_to: outcome
                .and_then(|o| o.handed_to.as_ref().or(o.outcome.handed_to.as_ref()))
                .map(|to| self.handed_to(to)),
        }
    }

    fn deadlines(&self, case: &Case) -> Vec<DeadlineView> {
        let ladders = CaseDeadlines::LADDERS.into_iter().filter_map(|kind| {
            let ladder = case.deadlines.get(kind)?;
            Some(self.ladder(kind, ladder))
        });
        let revisit = case
            .revisit
            .as_ref()
            .and_then(|plan| plan.due.get(plan.n_done))
            .map(|due| DeadlineView {
                kind: DeadlineKind::Revisit,
                by: self.stamp(*due),
                met_at: None,
                missed_at: None,
                steps: Vec::new(),
            });
        ladders.chain(revisit).collect()
    }

    fn ladder(&self, kind: DeadlineKind, ladder: &Ladder) -> DeadlineView {
        DeadlineView {
            kind,
            by: self.stamp(ladder.by),
            met_at: self.stamp_opt(ladder.met_at),
            missed_at: self.stamp_opt(ladder.missed_at),
            steps: ladder
                .steps
                .iter()
                .map(|step| StepView {
                    at: self.stamp(step.at),
                    fired_at: self.stamp_opt(step.fired_at),
                })
                .collect(),
        }
    }

    fn follow_up(&self, case: &Case) -> Option<FollowUpView> {
        if case.revisit.is_none() && case.follow_up_since.is_none() {
            return None;
        }
        let plan = case.revisit.as_ref();
        Some(FollowUpView {
            since: self.stamp_opt(case.follow_up_since),
            due: plan
                .map(|p| p.due.iter().map(|at| self.stamp(*at)).collect())
                .unwrap_or_default(),
            n_done: plan.map_or(0, |p| p.n_done),
            look: plan.is_some_and(|p| p.look),
            ends_at: self.stamp_opt(case.follow_up_ends_at),
            reasons: plan.map(|p| self.reasons(&p.reasons)).unwrap_or_default(),
        })
    }

    /// One line of a story, in sentences.
    pub(crate) fn line(&self, case_id: CaseId, entry: &TimelineEntry) -> TimelineView {
        let words = sentences::of(self, &entry.kind, &entry.facts);
        TimelineView {
            seq: entry.seq,
            case_id,
            at: self.stamp(entry.at),
            kind: entry.kind.clone(),
            by: entry.by.clone(),
            text: words.zh,
            text_en: words.en,
            facts: self.local_facts(&entry.facts),
            reasons: self.reasons(&entry.reasons),
        }
    }
}
