//! The promises of the program as cheap checks on a state: what must hold after every commit, looked at case by case, so
//! that a large district is watched in small portions. Judges nothing and changes nothing.

use model::case::{Case, CaseState};
use model::deadline::NoticeAbout;
use model::escalation::Escalation;
use model::id::{CaseId, EscalationId, TaskId};
use model::task::{Task, TaskState};
use model::time::{Instant, Span};

use crate::tables::Tables;
use crate::timers;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// An open or follow-up case has an owner or a running timer, and a timer that is due fires.
    Owned,
    /// A department that has not answered is still asked; one that has is left alone.
    DepartmentsAsked,
    /// An answer after the end changes nothing.
    LateAnswerChangesNothing,
    /// A closed case has nothing queued, no task and no unanswered department.
    ClosedIsQuiet,
    /// Personal fields are given to those who may read them, and only as far as the read is written down.
    PersonalInScope,
    /// An offer that nobody takes goes on.
    OffersGoOn,
    /// The live picture follows what is committed.
    FeedFollows,
    /// What was accepted is on disk, once.
    NothingLost,
    /// Lists and figures rest on the cases that are there.
    FiguresAddUp,
    /// A start would find the state that is there.
    StartFindsTheSame,
}

impl Promise {
    /// Every promise, in the order in which they are named.
    pub const ALL: [Self; 10] = [
        Self::Owned,
        Self::DepartmentsAsked,
        Self::LateAnswerChangesNothing,
        Self::ClosedIsQuiet,
        Self::PersonalInScope,
        Self::OffersGoOn,
        Self::FeedFollows,
        Self::NothingLost,
        Self::FiguresAddUp,
        Self::StartFindsTheSame,
    ];

    /// Its word in metrics and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::DepartmentsAsked => "departments_asked",
            Self::LateAnswerChangesNothing => "late_answer_changes_nothing",
            Self::ClosedIsQuiet => "closed_is_quiet",
            Self::PersonalInScope => "personal_in_scope",
            Self::OffersGoOn => "offers_go_on",
            Self::FeedFollows => "feed_follows",
            Self::NothingLost => "nothing_lost",
            Self::FiguresAddUp => "figures_add_up",
            Self::StartFindsTheSame => "start_finds_the_same",
        }
    }
}

/// A promise that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub promise: Promise,
    /// About what: ids and times, nothing that has to be forgotten.
    pub what: String,
}

impl Broken {
    /// From its words.
    pub fn new(promise: Promise, what: String) -> Self {
        Self { promise, what }
    }
}

/// Looks at what is due: the first timer, every offer, every department that is asked. `grace` is how late it may be.
pub fn look_at_time(tables: &Tables, now: Instant, grace: Span, broken: &mut Vec<Broken>) {
    if let Some((due, timer)) = tables.timers.get_min()
        && *due + grace < now
    {
        let what = format!("{timer:?} was due at {due} and has not fired");
        broken.push(Broken::new(Promise::Owned, what));
    }
    let held = tables.tasks_of_unit.values().flatten();
    for task in held.filter_map(|id| tables.tasks.get(id)) {
        if is_stale(task, now, grace) {
            let what = format!("task {} is offered past its time", task.id);
            broken.push(Broken::new(Promise::OffersGoOn, what));
        }
    }
    let open = tables.open_escalations.values().flatten();
    for escalation in open.filter_map(|id| tables.escalations.get(id)) {
        look_at_escalation(tables, escalation, now, grace, broken);
    }
}

fn is_stale(task: &Task, now: Instant, grace: Span) -> bool {
    task.state == TaskState::Offered && task.offered_until.is_some_and(|until| until + grace < now)
}

fn look_at_escalation(
    tables: &Tables,
    escalation: &Escalation,
    now: Instant,
    grace: Span,
    broken: &mut Vec<Broken>,
) {
    let id = escalation.id;
    if escalation.is_unanswered() {
        let overdue = |at: Instant| at + grace < now;
        if escalation
            .steps
            .iter()
            .any(|step| step.fired_at.is_none() && overdue(step.at))
        {
            let what = format!("{id} is unanswered and no longer called");
            broken.push(Broken::new(Promise::DepartmentsAsked, what));
        }
        return;
    }
    let queued = tables.queued_of_escalation.get(&id).into_iter().flatten();
    for notice in queued.filter_map(|id| tables.notices.get(id)) {
        if notice.about == NoticeAbout::LadderStep && escalation.acknowledged_at.is_some() {
            let what = format!(
                "{id} was acknowledged and the call {} still waits",
                notice.id
            );
            broken.push(Broken::new(Promise::DepartmentsAsked, what));
        }
    }
}

/// Looks at one case: who has it, what is left of it when it is closed, and whether what is derived from it is there.
pub fn look_at_case(tables: &Tables, case: &Case, broken: &mut Vec<Broken>) {
    let is_active = case.state != CaseState::Closed && case.merged_into.is_none();
    let is_listed = tables
        .active
        .get(&case.jurisdiction.code)
        .is_some_and(|listed| listed.contains(&case.id));
    if is_active != is_listed {
        let what = format!("case {} is {} and listed: {is_listed}", case.id, case.state);
        broken.push(Broken::new(Promise::FiguresAddUp, what));
    }
    if let Some((due, timer)) = timers::of_case(case)
        .into_iter()
        .find(|timer| !tables.timers.contains(timer))
    {
        let what = format!("a start would wait for {timer:?} at {due}, which is not there");
        broken.push(Broken::new(Promise::StartFindsTheSame, what));
    }
    for id in &case.escalations {
        look_at_late_answer(tables, *id, broken);
    }
    if is_active && !case.history && !is_owned(tables, case) {
        let what = format!(
            "case {} is {} and has neither owner nor timer",
            case.id, case.state
        );
        broken.push(Broken::new(Promise::Owned, what));
    }
    if case.state == CaseState::Closed && case.merged_into.is_none() {
        look_at_closed(tables, case, broken);
    }
}

