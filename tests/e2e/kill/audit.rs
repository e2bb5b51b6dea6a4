//! The judgement: the rows of the folder beside what the senders were told and beside what was due.

use std::collections::{BTreeMap, BTreeSet};

use dispatch::{State, Tables};
use model::case::CaseState;
use model::deadline::{CaseDeadlines, DeadlineKind};
use model::event::{Event, RecordedEvent};
use model::id::{CaseId, DistrictId, EscalationId, PolicyId, SightingId};
use model::time::Instant;
use uuid::Uuid;

use super::load::{Ledger, What};

/// A step of a ladder. A case that is opened again and a department that is asked again begin a new run of it.
type Step = (String, u32, usize);

/// What stands in the rows.
pub struct Audit {
    /// The state that the rows give.
    pub tables: Tables,
    /// Rows of each command, by its id.
    commands: BTreeMap<Uuid, Vec<RecordedEvent>>,
    n_of_sighting: BTreeMap<SightingId, usize>,
    n_of_step: BTreeMap<Step, usize>,
    n_of_miss: BTreeMap<(CaseId, u32, DeadlineKind), usize>,
}

/// How many deadlines were due, and what became of them.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "each is a count")]
pub struct Deadlines {
    /// Not met when they were due.
    pub n_due: usize,
    /// Missed, as an event says once.
    pub n_missed: usize,
    /// Steps of ladders of cases and departments that were due, up to the given time.
    pub n_steps_due: usize,
    /// Steps that fired.
    pub n_steps_fired: usize,
}

impl Audit {
    /// Folds the rows, and counts what they say.
    ///
    /// A command whose rows do not stand together was applied twice, and ends the proof.
    pub fn of(events: &[RecordedEvent], district: &str) -> Self {
        let mut audit = Self {
            tables: Tables::empty(DistrictId::from(district), PolicyId::from("none")),
            commands: BTreeMap::new(),
            n_of_sighting: BTreeMap::new(),
            n_of_step: BTreeMap::new(),
            n_of_miss: BTreeMap::new(),
        };
        let mut state = State::from_tables(audit.tables.clone());
        let mut opened: BTreeMap<CaseId, u32> = BTreeMap::new();
        let mut asked: BTreeMap<EscalationId, u32> = BTreeMap::new();
        for group in events.chunk_by(|a, b| a.new.command_id == b.new.command_id) {
            for event in group {
                audit.count(&event.new.event, &mut opened, &mut asked);
                dispatch::apply(&mut state, event);
            }
            let id = group[0].new.command_id.0;
            let before = audit.commands.insert(id, group.to_vec());
            assert!(
                before.is_none(),
                "the command {id} was applied twice, again at {}",
                group[0].seq
            );
        }
        audit.tables = state.tables;
        audit
    }

    fn count(
        &mut self,
        event: &Event,
        opened: &mut BTreeMap<CaseId, u32>,
        asked: &mut BTreeMap<EscalationId, u32>,
    ) {
        if let Event::SightingAccepted { sighting, .. } = event {
            *self.n_of_sighting.entry(sighting.id).or_default() += 1;
        }
        if let Event::CaseReopened { case_id, .. } = event {
            *opened.entry(*case_id).or_default() += 1;
        }
        if let Event::EscalationAskedAgain { escalation_id, .. } = event {
            *asked.entry(*escalation_id).or_default() += 1;
        }
        if let Event::DeadlineMissed {
            case_id, deadline, ..
        } = event
        {
            let run = opened.get(case_id).copied().unwrap_or_default();
            *self
                .n_of_miss
                .entry((*case_id, run, *deadline))
                .or_default() += 1;
        }
        let (ladder, run, steps) = if let Event::LadderStepFired {
            case_id,
            deadline,
            steps,
            ..
        } = event
        {
            let ladder = format!("{case_id} {}", deadline.as_str());
            (ladder, opened.get(case_id), steps)
        } else if let Event::EscalationStepFired {
            escalation_id,
            steps,
        } = event
        {
            (escalation_id.to_string(), asked.get(escalation_id), steps)
        } else {
            return;
        };
        for step in steps {
            let key = (ladder.clone(), run.copied().unwrap_or_default(), *step);
            *self.n_of_step.entry(key).or_default() += 1;
        }
    }

