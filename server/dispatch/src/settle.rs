//! Draws the consequences of what was decided, once, from the state at the end: grade, departments, hands, calls.
//! Each step looks at the state and pushes what is missing, so that it does nothing when nothing is missing.

pub(crate) mod calls;
pub(crate) mod capacity;
mod closing;
pub(crate) mod escalations;
pub(crate) mod grade;
mod informed;
pub(crate) mod tasks;

use model::id::CaseId;

use crate::draft::Draft;

/// Draws the consequences for every concerned case, then for the hands of the district.
///
/// The order matters: the grade says which departments and how urgent; closing comes before offers, so that nothing
/// is offered for what is over; calls come last, so that calls to one person in the same minute are one.
pub(crate) fn settle(draft: &mut Draft<'_, '_>) {
    let roots: Vec<_> = std::mem::take(&mut draft.concerned).into_iter().collect();
    let drill = draft.heading.drill;
    for root in &roots {
        draft.heading.drill = drill || is_drill(draft, *root);
        grade::settle_case(draft, *root);
        closing::settle_case(draft, *root);
        escalations::settle_case(draft, *root);
        informed::settle_case(draft, *root);
    }
    for root in &roots {
        draft.heading.drill = drill || is_drill(draft, *root);
        tasks::settle_case(draft, *root);
    }
    draft.heading.drill = drill;
    if draft.hands_changed || !roots.is_empty() {
        tasks::offer_waiting(draft);
        capacity::settle(draft);
    }
    calls::settle(draft, &roots);
}

fn is_drill(draft: &Draft<'_, '_>, id: CaseId) -> bool {
    draft.tables.cases.get(&id).is_some_and(|case| case.drill)
}