fn is_owned(tables: &Tables, case: &Case) -> bool {
    let is_there = |timer: &(Instant, _)| tables.timers.contains(timer);
    case.taken.is_some()
        || tables.duty_call_at.is_some() && tables.duty_call_cases.contains(&case.id)
        || timers::of_case(case).iter().any(is_there)
        || tables.tasks_of(case.id).into_iter().any(|task| {
            !task.state.is_over() && (task.unit.is_some() || tables.waiting.contains(&task.id))
        })
}

fn look_at_late_answer(tables: &Tables, id: EscalationId, broken: &mut Vec<Broken>) {
    let Some(escalation) = tables.escalations.get(&id) else {
        return;
    };
    if escalation.late && escalation.is_open() {
        let what = format!("{id} was answered after its end and is open");
        broken.push(Broken::new(Promise::LateAnswerChangesNothing, what));
    }
}

fn look_at_closed(tables: &Tables, case: &Case, broken: &mut Vec<Broken>) {
    let unfinished: Option<TaskId> = tables
        .tasks_of(case.id)
        .into_iter()
        .find(|task| !task.state.is_over())
        .map(|task| task.id);
    let asked: Option<EscalationId> = tables
        .escalations_of(case.id)
        .into_iter()
        .find(|escalation| escalation.is_unanswered())
        .map(|escalation| escalation.id);
    if let Some(id) = unfinished {
        let what = format!("case {} is closed and task {id} is not over", case.id);
        broken.push(Broken::new(Promise::ClosedIsQuiet, what));
    }
    if let Some(id) = asked {
        let what = format!("case {} is closed and {id} is still asked", case.id);
        broken.push(Broken::new(Promise::ClosedIsQuiet, what));
    }
    let queued = tables.queued_of_case.get(&case.id).into_iter().flatten();
    for notice in queued.filter_map(|id| tables.notices.get(id)) {
        let is_over = |id: &CaseId| {
            tables
                .root(*id)
                .is_none_or(|case| case.state == CaseState::Closed)
        };
        // What came to light after the close is a new matter for a person; work and calls are not.
        let is_work = matches!(
            notice.about,
            NoticeAbout::LadderStep | NoticeAbout::EscalationOpened | NoticeAbout::TaskOffered
        );
        if is_work && notice.case_id.iter().chain(&notice.cases).all(is_over) {
            let what = format!("case {} is closed and {} still waits", case.id, notice.id);
            broken.push(Broken::new(Promise::ClosedIsQuiet, what));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::command::Command;
    use model::sign::Sign;

    use super::*;
    use crate::testing::{District, EVENING, patrol, report};

    fn found(tables: &Tables, now: Instant) -> Vec<Promise> {
        let mut broken = Vec::new();
        look_at_time(tables, now, Span::from_secs(5), &mut broken);
        for case in tables.cases.values() {
            look_at_case(tables, case, &mut broken);
        }
        broken.dedup_by_key(|one| one.promise);
        broken.into_iter().map(|one| one.promise).collect()
    }

    fn reported() -> District {
        let mut district = District::putuo();
        let seen = report(1, 0, EVENING, &[Sign::Unconscious]);
        district.given([(patrol(1), Command::ReportSighting(seen)).into()]);
        district
    }

    #[test]
    fn a_night_as_it_should_be_breaks_nothing() {
        let mut district = reported();
        for _ in 0..60 {
            assert_eq!(found(&district.state.tables, district.now), []);
            district.advance(Span::from_mins(1));
        }
    }

    #[test]
    fn each_way_of_breaking_a_promise_is_found() {
        let district = reported();
        let (tables, now) = (&district.state.tables, district.now);
        let id = *tables.cases.keys().next().unwrap();
        let hour = Span::from_hours(1);

        assert_eq!(
            found(tables, now + hour),
            [
                Promise::Owned,
                Promise::OffersGoOn,
                Promise::DepartmentsAsked
            ]
        );

        let mut forgotten = tables.clone();
        forgotten.timers.clear();
        assert_eq!(found(&forgotten, now), [Promise::StartFindsTheSame]);
        forgotten.tasks.clear();
        assert_eq!(
            found(&forgotten, now),
            [Promise::StartFindsTheSame, Promise::Owned]
        );

        let mut closed = tables.clone();
        let mut case = (**closed.cases.get(&id).unwrap()).clone();
        case.state = CaseState::Closed;
        closed.put_case(case);
        assert_eq!(found(&closed, now), [Promise::ClosedIsQuiet]);

        let mut unlisted = tables.clone();
        unlisted.active.clear();
        assert_eq!(found(&unlisted, now), [Promise::FiguresAddUp]);

        let mut late = tables.clone();
        let asked = *late.escalations.keys().next().unwrap();
        let mut escalation = (**late.escalations.get(&asked).unwrap()).clone();
        escalation.late = true;
        late.escalations.insert(asked, Arc::new(escalation));
        assert_eq!(found(&late, now), [Promise::LateAnswerChangesNothing]);
    }
}
