//! The store in SQLite: each change one statement in the writer's transaction, reads on their own.

use std::collections::BTreeMap;

use bytes::Bytes;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Row as _, Sqlite};
use uuid::Uuid;

use super::errors::database_fault;
use super::rows::uuid_at;
use super::runs::Runs;
use crate::fault::Fault;
use crate::store::{Account, PersonalField, Photo, Session, StoreWrite};

/// A shelf of texts by name.
#[derive(Clone, Copy)]
pub(super) struct TextShelf {
    what: &'static str,
    one: &'static str,
    names: &'static str,
}

pub(super) const POLICY: TextShelf = TextShelf {
    what: "policy",
    one: "SELECT text FROM policies WHERE content_hash = ?",
    names: "SELECT content_hash FROM policies ORDER BY content_hash",
};
pub(super) const BOUNDARIES: TextShelf = TextShelf {
    what: "boundary set",
    one: "SELECT text FROM boundary_sets WHERE content_hash = ?",
    names: "SELECT content_hash FROM boundary_sets ORDER BY content_hash",
};
pub(super) const SETTING: TextShelf = TextShelf {
    what: "setting",
    one: "SELECT value FROM settings WHERE name = ?",
    names: "SELECT name FROM settings ORDER BY name",
};

type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// Whether bytes must be gone from the disk after this.
pub(super) fn erases(write: &StoreWrite) -> bool {
    match write {
        StoreWrite::DeleteKey { .. }
        | StoreWrite::RewrapKey { .. }
        | StoreWrite::DeletePersonalField { .. }
        | StoreWrite::DeletePersonal { .. }
        | StoreWrite::DeletePhoto { .. }
        | StoreWrite::DeletePosition { .. } => true,
        StoreWrite::AddKey { .. }
        | StoreWrite::PutPersonal(_)
        | StoreWrite::PutPhoto(_)
        | StoreWrite::PutPosition { .. }
        | StoreWrite::PutAccount(_)
        | StoreWrite::PutSession(_)
        | StoreWrite::DeleteSession { .. }
        | StoreWrite::DeleteSessionsOf { .. }
        | StoreWrite::DeleteSessionsExpired { .. }
        | StoreWrite::PutPolicy { .. }
        | StoreWrite::PutBoundaries { .. }
        | StoreWrite::PutSetting { .. }
        | StoreWrite::DeleteSetting { .. } => false,
    }
}

/// Does the writes in their order. Runs of the common ones are one statement each; everything else, and every
/// deletion, ends a run, so that no write overtakes another of its own shelf.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    writes: &[StoreWrite],
) -> Result<(), Fault> {
    let mut runs = Runs::default();
    for write in writes {
        match write {
            StoreWrite::AddKey { record, wrapped } => runs.keys.push((record, wrapped)),
            StoreWrite::PutPersonal(field) => runs.fields.push(field),
            StoreWrite::PutPosition {
                district,
                unit,
                report,
            } => runs.positions.push((district, unit, report)),
            StoreWrite::RewrapKey { .. }
            | StoreWrite::DeleteKey { .. }
            | StoreWrite::DeletePersonalField { .. }
            | StoreWrite::DeletePersonal { .. }
            | StoreWrite::PutPhoto(_)
            | StoreWrite::DeletePhoto { .. }
            | StoreWrite::DeletePosition { .. }
            | StoreWrite::PutAccount(_)
            | StoreWrite::PutSession(_)
            | StoreWrite::DeleteSession { .. }
            | StoreWrite::DeleteSessionsOf { .. }
            | StoreWrite::DeleteSessionsExpired { .. }
            | StoreWrite::PutPolicy { .. }
            | StoreWrite::PutBoundaries { .. }
            | StoreWrite::PutSetting { .. }
            | StoreWrite::DeleteSetting { .. } => {
                runs.end(connection).await?;
                put_one(connection, write).await?;
            }
        }
    }
    runs.end(connection).await
}

async fn put_one(connection: &mut SqliteConnection, write: &StoreWrite) -> Result<(), Fault> {
    let Some((what, query)) = statement(write)? else {
        return Ok(());
    };
    let done = query.execute(&mut *connection).await;
    done.map_err(|source| database_fault("writing", what, source))?;
    if let StoreWrite::DeletePersonal { record } = write {
        let query =
            sqlx::query("DELETE FROM photos WHERE record = ?").bind(record.as_bytes().as_slice());
        query
            .execute(connection)
            .await
            .map_err(|source| database_fault("removing", "photos of a record", source))?;
    }
    Ok(())
}

