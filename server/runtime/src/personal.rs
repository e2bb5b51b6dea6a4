//! Personal fields, read: the read is an event first; only then are the fields opened. A read that cannot be logged is
//! refused. And photos, which are sealed under the key of their record.

use bytes::Bytes;
use dispatch::Tables;
use dispatch::promises::Promise;
use journal::store::{Photo, StoreWrite};
use model::actor::Actor;
use model::command::{Command, PersonalKind, Purpose};
use model::event::Event;
use model::id::{CaseId, CommandId, PersonId, RecordId};
use model::refusal::RefusalCode;
use model::view::personal::{PersonalAbout, PersonalFieldView, PersonalView};
use uuid::Uuid;
use vault::fault::VaultFault;
use vault::record::{self, Belonging};
use zeroize::Zeroizing;

use crate::fault::{RuntimeFault, chain_of};
use crate::handle::DistrictHandle;
use crate::promises::may_ever_be_given;
use crate::submission::{Submission, SubmitError, Unavailable};

impl DistrictHandle {
    /// Reads the personal fields of a case for a purpose. The read stands in the journal before anything is opened.
    ///
    /// # Errors
    /// A refusal of the rule; [`SubmitError::Unavailable`] when the read could not be logged or the store not be read.
    pub async fn read_personal(
        &self,
        id: CommandId,
        actor: Actor,
        case_id: CaseId,
        purpose: Purpose,
    ) -> Result<PersonalView, SubmitError> {
        let command = Command::ReadPersonal { case_id, purpose };
        let reader = actor.clone();
        let answer = self.submit(Submission::new(id, actor, command)).await?;
        self.reached(answer.seq).await;
        let kinds = self.kinds_given(id).await?;
        if !may_ever_be_given(&reader, purpose, &kinds) {
            let what = format!("{} was to be given {kinds:?} of {case_id}", reader.account);
            self.shared.promises.caught(Promise::PersonalInScope, what);
            return Err(RefusalCode::Internal.into());
        }
        let state = self.shared.published.load_full();
        let mut opened = Vec::new();
        for owned in records_of(&state.tables, case_id) {
            self.open_record(owned, &kinds, &mut opened)
                .await
                .map_err(|fault| unavailable(&fault))?;
        }
        Ok(PersonalView {
            case_id,
            purpose,
            fields: opened,
        })
    }

    /// The kinds that the logged read gave out, as the journal has it: a repeat gives no more than the first.
    async fn kinds_given(&self, id: CommandId) -> Result<Vec<PersonalKind>, SubmitError> {
        let rows = self
            .shared
            .journal
            .rows_of_command(self.shared.id.as_str(), id.0)
            .await
            .map_err(|source| {
                unavailable(&RuntimeFault::Journal {
                    doing: "reading a logged read",
                    source,
                })
            })?;
        for row in rows {
            let body = model::codec::decode(&row.entry.kind, row.entry.version, &row.entry.body)
                .map_err(|source| unavailable(&RuntimeFault::Codec(source)))?;
            if let Event::PersonalRead { kinds, .. } = body.event {
                return Ok(kinds);
            }
        }
        Err(RefusalCode::Internal.into())
    }

    pub(crate) async fn open_record(
        &self,
        owned: Owned,
        kinds: &[PersonalKind],
        opened: &mut Vec<PersonalFieldView>,
    ) -> Result<(), RuntimeFault> {
        let reading = || RuntimeFault::journal("reading personal fields");
        let store = &self.shared.store;
        let Owned { about, id, record } = owned;
        let field = |kind, text| PersonalFieldView {
            about,
            id,
            record,
            kind,
            text,
        };
        let sealed = store.personal(record.0).await.map_err(reading())?;
        if kinds.contains(&PersonalKind::Photo) {
            for photo in store.photos_of(record.0).await.map_err(reading())? {
                opened.push(field(PersonalKind::Photo, photo.to_string()));
            }
        }
        if sealed.is_empty() {
            return Ok(());
        }
        let wrapped = store.key(record.0).await.map_err(reading())?;
        let key = match self.shared.ring.unwrap(record.0, wrapped.as_deref()) {
            Ok(key) => key,
            // It was erased meanwhile.
            Err(VaultFault::Absent { .. }) => return Ok(()),
            Err(fault) => return Err(RuntimeFault::vault("opening a record's key")(fault)),
        };
        for (name, sealed) in sealed {
            let Ok(kind) = name.parse::<PersonalKind>() else {
                continue;
            };
            if !kinds.contains(&kind) {
                continue;
            }
            let belonging = Belonging {
                record: record.0,
                purpose: kind.as_str(),
            };
            let plain = record::open(&key, belonging, &sealed)
                .map_err(RuntimeFault::vault("opening a personal field"))?;
            opened.push(field(kind, String::from_utf8_lossy(&plain).into_owned()));
        }
        Ok(())
    }

