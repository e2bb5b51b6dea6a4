//! The answer to a command, rebuilt from its own events alone: a repeat years later gets the same. What was forgotten
//! since is absent, and `details_erased` says so. A preview is answered the same way, from events that were not kept.
//!
//! Names of streets, departments and units come from the tables of today; nothing else does.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an answer looks for the few events that it is made of"
)]

mod facts;

use std::borrow::Borrow;
use std::collections::BTreeSet;

use model::case::{CaseState, Grade};
use model::deadline::{CaseDeadlines, DeadlineKind, Ladder};
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, RecordId};
use model::reason::Reason;
use model::sighting::Sighting;
use model::task::TaskState;
use model::time::Instant;
use model::view::answer::{ChangeView, ChangesAnswer, SightingAnswer, StreetColour};
use policy::policy::PolicyBook;
use serde_json::Value;

use super::sentences;
use super::shown::Shown;
use crate::apply::apply_to_tables;
use crate::tables::Tables;

/// The answer to a command, as JSON: a [`SightingAnswer`] for a report, else a [`ChangesAnswer`].
pub fn answer<E: Borrow<RecordedEvent>>(book: &PolicyBook, today: &Tables, events: &[E]) -> Value {
    let events: Vec<&RecordedEvent> = events.iter().map(Borrow::borrow).collect();
    let events = events.as_slice();
    let made = made_by(today, events);
    let shown = Shown::new(&made, book);
    let report = events.iter().find_map(|event| match &event.new.event {
        Event::SightingAccepted { sighting, .. } => Some(sighting),
        _ => None,
    });
    let received = events
        .iter()
        .any(|event| matches!(event.new.event, Event::HandOverReceived { .. }));
    let written = match report {
        Some(sighting) if !received => {
            serde_json::to_value(sighting_answer(&shown, sighting, events))
        }
        Some(_) | None => serde_json::to_value(changes_answer(&shown, events)),
    };
    written.unwrap_or(Value::Null)
}

/// The answer to a command that was only tried.
pub fn preview_answer<E: Borrow<RecordedEvent>>(
    book: &PolicyBook,
    today: &Tables,
    events: &[E],
) -> Value {
    let mut answer = answer(book, today, events);
    if let Value::Object(fields) = &mut answer {
        fields.insert("preview".to_owned(), Value::Bool(true));
    }
    answer
}

/// Tables with nothing but what the events made, and what sightings joined.
fn made_by(today: &Tables, events: &[&RecordedEvent]) -> Tables {
    let policy_id = events
        .first()
        .map_or_else(|| today.policy_id.clone(), |e| e.new.policy_id.clone());
    let mut made = Tables::empty(today.district.clone(), policy_id);
    made.jurisdictions = today.jurisdictions.clone();
    made.departments = today.departments.clone();
    made.units = today.units.clone();
    made.places = today.places.clone();
    for event in events {
        if let Event::CaseJoined {
            standing: Some(standing),
            ..
        } = &event.new.event
        {
            for task in &standing.tasks {
                made.put_task(task.clone());
            }
            for escalation in &standing.escalations {
                made.put_escalation(escalation.clone());
            }
        }
        apply_to_tables(&mut made, event);
    }
    for record in &today.erased {
        made.details.remove(record);
    }
    made.erased = today.erased.clone();
    made
}

/// The grade, ladders and state that a case was left in by the events.
#[derive(Default)]
struct Left<'a> {
    grade: Option<&'a Grade>,
    deadlines: Option<&'a CaseDeadlines>,
    met: BTreeSet<DeadlineKind>,
    state: Option<CaseState>,
}

