//! A winter night in a city, played through the public interface only: patrols that walk, report, lose signal and sync
//! late; departments that answer late or not at all; people who refuse or are gone; a cold front.
//! Must not hold: anything of the server's insides.

pub mod api;
pub mod city;
mod department;
mod desk;
pub mod figures;
pub mod night;
mod patrol;
pub mod timeline;
mod weather;

pub use figures::NightFigures;
pub use night::{NightOptions, play};
