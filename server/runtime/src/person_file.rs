//! What is kept of a person, for that person: the read is written down first, and nothing of anybody else is in it.

use std::collections::BTreeSet;

use dispatch::Tables;
use model::actor::Actor;
use model::command::{Command, PersonalKind};
use model::id::{AccountName, CaseId, CommandId, PersonId, RecordId, SightingId};
use model::view::personal::PersonalAbout;
use serde_json::{Value, json};

use crate::handle::DistrictHandle;
use crate::personal::{Owned, unavailable};
use crate::submission::{Submission, SubmitError};

impl DistrictHandle {
    /// Everything that is kept of a person: their own data, their cases, what was seen of them alone, personal fields.
    ///
    /// # Errors
    /// `not_found` for a person who is not known or in no case; [`SubmitError::Unavailable`] when the read could not be
    /// written down or the store not be read.
    pub async fn person_file(
        &self,
        id: CommandId,
        by: &str,
        person: PersonId,
    ) -> Result<Value, SubmitError> {
        let actor = Actor {
            account: AccountName::from(by),
            ..Actor::system()
        };
        let command = Command::HandOutPerson { person_id: person };
        let written = self
            .shared
            .submit_internal(Submission::new(id, actor, command))
            .await?;
        self.reached(written.seq).await;
        let state = self.shared.published.load_full();
        let tables = &state.tables;
        let records = tables.records_of_person(person);
        let mut fields = Vec::new();
        for record in &records {
            let owned = Owned {
                about: about(tables, *record),
                id: record.0,
                record: *record,
            };
            self.open_record(owned, PersonalKind::ALL, &mut fields)
                .await
                .map_err(|fault| unavailable(&fault))?;
        }
        let persons: Vec<Value> = tables
            .identity_of(person)
            .iter()
            .filter_map(|id| tables.persons.get(id))
            .map(|person| {
                json!({
                    "person_id": person.id, "name_quality": person.name_quality, "age_band": person.age_band,
                    "special_care": person.special_care, "opened_at": person.opened_at,
                    "visited_at": person.visited_at,
                })
            })
            .collect();
        Ok(json!({
            "person_id": person, "handed_out_by": by, "handed_out_at": self.now(), "persons": persons,
            "cases": cases(tables, person), "records": seen(tables, &records), "fields": fields,
        }))
    }
}

fn about(tables: &Tables, record: RecordId) -> PersonalAbout {
    if tables.persons.contains_key(&PersonId(record.0)) {
        PersonalAbout::Person
    } else if tables.sightings.contains_key(&SightingId(record.0)) {
        PersonalAbout::Sighting
    } else {
        PersonalAbout::Note
    }
}

/// The cases of a person, with their own outcomes.
fn cases(tables: &Tables, person: PersonId) -> Vec<Value> {
    let identity = tables.identity_of(person);
    let ids: BTreeSet<CaseId> = identity
        .iter()
        .filter_map(|id| tables.cases_of_person.get(id))
        .flatten()
        .copied()
        .collect();
    ids.iter()
        .filter_map(|id| tables.cases.get(id))
        .map(|case| {
            let outcomes: Vec<Value> = case
                .subjects
                .iter()
                .filter(|s| s.person_id.is_some_and(|id| identity.contains(&id)))
                .filter_map(|subject| subject.outcome.as_ref())
                .map(|outcome| json!({"outcome": outcome.outcome, "at": outcome.at}))
                .collect();
            json!({
                "case_id": case.id, "opened_at": case.opened_at, "state": case.state, "closed_at": case.closed_at,
                "jurisdiction": case.jurisdiction.code, "outcomes": outcomes,
            })
        })
        .collect()
}

/// What was seen and said of them, as far as it is still kept.
fn seen(tables: &Tables, records: &BTreeSet<RecordId>) -> Vec<Value> {
    records
        .iter()
        .filter_map(|record| {
            let details = tables.details.get(record)?;
            let sighting = tables.sightings.get(&SightingId(record.0));
            Some(json!({
                "record": record, "seen_at": sighting.map(|s| s.seen_at), "position": details.position,
                "place": details.place, "signs": details.signs, "sex": details.sex, "age_band": details.age_band,
            }))
        })
        .collect()
}