impl<'a> Left<'a> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these say something about grade, ladders or state"
    )]
    fn of(case_id: CaseId, events: &[&'a RecordedEvent]) -> Self {
        let mut left = Self::default();
        for event in events {
            match &event.new.event {
                Event::CaseOpened { case } if case.id == case_id => {
                    left.grade = Some(&case.grade);
                    left.deadlines = Some(&case.deadlines);
                    left.state = Some(case.state);
                }
                Event::CaseJoined {
                    case_id: id,
                    standing: Some(standing),
                    ..
                } if *id == case_id => {
                    left.grade = Some(&standing.grade);
                    left.deadlines = Some(&standing.deadlines);
                    left.state = Some(standing.state);
                }
                Event::CaseLevelChanged {
                    case_id: id,
                    grade,
                    deadlines,
                    ..
                } if *id == case_id => {
                    left.grade = Some(grade);
                    left.deadlines = Some(deadlines);
                }
                Event::CaseTierRaised {
                    case_id: id, grade, ..
                }
                | Event::CaseTierLowered {
                    case_id: id, grade, ..
                } if *id == case_id => left.grade = Some(grade),
                Event::CaseReopened {
                    case_id: id,
                    deadlines,
                    ..
                } if *id == case_id => {
                    left.deadlines = Some(deadlines);
                    left.met.clear();
                    left.state = Some(CaseState::Open);
                }
                Event::CaseFollowedUp { case_id: id, .. } if *id == case_id => {
                    left.state = Some(CaseState::FollowUp);
                }
                Event::CaseClosed { case_id: id, .. } if *id == case_id => {
                    left.state = Some(CaseState::Closed);
                }
                Event::DeadlineMet {
                    case_id: id,
                    deadlines,
                    ..
                } if *id == case_id => left.met.extend(deadlines.iter().copied()),
                _ => {}
            }
        }
        left
    }

    /// Due, while the case is open and it is not met.
    fn due(&self, kind: DeadlineKind) -> Option<Instant> {
        let ladder: &Ladder = self.deadlines?.get(kind)?;
        let runs = self.state == Some(CaseState::Open)
            && ladder.met_at.is_none()
            && !self.met.contains(&kind);
        runs.then_some(ladder.by)
    }
}

fn sighting_answer(
    shown: &Shown<'_>,
    sighting: &Sighting,
    events: &[&RecordedEvent],
) -> SightingAnswer {
    let case_id = events
        .iter()
        .find_map(|event| match &event.new.event {
            Event::CaseJoined {
                case_id,
                sighting_id,
                ..
            } if *sighting_id == sighting.id => Some(*case_id),
            _ => None,
        })
        .unwrap_or(sighting.case_id);
    let left = Left::of(case_id, events);
    let of_case = |id: Option<CaseId>| id == Some(case_id) || id == Some(sighting.case_id);
    let mut tasks: Vec<_> = shown
        .tables
        .tasks
        .values()
        .filter(|task| of_case(task.case_id))
        .collect();
    tasks.sort_by_key(|task| (task.made_at, task.id));
    let mut escalations: Vec<_> = shown
        .tables
        .escalations
        .values()
        .filter(|escalation| of_case(escalation.case_id))
        .collect();
    escalations.sort_by_key(|e| (e.opened_at, e.department.clone(), e.id));
    SightingAnswer {
        sighting_id: sighting.id,
        case_id,
        merged: sighting.merged,
        doubts: sighting.doubts.clone(),
        priority: left.grade.map(|grade| shown.verdict(&grade.priority)),
        warning_level: left.grade.map(|grade| shown.verdict(&grade.warning_level)),
        tier: left.grade.map(|grade| shown.verdict(&grade.tier)),
        jurisdiction: shown.street(&sighting.jurisdiction),
        acknowledge_by: shown.stamp_opt(left.due(DeadlineKind::Acknowledge)),
        on_site_by: shown.stamp_opt(left.due(DeadlineKind::OnSite)),
        outcome_by: shown.stamp_opt(left.due(DeadlineKind::Outcome)),
        tasks: tasks.into_iter().map(|task| shown.task(task)).collect(),
        escalations: escalations
            .into_iter()
            .map(|escalation| shown.escalation(escalation))
            .collect(),
        may_duplicate: sighting
            .may_duplicate
            .iter()
            .map(|suggestion| shown.suggestion(suggestion))
            .collect(),
        seq: events.last().map_or(0, |event| event.seq),
        details_erased: erased_of(shown, events),
    }
}

