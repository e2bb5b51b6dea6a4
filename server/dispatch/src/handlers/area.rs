//! Weather and the colours of areas: signals, looks, raises and lowerings by hand, confirmation. What a change of
//! colour brings with it is in `change`.

mod change;

use std::collections::BTreeSet;
use std::sync::Arc;

use model::area::{AreaWarning, ColourChange, HandRaise, StreetChange, WeatherSignal};
use model::deadline::{Addressee, NoticeAbout};
use model::event::Event;
use model::grade::Level;
use model::id::{ColourChangeId, JurisdictionCode, SignalId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use policy::action::Action;
use policy::area_colour::night_of_forecast;
use policy::area_step::confirm_within;
use policy::area_warning::{looked_at, lowered_by_hand, raised_by_hand, without_colour};

use crate::draft::Draft;
use crate::rights::{permit_call, permit_street};
use change::{By, push_change};

/// An official signal or a forecast: new, changed under the same id, or cancelled.
///
/// # Errors
/// `bad_signal` without any area of this district.
pub(crate) fn signal(draft: &mut Draft<'_, '_>, signal: &WeatherSignal) -> Result<(), Refusal> {
    permit_call(draft, Action::WeatherSignal)?;
    let mut streets = streets_of(draft, signal);
    if streets.is_empty() {
        return Err(Refusal::new(RefusalCode::BadSignal).at("/areas"));
    }
    if let Some(earlier) = draft.tables.signals.get(&signal.id) {
        // The same id replaces: streets that it no longer names are looked at too.
        streets.extend(streets_of(draft, earlier));
    }
    draft.push(Event::SignalReceived {
        signal: Box::new(signal.clone()),
    });
    look_at(draft, &streets, Some(&signal.id));
    Ok(())
}

/// Looks at every street whose time has come: a trigger ended, or a step down may be due.
pub(crate) fn look(draft: &mut Draft<'_, '_>) {
    end_past_forecasts(draft);
    let streets: BTreeSet<JurisdictionCode> = draft
        .tables
        .areas
        .values()
        .filter(|area| area.next_look_at.is_some_and(|at| at <= draft.now()))
        .map(|area| area.jurisdiction.clone())
        .collect();
    look_at(draft, &streets, None);
}

/// Looks at every street that has a colour or may get one: after another policy or other streets were adopted.
pub(crate) fn look_at_all(draft: &mut Draft<'_, '_>) {
    let known = draft.tables.areas.keys();
    let named = draft
        .tables
        .signals
        .values()
        .flat_map(|signal| streets_of(draft, signal));
    let streets: BTreeSet<JurisdictionCode> = known
        .filter(|code| draft.tables.jurisdictions.contains_key(*code))
        .cloned()
        .chain(named)
        .collect();
    look_at(draft, &streets, None);
}

/// A signal ends by its time.
pub(crate) fn signal_ends(draft: &mut Draft<'_, '_>, signal_id: &SignalId) -> Result<(), Refusal> {
    let Some(signal) = draft.tables.signals.get(signal_id).cloned() else {
        return Err(RefusalCode::StaleDeadline.into());
    };
    let streets = streets_of(draft, &signal);
    // The end of its colour is seen before the signal is gone, so that the six hours count from its end.
    draft.push(Event::SignalEnded {
        signal_id: signal_id.clone(),
    });
    look_at(draft, &streets, None);
    Ok(())
}

/// A named officer raises a street; the raise is a trigger until its named end.
///
/// # Errors
/// `not_a_raise`; `unknown_reference` is `not_found` here; `out_of_range` for an end that is past.
pub(crate) fn raise(
    draft: &mut Draft<'_, '_>,
    jurisdiction: &JurisdictionCode,
    level: Level,
    until: Option<Instant>,
    reason: &str,
) -> Result<(), Refusal> {
    let old = permitted(draft, jurisdiction, Action::AreaRaise)?;
    needs_text(reason)?;
    if until.is_some_and(|until| until <= draft.now()) {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/until"));
    }
    if level <= old.level {
        return Err(Refusal::new(RefusalCode::NotARaise).at("/level"));
    }
    let raise = HandRaise {
        level,
        until,
        by: draft.heading.actor.account.clone(),
        reason: reason.to_owned(),
        at: draft.now(),
    };
    let policy = Arc::clone(&draft.policy);
    let warning = raised_by_hand(&policy, &old, raise, &signals_for(draft, jurisdiction));
    push_change(
        draft,
        vec![StreetChange {
            from: old.level,
            warning,
        }],
        &By::Hand,
    );
    Ok(())
}

/// A named officer lowers a street: by the same rule as by itself, but a raise by hand is undone within its time.
///
/// # Errors
/// `not_a_lowering`; `lowering_not_allowed_now` with `allowed_at`.
pub(crate) fn lower(
    draft: &mut Draft<'_, '_>,
    jurisdiction: &JurisdictionCode,
    level: Level,
    reason: &str,
) -> Result<(), Refusal> {
    let old = permitted(draft, jurisdiction, Action::AreaLower)?;
    needs_text(reason)?;
    let policy = Arc::clone(&draft.policy);
    let signals = signals_for(draft, jurisdiction);
    let lowered = lowered_by_hand(&policy, &old, level, &signals, draft.now());
    let warning = lowered.map_err(|refused| {
        let refusal = Refusal::new(refused.code).at("/level");
        match refused.allowed_at {
            Some(at) => refusal.with("allowed_at", at.to_string()),
            None => refusal,
        }
    })?;
    push_change(
        draft,
        vec![StreetChange {
            from: old.level,
            warning,
        }],
        &By::Hand,
    );
    Ok(())
}

/// Confirms the colour that the system proposed, once for all streets of the change.
///
/// # Errors
/// `nothing_to_confirm` when the street's last change needs no confirmation.
pub(crate) fn confirm(
    draft: &mut Draft<'_, '_>,
    jurisdiction: &JurisdictionCode,
) -> Result<(), Refusal> {
    let area = permitted(draft, jurisdiction, Action::AreaConfirm)?;
    let change = area
        .change_id
        .and_then(|id| draft.tables.changes.get(&id))
        .filter(|change| change.confirmed_by.is_none() && was_proposed(change))
        .ok_or_else(|| Refusal::from(RefusalCode::NothingToConfirm))?;
    let change_id = change.id;
    draft.push(Event::AreaWarningConfirmed { change_id });
    Ok(())
}

/// Nobody confirmed in time: the next officer is asked, and after silence the district duty leader is told once.
/// Nothing waits for the confirmation.
pub(crate) fn confirm_lapses(
    draft: &mut Draft<'_, '_>,
    change_id: ColourChangeId,
) -> Result<(), Refusal> {
    let Some(change) = draft.tables.changes.get(&change_id).cloned() else {
        return Err(RefusalCode::StaleDeadline.into());
    };
    let (addressee, confirm_by) = if change.n_asked == 0 {
        let by = draft.now() + confirm_within(&draft.policy);
        (Addressee::NextOfficer, Some(by))
    } else {
        (Addressee::DistrictDutyLeader, None)
    };
    draft.push(Event::AreaConfirmLapsed {
        change_id,
        confirm_by,
    });
    let notice = draft.notice(addressee, NoticeAbout::ConfirmColour);
    draft.push(Event::DutyNotified {
        notice: Box::new(notice),
    });
    Ok(())
}

/// Whether the system proposed a change, so that somebody has to confirm it.
const fn was_proposed(change: &ColourChange) -> bool {
    change.confirm_by.is_some() || change.n_asked > 0
}

fn permitted(
    draft: &Draft<'_, '_>,
    jurisdiction: &JurisdictionCode,
    action: Action,
) -> Result<AreaWarning, Refusal> {
    permit_street(draft, jurisdiction, action)?;
    if !draft.tables.jurisdictions.contains_key(jurisdiction) {
        return Err(RefusalCode::NotFound.into());
    }
    Ok(area_of(draft, jurisdiction))
}

fn needs_text(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        Err(Refusal::new(RefusalCode::TextLength).at("/reason"))
    } else {
        Ok(())
    }
}

