//! The suite that every implementation of `Journal` and `Store` passes, whatever is behind it. Run by this crate's
//! tests for memory and SQLite, and by whoever writes another.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use crate::chain;
use crate::fault::Fault;
use crate::journal::{Archive, Batch};
use crate::row::{Entry, Erasable, Head, SealedPart};
use crate::store::StoreWrite;

mod growing;
mod keeping;
mod snapshots;

/// Checks an implementation. `make` gives a new, empty archive each time.
///
/// # Errors
/// The first fault that the suite did not provoke.
///
/// # Panics
/// When the implementation does not keep what `Journal` and `Store` promise.
pub async fn check<F, Made>(make: F) -> Result<(), Fault>
where
    F: Fn() -> Made,
    Made: Future<Output = Result<Arc<dyn Archive>, Fault>>,
{
    growing::an_empty_journal_begins_at_its_start(&*make().await?).await?;
    growing::rows_come_back_as_they_were_appended(&*make().await?).await?;
    growing::large_and_empty_values_come_back(&*make().await?).await?;
    growing::reading_goes_on_where_it_stopped(&*make().await?).await?;
    growing::districts_do_not_touch_one_another(&*make().await?).await?;
    growing::a_writer_that_is_behind_writes_nothing(&*make().await?).await?;
    growing::two_writers_at_once_do_not_both_succeed(&*make().await?).await?;
    growing::a_batch_that_is_no_chain_writes_nothing(&*make().await?).await?;
    growing::rows_of_a_command_are_found_wherever_they_lie(&*make().await?).await?;
    keeping::a_batch_brings_its_belongings_or_nothing(&*make().await?).await?;
    keeping::a_key_is_never_overwritten_and_gone_when_deleted(&*make().await?).await?;
    keeping::personal_fields_and_photos_belong_to_their_record(&*make().await?).await?;
    keeping::pages_go_on_where_they_stopped(&*make().await?).await?;
    keeping::accounts_are_kept_by_name(&*make().await?).await?;
    keeping::sessions_end_by_hash_by_account_and_by_time(&*make().await?).await?;
    keeping::the_newest_position_of_a_unit_is_kept(&*make().await?).await?;
    keeping::texts_are_kept_by_hash_and_settings_by_name(&*make().await?).await?;
    keeping::many_writes_at_once_are_all_done(&*make().await?).await?;
    snapshots::the_newest_snapshots_are_kept(&*make().await?).await?;
    snapshots::only_a_snapshot_of_this_chain_and_encoding_is_used(&*make().await?).await
}

/// Entries of a made-up night, each of a command of its own.
pub fn entries(n_entries: u32) -> Vec<Entry> {
    (0..n_entries).map(entry).collect()
}

fn entry(n: u32) -> Entry {
    let part = SealedPart {
        record: Uuid::from_u128(u128::from(n) + 1),
        sealed: vec![0xE5; 24],
    };
    Entry {
        command_id: Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
        at_ms: 1_768_227_240_000 + i64::from(n) * 1000,
        recorded_at_ms: 1_768_227_239_000 + i64::from(n) * 1000,
        actor: format!("patrol{}", n % 9 + 1),
        policy_id: "putuo-2026.1".to_owned(),
        drill: n % 7 == 6,
        kind: "sighting.accepted".to_owned(),
        version: 1,
        body: Bytes::from(format!(r#"{{"sighting":{n},"place":"曹杨路桥"}}"#)),
        erasable: if n.is_multiple_of(3) {
            Erasable::default()
        } else {
            Erasable::of(&[part])
        },
    }
}

/// The batch that grows a journal from `head` by `entries`.
pub fn batch(district: &str, head: Head, entries: Vec<Entry>, store: Vec<StoreWrite>) -> Batch {
    let rows = chain::link(district, head, entries);
    Batch {
        district: district.to_owned(),
        expected_head: head,
        rows,
        store,
    }
}
