//! What the outside reads: views of the committed state, made by the projections of the core for one actor.
//! Here nothing is judged and nothing is remembered.

pub mod watch;
