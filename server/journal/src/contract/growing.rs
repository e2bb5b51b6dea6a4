//! What a journal promises: rows in order and as they were, one writer, whole batches.

use bytes::Bytes;
use futures_util::future;
use uuid::Uuid;

use super::{batch, entries};
use crate::chain;
use crate::fault::Fault;
use crate::journal::{Archive, CommandRows};
use crate::row::{Erasable, SealedPart};

const HERE: &str = "310107";
const THERE: &str = "310106";

pub(super) async fn an_empty_journal_begins_at_its_start(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    assert_eq!(archive.head(HERE).await?, chain::start(HERE));
    assert_eq!(archive.read(HERE, 0, 10).await?, []);
    assert_eq!(archive.districts().await?, Vec::<String>::new());
    assert_eq!(archive.commands(HERE, 0).await?, []);
    assert_eq!(archive.rows_of_command(HERE, Uuid::nil()).await?, []);
    let nothing = batch(HERE, chain::start(HERE), Vec::new(), Vec::new());
    assert_eq!(archive.append(nothing).await?, chain::start(HERE));
    assert_eq!(archive.districts().await?, Vec::<String>::new());
    Ok(())
}

pub(super) async fn rows_come_back_as_they_were_appended(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let first = batch(HERE, chain::start(HERE), entries(1), Vec::new());
    let head = archive.append(first.clone()).await?;
    assert_eq!(first.rows.last().map(crate::row::Row::head), Some(head));
    // More than one statement's worth.
    let second = batch(HERE, head, entries(201), Vec::new());
    let head = archive.append(second.clone()).await?;
    assert_eq!(head.seq, 202);
    assert_eq!(archive.head(HERE).await?, head);
    assert_eq!(
        archive.read(HERE, 0, 1000).await?,
        [first.rows, second.rows].concat()
    );
    Ok(())
}

pub(super) async fn large_and_empty_values_come_back(archive: &dyn Archive) -> Result<(), Fault> {
    let mut unusual = entries(3);
    if let [large, empty, odd] = unusual.as_mut_slice() {
        large.body = Bytes::from(vec![b'x'; 3 << 20]);
        let part = SealedPart {
            record: Uuid::max(),
            sealed: (0..=255).collect(),
        };
        large.erasable = Erasable::of(&[part.clone(), part]);
        empty.body = Bytes::new();
        empty.actor = String::new();
        (empty.at_ms, empty.recorded_at_ms, empty.version) = (i64::MIN, i64::MAX, u16::MAX);
        odd.body = Bytes::from_static(&[0, 255, 0, 39, 92]);
        odd.actor = String::from("巡查'一\"队\u{0}\\%");
        odd.kind = String::from("🕯");
    }
    let written = batch(HERE, chain::start(HERE), unusual, Vec::new());
    archive.append(written.clone()).await?;
    let read = archive.read(HERE, 0, 10).await?;
    assert_eq!(read, written.rows);
    assert!(read.iter().all(|row| chain::hash_of(row) == row.hash));
    Ok(())
}

pub(super) async fn reading_goes_on_where_it_stopped(archive: &dyn Archive) -> Result<(), Fault> {
    let written = batch(HERE, chain::start(HERE), entries(25), Vec::new());
    archive.append(written.clone()).await?;
    let (mut read, mut n_reads) = (Vec::new(), 0);
    loop {
        let after = u64::try_from(read.len()).unwrap_or(u64::MAX);
        let part = archive.read(HERE, after, 10).await?;
        n_reads += 1;
        if part.is_empty() {
            break;
        }
        read.extend(part);
    }
    assert_eq!((read, n_reads), (written.rows, 4));
    assert_eq!(archive.read(HERE, 0, 0).await?, []);
    assert_eq!(archive.read(HERE, u64::MAX, 10).await?, []);
    Ok(())
}

pub(super) async fn districts_do_not_touch_one_another(archive: &dyn Archive) -> Result<(), Fault> {
    let here = batch(HERE, chain::start(HERE), entries(3), Vec::new());
    let there = batch(THERE, chain::start(THERE), entries(5), Vec::new());
    archive.append(here.clone()).await?;
    archive.append(there.clone()).await?;
    assert_eq!(archive.read(HERE, 0, 100).await?, here.rows);
    assert_eq!(archive.read(THERE, 0, 100).await?, there.rows);
    assert_eq!(archive.districts().await?, [THERE, HERE]);
    // One command id may be used once in each district.
    let shared = entries(1)
        .first()
        .map(|entry| entry.command_id)
        .unwrap_or_default();
    assert_eq!(archive.rows_of_command(HERE, shared).await?.len(), 1);
    assert_eq!(archive.commands(THERE, 0).await?.len(), 5);
    Ok(())
}

