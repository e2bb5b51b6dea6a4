//! Decides commands about a case: what named people decide about it, where it is, what is written about it.

mod decision;
mod place;

pub(crate) use decision::{close, lower, raise, take};
pub(crate) use place::{emergency_call, note, relocate};
