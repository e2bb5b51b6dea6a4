//! What was damaged behind the program's back is named: by `journal verify` with the anchors, by `doctor`, and by a
//! start that would have to believe it.

use std::path::Path;
use std::process::Output;

use journal::chain;
use journal::folder;
use journal::row::Row;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tests::client::report_at;
use tests::program::{Program, ProgramOptions, verb_on};
use tests::rows::{DISTRICT, rows_of};

/// Reports before and after the first stop; each stop signs the head.
const N_REPORTS: u32 = 12;

/// A folder that was served and stopped twice: the row at the first stop, and the last one.
async fn a_folder() -> (Program, u64, u64) {
    let mut program = Program::start(ProgramOptions::default()).await;
    let mut heads = Vec::new();
    for run in 0..2_u32 {
        if run > 0 {
            program.launch().await;
        }
        let patrol = program.sign_in("patrol1").await;
        for i in 0..N_REPORTS {
            let (east, north) = (f64::from(i) * 0.001_5, f64::from(run) * 0.002);
            patrol
                .reported(report_at(121.385 + east, 31.235 + north, &["bedded_down"]))
                .await;
        }
        assert_eq!(program.stop(), Some(0), "{}", program.log());
        let rows = rows_of(&program.data(), DISTRICT).await;
        heads.push(rows.last().unwrap().seq);
    }
    (program, heads[0], heads[1])
}

fn copy_of(data: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(data, copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

async fn connection(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder::database(data));
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(
        "DROP TRIGGER journal_rows_are_not_changed; DROP TRIGGER journal_rows_are_not_deleted;",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection
}

/// Runs SQL behind the program's back.
async fn meddle(data: &Path, sql: String) {
    let mut connection = connection(data).await;
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Writes another chain from a row on: every row fits the one before it.
async fn replace_chain(data: &Path, from_seq: u64) {
    let rows = rows_of(data, DISTRICT).await;
    let (kept, replaced): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.seq < from_seq);
    let mut entries: Vec<_> = replaced.into_iter().map(|row| row.entry).collect();
    "somebody else".clone_into(&mut entries[0].actor);
    let mut connection = connection(data).await;
    for row in chain::link(DISTRICT, kept.last().unwrap().head(), entries) {
        sqlx::query(
            "UPDATE journal_rows SET actor = ?, prev_hash = ?, hash = ? WHERE district = ? AND seq = ?",
        )
        .bind(row.entry.actor)
        .bind(row.prev_hash.0.to_vec())
        .bind(row.hash.0.to_vec())
        .bind(DISTRICT)
        .bind(i64::try_from(row.seq).unwrap())
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What `journal verify` names, as it tells a program; it must fail, and say the same to people.
fn verified(data: &Path, words: &str) -> Vec<Value> {
    let output = verb_on(data, &["journal", "verify"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains(words), "{}", said(&output));
    let doctor = verb_on(data, &["doctor"]);
    assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
    assert!(said(&doctor).contains(words), "{}", said(&doctor));
    let output = verb_on(data, &["--json", "journal", "verify"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["districts"][0]["damages"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_a_cut_tail_and_a_replaced_chain_are_each_named() {
    let (program, first_head, head) = a_folder().await;
    let whole = verb_on(&program.data(), &["journal", "verify"]);
    assert!(whole.status.success(), "{}", said(&whole));

    let damaged = copy_of(&program.data());
    let sql = format!(
        "UPDATE journal_rows SET body = CAST(body || x'20' AS BLOB) WHERE seq = {first_head}"
    );
    meddle(damaged.path(), sql).await;
    let named = verified(damaged.path(), &format!("row {first_head} was changed"));
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!(named[0]["damage"], "row_changed");
    assert_eq!(named[0]["seq"], first_head);
    let refused = verb_on(damaged.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(
        said(&refused).contains("is broken") && said(&refused).contains(&first_head.to_string()),
        "a start does not believe it: {}",
        said(&refused)
    );

    let missing = copy_of(&program.data());
    meddle(
        missing.path(),
        format!("DELETE FROM journal_rows WHERE seq = {first_head}"),
    )
    .await;
    let named = verified(
        missing.path(),
        &format!("rows {first_head} to {first_head} are missing"),
    );
    assert_eq!(named[0]["damage"], "rows_missing", "{named:?}");

    let cut = copy_of(&program.data());
    meddle(
        cut.path(),
        format!("DELETE FROM journal_rows WHERE seq > {first_head}"),
    )
    .await;
    let named = verified(
        cut.path(),
        &format!("the end was cut off: {first_head}, once {head}"),
    );
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!(named[0]["damage"], "tail_cut");

    let replaced = copy_of(&program.data());
    replace_chain(replaced.path(), first_head - 3).await;
    let named = verified(
        replaced.path(),
        &format!("the chain was replaced up to row {first_head}"),
    );
    let kinds: Vec<_> = named.iter().map(|damage| &damage["damage"]).collect();
    assert_eq!(kinds, ["chain_replaced", "chain_replaced"], "at both stops");
    // Without the anchors nobody could tell: each row fits the one before it.
    std::fs::remove_file(folder::anchors(replaced.path())).unwrap();
    let untold = verb_on(replaced.path(), &["journal", "verify"]);
    assert!(untold.status.success(), "{}", said(&untold));
    let kept = rows_of(&program.data(), DISTRICT).await;
    let kept = kept.last().unwrap().head().to_string();
    let told = verb_on(replaced.path(), &["journal", "verify", "--head", &kept]);
    assert!(
        said(&told).contains(&format!("the chain was replaced up to row {head}")),
        "a head on paper tells too: {}",
        said(&told)
    );
    println!("named: row changed, rows missing, tail cut, chain replaced; head {head}");
}
