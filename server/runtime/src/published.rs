//! What readers see: the committed state, published after each commit. Readers never ask the loop.

use std::sync::Arc;

use dispatch::Tables;
use journal::row::Head;
use journal::store::Store;
use model::time::Instant;
use policy::policy::{Policy, PolicyBook};
use spatial::boundaries::parse_checked_areas;
use spatial::coverage::Coverage;
use spatial::labels::{Areas, LabelPoint, LabelPoints};

use crate::fault::RuntimeFault;
use crate::positions::Positions;

/// The committed state of a district. Never changes; a later commit publishes another one.
#[derive(Clone, Debug)]
pub struct Published {
    /// Everything that is known.
    pub tables: Tables,
    /// Where the journal ends.
    pub head: Head,
    /// The policies, and which is adopted.
    pub policies: Arc<PolicyBook>,
    /// The streets' boundaries, or their label points.
    pub areas: Option<Arc<Areas>>,
}

/// What a reader works with: one committed state, the newest positions, and the time.
#[derive(Clone)]
pub struct ReadView {
    /// The committed state.
    pub state: Arc<Published>,
    /// The newest unit positions; these are live.
    pub positions: Arc<Positions>,
    /// The district's time at the read.
    pub now: Instant,
}

impl ReadView {
    /// Everything that is known.
    pub fn tables(&self) -> &Tables {
        &self.state.tables
    }

    /// The policies, and which is adopted.
    pub fn policies(&self) -> &PolicyBook {
        &self.state.policies
    }

    /// The adopted policy.
    pub fn policy(&self) -> &Arc<Policy> {
        self.state.policies.adopted()
    }

    /// Seq of the last event in it.
    pub fn seq(&self) -> u64 {
        self.state.tables.head
    }
}

/// The streets as the state knows them: outlines from the store, else label points of their centres.
pub(crate) async fn load_areas(
    store: &dyn Store,
    tables: &Tables,
) -> Result<Option<Arc<Areas>>, RuntimeFault> {
    if let Some(hash) = &tables.boundaries {
        let text = store
            .boundaries(hash)
            .await
            .map_err(RuntimeFault::journal("reading boundaries"))?;
        match text.as_deref().and_then(outlines) {
            Some(coverage) => return Ok(Some(Arc::new(Areas::Outlined(coverage)))),
            None => {
                tracing::error!(boundaries.hash = %hash, "The adopted boundaries cannot be read; guessing by centres");
            }
        }
    }
    let points: Vec<LabelPoint> = tables
        .jurisdictions
        .values()
        .filter_map(|street| {
            Some(LabelPoint {
                code: street.code.0.clone(),
                name: street.name.clone(),
                position: street.centre?,
            })
        })
        .collect();
    if points.is_empty() {
        Ok(None)
    } else {
        Ok(Some(Arc::new(Areas::Labelled(LabelPoints::new(points)))))
    }
}

fn outlines(text: &str) -> Option<Coverage> {
    Coverage::new(parse_checked_areas(text).ok()?).ok()
}
