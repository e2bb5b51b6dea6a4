//! The gazetteer: `id,name,level,kind,jurisdiction,lon,lat,crs,hours,key`, or GeoJSON points with the same properties.

use model::background::Place;
use model::command::Command;
use model::id::PlaceId;
use model::sign::PlaceLevel;

use super::cell::Cells;
use super::report::{ImportReport, Problem};
use super::row::{Entry, Rows, background_order};
use super::sheet::Sheet;
use super::{ImportOptions, Kind, Known, ids};

pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "name",
    "level",
    "kind",
    "jurisdiction",
    "lon",
    "lat",
    "crs",
    "hours",
    "key",
];

pub(crate) struct Places;

impl Rows for Places {
    type Item = Place;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Place> {
        let id = cells.raw("id").map(|_| cells.needed_id("id"));
        let name = cells.needed_name("name");
        let position = cells.position().map(|(_, converted)| converted.position);
        let level = cells.word("level", PlaceLevel::ALL);
        let kind = cells.name("kind");
        let jurisdiction = cells.street("jurisdiction");
        let hours = cells.name("hours");
        let key = cells.flag("key").unwrap_or(false);
        let name = name?;
        let id = match id {
            Some(id) => id?,
            // A foreign map seldom has ids of its own. Name, spot and level make one that stays.
            None => {
                let spot = position.map(|at| format!("{}/{}", at.lon(), at.lat()));
                let text = format!("{name}/{}/{level:?}", spot.unwrap_or_default());
                format!(
                    "p-{}",
                    ids::mapped(&cells.known.tables.district, "places", &text)
                )
            }
        };
        Some(Place {
            id: PlaceId(id),
            name,
            level,
            kind,
            jurisdiction,
            position,
            hours,
            key,
        })
    }

    fn key(&self, item: &Place) -> (String, &'static str) {
        (item.id.0.clone(), "id")
    }

    fn is_known(&self, item: &Place, known: &Known<'_>) -> bool {
        known.tables.places.get(&item.id).map(|one| &**one) == Some(item)
    }

    fn entries(&self, items: Vec<(Option<u64>, Place)>, known: &Known<'_>) -> Vec<Entry> {
        let places = items.into_iter().map(|(_, one)| one).collect();
        vec![background_order(
            Kind::Places,
            None,
            Command::ImportPlaces { places },
            known,
        )]
    }

    fn look_at_file(&self, sheet: &Sheet, options: &ImportOptions, report: &mut ImportReport) {
        say_assumed_crs(sheet, options, report);
    }
}

/// A table of numbers that names no coordinate system is taken as WGS-84, and says so: a wrong one moves every point
/// by half a kilometre. GeoJSON is WGS-84 by its own standard.
pub(crate) fn say_assumed_crs(sheet: &Sheet, options: &ImportOptions, report: &mut ImportReport) {
    let unnamed = sheet.rows.iter().any(|row| {
        row.point.is_none() && row.cells.contains_key("lon") && !row.cells.contains_key("crs")
    });
    if unnamed && options.crs.is_none() {
        report.add(
            Problem::of_file(
                "crs_assumed",
                "未声明坐标系，按 WGS-84 处理；高德、腾讯、微信坐标请用 --crs gcj02，百度坐标请用 --crs bd09",
                "no coordinate system is declared; taken as WGS-84. Declare AMap, Tencent or WeChat with --crs gcj02, Baidu with --crs bd09",
            )
            .in_column("crs")
            .as_warning(),
        );
    }
}
