//! Mistakes made on purpose: one department's answer silences all the others; a figure leaves out what was merged.
//! Behind the feature `planted` and switches of the thread, so that the simulation can prove that it would find them.

use std::cell::Cell;
use std::sync::Arc;

use model::case::Case;
use model::escalation::Escalation;
use model::event::Event;
use model::id::EscalationId;
use model::sighting::Sighting;

use crate::draft::Draft;

thread_local! {
    static ONE_SILENCES_ALL: Cell<bool> = const { Cell::new(false) };
    static FIGURES_FORGET: Cell<bool> = const { Cell::new(false) };
}

/// Makes figures leave out the reports of merged cases from now on in this thread, or no longer.
pub fn let_figures_forget(on: bool) {
    FIGURES_FORGET.set(on);
}

/// What must never happen: a report of a case that was merged is in no figure.
pub(crate) fn leave_out_merged(case: &Case, sightings: &mut Vec<&Arc<Sighting>>) {
    if FIGURES_FORGET.get() {
        sightings.retain(|sighting| case.sightings.contains(&sighting.id));
    }
}

/// Makes the mistake from now on in this thread, or no longer.
pub fn let_one_silence_all(on: bool) {
    ONE_SILENCES_ALL.set(on);
}

/// What must never happen: every other department that was asked for the case counts as having answered.
pub(crate) fn silence_the_others(draft: &mut Draft<'_, '_>, answered: &Escalation, name: &str) {
    let (true, Some(case_id)) = (ONE_SILENCES_ALL.get(), answered.case_id) else {
        return;
    };
    let others: Vec<EscalationId> = draft
        .tables
        .escalations_of(case_id)
        .into_iter()
        .filter(|other| other.id != answered.id && other.is_unanswered())
        .map(|other| other.id)
        .collect();
    for escalation_id in others {
        draft.push(Event::EscalationAcknowledged {
            escalation_id,
            name: name.to_owned(),
            eta: None,
            ask_again_at: None,
            late: false,
            part: None,
            reason: None,
        });
    }
}
