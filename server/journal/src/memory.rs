//! Journal and store in memory: for simulations, virtual time and tests. Every future is ready at once: no thread, no
//! clock. It outlives the runtime that uses it, as a disk outlives a crash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future;
use uuid::Uuid;

use crate::chain;
use crate::fault::Fault;
use crate::journal::{Answer, Batch, CommandRows, Journal};
use crate::row::{Head, Row};
use crate::snapshot::{self, Snapshot, SnapshotHead};
use crate::store::{Account, PersonalField, Photo, Session, Store, StoreWrite};

/// A journal and store that live as long as this value.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    districts: BTreeMap<String, Chain>,
    snapshots: BTreeMap<(String, u64), Snapshot>,
    shelves: Shelves,
}

/// One district's rows in their order.
#[derive(Debug, Default)]
struct Chain {
    rows: Vec<Row>,
    seqs_by_command: BTreeMap<Uuid, Vec<u64>>,
}

#[derive(Debug, Default)]
struct Shelves {
    accounts: BTreeMap<String, Account>,
    sessions: BTreeMap<[u8; 32], Session>,
    keys: BTreeMap<Uuid, Bytes>,
    personal: BTreeMap<(Uuid, String), Bytes>,
    photos: BTreeMap<Uuid, Photo>,
    positions: BTreeMap<(String, String), Bytes>,
    policies: BTreeMap<String, String>,
    boundaries: BTreeMap<String, String>,
    settings: BTreeMap<String, String>,
}

impl MemoryJournal {
    /// An empty journal and store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts rows in place of a district's journal without any check, as somebody with the disk in his hands could.
    #[cfg(test)]
    pub(crate) fn tamper(&self, district: &str, rows: Vec<Row>) {
        let seqs_by_command = BTreeMap::new();
        self.kept().districts.insert(
            district.to_owned(),
            Chain {
                rows,
                seqs_by_command,
            },
        );
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic while it was held cannot have left it half-changed: everything is checked before it is done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Kept) -> T) -> Answer<'_, T> {
        Box::pin(future::ready(Ok(question(&self.kept()))))
    }
}

impl Kept {
    fn head(&self, district: &str) -> Head {
        let last = self
            .districts
            .get(district)
            .and_then(|chain| chain.rows.last());
        last.map_or_else(|| chain::start(district), Row::head)
    }

    fn append(&mut self, batch: Batch) -> Result<Head, Fault> {
        let found = self.head(&batch.district);
        if found != batch.expected_head {
            return Err(Fault::HeadMoved {
                district: batch.district,
                expected: batch.expected_head,
                found,
            });
        }
        let head = chain::check_batch(&batch)?;
        self.shelves.check(&batch.store)?;
        for write in batch.store {
            self.shelves.put(write);
        }
        if !batch.rows.is_empty() {
            let chain = self.districts.entry(batch.district).or_default();
            for row in batch.rows {
                chain
                    .seqs_by_command
                    .entry(row.entry.command_id)
                    .or_default()
                    .push(row.seq);
                chain.rows.push(row);
            }
        }
        Ok(head)
    }

    fn rows_after(&self, district: &str, after_seq: u64) -> &[Row] {
        let rows = self
            .districts
            .get(district)
            .map_or(&[][..], |chain| &chain.rows);
        let n_before = rows.partition_point(|row| row.seq <= after_seq);
        rows.get(n_before..).unwrap_or_default()
    }

    fn rows_of_command(&self, district: &str, command_id: Uuid) -> Vec<Row> {
        let chain = self.districts.get(district);
        let seqs = chain.and_then(|chain| chain.seqs_by_command.get(&command_id));
        seqs.into_iter()
            .flatten()
            .filter_map(|seq| self.rows_after(district, seq - 1).first().cloned())
            .collect()
    }

    fn commands(&self, district: &str, after_seq: u64) -> Vec<CommandRows> {
        let mut found: BTreeMap<Uuid, CommandRows> = BTreeMap::new();
        for row in self.rows_after(district, after_seq) {
            let command_id = row.entry.command_id;
            found
                .entry(command_id)
                .or_insert(CommandRows {
                    command_id,
                    first_seq: row.seq,
                    n_rows: 0,
                })
                .n_rows += 1;
        }
        let mut commands: Vec<_> = found.into_values().collect();
        commands.sort_unstable_by_key(|command| command.first_seq);
        commands
    }

    fn save_snapshot(&mut self, district: &str, snapshot: Snapshot) {
        self.snapshots
            .insert((district.to_owned(), snapshot.head.seq), snapshot);
        let seqs: Vec<u64> = self
            .snapshots_of(district)
            .map(|snapshot| snapshot.head.seq)
            .collect();
        for seq in snapshot::dispensable(&seqs, self.head(district).seq) {
            self.snapshots.remove(&(district.to_owned(), seq));
        }
    }