fn area_of(draft: &Draft<'_, '_>, code: &JurisdictionCode) -> AreaWarning {
    draft.tables.areas.get(code).map_or_else(
        || without_colour(&draft.policy, code, draft.now()),
        |area| (**area).clone(),
    )
}

/// The streets that a signal is for: the district's code stands for all of them.
fn streets_of(draft: &Draft<'_, '_>, signal: &WeatherSignal) -> BTreeSet<JurisdictionCode> {
    let tables = &draft.tables;
    let whole = signal
        .areas
        .iter()
        .any(|code| code.as_str() == tables.district.as_str());
    tables
        .jurisdictions
        .keys()
        .filter(|code| whole || signal.areas.contains(code))
        .cloned()
        .collect()
}

fn signals_for(draft: &Draft<'_, '_>, code: &JurisdictionCode) -> Vec<WeatherSignal> {
    let district = draft.tables.district.as_str();
    draft
        .tables
        .signals
        .values()
        .filter(|signal| {
            signal
                .areas
                .iter()
                .any(|area| area == code || area.as_str() == district)
        })
        .map(|signal| (**signal).clone())
        .collect()
}

/// Looks at streets anew and pushes one change for all whose colour changes, and what else changed beside it.
fn look_at(
    draft: &mut Draft<'_, '_>,
    streets: &BTreeSet<JurisdictionCode>,
    signal: Option<&SignalId>,
) {
    let policy = Arc::clone(&draft.policy);
    let mut changed: Vec<StreetChange> = Vec::new();
    let mut looked: Vec<StreetChange> = Vec::new();
    for code in streets {
        let old = area_of(draft, code);
        let mut warning = looked_at(&policy, &old, &signals_for(draft, code), draft.now());
        let is_past = |at: Instant| at <= draft.now();
        // A look is only ever set ahead; without this a rule that names a moment that is past would be asked for ever.
        warning.next_look_at = warning.next_look_at.filter(|at| !is_past(*at));
        let street = StreetChange {
            from: old.level,
            warning,
        };
        if street.warning.level != street.from {
            changed.push(street);
        } else if street.warning != old || !draft.tables.areas.contains_key(code) {
            looked.push(street);
        }
    }
    if !looked.is_empty() {
        draft.push(Event::AreaWarningLooked { streets: looked });
    }
    if !changed.is_empty() {
        push_change(draft, changed, &By::System(signal.cloned()));
    }
}

/// Forecast values of nights and days that are over hold nothing up any more.
fn end_past_forecasts(draft: &mut Draft<'_, '_>) {
    let calendar = draft.policy.calendar();
    let (night, today) = (
        calendar.night_running_or_coming(draft.now()),
        calendar.date(draft.now()),
    );
    let past: Vec<SignalId> = draft
        .tables
        .signals
        .values()
        .filter(|s| s.colour.is_none() && s.expires_at.is_none())
        .filter(|s| {
            night_of_forecast(&draft.policy, s) < night && calendar.date(s.issued_at) < today
        })
        .map(|s| s.id.clone())
        .collect();
    for signal_id in past {
        draft.push(Event::SignalEnded { signal_id });
    }
}
