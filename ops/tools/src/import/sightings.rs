//! Reports: `id,seen_at,lon,lat,crs,accuracy_m,signs,n_people,place_name,note,source`, or GeoJSON points with the same
//! properties. Each becomes one command under its own id, so that a second import is a repeat.

use std::collections::BTreeSet;

use dispatch::Tables;
use model::command::{Command, Description, PersonalKind, PlaceBody, ReportSighting};
use model::id::{PlaceId, RecordId, SightingId};
use model::refusal::RefusalCode;
use model::sighting::Sighting;
use model::sign::{AgeBand, Doubt, PlaceLevel, Sex, Sign, Source};
use model::time::Instant;
use policy::doubt::doubts;
use policy::facts::DoubtFacts;
use serde::Serialize;
use spatial::crs::Converted;
use spatial::labels::Areas;

use super::cell::Cells;
use super::report::ImportReport;
use super::row::{Entry, Rows};
use super::sheet::Sheet;
use super::{ImportOptions, ImportOrder, Known, PersonalText, ReportsAre, ids, places};

pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "seen_at",
    "lon",
    "lat",
    "crs",
    "accuracy_m",
    "signs",
    "n_people",
    "place_name",
    "note",
    "source",
];

pub(crate) const FURTHER_COLUMNS: &[&str] = &[
    "place_id",
    "place_level",
    "sex",
    "age_band",
    "looks",
    "more_people",
    "source_ref",
    "recorded_at",
];

/// People in one sighting; more at one spot is no rough sleeping.
const N_PEOPLE_MAX: u32 = 200;

pub(crate) struct Sightings;

/// A report with its personal fields.
#[derive(Clone, PartialEq, Serialize)]
pub(crate) struct Reported {
    report: ReportSighting,
    #[serde(skip)]
    personal: Vec<(PersonalKind, String)>,
}

impl Rows for Sightings {
    type Item = Reported;

    fn read(&self, cells: &mut Cells<'_>) -> Option<Reported> {
        let seen_at = cells.needed_time("seen_at");
        let recorded_at = cells.time("recorded_at");
        let position = cells.position();
        let signs = cells.words("signs", Sign::ALL);
        if cells.raw("n_people").is_none() {
            cells.missing("n_people");
        }
        let n_people = cells.count("n_people", N_PEOPLE_MAX);
        if cells.raw("source").is_none() {
            cells.missing("source");
        }
        let source = cells.word("source", Source::ALL);
        let place = place_of(cells);
        let description = description_of(cells);
        let personal: Vec<(PersonalKind, String)> = [
            (PersonalKind::Note, cells.text("note")),
            (PersonalKind::Looks, cells.text("looks")),
        ]
        .into_iter()
        .filter_map(|(kind, text)| Some((kind, text?)))
        .collect();
        let more_people = cells.flag("more_people").unwrap_or(false);
        let foreign_id = cells.name("id");
        let source_ref = cells.name("source_ref");
        say_where(cells, position.is_some(), place.as_ref());
        let mut report = ReportSighting {
            id: SightingId(uuid::Uuid::nil()),
            position: position.map(|(declared, _)| declared),
            seen_at: seen_at?,
            signs,
            n_people: n_people?,
            more_people,
            place,
            description,
            source: source?,
            source_ref,
            reply_by: None,
            task: None,
            emergency_calls: Vec::new(),
            offline: false,
            recorded_at,
            device_seq: None,
            drill: false,
            history: cells.options.reports_are == ReportsAre::History,
        };
        name(cells, foreign_id, &mut report);
        // What is known already was judged when it came in; a second import must not fail because time went on.
        match cells.known.tables.sightings.get(&report.id) {
            Some(known) if !says_the_same(cells.known.tables, known, &report) => {
                let code = RefusalCode::SightingIdReused;
                cells.wrong("id", code.as_str(), code.title(), code.title_en());
            }
            Some(_) => {}
            None => judge(
                cells,
                report.seen_at,
                position.map(|(_, converted)| converted),
            ),
        }
        Some(Reported { report, personal })
    }

    fn key(&self, item: &Reported) -> (String, &'static str) {
        (item.report.id.to_string(), "id")
    }

    /// A sighting is always submitted: the journal knows whether it is a repeat, and of the same content.
    fn is_known(&self, _item: &Reported, _known: &Known<'_>) -> bool {
        false
    }

    fn entries(&self, items: Vec<(Option<u64>, Reported)>, _known: &Known<'_>) -> Vec<Entry> {
        items
            .into_iter()
            .map(|(line, item)| {
                let record = RecordId::from(item.report.id);
                Entry::Order(Box::new(ImportOrder {
                    id: item.report.id.into(),
                    line,
                    personal: item
                        .personal
                        .into_iter()
                        .map(|(kind, text)| PersonalText { record, kind, text })
                        .collect(),
                    command: Command::ReportSighting(item.report),
                }))
            })
            .collect()
    }

    fn look_at_file(&self, sheet: &Sheet, options: &ImportOptions, report: &mut ImportReport) {
        places::say_assumed_crs(sheet, options, report);
    }
}

