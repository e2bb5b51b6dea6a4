//! Figures as CSV: `district,figure,name,name_en,unit,split,part,value,n,n_counted,n_cases`, over the whole journal.

use std::io::Write;

use dispatch::State;
use dispatch::projections::shown::Shown;
use journal::journal::Archive;
use model::time::Instant;
use policy::policy::PolicyBook;
use vault::ring::KeyRing;

use crate::fault::ToolFault;
use crate::replay;

/// The columns of the table.
pub const COLUMNS: &[&str] = &[
    "district",
    "figure",
    "name",
    "name_en",
    "unit",
    "split",
    "part",
    "value",
    "n",
    "n_counted",
    "n_cases",
];

/// Whether a table begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    First,
    Written,
}

/// Writes the figures of a district. Answers how many.
pub(super) async fn write(
    archive: &dyn Archive,
    district: &str,
    ring: Option<&KeyRing>,
    header: Header,
    out: &mut (dyn Write + Send),
) -> Result<u64, ToolFault> {
    let replayed = replay::replay(archive, district, ring).await?;
    write_figures(&replayed.state, &replayed.policies, header, out)
}

/// Writes the figures of a state, over all time. Answers how many.
pub(crate) fn write_figures(
    state: &State,
    policies: &PolicyBook,
    header: Header,
    out: &mut (dyn Write + Send),
) -> Result<u64, ToolFault> {
    let mut table = csv::Writer::from_writer(out);
    let fault = ToolFault::writing("the figures");
    if header == Header::First {
        table.write_record(COLUMNS).map_err(&fault)?;
    }
    let (from, to) = (Instant::from_ms(i64::MIN), Instant::from_ms(i64::MAX));
    let figures = Shown::new(&state.tables, policies).figures(from, to, |_| true);
    let mut n_figures = 0;
    for figure in &figures.items {
        let (split, part) = figure
            .split
            .iter()
            .next()
            .map_or(("", ""), |(split, part)| (split.as_str(), part.as_str()));
        let value = figure.value.map(|value| format!("{value:.3}"));
        table
            .write_record([
                state.tables.district.as_str(),
                &figure.id,
                &figure.name,
                &figure.name_en,
                &figure.unit,
                split,
                part,
                &value.unwrap_or_default(),
                &figure.n.to_string(),
                &figure.n_counted.to_string(),
                &figure.cases.len().to_string(),
            ])
            .map_err(&fault)?;
        n_figures += 1;
    }
    table.flush().map_err(super::writing)?;
    Ok(n_figures)
}
