//! Effects: what has to be done outside because of an event. Each has a key; it may run twice after a crash.

use model::deadline::Notice;
use model::event::{Event, RecordedEvent};
use model::id::{CommandId, DistrictId, HandOverId, NoticeId};

use crate::state::State;

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Hand out a notice; its key is its id. The result comes back as `NoticeHandedOut` or `NoticeFailed`.
    HandOut(NoticeId),
    /// Offer a case to a district hosted here; the key makes the command's id there.
    OfferToDistrict {
        /// The key.
        hand_over_id: HandOverId,
        /// Which district.
        district: DistrictId,
    },
    /// Tell the district that offered a case how it was answered.
    AnswerToDistrict {
        /// The key.
        hand_over_id: HandOverId,
        /// Which district.
        district: DistrictId,
        /// Whether it was taken.
        accept: bool,
        /// By whom.
        name: String,
    },
    /// Delete the keys of records that were erased.
    DeleteKeys(Vec<model::id::RecordId>),
    /// Boundaries changed: load the set anew.
    ReloadBoundaries,
    /// Another policy was adopted.
    ReloadPolicies,
}

/// The effects of one event, in order.
pub fn effects(state: &State, recorded: &RecordedEvent) -> Vec<Effect> {
    crate::projections::effects::of(state, recorded)
}

/// The notices that are queued and not handed out, oldest first: what the couriers have to do after a start.
pub fn queued_notices(state: &State) -> Vec<Notice> {
    let mut queued: Vec<Notice> = state
        .tables
        .queued
        .iter()
        .filter_map(|id| state.tables.notices.get(id))
        .map(|n| (**n).clone())
        .collect();
    queued.sort_by_key(|n| (n.queued_at, n.id));
    queued
}

/// The id of the command that an effect with a key makes elsewhere: the same for the same key.
pub fn command_id_of(key: uuid::Uuid, step: &str) -> CommandId {
    CommandId(uuid::Uuid::new_v5(&key, step.as_bytes()))
}

/// Whether an event has effects at all; a quick look before the state is asked.
pub fn has_effects(event: &Event) -> bool {
    matches!(
        event,
        Event::DutyNotified { .. }
            | Event::CapacityShort { .. }
            | Event::HandOverOffered { .. }
            | Event::HandOverAnswered { .. }
            | Event::DetailsErased { .. }
            | Event::JurisdictionsAdopted { .. }
            | Event::PolicyAdopted { .. }
    )
}
