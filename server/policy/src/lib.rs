//! What the rules say; every number in `rules/putuo.toml`; pure. A rule is a plain function of a policy and facts.
//!
//! | File | Asks |
//! | --- | --- |
//! | [`priority`] | how urgent is what was seen: `verdict_for_priority`, `may_withdraw` |
//! | [`warning_level`] | how grave is the case: `verdict_for_warning_level` |
//! | [`tier`] | which ring is responsible: `verdict_for_tier`, `first_tier`, `area_tier`, `rounds`, `reports_due` |
//! | [`deadline`] | by when, and what a missed step does: `lengths`, `step_times`, `verdict_for_step`, `regraded` |
//! | [`escalation`] | which departments must answer: `departments_for_case`, `departments_for_area`, `department_step` |
//! | [`permission`] | who may do it: `verdict_for_permission`, `verdict_for_listing`, `reaches` |
//!
//! [`facts`] lists everything a rule may know; [`policy`] reads a file; [`calendar`] knows nights and days.

pub mod action;
pub mod calendar;
pub mod deadline;
pub mod duration;
pub mod escalation;
pub mod facts;
mod numbers;
pub mod permission;
pub mod policy;
pub mod priority;
mod sanity;
mod sources;
pub mod tier;
pub mod warning_level;
