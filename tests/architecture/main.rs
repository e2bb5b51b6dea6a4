//! Is the house still in order? Edges between packages, headers, sizes, words that do not belong, links in the pages.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod edges;
mod files;
mod pages;
mod screens;
