//! What every view is made with: the tables, the zone in which times are written, and the words of reasons.

use std::collections::BTreeMap;

use model::case::Case;
use model::details::RecordDetails;
use model::id::{JurisdictionCode, RecordId};
use model::reason::{Reason, Verdict};
use model::sighting::Jurisdicted;
use model::time::Instant;
use model::view::place::{PlaceWordsView, PositionView, StreetView};
use model::view::reason::{OverrideView, ReasonView, VerdictView};
use model::view::stamp::{Stamp, Zone};
use policy::policy::{Policy, PolicyBook};
use serde_json::Value;
use spatial::position::Position;

use crate::tables::Tables;

/// The tables, seen with the adopted policy.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// What is shown.
    pub tables: &'a Tables,
    /// The adopted policy: its zone, and its answer to "what would change it".
    pub policy: &'a Policy,
    zone: Zone,
}

impl<'a> Shown<'a> {
    /// With the policy that the tables say is adopted.
    pub fn new(tables: &'a Tables, book: &'a PolicyBook) -> Self {
        let policy = book.of_case(&tables.policy_id);
        Self {
            tables,
            policy,
            zone: Zone::new(policy.calendar().zone().clone()),
        }
    }

    /// A moment with the district's offset.
    pub fn stamp(&self, at: Instant) -> Stamp {
        self.zone.stamp(at)
    }

    /// A moment that may not be there.
    pub fn stamp_opt(&self, at: Option<Instant>) -> Option<Stamp> {
        self.zone.stamp_opt(at)
    }

    /// A moment for a sentence.
    pub fn clock(&self, at: Instant) -> String {
        self.zone.words(at)
    }

    /// What is known of a record and may have to be forgotten.
    pub(crate) fn details(&self, record: RecordId) -> Option<&'a RecordDetails> {
        self.tables.details.get(&record).map(AsRef::as_ref)
    }

    /// A reason in words, with its quoted facts while they are there.
    pub fn reason(&self, reason: &Reason) -> ReasonView {
        let mut whole = reason.clone();
        if let Some(quote) = reason.quote
            && let Some(quoted) = self
                .details(quote.record)
                .and_then(|details| details.quotes.get(&quote.id))
        {
            whole.quoted.extend(quoted.clone());
        }
        let facts = whole
            .facts
            .iter()
            .chain(&whole.quoted)
            .map(|(name, value)| (name.clone(), self.local(value)))
            .collect();
        let said = &mut *whole;
        for value in said.facts.values_mut().chain(said.quoted.values_mut()) {
            if let Some(at) = moment(value) {
                *value = Value::String(self.clock(at));
            }
        }
        let words = policy::words::text(&whole);
        ReasonView {
            rule: whole.rule.clone(),
            policy: whole.policy.clone(),
            facts,
            text: words.zh,
            text_en: words.en,
            source: whole.source.clone(),
        }
    }

    /// Reasons in words.
    pub fn reasons(&self, reasons: &[Reason]) -> Vec<ReasonView> {
        reasons.iter().map(|reason| self.reason(reason)).collect()
    }

    /// A verdict in words.
    pub fn verdict<T: Copy>(&self, verdict: &Verdict<T>) -> VerdictView<T> {
        VerdictView {
            value: verdict.value,
            reasons: self.reasons(&verdict.reasons),
            overridden: verdict.overridden.as_ref().map(|by| OverrideView {
                by: by.by.clone(),
                reason: by.reason.clone(),
                direction: by.direction,
            }),
        }
    }

    /// A value of a fact, with moments written in the district's offset.
    pub(crate) fn local(&self, value: &Value) -> Value {
        match value {
            Value::String(_) => moment(value).map_or_else(
                || value.clone(),
                |at| Value::String(self.stamp(at).to_string()),
            ),
            Value::Array(all) => all.iter().map(|one| self.local(one)).collect(),
            Value::Object(all) => all
                .iter()
                .map(|(name, one)| (name.clone(), self.local(one)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Facts with moments written in the district's offset.
    pub(crate) fn local_facts(&self, facts: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        facts
            .iter()
            .map(|(name, value)| (name.clone(), self.local(value)))
            .collect()
    }

    /// The name of a street; its code where the street is not known.
    pub fn street_name(&self, code: &JurisdictionCode) -> String {
        self.tables
            .jurisdictions
            .get(code)
            .map_or_else(|| code.to_string(), |street| street.name.clone())
    }

    /// A street.
    pub(crate) fn street(&self, street: &Jurisdicted) -> StreetView {
        StreetView {
            code: street.code.clone(),
            name: self.street_name(&street.code),
            guessed: street.guessed,
        }
    }

    /// Where a case is, in words: what the record that located it says, else what was said last about any sighting.
    pub(crate) fn place_of(&self, case: &Case) -> Option<PlaceWordsView> {
        let located = case.located_by.and_then(|record| self.details(record));
        let has_words = |details: &&RecordDetails| details.place.is_some();
        let said = located.filter(has_words).or_else(|| {
            let newest_first = case.sightings.iter().rev();
            newest_first
                .filter_map(|id| self.tables.sightings.get(id))
                .flat_map(|sighting| {
                    let later = sighting.additions.iter().rev().map(|addition| addition.id);
                    later.chain([RecordId::from(sighting.id)])
                })
                .filter_map(|record| self.details(record))
                .find(has_words)
        });
        self.place_words(case.place_id.as_ref(), said)
    }

    /// A place in words: what the record says, else the gazetteer's name.
    pub(crate) fn place_words(
        &self,
        id: Option<&model::id::PlaceId>,
        details: Option<&RecordDetails>,
    ) -> Option<PlaceWordsView> {
        let said = details.and_then(|details| details.place.as_ref());
        let known = id.and_then(|id| self.tables.places.get(id));
        if said.is_none() && id.is_none() {
            return None;
        }
        Some(PlaceWordsView {
            id: id.cloned(),
            name: said
                .and_then(|place| place.name.clone())
                .or_else(|| known.map(|place| place.name.clone())),
            level: said
                .and_then(|place| place.level)
                .or_else(|| known.and_then(|place| place.level)),
        })
    }
}

/// The moment that a fact holds, as instants are written into facts.
pub(crate) fn moment(value: &Value) -> Option<Instant> {
    let text = value.as_str()?;
    let is_written_as_instant = text.len() == 24 && text.ends_with('Z') && text.contains('T');
    is_written_as_instant
        .then(|| serde_json::from_value(value.clone()).ok())
        .flatten()
}

/// A position without a known accuracy.
pub(crate) fn position(position: Position, accuracy_m: Option<f64>) -> PositionView {
    PositionView {
        lon: position.lon(),
        lat: position.lat(),
        accuracy_m,
        crs: "wgs84".to_owned(),
    }
}

/// A position as stored.
pub(crate) fn stored_position(stored: &model::details::StoredPosition) -> PositionView {
    position(stored.position, stored.accuracy_m)
}
