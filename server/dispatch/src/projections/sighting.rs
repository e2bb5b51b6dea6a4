//! Sightings as views.

use model::details::RecordDetails;
use model::id::RecordId;
use model::sighting::{Addition, EmergencyCall, Sighting, Suggestion};
use model::view::sighting::{
    AdditionView, DescriptionView, EmergencyCallView, ReplyView, SightingView, SuggestionView,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::shown::{Shown, stored_position};

impl Shown<'_> {
    /// One sighting with its additions.
    pub fn sighting(&self, sighting: &Sighting) -> SightingView {
        let record = RecordId::from(sighting.id);
        let details = self.details(record);
        SightingView {
            id: sighting.id,
            case_id: sighting.case_id,
            seen_at: self.stamp(sighting.seen_at),
            recorded_at: self.stamp_opt(sighting.recorded_at),
            accepted_at: self.stamp(sighting.accepted_at),
            reporter: sighting.reporter.clone(),
            reporter_role: sighting.reporter_role,
            unit: sighting.unit.clone(),
            source: sighting.source,
            source_ref: sighting.source_ref.clone(),
            reply_by: self.stamp_opt(sighting.reply_by),
            answered_at: self.stamp_opt(sighting.reply.as_ref().map(|reply| reply.at)),
            answered_by: sighting.reply.as_ref().map(|reply| reply.name.clone()),
            jurisdiction: self.street(&sighting.jurisdiction),
            position: details
                .and_then(|d| d.position.as_ref())
                .map(stored_position),
            place: self.place_words(sighting.place_id.as_ref(), details),
            signs: details.map(|d| d.signs.clone()).unwrap_or_default(),
            n_people: sighting.n_people,
            more_people: sighting.more_people,
            description: details.and_then(description),
            doubts: sighting.doubts.clone(),
            offline: sighting.offline,
            drill: sighting.drill,
            history: sighting.history,
            merged: sighting.merged,
            emergency_calls: self.calls(&sighting.emergency_calls_made),
            may_duplicate: sighting
                .may_duplicate
                .iter()
                .map(|suggestion| self.suggestion(suggestion))
                .collect(),
            additions: sighting
                .additions
                .iter()
                .map(|addition| self.addition(addition))
                .collect(),
            details_erased: self.tables.erased.contains(&record),
        }
    }

    /// What the other system waits for.
    pub(crate) fn reply(&self, sighting: &Sighting) -> ReplyView {
        ReplyView {
            sighting_id: sighting.id,
            source: sighting.source,
            source_ref: sighting.source_ref.clone(),
            reply_by: self.stamp_opt(sighting.reply_by),
            answered_at: self.stamp_opt(sighting.reply.as_ref().map(|reply| reply.at)),
            answered_by: sighting.reply.as_ref().map(|reply| reply.name.clone()),
        }
    }

    fn addition(&self, addition: &Addition) -> AdditionView {
        let details = self.details(addition.id);
        AdditionView {
            id: addition.id,
            by: addition.by.clone(),
            at: self.stamp(addition.at),
            signs_added: details.map(|d| d.signs.clone()).unwrap_or_default(),
            signs_withdrawn: details
                .map(|d| d.signs_withdrawn.clone())
                .unwrap_or_default(),
            n_people: addition.n_people,
            position: details
                .and_then(|d| d.position.as_ref())
                .map(stored_position),
            place: self.place_words(addition.place_id.as_ref(), details),
            description: details.and_then(description),
            reason: addition.reason.clone(),
        }
    }

    /// A case that may be the same. Distance, bands and place stand in the quoted facts of its reasons; once these are
    /// forgotten they are absent.
    pub(crate) fn suggestion(&self, suggestion: &Suggestion) -> SuggestionView {
        let reasons = self.reasons(&suggestion.reasons);
        let fact = |name: &str| -> Option<&Value> {
            reasons.iter().find_map(|reason| reason.facts.get(name))
        };
        SuggestionView {
            case_id: suggestion.case_id,
            score: suggestion.score,
            distance_m: fact("distance_m").and_then(Value::as_f64),
            seen_at: self.stamp(suggestion.seen_at),
            n_people: suggestion.n_people,
            sex: fact("sex").and_then(read),
            age_band: fact("age_band").and_then(read),
            place: fact("place").and_then(read),
            answer: suggestion.answer,
            reasons,
        }
    }

    /// Calls to 120 and 110.
    pub(crate) fn calls(&self, calls: &[EmergencyCall]) -> Vec<EmergencyCallView> {
        calls
            .iter()
            .map(|call| EmergencyCallView {
                number: call.number.clone(),
                by: call.by.clone(),
                at: self.stamp(call.at),
            })
            .collect()
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn description(details: &RecordDetails) -> Option<DescriptionView> {
    (details.sex.is_some() || details.age_band.is_some()).then_some(DescriptionView {
        sex: details.sex,
        age_band: details.age_band,
    })
}
