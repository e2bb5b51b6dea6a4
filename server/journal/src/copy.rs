//! Copying a whole journal and store into another one, row by row as they are, checking the chain on the way. A copy
//! that was interrupted is continued by copying again.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chain::{self, Break};
use crate::fault::Fault;
use crate::journal::{Archive, Batch};
use crate::row::{Head, Row};
use crate::store::{PersonalField, StoreWrite};

/// How many rows or things are read and committed at once.
const N_A_BATCH: u32 = 256;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Copied {
    /// Rows copied now, by district. What was there before is not counted.
    pub n_rows: BTreeMap<String, u64>,
    /// Things of the store written to the copy, including those it had already.
    pub n_things: u64,
    /// Keys, personal fields and photos removed from the copy because the original no longer has them: erasures are
    /// repeated.
    pub n_erased: u64,
}

/// Why a copy stopped.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// The original is damaged. Everything before the row is copied.
    #[error("the journal of {district} is damaged; it is copied up to there")]
    Damaged {
        /// The district.
        district: String,
        /// The damage.
        source: Break,
    },
    /// The copy holds rows that the original does not: it is no copy of it.
    #[error("the copy of {district} ends at {found}, which the original never did")]
    Diverged {
        /// The district.
        district: String,
        /// Where the copy ends.
        found: Head,
    },
    /// A journal failed.
    #[error("copying the journal")]
    Journal {
        /// Its fault.
        #[from]
        source: Fault,
    },
}

/// Copies every district and the store, except sessions and snapshots: people sign in again, snapshots are made anew.
///
/// # Errors
/// [`CopyFault`]. What was committed to the copy before stays there and is whole.
pub async fn copy(from: &dyn Archive, to: &dyn Archive) -> Result<Copied, CopyFault> {
    let mut copied = Copied::default();
    copy_texts(from, to, &mut copied).await?;
    copy_accounts(from, to, &mut copied).await?;
    // Keys before rows: a row whose key is not there yet would look like an erased one.
    copy_keys(from, to, &mut copied).await?;
    copy_personal(from, to, &mut copied).await?;
    copy_photos(from, to, &mut copied).await?;
    copy_positions(from, to, &mut copied).await?;
    for district in from.districts().await? {
        let n_rows = copy_rows(from, to, &district).await?;
        copied.n_rows.insert(district, n_rows);
    }
    Ok(copied)
}

async fn copy_rows(from: &dyn Archive, to: &dyn Archive, district: &str) -> Result<u64, CopyFault> {
    let mut head = to.head(district).await?;
    if !is_head_of(from, district, head).await? {
        return Err(CopyFault::Diverged {
            district: district.to_owned(),
            found: head,
        });
    }
    let mut n_rows = 0;
    loop {
        let mut rows = from.read(district, head.seq, N_A_BATCH).await?;
        if rows.is_empty() {
            return Ok(n_rows);
        }
        let mut last = head;
        let broken = rows.iter().position(|row| {
            let follows = chain::follows(last, row).is_ok();
            last = row.head();
            !follows
        });
        let damage = broken.and_then(|n| {
            let before = n
                .checked_sub(1)
                .and_then(|before| rows.get(before))
                .map_or(head, Row::head);
            rows.get(n)
                .and_then(|row| chain::follows(before, row).err())
        });
        rows.truncate(broken.unwrap_or(rows.len()));
        if let Some(end) = rows.last().map(Row::head) {
            n_rows += end.seq - head.seq;
            let district = district.to_owned();
            head = to
                .append(Batch {
                    district,
                    expected_head: head,
                    rows,
                    store: Vec::new(),
                })
                .await?;
        }
        if let Some(source) = damage {
            return Err(CopyFault::Damaged {
                district: district.to_owned(),
                source,
            });
        }
    }
}

async fn is_head_of(journal: &dyn Archive, district: &str, head: Head) -> Result<bool, Fault> {
    let Some(before) = head.seq.checked_sub(1) else {
        return Ok(head == chain::start(district));
    };
    Ok(journal
        .read(district, before, 1)
        .await?
        .first()
        .is_some_and(|row| row.head() == head))
}

