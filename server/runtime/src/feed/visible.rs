//! What an audience may see of an event, and the snapshot it starts from. The judgement is the core's.

use dispatch::projections::audience::Audience;
use dispatch::projections::feed::{Told, feed_event};
use dispatch::projections::shown::Shown;
use dispatch::projections::snapshot;
use dispatch::{Tables, UnitPosition};
use model::event::RecordedEvent;
use model::id::UnitId;
use model::view::background::UnitPositionView;
use model::view::live::SnapshotView;
use policy::policy::PolicyBook;
use sha2::{Digest, Sha256};

use crate::policies::hex;
use crate::positions::Fix;

/// What an audience sees of one event.
pub(super) fn event(
    policies: &PolicyBook,
    audience: &Audience,
    before: &Tables,
    after: &Tables,
    recorded: &RecordedEvent,
) -> Told {
    feed_event(policies, audience, before, after, recorded)
}

/// Everything that an audience may see.
pub(super) fn snapshot_of(
    policies: &PolicyBook,
    audience: &Audience,
    tables: &Tables,
    fixes: &[(UnitId, Fix)],
) -> SnapshotView {
    let mut view = snapshot::snapshot(&Shown::new(tables, policies), audience);
    view.positions = positions(policies, audience, tables, fixes);
    view
}

/// The positions that an audience may see.
pub(super) fn positions(
    policies: &PolicyBook,
    audience: &Audience,
    tables: &Tables,
    fixes: &[(UnitId, Fix)],
) -> Vec<UnitPositionView> {
    let fixes: Vec<(&UnitId, UnitPosition)> = fixes
        .iter()
        .map(|(unit, fix)| (unit, fix.as_seen()))
        .collect();
    snapshot::positions(
        &Shown::new(tables, policies),
        audience,
        fixes.iter().map(|(unit, fix)| (*unit, fix)),
    )
}

/// The epoch that clients of an audience see: the journal's identity, and whatever makes an earlier position useless:
/// other rights, other areas.
pub(super) fn epoch(audience: &Audience, journal: &str, rights_version: u64) -> String {
    let mut hasher = Sha256::new();
    // Actors and areas are written in a fixed order; a failure would only make positions useless.
    hasher.update(serde_json::to_vec(audience.actor()).unwrap_or_default());
    hasher.update(serde_json::to_vec(audience.areas()).unwrap_or_default());
    hasher.update(rights_version.to_be_bytes());
    let hash = hex(&hasher.finalize());
    format!("{journal}.{}", hash.get(..12).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use dispatch::testing;
    use model::id::JurisdictionCode;
    use policy::policy::Policy;

    use super::*;

    #[test]
    fn other_rights_or_areas_make_earlier_positions_useless() {
        let policy = Policy::putuo().unwrap();
        let of = |areas| Audience::of(&policy, &testing::command_desk(), areas);
        let all = of(BTreeSet::new());
        let one = of(BTreeSet::from([JurisdictionCode::from("310107005")]));
        assert_ne!(epoch(&all, "j", 1), epoch(&one, "j", 1));
        assert_ne!(epoch(&all, "j", 1), epoch(&all, "j", 2));
        assert_ne!(epoch(&all, "j", 1), epoch(&all, "k", 1));
        assert_eq!(epoch(&all, "j", 1), epoch(&of(BTreeSet::new()), "j", 1));
    }
}
