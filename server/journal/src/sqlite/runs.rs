//! Runs of equal writes to the store, each run one statement: a batch of sightings brings a key and fields for each.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::errors::database_fault;
use crate::fault::Fault;
use crate::store::PersonalField;

/// How many values one statement takes at most; each number has a prepared statement of its own.
const N_A_STATEMENT: usize = 64;

static KEYS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::new(
        "INSERT INTO wrapped_keys (record, wrapped) VALUES ",
        "(?,?)",
        " ON CONFLICT DO NOTHING",
    )
});
static FIELDS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::new(
        "INSERT OR REPLACE INTO personal_fields (record, field, sealed) VALUES ",
        "(?,?,?)",
        "",
    )
});
static POSITIONS: LazyLock<Statements> = LazyLock::new(|| {
    Statements::new(
        "INSERT OR REPLACE INTO positions (district, unit, report) VALUES ",
        "(?,?,?)",
        "",
    )
});

/// The statement for each number of values, from one.
pub(super) struct Statements(Vec<Arc<str>>);

impl Statements {
    pub(super) fn new(insert: &str, value: &str, ending: &str) -> Self {
        let statement =
            |n_values| format!("{insert}{}{ending}", vec![value; n_values].join(",")).into();
        Self((1..=N_A_STATEMENT).map(statement).collect())
    }

    /// The values in parts of at most one statement, each with its statement.
    pub(super) fn parts<'a, T>(
        &'a self,
        values: &'a [T],
    ) -> impl Iterator<Item = (AssertSqlSafe<Arc<str>>, &'a [T])> {
        values.chunks(N_A_STATEMENT).filter_map(|part| {
            let sql = self.0.get(part.len() - 1)?;
            Some((AssertSqlSafe(Arc::clone(sql)), part))
        })
    }
}

/// Writes that wait to be done together.
#[derive(Default)]
pub(super) struct Runs<'a> {
    pub(super) keys: Vec<(&'a Uuid, &'a Bytes)>,
    pub(super) fields: Vec<&'a PersonalField>,
    pub(super) positions: Vec<(&'a String, &'a String, &'a Bytes)>,
}

impl Runs<'_> {
    /// Does what waits.
    pub(super) async fn end(&mut self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        for (sql, part) in KEYS.parts(&self.keys) {
            add_keys(connection, sql, part).await?;
        }
        for (sql, part) in FIELDS.parts(&self.fields) {
            let mut query = sqlx::query(sql);
            for PersonalField {
                record,
                field,
                sealed,
            } in part
            {
                query = query
                    .bind(record.as_bytes().as_slice())
                    .bind(field.as_str())
                    .bind(sealed.as_ref());
            }
            let done = query.execute(&mut *connection).await;
            done.map_err(|source| database_fault("writing", "personal fields", source))?;
        }
        for (sql, part) in POSITIONS.parts(&self.positions) {
            let mut query = sqlx::query(sql);
            for (district, unit, report) in part {
                query = query
                    .bind(district.as_str())
                    .bind(unit.as_str())
                    .bind(report.as_ref());
            }
            let done = query.execute(&mut *connection).await;
            done.map_err(|source| database_fault("writing", "positions", source))?;
        }
        self.keys.clear();
        self.fields.clear();
        self.positions.clear();
        Ok(())
    }
}

async fn add_keys(
    connection: &mut SqliteConnection,
    sql: AssertSqlSafe<Arc<str>>,
    keys: &[(&Uuid, &Bytes)],
) -> Result<(), Fault> {
    let mut query = sqlx::query(sql);
    for (record, wrapped) in keys {
        query = query
            .bind(record.as_bytes().as_slice())
            .bind(wrapped.as_ref());
    }
    let done = query.execute(&mut *connection).await;
    let n_added = done
        .map_err(|source| database_fault("writing", "keys of records", source))?
        .rows_affected();
    if usize::try_from(n_added).is_ok_and(|n_added| n_added == keys.len()) {
        return Ok(());
    }
    Err(Fault::KeyPresent {
        record: already_there(connection, keys).await?,
    })
}

/// Which of these had a key already: the one that is stored with another wrapping than ours. Two wrappings are never
/// equal, so the first is named only when a caller repeated the very same write.
async fn already_there(
    connection: &mut SqliteConnection,
    keys: &[(&Uuid, &Bytes)],
) -> Result<Uuid, Fault> {
    for (record, wrapped) in keys {
        let sql = "SELECT wrapped FROM wrapped_keys WHERE record = ?";
        let stored = sqlx::query_scalar::<_, Vec<u8>>(sql).bind(record.as_bytes().as_slice());
        let stored = stored.fetch_optional(&mut *connection).await;
        let stored =
            stored.map_err(|source| database_fault("reading", "keys of records", source))?;
        if stored.is_some_and(|stored| stored != wrapped.as_ref()) {
            return Ok(**record);
        }
    }
    Ok(keys.first().map(|(record, _)| **record).unwrap_or_default())
}
