//! Rows of the journal in SQLite: inserted many at once, read in order.

use std::sync::LazyLock;

use bytes::Bytes;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use uuid::Uuid;

use super::errors::database_fault;
use super::runs::Statements;
use crate::chain;
use crate::fault::Fault;
use crate::journal::CommandRows;
use crate::row::{Entry, Erasable, Head, Row, RowHash};

const INSERT: &str = "INSERT INTO journal_rows (district, seq, command_id, at_ms, recorded_at_ms, actor, policy_id, \
     drill, kind, version, body, erasable, prev_hash, hash) VALUES ";
const ROW: &str = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

static INSERTS: LazyLock<Statements> = LazyLock::new(|| Statements::new(INSERT, ROW, ""));

/// Adds rows: the common batches are one statement, a larger one is several in the same transaction.
pub(super) async fn insert(connection: &mut SqliteConnection, rows: &[Row]) -> Result<(), Fault> {
    for (sql, part) in INSERTS.parts(rows) {
        let mut query = sqlx::query(sql);
        for row in part {
            query = query
                .bind(row.district.as_str())
                .bind(integer(row.seq))
                .bind(row.entry.command_id.as_bytes().as_slice())
                .bind(row.entry.at_ms)
                .bind(row.entry.recorded_at_ms)
                .bind(row.entry.actor.as_str())
                .bind(row.entry.policy_id.as_str())
                .bind(i64::from(row.entry.drill))
                .bind(row.entry.kind.as_str())
                .bind(i64::from(row.entry.version))
                .bind(row.entry.body.as_ref())
                .bind(row.entry.erasable.as_bytes().as_ref())
                .bind(row.prev_hash.0.as_slice())
                .bind(row.hash.0.as_slice());
        }
        let done = query.execute(&mut *connection).await;
        done.map_err(|source| database_fault("adding", format!("{} rows", part.len()), source))?;
    }
    Ok(())
}

pub(super) async fn head(connection: &mut SqliteConnection, district: &str) -> Result<Head, Fault> {
    let sql = "SELECT seq, hash FROM journal_rows WHERE district = ? ORDER BY seq DESC LIMIT 1";
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(sql)
        .bind(district)
        .fetch_optional(connection)
        .await
        .map_err(|source| database_fault("reading", format!("the head of {district}"), source))?;
    let Some((seq, hash)) = last else {
        return Ok(chain::start(district));
    };
    let unreadable = || Fault::Unreadable {
        thing: format!("the head of {district}"),
        what: "its hash or number".into(),
    };
    let hash = RowHash(hash.try_into().map_err(|_| unreadable())?);
    Ok(Head {
        seq: u64::try_from(seq).map_err(|_| unreadable())?,
        hash,
    })
}

pub(super) async fn read(
    readers: &SqlitePool,
    district: &str,
    after_seq: u64,
    n_max: u32,
) -> Result<Vec<Row>, Fault> {
    let sql = "SELECT seq, command_id, at_ms, recorded_at_ms, actor, policy_id, drill, kind, version, body, erasable, \
         prev_hash, hash FROM journal_rows WHERE district = ? AND seq > ? ORDER BY seq LIMIT ?";
    let found = sqlx::query(sql)
        .bind(district)
        .bind(integer(after_seq))
        .bind(i64::from(n_max))
        .fetch_all(readers)
        .await;
    let found =
        found.map_err(|source| database_fault("reading", format!("rows of {district}"), source))?;
    found.iter().map(|row| decode(district, row)).collect()
}

pub(super) async fn of_command(
    readers: &SqlitePool,
    district: &str,
    command_id: Uuid,
) -> Result<Vec<Row>, Fault> {
    let sql = "SELECT seq, command_id, at_ms, recorded_at_ms, actor, policy_id, drill, kind, version, body, erasable, \
         prev_hash, hash FROM journal_rows WHERE district = ? AND command_id = ? ORDER BY seq";
    let found = sqlx::query(sql)
        .bind(district)
        .bind(command_id.as_bytes().as_slice())
        .fetch_all(readers)
        .await;
    let found =
        found.map_err(|source| database_fault("reading", format!("rows of {district}"), source))?;
    found.iter().map(|row| decode(district, row)).collect()
}

