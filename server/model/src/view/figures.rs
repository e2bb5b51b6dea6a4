//! Figures: each is a number and the list of cases behind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::CaseId;
use crate::view::stamp::Stamp;

/// The figures of a span of time. Drills are in none; history only where said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FiguresView {
    /// From.
    pub from: Stamp,
    /// To, not included.
    pub to: Stamp,
    /// Each figure by itself.
    pub items: Vec<FigureView>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FigureView {
    /// Its id: `report_to_acknowledge.median`.
    pub id: String,
    /// In Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// `count`, `share`, `minutes`.
    pub unit: String,
    /// What it is split by: `priority`, `tier`, `jurisdiction`, `hour`, `department`, `sex`, `age_band`,
    /// `way`, `state`, `detail`, `outcome`, `timing`, …; reports also by `hour` and `way` together; empty = all.
    pub split: BTreeMap<String, String>,
    /// The number; absent when nothing can be counted.
    pub value: Option<f64>,
    /// How many things it rests on.
    pub n: usize,
    /// Of these, how many count: the upper part of a share.
    pub n_counted: usize,
    /// The cases behind it.
    pub cases: Vec<CaseId>,
    /// Those of them that count: the upper part of a share; for other figures all.
    pub counted: Vec<CaseId>,
    /// The things counted that are no cases: looks at places, escalations, changes of colour, by id.
    pub others: Vec<String>,
}
