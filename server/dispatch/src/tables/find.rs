//! Looking things up in the tables: groups of merged cases and what belongs to them, identities, colours, places.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdSet;
use model::case::{Case, Standing, Subject};
use model::escalation::Escalation;
use model::id::{CaseId, EscalationId, JurisdictionCode, PersonId, RecordId, SightingId};
use model::sighting::Sighting;
use model::task::Task;

use crate::tables::Tables;

impl Tables {
    /// The case that answers for this one: itself, or its survivor while merged.
    pub fn root(&self, id: CaseId) -> Option<&Arc<Case>> {
        let mut case = self.cases.get(&id)?;
        // A chain of merges is never longer than the number of cases; a ring cannot be made.
        for _ in 0..=self.cases.len() {
            match case.merged_into {
                Some(into) => case = self.cases.get(&into)?,
                None => return Some(case),
            }
        }
        None
    }

    /// The case and every case merged into it, directly or through others, oldest merge first.
    pub fn group(&self, root: CaseId) -> Vec<&Arc<Case>> {
        let mut group: Vec<&Arc<Case>> = Vec::new();
        let mut next = vec![root];
        while let Some(id) = next.pop() {
            if let Some(case) = self.cases.get(&id)
                && group.iter().all(|known| known.id != id)
            {
                group.push(case);
                next.extend(case.members.iter().rev().copied());
            }
        }
        group
    }