    fn snapshots_of(&self, district: &str) -> impl DoubleEndedIterator<Item = &Snapshot> {
        let whole = (district.to_owned(), 0)..=(district.to_owned(), u64::MAX);
        self.snapshots.range(whole).map(|(_, snapshot)| snapshot)
    }
}

impl Shelves {
    /// Whether all of it can be done, in this order.
    fn check(&self, writes: &[StoreWrite]) -> Result<(), Fault> {
        let mut changed: BTreeMap<Uuid, bool> = BTreeMap::new();
        for write in writes {
            if let StoreWrite::AddKey { record, .. } = write {
                let present = changed
                    .get(record)
                    .copied()
                    .unwrap_or_else(|| self.keys.contains_key(record));
                if present {
                    return Err(Fault::KeyPresent { record: *record });
                }
                changed.insert(*record, true);
            }
            if let StoreWrite::DeleteKey { record } = write {
                changed.insert(*record, false);
            }
        }
        Ok(())
    }

    fn put(&mut self, write: StoreWrite) {
        match write {
            StoreWrite::AddKey { record, wrapped } => {
                self.keys.insert(record, wrapped);
            }
            StoreWrite::RewrapKey { record, wrapped } => {
                self.keys.entry(record).and_modify(|key| *key = wrapped);
            }
            StoreWrite::DeleteKey { record } => {
                self.keys.remove(&record);
            }
            StoreWrite::PutPersonal(PersonalField {
                record,
                field,
                sealed,
            }) => {
                self.personal.insert((record, field), sealed);
            }
            StoreWrite::DeletePersonalField { record, field } => {
                self.personal.remove(&(record, field));
            }
            StoreWrite::DeletePersonal { record } => {
                self.personal.retain(|(of, _), _| *of != record);
                self.photos.retain(|_, photo| photo.record != record);
            }
            StoreWrite::PutPhoto(photo) => {
                self.photos.insert(photo.id, photo);
            }
            StoreWrite::DeletePhoto { id } => {
                self.photos.remove(&id);
            }
            StoreWrite::PutPosition {
                district,
                unit,
                report,
            } => {
                self.positions.insert((district, unit), report);
            }
            StoreWrite::DeletePosition { district, unit } => {
                self.positions.remove(&(district, unit));
            }
            StoreWrite::PutAccount(account) => {
                self.accounts.insert(account.account.clone(), account);
            }
            StoreWrite::PutSession(session) => {
                self.sessions.insert(session.token_hash, session);
            }
            StoreWrite::DeleteSession { token_hash } => {
                self.sessions.remove(&token_hash);
            }
            StoreWrite::DeleteSessionsOf { account } => self
                .sessions
                .retain(|_, session| session.account != account),
            StoreWrite::DeleteSessionsExpired { at_ms } => {
                self.sessions
                    .retain(|_, session| session.expires_at_ms > at_ms);
            }
            StoreWrite::PutPolicy { content_hash, text } => {
                self.policies.entry(content_hash).or_insert(text);
            }
            StoreWrite::PutBoundaries { content_hash, text } => {
                self.boundaries.entry(content_hash).or_insert(text);
            }
            StoreWrite::PutSetting { name, value } => {
                self.settings.insert(name, value);
            }
            StoreWrite::DeleteSetting { name } => {
                self.settings.remove(&name);
            }
        }
    }
}

impl Journal for MemoryJournal {
    fn append(&self, batch: Batch) -> Answer<'_, Head> {
        Box::pin(future::lazy(move |_| self.kept().append(batch)))
    }

    fn head<'a>(&'a self, district: &'a str) -> Answer<'a, Head> {
        self.ask(|kept| kept.head(district))
    }

    fn read<'a>(&'a self, district: &'a str, after_seq: u64, n_max: u32) -> Answer<'a, Vec<Row>> {
        let n_max = usize::try_from(n_max).unwrap_or(usize::MAX);
        self.ask(|kept| {
            kept.rows_after(district, after_seq)
                .iter()
                .take(n_max)
                .cloned()
                .collect()
        })
    }

    fn rows_of_command<'a>(&'a self, district: &'a str, command_id: Uuid) -> Answer<'a, Vec<Row>> {
        self.ask(|kept| kept.rows_of_command(district, command_id))
    }

    fn commands<'a>(&'a self, district: &'a str, after_seq: u64) -> Answer<'a, Vec<CommandRows>> {
        self.ask(|kept| kept.commands(district, after_seq))
    }

    fn districts(&self) -> Answer<'_, Vec<String>> {
        self.ask(|kept| kept.districts.keys().cloned().collect())
    }

    fn save_snapshot<'a>(&'a self, district: &'a str, snapshot: Snapshot) -> Answer<'a, ()> {
        Box::pin(future::lazy(move |_| {
            self.kept().save_snapshot(district, snapshot);
            Ok(())
        }))
    }

    fn snapshots<'a>(&'a self, district: &'a str) -> Answer<'a, Vec<SnapshotHead>> {
        self.ask(|kept| {
            kept.snapshots_of(district)
                .rev()
                .map(|snapshot| snapshot.head)
                .collect()
        })
    }

    fn load_snapshot<'a>(&'a self, district: &'a str, seq: u64) -> Answer<'a, Option<Snapshot>> {
        self.ask(|kept| kept.snapshots.get(&(district.to_owned(), seq)).cloned())
    }
}

