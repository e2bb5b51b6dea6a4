//! `backup` and `restore`: a copy of everything but the installation key, and a data folder made from one.

use std::path::Path;

use anyhow::Context as _;
use journal::folder::{self, FolderLock};
use journal::sqlite::SqliteJournal;
use journal::store::{Store as _, StoreWrite};
use runtime::runtime::EPOCH;
use serde_json::json;
use tools::journal_verbs;
use vault::installation::InstallationKey;

use super::Said;
use super::journal::failed;
use crate::command_line::{BackupArgs, RestoreArgs};
use crate::config::DataSettings;
use crate::exit::used_wrongly;

/// Copies a data folder, also beside a running server. The installation key stays where it is.
///
/// # Errors
/// A folder without a journal, a target that holds something else, a disk that fails.
pub async fn backup(args: &BackupArgs) -> anyhow::Result<Said> {
    let data = DataSettings::of(&args.data)?;
    copy(&data.folder, &args.to).await?;
    let text = format!(
        "backed up to {}; the installation key {} and the list `forgotten` beside it are not in it and must be kept elsewhere",
        args.to.display(),
        data.key_file.display()
    );
    let value = json!({"folder": args.to, "key_file": data.key_file});
    Ok(Said::done(text, value))
}

/// Makes a data folder from a backup. What was erased since is named by the list beside the installation key, and the
/// first start erases it again; what time erases, time erases again.
///
/// # Errors
/// A backup without a journal, a missing key, a disk that fails.
pub async fn restore(args: &RestoreArgs) -> anyhow::Result<Said> {
    let data = DataSettings::of(&args.data)?;
    if folder::holds_journal(&data.folder) {
        return Err(used_wrongly(format!(
            "the folder {} holds a journal already; restore into an empty folder",
            data.folder.display()
        )));
    }
    copy(&args.from, &data.folder).await?;
    begin_new_epochs(&data.folder).await?;
    let key = InstallationKey::load(&data.key_file);
    let text = match key {
        Ok(_) => format!("restored into {}", data.folder.display()),
        Err(_) => format!(
            "restored into {}; put the installation key back at {}, with the list `forgotten` beside it, before serving",
            data.folder.display(),
            data.key_file.display()
        ),
    };
    let value = json!({"folder": data.folder, "key_file": data.key_file});
    Ok(Said::done(text, value))
}

/// What clients saw after the backup was made is gone: with a new epoch their positions get `resync`.
async fn begin_new_epochs(folder: &Path) -> anyhow::Result<()> {
    let lock = FolderLock::take(folder).context("the folder cannot be taken")?;
    let journal = SqliteJournal::open(lock)
        .await
        .context("the restored journal cannot be opened")?;
    let settings = journal
        .settings()
        .await
        .context("the settings cannot be read")?;
    let epochs = settings
        .into_keys()
        .filter(|name| name.starts_with(EPOCH))
        .map(|name| StoreWrite::DeleteSetting { name })
        .collect();
    journal
        .write(epochs)
        .await
        .context("the epochs cannot be removed")?;
    journal.close().await;
    Ok(())
}

async fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !folder::holds_journal(from) {
        return Err(used_wrongly(format!("{} holds no journal", from.display())));
    }
    journal_verbs::copy(from, to).await.map_err(failed)?;
    let anchors = folder::anchors(from);
    if anchors.exists() {
        std::fs::copy(&anchors, folder::anchors(to))
            .context("the signed heads cannot be copied")?;
    }
    Ok(())
}
