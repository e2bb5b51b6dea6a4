//! Manners of HTTP and websockets shared by the two services: who asks, strict bodies, problem documents, metrics.
//! Must not hold: cases, rules, SQL.

pub mod body;
pub mod cap;
pub mod problem;
