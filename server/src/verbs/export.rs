//! `export cases|journal|statistics`: reading, beside whoever serves the folder.

use std::io::Write;

use anyhow::Context as _;
use tools::export::{UnknownExport, What, export};
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

use super::Said;
use super::journal::failed;
use crate::command_line::ExportArgs;
use crate::config::DataSettings;
use crate::exit::used_wrongly;

/// Runs the verb. Without `--out` the export itself is what is printed, and nothing else.
///
/// # Errors
/// Wrong words; a journal that cannot be read; a file that cannot be written.
pub async fn run(args: &ExportArgs) -> anyhow::Result<Said> {
    let what: What = args
        .what
        .parse()
        .map_err(|error: UnknownExport| used_wrongly(error.to_string()))?;
    let data = DataSettings::of(&args.data)?;
    let ring = InstallationKey::load(&data.key_file)
        .ok()
        .map(|key| KeyRing::new(&key));
    let archive = tools::replay::open_to_read(&data.folder)
        .await
        .map_err(failed)?;
    let district = args.district.as_deref();
    match &args.out {
        Some(path) => {
            let file = std::fs::File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            let mut out = std::io::BufWriter::new(file);
            let exported = export(what, &archive, district, ring.as_ref(), &mut out)
                .await
                .map_err(failed)?;
            out.flush()
                .with_context(|| format!("{} cannot be written", path.display()))?;
            let n = exported.n_items;
            let text = format!("已导出 {n} 项 / {n} items written to {}", path.display());
            Ok(Said::done(text, serde_json::to_value(&exported)?))
        }
        None => {
            let mut out = Vec::new();
            export(what, &archive, district, ring.as_ref(), &mut out)
                .await
                .map_err(failed)?;
            std::io::stdout()
                .write_all(&out)
                .context("standard output cannot be written")?;
            Ok(Said::done(String::new(), serde_json::Value::Null))
        }
    }
}
