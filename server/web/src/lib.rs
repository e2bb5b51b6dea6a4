//! Manners of HTTP and websockets shared by the two services: who asks, strict bodies, problem documents, metrics.
//! Must not hold: cases, rules, SQL.

pub mod answers;
pub mod body;
pub mod call;
pub mod cap;
pub mod content;
pub mod documents;
pub mod form;
pub mod health;
pub mod layers;
pub mod live;
pub mod metrics;
pub mod path;
pub mod problem;
pub mod services;
pub mod session;
mod socket;
pub mod words;