pub(super) async fn commands(
    readers: &SqlitePool,
    district: &str,
    after_seq: u64,
) -> Result<Vec<CommandRows>, Fault> {
    let sql = "SELECT command_id, min(seq) AS first_seq, count(*) FROM journal_rows \
         WHERE district = ? AND seq > ? GROUP BY command_id ORDER BY first_seq";
    let found = sqlx::query(sql)
        .bind(district)
        .bind(integer(after_seq))
        .fetch_all(readers)
        .await;
    let found = found
        .map_err(|source| database_fault("reading", format!("commands of {district}"), source))?;
    found
        .iter()
        .map(|row| {
            let unreadable = |source: sqlx::Error| Fault::Unreadable {
                thing: format!("a command of {district}"),
                what: source.to_string(),
            };
            Ok(CommandRows {
                command_id: uuid_at(row, 0).map_err(unreadable)?,
                first_seq: natural_at(row, 1).map_err(unreadable)?,
                n_rows: natural_at(row, 2).map_err(unreadable)?,
            })
        })
        .collect()
}

pub(super) async fn districts(readers: &SqlitePool) -> Result<Vec<String>, Fault> {
    // One step down the index for each district, where DISTINCT would walk over every row.
    let sql = "WITH RECURSIVE found (district) AS (SELECT min(district) FROM journal_rows UNION ALL \
         SELECT (SELECT min(district) FROM journal_rows WHERE district > found.district) FROM found \
         WHERE found.district IS NOT NULL) SELECT district FROM found WHERE district IS NOT NULL";
    let found = sqlx::query_scalar(sql).fetch_all(readers).await;
    found.map_err(|source| database_fault("reading", "the districts", source))
}

fn decode(district: &str, row: &SqliteRow) -> Result<Row, Fault> {
    let seq = natural_at(row, 0).map_err(|source| Fault::Unreadable {
        thing: format!("a row of {district}"),
        what: source.to_string(),
    })?;
    decode_content(district, seq, row).map_err(|source| Fault::RowUnreadable {
        district: district.to_owned(),
        seq,
        what: source.to_string(),
    })
}

fn decode_content(district: &str, seq: u64, row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let hash_at = |index: usize| {
        let bytes: &[u8] = row.try_get(index)?;
        bytes
            .try_into()
            .map(RowHash)
            .map_err(|fault| not_as_expected(index, fault))
    };
    let version: i64 = row.try_get(8)?;
    let entry = Entry {
        command_id: uuid_at(row, 1)?,
        at_ms: row.try_get(2)?,
        recorded_at_ms: row.try_get(3)?,
        actor: row.try_get(4)?,
        policy_id: row.try_get(5)?,
        drill: row.try_get(6)?,
        kind: row.try_get(7)?,
        version: u16::try_from(version).map_err(|fault| not_as_expected(8, fault))?,
        body: Bytes::from(row.try_get::<Vec<u8>, _>(9)?),
        erasable: Erasable::from_stored(Bytes::from(row.try_get::<Vec<u8>, _>(10)?)),
    };
    Ok(Row {
        district: district.to_owned(),
        seq,
        entry,
        prev_hash: hash_at(11)?,
        hash: hash_at(12)?,
    })
}

pub(super) fn uuid_at(row: &SqliteRow, index: usize) -> Result<Uuid, sqlx::Error> {
    let bytes: &[u8] = row.try_get(index)?;
    Uuid::from_slice(bytes).map_err(|fault| not_as_expected(index, fault))
}

fn natural_at(row: &SqliteRow, index: usize) -> Result<u64, sqlx::Error> {
    let number: i64 = row.try_get(index)?;
    u64::try_from(number).map_err(|fault| not_as_expected(index, fault))
}

fn not_as_expected(
    index: usize,
    fault: impl std::error::Error + Send + Sync + 'static,
) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: index.to_string(),
        source: Box::new(fault),
    }
}

/// SQLite counts to 2⁶³ − 1; no journal comes near.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
