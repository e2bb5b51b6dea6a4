//! `simulate`: recorded reports in virtual time.

use tools::import::{BadRows, ImportOptions, ReportsAre};
use tools::virtual_time::{self, Acting, NightOptions};

use super::Said;
use super::import::{crs_of, fields_of};
use super::journal::failed;
use crate::command_line::SimulateArgs;

/// Runs the verb.
///
/// # Errors
/// Wrong words; files that cannot be read; a folder that cannot be written.
pub async fn run(args: SimulateArgs) -> anyhow::Result<Said> {
    let mut options = NightOptions::new(args.reports, args.out);
    options.import = ImportOptions {
        crs: crs_of(args.crs.as_deref())?,
        bad_rows: if args.skip_bad {
            BadRows::Skip
        } else {
            BadRows::RefuseAll
        },
        reports_are: ReportsAre::Recorded,
        fields: fields_of(&args.fields)?,
    };
    options.weather = args.weather;
    options.units = args.units;
    options.departments = args.departments;
    options.places = args.places;
    options.resources = args.resources;
    options.boundaries = args.boundaries;
    options.policy = args.policy;
    args.preset.as_str().clone_into(&mut options.preset);
    options.seed = args.seed;
    if args.nobody_acts {
        options.acting = Acting::Nobody;
    }
    let night = virtual_time::run(&options).await.map_err(failed)?;
    Ok(Said::done(night.to_text(), serde_json::to_value(&night)?))
}
