//! `import`: a file of another program.

use anyhow::Context as _;
use spatial::crs::Crs;
use tools::import::{BadRows, Field, ImportOptions, Kind, ReportsAre};

use super::{Said, do_errand};
use crate::command_line::ImportArgs;
use crate::config::DataSettings;
use crate::errand::{Errand, ImportErrand};
use crate::exit::used_wrongly;

/// Runs the verb.
///
/// # Errors
/// Wrong words; a folder that cannot be opened.
pub async fn run(args: ImportArgs) -> anyhow::Result<Said> {
    let kind: Kind = args.kind.parse().map_err(wrong)?;
    if args.template {
        let template = kind.template();
        let value = serde_json::json!({"kind": kind, "template": template});
        return Ok(Said::done(template, value));
    }
    let file = args
        .file
        .ok_or_else(|| used_wrongly("import takes a file"))?;
    let file = std::fs::canonicalize(&file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let options = ImportOptions {
        crs: crs_of(args.crs.as_deref())?,
        bad_rows: if args.skip_bad {
            BadRows::Skip
        } else {
            BadRows::RefuseAll
        },
        reports_are: if args.history {
            ReportsAre::History
        } else {
            ReportsAre::Reports
        },
        fields: fields_of(&args.fields)?,
    };
    let errand = ImportErrand {
        kind,
        file,
        district: args.district,
        options,
        dry_run: args.dry_run,
    };
    do_errand(
        &DataSettings::of(&args.data)?,
        Errand::Import(Box::new(errand)),
    )
    .await
}

/// A coordinate system by its name.
pub fn crs_of(name: Option<&str>) -> anyhow::Result<Option<Crs>> {
    name.map(str::parse::<Crs>).transpose().map_err(wrong)
}

/// Foreign column names.
pub fn fields_of(words: &[String]) -> anyhow::Result<Vec<Field>> {
    let fields: Result<Vec<Field>, _> = words.iter().map(|field| field.parse()).collect();
    fields.map_err(wrong)
}

fn wrong(error: impl std::fmt::Display) -> anyhow::Error {
    used_wrongly(error.to_string())
}