/// Whether a row says what the sighting with its id said, as far as that is still known. The journal compares all of it;
/// here a file whose rows would be refused one by one is refused before any of them is taken.
fn says_the_same(tables: &Tables, known: &Sighting, report: &ReportSighting) -> bool {
    let plain = known.n_people == report.n_people
        && known.more_people == report.more_people
        && known.source == report.source
        && known.source_ref == report.source_ref
        && known.history == report.history
        // A time that came with the device's clock was corrected by it; none lies after the acceptance.
        && (report.recorded_at.is_some()
            || known.seen_at == report.seen_at.min(known.accepted_at));
    let details = tables.details.get(&RecordId::from(known.id));
    let same_details = details.is_none_or(|details| {
        let signs: BTreeSet<Sign> = report.signs.iter().copied().collect();
        let there = report.position.and_then(|declared| declared.convert().ok());
        details.signs.iter().copied().collect::<BTreeSet<_>>() == signs
            && there.is_none_or(|there| {
                details.position.map(|stored| stored.position) == Some(there.position)
            })
    });
    plain && same_details
}

fn place_of(cells: &mut Cells<'_>) -> Option<PlaceBody> {
    let place = PlaceBody {
        id: cells.name("place_id").map(PlaceId),
        name: cells.name("place_name"),
        level: cells.word("place_level", PlaceLevel::ALL),
    };
    if let Some(id) = &place.id
        && !cells.known.tables.places.contains_key(id)
    {
        cells.wrong(
            "place_id",
            "unknown_reference",
            "没有此点位，请先导入点位",
            "no place has this id; import the places first",
        );
    }
    (place != PlaceBody::default()).then_some(place)
}

fn description_of(cells: &mut Cells<'_>) -> Option<Description> {
    let description = Description {
        sex: cells.word("sex", Sex::ALL),
        age_band: cells.word("age_band", AgeBand::ALL),
    };
    (description != Description::default()).then_some(description)
}

fn say_where(cells: &mut Cells<'_>, has_position: bool, place: Option<&PlaceBody>) {
    let named = place.is_some_and(|place| place.id.is_some() || place.name.is_some());
    let wrong_position = cells.raw("lon").is_some() || cells.raw("lat").is_some();
    if !has_position && !named && !wrong_position {
        cells.wrong(
            "lon",
            "nowhere_given",
            "没有位置也没有地点",
            "neither a position nor a place",
        );
    }
}

/// Gives the report its id. Without one of its own, what it says makes it: the same row is the same report.
fn name(cells: &Cells<'_>, foreign_id: Option<String>, report: &mut ReportSighting) {
    let district = &cells.known.tables.district;
    if let Some(foreign) = foreign_id {
        let id = ids::uuid_of(district, "sightings", &foreign);
        report.id = SightingId(id);
        let mapped = uuid::Uuid::parse_str(foreign.trim()) != Ok(id);
        if mapped && report.source_ref.is_none() {
            report.source_ref = Some(foreign);
        }
    } else {
        // Values of a report are plain; without them the row alone would make the id.
        let said = serde_json::to_string(report).unwrap_or_default();
        report.id = SightingId(ids::mapped(district, "sightings/rows", &said));
    }
}

/// Judges what the rule about doubts says of a row. What is doubted of a patrol's report is refused of an import:
/// nobody stands there who could be asked.
fn judge(cells: &mut Cells<'_>, seen_at: Instant, position: Option<Converted>) {
    let known = cells.known;
    if cells.options.reports_are == ReportsAre::Recorded {
        return;
    }
    if seen_at > known.now + policy::doubt::ahead_of_clock(known.policy) {
        cells.wrong(
            "seen_at",
            "time_in_future",
            "时间在将来，请检查时钟和时区",
            "the time lies in the future; look at clock and time zone",
        );
    }
    let long_past = DoubtFacts {
        seen_at,
        now: known.now.max(seen_at),
        has_place: true,
        has_position: true,
        ..DoubtFacts::default()
    };
    if cells.options.reports_are == ReportsAre::Reports
        && doubts(known.policy, &long_past).contains(&Doubt::Time)
    {
        cells.wrong(
            "seen_at",
            "long_past",
            "时间已久；若是历史记录请用 --history",
            "long past; history is imported with --history",
        );
    }
    let Some(converted) = position else { return };
    let facts = DoubtFacts {
        seen_at: known.now,
        now: known.now,
        has_position: true,
        has_place: true,
        outside_district_m: outside_m(known, converted),
        nearest_centre_m: nearest_centre_m(known, converted),
        ..DoubtFacts::default()
    };
    if doubts(known.policy, &facts).contains(&Doubt::Position) {
        cells.wrong(
            "lon",
            "outside_area",
            "不在本区范围内（河对岸？坐标系？）",
            "outside the area; across the river, or another coordinate system?",
        );
    }
}

fn outside_m(known: &Known<'_>, converted: Converted) -> Option<f64> {
    match known.areas? {
        areas @ Areas::Outlined(_) => areas
            .nearest(converted.position)
            .map(|(_, distance)| distance.as_f64()),
        Areas::Labelled(_) => None,
    }
}

fn nearest_centre_m(known: &Known<'_>, converted: Converted) -> Option<f64> {
    match known.areas? {
        Areas::Outlined(_) => None,
        areas @ Areas::Labelled(_) => areas
            .nearest(converted.position)
            .map(|(_, distance)| distance.as_f64()),
    }
}
