//! `journal verify|inspect|copy`: reading, beside whoever serves the folder.

use anyhow::Context as _;
use tools::fault::ToolFault;
use tools::journal_verbs::{self, KeptHead};
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

use super::Said;
use crate::command_line::{DataArgs, JournalVerb};
use crate::config::DataSettings;
use crate::exit::{UsedWrongly, used_wrongly};

/// Runs the verb.
///
/// # Errors
/// Wrong words; a journal that cannot be read.
pub async fn run(verb: JournalVerb) -> anyhow::Result<Said> {
    match verb {
        JournalVerb::Verify {
            data,
            head,
            district,
        } => verify(&data, &head, district).await,
        JournalVerb::Inspect { data } => {
            let data = DataSettings::of(&data)?;
            let overviews = journal_verbs::inspect(&data.folder).await.map_err(failed)?;
            let text = journal_verbs::overview_text(&overviews);
            Ok(Said::done(text, serde_json::to_value(&overviews)?))
        }
        JournalVerb::Copy { data, to } => {
            let data = DataSettings::of(&data)?;
            let copied = journal_verbs::copy(&data.folder, &to)
                .await
                .map_err(failed)?;
            let n_rows: u64 = copied.n_rows.values().sum();
            let text = format!(
                "已复制 {n_rows} 行 / {n_rows} rows copied to {}",
                to.display()
            );
            Ok(Said::done(text, serde_json::to_value(&copied)?))
        }
    }
}

async fn verify(
    data: &DataArgs,
    heads: &[String],
    district: Option<String>,
) -> anyhow::Result<Said> {
    let data = DataSettings::of(data)?;
    let kept = heads
        .iter()
        .map(|text| {
            let head = text
                .parse()
                .map_err(|_| used_wrongly(format!("`{text}` is no head as SEQ:HASH")))?;
            Ok(KeptHead {
                district: district.clone(),
                head,
            })
        })
        .collect::<anyhow::Result<Vec<KeptHead>>>()?;
    // Without its key the anchors cannot be judged; the report says so.
    let ring = InstallationKey::load(&data.key_file)
        .ok()
        .map(|key| KeyRing::new(&key));
    let verified = journal_verbs::verify(&data.folder, ring.as_ref(), &kept)
        .await
        .map_err(failed)?;
    Ok(Said {
        done: verified.is_whole(),
        text: verified.to_text(),
        value: serde_json::to_value(&verified).context("the report cannot be written")?,
    })
}

/// A fault of a tool, with the exit code that it asks for.
pub fn failed(fault: ToolFault) -> anyhow::Error {
    if fault.is_wrong_use() {
        anyhow::Error::new(UsedWrongly(fault.to_string()))
    } else {
        anyhow::Error::new(fault)
    }
}