fn changes_answer(shown: &Shown<'_>, events: &[&RecordedEvent]) -> ChangesAnswer {
    let mut answer = ChangesAnswer {
        seq: events.last().map(|event| event.seq),
        at: events.first().map(|event| shown.stamp(event.at)),
        details_erased: erased_of(shown, events),
        ..ChangesAnswer::default()
    };
    for event in events {
        note(shown, &mut answer, event);
        answer.changes.push(change(shown, event));
    }
    answer.case_id = answer
        .case_id
        .or_else(|| answer.changes.iter().find_map(|change| change.case_id));
    answer.tasks = shown
        .tables
        .tasks
        .values()
        .map(|task| shown.task(task))
        .collect();
    answer.escalations = shown
        .tables
        .escalations
        .values()
        .map(|escalation| shown.escalation(escalation))
        .collect();
    answer
}

/// Takes from an event what the call was about: the first of each kind counts.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the ids of all other events stand in the changes"
)]
fn note(shown: &Shown<'_>, answer: &mut ChangesAnswer, recorded: &RecordedEvent) {
    let at = shown.stamp(recorded.at);
    let step = |task_id: model::id::TaskId, state: TaskState, answer: &mut ChangesAnswer| {
        if *answer.task_id.get_or_insert(task_id) == task_id {
            answer.state = Some(state);
            answer.id.get_or_insert_with(|| task_id.to_string());
        }
    };
    match &recorded.new.event {
        Event::SightingAdded {
            sighting_id,
            addition,
            ..
        } => {
            answer.sighting_id.get_or_insert(*sighting_id);
            answer.addition_id.get_or_insert(addition.id);
            answer.id.get_or_insert_with(|| addition.id.to_string());
        }
        Event::SameAnswered { sighting_id, .. } | Event::SightingReplied { sighting_id, .. } => {
            answer.sighting_id.get_or_insert(*sighting_id);
            answer.id.get_or_insert_with(|| sighting_id.to_string());
        }
        Event::TaskAccepted { task_id, unit, .. } => {
            step(*task_id, TaskState::Accepted, answer);
            answer.unit = answer.unit.take().or_else(|| unit.clone());
        }
        Event::TaskDeparted { task_id, .. } => step(*task_id, TaskState::Departed, answer),
        Event::TaskArrived { task_id, .. } => step(*task_id, TaskState::Arrived, answer),
        Event::TaskReturned { task_id, .. } => step(*task_id, TaskState::Returned, answer),
        Event::TaskSeen { task_id } => {
            answer.task_id.get_or_insert(*task_id);
            answer.id.get_or_insert_with(|| task_id.to_string());
        }
        Event::TaskOutcomeRecorded {
            task_id,
            outcome,
            done,
            ..
        } => {
            let state = if *done {
                TaskState::Done
            } else {
                TaskState::Arrived
            };
            step(*task_id, state, answer);
            if answer.outcome.is_none() {
                answer.outcome = Some(shown.outcome(outcome));
            }
        }
        Event::EscalationAcknowledged {
            escalation_id,
            name,
            eta,
            late,
            ..
        } => {
            answer.escalation_id.get_or_insert(*escalation_id);
            answer.id.get_or_insert_with(|| escalation_id.to_string());
            answer.acknowledged_at.get_or_insert(at);
            answer.acknowledged_by.get_or_insert_with(|| name.clone());
            answer.late.get_or_insert(*late);
            answer.eta = answer.eta.or_else(|| shown.stamp_opt(*eta));
        }
        Event::EscalationReported { escalation_id, .. }
        | Event::EscalationTransferred { escalation_id, .. }
        | Event::EscalationDeclined { escalation_id, .. } => {
            answer.escalation_id.get_or_insert(*escalation_id);
            answer.id.get_or_insert_with(|| escalation_id.to_string());
        }
        Event::HandOverOffered { hand_over } | Event::HandOverReceived { hand_over } => {
            answer.hand_over_id.get_or_insert(hand_over.id);
            answer.id.get_or_insert_with(|| hand_over.id.to_string());
            answer.case_id.get_or_insert(hand_over.case_id);
        }
        Event::HandOverAnswered { hand_over_id, .. } => {
            answer.hand_over_id.get_or_insert(*hand_over_id);
            answer.id.get_or_insert_with(|| hand_over_id.to_string());
        }
        Event::HoldMade { hold } => {
            answer.hold_id.get_or_insert(hold.id);
            answer.id.get_or_insert_with(|| hold.id.to_string());
            answer.resource.get_or_insert_with(|| hold.resource.clone());
            answer.case_id.get_or_insert(hold.case_id);
        }
        Event::HoldEnded { hold_id, .. } => {
            answer.hold_id.get_or_insert(*hold_id);
            answer.id.get_or_insert_with(|| hold_id.to_string());
        }
        Event::ResourceStateChanged { resource, .. } => {
            answer.resource.get_or_insert_with(|| resource.clone());
        }
        Event::PlaceLooked { place, .. } => {
            answer.place.get_or_insert_with(|| place.clone());
        }
        Event::PersonOpened { person, .. } => {
            answer.person_id.get_or_insert(person.id);
            answer.id.get_or_insert_with(|| person.id.to_string());
        }
        Event::PersonsJoined { person_id, .. } | Event::PersonsSeparated { person_id, .. } => {
            answer.person_id.get_or_insert(*person_id);
            answer.id.get_or_insert_with(|| person_id.to_string());
        }
        Event::SignalReceived { signal } => {
            answer.signal_id.get_or_insert_with(|| signal.id.clone());
        }
        Event::AreaWarningChanged { change, .. } => {
            answer
                .streets
                .extend(change.streets.iter().map(|street| StreetColour {
                    jurisdiction: street.warning.jurisdiction.clone(),
                    from: street.from,
                    level: street.warning.level,
                }));
        }
        Event::AreaWarningConfirmed { .. } => {
            let by = recorded.new.actor.clone();
            answer.confirmed_by.get_or_insert(by);
        }
        Event::ShiftStarted { shift } => {
            answer.unit.get_or_insert_with(|| shift.unit.clone());
        }
        Event::ShiftCheckedIn { unit, .. }
        | Event::ShiftEnded { unit }
        | Event::PanicRaised { unit } => {
            answer.unit.get_or_insert_with(|| unit.clone());
        }
        _ => {}
    }
}

