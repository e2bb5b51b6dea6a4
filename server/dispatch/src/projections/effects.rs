//! Which effects an event has.

use model::escalation::HandOverAnswerKind;
use model::event::{Event, RecordedEvent};

use crate::effect::Effect;
use crate::state::State;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only the events listed have effects; the list stands in `has_effects`"
)]
pub(crate) fn of(state: &State, recorded: &RecordedEvent) -> Vec<Effect> {
    match &recorded.new.event {
        // A notice that was handed out already and is now about more cases is not handed out again.
        Event::DutyNotified { notice } if notice.ended.is_none() => {
            vec![Effect::HandOut(notice.id)]
        }
        Event::CapacityShort {
            notice: Some(notice),
            ..
        } => vec![Effect::HandOut(notice.id)],
        Event::HandOverOffered { hand_over } => hand_over
            .district
            .iter()
            .map(|district| Effect::OfferToDistrict {
                hand_over_id: hand_over.id,
                district: district.clone(),
            })
            .collect(),
        Event::HandOverAnswered {
            hand_over_id,
            answer,
        } => state
            .tables
            .hand_overs
            .get(hand_over_id)
            .and_then(|hand_over| hand_over.from_district.clone())
            .map(|district| Effect::AnswerToDistrict {
                hand_over_id: *hand_over_id,
                district,
                accept: answer.kind == HandOverAnswerKind::Accepted,
                name: answer.name.clone(),
            })
            .into_iter()
            .collect(),
        Event::DetailsErased { records, .. } => vec![Effect::DeleteKeys(records.clone())],
        Event::JurisdictionsAdopted { .. } => vec![Effect::ReloadBoundaries],
        Event::PolicyAdopted { .. } => vec![Effect::ReloadPolicies],
        _ => Vec::new(),
    }
}