/// The statement of a write that is done alone; none for those that are done in runs.
fn statement(write: &StoreWrite) -> Result<Option<(&'static str, Query<'_>)>, Fault> {
    let id = |id: &Uuid| id.as_bytes().to_vec();
    Ok(Some(match write {
        StoreWrite::AddKey { .. } | StoreWrite::PutPersonal(_) | StoreWrite::PutPosition { .. } => return Ok(None),
        StoreWrite::RewrapKey { record, wrapped } => (
            "a record's key",
            sqlx::query("UPDATE wrapped_keys SET wrapped = ? WHERE record = ?").bind(wrapped.as_ref()).bind(id(record)),
        ),
        StoreWrite::DeleteKey { record } => {
            ("the erasure of a record", sqlx::query("DELETE FROM wrapped_keys WHERE record = ?").bind(id(record)))
        }
        StoreWrite::DeletePersonalField { record, field } => (
            "the removal of a personal field",
            sqlx::query("DELETE FROM personal_fields WHERE record = ? AND field = ?").bind(id(record)).bind(field.as_str()),
        ),
        StoreWrite::DeletePersonal { record } => (
            "the removal of personal fields",
            sqlx::query("DELETE FROM personal_fields WHERE record = ?").bind(id(record)),
        ),
        StoreWrite::PutPhoto(Photo { id: photo, record, sealed }) => (
            "a photo",
            sqlx::query("INSERT OR REPLACE INTO photos (id, record, sealed) VALUES (?, ?, ?)")
                .bind(id(photo))
                .bind(id(record))
                .bind(sealed.as_ref()),
        ),
        StoreWrite::DeletePhoto { id: photo } => {
            ("the removal of a photo", sqlx::query("DELETE FROM photos WHERE id = ?").bind(id(photo)))
        }
        StoreWrite::DeletePosition { district, unit } => (
            "the removal of a position",
            sqlx::query("DELETE FROM positions WHERE district = ? AND unit = ?").bind(district.as_str()).bind(unit.as_str()),
        ),
        StoreWrite::PutAccount(account) => ("an account", put_account(account)?),
        StoreWrite::PutSession(session) => (
            "a session",
            sqlx::query(
                "INSERT OR REPLACE INTO sessions (token_hash, account, created_at_ms, expires_at_ms) \
                 VALUES (?, ?, ?, ?)",
            )
            .bind(session.token_hash.as_slice())
            .bind(session.account.as_str())
            .bind(session.created_at_ms)
            .bind(session.expires_at_ms),
        ),
        StoreWrite::DeleteSession { token_hash } => {
            ("the end of a session", sqlx::query("DELETE FROM sessions WHERE token_hash = ?").bind(token_hash.as_slice()))
        }
        StoreWrite::DeleteSessionsOf { account } => {
            ("the end of sessions", sqlx::query("DELETE FROM sessions WHERE account = ?").bind(account.as_str()))
        }
        StoreWrite::DeleteSessionsExpired { at_ms } => {
            ("the end of sessions", sqlx::query("DELETE FROM sessions WHERE expires_at_ms <= ?").bind(at_ms))
        }
        StoreWrite::PutPolicy { content_hash, text } => (
            "a policy",
            sqlx::query("INSERT INTO policies (content_hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(content_hash.as_str())
                .bind(text.as_str()),
        ),
        StoreWrite::PutBoundaries { content_hash, text } => (
            "a boundary set",
            sqlx::query("INSERT INTO boundary_sets (content_hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(content_hash.as_str())
                .bind(text.as_str()),
        ),
        StoreWrite::PutSetting { name, value } => (
            "a setting",
            sqlx::query("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
                .bind(name.as_str())
                .bind(value.as_str()),
        ),
        StoreWrite::DeleteSetting { name } => {
            ("the removal of a setting", sqlx::query("DELETE FROM settings WHERE name = ?").bind(name.as_str()))
        }
    }))
}

fn put_account(account: &Account) -> Result<Query<'_>, Fault> {
    let list = |list: &[String]| {
        serde_json::to_string(list).map_err(|fault| Fault::Unreadable {
            thing: format!("account {}", account.account),
            what: fault.to_string(),
        })
    };
    let sql = "INSERT OR REPLACE INTO accounts (account, password_hash, role, jurisdictions, department, unit, \
         districts, disabled, rights_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    Ok(sqlx::query(sql)
        .bind(account.account.as_str())
        .bind(account.password_hash.as_str())
        .bind(account.role.as_str())
        .bind(list(&account.jurisdictions)?)
        .bind(account.department.as_deref())
        .bind(account.unit.as_deref())
        .bind(list(&account.districts)?)
        .bind(i64::from(account.disabled))
        .bind(i64::try_from(account.rights_version).unwrap_or(i64::MAX)))
}

/// Reads all rows of a query through a decoder.
async fn all<T>(
    readers: &SqlitePool,
    what: &'static str,
    query: Query<'_>,
    decode: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, Fault> {
    let found = query
        .fetch_all(readers)
        .await
        .map_err(|source| database_fault("reading", what, source))?;
    let decoded: Result<Vec<T>, sqlx::Error> = found.iter().map(decode).collect();
    decoded.map_err(|source| Fault::Unreadable {
        thing: what.to_owned(),
        what: source.to_string(),
    })
}

async fn one<T>(
    readers: &SqlitePool,
    what: &'static str,
    query: Query<'_>,
    decode: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
) -> Result<Option<T>, Fault> {
    Ok(all(readers, what, query, decode).await?.into_iter().next())
}

const ACCOUNT: &str = "SELECT account, password_hash, role, jurisdictions, department, unit, districts, disabled, \
     rights_version FROM accounts WHERE ?1 IS NULL OR account = ?1 ORDER BY account";

pub(super) async fn account(readers: &SqlitePool, account: &str) -> Result<Option<Account>, Fault> {
    one(
        readers,
        "an account",
        sqlx::query(ACCOUNT).bind(account),
        decode_account,
    )
    .await
}

pub(super) async fn accounts(readers: &SqlitePool) -> Result<Vec<Account>, Fault> {
    all(
        readers,
        "the accounts",
        sqlx::query(ACCOUNT).bind(None::<String>),
        decode_account,
    )
    .await
}

fn decode_account(row: &SqliteRow) -> Result<Account, sqlx::Error> {
    let list = |index: usize| {
        let text: &str = row.try_get(index)?;
        serde_json::from_str(text).map_err(|fault| sqlx::Error::ColumnDecode {
            index: index.to_string(),
            source: Box::new(fault),
        })
    };
    Ok(Account {
        account: row.try_get(0)?,
        password_hash: row.try_get(1)?,
        role: row.try_get(2)?,
        jurisdictions: list(3)?,
        department: row.try_get(4)?,
        unit: row.try_get(5)?,
        districts: list(6)?,
        disabled: row.try_get(7)?,
        rights_version: row.try_get::<i64, _>(8)?.unsigned_abs(),
    })
}

pub(super) async fn session(
    readers: &SqlitePool,
    token_hash: [u8; 32],
) -> Result<Option<Session>, Fault> {
    let sql = "SELECT token_hash, account, created_at_ms, expires_at_ms FROM sessions WHERE token_hash = ?";
    one(
        readers,
        "a session",
        sqlx::query(sql).bind(token_hash.to_vec()),
        decode_session,
    )
    .await
}

pub(super) async fn sessions(readers: &SqlitePool) -> Result<Vec<Session>, Fault> {
    let sql = "SELECT token_hash, account, created_at_ms, expires_at_ms FROM sessions ORDER BY token_hash";
    all(readers, "the sessions", sqlx::query(sql), decode_session).await
}

fn decode_session(row: &SqliteRow) -> Result<Session, sqlx::Error> {
    let token_hash: &[u8] = row.try_get(0)?;
    let token_hash = token_hash
        .try_into()
        .map_err(|fault| sqlx::Error::ColumnDecode {
            index: "0".to_owned(),
            source: Box::new(fault),
        })?;
    Ok(Session {
        token_hash,
        account: row.try_get(1)?,
        created_at_ms: row.try_get(2)?,
        expires_at_ms: row.try_get(3)?,
    })
}

fn bytes_at(row: &SqliteRow, index: usize) -> Result<Bytes, sqlx::Error> {
    row.try_get::<Vec<u8>, _>(index).map(Bytes::from)
}

/// Ids are compared as bytes: the nil id's predecessor is the empty string.
fn after_id(after: Option<Uuid>) -> Vec<u8> {
    after.map(|id| id.as_bytes().to_vec()).unwrap_or_default()
}

pub(super) async fn key(readers: &SqlitePool, record: Uuid) -> Result<Option<Bytes>, Fault> {
    let query = sqlx::query("SELECT wrapped FROM wrapped_keys WHERE record = ?")
        .bind(record.as_bytes().to_vec());
    one(readers, "a record's key", query, |row| bytes_at(row, 0)).await
}

pub(super) async fn keys(
    readers: &SqlitePool,
    after: Option<Uuid>,
    n_max: u32,
) -> Result<Vec<(Uuid, Bytes)>, Fault> {
    let sql = "SELECT record, wrapped FROM wrapped_keys WHERE record > ? ORDER BY record LIMIT ?";
    let query = sqlx::query(sql)
        .bind(after_id(after))
        .bind(i64::from(n_max));
    all(readers, "the keys", query, |row| {
        Ok((uuid_at(row, 0)?, bytes_at(row, 1)?))
    })
    .await
}

pub(super) async fn personal(
    readers: &SqlitePool,
    record: Uuid,
) -> Result<BTreeMap<String, Bytes>, Fault> {
    let sql = "SELECT field, sealed FROM personal_fields WHERE record = ?";
    let query = sqlx::query(sql).bind(record.as_bytes().to_vec());
    let found = all(readers, "personal fields", query, |row| {
        Ok((row.try_get(0)?, bytes_at(row, 1)?))
    })
    .await?;
    Ok(found.into_iter().collect())
}

pub(super) async fn personal_fields(
    readers: &SqlitePool,
    after: Option<(Uuid, String)>,
    n_max: u32,
) -> Result<Vec<PersonalField>, Fault> {
    let (record, field) = after.map_or((None, String::new()), |(record, field)| {
        (Some(record), field)
    });
    let sql = "SELECT record, field, sealed FROM personal_fields WHERE (record, field) > (?, ?) \
         ORDER BY record, field LIMIT ?";
    let query = sqlx::query(sql)
        .bind(after_id(record))
        .bind(field)
        .bind(i64::from(n_max));
    let decode = |row: &SqliteRow| {
        Ok(PersonalField {
            record: uuid_at(row, 0)?,
            field: row.try_get(1)?,
            sealed: bytes_at(row, 2)?,
        })
    };
    all(readers, "the personal fields", query, decode).await
}

pub(super) async fn photo(readers: &SqlitePool, id: Uuid) -> Result<Option<Photo>, Fault> {
    let query = sqlx::query("SELECT id, record, sealed FROM photos WHERE id = ?")
        .bind(id.as_bytes().to_vec());
    let decode = |row: &SqliteRow| {
        Ok(Photo {
            id: uuid_at(row, 0)?,
            record: uuid_at(row, 1)?,
            sealed: bytes_at(row, 2)?,
        })
    };
    one(readers, "a photo", query, decode).await
}

pub(super) async fn photos_of(readers: &SqlitePool, record: Uuid) -> Result<Vec<Uuid>, Fault> {
    let query = sqlx::query("SELECT id FROM photos WHERE record = ? ORDER BY id")
        .bind(record.as_bytes().to_vec());
    all(readers, "photos of a record", query, |row| uuid_at(row, 0)).await
}

pub(super) async fn photos(
    readers: &SqlitePool,
    after: Option<Uuid>,
    n_max: u32,
) -> Result<Vec<Uuid>, Fault> {
    let sql = "SELECT id FROM photos WHERE id > ? ORDER BY id LIMIT ?";
    let query = sqlx::query(sql)
        .bind(after_id(after))
        .bind(i64::from(n_max));
    all(readers, "the photos", query, |row| uuid_at(row, 0)).await
}

pub(super) async fn positions(
    readers: &SqlitePool,
    district: &str,
) -> Result<BTreeMap<String, Bytes>, Fault> {
    let query = sqlx::query("SELECT unit, report FROM positions WHERE district = ?").bind(district);
    let found = all(readers, "positions", query, |row| {
        Ok((row.try_get(0)?, bytes_at(row, 1)?))
    })
    .await?;
    Ok(found.into_iter().collect())
}

pub(super) async fn districts_with_positions(readers: &SqlitePool) -> Result<Vec<String>, Fault> {
    let query = sqlx::query("SELECT DISTINCT district FROM positions ORDER BY district");
    all(readers, "positions", query, |row| row.try_get(0)).await
}

pub(super) async fn text(
    readers: &SqlitePool,
    shelf: TextShelf,
    name: &str,
) -> Result<Option<String>, Fault> {
    one(
        readers,
        shelf.what,
        sqlx::query(shelf.one).bind(name),
        |row| row.try_get(0),
    )
    .await
}

pub(super) async fn names(readers: &SqlitePool, shelf: TextShelf) -> Result<Vec<String>, Fault> {
    all(readers, shelf.what, sqlx::query(shelf.names), |row| {
        row.try_get(0)
    })
    .await
}

pub(super) async fn settings(readers: &SqlitePool) -> Result<BTreeMap<String, String>, Fault> {
    let query = sqlx::query("SELECT name, value FROM settings");
    let found = all(readers, "the settings", query, |row| {
        Ok((row.try_get(0)?, row.try_get(1)?))
    })
    .await?;
    Ok(found.into_iter().collect())
}
