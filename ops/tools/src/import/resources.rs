//! Rescue resources: `id,name,kind,lon,lat,crs,hours,beds,beds_women,storage,pets,late_exit,opens_at_level,keeper,phone`,
//! or GeoJSON points with the same properties.

use model::background::Resource;
use model::command::Command;
use model::grade::Level;
use model::id::ResourceId;

use super::cell::Cells;
use super::report::ImportReport;
use super::row::{Entry, Rows, background_order};
use super::sheet::Sheet;
use super::{ImportOptions, Kind, Known, places};

pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "name",
    "kind",
    "lon",
    "lat",
    "crs",
    "hours",
    "beds",
    "beds_women",
    "storage",
    "pets",
    "late_exit",
    "opens_at_level",
    "keeper",
    "phone",
];

/// Kinds of resources.
const KINDS: &[&str] = &[
    "rescue_station",
    "shelter",
    "hospital",
    "charity_supermarket",
    "adviser_station",
];

/// Beds of one place.
const N_BEDS_MAX: u32 = 10_000;

pub(crate) struct Resources;

impl Rows for Resources {
    type Item = Resource;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Resource> {
        let id = cells.needed_id("id");
        let name = cells.needed_name("name");
        let kind = cells.needed_name("kind");
        if let Some(kind) = &kind
            && !KINDS.contains(&kind.as_str())
        {
            let kinds = KINDS.join(" ");
            cells.wrong(
                "kind",
                "unknown_word",
                format!("应为：{kinds}"),
                format!("one of: {kinds}"),
            );
        }
        let position = cells.position().map(|(_, converted)| converted.position);
        let beds = cells.count("beds", N_BEDS_MAX);
        let beds_women = cells.count("beds_women", N_BEDS_MAX);
        if let (Some(all), Some(women)) = (beds, beds_women)
            && women > all
        {
            cells.wrong(
                "beds_women",
                "out_of_range",
                "多于全部床位",
                "more than all beds",
            );
        }
        Some(Resource {
            id: ResourceId(id?),
            name: name?,
            kind: kind?,
            position,
            hours: cells.name("hours"),
            beds,
            beds_women,
            storage: cells.flag("storage"),
            pets: cells.flag("pets"),
            late_exit: cells.flag("late_exit"),
            opens_at_level: cells.word("opens_at_level", Level::ALL),
            keeper: cells.department("keeper"),
            phone: cells.name("phone"),
        })
    }

    fn key(&self, item: &Resource) -> (String, &'static str) {
        (item.id.0.clone(), "id")
    }

    fn is_known(&self, item: &Resource, known: &Known<'_>) -> bool {
        known.tables.resources.get(&item.id).map(|one| &**one) == Some(item)
    }

    fn entries(&self, items: Vec<(Option<u64>, Resource)>, known: &Known<'_>) -> Vec<Entry> {
        let resources = items.into_iter().map(|(_, one)| one).collect();
        vec![background_order(
            Kind::Resources,
            None,
            Command::ImportResources { resources },
            known,
        )]
    }

    fn look_at_file(&self, sheet: &Sheet, options: &ImportOptions, report: &mut ImportReport) {
        places::say_assumed_crs(sheet, options, report);
    }
}
