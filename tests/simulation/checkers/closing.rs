//! Checker 4: closing cancels everything that is queued and not yet handed out, except the one word about closing. And
//! of checker 8: one notice has one key, and what has ended is not tried again.

use std::collections::{BTreeMap, BTreeSet};

use dispatch::Tables;
use model::case::CaseState;
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::id::{EscalationId, NoticeId};
use uuid::Uuid;

use super::Group;
use crate::counts::Counts;
use crate::violation::Violation;
use crate::world::Try;

/// What is known of notices.
#[derive(Default)]
pub struct Watch {
    ended: BTreeMap<NoticeId, u64>,
    words_about_closing: BTreeSet<(EscalationId, Addressee)>,
    keys: BTreeMap<NoticeId, Uuid>,
    n_tries: usize,
}

impl Watch {
    /// Judges one command.
    pub fn look(&mut self, group: &Group<'_>, counts: &mut Counts) -> Result<(), Violation> {
        for event in group.events {
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "only these events end or make notices"
            )]
            match &event.new.event {
                Event::CaseClosed { case_id, .. } => {
                    let queued = group.before.group(*case_id).into_iter().any(|case| {
                        group
                            .before
                            .queued_of_case
                            .get(&case.id)
                            .is_some_and(|queued| !queued.is_empty())
                    });
                    if queued {
                        counts.premise("4 case closed with calls queued");
                    }
                }
                Event::NoticeHandedOut { notice_id, .. }
                | Event::NoticeFailed { notice_id, .. } => {
                    self.end(*notice_id, event.seq)?;
                }
                Event::NoticesCancelled { notices } => {
                    for id in notices {
                        self.end(*id, event.seq)?;
                    }
                }
                Event::DutyNotified { notice } => {
                    if self.ended.contains_key(&notice.id) {
                        // A call to the same person in the same minute joins the earlier one.
                        self.ended.remove(&notice.id);
                    }
                    if notice.about == NoticeAbout::ClosedWithoutAnswer
                        && let Some(id) = notice.escalation_id
                    {
                        counts.premise("4 closed without an answer");
                        // One that cannot be reached is not told again; the next in line is, instead.
                        let addressee = notice.addressee.clone();
                        if !self.words_about_closing.insert((id, addressee)) {
                            return Err(Violation::new(
                                4,
                                format!("{id} is told twice that it was closed without an answer"),
                            ));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self, id: NoticeId, seq: u64) -> Result<(), Violation> {
        match self.ended.insert(id, seq) {
            Some(earlier) => Err(Violation::new(
                8,
                format!("{id} ended at {earlier} and again at {seq}"),
            )),
            None => Ok(()),
        }
    }

    /// Judges what the channel was given since the last time.
    pub fn tries(&mut self, tries: &[Try], counts: &mut Counts) -> Result<(), Violation> {
        for one in tries.iter().skip(self.n_tries) {
            if let Some(known) = self.keys.insert(one.notice, one.key) {
                counts.premise("8 notice tried again");
                if known != one.key {
                    return Err(Violation::new(
                        8,
                        format!(
                            "{} is tried under {known} and under {}",
                            one.notice, one.key
                        ),
                    ));
                }
            }
            if let Some(ended) = self.ended.get(&one.notice)
                && *ended <= one.seq
            {
                return Err(Violation::new(
                    4,
                    format!(
                        "{} ended at {ended} and was handed out at {}",
                        one.notice, one.seq
                    ),
                ));
            }
        }
        self.n_tries = tries.len();
        Ok(())
    }
}

/// A closed case has nothing queued for itself alone, no task and no unanswered department.
pub fn at_rest(tables: &Tables) -> Result<(), Violation> {
    for case in tables.cases.values() {
        if case.state != CaseState::Closed || case.merged_into.is_some() {
            continue;
        }
        for id in tables.queued_of_case.get(&case.id).into_iter().flatten() {
            let Some(notice) = tables.notices.get(id) else {
                continue;
            };
            let for_others = notice
                .case_id
                .iter()
                .chain(&notice.cases)
                .filter_map(|id| tables.root(*id))
                .any(|case| case.state != CaseState::Closed);
            // What came to light after the close is a new matter for a person; work and calls are not.
            let is_work = matches!(
                notice.about,
                NoticeAbout::LadderStep | NoticeAbout::EscalationOpened | NoticeAbout::TaskOffered
            );
            let was_there = case.closed_at.is_some_and(|at| notice.queued_at < at);
            if notice.about != NoticeAbout::ClosedWithoutAnswer
                && !for_others
                && (is_work || was_there)
            {
                return Err(Violation::new(
                    4,
                    format!("case {} is closed and {notice:?} still waits", case.id),
                ));
            }
        }
        if let Some(task) = tables
            .tasks_of(case.id)
            .into_iter()
            .find(|task| !task.state.is_over())
        {
            return Err(Violation::new(
                4,
                format!(
                    "case {} is closed and task {} is not over",
                    case.id, task.id
                ),
            ));
        }
        if let Some(escalation) = tables
            .escalations_of(case.id)
            .into_iter()
            .find(|escalation| escalation.is_unanswered())
        {
            return Err(Violation::new(
                4,
                format!(
                    "case {} is closed and {} is still asked",
                    case.id, escalation.id
                ),
            ));
        }
    }
    Ok(())
}
