//! Colours of streets as views, with what would change them and the official signals quoted apart.

use model::area::{AreaWarning, WeatherSignal};
use model::id::JurisdictionCode;
use model::view::area::{AreaWarningView, RaiseView, SignalView};
use policy::area_warning::{next_of, without_colour};

use super::shown::Shown;

/// Whether a signal is about a street: it names the street, or the district whose code the street's begins with.
pub(crate) fn is_about(signal: &WeatherSignal, street: &JurisdictionCode) -> bool {
    signal
        .areas
        .iter()
        .any(|area| street.as_str().starts_with(area.as_str()))
}

impl Shown<'_> {
    /// The colour of a street. One that never had a colour has none, since no time.
    pub fn area(&self, street: &JurisdictionCode) -> AreaWarningView {
        if let Some(warning) = self.tables.areas.get(street) {
            let since = Some(self.stamp(warning.since));
            return AreaWarningView {
                since,
                ..self.warning(warning)
            };
        }
        self.warning(&without_colour(self.policy, street, self.tables.now))
    }

    fn warning(&self, warning: &AreaWarning) -> AreaWarningView {
        let change = warning
            .change_id
            .and_then(|id| self.tables.changes.get(&id));
        // What would change it does not hang on when it is asked, only on what holds the colour up.
        let next = self.reason(&next_of(self.policy, warning, warning.last_step_at));
        AreaWarningView {
            jurisdiction: warning.jurisdiction.clone(),
            name: self.street_name(&warning.jurisdiction),
            level: warning.level,
            extreme: warning.extreme,
            since: None,
            confirm_by: change.and_then(|change| self.stamp_opt(change.confirm_by)),
            confirmed_by: change.and_then(|change| change.confirmed_by.clone()),
            reasons: self.reasons(&warning.reasons),
            next: next.text,
            next_en: next.text_en,
            raise: warning.raise.as_ref().map(|raise| RaiseView {
                level: raise.level,
                until: self.stamp_opt(raise.until),
                by: raise.by.clone(),
                reason: raise.reason.clone(),
                at: self.stamp(raise.at),
            }),
            change_id: warning.change_id,
            signals: self
                .tables
                .signals
                .values()
                .filter(|signal| is_about(signal, &warning.jurisdiction))
                .map(|signal| self.signal(signal))
                .collect(),
        }
    }

    /// An official signal, as quoted.
    pub fn signal(&self, signal: &WeatherSignal) -> SignalView {
        SignalView {
            id: signal.id.clone(),
            kind: signal.kind,
            colour: signal.colour,
            issued_at: self.stamp(signal.issued_at),
            expires_at: self.stamp_opt(signal.expires_at),
            station: signal.station.clone(),
            values: signal.values,
        }
    }

    /// The colours of all streets, by code.
    pub fn areas(&self) -> Vec<AreaWarningView> {
        let known = self.tables.jurisdictions.keys();
        let coloured = self.tables.areas.keys();
        let mut codes: Vec<&JurisdictionCode> = known.chain(coloured).collect();
        codes.sort();
        codes.dedup();
        codes.into_iter().map(|code| self.area(code)).collect()
    }
}
