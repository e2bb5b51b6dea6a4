//! How a client keeps its picture true: put what an event carries under its id, then take out what is gone. Pure; the
//! pages do the same, and tests compare the result with a fresh snapshot.

use std::collections::BTreeMap;

use model::id::{CaseId, EscalationId, JurisdictionCode, ResourceId, TaskId, UnitId};
use model::view::area::AreaWarningView;
use model::view::background::{ResourceView, UnitView};
use model::view::case::CaseRow;
use model::view::escalation::EscalationView;
use model::view::live::{FeedData, FeedEvent, Gone, HiddenData, ShownData, SnapshotView};
use model::view::task::TaskView;
use serde::de::DeserializeOwned;

/// A client's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The last event taken in.
    pub seq: u64,
    /// Whether a drill is on.
    pub drill: bool,
    /// Cases.
    pub cases: BTreeMap<CaseId, CaseRow>,
    /// Tasks.
    pub tasks: BTreeMap<TaskId, TaskView>,
    /// Escalations.
    pub escalations: BTreeMap<EscalationId, EscalationView>,
    /// Colours.
    pub area_warnings: BTreeMap<JurisdictionCode, AreaWarningView>,
    /// Units.
    pub units: BTreeMap<UnitId, UnitView>,
    /// Resources.
    pub resources: BTreeMap<ResourceId, ResourceView>,
}

/// An event whose data a client cannot read.
#[derive(Debug, thiserror::Error)]
#[error("event {kind} at {seq} cannot be taken in")]
pub struct Unreadable {
    /// Its place.
    pub seq: u64,
    /// Its kind.
    pub kind: String,
    /// What the reader said.
    pub source: serde_json::Error,
}

impl Picture {
    /// From a snapshot.
    pub fn of(snapshot: &SnapshotView) -> Self {
        let mut picture = Self {
            seq: snapshot.seq,
            drill: snapshot.drill,
            cases: BTreeMap::new(),
            tasks: BTreeMap::new(),
            escalations: BTreeMap::new(),
            area_warnings: BTreeMap::new(),
            units: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        picture.put(FeedData {
            cases: snapshot.cases.clone(),
            tasks: snapshot.tasks.clone(),
            escalations: snapshot.escalations.clone(),
            area_warnings: snapshot.area_warnings.clone(),
            units: snapshot.units.clone(),
            resources: snapshot.resources.clone(),
            ..FeedData::default()
        });
        picture
    }

    /// Takes in one event. One that the picture knows already changes nothing; several may share a seq, so the
    /// position moves on only with [`Picture::reached`].
    ///
    /// # Errors
    /// [`Unreadable`]: the client takes a new snapshot.
    pub fn fold(&mut self, event: &FeedEvent) -> Result<(), Unreadable> {
        if event.seq <= self.seq {
            return Ok(());
        }
        match event.kind.as_str() {
            "case.shown" => {
                let ShownData { case, gone, .. } = read(event)?;
                let of_case = case
                    .escalations
                    .into_iter()
                    .filter(|escalation| escalation.case_id.is_some())
                    .collect();
                self.put(FeedData {
                    case: Some(case.row),
                    tasks: case.tasks,
                    escalations: of_case,
                    gone,
                    ..FeedData::default()
                });
            }
            "case.hidden" => {
                let HiddenData { gone, .. } = read(event)?;
                self.take_out(&gone);
            }
            _ => self.put(read(event)?),
        }
        Ok(())
    }

    /// Everything up to a position has been taken in: the `upto` of a message.
    pub fn reached(&mut self, seq: u64) {
        self.seq = self.seq.max(seq);
    }

    fn put(&mut self, data: FeedData) {
        let FeedData {
            case_id: _,
            case,
            cases,
            task,
            tasks,
            escalation,
            escalations,
            area_warnings,
            units,
            resources,
            drill,
            policy: _,
            timeline: _,
            about: _,
            gone,
        } = data;
        for row in case.into_iter().chain(cases) {
            let newer = self
                .cases
                .get(&row.id)
                .is_some_and(|known| known.seq > row.seq);
            if !newer {
                self.cases.insert(row.id, row);
            }
        }
        self.tasks
            .extend(task.into_iter().chain(tasks).map(|t| (t.id, t)));
        self.escalations
            .extend(escalation.into_iter().chain(escalations).map(|e| (e.id, e)));
        self.area_warnings.extend(
            area_warnings
                .into_iter()
                .map(|a| (a.jurisdiction.clone(), a)),
        );
        self.units
            .extend(units.into_iter().map(|u| (u.id.clone(), u)));
        self.resources
            .extend(resources.into_iter().map(|r| (r.id.clone(), r)));
        self.drill = drill.unwrap_or(self.drill);
        self.take_out(&gone);
    }

    fn take_out(&mut self, gone: &Gone) {
        for id in &gone.cases {
            self.cases.remove(id);
        }
        for id in &gone.tasks {
            self.tasks.remove(id);
        }
        for id in &gone.escalations {
            self.escalations.remove(id);
        }
    }
}

fn read<T: DeserializeOwned>(event: &FeedEvent) -> Result<T, Unreadable> {
    event.data.read().map_err(|source| Unreadable {
        seq: event.seq,
        kind: event.kind.clone(),
        source,
    })
}
