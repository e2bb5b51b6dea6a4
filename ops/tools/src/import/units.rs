//! Patrols: `id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end`.

use model::background::Unit;
use model::command::Command;
use model::id::UnitId;

use super::cell::Cells;
use super::row::{Entry, Rows, background_order};
use super::{Kind, Known};

pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "name",
    "jurisdiction",
    "kind",
    "n_people",
    "vehicle",
    "skills",
    "languages",
    "shift_start",
    "shift_end",
];

/// People in one patrol; more are several.
const N_PEOPLE_MAX: u32 = 100;

pub(crate) struct Units;

impl Rows for Units {
    type Item = Unit;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Unit> {
        let id = cells.needed_id("id");
        let name = cells.needed_name("name");
        let shift_start = cells.clock("shift_start");
        let shift_end = cells.clock("shift_end");
        for (one, other) in [("shift_start", "shift_end"), ("shift_end", "shift_start")] {
            if cells.raw(one).is_some() && cells.raw(other).is_none() {
                cells.missing(other);
            }
        }
        let unit = Unit {
            id: UnitId(id?),
            name: name?,
            jurisdiction: cells.street("jurisdiction"),
            kind: cells.name("kind"),
            n_people: cells.count("n_people", N_PEOPLE_MAX),
            vehicle: cells.name("vehicle"),
            skills: cells.free_words("skills"),
            languages: cells.free_words("languages"),
            shift_start,
            shift_end,
        };
        Some(unit)
    }

    fn key(&self, item: &Unit) -> (String, &'static str) {
        (item.id.0.clone(), "id")
    }

    fn is_known(&self, item: &Unit, known: &Known<'_>) -> bool {
        known.tables.units.get(&item.id).map(|unit| &**unit) == Some(item)
    }

    fn entries(&self, items: Vec<(Option<u64>, Unit)>, known: &Known<'_>) -> Vec<Entry> {
        let units = items.into_iter().map(|(_, unit)| unit).collect();
        vec![background_order(
            Kind::Units,
            None,
            Command::ImportUnits { units },
            known,
        )]
    }
}