impl Store for MemoryJournal {
    fn write(&self, writes: Vec<StoreWrite>) -> Answer<'_, ()> {
        Box::pin(future::lazy(move |_| {
            let mut kept = self.kept();
            kept.shelves.check(&writes)?;
            for write in writes {
                kept.shelves.put(write);
            }
            Ok(())
        }))
    }

    fn account<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Account>> {
        self.ask(|kept| kept.shelves.accounts.get(account).cloned())
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        self.ask(|kept| kept.shelves.accounts.values().cloned().collect())
    }

    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<Session>> {
        self.ask(|kept| kept.shelves.sessions.get(&token_hash).cloned())
    }

    fn sessions(&self) -> Answer<'_, Vec<Session>> {
        self.ask(|kept| kept.shelves.sessions.values().cloned().collect())
    }

    fn key(&self, record: Uuid) -> Answer<'_, Option<Bytes>> {
        self.ask(|kept| kept.shelves.keys.get(&record).cloned())
    }

    fn keys(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<(Uuid, Bytes)>> {
        self.ask(|kept| {
            page(&kept.shelves.keys, after, n_max)
                .map(|(id, key)| (*id, key.clone()))
                .collect()
        })
    }

    fn personal(&self, record: Uuid) -> Answer<'_, BTreeMap<String, Bytes>> {
        self.ask(|kept| {
            let of_record = kept.shelves.personal.range((record, String::new())..);
            let of_record = of_record.take_while(|((of, _), _)| *of == record);
            of_record
                .map(|((_, field), sealed)| (field.clone(), sealed.clone()))
                .collect()
        })
    }

    fn personal_fields(
        &self,
        after: Option<(Uuid, String)>,
        n_max: u32,
    ) -> Answer<'_, Vec<PersonalField>> {
        self.ask(|kept| {
            let page = page(&kept.shelves.personal, after, n_max);
            page.map(|((record, field), sealed)| PersonalField {
                record: *record,
                field: field.clone(),
                sealed: sealed.clone(),
            })
            .collect()
        })
    }

    fn photo(&self, id: Uuid) -> Answer<'_, Option<Photo>> {
        self.ask(|kept| kept.shelves.photos.get(&id).cloned())
    }

    fn photos_of(&self, record: Uuid) -> Answer<'_, Vec<Uuid>> {
        self.ask(|kept| {
            let photos = kept.shelves.photos.values();
            photos
                .filter(|photo| photo.record == record)
                .map(|photo| photo.id)
                .collect()
        })
    }

    fn photos(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<Uuid>> {
        self.ask(|kept| {
            page(&kept.shelves.photos, after, n_max)
                .map(|(id, _)| *id)
                .collect()
        })
    }

    fn positions<'a>(&'a self, district: &'a str) -> Answer<'a, BTreeMap<String, Bytes>> {
        self.ask(|kept| {
            let all = kept
                .shelves
                .positions
                .range((district.to_owned(), String::new())..);
            let here = all.take_while(|((of, _), _)| of == district);
            here.map(|((_, unit), report)| (unit.clone(), report.clone()))
                .collect()
        })
    }

    fn districts_with_positions(&self) -> Answer<'_, Vec<String>> {
        self.ask(|kept| {
            let districts: BTreeSet<_> = kept
                .shelves
                .positions
                .keys()
                .map(|(district, _)| district.clone())
                .collect();
            districts.into_iter().collect()
        })
    }

    fn policy<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        self.ask(|kept| kept.shelves.policies.get(content_hash).cloned())
    }

    fn policies(&self) -> Answer<'_, Vec<String>> {
        self.ask(|kept| kept.shelves.policies.keys().cloned().collect())
    }

    fn boundaries<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>> {
        self.ask(|kept| kept.shelves.boundaries.get(content_hash).cloned())
    }

    fn boundary_sets(&self) -> Answer<'_, Vec<String>> {
        self.ask(|kept| kept.shelves.boundaries.keys().cloned().collect())
    }

    fn setting<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>> {
        self.ask(|kept| kept.shelves.settings.get(name).cloned())
    }

    fn settings(&self) -> Answer<'_, BTreeMap<String, String>> {
        self.ask(|kept| kept.shelves.settings.clone())
    }
}

fn page<K: Ord + Clone, V>(
    shelf: &BTreeMap<K, V>,
    after: Option<K>,
    n_max: u32,
) -> impl Iterator<Item = (&K, &V)> {
    use std::ops::Bound;
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    shelf
        .range((from, Bound::Unbounded))
        .take(usize::try_from(n_max).unwrap_or(usize::MAX))
}
