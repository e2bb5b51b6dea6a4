//! Checkers 2 and 3: after a department acknowledged it gets no further call for that step and others still do; a late
//! acknowledgement never opens a closed case again.

use std::collections::BTreeSet;

use dispatch::Tables;
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::id::EscalationId;
use model::time::{Instant, Span};

use super::Group;
use crate::counts::Counts;
use crate::violation::Violation;

const GRACE: Span = Span::from_secs(40);

/// Departments that answered and are not asked again.
#[derive(Default)]
pub struct Watch {
    answered: BTreeSet<EscalationId>,
}

impl Watch {
    /// Judges one command.
    pub fn look(&mut self, group: &Group<'_>, counts: &mut Counts) -> Result<(), Violation> {
        for event in group.events {
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "only these events are about answers and calls"
            )]
            match &event.new.event {
                Event::EscalationAcknowledged {
                    escalation_id,
                    late,
                    ..
                } => {
                    if *late {
                        late_changes_nothing(group, *escalation_id, counts)?;
                    } else {
                        others_still_asked(group, *escalation_id, counts)?;
                        self.answered.insert(*escalation_id);
                    }
                }
                Event::EscalationAskedAgain { escalation_id, .. } => {
                    self.answered.remove(escalation_id);
                }
                Event::EscalationStepFired { escalation_id, .. }
                    if self.answered.contains(escalation_id) =>
                {
                    return Err(Violation::new(
                        2,
                        format!("{escalation_id} was acknowledged and its ladder goes on"),
                    ));
                }
                Event::DutyNotified { notice } => {
                    let of_ladder = matches!(
                        notice.addressee,
                        Addressee::Department { .. }
                            | Addressee::DepartmentLeader { .. }
                            | Addressee::DepartmentSuperior { .. }
                    ) && matches!(
                        notice.about,
                        NoticeAbout::LadderStep
                            | NoticeAbout::EscalationOpened
                            | NoticeAbout::ClosedWithoutAnswer
                    );
                    if let Some(id) = notice.escalation_id
                        && of_ladder
                        && self.answered.contains(&id)
                    {
                        return Err(Violation::new(
                            2,
                            format!(
                                "{id} was acknowledged and its department is called: {notice:?}"
                            ),
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whoever answered has no call waiting; whoever did not is still asked.
    pub fn at_rest(
        &self,
        tables: &Tables,
        now: Instant,
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        for id in &self.answered {
            counts.premise("2 acknowledged department left alone");
            if let Some(queued) = tables.queued_of_escalation.get(id) {
                for notice in queued.iter().filter_map(|id| tables.notices.get(id)) {
                    if notice.about != NoticeAbout::NeedsPerson {
                        return Err(Violation::new(
                            2,
                            format!("{id} was acknowledged and a call still waits: {notice:?}"),
                        ));
                    }
                }
            }
        }
        for escalation in tables.escalations.values() {
            if !escalation.is_unanswered() {
                continue;
            }
            let overdue = escalation
                .steps
                .iter()
                .any(|step| step.fired_at.is_none() && step.at + GRACE < now);
            if overdue {
                return Err(Violation::new(
                    2,
                    format!("{} is unanswered and no longer called", escalation.id),
                ));
            }
        }
        Ok(())
    }
}

/// An answer of one department changes nothing for the others of its case.
fn others_still_asked(
    group: &Group<'_>,
    answered: EscalationId,
    counts: &mut Counts,
) -> Result<(), Violation> {
    let Some(own) = group.after.escalations.get(&answered) else {
        return Err(Violation::new(2, format!("{answered} is not known")));
    };
    // An answer that a merge counts for both cases is no command of the department.
    let by_merge = group.events.iter().any(|event| {
        matches!(
            event.new.event,
            Event::CasesMerged { .. } | Event::CasesUnmerged { .. } | Event::CaseSplit { .. }
        )
    });
    let Some(root) = own.case_id.and_then(|id| group.before.root(id)) else {
        return Ok(());
    };
    if by_merge {
        return Ok(());
    }
    for other in group.before.escalations_of(root.id) {
        if other.department == own.department || !other.is_unanswered() {
            continue;
        }
        counts.premise("2 other department still asked");
        let still = group
            .after
            .escalations
            .get(&other.id)
            .is_some_and(|after| after.is_unanswered());
        if !still {
            return Err(Violation::new(
                2,
                format!(
                    "{} answered and {} is no longer asked",
                    own.department, other.department
                ),
            ));
        }
    }
    Ok(())
}

/// Checker 3.
fn late_changes_nothing(
    group: &Group<'_>,
    escalation_id: EscalationId,
    counts: &mut Counts,
) -> Result<(), Violation> {
    counts.premise("3 acknowledgement after the end");
    if group.events.len() != 1 {
        let kinds: Vec<&str> = group.events.iter().map(|e| e.new.event.kind()).collect();
        return Err(Violation::new(
            3,
            format!("a late acknowledgement has effects: {kinds:?}"),
        ));
    }
    let case = |tables: &Tables| {
        tables
            .escalations
            .get(&escalation_id)
            .and_then(|escalation| escalation.case_id)
            .and_then(|id| tables.root(id))
            .map(|case| (case.state, case.grade.clone(), case.deadlines.clone()))
    };
    let (before, after) = (case(group.before), case(group.after));
    if before != after {
        return Err(Violation::new(
            3,
            format!("a late acknowledgement changed the case: {before:?} to {after:?}"),
        ));
    }
    Ok(())
}