    /// Keeps a photo under the key of its record. The caller has stripped its metadata and judged the right.
    ///
    /// # Errors
    /// `unknown_reference` when the record is not there or was erased; [`SubmitError::Unavailable`].
    pub async fn put_photo(
        &self,
        id: Uuid,
        record: RecordId,
        image: &[u8],
    ) -> Result<(), SubmitError> {
        let reading = |source| {
            unavailable(&RuntimeFault::Journal {
                doing: "keeping a photo",
                source,
            })
        };
        let tables = &self.shared.published.load_full().tables;
        if tables.personal_erased.contains(&record) {
            return Err(RefusalCode::UnknownReference.into());
        }
        let wrapped = self.shared.store.key(record.0).await.map_err(reading)?;
        let key = match self.shared.ring.unwrap(record.0, wrapped.as_deref()) {
            Ok(key) => key,
            Err(VaultFault::Absent { .. }) => return Err(RefusalCode::UnknownReference.into()),
            Err(fault) => return Err(unavailable(&RuntimeFault::vault("opening a key")(fault))),
        };
        if let Some(known) = self.shared.store.photo(id).await.map_err(reading)?
            && known.record != record.0
        {
            return Err(RefusalCode::CommandIdReused.into());
        }
        let belonging = Belonging {
            record: record.0,
            purpose: PersonalKind::Photo.as_str(),
        };
        let sealed = record::seal(&key, belonging, image, &*self.shared.randomness)
            .map_err(|fault| unavailable(&RuntimeFault::vault("sealing a photo")(fault)))?;
        let photo = Photo {
            id,
            record: record.0,
            sealed: Bytes::from(sealed),
        };
        self.shared
            .store
            .write(vec![StoreWrite::PutPhoto(photo)])
            .await
            .map_err(reading)
    }

    /// Opens a photo of a case for a purpose; the read is logged first.
    ///
    /// # Errors
    /// As [`Self::read_personal`]; `not_found` when the case has no such photo or the right does not reach photos.
    pub async fn read_photo(
        &self,
        id: CommandId,
        actor: Actor,
        case_id: CaseId,
        purpose: Purpose,
        photo: Uuid,
    ) -> Result<Zeroizing<Vec<u8>>, SubmitError> {
        let read = self.read_personal(id, actor, case_id, purpose).await?;
        let field = read
            .fields
            .iter()
            .find(|field| field.kind == PersonalKind::Photo && field.text == photo.to_string())
            .ok_or(RefusalCode::NotFound)?;
        let reading = |source| {
            unavailable(&RuntimeFault::Journal {
                doing: "reading a photo",
                source,
            })
        };
        let kept = self.shared.store.photo(photo).await.map_err(reading)?;
        let wrapped = self
            .shared
            .store
            .key(field.record.0)
            .await
            .map_err(reading)?;
        let (Some(kept), Some(wrapped)) = (kept, wrapped) else {
            return Err(RefusalCode::NotFound.into());
        };
        let opened = self
            .shared
            .ring
            .unwrap(field.record.0, Some(&wrapped))
            .and_then(|key| {
                let belonging = Belonging {
                    record: field.record.0,
                    purpose: PersonalKind::Photo.as_str(),
                };
                record::open(&key, belonging, &kept.sealed)
            });
        opened.map_err(|fault| unavailable(&RuntimeFault::vault("opening a photo")(fault)))
    }
}

/// A record, and what it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Owned {
    pub about: PersonalAbout,
    pub id: Uuid,
    pub record: RecordId,
}

/// The records of a case with what is merged into it, oldest first, and of the persons who are its subjects.
fn records_of(tables: &Tables, case_id: CaseId) -> Vec<Owned> {
    let Some(root) = tables.root(case_id) else {
        return Vec::new();
    };
    let mut records = Vec::new();
    for sighting in tables.sightings_of(root.id) {
        let additions = sighting.additions.iter().map(|addition| addition.id);
        for record in std::iter::once(sighting.id.into()).chain(additions) {
            records.push(Owned {
                about: PersonalAbout::Sighting,
                id: sighting.id.0,
                record,
            });
        }
    }
    for case in tables.group(root.id) {
        records.extend(case.notes.iter().map(|note| Owned {
            about: PersonalAbout::Note,
            id: note.record.0,
            record: note.record,
        }));
    }
    let mut persons: Vec<PersonId> = root
        .subjects
        .iter()
        .filter_map(|subject| subject.person_id)
        .collect();
    persons.sort_unstable();
    persons.dedup();
    for id in persons {
        if let Some(person) = tables.persons.get(&id) {
            records.push(Owned {
                about: PersonalAbout::Person,
                id: id.0,
                record: person.record,
            });
        }
    }
    records
}

pub(crate) fn unavailable(fault: &RuntimeFault) -> SubmitError {
    tracing::error!(fault = %chain_of(fault), "Personal fields cannot be read or kept");
    Unavailable::STORAGE.into()
}