    /// Every acknowledged command is there, once, and does what its sender was told; every refused one left nothing.
    /// How many acknowledged reports were found.
    pub fn holds_what_was_answered(&self, ledger: &Ledger) -> usize {
        let mut n_found = 0;
        for (id, (what, answer)) in &ledger.acknowledged {
            let events = self
                .commands
                .get(id)
                .unwrap_or_else(|| panic!("{what:?} {id} was acknowledged and is not there"));
            let n = events
                .iter()
                .filter(|event| is_of(*what, &event.new.event))
                .count();
            assert_eq!(n, 1, "{what:?} {id} is there once");
            if *what == What::Report {
                let sighting = SightingId(*id);
                assert_eq!(self.n_of_sighting.get(&sighting), Some(&1), "report {id}");
                let case = self.tables.sightings[&sighting].case_id.to_string();
                assert_eq!(answer["case_id"], case.as_str(), "the case of report {id}");
                n_found += 1;
            }
        }
        for (id, (what, code)) in &ledger.refused {
            assert!(
                !self.commands.contains_key(id),
                "{what:?} {id} was refused ({code}) and is there all the same"
            );
        }
        n_found
    }

    /// No step fired twice, no miss was told twice, and what was due until `until` fired.
    pub fn holds_deadlines(&self, until: Instant) -> Deadlines {
        for (step, n) in &self.n_of_step {
            assert_eq!(*n, 1, "the step {step:?} fired {n} times");
        }
        for (miss, n) in &self.n_of_miss {
            assert_eq!(*n, 1, "the deadline {miss:?} was missed {n} times");
        }
        let mut found = Deadlines {
            n_missed: self.n_of_miss.len(),
            n_steps_fired: self.n_of_step.len(),
            // What fired was due; what was due and did not fire is added below.
            n_due: self.n_of_miss.len(),
            n_steps_due: self.n_of_step.len(),
        };
        let mut forgotten = BTreeSet::new();
        for case in self.tables.cases.values() {
            if case.state == CaseState::Closed || case.merged_into.is_some() {
                continue;
            }
            for kind in CaseDeadlines::LADDERS {
                let Some(ladder) = case.deadlines.get(kind) else {
                    continue;
                };
                let is_open = ladder.met_at.is_none();
                if is_open && ladder.by <= until && ladder.missed_at.is_none() {
                    found.n_due += 1;
                    forgotten.insert(format!("{} {} by {}", case.id, kind.as_str(), ladder.by));
                }
                let late = |at: Instant| is_open && at <= until;
                found.n_steps_due += ladder
                    .steps
                    .iter()
                    .filter(|step| step.fired_at.is_none() && late(step.at))
                    .count();
            }
        }
        for escalation in self.tables.escalations.values() {
            let waits = escalation.acknowledged_at.is_none()
                && escalation.ended.is_none()
                && escalation.declined.is_none()
                && escalation.transferred_to.is_none()
                && !escalation.for_information;
            found.n_steps_due += escalation
                .steps
                .iter()
                .filter(|step| waits && step.fired_at.is_none() && step.at <= until)
                .count();
        }
        assert_eq!(forgotten, BTreeSet::new(), "due and never missed");
        assert_eq!(
            found.n_steps_due, found.n_steps_fired,
            "what was due fired: {found:?}"
        );
        found
    }
}

/// Whether this is the event that such a command is about.
fn is_of(what: What, event: &Event) -> bool {
    match what {
        What::Report => matches!(event, Event::SightingAccepted { .. }),
        What::Accept => matches!(event, Event::TaskAccepted { .. }),
        What::Depart => matches!(event, Event::TaskDeparted { .. }),
        What::Arrive => matches!(event, Event::TaskArrived { .. }),
        What::Outcome => matches!(event, Event::TaskOutcomeRecorded { .. }),
        What::Acknowledgement => matches!(event, Event::EscalationAcknowledged { .. }),
    }
}
