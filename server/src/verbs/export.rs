//! `export cases|journal|statistics`: reading, beside whoever serves the folder; `export person` is an errand.

use std::io::Write;

use anyhow::Context as _;
use tools::export::{UnknownExport, What, export};
use vault::installation::InstallationKey;
use vault::ring::KeyRing;

use super::journal::failed;
use super::{Said, do_errand};
use crate::command_line::ExportArgs;
use crate::config::DataSettings;
use crate::errand::Errand;
use crate::exit::used_wrongly;

/// The word for the file of one person. It holds personal fields, so the program itself hands it over.
const PERSON: &str = "person";

/// Runs the verb. Without `--out` the export itself is what is printed, and nothing else.
///
/// # Errors
/// Wrong words; a journal that cannot be read; a file that cannot be written.
pub async fn run(args: &ExportArgs) -> anyhow::Result<Said> {
    if args.what == PERSON {
        return person(args).await;
    }
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

/// The file of one person: through the running server if there is one, since the read has to be written down.
async fn person(args: &ExportArgs) -> anyhow::Result<Said> {
    let (Some(person), Some(by)) = (args.person, args.by.clone()) else {
        return Err(used_wrongly(
            "`export person` takes --person ID and --by NAME of whoever hands it over",
        ));
    };
    let errand = Errand::PersonFile {
        person,
        by,
        district: args.district.clone(),
    };
    let said = do_errand(&DataSettings::of(&args.data)?, errand).await?;
    let Some(path) = args.out.as_ref().filter(|_| said.done) else {
        return Ok(said);
    };
    let text = format!("{:#}\n", said.value);
    let options = || {
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.write(true).create(true).truncate(true).open(path)
    };
    options()
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let words = format!(
        "written to {}; hand it to the person and to nobody else",
        path.display()
    );
    Ok(Said::done(
        words,
        serde_json::json!({"person_id": person, "out": path}),
    ))
}
