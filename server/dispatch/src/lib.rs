//! Command → events → state and effects. Four doors and no others: [`decide`], [`apply`], [`effects`],
//! [`next_deadline`]; beside them the projections that turn state into views.
//!
//! Pure: no clock, no randomness, no I/O, no hash maps. What differs between two runs comes in through [`Context`].

mod apply;
pub mod context;
mod decide;
mod draft;
pub mod effect;
#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for the events that it is about"
)]
mod grading_tests;
mod handlers;
#[cfg(feature = "planted")]
pub mod planted;
pub mod projections;
pub mod promises;
pub mod rights;
mod settle;
pub mod state;
pub mod tables;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timers;

pub use apply::apply;
pub use context::{Context, IdSource, UnitPosition, UnitPositions};
pub use decide::{Decision, OperationAnswer, OperationResult, decide};
pub use effect::{Effect, effects};
pub use state::{After, State};
pub use tables::Tables;
pub use timers::{Deadline, next_deadline};
