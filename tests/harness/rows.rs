//! The rows of a data folder as events, read without a key beside or after whoever serves it.

use std::path::Path;

use journal::journal::Journal;
use journal::row::Row;
use journal::sqlite::SqliteJournal;
use model::codec;
use model::details::Details;
use model::event::{NewEvent, RecordedEvent};
use model::id::{AccountName, CommandId, DistrictId, PolicyId};
use model::time::Instant;

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 4096;

/// The default district of a proof.
pub const DISTRICT: &str = "310107";

/// Every row of a district, in order.
pub async fn rows_of(data: &Path, district: &str) -> Vec<Row> {
    let journal = SqliteJournal::open_to_read(data)
        .await
        .expect("the journal opens");
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.seq);
        let page = journal
            .read(district, after, N_ROWS_A_READ)
            .await
            .expect("the rows are read");
        if page.is_empty() {
            journal.close().await;
            return rows;
        }
        rows.extend(page);
    }
}

/// A row as the event that it holds, without its erasable details.
pub fn event_of(row: &Row) -> RecordedEvent {
    let body = codec::decode(&row.entry.kind, row.entry.version, &row.entry.body)
        .expect("the row holds an event");
    RecordedEvent {
        district: DistrictId(row.district.clone()),
        seq: row.seq,
        at: Instant::from_ms(row.entry.at_ms),
        new: NewEvent {
            command_id: CommandId(row.entry.command_id),
            recorded_at: body.recorded_at,
            content_tag: body.content_tag,
            actor: AccountName(row.entry.actor.clone()),
            policy_id: PolicyId(row.entry.policy_id.clone()),
            drill: row.entry.drill,
            event: body.event,
            details: Details::new(),
        },
    }
}
