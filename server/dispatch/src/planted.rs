//! A mistake made on purpose: one department's answer silences all the others. Behind the feature `planted` and a switch
//! of the thread, so that the simulation can prove that it would find it.

use std::cell::Cell;

use model::escalation::Escalation;
use model::event::Event;
use model::id::EscalationId;

use crate::draft::Draft;

thread_local! {
    static ONE_SILENCES_ALL: Cell<bool> = const { Cell::new(false) };
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
