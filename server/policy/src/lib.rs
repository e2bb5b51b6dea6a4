//! What the rules say; every number in `rules/putuo.toml`; pure. A rule is a plain function of a policy and facts.
//!
//! | File | Asks |
//! | --- | --- |
//! | [`priority`] | how urgent is what was seen: `verdict_for_priority`, `may_withdraw`, `signs_held` |
//! | [`warning_level`] | how grave is the case: `verdict_for_warning_level` |
//! | [`tier`] | which ring is responsible: `verdict_for_tier`, `first_tier`, `area_tier`, `rounds`, `reports_due` |
//! | [`deadline`] | by when, and what a missed step does: `lengths`, `step_times`, `verdict_for_step`, `regraded`, `call_repeat` |
//! | [`escalation`] | which departments must answer: `departments_for_case`, `departments_for_area`, `still_to_ask`, `case_asks_itself`, `department_step_times`, `department_step`, `asked_again_at` |
//! | [`area_colour`] | which colour the weather gives a street: `verdict_for_area_colour` |
//! | [`area_step`] | when it may rise or fall: `verdict_for_area_step`, `lowering_allowed_at`, `verdict_for_hand_lowering`, `next_change` |
//! | [`area_warning`] | both on the stored warning: `without_colour`, `looked_at`, `raised_by_hand`, `lowered_by_hand`, `next_of` |
//! | [`assignment`] | which unit goes: `rank_units`, `best_unit`, `may_take_off` |
//! | [`capacity`] | more work than hands: `waiting_order`, `has_room_under_way`, `is_capacity_matter`, `capacity_repeat` |
//! | [`returning`] | may a task be given back: `may_return` |
//! | [`matching`] | the same person: `verdict_for_match`, `search_radius_m` |
//! | [`reopening`] | does a new sighting open a followed-up case again: `verdict_for_reopening` |
//! | [`jurisdiction`] | whose street: `verdict_for_jurisdiction`, `both_sides`, `worst_colour` |
//! | [`doubt`] | what is doubted: `doubts`, `asks_for_place`, `corrected_seen_at` |
//! | [`outcome`] | may it be recorded, what follows: `verdict_for_outcome`, `subject_becomes`, `case_state`, `verdict_for_closing` |
//! | [`revisit`] | the next visits: `next_revisit`, `same_night`, `is_look`, `may_offer`, `task_from` |
//! | [`special_care`] | persons of special concern: `verdict_for_care`, `care_rate` |
//! | [`shelter`] | open, recommended, closing: `should_be_open`, `may_be_recommended`, `stays_open_until` |
//! | [`safety`] | lone workers: `check_in_by`, `alarm_at` |
//! | [`retention`] | how long what is kept: `details_erased_at`, `personal_erased_at`, `statutory_clocks` |
//! | [`personal`] | who reads personal fields: `verdict_for_personal_read` |
//! | [`words`] | what a reason says to people: `text` |
//! | [`tables`] | the policy for people and offline clients: `tables`, `show`, `diff`, `check` |
//! | [`permission`] | who may do it: `verdict_for_permission`, `verdict_for_listing`, `reaches` |
//!
//! [`facts`] lists everything a rule may know; [`policy`] reads a file; [`calendar`] knows nights and days; [`preset`]
//! is what a new installation begins with.

pub mod action;
pub mod area_colour;
pub mod area_step;
pub mod area_warning;
pub mod assignment;
pub mod calendar;
pub mod capacity;
pub mod deadline;
pub mod doubt;
pub mod duration;
pub mod escalation;
pub mod facts;
pub mod jurisdiction;
#[cfg(test)]
mod laws;
pub mod matching;
mod numbers;
pub mod outcome;
pub mod permission;
pub mod personal;
pub mod policy;
pub mod preset;
pub mod priority;
pub mod reopening;
pub mod retention;
pub mod returning;
pub mod revisit;
pub mod safety;
mod sanity;
pub mod shelter;
mod sources;
pub mod special_care;
pub mod tables;
pub mod tier;
pub mod warning_level;
pub mod words;
