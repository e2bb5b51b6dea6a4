//! Draws the consequences of what was decided, once, from the state at the end: grade, departments, hands, calls.
//! Each step looks at the state and pushes what is missing, so that it does nothing when nothing is missing.

mod calls;
mod capacity;
mod closing;
mod escalations;
pub(crate) mod grade;
mod informed;
pub(crate) mod tasks;

use model::refusal::Refusal;

use crate::draft::Draft;

/// Draws the consequences for every concerned case, then for the hands of the district.
///
/// The order matters: the grade says which departments and how urgent; closing comes before offers, so that nothing
/// is offered for what is over; calls come last, so that calls to one person in the same minute are one.
pub(crate) fn settle(draft: &mut Draft<'_, '_>) -> Result<(), Refusal> {
    let roots: Vec<_> = std::mem::take(&mut draft.concerned).into_iter().collect();
    for root in &roots {
        grade::settle_case(draft, *root)?;
        closing::settle_case(draft, *root)?;
        escalations::settle_case(draft, *root)?;
        informed::settle_case(draft, *root)?;
    }
    for root in &roots {
        tasks::settle_case(draft, *root)?;
    }
    if draft.hands_changed || !roots.is_empty() {
        tasks::offer_waiting(draft)?;
        capacity::settle(draft)?;
    }
    calls::settle(draft, &roots)
}
