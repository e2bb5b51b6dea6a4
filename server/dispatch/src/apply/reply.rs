//! Stores who answered the system that sent a report.

use std::sync::Arc;

use model::event::RecordedEvent;
use model::id::{CaseId, SightingId};
use model::sighting::Reply;
use serde_json::json;

use super::{facts, tell};
use crate::tables::Tables;

pub(super) fn apply(
    tables: &mut Tables,
    recorded: &RecordedEvent,
    sighting_id: SightingId,
    reply: &Reply,
) -> Vec<CaseId> {
    let Some(known) = tables.sightings.get(&sighting_id) else {
        return Vec::new();
    };
    let mut sighting = (**known).clone();
    sighting.reply = Some(reply.clone());
    let home = sighting.case_id;
    let line = facts([
        ("sighting_id", json!(sighting_id)),
        ("source_ref", json!(sighting.source_ref)),
        ("name", json!(reply.name)),
        ("at", json!(reply.at)),
    ]);
    tables.sightings.insert(sighting_id, Arc::new(sighting));
    tell(tables, recorded, home, line, Vec::new());
    vec![home]
}
