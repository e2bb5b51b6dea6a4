//! What SQLite said, as one of our faults. Codes: sqlite.org/rescode.html.

use crate::fault::Fault;

/// The primary result code of an extended one.
const PRIMARY: i64 = 0xFF;
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
const READ_ONLY: i64 = 8;
const INPUT_OUTPUT: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANNOT_OPEN: i64 = 14;
const NOT_A_DATABASE: i64 = 26;
/// The disk did not confirm a sync: what was written before may or may not come back after a crash.
const SYNC_FAILED: i64 = 1034;

fn code(error: &sqlx::Error) -> Option<i64> {
    error.as_database_error()?.code()?.parse().ok()
}

/// The fault of a statement or of opening: nothing was written.
pub(super) fn database_fault(
    operation: &'static str,
    thing: impl Into<String>,
    error: sqlx::Error,
) -> Fault {
    let (thing, code) = (thing.into(), code(&error));
    if let sqlx::Error::Io(source) = error {
        return Fault::from_io(operation, thing, source);
    }
    let source = Box::new(error);
    match code.map(|code| code & PRIMARY) {
        Some(FULL) => Fault::DiskFull {
            operation,
            thing,
            source,
        },
        Some(READ_ONLY) => Fault::ReadOnly {
            operation,
            thing,
            source,
        },
        Some(INPUT_OUTPUT | CANNOT_OPEN) => Fault::DiskFailed {
            operation,
            thing,
            source,
        },
        Some(BUSY | LOCKED) => Fault::Busy {
            operation,
            thing,
            source,
        },
        Some(CORRUPT | NOT_A_DATABASE) => Fault::DatabaseDamaged {
            operation,
            thing,
            source,
        },
        Some(_) | None => Fault::Database {
            operation,
            thing,
            source,
        },
    }
}

/// The fault of a commit. Where SQLite itself refused, nothing was written; where the disk did not confirm, or the
/// answer never came, nobody knows.
pub(super) fn commit_fault(thing: impl Into<String>, error: sqlx::Error) -> Fault {
    let refused = code(&error).is_some_and(|code| code != SYNC_FAILED);
    if refused {
        database_fault("committing", thing, error)
    } else {
        Fault::OutcomeUnknown {
            operation: "committing",
            thing: thing.into(),
            source: Box::new(error),
        }
    }
}
