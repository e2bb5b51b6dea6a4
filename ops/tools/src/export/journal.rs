//! The journal as it is kept: one JSON object a row and line, with its links, so that the chain can be verified from the
//! export alone. Sealed parts stay sealed: once a key is gone, they open nowhere.

use std::io::Write;

use journal::chain;
use journal::journal::Archive;
use journal::row::Row;
use model::time::Instant;
use serde::Serialize;
use serde_json::Value;

use super::writing;
use crate::fault::ToolFault;

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1_024;

/// A row but for its body.
#[derive(Serialize)]
struct RowLine<'a> {
    district: &'a str,
    seq: u64,
    command_id: String,
    at: Instant,
    recorded_at: Instant,
    actor: &'a str,
    policy_id: &'a str,
    drill: bool,
    kind: &'a str,
    version: u16,
    erasable: String,
    prev_hash: String,
    hash: String,
}

/// Writes the rows of a district. Answers how many.
pub(super) async fn write(
    archive: &dyn Archive,
    district: &str,
    out: &mut (dyn Write + Send),
) -> Result<u64, ToolFault> {
    let mut head = chain::start(district);
    loop {
        let rows = archive
            .read(district, head.seq, N_ROWS_A_READ)
            .await
            .map_err(ToolFault::journal("reading the journal"))?;
        if rows.is_empty() {
            return Ok(head.seq);
        }
        for row in &rows {
            head = row.head();
            out.write_all(line_of(row)?.as_bytes()).map_err(writing)?;
        }
    }
}

/// The body stands in the line byte for byte as it is hashed; one that is no JSON in one line stands as hexadecimal text.
fn line_of(row: &Row) -> Result<String, ToolFault> {
    let entry = &row.entry;
    let line = RowLine {
        district: &row.district,
        seq: row.seq,
        command_id: entry.command_id.to_string(),
        at: Instant::from_ms(entry.at_ms),
        recorded_at: Instant::from_ms(entry.recorded_at_ms),
        actor: &entry.actor,
        policy_id: &entry.policy_id,
        drill: entry.drill,
        kind: &entry.kind,
        version: entry.version,
        erasable: hex(entry.erasable.as_bytes()),
        prev_hash: row.prev_hash.to_string(),
        hash: row.hash.to_string(),
    };
    let text = serde_json::to_string(&line).map_err(ToolFault::writing("a row"))?;
    let open = text.strip_suffix('}').unwrap_or(&text);
    let body = std::str::from_utf8(&entry.body)
        .ok()
        .filter(|body| !body.contains('\n') && serde_json::from_str::<Value>(body).is_ok());
    Ok(match body {
        Some(body) => format!("{open},\"body\":{body}}}\n"),
        None => format!("{open},\"body_hex\":\"{}\"}}\n", hex(&entry.body)),
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