fn change(shown: &Shown<'_>, recorded: &RecordedEvent) -> ChangeView {
    let event = &recorded.new.event;
    let facts = facts::of(event);
    let words = sentences::of(shown, event.kind(), &facts);
    let reasons: Vec<&Reason> = facts::reasons(event);
    ChangeView {
        seq: recorded.seq,
        kind: event.kind().to_owned(),
        case_id: facts::id(&facts, "case_id"),
        task_id: facts::id(&facts, "task_id"),
        escalation_id: facts::id(&facts, "escalation_id"),
        text: words.zh,
        text_en: words.en,
        reasons: reasons
            .into_iter()
            .map(|reason| shown.reason(reason))
            .collect(),
    }
}

/// Whether anything that the events carried or quoted was forgotten since.
fn erased_of(shown: &Shown<'_>, events: &[&RecordedEvent]) -> bool {
    let erased = |record: RecordId| shown.tables.erased.contains(&record);
    events.iter().any(|event| {
        event.new.details.keys().any(|record| erased(*record))
            || facts::reasons(&event.new.event)
                .into_iter()
                .any(|reason| reason.quote.is_some_and(|quote| erased(quote.record)))
            || matches!(&event.new.event, Event::SightingAccepted { sighting, .. } if erased(sighting.id.into()))
            || matches!(&event.new.event, Event::SightingAdded { addition, .. } if erased(addition.id))
    })
}
