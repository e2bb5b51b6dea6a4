//! The working state of the one loop: the tables, and the index of where open cases are.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use model::case::{Case, CaseState};
use model::id::CaseId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use spatial::index::PointIndex;
use spatial::metres::Metres;
use spatial::position::Position;

use crate::tables::Tables;

/// Tables and the derived index of the positions of open and follow-up cases.
#[derive(Clone, Debug)]
pub struct State {
    /// What is known.
    pub tables: Tables,
    near: Option<PointIndex<CaseId>>,
}

/// The tables after an event that is decided but not yet stored, and the cases that it may have moved.
#[derive(Clone, Debug)]
pub struct After {
    pub(crate) tables: Tables,
    pub(crate) touched: Vec<CaseId>,
}

impl After {
    /// The tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}

impl State {
    /// Takes over what a decision on this very state has worked out: the same as `apply` of its event. The events of a
    /// decision are taken over in their order, all of them.
    pub fn advance(&mut self, after: After) {
        self.tables = after.tables;
        for id in after.touched {
            self.reindex(id);
        }
    }

    /// From tables, as after reading a snapshot.
    pub fn from_tables(mut tables: Tables) -> Self {
        tables.rebuild_derived();
        let mut state = Self { near: None, tables };
        let ids: Vec<CaseId> = state.tables.cases.keys().copied().collect();
        for id in ids {
            state.reindex(id);
        }
        state
    }

    /// Where a case should stand in the index: only active ones with a position that is not doubted.
    pub(crate) fn indexed_position(tables: &Tables, case: &Case) -> Option<Position> {
        if case.state == CaseState::Closed || case.merged_into.is_some() || case.history {
            return None;
        }
        let doubted = case
            .sightings
            .iter()
            .filter_map(|id| tables.sightings.get(id))
            .any(|s| {
                Some(s.id.into()) == case.located_by
                    && s.doubts.contains(&model::sign::Doubt::Position)
            });
        if doubted {
            None
        } else {
            tables.position_of(case).map(|stored| stored.position)
        }
    }

    /// Brings the index up to date for one case.
    pub(crate) fn reindex(&mut self, id: CaseId) {
        let position = self
            .tables
            .cases
            .get(&id)
            .and_then(|case| Self::indexed_position(&self.tables, case));
        match position {
            Some(position) => {
                // The first position of a district is the origin of its plane.
                self.near
                    .get_or_insert_with(|| PointIndex::new(position))
                    .insert(id, position);
            }
            None => {
                if let Some(near) = &mut self.near {
                    near.remove(&id);
                }
            }
        }
    }

    /// Active cases within a radius, nearest first, then by id.
    pub fn cases_within(&self, of: Position, radius: Metres) -> Vec<(CaseId, Metres)> {
        self.near
            .as_ref()
            .map(|near| near.within(of, radius))
            .unwrap_or_default()
    }

    /// The `k` nearest active cases.
    pub fn nearest_cases(&self, of: Position, k: usize) -> Vec<(CaseId, Metres)> {
        self.near
            .as_ref()
            .map(|near| near.nearest(of, k))
            .unwrap_or_default()
    }

    /// The hash over everything but the details that may be erased.
    ///
    /// # Errors
    /// When the tables cannot be written as JSON, which would be a bug.
    pub fn hash(&self) -> Result<[u8; 32], serde_json::Error> {
        self.tables.hash()
    }

    /// The hash of a state whose tables were written as this JSON: [`Self::hash`] without writing them again.
    pub fn hash_of_written(tables: &[u8]) -> [u8; 32] {
        Sha256::digest(tables).into()
    }

    /// The second hash, over the details; compared only between runs with the same keys.
    ///
    /// # Errors
    /// When the details cannot be written as JSON, which would be a bug.
    pub fn details_hash(&self) -> Result<[u8; 32], serde_json::Error> {
        self.tables.details_hash()
    }
}

impl Tables {
    /// [`State::hash`] of tables that nobody has to search.
    ///
    /// # Errors
    /// As there.
    pub fn hash(&self) -> Result<[u8; 32], serde_json::Error> {
        hash_of(self)
    }

    /// [`State::details_hash`] of tables that nobody has to search.
    ///
    /// # Errors
    /// As there.
    pub fn details_hash(&self) -> Result<[u8; 32], serde_json::Error> {
        hash_of(&self.details)
    }
}

/// SHA-256 over the JSON of a value, without keeping the text: a state may be hundreds of megabytes of it.
fn hash_of(value: &impl Serialize) -> Result<[u8; 32], serde_json::Error> {
    let mut hashing = BufWriter::with_capacity(HASHED_AT_ONCE, Hashing(Sha256::new()));
    serde_json::to_writer(&mut hashing, value)?;
    let Hashing(hasher) = hashing
        .into_inner()
        .map_err(|fault| serde_json::Error::io(fault.into_error()))?;
    Ok(hasher.finalize().into())
}

/// Bytes that are hashed together.
const HASHED_AT_ONCE: usize = 64 * 1024;

/// Takes what is written into a hash.
#[derive(Debug)]
struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The index of a state, with what a draft changed laid over it.
pub(crate) struct NearOverlay<'a> {
    pub base: &'a State,
    pub touched: &'a BTreeSet<CaseId>,
    pub tables: &'a Tables,
}

impl NearOverlay<'_> {
    /// Active cases within a radius as the draft sees them, nearest first, then by id.
    pub(crate) fn within(&self, of: Position, radius: Metres) -> Vec<(CaseId, Metres)> {
        let mut found: Vec<(CaseId, Metres)> = self
            .base
            .cases_within(of, radius)
            .into_iter()
            .filter(|(id, _)| !self.touched.contains(id))
            .collect();
        for id in self.touched {
            let position = self
                .tables
                .cases
                .get(id)
                .and_then(|case| State::indexed_position(self.tables, case));
            if let Some(position) = position {
                let distance = of.distance_to(position);
                if distance <= radius {
                    found.push((*id, distance));
                }
            }
        }
        found.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        found
    }
}
