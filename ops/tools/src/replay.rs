//! A district as it stands in its journal: every row read, checked against the chain, and applied. Reads only.

use std::path::Path;
use std::sync::Arc;

use dispatch::{State, Tables};
use journal::chain;
use journal::journal::Archive;
use journal::row::Head;
use journal::sqlite::SqliteJournal;
use model::event::RecordedEvent;
use model::id::{DistrictId, PolicyId};
use policy::policy::{Policy, PolicyBook};
use vault::ring::KeyRing;

use crate::events::Opener;
use crate::fault::ToolFault;

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1_024;

/// A district as its journal has it.
#[derive(Debug)]
pub struct Replayed {
    /// The state at the end.
    pub state: State,
    /// Where the journal ends.
    pub head: Head,
    /// The policies that the store has, with the shipped one; the adopted one is adopted.
    pub policies: PolicyBook,
}

/// Opens a data folder to read it, also beside the process that serves it.
///
/// # Errors
/// Faults of the disk; there is no journal in the folder.
pub async fn open_to_read(data: &Path) -> Result<SqliteJournal, ToolFault> {
    SqliteJournal::open_to_read(data)
        .await
        .map_err(ToolFault::journal("opening the journal"))
}

/// The districts of an archive: the one that is named, or all that have a journal.
///
/// # Errors
/// [`ToolFault::UsedWrongly`] for one that has none; faults of the disk.
pub async fn districts(
    archive: &dyn Archive,
    named: Option<&str>,
) -> Result<Vec<String>, ToolFault> {
    let all = archive
        .districts()
        .await
        .map_err(ToolFault::journal("reading the districts"))?;
    match named {
        None => Ok(all),
        Some(one) if all.iter().any(|known| known == one) => Ok(vec![one.to_owned()]),
        Some(one) => Err(ToolFault::UsedWrongly(format!(
            "the district {one} has no journal here"
        ))),
    }
}

/// Reads a district from its first row to its last.
///
/// # Errors
/// A row that does not follow the one before, or is no event; faults of the disk and of keys.
pub async fn replay(
    archive: &dyn Archive,
    district: &str,
    ring: Option<&KeyRing>,
) -> Result<Replayed, ToolFault> {
    let mut state = empty(district);
    let head = each_event(archive, district, ring, |event| {
        dispatch::apply(&mut state, event);
        Ok(())
    })
    .await?;
    let policies = book(archive, &state.tables.policy_id).await?;
    Ok(Replayed {
        state,
        head,
        policies,
    })
}

/// A district before its first event.
pub(crate) fn empty(district: &str) -> State {
    State::from_tables(Tables::empty(
        DistrictId::from(district),
        PolicyId::from("none"),
    ))
}

/// Calls something with every event of a district, in order.
pub(crate) async fn each_event(
    archive: &dyn Archive,
    district: &str,
    ring: Option<&KeyRing>,
    mut call: impl FnMut(&RecordedEvent) -> Result<(), ToolFault>,
) -> Result<Head, ToolFault> {
    let opener = Opener::load(archive, ring).await?;
    let mut head = chain::start(district);
    loop {
        let rows = archive
            .read(district, head.seq, N_ROWS_A_READ)
            .await
            .map_err(ToolFault::journal("reading the journal"))?;
        if rows.is_empty() {
            return Ok(head);
        }
        for row in rows {
            chain::follows(head, &row).map_err(|source| ToolFault::Row {
                district: district.to_owned(),
                seq: row.seq,
                source: Box::new(source),
            })?;
            call(&opener.event_of(&row)?)?;
            head = row.head();
        }
    }
}

/// The policies that the store has, with the shipped one.
async fn book(archive: &dyn Archive, adopted: &PolicyId) -> Result<PolicyBook, ToolFault> {
    let mut book = PolicyBook::new(Arc::new(Policy::putuo()?));
    let reading = || ToolFault::journal("reading the policies");
    for hash in archive.policies().await.map_err(reading())? {
        if let Some(text) = archive.policy(&hash).await.map_err(reading())? {
            book.add(Arc::new(Policy::parse(&text)?));
        }
    }
    book.adopt(adopted);
    Ok(book)
}
