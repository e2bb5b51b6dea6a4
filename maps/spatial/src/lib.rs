//! Positions, metres, nearest, within and boundaries.
//! Pure: no clock, no file, no environment, no thread; the same question always gets the same answer.
//! Nothing here knows a case, a unit or a rule.
#![warn(clippy::indexing_slicing)]

mod earth;

pub mod area;
pub mod boundaries;
pub mod cells;
pub mod coverage;
pub mod crs;
pub mod features;
pub mod geo_points;
pub mod index;
pub mod labels;
pub mod metres;
pub mod outlines;
pub mod plane;
pub mod position;
pub mod simplify;
