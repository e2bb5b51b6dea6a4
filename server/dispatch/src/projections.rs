//! State into views: what leaves the house. Reads tables, changes nothing, judges nothing but rights (by `policy`).
//!
//! Every view is a method of [`shown::Shown`], which knows the tables, the zone and the words; who may see what is
//! asked of [`audience::Audience`].

mod about;
pub mod answer;
mod area;
pub mod audience;
mod background;
mod candidates;
mod case;
pub mod effects;
mod escalation;
pub mod feed;
pub mod figures;
pub mod fold;
pub mod lists;
pub mod regrade;
mod rounds;
pub mod sentences;
pub mod shown;
mod sighting;
pub mod snapshot;
mod task;
#[cfg(test)]
mod tests;
mod touched;
mod words;