pub(super) async fn a_writer_that_is_behind_writes_nothing(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let start = chain::start(HERE);
    let head = archive
        .append(batch(HERE, start, entries(2), Vec::new()))
        .await?;
    let behind = archive
        .append(batch(HERE, start, entries(4), Vec::new()))
        .await;
    assert!(
        matches!(&behind, Err(Fault::HeadMoved { expected, found, .. }) if *expected == start && *found == head),
        "{behind:?}"
    );
    // The same number of another chain is no better.
    let mut foreign = head;
    foreign.hash = start.hash;
    let foreign = archive
        .append(batch(HERE, foreign, entries(1), Vec::new()))
        .await;
    assert!(
        matches!(foreign, Err(Fault::HeadMoved { .. })),
        "{foreign:?}"
    );
    let ahead = batch(HERE, chain::start(HERE), entries(9), Vec::new());
    let ahead_head = ahead.rows.last().map_or(start, crate::row::Row::head);
    let ahead = archive
        .append(batch(HERE, ahead_head, entries(1), Vec::new()))
        .await;
    assert!(matches!(ahead, Err(Fault::HeadMoved { .. })), "{ahead:?}");
    assert_eq!(archive.head(HERE).await?, head);
    assert_eq!(
        archive
            .append(batch(HERE, head, entries(1), Vec::new()))
            .await?
            .seq,
        3
    );
    Ok(())
}

pub(super) async fn two_writers_at_once_do_not_both_succeed(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let start = chain::start(HERE);
    let writers = (1..=8).map(|n| archive.append(batch(HERE, start, entries(n), Vec::new())));
    let answers = future::join_all(writers).await;
    let heads: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    assert_eq!(heads.len(), 1, "{answers:?}");
    assert_eq!(Some(&&archive.head(HERE).await?), heads.first());
    Ok(())
}

pub(super) async fn a_batch_that_is_no_chain_writes_nothing(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let whole = batch(HERE, chain::start(HERE), entries(3), Vec::new());
    let mut gap = whole.clone();
    gap.rows.remove(1);
    let mut unlinked = whole.clone();
    unlinked
        .rows
        .iter_mut()
        .take(2)
        .for_each(|row| row.prev_hash = chain::start(THERE).hash);
    let mut elsewhere = whole.clone();
    elsewhere.district = String::from(THERE);
    elsewhere.expected_head = chain::start(THERE);
    for broken in [gap, unlinked, elsewhere] {
        let answer = archive.append(broken).await;
        assert!(matches!(answer, Err(Fault::NotAChain { .. })), "{answer:?}");
    }
    assert_eq!(archive.districts().await?, Vec::<String>::new());
    Ok(())
}

pub(super) async fn rows_of_a_command_are_found_wherever_they_lie(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    let mut mixed = entries(6);
    let (one, other) = (Uuid::from_u128(0xFF00), Uuid::from_u128(0x00AA));
    for (n, entry) in mixed.iter_mut().enumerate() {
        entry.command_id = if n % 2 == 0 { one } else { other };
    }
    let written = batch(HERE, chain::start(HERE), mixed, Vec::new());
    archive.append(written).await?;
    let seqs = |rows: Vec<crate::row::Row>| rows.iter().map(|row| row.seq).collect::<Vec<_>>();
    assert_eq!(seqs(archive.rows_of_command(HERE, one).await?), [1, 3, 5]);
    assert_eq!(seqs(archive.rows_of_command(HERE, other).await?), [2, 4, 6]);
    let command = |command_id, first_seq, n_rows| CommandRows {
        command_id,
        first_seq,
        n_rows,
    };
    assert_eq!(
        archive.commands(HERE, 0).await?,
        [command(one, 1, 3), command(other, 2, 3)]
    );
    assert_eq!(
        archive.commands(HERE, 3).await?,
        [command(other, 4, 2), command(one, 5, 1)]
    );
    assert_eq!(archive.commands(HERE, 6).await?, []);
    Ok(())
}
