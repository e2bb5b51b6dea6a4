//! What a journal promises about snapshots: kept by the rule, and used only where they belong.

use bytes::Bytes;

use super::{batch, entries};
use crate::chain;
use crate::fault::Fault;
use crate::journal::Archive;
use crate::row::{Head, RowHash};
use crate::snapshot::{self, Snapshot, SnapshotHead};

const HERE: &str = "310107";

fn at(head: Head, format_version: u16) -> Snapshot {
    let head = SnapshotHead {
        seq: head.seq,
        hash: head.hash,
        state_hash: [3; 32],
        format_version,
    };
    Snapshot {
        head,
        bytes: Bytes::from(format!("the state at {}", head.seq)),
    }
}

pub(super) async fn the_newest_snapshots_are_kept(archive: &dyn Archive) -> Result<(), Fault> {
    assert_eq!(archive.snapshots(HERE).await?, []);
    assert_eq!(archive.load_snapshot(HERE, 1).await?, None);
    let mut head = chain::start(HERE);
    let mut saved = Vec::new();
    for _ in 0..6 {
        head = archive
            .append(batch(HERE, head, entries(2), Vec::new()))
            .await?;
        archive.save_snapshot(HERE, at(head, 1)).await?;
        saved.push(head.seq);
    }
    let kept: Vec<u64> = archive
        .snapshots(HERE)
        .await?
        .iter()
        .map(|snapshot| snapshot.seq)
        .collect();
    assert_eq!(
        kept,
        [12, 10, 8, 2],
        "the newest three, and the oldest until it is far enough back"
    );
    assert_eq!(archive.load_snapshot(HERE, 12).await?, Some(at(head, 1)));
    assert_eq!(archive.load_snapshot(HERE, 4).await?, None);
    let replaced = Snapshot {
        bytes: Bytes::from_static(b"anew"),
        ..at(head, 2)
    };
    archive.save_snapshot(HERE, replaced.clone()).await?;
    assert_eq!(archive.load_snapshot(HERE, 12).await?, Some(replaced));
    assert_eq!(archive.snapshots("310106").await?, []);

    // A name that is no code does not reach another district's snapshots.
    let odd = format!("../{HERE}/一");
    archive
        .save_snapshot(&odd, at(chain::start(&odd), 1))
        .await?;
    assert_eq!(archive.snapshots(&odd).await?.len(), 1);
    assert_eq!(archive.snapshots(HERE).await?.len(), 4);
    Ok(())
}

pub(super) async fn only_a_snapshot_of_this_chain_and_encoding_is_used(
    archive: &dyn Archive,
) -> Result<(), Fault> {
    assert_eq!(snapshot::newest_usable(archive, HERE, 1).await?, None);
    let first = archive
        .append(batch(HERE, chain::start(HERE), entries(2), Vec::new()))
        .await?;
    let second = archive
        .append(batch(HERE, first, entries(2), Vec::new()))
        .await?;
    archive.save_snapshot(HERE, at(first, 1)).await?;
    archive.save_snapshot(HERE, at(second, 2)).await?;
    assert_eq!(
        snapshot::newest_usable(archive, HERE, 2).await?,
        Some(at(second, 2))
    );
    assert_eq!(
        snapshot::newest_usable(archive, HERE, 1).await?,
        Some(at(first, 1))
    );
    assert_eq!(snapshot::newest_usable(archive, HERE, 3).await?, None);

    let foreign = Head {
        seq: second.seq,
        hash: RowHash([9; 32]),
    };
    archive.save_snapshot(HERE, at(foreign, 1)).await?;
    let beyond = Head {
        seq: second.seq + 5,
        hash: second.hash,
    };
    archive.save_snapshot(HERE, at(beyond, 1)).await?;
    assert_eq!(
        snapshot::newest_usable(archive, HERE, 1).await?,
        Some(at(first, 1))
    );
    Ok(())
}