async fn copy_texts(
    from: &dyn Archive,
    to: &dyn Archive,
    copied: &mut Copied,
) -> Result<(), Fault> {
    for content_hash in from.policies().await? {
        if let Some(text) = from.policy(&content_hash).await? {
            put(
                to,
                vec![StoreWrite::PutPolicy { content_hash, text }],
                copied,
            )
            .await?;
        }
    }
    for content_hash in from.boundary_sets().await? {
        if let Some(text) = from.boundaries(&content_hash).await? {
            put(
                to,
                vec![StoreWrite::PutBoundaries { content_hash, text }],
                copied,
            )
            .await?;
        }
    }
    let settings = from.settings().await?.into_iter();
    put(
        to,
        settings
            .map(|(name, value)| StoreWrite::PutSetting { name, value })
            .collect(),
        copied,
    )
    .await
}

async fn copy_accounts(
    from: &dyn Archive,
    to: &dyn Archive,
    copied: &mut Copied,
) -> Result<(), Fault> {
    let accounts = from.accounts().await?;
    put(
        to,
        accounts.into_iter().map(StoreWrite::PutAccount).collect(),
        copied,
    )
    .await
}

async fn copy_keys(from: &dyn Archive, to: &dyn Archive, copied: &mut Copied) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let keys = from.keys(after, N_A_BATCH).await?;
        let Some((last, _)) = keys.last() else { break };
        after = Some(*last);
        let mut writes = Vec::new();
        for (record, wrapped) in keys {
            // The copy may have it already: from an earlier copy, perhaps under another wrapping.
            writes.push(match to.key(record).await? {
                None => StoreWrite::AddKey { record, wrapped },
                Some(_) => StoreWrite::RewrapKey { record, wrapped },
            });
        }
        put(to, writes, copied).await?;
    }
    let mut after = None;
    loop {
        let keys = to.keys(after, N_A_BATCH).await?;
        let Some((last, _)) = keys.last() else {
            return Ok(());
        };
        after = Some(*last);
        for (record, _) in keys {
            if from.key(record).await?.is_none() {
                let erasure = vec![
                    StoreWrite::DeleteKey { record },
                    StoreWrite::DeletePersonal { record },
                ];
                to.write(erasure).await?;
                copied.n_erased += 1;
            }
        }
    }
}

async fn copy_personal(
    from: &dyn Archive,
    to: &dyn Archive,
    copied: &mut Copied,
) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let fields = from.personal_fields(after, N_A_BATCH).await?;
        let Some(last) = fields.last() else { break };
        after = Some((last.record, last.field.clone()));
        put(
            to,
            fields.into_iter().map(StoreWrite::PutPersonal).collect(),
            copied,
        )
        .await?;
    }
    let mut after = None;
    loop {
        let fields = to.personal_fields(after, N_A_BATCH).await?;
        let Some(last) = fields.last() else {
            return Ok(());
        };
        after = Some((last.record, last.field.clone()));
        for PersonalField { record, field, .. } in fields {
            if !from.personal(record).await?.contains_key(&field) {
                to.write(vec![StoreWrite::DeletePersonalField { record, field }])
                    .await?;
                copied.n_erased += 1;
            }
        }
    }
}

async fn copy_photos(
    from: &dyn Archive,
    to: &dyn Archive,
    copied: &mut Copied,
) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let ids = from.photos(after, N_A_BATCH).await?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        for id in ids {
            // One at a time: a photo may be megabytes.
            if let Some(photo) = from.photo(id).await? {
                put(to, vec![StoreWrite::PutPhoto(photo)], copied).await?;
            }
        }
    }
    let mut after = None;
    loop {
        let ids = to.photos(after, N_A_BATCH).await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after = Some(*last);
        for id in ids {
            if from.photo(id).await?.is_none() {
                to.write(vec![StoreWrite::DeletePhoto { id }]).await?;
                copied.n_erased += 1;
            }
        }
    }
}

async fn copy_positions(
    from: &dyn Archive,
    to: &dyn Archive,
    copied: &mut Copied,
) -> Result<(), Fault> {
    for district in from.districts_with_positions().await? {
        let positions = from.positions(&district).await?.into_iter();
        let write = |(unit, report)| StoreWrite::PutPosition {
            district: district.clone(),
            unit,
            report,
        };
        put(to, positions.map(write).collect(), copied).await?;
    }
    Ok(())
}

async fn put(to: &dyn Archive, writes: Vec<StoreWrite>, copied: &mut Copied) -> Result<(), Fault> {
    copied.n_things += u64::try_from(writes.len()).unwrap_or(u64::MAX);
    to.write(writes).await
}
