//! The keys of records: kept unwrapped in memory while the record lives, made at the inbox, committed with the event.
//! What a batch makes counts only when the batch is committed.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;
use journal::store::{Store, StoreWrite};
use uuid::Uuid;
use vault::fault::VaultFault;
use vault::randomness::Randomness;
use vault::record::{self, Belonging, RecordKey};
use vault::ring::KeyRing;

use crate::fault::RuntimeFault;

/// What sealed details are for.
pub(crate) const DETAILS: &str = "details";

/// How many keys are read at once.
const N_KEYS_A_READ: u32 = 4096;

/// The keys of one district's records. A clone is cheap, for the writer of a snapshot.
#[derive(Clone)]
pub(crate) struct Keys {
    ring: KeyRing,
    randomness: Arc<dyn Randomness>,
    known: OrdMap<Uuid, Arc<RecordKey>>,
    made: OrdMap<Uuid, Arc<RecordKey>>,
}

impl Keys {
    pub(crate) fn new(ring: KeyRing, randomness: Arc<dyn Randomness>) -> Self {
        Self {
            ring,
            randomness,
            known: OrdMap::new(),
            made: OrdMap::new(),
        }
    }

    pub(crate) fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// Reads every key of the store; those of other districts are harmless and small.
    pub(crate) async fn load_all(&mut self, store: &dyn Store) -> Result<(), RuntimeFault> {
        let mut after = None;
        loop {
            let page = store
                .keys(after, N_KEYS_A_READ)
                .await
                .map_err(RuntimeFault::journal("reading keys"))?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = Some(*last);
            for (record, wrapped) in page {
                let key = self
                    .ring
                    .unwrap(record, Some(&wrapped))
                    .map_err(RuntimeFault::vault("opening a record's key"))?;
                self.known.insert(record, Arc::new(key));
            }
        }
    }

    /// Reads the keys of these records as far as they are there and not known yet.
    pub(crate) async fn load(
        &mut self,
        store: &dyn Store,
        records: impl IntoIterator<Item = Uuid>,
    ) -> Result<(), RuntimeFault> {
        let missing: BTreeSet<Uuid> = records
            .into_iter()
            .filter(|record| !self.known.contains_key(record))
            .collect();
        for record in missing {
            let wrapped = store
                .key(record)
                .await
                .map_err(RuntimeFault::journal("reading a key"))?;
            if let Some(wrapped) = wrapped {
                let key = self
                    .ring
                    .unwrap(record, Some(&wrapped))
                    .map_err(RuntimeFault::vault("opening a record's key"))?;
                self.known.insert(record, Arc::new(key));
            }
        }
        Ok(())
    }

    /// Seals something of a record; a record without a key gets one, whose wrapping is added to the writes.
    pub(crate) fn seal(
        &mut self,
        record: Uuid,
        purpose: &str,
        plaintext: &[u8],
        writes: &mut Vec<StoreWrite>,
    ) -> Result<Vec<u8>, VaultFault> {
        if !self.known.contains_key(&record) && !self.made.contains_key(&record) {
            let key = RecordKey::new(&*self.randomness)?;
            let wrapped = self.ring.wrap(record, &key, &*self.randomness)?;
            writes.push(StoreWrite::AddKey {
                record,
                wrapped: Bytes::from(wrapped),
            });
            self.made.insert(record, Arc::new(key));
        }
        let key = self
            .known
            .get(&record)
            .or_else(|| self.made.get(&record))
            .ok_or(VaultFault::Absent { record })?;
        record::seal(
            key,
            Belonging { record, purpose },
            plaintext,
            &*self.randomness,
        )
    }

    /// Opens something of a record.
    pub(crate) fn open(
        &self,
        record: Uuid,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, VaultFault> {
        let key = self
            .known
            .get(&record)
            .ok_or(VaultFault::Absent { record })?;
        record::open(key, Belonging { record, purpose }, sealed)
    }

    /// The batch is on disk: what it made is known from now on.
    pub(crate) fn keep_made(&mut self) {
        let made = std::mem::take(&mut self.made);
        self.known.extend(made);
    }

    /// The batch is not on disk, or nobody knows.
    pub(crate) fn drop_made(&mut self) {
        self.made.clear();
    }

    /// The record was erased.
    pub(crate) fn forget(&mut self, record: Uuid) {
        self.known.remove(&record);
        self.made.remove(&record);
    }

    /// Whether the present batch makes a key for the record.
    pub(crate) fn makes(&self, record: Uuid) -> bool {
        self.made.contains_key(&record)
    }

    /// Whether the record has a key on disk.
    pub(crate) fn has(&self, record: Uuid) -> bool {
        self.known.contains_key(&record)
    }
}
