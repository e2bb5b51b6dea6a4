//! What readers see: the committed state, published after each commit. Readers never ask the loop.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use dispatch::Tables;
use journal::row::Head;
use journal::store::Store;
use model::id::DistrictId;
use model::time::Instant;
use policy::policy::{Policy, PolicyBook};
use sha2::{Digest, Sha256};
use spatial::boundaries::parse_checked_areas;
use spatial::coverage::Coverage;
use spatial::labels::{Areas, LabelPoint, LabelPoints};
use spatial::outlines::outlines_geojson;

use crate::fault::RuntimeFault;
use crate::policies::hex;
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
    pub areas: Option<Arc<KnownAreas>>,
}

/// What is known of the streets' ground, and how a map shows it: drawn once, when somebody first asks.
#[derive(Debug)]
pub struct KnownAreas {
    /// Outlines, or label points.
    pub areas: Areas,
    outlines: OnceLock<Arc<DrawnOutlines>>,
}

/// The streets as GeoJSON, with a tag that changes with the text.
#[derive(Debug, PartialEq, Eq)]
pub struct DrawnOutlines {
    /// A FeatureCollection.
    pub text: Bytes,
    /// Of the text, for whoever has it already.
    pub tag: String,
}

impl KnownAreas {
    fn of(areas: Areas) -> Arc<Self> {
        Arc::new(Self {
            areas,
            outlines: OnceLock::new(),
        })
    }
}

/// Draws the streets, and the outline of a district that ships with the program.
fn draw(areas: Option<&Areas>, district: &DistrictId) -> Arc<DrawnOutlines> {
    let shipped = policy::preset::outline_of(district)
        .and_then(|text| parse_checked_areas(text).ok()?.into_iter().next());
    let text = outlines_geojson(areas, shipped.as_ref());
    let hash = hex(&Sha256::digest(&text));
    Arc::new(DrawnOutlines {
        tag: hash.get(..16).unwrap_or(&hash).to_owned(),
        text: Bytes::from(text),
    })
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

    /// The streets as a map shows them.
    pub(crate) fn drawn_outlines(&self) -> Arc<DrawnOutlines> {
        let district = &self.tables().district;
        match &self.state.areas {
            Some(known) => Arc::clone(
                known
                    .outlines
                    .get_or_init(|| draw(Some(&known.areas), district)),
            ),
            None => draw(None, district),
        }
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
) -> Result<Option<Arc<KnownAreas>>, RuntimeFault> {
    if let Some(hash) = &tables.boundaries {
        let text = store
            .boundaries(hash)
            .await
            .map_err(RuntimeFault::journal("reading boundaries"))?;
        match text.as_deref().and_then(outlines) {
            Some(coverage) => return Ok(Some(KnownAreas::of(Areas::Outlined(coverage)))),
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
        Ok(Some(KnownAreas::of(Areas::Labelled(LabelPoints::new(
            points,
        )))))
    }
}

fn outlines(text: &str) -> Option<Coverage> {
    Coverage::new(parse_checked_areas(text).ok()?).ok()
}
