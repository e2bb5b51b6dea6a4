//! Case files: one JSON object a district and line, `{"district":…,"head":…,"items":[case,…]}`, each case in the shape of
//! the outside face. Without keys what may be erased is absent; personal fields are never in it.

use std::io::Write;

use dispatch::projections::shown::Shown;
use journal::journal::Archive;
use vault::ring::KeyRing;

use super::writing;
use crate::fault::ToolFault;
use crate::replay;

/// Writes the case files of a district. Answers how many.
pub(super) async fn write(
    archive: &dyn Archive,
    district: &str,
    ring: Option<&KeyRing>,
    out: &mut (dyn Write + Send),
) -> Result<u64, ToolFault> {
    let replayed = replay::replay(archive, district, ring).await?;
    let tables = &replayed.state.tables;
    let shown = Shown::new(tables, &replayed.policies);
    let name = serde_json::to_string(district).map_err(ToolFault::writing("a district"))?;
    write!(
        out,
        "{{\"district\":{name},\"head\":\"{}\",\"items\":[",
        replayed.head
    )
    .map_err(writing)?;
    let mut n_cases = 0;
    for case in tables.cases.keys().filter_map(|id| shown.case(*id)) {
        if n_cases > 0 {
            out.write_all(b",").map_err(writing)?;
        }
        let text = serde_json::to_string(&case).map_err(ToolFault::writing("a case"))?;
        out.write_all(text.as_bytes()).map_err(writing)?;
        n_cases += 1;
    }
    out.write_all(b"]}\n").map_err(writing)?;
    Ok(n_cases)
}