    /// The sightings of a group, in the order in which they were accepted.
    pub fn sightings_of(&self, root: CaseId) -> Vec<&Arc<Sighting>> {
        let mut all: Vec<&Arc<Sighting>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| {
                case.sightings
                    .iter()
                    .filter_map(|id| self.sightings.get(id))
            })
            .collect();
        all.sort_by_key(|s| (s.accepted_at, s.id));
        all
    }

    /// Every record of a group that may have to be forgotten, each once, in order: its sightings with their additions,
    /// its notes, and what was said about it later. Not the records of persons.
    pub fn records_of(&self, root: CaseId) -> BTreeSet<RecordId> {
        let mut records = BTreeSet::new();
        for sighting in self.sightings_of(root) {
            records.insert(RecordId::from(sighting.id));
            records.extend(sighting.additions.iter().map(|addition| addition.id));
        }
        for case in self.group(root) {
            records.extend(case.notes.iter().map(|note| note.record));
            records.extend(case.records.iter().copied());
            records.extend(case.located_by);
            records.extend(case.subjects.iter().filter_map(|subject| subject.record));
        }
        // A sighting that was moved to another case is that one's.
        records.retain(|record| {
            self.sightings
                .get(&SightingId(record.0))
                .and_then(|sighting| self.root(sighting.case_id))
                .is_none_or(|home| home.id == root)
        });
        records
    }

    /// The records of a group that are of a known person: the person's file decides about them. A sighting is of the
    /// persons that its subjects are linked to; what is of no one sighting is of every known person of the case.
    pub fn records_of_persons(&self, root: CaseId) -> BTreeSet<RecordId> {
        let group = self.group(root);
        let linked: Vec<&Subject> = group
            .iter()
            .flat_map(|case| &case.subjects)
            .filter(|subject| subject.person_id.is_some())
            .collect();
        if linked.is_empty() {
            return BTreeSet::new();
        }
        let known: BTreeSet<SightingId> = linked
            .iter()
            .flat_map(|subject| subject.brought_by.iter().copied())
            .collect();
        // A subject that no sighting brought may be in any of them.
        let any = linked.iter().any(|subject| subject.brought_by.is_empty());
        let mut kept = self.records_of(root);
        for sighting in self.sightings_of(root) {
            if !any && !known.contains(&sighting.id) {
                kept.remove(&RecordId::from(sighting.id));
                for addition in &sighting.additions {
                    kept.remove(&addition.id);
                }
            }
        }
        kept
    }

    /// What is a person's own: the records of every identity joined to theirs, and in their cases what was seen of
    /// nobody else. A sighting of several people stays: it is the others' too.
    pub fn records_of_person(&self, person: PersonId) -> BTreeSet<RecordId> {
        let identity = self.identity_of(person);
        let mut records: BTreeSet<RecordId> = identity
            .iter()
            .filter_map(|id| self.persons.get(id))
            .map(|person| person.record)
            .collect();
        let roots: BTreeSet<CaseId> = identity
            .iter()
            .filter_map(|id| self.cases_of_person.get(id))
            .flatten()
            .filter_map(|id| self.root(*id))
            .map(|case| case.id)
            .collect();
        for root in roots {
            let subjects: Vec<&Subject> = self
                .group(root)
                .into_iter()
                .flat_map(|case| &case.subjects)
                .collect();
            let is_theirs =
                |subject: &Subject| subject.person_id.is_some_and(|id| identity.contains(&id));
            let alone = subjects.iter().all(|subject| is_theirs(subject));
            if alone {
                records.extend(self.records_of(root));
                continue;
            }
            for subject in subjects.iter().filter(|subject| is_theirs(subject)) {
                let of_others = |record: RecordId| {
                    subjects.iter().any(|other| {
                        !is_theirs(other)
                            && (other.record == Some(record)
                                || other.brought_by.contains(&SightingId(record.0)))
                    })
                };
                let seen = subject.brought_by.iter().map(|id| RecordId::from(*id));
                let own: Vec<RecordId> = seen
                    .chain(subject.record)
                    .filter(|record| !of_others(*record))
                    .collect();
                for record in own {
                    if let Some(sighting) = self.sightings.get(&SightingId(record.0)) {
                        records.extend(sighting.additions.iter().map(|addition| addition.id));
                    }
                    records.insert(record);
                }
            }
        }
        records
    }

    /// The tasks of a group, in the order in which they were made.
    pub fn tasks_of(&self, root: CaseId) -> Vec<&Arc<Task>> {
        let mut all: Vec<&Arc<Task>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| case.tasks.iter().filter_map(|id| self.tasks.get(id)))
            .collect();
        all.sort_by_key(|t| (t.made_at, t.id));
        all
    }

    /// The escalations of a group's own (not of its area), in the order in which they were opened.
    pub fn escalations_of(&self, root: CaseId) -> Vec<&Arc<Escalation>> {
        let mut all: Vec<&Arc<Escalation>> = self
            .group(root)
            .into_iter()
            .flat_map(|case| {
                case.escalations
                    .iter()
                    .filter_map(|id| self.escalations.get(id))
            })
            .collect();
        all.sort_by_key(|e| (e.opened_at, e.id));
        all
    }

    /// The escalations of areas in which a case of the group is listed.
    pub fn area_escalations_of(&self, root: CaseId) -> Vec<&Arc<Escalation>> {
        let mut ids: OrdSet<EscalationId> = OrdSet::new();
        for case in self.group(root) {
            if let Some(listed) = self.area_escalations_of_case.get(&case.id) {
                ids = ids.union(listed.clone());
            }
        }
        ids.iter()
            .filter_map(|id| self.escalations.get(id))
            .collect()
    }

    /// Every id of the person that an id stands for: its joined identity and all that were joined to it.
    pub fn identity_of(&self, person: PersonId) -> Vec<PersonId> {
        let mut first = person;
        for _ in 0..=self.persons.len() {
            match self.persons.get(&first).and_then(|p| p.joined_to) {
                Some(with) => first = with,
                None => break,
            }
        }
        let mut all = vec![first];
        let mut next = 0;
        while let Some(id) = all.get(next) {
            let joined = self.persons_joined.get(id).cloned().unwrap_or_default();
            all.extend(
                joined
                    .into_iter()
                    .filter(|id| !all.contains(id))
                    .collect::<Vec<_>>(),
            );
            next += 1;
        }
        all
    }

    /// How a case stands, for the event of a sighting that joins it; none for an unknown case.
    pub fn standing(&self, id: CaseId) -> Option<Box<Standing>> {
        let root = self.root(id)?;
        Some(Box::new(Standing {
            state: root.state,
            grade: root.grade.clone(),
            deadlines: root.deadlines.clone(),
            tasks: self
                .tasks_of(root.id)
                .into_iter()
                .filter(|task| !task.state.is_over())
                .map(|task| (**task).clone())
                .collect(),
            escalations: self
                .escalations_of(root.id)
                .into_iter()
                .map(|escalation| (**escalation).clone())
                .collect(),
        }))
    }

    /// The colour of a street; `none` when nothing is known.
    pub fn area_level(&self, code: &JurisdictionCode) -> model::grade::Level {
        self.areas
            .get(code)
            .map_or(model::grade::Level::None, |area| area.level)
    }

    /// Where a case is, as far as its details are still there.
    pub fn position_of(&self, case: &Case) -> Option<model::details::StoredPosition> {
        self.details.get(&case.located_by?)?.position
    }
}
